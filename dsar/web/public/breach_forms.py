"""What is asked of whoever reports a suspected breach: what, when, which, and no name."""

from dsar.services.intake.breach_reports import BreachWords
from dsar.web.fields import LineField, TextField
from dsar.web.form import Form, StrangersForm


class _Questions(Form):
    """The questions, wherever they are asked."""

    happened = TextField("breach.happened.label", missing="breach.happened.err")
    when = LineField("breach.when.label")
    which = TextField("breach.which.label")
    contact = LineField("breach.contact.label")

    @property
    def words(self) -> BreachWords:
        """Return what was written."""
        return BreachWords(
            self.happened.data or "", self.when.data or "", self.which.data or ""
        )


class BreachForm(_Questions, StrangersForm):
    """The questions on the street."""


class HeardBreachForm(_Questions):
    """The questions, for staff who write down what somebody told them."""

"""P3: one form per right, that asks only what changes the work."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from wtforms.fields.core import Field

from dsar.domain.rights import Right
from dsar.web.fields import ChoiceField, LineField, Option, TextField, TickField
from dsar.web.form import StrangersForm


class DetailForm(StrangersForm):
    """What a right's page asks; `needs` says which texts a choice makes necessary."""

    #: field -> (the choice that needs it, its value, the error id)
    needs: ClassVar[Mapping[str, tuple[str, str, str]]] = {}
    #: (message id of the heading, of a note beneath or "")
    heading: ClassVar[str]
    note: ClassVar[str] = ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then the texts that a choice makes necessary."""
        fine = super().validate(extra_validators)
        for name, (choice, value, error) in self.needs.items():
            if self[choice].data == value and not self[name].data and not self[name].errors:
                self.add_problem(self[name], error)
                fine = False
        return fine

    @property
    def questions(self) -> list[Field]:
        """Return the fields that are drawn, in order."""
        return [field for field in self if field.short_name not in {"website", "opened"}]

    def values(self) -> dict[str, Any]:
        """Return what a draft keeps."""
        return {field.short_name: field.data for field in self.questions}


class AccessForm(DetailForm):
    """Which information, and how the answer is wanted."""

    heading = "p3.access.h1"
    needs = {"text": ("scope", "some", "p3.access.err.text")}
    scope = ChoiceField(
        "p3.access.h1",
        options=[
            Option("all", "p3.access.all.label"),
            Option("some", "p3.access.some.label"),
        ],
        default="all",
    )
    text = TextField("p3.access.text.label")
    reply_format = ChoiceField(
        "p3.format.h",
        options=[Option(one, f"p3.format.{one}.label") for one in ("web", "paper", "oral")],
        default="web",
    )


class RectificationForm(DetailForm):
    """What is wrong, and what it should say."""

    heading = "p2.rectification.label"
    wrong = TextField("p3.rect.wrong.label", missing="p3.rect.wrong.err")
    right = TextField("p3.rect.right.label", missing="p3.rect.right.err")
    restrict = TickField("p3.rect.use.label")


class ErasureForm(DetailForm):
    """What to delete, and whether to give a copy first."""

    heading, note = "p3.erase.h1", "p3.erase.note"
    needs = {"text": ("scope", "some", "p3.erase.err.text")}
    scope = ChoiceField(
        "p3.erase.h1",
        options=[Option("all", "p3.erase.all.label"), Option("some", "p3.erase.some.label")],
        default="all",
    )
    text = TextField("p3.erase.text.label")
    copy_first = TickField("p3.erase.copy.label")


class RestrictionForm(DetailForm):
    """Why to stop using it (Art. 18(1)(a)-(d))."""

    heading = "p3.restr.h1"
    reason = ChoiceField(
        "p3.restr.h1",
        missing="p3.restr.err",
        options=[Option(one, f"p3.restr.{one}.label") for one in "abcde"],
    )
    text = TextField("p3.free.label")


class PortabilityForm(DetailForm):
    """Who should get the file."""

    heading = "p3.port.h1"
    needs = {"company": ("recipient", "other", "p3.port.err.name")}
    recipient = ChoiceField(
        "p3.port.h1",
        options=[Option("me", "p3.port.me.label"), Option("other", "p3.port.other.label")],
        default="me",
    )
    company = LineField("p3.port.name.label")
    contact = LineField("p3.port.contact.label")


class ObjectionForm(DetailForm):
    """Objection to marketing, which needs no reason, or to another use."""

    heading = "p3.obj.h1"
    needs = {"text": ("kind", "other", "p3.obj.text.err")}
    kind = ChoiceField(
        "p3.obj.h1",
        missing="p3.obj.err",
        options=[
            Option("marketing", "p3.obj.mkt.label", "p3.obj.mkt.hint"),
            Option("other", "p3.obj.other.label"),
        ],
    )
    text = TextField("p3.obj.text.label")
    restrict = TickField("p3.obj.restrict.label")


class ConsentForm(DetailForm):
    """Which consent is withdrawn."""

    heading, note = "p3.cons.h1", "p3.cons.note"
    needs = {"text": ("scope", "some", "p3.cons.err")}
    scope = ChoiceField(
        "p3.cons.h1",
        options=[Option("all", "p3.cons.all.label"), Option("some", "p3.cons.some.label")],
        default="all",
    )
    text = TextField("p3.cons.text.label")


class AutomatedDecisionForm(DetailForm):
    """Which decision, and how the person sees it (Art. 22(3))."""

    heading = "p2.automated.label"
    text = TextField("p3.auto.text.label", missing="p3.auto.err")
    view = TextField("p3.auto.view.label")


class ComplaintForm(DetailForm):
    """What the complaint is about."""

    heading = "p2.complaint.label"
    text = TextField("p3.compl.label", missing="p3.compl.err")


class InformationForm(DetailForm):
    """A question in one's own words."""

    heading = "p2.info.label"
    text = TextField("p3.free.label", missing="p3.free.err")


#: Hints of single fields, where they have one.
HINTS: Final = {
    (Right.AUTOMATED_DECISION, "text"): "p3.auto.text.hint",
    (Right.AUTOMATED_DECISION, "view"): "p3.auto.view.hint",
    (Right.ACCESS, "text"): "p3.access.text.hint",
    (Right.COMPLAINT, "text"): "p3.compl.hint",
    (Right.INFORMATION, "text"): "p3.free.hint",
}
FORMS: Final[Mapping[Right, type[DetailForm]]] = {
    Right.ACCESS: AccessForm,
    Right.RECTIFICATION: RectificationForm,
    Right.ERASURE: ErasureForm,
    Right.RESTRICTION: RestrictionForm,
    Right.PORTABILITY: PortabilityForm,
    Right.OBJECTION: ObjectionForm,
    Right.CONSENT_WITHDRAWAL: ConsentForm,
    Right.AUTOMATED_DECISION: AutomatedDecisionForm,
    Right.COMPLAINT: ComplaintForm,
    Right.INFORMATION: InformationForm,
}

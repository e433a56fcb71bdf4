"""The form of a hold: why nothing may be erased, from a list, never in words."""

from dsar.domain.holds import HoldReason
from dsar.web.fields import ChoiceField, options
from dsar.web.form import Form


class HoldForm(Form):
    """Why nothing may be erased for now."""

    reason = ChoiceField(
        "hold.reason.label",
        "hold.reason.err",
        options=options("hold.reason", HoldReason),
    )

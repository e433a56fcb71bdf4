"""The forms that move a clock."""

from typing import Any

from dsar.domain.clock_notices import ExtensionReason
from dsar.domain.rights import Right
from dsar.web.day_field import DayField
from dsar.web.fields import ChoiceField, ChoicesField, Option, TextField, TickField, options
from dsar.web.form import Form
from dsar.web.staff.register_form import ClockField

REASONS = {
    ExtensionReason.COMPLEX: "s15.cx.label",
    ExtensionReason.MANY: "s15.many.label",
    ExtensionReason.SAME_TIME: "s15.same.label",
}
SCOPE, OTHER = "scope", "other"


class ExtendForm(Form):
    """S15: why more time is needed, as a code and in words that the person reads."""

    reason = ChoiceField(
        "s15.why.h",
        "s15.why.err",
        options=[Option(str(reason), words_id) for reason, words_id in REASONS.items()],
    )
    right = ChoiceField("s15.right.label")
    until = DayField("s15.until.label")
    explanation = TextField("s15.exp.label", "s15.exp.err")


class QuestionForm(Form):
    """S16: one clear question, and whether it stops the clock."""

    kind = ChoiceField(
        "s16.kind.h",
        "s16.kind.err",
        options=[Option(SCOPE, "s16.scope.label"), Option(OTHER, "s16.other.label")],
    )
    text = TextField("s16.text.label", "s16.text.err")
    large = TickField("s16.large.label")
    delay = TextField("s16.delay.label")


class ReplyForm(Form):
    """What the person answered by another way."""

    reply = TextField("deadline.reply.label")


class AddRightForm(Form):
    """A right that the person adds, and when her wish reached the house."""

    right = ChoiceField("deadline.add.right", "deadline.add.right.err")
    received = DayField(
        "s4.date.h",
        "s4.date.err.none",
        wrong="s4.date.err.real",
        late="s4.date.err.future",
    )
    clock = ClockField("s4.time.label")
    words = TextField("s4.said.label", "s4.said.err")

    def offer(self, used: set[str]) -> None:
        """Offer the rights that the case does not have."""
        rights = [right for right in Right if right not in used]
        self.right.options = options("right", rights)


class WithdrawForm(Form):
    """What the person takes back."""

    rights = ChoicesField("deadline.withdraw.what", "deadline.withdraw.err")

    def offer(self, rights: list[str]) -> None:
        """Offer the rights that still run."""
        self.rights.options = options("right", rights)


def is_preview(args: Any) -> bool:
    """Return whether only the date was asked for: nothing is recorded, nothing is sent."""
    return bool(args.get("preview"))

"""What the calculator asks: one form for the clock, and one for each question to the person."""

from datetime import time
from typing import Any

from dsar.domain.profiles import JurisdictionProfile
from dsar.web.day_field import DayField
from dsar.web.fields import ChoiceField, ChoicesField, LineField, Option, TickField
from dsar.web.form import Form, Wrong

PAUSE_REASONS = ("identity", "clarification", "fee")
LONGEST_PROMISE = 3650
_HOURS_ALONE = 2


class TimeField(LineField):
    """A clock time, as people write one: 9, 9.30, 09:30, 0930; empty is noon."""

    max_characters = 8
    moment = time(12)

    def check(self, text: str) -> None:
        """Refuse what no clock shows."""
        digits = text.replace(".", "").replace(":", "")
        hour, minute = digits, "0"
        if len(digits) > _HOURS_ALONE:
            hour, minute = digits[:-2], digits[-2:]
        try:
            self.moment = time(int(hour), int(minute))
        except ValueError:
            raise Wrong("calc.time.err") from None


class DaysField(LineField):
    """A whole number of days, or nothing."""

    max_characters = 8
    days: int | None = None

    def check(self, text: str) -> None:
        """Refuse what is no number of days."""
        is_number = text.isascii() and text.isdigit()
        if not is_number or not 0 < int(text) <= LONGEST_PROMISE:
            raise Wrong("calc.promise.err", max=LONGEST_PROMISE)
        self.days = int(text)


class ClockForm(Form):
    """One clock: the law, the receipt, the promise, the extension, the answer."""

    profile = ChoiceField("calc.profile.label", "calc.profile.err")
    part = ChoiceField("calc.part.label")
    clock = ChoiceField("calc.clock.label")
    small_agent = TickField("calc.small.label")
    received = DayField("calc.received.label", "calc.received.err")
    time = TimeField("calc.time.label")
    promise = DaysField("calc.promise.label")
    promise_unit = ChoiceField(
        "calc.promise.unit",
        options=(
            Option("days", "calc.promise.days"),
            Option("working_days", "calc.promise.working"),
        ),
    )
    told = DayField("calc.told.label")
    reasons = ChoicesField("calc.reasons.label")
    until = DayField("calc.until.label")
    informed = DayField("calc.informed.label")

    def offer(self, laws: tuple[JurisdictionProfile, ...], law: JurisdictionProfile) -> None:
        """Offer every law, and the choices that the chosen one knows."""
        self.profile.options = [Option(each.id, text=each.name) for each in laws]
        parts = sorted(law.calendar.parts, key=lambda part: law.parts.get(part, part))
        self.part.options = [Option(part, text=law.parts.get(part, part)) for part in parts]
        self.clock.options = [Option(name, f"calc.clock.{name}") for name in law.clocks]
        reasons = law.extension.reasons if law.extension else ()
        self.reasons.options = [Option(code, f"calc.reason.{code}") for code in reasons]

    def forget_foreign_choices(self, *, has_changed_law: bool) -> None:
        """Take back what only the law chosen before knows, and what this law does not ask."""
        for field in (self.part, self.clock):
            known = {option.value for option in field.options}
            if field.data not in known and (has_changed_law or not known):
                field.data = ""
        if has_changed_law:
            known = {option.value for option in self.reasons.options}
            self.reasons.data = [code for code in self.reasons.data if code in known]

    def check_extension(self) -> None:
        """Say what belongs together: a new last day needs the day of its notice."""
        if self.told.data is None and not any(self.told.typed):
            has_more = self.reasons.data or any(self.until.typed)
            if has_more:
                self.add_problem(self.told, "calc.told.err")


class PauseForm(Form):
    """One question to the person, and its answer."""

    reason = ChoiceField(
        "calc.pause.reason",
        options=[Option(reason, f"calc.pause.{reason}") for reason in PAUSE_REASONS],
    )
    asked = DayField("calc.pause.asked")
    answered = DayField("calc.pause.answered")
    large = TickField("calc.pause.large")

    @property
    def is_blank(self) -> bool:
        """Return whether nothing at all has been typed."""
        return not (self.reason.data or any(self.asked.typed) or any(self.answered.typed))

    def validate(self, *args: Any, **options: Any) -> bool:
        """Check the fields, then what belongs together; a blank question is no question."""
        if self.is_blank:
            return True
        fine = bool(super().validate(*args, **options))
        if not self.reason.data:
            self.add_problem(self.reason, "calc.pause.reason.err")
        if not any(self.asked.typed):
            self.add_problem(self.asked, "calc.pause.asked.err")
        asked, answered = self.asked.data, self.answered.data
        if asked and answered and answered < asked:
            self.add_problem(self.answered, "calc.pause.answered.err")
        return fine and not self.errors

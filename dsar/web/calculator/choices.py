"""Where authorities differ, what somebody may choose instead (D2 to D18); nothing is a must."""

from collections.abc import Iterable
from typing import Any, Final

from dsar.domain.clock import RECEIPT_REASONS, ClockError
from dsar.domain.clock.options import zone_named
from dsar.domain.profiles import JurisdictionProfile, PauseBounds, PauseMethod, Unit
from dsar.web.day_field import DayField
from dsar.web.fields import ChoiceField, ChoicesField, LineField, Option
from dsar.web.form import Form, Wrong

_YES_NO: Final = ("true", "false")


class ZoneField(LineField):
    """A time zone, as the tz database names it."""

    def check(self, text: str) -> None:
        """Refuse what is no zone."""
        try:
            zone_named(text)
        except ClockError:
            raise Wrong("calc.choice.tz.err") from None


class ChoicesForm(Form):
    """One field for each choice of the engine, under the name that the command line uses."""

    roll = ChoiceField("calc.choice.roll")
    se_eves = ChoiceField("calc.choice.se_eves")
    fi_eves = ChoiceField("calc.choice.fi_eves")
    nl_may5 = ChoiceField("calc.choice.nl_may5")
    nl_good_friday = ChoiceField("calc.choice.nl_good_friday")
    dk_extra = ChoiceField("calc.choice.dk_extra")
    pause_method = ChoiceField("calc.choice.pause_method")
    pause_bounds = ChoiceField("calc.choice.pause_bounds")
    pause_reasons = ChoicesField("calc.choice.pause_reasons")
    extension_base = ChoiceField("calc.choice.extension_base")
    extension_notice_rule = ChoiceField("calc.choice.extension_notice_rule")
    extension_reasons = ChoicesField("calc.choice.extension_reasons")
    receipt_override = DayField("calc.choice.receipt_override")
    receipt_reason = ChoiceField("calc.choice.receipt_reason")
    count_receipt_day = ChoiceField("calc.choice.count_receipt_day")
    bd_calendar = ChoiceField("calc.choice.bd_calendar")
    bd_holidays = ChoiceField("calc.choice.bd_holidays")
    promise_rolls = ChoiceField("calc.choice.promise_rolls")
    tz = ZoneField("calc.choice.tz")
    person_tz = ZoneField("calc.choice.person_tz")

    def offer(self, law: JurisdictionProfile) -> None:
        """Offer the choices that mean something under the law."""
        self.roll.options = self.promise_rolls.options = _yes_no()
        for name in ("se_eves", "fi_eves", "nl_may5", "nl_good_friday", "dk_extra"):
            self[name].options = _yes_no() if name in law.calendar.switches else []
        self._offer_pauses(law)
        self._offer_extension(law)
        self.receipt_reason.options = _listed(
            "calc.choice.receipt_reason", sorted(RECEIPT_REASONS)
        )
        units = {law.response.unit, *(clock.period.unit for clock in law.clocks.values())}
        self.count_receipt_day.options = _yes_no() if Unit.DAYS in units else []
        if Unit.WORKING_DAYS in units:
            self.bd_calendar.options = _listed(
                "calc.choice.bd_calendar", ("mon_fri", "mon_sat")
            )
            self.bd_holidays.options = _yes_no()

    def _offer_pauses(self, law: JurisdictionProfile) -> None:
        if law.pause.possible:
            self.pause_method.options = _listed(
                "calc.choice.pause_method", map(str, PauseMethod)
            )
            self.pause_bounds.options = _listed(
                "calc.choice.pause_bounds", map(str, PauseBounds)
            )
        reasons = sorted(law.pause.possible)
        self.pause_reasons.options = [Option(code, f"calc.pause.{code}") for code in reasons]

    def _offer_extension(self, law: JurisdictionProfile) -> None:
        if law.extension is None:
            return
        if law.extension.further:
            bases = ("receipt", "first_deadline")
            self.extension_base.options = _listed("calc.choice.extension_base", bases)
        rules = ("suspended", "text")
        self.extension_notice_rule.options = _listed("calc.choice.extension_notice_rule", rules)
        codes = law.extension.reasons
        self.extension_reasons.options = [Option(c, f"calc.reason.{c}") for c in codes]

    @property
    def shown(self) -> list[Any]:
        """Return the fields that the law has a choice for, in their order."""
        return [field for field in self if getattr(field, "options", True)]

    @property
    def is_used(self) -> bool:
        """Return whether anything is chosen, or wrong."""
        return bool(self.chosen or self.errors)

    @property
    def chosen(self) -> dict[str, Any]:
        """Return what is chosen, as options of the clock."""
        day = self.receipt_override.data
        found = {f.name: f.data for f in self if f.data and f is not self.receipt_override}
        return found | ({"receipt_override": day.isoformat()} if day else {})

    def forget_foreign_choices(self) -> None:
        """Take back what only the law chosen before knows."""
        for field in self:
            known = {option.value for option in getattr(field, "options", ())}
            if isinstance(field, ChoicesField):
                field.data = [value for value in field.data or () if value in known]
            elif isinstance(field, ChoiceField) and field.data not in known:
                field.data = ""


def _yes_no() -> list[Option]:
    return [Option(value, f"calc.choice.{value}") for value in _YES_NO]


def _listed(prefix: str, values: Iterable[str]) -> list[Option]:
    return [Option(value, f"{prefix}.{value}") for value in values]

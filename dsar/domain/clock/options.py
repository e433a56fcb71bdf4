"""What an organisation, or a test, may choose where the law leaves a choice (D1 to D18)."""

from __future__ import annotations  # the readers below choose by the written type

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from dsar.domain.clock.errors import BadClockOption
from dsar.domain.profiles import PauseBounds, PauseMethod


@dataclass(frozen=True, slots=True)
class ClockOptions:
    """The switches of one clock. None means: as the profile has it.

    promise_*: the organisation's own, earlier promise (R33); it is never a longer time.
    subdiv: the nation, Land, canton or state whose holidays count (R15).
    deadline: another clock of the same law: ack, opt_out, appeal and so on.
    roll: D2. The five calendar lists: D3 to D6. pause_*: D7 to D10 and D15.
    extension_base: D11, "receipt" or "first_deadline". extension_notice_rule: D12, "suspended"
    or "text". extension_reasons: D13, the reason codes accepted. receipt_override: D14, only
    with a reason. count_receipt_day: D16. bd_*: D17. tz and person_tz: D18.
    """

    promise_days: int | None = None
    promise_working_days: int | None = None
    promise_rolls: bool = False
    subdiv: str | None = None
    deadline: str | None = None
    small_agent: bool = False
    roll: bool | None = None
    se_eves: bool = True
    fi_eves: bool = False
    nl_good_friday: bool = False
    nl_may5: bool = True
    dk_extra: bool = False
    pause_method: PauseMethod | None = None
    pause_bounds: PauseBounds | None = None
    pause_reasons: frozenset[str] | None = None
    extension_base: str = "receipt"
    extension_notice_rule: str = "suspended"
    extension_reasons: frozenset[str] | None = None
    receipt_override: date | None = None
    receipt_reason: str | None = None
    count_receipt_day: bool | None = None
    bd_calendar: str = "mon_fri"
    bd_holidays: bool = False
    tz: str | None = None
    person_tz: str | None = None


DEFAULTS: Final = ClockOptions()

#: Why a later day than the first arrival may count (R4, R5, R8): a closed list.
RECEIPT_REASONS: Final = frozenset(
    {"unsuitable_address", "channel_not_offered", "processor_forwarded", "deemed_by_law"}
)
_ALIASES: Final = {"policy_days": "promise_days"}
_CHOICES: Final[Mapping[str, frozenset[str]]] = {
    "extension_base": frozenset({"receipt", "first_deadline"}),
    "extension_notice_rule": frozenset({"suspended", "text"}),
    "bd_calendar": frozenset({"mon_fri", "mon_sat"}),
    "receipt_reason": RECEIPT_REASONS,
}
_LONGEST: Final = 3650
_SWITCHES: Final = {"true": True, "false": False}
_TYPES: Final = {field.name: str(field.type) for field in fields(ClockOptions)}


def options_from(raw: object) -> ClockOptions:
    """Return the options that a JSON object names, or raise BadClockOption."""
    if not isinstance(raw, Mapping):
        raise BadClockOption(option="options", problem="not_an_object")
    values: dict[str, Any] = {}
    for key, value in raw.items():
        name = _ALIASES.get(str(key), str(key))
        values[name] = _value(name, value)
    return ClockOptions(**values)


def option_from(text: str) -> dict[str, object]:
    """Return the one option that key=value names on a command line."""
    key, sign, value = text.partition("=")
    if not sign:
        raise BadClockOption(option=text[:40], problem="no_value")
    return {key.strip(): value.strip()}


def _value(name: str, value: object) -> object:
    if name not in _TYPES:
        raise BadClockOption(option=name[:40], problem="unknown")
    if value is None:
        return getattr(DEFAULTS, name)
    read = next((r for kind, r in _READERS.items() if _TYPES[name].startswith(kind)), _text)
    return read(name, value)


def _number(name: str, value: object) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LONGEST:
        raise BadClockOption(option=name, problem="not_a_number_of_days")
    return value


def _switch(name: str, value: object) -> bool:
    if isinstance(value, str):
        value = _SWITCHES.get(value.lower())
    if not isinstance(value, bool):
        raise BadClockOption(option=name, problem="not_true_or_false")
    return value


def _day(name: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadClockOption(option=name, problem="not_a_day") from None


def _names(name: str, value: object) -> frozenset[str]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise BadClockOption(option=name, problem="not_a_list")
    return frozenset(item.strip() for item in items if item.strip())


def _method(name: str, value: object) -> PauseMethod:
    try:
        return PauseMethod(str(value))
    except ValueError:
        raise BadClockOption(option=name, problem="not_a_choice") from None


def _bounds(name: str, value: object) -> PauseBounds:
    try:
        return PauseBounds(str(value))
    except ValueError:
        raise BadClockOption(option=name, problem="not_a_choice") from None


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadClockOption(option=name, problem="not_a_text")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise BadClockOption(option=name, problem="not_a_choice")
    if name in {"tz", "person_tz"}:
        zone_named(value)
    return value


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone, or raise BadClockOption when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise BadClockOption(option="tz", problem="no_such_zone") from None


_READERS: Final = {
    "int": _number,
    "bool": _switch,
    "date": _day,
    "frozenset": _names,
    "PauseMethod": _method,
    "PauseBounds": _bounds,
}

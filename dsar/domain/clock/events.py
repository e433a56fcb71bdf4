"""What can happen to a clock: each event in the past tense, with its aware moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from dsar.domain.clock.errors import BadClockEvent


class ClockEventKind(StrEnum):
    """One thing that happened to a clock."""

    ASKED = "asked"
    FEE_ASKED = "fee_asked"
    EXTENDED = "extended"
    WIDENED = "widened"
    ANSWERED = "answered"
    DECLINED = "declined"
    FEE_PAID = "fee_paid"
    REFUSED = "refused"
    INFORMED = "informed"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


#: Events of one instant are taken in the order of the enumeration, whoever lists them first.
_RANK: Final = {kind: rank for rank, kind in enumerate(ClockEventKind)}

IDENTITY: Final = "identity"
CLARIFICATION: Final = "clarification"
FEE: Final = "fee"


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One event. `reason` says why a pause was asked for; `reasons` why more time is needed.

    `notified` says that the message left the house; `until` is the last day told to the person;
    `large_quantity` and `delay_explained` are the two boxes behind a lawful pause (R23, R24).
    """

    kind: ClockEventKind
    at: datetime
    reason: str | None = None
    until: date | None = None
    reasons: tuple[str, ...] = ()
    notified: bool = True
    large_quantity: bool | None = None
    delay_explained: bool = False

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise BadClockEvent(problem="no_time_zone")


def in_order(events: Iterable[ClockEvent]) -> list[ClockEvent]:
    """Return the events by instant; those of one instant always in the same order."""
    return sorted(events, key=_order)


def _order(event: ClockEvent) -> tuple[datetime, int, str, str]:
    until = event.until.isoformat() if event.until else ""
    words = "|".join((event.reason or "", *event.reasons, str(event.notified)))
    return event.at.astimezone(UTC), _RANK[event.kind], words, until


_SHORT_NAMES: Final = {
    "pause": ClockEventKind.ASKED,
    "resume": ClockEventKind.ANSWERED,
    "extend": ClockEventKind.EXTENDED,
}
_FIELDS: Final = frozenset(
    {"type", "kind", "at", "reason", "until", "reasons", "notified", "large_quantity"}
    | {"delay_explained"}
)


def event_from(raw: object) -> ClockEvent:
    """Return the event that a JSON object describes, or raise BadClockEvent."""
    if not isinstance(raw, Mapping):
        raise BadClockEvent(problem="not_an_object")
    if unknown := sorted(set(map(str, raw)) - _FIELDS):
        raise BadClockEvent(problem="unknown_field", field=unknown[0][:40])
    until = raw.get("until")
    return ClockEvent(
        kind=_kind(raw.get("type", raw.get("kind"))),
        at=moment_from(raw.get("at")),
        reason=_text_or_none(raw.get("reason"), "reason"),
        until=_day(until) if until else None,
        reasons=_texts(raw.get("reasons")),
        notified=_flag(raw.get("notified", True), "notified"),
        large_quantity=_flag_or_none(raw.get("large_quantity"), "large_quantity"),
        delay_explained=_flag(raw.get("delay_explained", False), "delay_explained"),
    )


def moment_from(raw: object) -> datetime:
    """Return the aware moment that an ISO text names; a text without an offset is refused."""
    try:
        moment = datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise BadClockEvent(problem="not_a_moment", field=str(raw)[:40]) from None
    if moment.utcoffset() is None:
        raise BadClockEvent(problem="no_time_zone", field=str(raw)[:40])
    return moment


def _kind(raw: object) -> ClockEventKind:
    name = str(raw)
    if name in _SHORT_NAMES:
        return _SHORT_NAMES[name]
    try:
        return ClockEventKind(name)
    except ValueError:
        raise BadClockEvent(problem="unknown_kind", field=name[:40]) from None


def _day(raw: object) -> date:
    try:
        return date.fromisoformat(str(raw).strip())
    except ValueError:
        raise BadClockEvent(problem="not_a_day", field=str(raw)[:40]) from None


def _text_or_none(raw: object, field: str) -> str | None:
    if raw is None or isinstance(raw, str):
        return raw
    raise BadClockEvent(problem="not_a_text", field=field)


def _texts(raw: object) -> tuple[str, ...]:
    if raw is None:
        return ()
    if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return tuple(raw)
    raise BadClockEvent(problem="not_a_list", field="reasons")


def _flag(raw: object, field: str) -> bool:
    if isinstance(raw, bool):
        return raw
    raise BadClockEvent(problem="not_a_truth_value", field=field)


def _flag_or_none(raw: object, field: str) -> bool | None:
    return None if raw is None else _flag(raw, field)

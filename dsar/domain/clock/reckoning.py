"""The result of a replay: every date, and the steps that led to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

#: Flags of a notice that left the house and yet moves nothing.
VOID_NOTICE: Final = frozenset({"extension_late", "second_extension", "pause_after_deadline"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the counting: words by message id, with its rule and its source."""

    message_id: str
    facts: Mapping[str, object]
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Pause:
    """One honoured question to the person; `days` is what it alone adds."""

    reason: str
    asked_on: date
    answered_on: date | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """Every date of one clock. All are local, inclusive last days.

    While suspended, unadjusted_on, statutory_on, binding_on, refusal_on, last_notice_on and
    due_at are None; sort_on and unpaused_on never are. promise_on is the day first promised;
    promise_moved_on the day on which the person was told that it no longer holds. due_at is the
    end of the binding day, in UTC.
    """

    received_on: date
    unadjusted_on: date | None
    statutory_on: date | None
    earliest_on: date
    promise_on: date | None
    promise_moved_on: date | None
    binding_on: date | None
    unpaused_on: date
    sort_on: date
    target_on: date
    extension_notice_on: date | None
    last_notice_on: date | None
    refusal_on: date | None
    is_suspended: bool
    is_extended: bool
    is_stopped: bool
    informed_on: date | None
    due_at: datetime | None
    excluded_days: int
    pauses: tuple[Pause, ...]
    flags: tuple[str, ...]
    steps: tuple[Step, ...]
    rule_version: str
    calendar_hash: str

    @property
    def dated(self) -> Mapping[str, date]:
        """Return each day that there is by its name, as every page and list calls it."""
        days = {
            "received": self.received_on,
            "binding": self.binding_on,
            "statutory": self.statutory_on,
            "unadjusted": self.unadjusted_on,
            "earliest": self.earliest_on,
            "promise": self.promise_on,
            "unpaused": self.unpaused_on if self.is_suspended else None,
            "target": self.target_on,
            "notice": self.extension_notice_on,
            "last_notice": self.last_notice_on,
            "refusal": self.refusal_on,
        }
        return {name: day for name, day in days.items() if day}

    def is_late(self, today: date) -> bool:
        """Return whether the binding day passed before the person was informed."""
        if self.binding_on is None or (self.is_stopped and self.informed_on is None):
            return False
        return (self.informed_on or today) > self.binding_on

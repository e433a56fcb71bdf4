"""The running account of one clock while its events are replayed."""

from dataclasses import dataclass, field
from datetime import date, datetime

from dsar.domain.clock.arithmetic import Span, excluded, moved, reading
from dsar.domain.clock.events import CLARIFICATION, FEE, ClockEvent, ClockEventKind
from dsar.domain.clock.options import RECEIPT_REASONS
from dsar.domain.clock.terms import Terms
from dsar.domain.profiles import PauseMethod


@dataclass(slots=True)
class Ignored:
    """An event that the law does not honour, and why."""

    on: date
    kind: ClockEventKind
    code: str


@dataclass(slots=True)
class Ledger:
    """What has been honoured so far. Only replay changes it."""

    terms: Terms
    received_at: datetime
    arrived_on: date
    received_on: date
    spans: list[Span] = field(default_factory=list)
    extended_on: date | None = None
    until: date | None = None
    told_on: date | None = None
    promise_moved_on: date | None = None
    stopped_on: date | None = None
    informed_on: date | None = None
    flags: dict[str, None] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)

    def flag(self, code: str) -> None:
        """Keep a flag once, in the order in which it first came up."""
        self.flags[code] = None

    def open_spans(self) -> list[Span]:
        """Return the questions that still stop the clock."""
        return [span for span in self.spans if span.answered_on is None]

    def is_open(self, reason: str) -> bool:
        """Return whether a question for this reason is still open."""
        return any(span.reason == reason for span in self.open_spans())

    def waits_to_begin(self) -> bool:
        """Return whether the period has not begun, as what was asked for has not come (R31)."""
        return self.terms.restarts and any(
            span.reason != CLARIFICATION for span in self.open_spans()
        )

    def last_day(self, today: date, extended: bool) -> date:
        """Return the last day as it stands today: an open pause counts as closed today."""
        if self.waits_to_begin():
            return date.max
        out = excluded(self.terms, self.received_on, self.spans, today)
        return moved(self.terms, reading(self.terms, out, extended, self.until).chosen)

    def is_extended(self) -> bool:
        """Return whether the one extension has been taken."""
        return self.extended_on is not None


def opened(terms: Terms, received_at: datetime) -> Ledger:
    """Return the account at receipt: the arrival day, or a later one with a reason (R4)."""
    arrived_on = received_at.astimezone(terms.zone).date()
    ledger = Ledger(terms, received_at, arrived_on, arrived_on)
    override = terms.options.receipt_override
    if override is None:
        return ledger
    if terms.options.receipt_reason not in RECEIPT_REASONS or override < arrived_on:
        ledger.flag("receipt_override_refused")
        return ledger
    ledger.received_on = override
    ledger.flag("receipt_overridden")
    return ledger


def apply(ledger: Ledger, event: ClockEvent, on: date) -> None:
    """Enter an honoured event in the account."""
    _ENTRIES[event.kind](ledger, event, on)


def reason_of(event: ClockEvent) -> str | None:
    """Return what a question is about; the fee events need not say so."""
    return FEE if event.kind in _FEE_EVENTS else event.reason


def _ask(ledger: Ledger, event: ClockEvent, on: date) -> None:
    if ledger.terms.method == PauseMethod.NONE:
        return
    reason = str(reason_of(event))
    if ledger.is_open(reason):
        ledger.flag("asked_again")
        return
    ledger.spans.append(Span(reason, on))
    _tell_new_date(ledger, on)
    ledger.told_on = None


def _answer(ledger: Ledger, event: ClockEvent, on: date) -> None:
    reason = reason_of(event)
    for span in ledger.open_spans():
        if reason in (None, span.reason):
            span.answered_on = on


def _extend(ledger: Ledger, event: ClockEvent, on: date) -> None:
    if is_open_ended(ledger, event):
        ledger.until = event.until
    elif event.until is not None and event.until > ledger.last_day(on, extended=False):
        ledger.told_on = event.until  # binds, when it is earlier than the law
    ledger.extended_on = on
    _tell_new_date(ledger, on)


def is_open_ended(ledger: Ledger, event: ClockEvent) -> bool:
    """Return whether the law lets the notice itself set the new last day."""
    extension = ledger.terms.extension
    if extension is None:
        return False
    codes = set(reasons_of(event))
    return extension.states_date or (
        event.until is not None and bool(codes & set(extension.open_ended_reasons))
    )


def reasons_of(event: ClockEvent) -> tuple[str, ...]:
    """Return every reason code that an extension's notice gives."""
    return event.reasons or ((event.reason,) if event.reason else ())


def _tell_new_date(ledger: Ledger, on: date) -> None:
    if ledger.promise_moved_on is None:
        ledger.promise_moved_on = on


def _widen(ledger: Ledger, event: ClockEvent, on: date) -> None:
    ledger.flag("widened")


def _inform(ledger: Ledger, event: ClockEvent, on: date) -> None:
    ledger.informed_on = ledger.stopped_on = on


def _withdraw(ledger: Ledger, event: ClockEvent, on: date) -> None:
    ledger.stopped_on = on
    ledger.flag("withdrawn")


def _reopen(ledger: Ledger, event: ClockEvent, on: date) -> None:
    ledger.stopped_on = ledger.informed_on = None
    ledger.flags.pop("withdrawn", None)
    ledger.flag("reopened")


_FEE_EVENTS = frozenset({ClockEventKind.FEE_ASKED, ClockEventKind.FEE_PAID})
_ENTRIES = {
    ClockEventKind.ASKED: _ask,
    ClockEventKind.FEE_ASKED: _ask,
    ClockEventKind.ANSWERED: _answer,
    ClockEventKind.DECLINED: _answer,
    ClockEventKind.FEE_PAID: _answer,
    ClockEventKind.EXTENDED: _extend,
    ClockEventKind.WIDENED: _widen,
    ClockEventKind.REFUSED: _inform,
    ClockEventKind.INFORMED: _inform,
    ClockEventKind.WITHDRAWN: _withdraw,
    ClockEventKind.REOPENED: _reopen,
}

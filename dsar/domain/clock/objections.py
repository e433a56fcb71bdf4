"""What the law has against an event: one short rule each, asked by replay and by check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from dsar.domain.clock import errors
from dsar.domain.clock.arithmetic import excluded, first_end
from dsar.domain.clock.errors import ClockError
from dsar.domain.clock.events import CLARIFICATION, FEE, ClockEvent, ClockEventKind
from dsar.domain.clock.ledger import Ledger, is_open_ended, reason_of, reasons_of
from dsar.domain.profiles import PauseMethod

#: Reasons for more time that authorities have turned down (R20).
REFUSED_REASONS: Final = frozenset({"effort", "usual_volume", "staffing", "wrong_mailbox"})


class Weight(IntEnum):
    """NOTED: a flag. UNFIT: may not be recorded anew, but counts. VOID: never counts."""

    NOTED = 1
    UNFIT = 2
    VOID = 3


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing the law has against an event, with the error that names it."""

    weight: Weight
    code: str
    error: type[ClockError]


def objections(ledger: Ledger, event: ClockEvent, on: date) -> Iterator[Objection]:
    """Return everything the law has against the event, as the account stands."""
    if on < ledger.arrived_on:
        yield Objection(Weight.VOID, "before_receipt", errors.BeforeReceipt)
    elif ledger.stopped_on is not None and event.kind not in _AFTER_THE_END:
        yield Objection(Weight.VOID, "clock_stopped", errors.ClockStopped)
    elif rule := _RULES.get(event.kind):
        yield from rule(ledger, event, on)


def limit_of_notice(ledger: Ledger, today: date) -> date:
    """Return the last day on which a notice of extension is still accepted (R19, D12)."""
    if ledger.terms.options.extension_notice_rule == "text":
        return notice_day(ledger)
    return ledger.last_day(today, extended=False)


def notice_day(ledger: Ledger) -> date:
    """Return the day by which the text itself wants the notice: unpaused and unmoved (R19).

    Under a law that restarts, the period it names has moved with its start (R31, R32).
    """
    terms = ledger.terms
    if not terms.restarts:
        return first_end(terms, ledger.received_on)
    out = excluded(terms, ledger.received_on, ledger.spans, None)
    return first_end(terms, out.start) + timedelta(days=out.days)


def _against_asking(ledger: Ledger, event: ClockEvent, on: date) -> Iterator[Objection]:
    terms, reason = ledger.terms, reason_of(event)
    if terms.method == PauseMethod.NONE or not terms.reasons:
        yield Objection(Weight.VOID, "no_pause_in_law", errors.NoPauseInLaw)
    elif reason not in terms.reasons:
        code = "fee_does_not_pause" if reason == FEE else "pause_reason_refused"
        yield Objection(Weight.VOID, code, errors.PauseReasonRefused)
    elif not event.notified:
        yield Objection(Weight.VOID, "pause_not_sent", errors.PauseNotSent)
    elif on > ledger.last_day(on, ledger.is_extended()):
        yield Objection(Weight.VOID, "pause_after_deadline", errors.PauseAfterDeadline)
    elif ledger.is_open(str(reason)):
        yield Objection(Weight.UNFIT, "asked_again", errors.PauseAlreadyOpen)
    else:
        yield from _against_this_question(ledger, event, on)


def _against_this_question(ledger: Ledger, event: ClockEvent, on: date) -> Iterator[Objection]:
    rules = ledger.terms.profile.pause
    if rules.large_quantity and event.reason == CLARIFICATION and not event.large_quantity:
        yield _unconfirmed(event)
    waited = (on - excluded(ledger.terms, ledger.received_on, ledger.spans, None).start).days
    if waited > rules.explain_days and not event.delay_explained:
        yield Objection(Weight.UNFIT, "pause_asked_very_late", errors.PauseDelayUnexplained)
    elif waited >= rules.warn_days:
        yield Objection(Weight.NOTED, "pause_asked_late", errors.PauseDelayUnexplained)


def _unconfirmed(event: ClockEvent) -> Objection:
    """An old record may lack the box; a box left empty on purpose says that it was not so."""
    if event.large_quantity is None:
        code = "clarification_unconfirmed"
        return Objection(Weight.UNFIT, code, errors.ClarificationNotLarge)
    return Objection(Weight.VOID, "clarification_not_large", errors.ClarificationNotLarge)


def _against_answer(ledger: Ledger, event: ClockEvent, on: date) -> Iterator[Objection]:
    if not _answers(ledger, event):
        yield Objection(Weight.VOID, "nothing_asked", errors.NothingAsked)


def _against_decline(ledger: Ledger, event: ClockEvent, on: date) -> Iterator[Objection]:
    if not _answers(ledger, event):
        yield Objection(Weight.VOID, "nothing_asked", errors.NothingAsked)
    elif ledger.terms.restarts and reason_of(event) != CLARIFICATION:
        yield Objection(Weight.VOID, "answer_still_needed", errors.AnswerStillNeeded)


def _answers(ledger: Ledger, event: ClockEvent) -> bool:
    reason = reason_of(event)
    return any(reason in (None, span.reason) for span in ledger.open_spans())


def _against_extending(ledger: Ledger, event: ClockEvent, on: date) -> Iterator[Objection]:
    codes = set(reasons_of(event))
    if ledger.terms.extension is None:
        yield Objection(Weight.VOID, "no_extension_in_law", errors.NoExtensionInLaw)
    elif ledger.is_extended():
        yield Objection(Weight.VOID, "second_extension", errors.ExtensionTaken)
    elif not event.notified:
        yield Objection(Weight.VOID, "extension_not_told", errors.ExtensionNotTold)
    elif on > limit_of_notice(ledger, on):
        yield Objection(Weight.VOID, "extension_late", errors.ExtensionLate)
    elif codes and codes <= REFUSED_REASONS:
        yield Objection(Weight.VOID, "extension_reason_refused", errors.ExtensionReasonRefused)
    elif is_open_ended(ledger, event) and not _states_later_day(ledger, event, on):
        yield Objection(Weight.VOID, "extension_without_date", errors.ExtensionWithoutDate)
    else:
        yield from _against_this_notice(ledger, codes, on)


def _states_later_day(ledger: Ledger, event: ClockEvent, on: date) -> bool:
    first = first_end(ledger.terms, ledger.received_on)
    return event.until is not None and event.until > first


def _against_this_notice(ledger: Ledger, codes: set[str], on: date) -> Iterator[Objection]:
    if not codes:
        yield Objection(
            Weight.UNFIT, "extension_without_reasons", errors.ExtensionWithoutReasons
        )
    elif codes - ledger.terms.extension_reasons:
        yield Objection(Weight.UNFIT, "extension_reason_unknown", errors.ExtensionReasonRefused)
    if on > notice_day(ledger):
        yield Objection(Weight.NOTED, "extension_after_text_date", errors.ExtensionLate)


def _against_refusing(ledger: Ledger, event: ClockEvent, on: date) -> Iterator[Objection]:
    extended = ledger.is_extended() and not ledger.terms.profile.refusal_in_first_period
    if on > ledger.last_day(on, extended):
        yield Objection(Weight.UNFIT, "refusal_late", errors.RefusalLate)


_AFTER_THE_END: Final = frozenset({ClockEventKind.REOPENED, ClockEventKind.WIDENED})
_Rule = Callable[[Ledger, ClockEvent, date], Iterator[Objection]]
_RULES: Final[dict[ClockEventKind, _Rule]] = {
    ClockEventKind.ASKED: _against_asking,
    ClockEventKind.FEE_ASKED: _against_asking,
    ClockEventKind.ANSWERED: _against_answer,
    ClockEventKind.FEE_PAID: _against_answer,
    ClockEventKind.DECLINED: _against_decline,
    ClockEventKind.EXTENDED: _against_extending,
    ClockEventKind.REFUSED: _against_refusing,
}

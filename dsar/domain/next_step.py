"""One next step for every case: what to do, and on which page."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dsar.domain.cases import State
from dsar.domain.rights import RULES, Right, Work


class Place(StrEnum):
    """The page of a case on which a step is done."""

    OVERVIEW = "overview"
    TASKS = "tasks"
    FINDINGS = "findings"
    IDENTITY = "identity"
    TEXTS = "texts"
    PACKAGE = "package"
    APPROVAL = "approval"
    SENDING = "sending"
    CLOSURE = "closure"
    WEIGHING = "weighing"
    MEASURES = "measures"
    RECIPIENTS = "recipients"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one right has come, counted from its rows."""

    right: Right
    state: State
    tasks: int = 0
    open_tasks: int = 0
    undecided: int = 0
    is_refused: bool = False
    is_weighed: bool = True
    to_carry_out: int = 0
    #: How many of those erase something: they wait while the approval can be taken back.
    to_erase: int = 0
    untold: int = 0
    to_transfer: int = 0
    is_identified: bool = False
    is_asked: bool = False
    is_built: bool = False
    is_approval_asked: bool = False
    is_approved: bool = False
    is_sent: bool = False
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """How long an approval of an erasure can be taken back, seen from a moment."""

    now: datetime
    window: timedelta

    def ends_at(self, progress: Progress) -> datetime | None:
        """Return until when erasing waits; None where it need not wait (any more)."""
        if progress.approved_at is None or not progress.to_erase:
            return None
        end = progress.approved_at + self.window
        return end if self.now < end else None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next: words by id with facts, the page, and whether it is to wait, until."""

    words_id: str
    place: Place
    n: int = 0
    waits: bool = False
    right: Right | None = None
    until: datetime | None = None


_CLOSED: Final = frozenset({State.CLOSED, State.DISPOSED})
_ORDER: Final = tuple(State)


def next_step(progress: Progress, undo: Undo | None = None) -> NextStep:
    """Return the one thing to do next for a right; undo: what an erasure waits for."""
    if progress.state in _CLOSED:
        return NextStep("step.none", Place.OVERVIEW)
    if progress.state is State.DELIVERED:
        return NextStep("step.close", Place.CLOSURE, right=progress.right)
    step = _work(progress) or _towards_release(progress, undo)
    return replace(step, right=progress.right)


def most_urgent(steps: list[Progress], undo: Undo | None = None) -> NextStep:
    """Return the next step of a case: that of its least advanced open right.

    What takes effect at once comes first, until it is found and done; what waits for others
    comes last; between equals, a copy comes before erasing.
    """
    open_ones = [progress for progress in steps if progress.state not in _CLOSED]
    if not open_ones:
        return NextStep("step.none", Place.OVERVIEW)
    return min(((each, next_step(each, undo)) for each in open_ones), key=_urgency)[1]


def _urgency(one: tuple[Progress, NextStep]) -> tuple[bool, bool, int, bool]:
    progress, step = one
    order, is_erasure = _ORDER.index(progress.state), progress.right is Right.ERASURE
    return not _is_at_once(progress), step.waits, order, is_erasure


def _is_at_once(progress: Progress) -> bool:
    is_undone = bool(progress.open_tasks or progress.to_carry_out) and not progress.is_refused
    return RULES[progress.right].at_once and is_undone


def _work(progress: Progress) -> NextStep | None:
    """Return what is still to be found out, decided or, where that comes first, done."""
    if progress.is_refused or progress.is_sent:
        return None
    if RULES[progress.right].at_once and progress.to_carry_out:
        return NextStep("step.carry_out", Place.MEASURES, progress.to_carry_out)
    if progress.open_tasks:
        return NextStep("step.tasks", Place.TASKS, progress.open_tasks)
    if progress.undecided:
        return NextStep("step.decide", Place.FINDINGS, progress.undecided)
    if progress.is_weighed:
        return None
    is_words = RULES[progress.right].work is Work.WORDS
    return NextStep("step.reply" if is_words else "step.weigh", Place.WEIGHING)


def _towards_release(progress: Progress, undo: Undo | None) -> NextStep:
    if progress.is_sent:
        return NextStep("step.wait_mail", Place.SENDING, waits=True)
    if not progress.is_approved:
        return _towards_approval(progress)
    needs_identity = RULES[progress.right].needs_identity and not progress.is_refused
    if needs_identity and not progress.is_identified:
        return _identify(progress)
    return _to_be_done(progress, undo) or NextStep("step.send", Place.SENDING)


def _to_be_done(progress: Progress, undo: Undo | None) -> NextStep | None:
    """Return what the answer says has been done, and is not: what need not wait comes first."""
    until = undo.ends_at(progress) if undo else None
    if n := progress.to_carry_out - (progress.to_erase if until else 0):
        return NextStep("step.carry_out", Place.MEASURES, n)
    if until:
        return NextStep("step.wait_undo", Place.MEASURES, waits=True, until=until)
    if progress.to_transfer:
        return NextStep("step.transfer", Place.TRANSFER)
    if progress.untold:
        return NextStep("step.tell_recipients", Place.RECIPIENTS, progress.untold)
    return None


def _towards_approval(progress: Progress) -> NextStep:
    if not progress.is_built:
        return NextStep("step.build", Place.TEXTS)
    if not progress.is_approval_asked:
        return NextStep("step.ask_approval", Place.PACKAGE)
    return NextStep("step.approve", Place.APPROVAL)


def _identify(progress: Progress) -> NextStep:
    if progress.is_asked:
        return NextStep("step.wait_identity", Place.IDENTITY, waits=True)
    return NextStep("step.identify", Place.IDENTITY)

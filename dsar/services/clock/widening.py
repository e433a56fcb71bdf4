"""A right that the person adds later: its own clock, from the day of its own receipt (R9)."""

from dataclasses import dataclass
from datetime import datetime

from dsar.domain.cases import OPEN, State
from dsar.domain.clock import Reckoning
from dsar.domain.clock_notices import CaseEnded, NotYetReceived, RightAlreadyUsed
from dsar.domain.events import PERSON, Actor, EventKind
from dsar.domain.rights import Right
from dsar.models import Case, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines
from dsar.services.intake.opening import Wish, add_right
from dsar.services.progress import follow, open_file
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import transaction


@dataclass(frozen=True, slots=True)
class AddRight:
    """A further right, in the person's words, and when it reached the house."""

    case_id: str
    right: Right
    received_at: datetime
    words: str = ""


def widen(command: AddRight, actor: Actor, now: datetime) -> None:
    """Add the right with its tasks and its own clock; the other clocks do not restart.

    The same twice is no error. Staff are told where the person did it herself.
    Raises RightAlreadyUsed, CaseEnded, NotYetReceived.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        rights = deadlines.rights_of(session, command.case_id)
        if any(row.right == command.right for row in rights):
            raise RightAlreadyUsed
        if State(file.case.state) not in OPEN:
            raise CaseEnded
        if not file.case.received_at <= command.received_at <= now:
            raise NotYetReceived
        _add(file, command, 1 + max(row.position for row in rights))


def may_add_erasure(case_id: str) -> bool:
    """Say whether a consent is withdrawn in an open case in which erasure is not asked for."""
    case = db.session.get_one(Case, case_id)
    used = {row.right for row in deadlines.rights_of(db.session, case_id)}
    is_asked = Right.CONSENT_WITHDRAWAL in used and Right.ERASURE not in used
    return is_asked and State(case.state) in OPEN


def preview(case: Case, received_at: datetime) -> Reckoning:
    """Return the dates that a right received then would have. Writes nothing."""
    return deadlines.reckon_added(db.session, case, received_at)


def _add(file: CaseFile, command: AddRight, position: int) -> None:
    wish = Wish(
        command.right, {"words": command.words.strip()} if command.words.strip() else {}
    )
    reckoning = preview(file.case, command.received_at)
    right = add_right(file.session, file.case, (position, wish), reckoning)
    file.session.flush()
    file.record(
        EventKind.RIGHT_ADDED,
        right=right.right,
        received_at=command.received_at,
        **deadlines.date_facts(right),
    )
    follow(file)
    deadlines.take_earliest(file)
    if file.actor == PERSON:
        for staff_id in responsible_for(file.session, file.case):
            file.tell_staff(Notice("t12", once=f"added:{right.right}"), staff_id)

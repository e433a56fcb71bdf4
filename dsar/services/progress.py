"""How far a right has come: steps that the work services share, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import select

from dsar.domain.cases import OPEN, Action, State, TransitionError, case_state, next_state
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.models import Case, Delivery, Package, RequestedRight
from dsar.services.casefile import CaseFile
from dsar.services.clock.deadlines import rights_of
from dsar.services.transaction import Db

#: While tasks are being answered.
COLLECTS = frozenset({State.RECEIVED, State.COLLECTING})


class AnswerSent(DomainError):
    """What has been handed over is not changed any more."""

    message_id = "error.answer_sent"


def open_file(session: Db, case_id: str, actor: Actor, now: datetime) -> CaseFile:
    """Return the file of a case, held against other writers until the transaction ends."""
    case = session.get_one(Case, case_id, with_for_update=True)
    return CaseFile(session, case, actor, now)


def advance(file: CaseFile, right: RequestedRight, action: Action) -> None:
    """Move a right, and the case with it. Raises TransitionError."""
    right.state = str(next_state(State(right.state), action))
    follow(file)


def follow(file: CaseFile) -> None:
    """Give the case the state of its least advanced right (decision 9)."""
    rights = rights_of(file.session, file.case.id)
    row, states = file.case, [State(each.state) for each in rights]
    row.state = str(case_state(states))


def begin(file: CaseFile, right: RequestedRight, tasks: int) -> None:
    """Start the work on a right that nobody has begun; again is no error."""
    if State(right.state) is State.RECEIVED:
        advance(file, right, Action.START)
        file.record(EventKind.WORK_STARTED, right=right.right, tasks=tasks)


def outdate(file: CaseFile, right: RequestedRight) -> None:
    """Make what was built from a right void, because something in it changes now.

    Takes an approved right back to review. Raises AnswerSent once it has been handed over,
    TransitionError once the right is closed.
    """
    if State(right.state) not in OPEN:
        raise TransitionError(state=right.state, action="change")
    if State(right.state) is State.DELIVERED or is_sent(file.session, right.id):
        raise AnswerSent
    for package in current_packages(file.session, right.id):
        package.replaced_at = file.now
        file.record(EventKind.PACKAGE_OUTDATED, package=package.id, right=right.right)
    if State(right.state) is State.READY:
        advance(file, right, Action.TAKE_BACK)


def collect_again(file: CaseFile, right: RequestedRight) -> None:
    """Take a right back to collecting, from wherever it is; again is no error."""
    outdate(file, right)
    if State(right.state) is State.REVIEWING:
        advance(file, right, Action.COLLECT_AGAIN)
        file.record(EventKind.COLLECTION_REOPENED, right=right.right)


def current_packages(session: Db, right_id: str) -> list[Package]:
    """Return the packages of a right that nothing has replaced: one, or none."""
    query = select(Package).where(Package.right_id == right_id, Package.replaced_at.is_(None))
    return list(session.scalars(query.order_by(Package.built_at)))


def is_sent(session: Db, right_id: str) -> bool:
    """Say whether an answer is on its way, or handed over, and the right not opened again."""
    query = select(Delivery.id).join(Package, Package.id == Delivery.package_id)
    stands = (Package.right_id == right_id, Package.replaced_at.is_(None))
    return session.scalar(query.where(*stands).limit(1)) is not None

"""One case as its page needs it: whose it is, how far each right has come, what is unread."""

from dataclasses import dataclass

from sqlalchemy import func, select

from dsar.domain.messages import Direction
from dsar.domain.next_step import NextStep, Progress, Undo, most_urgent
from dsar.models import (
    Case,
    ClockNotice,
    Finding,
    IdentityCheck,
    Message,
    Organisation,
    RequestedRight,
    Staff,
    Task,
    db,
)
from dsar.queries.progress import progress_of

__all__ = ["Case", "OneCase", "Organisation", "RequestedRight", "Task", "one_case"]


@dataclass(frozen=True, slots=True)
class OneCase:
    """A case with its organisation, its owner's name, and counts for the tabs."""

    case: Case
    organisation: Organisation
    owner_name: str
    progress: tuple[Progress, ...]
    findings: int
    unread: int
    #: A notice that moves a clock is prepared but has not left: it moves nothing (decision 5).
    is_pending: bool

    def step(self, undo: Undo) -> NextStep:
        """Return the one thing to do next; undo: what an erasure waits for."""
        return most_urgent(list(self.progress), undo)

    @property
    def tasks(self) -> int:
        """Return how many tasks the case has."""
        return sum(one.tasks for one in self.progress)

    @property
    def settled_tasks(self) -> int:
        """Return how many of them have an answer."""
        return self.tasks - sum(one.open_tasks for one in self.progress)


def one_case(case: Case) -> OneCase:
    """Return what the frame of a case page shows."""
    owner = db.session.get(Staff, case.owner_id) if case.owner_id else None
    findings = select(func.count(Finding.id)).where(
        Finding.case_id == case.id, Finding.removed_at.is_(None)
    )
    unread = select(func.count(Message.id)).where(
        Message.case_id == case.id,
        Message.direction == str(Direction.FROM_PERSON),
        Message.read_at.is_(None),
    )
    pending = select(func.count(IdentityCheck.id)).where(
        IdentityCheck.case_id == case.id,
        IdentityCheck.verdict == "asked",
        IdentityCheck.asked_at.is_not(None),
        IdentityCheck.notified_at.is_(None),
    )
    notices = select(func.count(ClockNotice.id)).where(
        ClockNotice.case_id == case.id, ClockNotice.notified_at.is_(None)
    )
    return OneCase(
        case=case,
        organisation=db.session.get_one(Organisation, case.organisation_id),
        owner_name=owner.name if owner else "",
        progress=tuple(progress_of([case.id])[case.id]),
        findings=db.session.scalar(findings) or 0,
        unread=db.session.scalar(unread) or 0,
        is_pending=bool(db.session.scalar(pending) or db.session.scalar(notices)),
    )

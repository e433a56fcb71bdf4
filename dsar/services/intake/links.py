"""Cases that belong together are linked; each keeps its own clock, and none is closed by it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from dsar.domain.cases import State
from dsar.domain.events import Actor, EventKind
from dsar.domain.links import LinkKind, NotLinkable
from dsar.models import Case, CaseLink, new_id
from dsar.services.casefile import CaseFile
from dsar.services.progress import open_file
from dsar.services.transaction import Db, transaction


@dataclass(frozen=True, slots=True)
class LinkCases:
    """Two cases, and how they belong together."""

    case_id: str
    other_id: str
    kind: LinkKind


def link(command: LinkCases, actor: Actor, now: datetime) -> None:
    """Link two cases of one organisation, on record in both; again is no error.

    Raises NotLinkable.
    """
    with transaction() as session:
        files = _both(session, command, (actor, now))
        add_link(*files, command.kind)


def unlink(command: LinkCases, actor: Actor, now: datetime) -> None:
    """Take a link away, on record in both cases; where there is none is no error."""
    with transaction() as session:
        ours, theirs = _both(session, command, (actor, now))
        row = _between(session, ours.case.id, theirs.case.id)
        if row is None:
            return
        session.delete(row)
        for file, other in ((ours, theirs), (theirs, ours)):
            file.record(EventKind.CASE_UNLINKED, other=other.case.number, link=row.kind)


def add_link(ours: CaseFile, theirs: CaseFile, kind: LinkKind) -> None:
    """Link two cases in the caller's transaction. A follow-up follows the second one."""
    cases = (ours.case, theirs.case)
    is_one_house = cases[0].organisation_id == cases[1].organisation_id
    is_gone = any(State(case.state) is State.DISPOSED for case in cases)
    if cases[0].id == cases[1].id or not is_one_house or is_gone:
        raise NotLinkable
    session, actor = ours.session, ours.actor
    if _between(session, cases[0].id, cases[1].id) is not None:
        return
    session.add(
        CaseLink(
            id=new_id(),
            case_id=cases[0].id,
            other_id=cases[1].id,
            kind=str(kind),
            linked_at=ours.now,
            linked_by=actor.ref if actor.kind == "staff" else None,
        )
    )
    for file, other in ((ours, theirs), (theirs, ours)):
        file.record(EventKind.CASE_LINKED, other=other.case.number, link=str(kind))


def follow(file: CaseFile, earlier_id: str) -> None:
    """Link a new case to the one that its person had open; one that is gone is let be."""
    earlier = file.session.get(Case, earlier_id, with_for_update=True)
    if earlier is None or State(earlier.state) is State.DISPOSED:
        return
    theirs = CaseFile(file.session, earlier, file.actor, file.now)
    add_link(file, theirs, LinkKind.FOLLOW_UP)


def _both(
    session: Db, command: LinkCases, by: tuple[Actor, datetime]
) -> tuple[CaseFile, CaseFile]:
    """Return both files, held in one order, so that two links never wait for each other."""
    ids = sorted({command.case_id, command.other_id})
    files = {case_id: open_file(session, case_id, *by) for case_id in ids}
    return files[command.case_id], files[command.other_id]


def _between(session: Db, one: str, other: str) -> CaseLink | None:
    pair = CaseLink.case_id, CaseLink.other_id
    query = select(CaseLink).where(
        or_(
            and_(pair[0] == one, pair[1] == other),
            and_(pair[0] == other, pair[1] == one),
        )
    )
    return session.scalar(query)

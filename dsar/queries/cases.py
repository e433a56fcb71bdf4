"""Lists of cases: filtered, ordered by the date that binds, one page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Executable, and_, false, func, or_, select

from dsar.domain.cases import CLOCK_RUNS, OPEN
from dsar.domain.clock import VOID_NOTICE
from dsar.domain.next_step import NextStep, Progress, Undo, most_urgent
from dsar.domain.search import SearchKeys
from dsar.models import (
    Case,
    CasePerson,
    Delivery,
    IdentityCheck,
    NameToken,
    Organisation,
    RequestedRight,
    Staff,
    db,
)
from dsar.queries.progress import progress_of

PAGE = 50
_OPEN = [str(state) for state in OPEN]
_RUNS = [str(state) for state in CLOCK_RUNS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases a list shows. `after` is (sort_on, id) of the last row of the page before."""

    organisation_ids: Sequence[str]
    today: date
    state: str = "open"
    right: str = ""
    due: str = ""
    owner_id: str = ""
    channel: str = ""
    language: str = ""
    unconfirmed: bool = False
    search: SearchKeys | None = None
    after: tuple[date, str] | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list. Names are sealed, so they come from elsewhere."""

    case: Case
    organisation: Organisation
    owner_name: str
    progress: tuple[Progress, ...]
    paused_since: datetime | None = None
    answered_at: datetime | None = None
    #: A notice that should have moved the date left too late: it moves nothing.
    is_void: bool = False

    @property
    def rights(self) -> tuple[str, ...]:
        """Return the rights used, in order."""
        return tuple(str(one.right) for one in self.progress)

    def step(self, undo: Undo) -> NextStep:
        """Return the one thing to do next; undo: what an erasure waits for."""
        return most_urgent(list(self.progress), undo)


def case_rows(wanted: Wanted) -> tuple[list[CaseRow], bool]:
    """Return one page of cases, the most urgent first, and whether there are more."""
    query = (
        select(Case, Organisation, Staff.name)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(Staff, Staff.id == Case.owner_id)
        .where(*_conditions(wanted))
        .order_by(Case.sort_on, Case.id)
        .limit(wanted.limit + 1)
    )
    found = db.session.execute(query).all()
    shown = found[: wanted.limit]
    progress = progress_of(case.id for case, _, _ in shown)
    paused = _pauses([case.id for case, _, _ in shown if case.binding_on is None])
    answered = _answers([case.id for case, _, _ in shown if case.state not in _RUNS])
    void = _void([case.id for case, _, _ in shown if case.state in _RUNS])
    rows = [
        CaseRow(
            case,
            organisation,
            owner or "",
            tuple(progress[case.id]),
            paused.get(case.id),
            answered.get(case.id),
            case.id in void,
        )
        for case, organisation, owner in shown
    ]
    return rows, len(found) > wanted.limit


def count_cases(wanted: Wanted) -> int:
    """Return how many cases match; open cases only, so it never grows with closed ones."""
    query = select(func.count(Case.id)).where(*_conditions(wanted))
    return db.session.scalar(query) or 0


def _pauses(case_ids: Sequence[str]) -> dict[str, datetime]:
    """Return since when the clocks of suspended cases stand still."""
    query = (
        select(IdentityCheck.case_id, func.min(IdentityCheck.notified_at))
        .where(
            IdentityCheck.case_id.in_(case_ids),
            IdentityCheck.notified_at.is_not(None),
            IdentityCheck.answered_at.is_(None),
            IdentityCheck.pauses,
        )
        .group_by(IdentityCheck.case_id)
    )
    return _moments(query) if case_ids else {}


def _answers(case_ids: Sequence[str]) -> dict[str, datetime]:
    """Return when people were informed, of cases whose clock no longer runs."""
    query = (
        select(Delivery.case_id, func.min(Delivery.delivered_at))
        .where(Delivery.case_id.in_(case_ids), Delivery.delivered_at.is_not(None))
        .group_by(Delivery.case_id)
    )
    return _moments(query) if case_ids else {}


def _void(case_ids: Sequence[str]) -> set[str]:
    """Return the cases with a notice that left the house and moves nothing."""
    rows = db.session.execute(
        select(RequestedRight.case_id, RequestedRight.clock_flags).where(
            RequestedRight.case_id.in_(case_ids), RequestedRight.state.in_(_RUNS)
        )
    )
    return {case_id for case_id, flags in rows if VOID_NOTICE & set(flags)}


def _moments(query: Executable) -> dict[str, datetime]:
    return {case_id: at for case_id, at in db.session.execute(query)}


def _conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    yield Case.organisation_id.in_(wanted.organisation_ids)
    yield from _by_state(wanted)
    yield from _by_date(wanted)
    for column, value in (
        (Case.channel, wanted.channel),
        (Case.language, wanted.language),
    ):
        if value:
            yield column == value
    if wanted.owner_id:
        yield (
            Case.owner_id.is_(None)
            if wanted.owner_id == "none"
            else (Case.owner_id == wanted.owner_id)
        )
    if wanted.unconfirmed:
        yield and_(Case.address_confirmed_at.is_(None), Case.channel == "web")
    if wanted.right:
        yield Case.id.in_(
            select(RequestedRight.case_id).where(RequestedRight.right == wanted.right)
        )
    yield from _by_search(wanted.search)
    if wanted.after:
        day, case_id = wanted.after
        yield or_(Case.sort_on > day, and_(Case.sort_on == day, Case.id > case_id))


def _by_state(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.state == "open":
        yield Case.state.in_(_OPEN)
    elif wanted.state == "running":
        yield Case.state.in_(_RUNS)
    elif wanted.state != "all":
        yield Case.state == wanted.state


def _by_date(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.due in {"late", "today", "week"}:
        yield Case.state.in_(_RUNS)
        yield Case.binding_on.is_not(None)  # while suspended nothing is late (decision 4)
    if wanted.due == "late":
        yield Case.sort_on < wanted.today
    elif wanted.due == "today":
        yield Case.sort_on == wanted.today
    elif wanted.due == "week":
        yield Case.sort_on.between(wanted.today, wanted.today + timedelta(days=7))


def _by_search(search: SearchKeys | None) -> Iterable[ColumnElement[bool]]:
    if search is None:
        return
    ways: list[ColumnElement[bool]] = []
    if search.number:
        ways.append(Case.number == search.number)
    if search.email_index:
        ways.append(
            Case.id.in_(
                select(CasePerson.case_id).where(CasePerson.email_index == search.email_index)
            )
        )
    if search.tokens:
        ways.append(
            and_(
                *(
                    Case.id.in_(select(NameToken.case_id).where(NameToken.token == token))
                    for token in search.tokens
                )
            )
        )
    yield or_(false(), *ways)

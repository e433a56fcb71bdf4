"""Lines of the lists: the deadline in words, the name where it may be shown, the next step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_login import current_user

from dsar.domain.cases import CLOCK_RUNS, State
from dsar.domain.next_step import NextStep
from dsar.i18n import t
from dsar.queries.cases import CaseRow
from dsar.services.clock import deadlines
from dsar.services.rights.erasing import undo_at
from dsar.services.staff.names import names_of
from dsar.web.clock_drawing import DueDates, DueView, due_view, ended_view
from dsar.web.staff.case_frame import href_of, place_href, state_words, step_words


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list, ready to print."""

    id: str
    number: str
    house: str
    name: str
    rights: str
    day: date | None
    due: DueView
    step: str
    waits: bool
    href: str
    step_href: str
    owner: str
    status: str
    tags: tuple[str, ...] = ()
    days_left: int = 0
    is_new: bool = False
    runs: bool = field(default=True)


def lines_of(rows: Sequence[CaseRow], now: datetime, with_names: bool = True) -> list[Line]:
    """Return the lines of some rows; names are opened with one fetch of keys, or not at all."""
    names = names_of([row.case.id for row in rows]) if with_names else {}
    return [_line(row, names.get(row.case.id, ""), now) for row in rows]


def _line(row: CaseRow, name: str, now: datetime) -> Line:
    case, step = row.case, row.step(undo_at(now))
    today = deadlines.local_today(case.profile, now)
    url = {"organisation": row.organisation.key, "number": case.number}
    href = href_of("staff.case", **url)
    return Line(
        id=case.id,
        number=case.number,
        house=row.organisation.display_name,
        name=name,
        rights=", ".join(t(f"right.{right}") for right in row.rights),
        day=case.binding_on,
        due=_due(row, today),
        step=step_words(step, len(row.rights)),
        waits=step.waits or case.binding_on is None,
        href=href,
        step_href=place_href(step.place, **url, **_right_of(step, row)) or href,
        owner=t("s3.you") if case.owner_id == current_user.id else row.owner_name,
        status=state_words(case.state),
        tags=tuple(_tags(row)),
        days_left=(case.sort_on - today).days,
        is_new=case.state == State.RECEIVED,
        runs=case.state in CLOCK_RUNS,
    )


def _right_of(step: NextStep, row: CaseRow) -> dict[str, str]:
    """Return what names the right of the next step, where the case has several."""
    return {"right": str(step.right)} if step.right and len(row.rights) > 1 else {}


def _due(row: CaseRow, today: date) -> DueView:
    case = row.case
    if case.state not in CLOCK_RUNS and row.answered_at is None:
        return ended_view(case.state)
    return due_view(
        DueDates(
            received_on=_local(case.profile, case.received_at),
            due_on=case.binding_on,
            paused_since=_local(case.profile, row.paused_since) if row.paused_since else None,
            answered_on=_local(case.profile, row.answered_at) if row.answered_at else None,
        ),
        today,
    )


def _local(profile: str, moment: datetime) -> date:
    return deadlines.local_today(profile, moment)


def _tags(row: CaseRow) -> list[str]:
    case = row.case
    told = {
        "v.unconf": case.channel == "web" and case.address_confirmed_at is None,
        "s5.practice": case.is_practice,
        "s5.guarded": case.is_guarded,
        "clock.void.tag": row.is_void,
    }
    return [t(words_id) for words_id, holds in told.items() if holds]

"""S2: am I safe, and what do I do? One sentence, one button, three lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import organisations_of
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.cases import Wanted, case_rows, count_cases
from dsar.queries.one_case import Organisation
from dsar.services.clock import deadlines
from dsar.services.setup import installation
from dsar.timesource import utcnow
from dsar.web.security import requires
from dsar.web.staff.routes import bp
from dsar.web.staff.rows import Line, lines_of

#: A case that is due later than this is coming up; new ones are looked at at once.
SOON_DAYS = 14
#: Closing is done by hand; a few of those that wait for it are shown.
ANSWERED = 10


@dataclass(frozen=True, slots=True)
class Today:
    """The page: a sentence, the most urgent line, and who must do what."""

    day: date
    sentence: str
    tone: str
    first: Line | None
    do_now: tuple[Line, ...]
    waiting: tuple[Line, ...]
    coming: tuple[Line, ...]
    unconfirmed: int
    more: bool
    machine: str
    houses: int


@bp.get("/staff/today")
@requires(Permission.SEE_TODAY)
def today() -> ResponseReturnValue:
    """Show what the signed-in person must do today, across her organisations."""
    houses = organisations_of(current_user, Permission.VIEW_CASES)
    if not houses:
        return render_template("staff/today.html", page=None, day=house_day(houses, utcnow()))
    return render_template("staff/today.html", page=_page(houses, utcnow()))


def house_day(houses: Sequence[Organisation], now: datetime) -> date:
    """Return which day it is where the first of the organisations answers."""
    return deadlines.local_today(houses[0].profile if houses else "NO", now)


def _page(houses: Sequence[Organisation], now: datetime) -> Today:
    day, ids = house_day(houses, now), [house.id for house in houses]
    running, more = case_rows(Wanted(organisation_ids=ids, today=day, state="running"))
    answered, _ = case_rows(
        Wanted(organisation_ids=ids, today=day, state="delivered", limit=ANSWERED)
    )
    lines = lines_of([*running, *answered], now)
    late = count_cases(Wanted(organisation_ids=ids, today=day, state="running", due="late"))
    unconfirmed = Wanted(organisation_ids=ids, today=day, state="running", unconfirmed=True)
    do_now = tuple(line for line in lines if not line.waits and _is_pressing(line))
    return Today(
        day=day,
        sentence=_sentence(lines, late) if lines else _calm(houses),
        tone="bad" if late else "",
        first=do_now[0] if do_now else None,
        do_now=do_now,
        waiting=tuple(line for line in lines if line.waits),
        coming=tuple(line for line in lines if not line.waits and not _is_pressing(line)),
        unconfirmed=count_cases(unconfirmed),
        more=more,
        machine="s2.machine.kept" if installation.is_mail_kept() else "s2.machine.ok",
        houses=len(houses),
    )


def _calm(houses: Sequence[Organisation]) -> str:
    """Return the sentence of an empty list: no more is promised than is true."""
    is_open = all(house.published_at for house in houses)
    return t("s2.none") if is_open and not installation.is_mail_kept() else t("s2.empty")


def _is_pressing(line: Line) -> bool:
    return not line.runs or line.is_new or line.days_left <= SOON_DAYS


def _sentence(lines: Sequence[Line], late: int) -> str:
    """Return the one sentence; the lines come with the earliest date first."""
    running = [line for line in lines if line.runs]
    dated = [line for line in running if line.day is not None]
    if late:
        return t("s2.late", n=late, ref=dated[0].number)
    if not running:
        return t("s2.answered")
    if not dated:
        return t("s2.paused")
    if dated[0].days_left == 0:
        return t("s2.today", n=sum(line.days_left == 0 for line in dated))
    return t("s2.calm", n=dated[0].days_left, date=dated[0].day)

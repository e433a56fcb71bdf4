"""S3: find and move many cases; the address is the view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_cases, organisations_of
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.cases import Wanted, case_rows, count_cases
from dsar.queries.one_case import Organisation
from dsar.queries.organisations import staff_of
from dsar.services.work import assignment
from dsar.timesource import utcnow
from dsar.web.fields import Option
from dsar.web.security import requires
from dsar.web.staff import filters
from dsar.web.staff.forms import BulkForm, people_options
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.rows import lines_of
from dsar.web.staff.today_routes import house_day

#: Views that everybody has: words, and their parameters.
VIEWS = (
    ("v.mine", {"owner": "me"}),
    ("v.new", {"state": "received"}),
    ("v.soon", {"due": "week"}),
    ("v.late", {"due": "late"}),
    ("v.unconf", {"unconfirmed": "y"}),
)


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A view that everybody has, as a link."""

    words: str
    href: str
    current: bool


@bp.get("/staff/cases")
@requires(Permission.VIEW_CASES)
def queue() -> ResponseReturnValue:
    """Show the cases of a view, the most urgent first."""
    return _page(BulkForm())


@bp.post("/staff/cases/search")
@requires(Permission.VIEW_CASES)
def search() -> ResponseReturnValue:
    """Go to the one case that matches, or to the list of those that do."""
    form = filters.SearchForm()
    text = form.q.data or ""
    keys = filters.keys_of(text)
    if keys is None:
        return redirect(url_for("staff.queue"), 303)
    houses = organisations_of(current_user, Permission.VIEW_CASES)
    wanted = Wanted(
        organisation_ids=[house.id for house in houses],
        today=house_day(houses, utcnow()),
        state="all",
        search=keys,
        limit=1,
    )
    rows, more = case_rows(wanted)
    if rows and not more:
        key, number = rows[0].organisation.key, rows[0].case.number
        return redirect(url_for("staff.case", organisation=key, number=number), 303)
    return redirect(url_for("staff.queue", find=filters.sealed_search(text)), 303)


@bp.post("/staff/cases/next")
@requires(Permission.WORK_CASES)
def take_next() -> ResponseReturnValue:
    """Take the most urgent free case, and go to it."""
    houses = organisations_of(current_user, Permission.WORK_CASES)
    press = assignment.TakeNext([h.id for h in houses], request.form.get("once", ""))
    case = assignment.take_next(press, myself(), utcnow())
    if case is None:
        flash(t("s3.none_left"), "info")
        return redirect(url_for("staff.queue"), 303)
    key = next(h.key for h in houses if h.id == case.organisation_id)
    flash(t("s3.taken"), "ok")
    return redirect(url_for("staff.case", organisation=key, number=case.number), 303)


@bp.post("/staff/cases/assign")
@requires(Permission.ASSIGN_CASES)
def assign_many() -> ResponseReturnValue:
    """Give the ticked cases to somebody, as far as both may have them."""
    form = BulkForm()
    houses = organisations_of(current_user, Permission.VIEW_CASES)
    form.to.options = [Option("none", "s3.assign.nobody"), *_people(houses)]
    if not form.validate():
        return _page(form), UNPROCESSABLE
    allowed = access_cases(current_user, form.case.data, Permission.ASSIGN_CASES)
    to = None if form.to.data == "none" else str(form.to.data)
    done = assignment.assign_many([case.id for case in allowed], to, myself(), utcnow())
    flash(t("s3.bulk.done", n=done), "ok" if done else "info")
    if skipped := len(form.case.data) - done:
        flash(t("s3.bulk.skipped", n=skipped), "info")
    return redirect(_here(), 303)


def _page(bulk: BulkForm) -> str:
    now = utcnow()
    houses = organisations_of(current_user, Permission.VIEW_CASES)
    people = _people(houses)
    view = filters.read_view(request.args, people, houses)
    day = house_day(houses, now)
    rows, more = case_rows(view.wanted(houses, day, str(current_user.id)))
    bulk.to.options = [Option("none", "s3.assign.nobody"), *people]
    last = rows[-1].case if rows and more else None
    return render_template(
        "staff/queue.html",
        bulk=bulk,
        forms=[bulk],
        search=filters.SearchForm(data={"q": view.text}),
        view=view,
        lines=lines_of(rows, now, view.shows_names),
        counts=_counts(houses, Wanted(organisation_ids=[h.id for h in houses], today=day)),
        houses=houses,
        views=_views(),
        is_filtered=bool(set(request.args) - {"names", "lang", "after"}),
        next_page=_here(after=filters.cursor(last.sort_on, last.id)) if last else "",
        first_page=_here(after="") if view.after else "",
        names_page=_here(names="hidden" if view.shows_names else ""),
        may_assign=bool(organisations_of(current_user, Permission.ASSIGN_CASES)),
        args=request.args.to_dict(),
    )


def _counts(houses: Sequence[Organisation], base: Wanted) -> dict[str, int]:
    """Return the three numbers over the list; they look at open cases alone."""
    ids, day = base.organisation_ids, base.today
    running = Wanted(organisation_ids=ids, today=day, state="running")
    late = Wanted(organisation_ids=ids, today=day, state="running", due="late")
    mine = Wanted(
        organisation_ids=ids, today=day, state="running", owner_id=str(current_user.id)
    )
    return {
        "open": count_cases(running),
        "late": count_cases(late),
        "mine": count_cases(mine),
    }


def _people(houses: Sequence[Organisation]) -> list[Option]:
    """Return everybody who works cases of these organisations, each once."""
    found = {o.value: o for house in houses for o in people_options(staff_of(house))}
    return sorted(found.values(), key=lambda option: option.text)


def _views() -> list[ViewLink]:
    shown = {k: v for k, v in request.args.to_dict().items() if k not in {"after", "names"}}
    return [ViewLink(t(words), _href(given), shown == given) for words, given in VIEWS]


def _here(**values: str) -> str:
    return _href(filters.changed(request.args.to_dict(), **values))


def _href(values: dict[str, Any]) -> str:
    return url_for("staff.queue", **values)

"""P9: how the case stands, until when, what has happened, and what the person can do."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask import render_template, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from dsar.domain.cases import CLOCK_RUNS
from dsar.domain.clock import Reckoning
from dsar.i18n import format_time, page_language, t
from dsar.services.answer import reopening
from dsar.services.contact import status
from dsar.services.contact.status import Happening, RightView, StatusView
from dsar.services.rights import erasing_reading
from dsar.timesource import utcnow
from dsar.web.clock_drawing import clock_drawing
from dsar.web.portal import browser
from dsar.web.portal.clock_pages import clock_news
from dsar.web.portal.finding import bp
from dsar.web.portal.forms import ButtonForm, MailedCodeForm
from dsar.web.public.journey import journey

#: So long without news the page says that this is normal.
QUIET: Final = timedelta(days=7)


@bp.get("/o/<string:organisation>/case", endpoint="status")
def show_status(organisation: str) -> ResponseReturnValue:
    """Show the case as it stands at this moment."""
    here = browser.house(organisation)
    opened, now = browser.door(here.key), utcnow()
    view = status.status_of(opened.case_id, now)
    return render_template(
        "portal/status.html",
        here=here,
        view=view,
        form=None,
        confirm=MailedCodeForm(formdata=None),
        button=ButtonForm(formdata=None),
        tag=_tag(view),
        lines=_lines(view),
        rights=[(t(f"right.{one.right}"), _right_words(one)) for one in view.rights],
        happened=[(_sentence(one), one.at) for one in view.happened],
        quiet_since=_quiet_since(view, now),
        drawing=clock_drawing(view.reckoning, view.today),
        clock=clock_news(opened.case_id, now),
        erasure=_erasure_lines(opened.case_id),
        reopenable=reopening.reopenable(opened.case_id),
        updated=format_time(now, page_language()),
    )


@bp.post("/o/<string:organisation>/case/close")
def leave(organisation: str) -> ResponseReturnValue:
    """Close the case on this device, with the receipt that could open it again."""
    here = browser.house(organisation)
    way = journey(here.key)
    if way.is_sent:
        session["drafts"] = {k: v for k, v in session["drafts"].items() if k != here.key}
    browser.take(utcnow())
    return redirect(url_for("portal.left", organisation=here.key), 303)


@bp.get("/o/<string:organisation>/closed")
def left(organisation: str) -> ResponseReturnValue:
    """Say that the case is closed on this device, and how to open it again."""
    return render_template("portal/left.html", here=browser.house(organisation))


def _tag(view: StatusView) -> tuple[str, str]:
    """Return the words and the tone of the state; lateness is said beside it."""
    tones = {"public.state.waiting": "warn", "public.state.delivered": "ok"}
    return t(view.state_words), tones.get(view.state_words, "info")


def _lines(view: StatusView) -> list[str]:
    """Return what is to be said of the deadline, most important first."""
    if not view.is_open:
        return [t("p9.closed")]
    counted = view.reckoning
    if counted.informed_on is not None:
        return [t("p9.answered", date=counted.informed_on)]
    lines = [_due_line(view, counted)] if not _is_answered(view) else []
    if counted.promise_on and counted.promise_moved_on:
        facts = {"before": counted.promise_on, "on": counted.promise_moved_on}
        lines.append(t("p9.moved", **facts))
    return [line for line in lines if line]


def _erasure_lines(case_id: str) -> list[str]:
    """Return how far the erasure has come, where there is something to tell of it."""
    view = erasing_reading.erasure_of_person(case_id)
    if view is None:
        return []
    lines = [t("p9.erasure.copy_first")] if view.waits_for_copy else []
    if view.systems and view.open:
        lines.append(t("p9.erasure.begun", n=view.systems))
    elif view.systems:
        lines.append(t("p9.erasure.done", n=view.systems, date=view.erased_at))
    if view.purged_at:
        lines.append(t("p9.erasure.purged", date=view.purge_on))
    elif view.purge_on:
        lines.append(t("p9.erasure.purge", date=view.purge_on))
    return lines


def _is_answered(view: StatusView) -> bool:
    return any(answer.is_open and answer.is_last for answer in view.answers)


def _due_line(view: StatusView, counted: Reckoning) -> str:
    """Return the sentence of the day that binds; lateness has a notice of its own."""
    if counted.binding_on is None:
        asked = [pause.asked_on for pause in counted.pauses if pause.answered_on is None]
        return t("p9.paused", date=min(asked)) if asked else ""
    left = (counted.binding_on - view.today).days
    if left < 0:
        return ""
    if left == 0:
        return t("p9.due.today")
    return t("p9.due", date=counted.binding_on, n=left)


def _right_words(right: RightView) -> str:
    """Return how far a right has come, with its day: of the answer, or of its end."""
    state = t(f"public.state.{right.state}")
    if right.outcome and right.closed_at:
        ended = t(f"outcome.{right.outcome}")
        return t("p9.right.closed", outcome=ended, at=right.closed_at)
    if right.state not in CLOCK_RUNS:
        return state
    if right.due_on is None:
        return t("p9.right.paused", state=state)
    return t("p9.right.due", state=state, date=right.due_on)


#: Facts of the log that are codes, and where the words for them are.
_CODED: Final = {"right": "right", "outcome": "outcome", "end": "fee.end"}


def _sentence(happening: Happening) -> str:
    facts: dict[str, Any] = dict(happening.facts)
    for name, prefix in _CODED.items():
        if name in facts:
            facts[name] = t(f"{prefix}.{facts[name]}")
    return t(happening.words_id, **facts)


def _quiet_since(view: StatusView, now: datetime) -> datetime | None:
    """Return since when nothing has happened, where somebody might wonder."""
    last = max((one.at for one in view.happened), default=now)
    is_quiet = view.is_open and not view.is_waiting and not view.is_late
    return last if is_quiet and now - last > QUIET and not _is_answered(view) else None

"""The pages that move a date, in a browser without scripts: staff and person, both widths."""

import os
from datetime import timedelta

import pytest

from dsar.domain.clock_notices import ExtensionReason
from dsar.models import new_id
from dsar.services.clock import extension, questions
from dsar.services.contact import portal
from tests.browser.live import Walk
from tests.browser.test_work_pages import Desk, look, walk_as
from tests.factories.work import actor_of

__all__ = ["walk_as"]

pytestmark = pytest.mark.browser


def ask_and_extend(desk):
    """Leave one notice of each kind behind."""
    actor = actor_of(desk.staff)
    question = questions.Ask(new_id(), desk.case.id, "Hvilke år?", pauses=True, is_large=True)
    questions.ask(question, actor, desk.now)
    more = extension.Extend(new_id(), desk.case.id, ExtensionReason.MANY, "Mye e-post.")
    extension.extend(more, actor, desk.now)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_staff_see_the_date_before_they_move_it(live, walk_as, language):
    with live.app.app_context():
        desk = Desk(live, language)
        walk = walk_as(desk, language)
        for name in ("deadline", "deadline/extend", "deadline/question", "deadline/add-right"):
            look(walk, desk, name, name.replace("/", "-"))
        look(walk, desk, "deadline/withdraw", "deadline-withdraw")
        walk.press("deadline.withdraw.btn")
        ask_and_extend(desk)
        live.post()
        look(walk, desk, "deadline", "deadline-told")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_person_answers_withdraws_and_changes_her_mind(live, chromium, eyes, language):
    with live.app.app_context():
        desk = Desk(live)
        ask_and_extend(desk)
        live.post()
        walk = Walk(chromium, live, eyes, language)
        walk.go(f"/o/meetings/?lang={language}")
        session = live.app.session_interface.get_signing_serializer(live.app)
        token = portal.open_case_of(desk.case.id, desk.now + timedelta(seconds=1))
        cookie = session.dumps({"case": token, "language": language})
        walk.context.add_cookies([{"name": "dsar", "value": cookie, "url": live.url}])
        walk.go("/o/meetings/case")
        picture(walk, "status")
        walk.press("p9.question.btn")
        picture(walk, "question")
        walk.fill("p10.answer.label", "Fra 2024.")
        walk.press("p10.send.btn")
        walk.press("p9.do.withdraw")
        picture(walk, "withdraw")
        walk.press("p15.do.btn")
        walk.press("p15.undo.btn")


def picture(walk, name):
    """Keep a picture where PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        for width in (320, 1280):
            walk.page.set_viewport_size({"width": width, "height": 900})
            walk.page.screenshot(
                path=f"{folder}/person-{name}-{walk.lang}-{width}.png", full_page=True
            )

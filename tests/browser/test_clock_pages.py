"""The pages that move a date, in a browser without scripts: staff and person, both widths."""

from datetime import timedelta

import pytest

from dsar.domain.clock_notices import ExtensionReason
from dsar.models import new_id
from dsar.services.clock import extension, questions
from dsar.services.contact import portal
from tests.browser.desk import Desk
from tests.browser.live import Walk
from tests.factories.work import actor_of

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
        desk = Desk(language)
        walk = walk_as(desk, language)
        for name in ("deadline", "deadline/extend", "deadline/question", "deadline/add-right"):
            walk.see(desk, name)
        walk.see(desk, "deadline/withdraw")
        walk.press("deadline.withdraw.btn")
        ask_and_extend(desk)
        live.post()
        walk.see(desk, "deadline")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_person_answers_withdraws_and_changes_her_mind(live, chromium, eyes, language):
    with live.app.app_context():
        desk = Desk()
        ask_and_extend(desk)
        live.post()
        walk = Walk(chromium, live, eyes, language)
        walk.go(f"/o/meetings/?lang={language}")
        session = live.app.session_interface.get_signing_serializer(live.app)
        token = portal.open_case_of(desk.case.id, desk.now + timedelta(seconds=1))
        cookie = session.dumps({"case": token, "language": language})
        walk.context.add_cookies([{"name": "dsar", "value": cookie, "url": live.url}])
        walk.go("/o/meetings/case")
        walk.press("p9.question.btn")
        walk.fill("p10.answer.label", "Fra 2024.")
        walk.press("p10.send.btn")
        walk.press("p9.do.withdraw")
        walk.press("p15.do.btn")
        walk.press("p15.undo.btn")

"""Every page of the work in a browser without scripts: axe at both widths, nothing too wide."""

import pytest

from dsar.domain.identity import Method
from dsar.models import db, new_id
from dsar.services.answer import delivery
from dsar.services.identity import verification
from tests.browser.desk import Desk
from tests.factories.work import (
    actor_of,
    make_decided,
    make_delivery,
    make_finding,
    make_settled,
    make_texts,
    tasks_of,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["nb", "en"])
def test_collecting_and_deciding(live, walk_as, language):
    with live.app.app_context():
        desk = Desk(language)
        task = tasks_of(desk.case)[0].id
        make_finding(tasks_of(desk.case)[0], desk.staff, desk.now)
        held, number = desk.held(), desk.pasted()
        walk = walk_as(desk, language)
        walk.see(desk, "tasks")
        walk.see(desk, f"tasks/{task}")
        walk.see(desk, f"tasks/{task}/findings")
        walk.see(desk, f"tasks/{task}/findings/{number}")
        walk.see(desk, "findings")
        walk.see(desk, f"findings/{held}/decision")
        walk.see(desk, "identity")
        walk.press("s7.save.btn")
        walk.see(desk, "identity/enough")
        walk.see(desk, "identity/question")
        walk.see(desk, "closure")
        db.session.remove()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_answering(live, walk_as, language):
    with live.app.app_context():
        desk = Desk(language)
        desk.held()
        make_settled(desk.case, desk.staff, desk.now)
        make_decided(desk.case, desk.staff, desk.now)
        walk = walk_as(desk, language)
        walk.see(desk, "answer")
        system = tasks_of(desk.case)[0].system_id
        walk.see(desk, f"answer/{system}/recipients")
        make_texts(desk.case, desk.staff, desk.now)
        walk.see(desk, "answer")
        walk.press("s11.build.btn")
        walk.see(desk, "package")
        walk.press("s11.go.btn")
        walk.see(desk, "approval")
        walk.see(desk, "sending")
        db.session.remove()


def test_asking_and_sending(live, walk_as):
    with live.app.app_context():
        desk = Desk()
        asked = verification.AskIdentity(
            new_id(),
            desk.case.id,
            Method.QUESTION,
            "Adressen er ny for oss",
            "Når ble du kunde?",
        )
        verification.ask(asked, actor_of(desk.staff), desk.now)
        walk = walk_as(desk, "nb")
        walk.see(desk, "identity")
        delivered = make_delivery(desk.case, desk.staff, desk.other, desk.now)
        walk.see(desk, "approval")
        walk.see(desk, "sending")
        delivery.open_answer(delivered, desk.now)
        walk.see(desk, "closure")
        walk.see(desk, "identity")
        db.session.remove()

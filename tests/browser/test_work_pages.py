"""Every page of the work in a browser without scripts: axe at both widths, nothing too wide."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsar.domain.identity import Method
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import db, new_id
from dsar.services.answer import delivery
from dsar.services.identity import verification
from dsar.services.work import staged
from dsar.services.work.review import Judgement, decide
from tests import factories
from tests.browser.live import Walk
from tests.factories.accounts import sign_in
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
TABLE = (
    "Dato;Emne;Svar\n2026-01-02;Spørsmål om kurs;Ja, det er ledig plass\n2026-02-03;Faktura;"
)


class Desk:
    """One case and two members of staff in a running installation."""

    def __init__(self, live, language="nb"):
        self.now = datetime.now(UTC)
        house = factories.make_organisation("meetings", now=self.now)
        self.staff = factories.make_staff(house, now=self.now, language=language)
        self.other = factories.make_staff(house, now=self.now)
        self.case = factories.make_case(house, now=self.now)
        self.path = f"/staff/meetings/cases/{self.case.number}"

    def held(self):
        """Withhold one thing, so that every part of the page is there."""
        task = tasks_of(self.case)[0]
        finding = make_finding(task, self.staff, self.now, category="Brev", text="Om en annen")
        why = frozenset({"hiding_is_not_enough"})
        judgement = Judgement(ReviewVerdict.WITHHOLD, "gdpr_15_4", "Gjelder en annen", why)
        decide(finding, judgement, actor_of(self.staff), self.now)
        return finding

    def pasted(self):
        number = new_id()
        staged.stage_paste(self.case.id, number, TABLE, self.now)
        return number


@pytest.fixture
def walk_as(live, chromium, eyes):
    def enter(desk, language):
        walk = Walk(chromium, live, eyes, language)
        token = sign_in(live.app.test_client(), desk.staff, desk.now)
        walk.context.add_cookies([{"name": "dsar-staff", "value": token, "url": live.url}])
        return walk

    return enter


def look(walk, desk, path, name):
    """Open a page of the case, check it, and keep a picture where PICTURES names a folder."""
    walk.go(f"{desk.path}/{path}{'' if walk.lang == 'nb' else '?lang=' + walk.lang}")
    if folder := os.environ.get("PICTURES"):
        for width in (320, 1280):
            walk.page.set_viewport_size({"width": width, "height": 900})
            shot = Path(folder) / f"{name}-{walk.lang}-{width}.png"
            walk.page.screenshot(path=str(shot), full_page=True)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_collecting_and_deciding(live, walk_as, language):
    with live.app.app_context():
        desk = Desk(live, language)
        task = tasks_of(desk.case)[0].id
        make_finding(tasks_of(desk.case)[0], desk.staff, desk.now)
        held, number = desk.held(), desk.pasted()
        walk = walk_as(desk, language)
        look(walk, desk, "tasks", "tasks")
        look(walk, desk, f"tasks/{task}", "settle")
        look(walk, desk, f"tasks/{task}/findings", "add")
        look(walk, desk, f"tasks/{task}/findings/{number}", "preview")
        look(walk, desk, "findings", "findings")
        look(walk, desk, f"findings/{held}/decision", "decide")
        look(walk, desk, "identity", "identity")
        walk.press("s7.save.btn")
        look(walk, desk, "identity/enough", "identity-enough")
        look(walk, desk, "identity/question", "identity-question")
        look(walk, desk, "closure", "closure")
        db.session.remove()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_answering(live, walk_as, language):
    with live.app.app_context():
        desk = Desk(live, language)
        desk.held()
        make_settled(desk.case, desk.staff, desk.now)
        make_decided(desk.case, desk.staff, desk.now)
        walk = walk_as(desk, language)
        look(walk, desk, "answer", "texts")
        system = tasks_of(desk.case)[0].system_id
        look(walk, desk, f"answer/{system}/recipients", "text")
        make_texts(desk.case, desk.staff, desk.now)
        look(walk, desk, "answer", "texts-ready")
        walk.press("s11.build.btn")
        look(walk, desk, "package", "package")
        walk.press("s11.go.btn")
        look(walk, desk, "approval", "approval")
        look(walk, desk, "sending", "sending-early")
        db.session.remove()


def test_asking_and_sending(live, walk_as):
    with live.app.app_context():
        desk = Desk(live)
        asked = verification.AskIdentity(
            new_id(),
            desk.case.id,
            Method.QUESTION,
            "Adressen er ny for oss",
            "Når ble du kunde?",
        )
        verification.ask(asked, actor_of(desk.staff), desk.now)
        walk = walk_as(desk, "nb")
        look(walk, desk, "identity", "identity-asked")
        delivered = make_delivery(desk.case, desk.staff, desk.other, desk.now)
        look(walk, desk, "approval", "approval-done")
        look(walk, desk, "sending", "sending")
        delivery.open_answer(delivered, desk.now)
        look(walk, desk, "closure", "closure-ready")
        look(walk, desk, "identity", "identity-done")
        db.session.remove()

"""Every page of an open case in a browser without scripts: axe at both widths."""

import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from dsar.domain.identity import Method
from dsar.models import new_id
from dsar.services.contact import messages
from dsar.services.contact.messages import Write
from dsar.services.identity import verification
from tests import factories
from tests.browser.live import Walk
from tests.factories.portal import make_request
from tests.factories.work import actor_of, make_delivery

pytestmark = pytest.mark.browser
KARI = "kari@example.org"


@pytest.fixture(scope="module")
def look_at(tmp_path_factory):
    """Keep pictures of what is met in a folder named by PICTURES."""
    folder = os.environ.get("PICTURES")

    def keep(walk, name):
        if folder is None:
            return
        for width in (320, 1280):
            walk.page.set_viewport_size({"width": width, "height": 900})
            path = Path(folder) / f"{name}-{walk.lang}-{width}.png"
            walk.page.screenshot(path=str(path), full_page=True)
        walk.page.set_viewport_size({"width": 1280, "height": 900})

    return keep


@pytest.fixture
def scene(live):
    """A request of today, and the staff of its house."""
    now = datetime.now(UTC)
    with live.app.app_context():
        house = factories.make_organisation("meetings", now=now)
        staff = [SimpleNamespace(id=factories.make_staff(house).id) for _ in range(2)]
        asked = make_request(house, now=now)
        asked.case = SimpleNamespace(id=asked.id)
    live.post()  # the receipt has left before anything else is written
    return asked, staff, now


def enter(walk, asked):
    walk.fill("p8.ref.label", asked.number)
    walk.fill("p8.secret.label", asked.access_code)
    walk.press("g.next.btn")


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_ways_in(live, chromium, eyes, scene, look_at, lang):
    asked, _, _ = scene
    walk = Walk(chromium, live, eyes, lang)
    walk.go(f"/o/meetings/find?lang={lang}")
    look_at(walk, "find")
    walk.press("g.next.btn")
    look_at(walk, "find-errors")
    walk.fill("p8.ref.label", asked.number)
    walk.fill("p8.mail.label", KARI)
    walk.press("g.next.btn")
    look_at(walk, "find-code")
    walk.press("p8.code.btn")
    live.look_up()
    walk.fill("p7.code.label", live.code(KARI))
    walk.press("p8.code.btn")
    assert asked.number in walk.text
    look_at(walk, "status")
    walk.press("p9.leave.btn")
    look_at(walk, "left")
    walk.page.goto(f"{live.url}/o/meetings/l/unknown")
    eyes.look(walk.page, live.app)
    look_at(walk, "dead-link")
    walk.press("p18.new.btn")
    look_at(walk, "new-link")
    walk.close()


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_an_open_case(live, chromium, eyes, scene, look_at, lang):
    asked, staff, now = scene
    with live.app.app_context():
        text = "Hei\n\nVi har sett på saken din og fant to avtaler. Hilsen oss."
        messages.send(Write(asked.id, text, new_id()), actor_of(staff[0]), now)
        question = "Hva het kurset du tok hos oss i mai?"
        doubt = "Adressen du skrev fra, er ny for oss."
        command = verification.AskIdentity(new_id(), asked.id, Method.QUESTION, doubt, question)
        verification.ask(command, actor_of(staff[0]), now)
    walk = Walk(chromium, live, eyes, lang)
    walk.go(f"/o/meetings/find?lang={lang}")
    enter(walk, asked)
    look_at(walk, "status-waiting")
    walk.press("p7.confirm.btn")
    look_at(walk, "confirm-errors")
    walk.press("p7.other")
    look_at(walk, "address")
    walk.go("/o/meetings/case/messages")
    look_at(walk, "messages")
    walk.press("p11.send.btn")
    walk.go("/o/meetings/case/identity")
    look_at(walk, "identity")
    walk.press("p10.send.btn")
    look_at(walk, "identity-errors")
    walk.tick("p10.dontknow.label")
    walk.press("p10.send.btn")
    look_at(walk, "status-answered")
    walk.close()


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_answer(live, chromium, eyes, scene, look_at, lang):
    asked, staff, now = scene
    with live.app.app_context():
        make_delivery(asked.case, staff[0], staff[1], now)
    live.post()
    walk = Walk(chromium, live, eyes, lang)
    walk.go(f"/o/meetings/find?lang={lang}")
    enter(walk, asked)
    look_at(walk, "status-ready")
    walk.press("p9.answer.btn")
    look_at(walk, "answer-locked")
    walk.press("p12.ask.btn")
    walk.press("p12.open.btn")
    look_at(walk, "answer-errors")
    walk.fill("p12.code.label", live.code(KARI))
    walk.fill("p12.access.label", asked.access_code)
    walk.press("p12.open.btn")
    look_at(walk, "answer")
    walk.press("p12.read.btn")
    look_at(walk, "answer-page")
    assert "kari@example.org" in walk.text
    walk.close()

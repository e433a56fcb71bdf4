"""A person without JavaScript: from the start page to the receipt and her case."""

import re

import pytest

from tests import factories
from tests.browser.live import Walk

pytestmark = pytest.mark.browser
KARI = "kari@example.org"


def ask(walk, key):
    """Ask for access; return case number and access code from the receipt."""
    walk.go(f"/o/{key}/?lang={walk.lang}")
    walk.press("p1.start.btn")
    walk.press("g.next.btn")  # nothing chosen: the error page is met too
    walk.tick("p2.access.label")
    walk.press("g.next.btn")
    walk.press("g.next.btn")
    walk.press("g.next.btn")  # nothing filled in
    walk.fill("p4.name.label", "Kari Nordmann")
    walk.fill("p4.email.label", KARI)
    walk.tick("p4.rel.customer.label")
    walk.press("g.next.btn")
    walk.press("p5.send.btn")
    number = re.search(r"\d{4}-\d{4}", walk.text)[0]
    code = re.search(r"([0-9A-Z]{4} ?){4}", walk.text.split(number, 1)[1])[0]
    return number, code.strip()


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_person_asks_confirms_and_follows_her_case(live, chromium, eyes, lang):
    with live.app.app_context():
        factories.make_organisation("meetings")
    walk = Walk(chromium, live, eyes, lang)
    number, _ = ask(walk, "meetings")
    walk.fill("p7.code.label", live.code(KARI))
    walk.press("p7.confirm.btn")
    assert number in walk.text
    walk.close()

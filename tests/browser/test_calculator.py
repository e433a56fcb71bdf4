"""The calculator without scripts: empty, answered, on hold, with everything wrong."""

import pytest

from tests.browser.live import Walk

pytestmark = pytest.mark.browser
PAUSE = "pause-1-reason=identity&pause-1-asked-day=3&pause-1-asked-month=2"
RECEIVED = "received-day=31&received-month=1&received-year=2026"
STATES = {
    "empty": "",
    "answered": f"profile=NO&{RECEIVED}&promise=20",
    "on hold": f"profile=DE&{RECEIVED}&{PAUSE}&pause-1-asked-year=2026",
    "wrong": f"profile=UK&received-day=40&time=99&promise=x&{PAUSE}&count=1",
    "without pause": f"profile=US-CA&{RECEIVED}",
}


@pytest.mark.parametrize("lang", ["nb", "en", "sv"])
class TestTheCalculator:
    def test_can_be_read_by_everybody(self, chromium, live, eyes, lang):
        walk = Walk(chromium, live, eyes, lang)
        for query in STATES.values():
            walk.go(f"/calculator?lang={lang}&{query}")

    def test_takes_one_question_after_another(self, chromium, live, eyes, lang):
        walk = Walk(chromium, live, eyes, lang)
        walk.go(f"/calculator?lang={lang}")
        walk.press("calc.pause.add")
        assert walk.page.url.endswith("#pause-2")
        assert walk.page.locator("#pause-2").is_visible()

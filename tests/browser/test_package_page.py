"""The answer opened by a browser from a folder, with no network."""

import io
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe

from dsar.domain.measures import acts_for
from dsar.domain.rights import Right
from dsar.services.answer.rendering import build_package
from tests.browser.eyes import RULES
from tests.unit.answers import answer, contact, empty_system, full_answer, message, system
from tests.unit.test_decision_pages import decided

pytestmark = pytest.mark.browser
SMALL, WIDE = 320, 1280
HOSTILE = (
    '"><img src=https://evil.example/x onerror=document.title="zq7"><script>zq7()</script>'
)


def many():
    return [message(1, id=str(n), text="", fields={"n": n}) for n in range(201)]


ANSWERS = {
    "full": full_answer(),
    "en": full_answer(language="en"),
    "sv": full_answer(language="sv"),
    "none": answer(systems=(empty_system(),)),
    "hostile": answer(person_name=HOSTILE, systems=(system(records=[contact(text=HOSTILE)]),)),
    "many": answer(systems=(system(records=many()),)),
    "decided": decided(Right.ERASURE, acts_for(Right.ERASURE), "kontaktopplysningskort " * 9),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("packages")
    for name, made in ANSWERS.items():
        package = b"".join(build_package(made, lambda _: [b"x"]))
        zipfile.ZipFile(io.BytesIO(package)).extractall(root / name)
    return root


def opened(chromium, path, width, **options):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, offline=True, **options
    )
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.as_uri())
    return page


def index(folder, name):
    return next((folder / name).glob("*/index.html"))


@pytest.mark.parametrize("width", [SMALL, WIDE])
@pytest.mark.parametrize("name", ANSWERS)
class TestThePageAlone:
    def test_fetches_nothing_and_keeps_its_own_policy(self, chromium, folder, name, width):
        page = opened(chromium, index(folder, name), width)
        assert page.asked == [page.url]
        assert page.said == []
        assert "zq7" not in page.evaluate("document.title")
        background = "getComputedStyle(document.querySelector('.top')).backgroundColor"
        assert page.evaluate(background) == "rgb(11, 74, 111)"

    def test_never_scrolls_sideways(self, chromium, folder, name, width):
        page = opened(chromium, index(folder, name), width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_has_no_violations(self, chromium, folder, name, width):
        page = opened(chromium, index(folder, name), width, bypass_csp=True)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()


class TestWhatWasDone:
    def test_stands_in_a_table_that_becomes_cards_where_it_is_narrow(self, chromium, folder):
        for width, display in ((WIDE, "table-row"), (SMALL, "block")):
            page = opened(chromium, index(folder, "decided"), width)
            row = page.locator("#main .stacks tbody tr").first
            assert row.evaluate("row => getComputedStyle(row).display") == display
            table = page.locator(".stacks").first
            assert table.evaluate("table => table.scrollWidth <= table.clientWidth + 1")
            assert page.locator(".scroll").count() == 0


class TestTheFurtherPages:
    def test_lead_there_and_back(self, chromium, folder):
        page = opened(chromium, index(folder, "many"), WIDE)
        page.get_by_role("link", name="Se alle oppføringene, side for side").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith("Salgsoppfølging")
        page.get_by_role("link", name="Tilbake til oversikten").click()
        assert page.url == index(folder, "many").as_uri()

    def test_have_no_violations(self, chromium, folder):
        rest = next((folder / "many").glob("*/systemer/crm-1.html"))
        page = opened(chromium, rest, SMALL, bypass_csp=True)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()


class TestOnPaper:
    def test_hides_what_only_a_screen_needs(self, chromium, folder):
        page = opened(chromium, index(folder, "full"), WIDE)
        page.emulate_media(media="print")
        assert not page.locator(".skip").is_visible()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")

"""What looks at each page that a journey meets: axe, and nothing wider than a small screen.

A page is looked at once a run: the workers share a folder with a file for each page, language
and state (what the page is built of). Three widths in Norwegian, the smallest in the others.
"""

import re
from hashlib import sha256
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL = 320
WIDTHS = {"nb": (SMALL, 768, 1280)}
#: What a page is built of: each element below its parent, with what changes how it looks.
STATE = """() => [...new Set([...document.querySelectorAll("body *")].map(one => {
    const own = e => [e.localName, e.className, e.type || "", e.getAttribute("role") || "",
                      e.dataset.variant || "", e.dataset.color || ""].join(".")
    return own(one.parentElement) + ">" + own(one)
}))].sort().join(" ")"""
FIRMS = r"^/(o|staff)/(meetings|inmeta|glasoterapi|expectit|memini)/"


class Eyes:
    """Looks at pages in a browser of its own, where axe may run and our scripts do not."""

    def __init__(self, chromium, seen):
        self.context = chromium.new_context(bypass_csp=True)
        self.context.route(re.compile(r"app\.js"), lambda route: route.abort())
        self.page = self.context.new_page()
        self.seen = seen

    def look(self, page):
        """Check the page at its widths, once a run for each kind, language and state."""
        language = page.locator("html").get_attribute("lang")
        kind = f"{language} {shape(page)}"
        state = sha256((kind + page.evaluate(STATE)).encode()).hexdigest()
        if not self._first(state):
            return
        html = page.content()
        self.page.unroute_all()
        self.page.route(
            page.url, lambda route: route.fulfill(body=html, content_type="text/html")
        )
        self.page.set_viewport_size({"width": SMALL, "height": 800})
        self.page.goto(page.url)
        for width in WIDTHS.get(language, (SMALL,)):
            self.page.set_viewport_size({"width": width, "height": 800})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{kind}: {wide} px wide on {width} px"
            found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
            assert found.violations_count == 0, f"{kind} at {width}: {found.generate_report()}"

    def close(self):
        self.context.close()

    def _first(self, state):
        """Say whether nobody of this run has looked at this; from now on somebody has."""
        try:
            (self.seen / state).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def shape(page):
    """Return the page's address and title without what differs from case to case."""
    path = re.sub(r"\d{4}-\d+|[0-9a-f]{32}|[\w-]{43}", "…", urlsplit(page.url).path)
    path = re.sub(FIRMS, r"/\1/…/", path)
    return path + " " + re.sub(r"\d{4}-\d+.*| [–-] .*", "", page.title())

"""What looks at each page that a journey meets: axe, and nothing wider than a small screen.

A page is looked at once a run: the workers share a folder with a file for each page, language
and state (what the page is built of). Three widths in Norwegian, the smallest in the others.
"""

import os
import re
from hashlib import sha256
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from werkzeug.exceptions import MethodNotAllowed

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL = 320
WIDTHS = {"nb": (SMALL, 768, 1280)}
#: What a page is built of: the blocks of its main part, its fields, notices and tags.
BLOCKS = "main > *, .work__main > *, section > *, form > *, .notice, .tag, .problem"
STATE = """blocks => [...new Set([...document.querySelectorAll(blocks)].map(
    one => [one.localName, one.className, one.type || "", one.dataset.variant || ""].join(".")
))].sort().join(" ")"""


class Eyes:
    """Looks at pages in a browser of its own, where axe may run and our scripts do not."""

    def __init__(self, chromium, seen):
        self.context = chromium.new_context(bypass_csp=True)
        self.context.route(re.compile(r"app\.js"), lambda route: route.abort())
        self.page = self.context.new_page()
        self.seen = seen

    def look(self, page, app):
        """Check the page at its widths, once a run for each kind, language and state."""
        language = page.locator("html").get_attribute("lang")
        kind = f"{language} {endpoint(app, page.url)}"
        state = sha256((kind + page.evaluate(STATE, BLOCKS)).encode()).hexdigest()
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
            self._picture(f"{kind}-{state[:4]}-{width}")
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{kind}: {wide} px wide on {width} px"
            found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
            assert found.violations_count == 0, f"{kind} at {width}: {found.generate_report()}"

    def _picture(self, name):
        """Keep a picture where PICTURES names a folder."""
        if folder := os.environ.get("PICTURES"):
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def close(self):
        self.context.close()

    def _first(self, state):
        """Say whether nobody of this run has looked at this; from now on somebody has."""
        try:
            (self.seen / state).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def endpoint(app, url):
    """Return what answers at this address, whichever way it was asked."""
    places, path = app.url_map.bind(""), urlsplit(url).path
    try:
        return places.match(path)[0]
    except MethodNotAllowed:
        return places.match(path, method="POST")[0]

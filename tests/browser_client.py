"""A test client that behaves like a browser: it reads the form of the page before it posts."""

from html.parser import HTMLParser

from tests import pages


class _Forms(HTMLParser):
    """The forms of a page, with the values they would send."""

    def __init__(self, html):
        super().__init__()
        self.forms, self._area, self._select = [], None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "values": {}, "given": given})
            return
        if not self.forms or not given.get("name"):
            if tag == "option" and self._select and "selected" in given:
                self._put(self._select, given.get("value", ""))
            return
        self._field(tag, given)

    def _field(self, tag, given):
        name, kind = given["name"], given.get("type", "text")
        if tag == "textarea":
            self._area = name
            self._put(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "input" and kind in {"checkbox", "radio"}:
            if "checked" in given:
                self._put(name, given.get("value", "on"))
        elif tag == "input" and kind != "file":
            self._put(name, given.get("value", ""))

    def handle_data(self, data):
        if self._area:
            values = self.forms[-1]["values"]
            text = values[self._area][-1] + data
            values[self._area][-1] = text.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def _put(self, name, value):
        self.forms[-1]["values"].setdefault(name, []).append(value)


class Browser:
    """Fetches pages, checks each of them, and submits the forms that they hold."""

    def __init__(self, client):
        self.client, self.page = client, None

    def get(self, url, expect=200):
        return self._seen(self.client.get(url, follow_redirects=True), expect)

    def form(self, containing=""):
        """The values that the (one, or the first that holds a text) form of the page sends."""
        found = [f for f in _Forms(self.page.text).forms if f["given"].get("method") == "post"]
        chosen = next((f for f in found if containing in str(f)), None)
        assert chosen, f"no form with {containing!r}"
        self.action = chosen["action"] or self.page.request.full_path.rstrip("?")
        return chosen["values"]

    def submit(self, values, expect=200, containing="", files=None):
        """Fill in the form of the page and send it."""
        sent = self.form(containing)
        for name, value in values.items():
            sent[name] = value if isinstance(value, list) else [value]
        return self.post(self.action, sent | (files or {}), expect)

    def post(self, url, values, expect=200):
        return self._seen(self.client.post(url, data=values, follow_redirects=True), expect)

    def _seen(self, response, expect):
        assert response.status_code == expect, response.text[:3000]
        if response.mimetype == "text/html":
            pages.check(response.text)
            self.page = response
        return response

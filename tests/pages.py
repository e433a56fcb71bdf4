"""What every page must be, checked on every page that any test fetches."""

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"})
VOID |= {"source", "track", "wbr", "circle", "line", "path", "rect"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Elements whose text is not the words of the page.
SILENT = frozenset({"script", "style", "template"})
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|\{[a-z][a-z0-9_]*\}")
BUTTONS = frozenset({"submit", "button", "reset", "image"})


class Page(HTMLParser):
    """The facts of a page that the house cares about."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.labelled = Counter(), Counter(), set()
        self.fields, self.links, self.headings, self.forms = [], [], [], []
        self.troubles, self.open, self.words, self.titles = [], [], [], []
        self.references, self.lang = [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        self._note_attributes(tag, given)
        getattr(self, f"_note_{tag}", lambda _: None)(given)
        if tag in HEADINGS:
            self.headings.append([int(tag[1]), ""])
        if tag in {"input", "select", "textarea"}:
            self._note_field(given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            inside = f" inside {self.open[-1]}" if self.open else ""
            self.troubles.append(f"</{tag}> closes nothing{inside}")
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if SILENT & set(self.open):
            return
        self.words.append(data)
        if "title" in self.open and "svg" not in self.open:
            self.titles[-1] += data
        if self.headings and set(HEADINGS) & set(self.open):
            self.headings[-1][1] += data
        if "a" in self.open and self.links:
            self.links[-1][1] += data

    def _note_attributes(self, tag, given):
        if "id" in given:
            self.ids[given["id"]] += 1
        banned = {
            "inline style": "style" in given,
            "inline script": any(name.startswith("on") for name in given),
            "required, though the server says what is missing,": "required" in given,
            "a link that opens another window": given.get("target") == "_blank",
        }
        self.troubles += [f"{what} on <{tag}>" for what, is_there in banned.items() if is_there]
        for name in REFERENCES:
            self.references += [(name, one) for one in (given.get(name) or "").split()]
        spoken = {name: value for name, value in given.items() if value and name != "value"}
        self.troubles += [
            f"a placeholder was not filled in: {name}={value!r}"
            for name, value in spoken.items()
            if PLACEHOLDER.search(value)
        ]

    def _note_html(self, given):
        self.lang = given.get("lang")

    def _note_title(self, _):
        if "svg" not in self.open:
            self.titles.append("")

    def _note_label(self, given):
        self.labelled.add(given.get("for"))

    def _note_a(self, given):
        self.links.append([given.get("href"), given.get("aria-label", "")])

    def _note_form(self, given):
        form = {"method": given.get("method", "get").lower(), "action": given.get("action")}
        self.forms.append(form | {"novalidate": "novalidate" in given, "token": False})

    def _note_script(self, given):
        if not given.get("src"):
            self.troubles.append("inline script")

    def _note_field(self, given):
        kind = given.get("type", "text")
        if given.get("name") == "csrf_token" and self.forms:
            self.forms[-1]["token"] = bool(given.get("value"))
        if kind == "hidden" or kind in BUTTONS:
            return
        named = "label" in self.open or "aria-label" in given or "aria-labelledby" in given
        self.fields.append((given.get("id"), named))


def check(html):
    """Fail with the reason when a page breaks a rule of the house."""
    page = Page(html)
    assert page.lang, "the page does not state its language"
    assert len(page.titles) == 1, f"not exactly one title: {page.titles}"
    assert page.titles[0].strip(" –"), "an empty title"
    assert not page.troubles, page.troubles
    assert not page.tags["style"], "inline style"
    assert page.tags["main"] == 1, "not exactly one main"
    _check_headings(page)
    _check_references(page)
    _check_forms(page)
    found = PLACEHOLDER.search("".join(page.words))
    assert not found, f"a placeholder was not filled in: {found[0] if found else ''}"
    return page


def _check_headings(page):
    levels = [level for level, _ in page.headings]
    assert levels.count(1) == 1, f"not exactly one h1: {page.headings}"
    assert all(words.strip() for _, words in page.headings), "an empty heading"
    top = levels[levels.index(1) :]
    jumps = [(a, b) for a, b in pairwise(top) if b > a + 1]
    assert not jumps, f"heading levels jump: {jumps}"


def _check_references(page):
    repeated = [one for one, times in page.ids.items() if times > 1]
    assert not repeated, f"repeated id: {repeated}"
    for name, target in page.references:
        assert page.ids[target], f"{name} points at a missing id: {target}"
    for href, words in page.links:
        assert href, f"a link without an address: {words!r}"
        assert words.strip(), f"an empty link to {href}"
        if href.startswith("#"):
            assert page.ids[href[1:]], f"a link to a missing {href}"


def _check_forms(page):
    for field, named in page.fields:
        assert named or field in page.labelled, f"no label for the field {field}"
    for form in page.forms:
        if form["method"] != "post":
            continue
        assert form["action"], "a form that does not say where it goes"
        assert form["token"], f"a form without a token: {form['action']}"

"""What a template may hold: structure. Words come from the catalogues, style from the sheet."""

import re
from html.parser import HTMLParser

import pytest

from tests.architecture.source import TEMPLATES, name

JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
#: a block that child pages fill with class names, and a macro that writes attributes
STRUCTURE = re.compile(
    r"{%-?\s*block \w*class\w*\s*-?%}.*?{%-?\s*endblock.*?%}"
    r"|(?<=%})\s*(?:[a-z-]+=\"[^\"<>]*\"\s*)+(?={%)",
    re.DOTALL,
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
#: attributes that a person sees or hears
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "summary"}
HTML = [path for path in TEMPLATES if path.suffix == ".html"]


class Reader(HTMLParser):
    """Notes the words, the inline style and the inline script of a page."""

    def __init__(self):
        super().__init__()
        self.words, self.inline, self.inside = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.inside = tag if tag in {"style", "script"} else ""
        facts = dict(attrs)
        if tag == "script" and "src" not in facts:
            self.inline.append("script")
        self.inline += [key for key in facts if key == "style" or key.startswith("on")]
        self.words += [facts[key] for key in SPOKEN & facts.keys() if spoken(facts[key])]
        if tag == "input" and facts.get("type") in {"submit", "button", "reset"}:
            self.words += [facts["value"]] if spoken(facts.get("value")) else []

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if not self.inside and spoken(data):
            self.words.append(data.strip())


def spoken(text):
    """Whether a text holds a word once the computed parts are taken out."""
    return bool(LETTERS.search(text or ""))


def read(path):
    """The page without its computed parts: those come from t() or from a row."""
    reader = Reader()
    reader.feed(JINJA.sub("", STRUCTURE.sub("", path.read_text("utf-8"))))
    reader.close()
    return reader


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
class TestATemplate:
    def test_holds_no_words_for_people(self, path):
        if path.suffix == ".html":
            assert read(path).words == []
        else:
            assert LETTERS.findall(JINJA.sub("", path.read_text("utf-8"))) == []

    def test_holds_no_words_in_its_computed_parts(self, path):
        text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
        shown = re.findall(r"{{(.*?)}}", text, re.DOTALL)
        literals = [
            each for part in shown for each in re.findall(r"""["']([^"']*)["']""", part)
        ]
        assert [
            each for each in literals if re.search(r"[^\W\d_]{2,} [^\W\d_]{2,}", each)
        ] == []


@pytest.mark.parametrize("path", HTML, ids=name)
class TestAPage:
    def test_has_no_inline_style_or_script(self, path):
        assert read(path).inline == []

    def test_has_a_style_element_only_where_it_must_stand_alone(self, path):
        if "package" not in path.parts:
            assert "<style" not in path.read_text("utf-8")

    def test_asks_nothing_of_other_hosts(self, path):
        asked = re.findall(
            r"""(?:src|href|action)=["'](?:https?:)?//""", path.read_text("utf-8")
        )
        assert asked == []


class TestTheReader:
    @pytest.mark.parametrize(
        "page",
        [
            "<p>Hello</p>",
            "<p>{{ name }} said</p>",
            '<img alt="a cat">',
            '<input type=submit value="Go on">',
        ],
    )
    def test_finds_words(self, page, tmp_path):
        (tmp_path / "page.html").write_text(page)
        assert read(tmp_path / "page.html").words

    @pytest.mark.parametrize(
        "page",
        [
            '<p class="lead">{{ t("p1.h1") }}</p>',
            "{% block body_class %}staff{% endblock %}",
            '{% macro a(x) %}{% if x %} aria-invalid="true"{% endif %}{% endmacro %}',
            "{# a note #}",
            "{% if a %}<hr>{% endif %}",
            "– 1. · §",
        ],
    )
    def test_lets_structure_pass(self, page, tmp_path):
        (tmp_path / "page.html").write_text(page)
        assert read(tmp_path / "page.html").words == []

"""Cells that no spreadsheet runs."""

import csv
import io
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsar.domain.package import Record, cell
from dsar.domain.package.cells import BOM, FIXED, MAX_COLUMNS, csv_lines, flatten, plain

FORMULAS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://a.example","x")',
    "\t=1",
    "\r=1",
    "\n=1",
    "\ttext",
    "\rtext",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "\u2060 \u200d=1",
    "\u202e=1",
    "\x00=1",
    "\x1f=1",
    "\u034f=1",
    "\ufe0f=1",
    "\u115f=1",
    "\u3164=1",
    "\u2800=1",
    "\u3000=1",
    "\U000e0020=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    "﹢1",
    "﹣1",
    "﹦1",
    "﹫x",
    "\u22121",
    "\u200b＝1",
]
INVISIBLE = st.sampled_from(
    [" ", "\u00a0", "\ufeff", "\u200b", "\u2060", "\t", "\n", "\x00", "\u3164"]
)
SIGNS = st.sampled_from(list("=+-@＝＋－＠﹦−"))


class TestCell:
    @pytest.mark.parametrize("text", FORMULAS)
    def test_guards_what_a_spreadsheet_would_run(self, text):
        assert cell(text).startswith("'")

    @pytest.mark.parametrize(
        "text", ["", "Kari", "a=b", "1-2", "kari@example.no", "'=1", "Ærlig", "é=1"]
    )
    def test_leaves_other_text_as_it_is(self, text):
        assert cell(text) == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (True, "true"),
            (False, "false"),
            (-5, "-5"),
            (-2.5, "-2.5"),
            (date(2026, 3, 3), "2026-03-03"),
            (datetime(2026, 3, 3, 9, 30, tzinfo=UTC), "2026-03-03T09:30:00+00:00"),
            ({"=a": 1}, '{"=a": 1}'),
        ],
    )
    def test_writes_values_that_are_not_text_as_they_are(self, value, text):
        assert cell(value) == text

    @given(st.text())
    @example("\u200b\ufeff =1")
    def test_never_shows_a_formula_first(self, text):
        shown = [c for c in cell(text) if unicodedata.category(c)[0] not in "CZM"]
        assert not shown or unicodedata.normalize("NFKC", shown[0])[0] not in "=+-@"

    @given(st.lists(INVISIBLE), SIGNS, st.text())
    def test_guards_any_sign_behind_anything_invisible(self, before, sign, after):
        assert cell("".join(before) + sign + after).startswith("'")

    @given(st.text())
    def test_keeps_every_character_that_a_file_may_hold(self, text):
        assert cell(text).removeprefix("'").replace("\ufffd", "") == text.removeprefix(
            "'"
        ).replace("\x00", "").replace("\ufffd", "") or text.startswith("'")

    @given(st.text(st.characters(categories=["Cs", "Lu"])))
    def test_can_always_be_encoded(self, text):
        assert cell(text).encode().decode() == cell(text)


class TestPlain:
    def test_keeps_json_honest(self):
        assert plain({"a": float("nan"), "b": [date(2026, 1, 2), None, True]}) == {
            "a": "nan",
            "b": ["2026-01-02", None, True],
        }


class TestFlatten:
    def test_names_every_leaf_by_its_path(self):
        fields = {
            "adresse": {"gate": "Storgata", "nr": 1},
            "ordrer": [{"id": 7}],
            "tags": ["a", "b"],
        }
        assert list(flatten(fields)) == [
            ("adresse › gate", "Storgata"),
            ("adresse › nr", 1),
            ("ordrer › 1 › id", 7),
            ("tags", ["a", "b"]),
        ]


class TestCsv:
    HEADER = [*FIXED, "other"]

    def lines(self, records, labels, language="nb"):
        return "".join(csv_lines(records, labels, self.HEADER, language))

    @pytest.mark.parametrize(("language", "separator"), [("nb", ";"), ("sv", ";"), ("en", ",")])
    def test_begins_with_a_mark_and_a_header_in_the_separator_of_the_language(
        self, language, separator
    ):
        text = self.lines([], ["E-post"], language)
        assert text.startswith(BOM)
        assert (
            text.removeprefix(BOM)
            == separator.join(f'"{name}"' for name in (*FIXED, "E-post", "other")) + "\r\n"
        )

    @given(
        st.lists(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.none()))
    )
    def test_comes_back_row_by_row(self, all_fields):
        records = [Record(str(n), "x", fields=fields) for n, fields in enumerate(all_fields)]
        labels = list(dict.fromkeys(label for fields in all_fields for label in fields))
        text = self.lines(records, labels).removeprefix(BOM)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        assert [row[0] for row in rows[1:]] == [record.id for record in records]
        assert {len(row) for row in rows} == {len(FIXED) + len(labels) + 1}
        for fields, row in zip(all_fields, rows[1:], strict=True):
            assert row[len(FIXED) : -1] == [cell(fields.get(label)) for label in labels]

    def test_gathers_what_finds_no_column(self):
        record = Record("1", "x", fields={f"f{n}": n for n in range(MAX_COLUMNS + 1)})
        text = self.lines([record], [f"f{n}" for n in range(MAX_COLUMNS)])
        assert f'{{""f{MAX_COLUMNS}"": {MAX_COLUMNS}}}' in text

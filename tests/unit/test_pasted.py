"""What staff paste: tables in three ways, JSON, or plain text."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.domain.pasted import Pasted, Unreadable, decode, read_pasted


class TestATable:
    @pytest.mark.parametrize("mark", ["\t", ";", ","])
    def test_is_divided_by_what_the_heading_is_divided_by(self, mark):
        text = f"Navn{mark}By\nKari{mark}Oslo\n"
        assert read_pasted(text) == Pasted(("Navn", "By"), (["Kari", "Oslo"],))

    def test_keeps_commas_of_decimal_numbers(self):
        assert read_pasted("Vare;Pris\nGlass;2,50\n").rows == (["Glass", "2,50"],)

    def test_keeps_line_breaks_in_quotes(self):
        assert read_pasted('a;b\n"en\nto";3\n').rows == (["en\nto", "3"],)

    def test_names_every_column_once(self):
        assert read_pasted("a;;a\n1;2;3").columns == ("a", "2", "a (2)")

    def test_fills_a_short_row_and_leaves_an_empty_one_out(self):
        assert read_pasted("a;b\n1;\n;\n2;3\n").rows == (["1", None], ["2", "3"])

    @pytest.mark.parametrize(
        ("text", "line"),
        [("a;b\n1;2;3\n", 2), ('a;b\n"1;2\n', 2), ("a;b\n1;\0\n", 2), ('a;b\n"1"x;2\n', 2)],
    )
    def test_that_breaks_off_says_where(self, text, line):
        with pytest.raises(Unreadable) as refused:
            read_pasted(text)
        assert refused.value.facts["line"] == line


class TestJson:
    def test_of_objects_is_a_table_of_all_their_names(self):
        read = read_pasted('[{"a": 1}, {"b": [2], "a": null}]')
        assert read == Pasted(("a", "b"), ([1, None], [None, [2]]))

    def test_of_one_object_is_fields_and_keeps_names_that_stand_twice(self):
        assert read_pasted('{"a": 1, "a": 2}').fields == {"a": 1, "a (2)": 2}

    def test_of_plain_values_is_numbered(self):
        assert read_pasted('["x", 2]').fields == {"1": "x", "2": 2}

    @pytest.mark.parametrize("text", ['{"a": 1,\n}', "[" * 100_000, "{" + "9" * 10])
    def test_that_is_none_is_refused(self, text):
        with pytest.raises(Unreadable):
            read_pasted(text)

    def test_without_content_is_text(self):
        assert read_pasted("[]") == Pasted(text="[]")


class TestPlainText:
    @pytest.mark.parametrize("text", ["Hei, Kari", "Hei\nog hopp", "Hei, du.\nSnakkes", ""])
    def test_is_kept_as_it_is(self, text):
        assert read_pasted(text) == Pasted(text=text)


class TestDecoding:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_reads_what_programs_write(self, encoding):
        assert decode("blåbær – på øya".encode(encoding)) == "blåbær – på øya"

    @given(st.binary(max_size=200))
    def test_never_fails(self, content):
        with suppress(Unreadable):
            read_pasted(decode(content))

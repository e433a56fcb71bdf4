"""A deadline's words, bar and line."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.web.clock_drawing import BAR_LENGTH, ClockDates, DueDates, Mark, draw, due_view

TODAY = date(2026, 11, 20)
RECEIVED = date(2026, 10, 24)


def view(left, **more):
    return due_view(DueDates(RECEIVED, TODAY + timedelta(days=left), **more), TODAY)


class TestWords:
    @pytest.mark.parametrize(
        ("left", "words", "n", "tone", "pattern"),
        [
            (13, "due.left", 13, "", "solid"),
            (8, "due.left", 8, "", "solid"),
            (7, "due.left", 7, "info", "solid"),
            (4, "due.left", 4, "info", "solid"),
            (3, "due.left", 3, "warn", "near"),
            (1, "due.left", 1, "warn", "near"),
            (-1, "due.late", 1, "bad", "late"),
            (-5, "due.late", 5, "bad", "late"),
        ],
    )
    def test_say_how_many_days(self, left, words, n, tone, pattern):
        found = view(left)
        assert (found.words_id, found.facts, found.tone) == (words, {"n": n}, tone)
        assert found.pattern == pattern

    def test_say_today_without_a_number(self):
        found = view(0)
        assert (found.words_id, found.tone, found.fraction) == ("due.today", "warn", 1.0)

    def test_a_pause_counts_its_first_day(self):
        found = due_view(DueDates(RECEIVED, None, paused_since=date(2026, 11, 19)), TODAY)
        assert (found.words_id, found.facts, found.tone) == ("due.paused", {"n": 2}, "pause")

    def test_an_extension_is_named_while_it_is_far_away(self):
        assert view(40, first_due_on=date(2026, 11, 24)).words_id == "due.extended"
        assert view(3, first_due_on=date(2026, 11, 24)).words_id == "due.left"

    @pytest.mark.parametrize(
        ("days", "words"),
        [(-3, "due.answered.late"), (0, "due.answered"), (3, "due.answered.early")],
    )
    def test_an_answer_is_early_or_late(self, days, words):
        found = view(days, answered_on=TODAY)
        assert (found.words_id, found.pattern) == (words, "none")


class TestBar:
    @given(st.integers(-400, 400), st.integers(0, 400))
    def test_stays_within_its_frame(self, left, age):
        dates = DueDates(TODAY - timedelta(days=age), TODAY + timedelta(days=left))
        found = due_view(dates, TODAY)
        assert 0 <= found.length <= BAR_LENGTH
        for x1, y1, x2, y2 in found.stripes:
            assert 2 <= x1 <= x2 <= BAR_LENGTH + 2
            assert 2 <= y2 <= y1 <= 10 or found.pattern == "paused"

    def test_marks_the_first_deadline_of_an_extended_case(self):
        found = due_view(DueDates(date(2026, 11, 10), date(2027, 1, 9), None, TODAY), TODAY)
        assert found.mark == pytest.approx(10 / 60)
        assert 2 < found.mark_at < BAR_LENGTH


DAYS = st.dates(RECEIVED, date(2027, 12, 31))
MARKS = st.lists(
    st.tuples(st.sampled_from(["promise", "statutory", "today"]), DAYS), max_size=6
)
PAUSES = st.lists(st.tuples(DAYS, DAYS).map(lambda pair: tuple(sorted(pair))), max_size=3)


class TestLine:
    @given(MARKS, PAUSES, st.none() | DAYS)
    def test_is_whole_and_in_order(self, marks, pauses, extended_from):
        days = tuple(Mark(kind, on) for kind, on in marks)
        drawing = draw(ClockDates(RECEIVED, days, tuple(pauses), extended_from))
        assert [mark.number for mark in drawing.marks] == list(range(1, len(marks) + 2))
        assert drawing.marks[0].kind == "received"
        assert all(4 <= mark.x <= 96 for mark in drawing.marks)
        assert all(span.x1 <= span.x2 for span in drawing.spans)
        runs = [span for span in drawing.spans if span.kind != "pause"]
        assert all(a.x2 <= b.x1 for a, b in pairwise(runs))

    @given(MARKS)
    def test_no_two_badges_touch(self, marks):
        drawing = draw(ClockDates(RECEIVED, tuple(Mark(kind, on) for kind, on in marks)))
        for one in drawing.marks:
            for other in drawing.marks:
                near = abs(one.x - other.x) < 9 and one.y == other.y
                assert one is other or not near
            assert 11 < one.y <= drawing.line_y < drawing.height

    def test_shows_a_pause_as_a_gap_and_the_extension_apart(self):
        drawing = draw(
            ClockDates(
                date(2026, 9, 1),
                (Mark("extended", date(2026, 12, 9), is_binding=True),),
                ((date(2026, 9, 10), date(2026, 9, 18)),),
                date(2026, 10, 9),
            )
        )
        kinds = [span.kind for span in drawing.spans]
        assert kinds == ["run", "pause", "run", "extension"]
        assert drawing.marks[-1].is_binding

"""The palette can be read: ratios of WCAG 2.2, computed from the stylesheet itself."""

import re

import pytest

from dsar.resources import res

CSS = (res("static") / "app.css").read_text("utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", CSS))

#: Text on its ground: at least 4.5 to 1 (1.4.3).
TEXT = [
    ("ink", "paper"),
    ("ink", "soft"),
    ("ink", "accent-soft"),
    ("muted", "paper"),
    ("muted", "soft"),
    ("muted", "accent-soft"),
    ("accent", "paper"),
    ("accent", "soft"),
    ("accent", "accent-soft"),
    ("accent-dark", "paper"),
    ("visited", "paper"),
    ("visited", "soft"),
    ("paper", "accent"),
    ("paper", "accent-dark"),
    ("paper", "bad"),
    ("bad", "paper"),
    ("ok", "ok-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("info", "info-soft"),
    ("pause", "pause-soft"),
    ("ink", "ok-soft"),
    ("ink", "warn-soft"),
    ("ink", "bad-soft"),
    ("ink", "pause-soft"),
    ("on-dark", "ink"),
    ("on-dark-muted", "ink"),
]
#: What shows where a control or a mark is: at least 3 to 1 (1.4.11).
SHAPES = [
    ("line", "paper"),
    ("line", "soft"),
    ("accent", "paper"),
    ("bad", "paper"),
    ("warn", "paper"),
    ("pause", "paper"),
    ("ink", "paper"),
    ("focus", "ink"),
    ("ink", "accent-soft"),
]


def luminance(colour):
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one, other):
    low, high = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])))
    return (high + 0.05) / (low + 0.05)


class TestPalette:
    def test_black_on_white_is_twenty_one_to_one(self):
        assert luminance("#ffffff") == 1
        assert luminance("#000000") == 0

    @pytest.mark.parametrize(("text", "ground"), TEXT)
    def test_text_can_be_read(self, text, ground):
        assert ratio(text, ground) >= 4.5

    @pytest.mark.parametrize(("shape", "ground"), SHAPES)
    def test_a_shape_can_be_seen(self, shape, ground):
        assert ratio(shape, ground) >= 3

    def test_body_text_is_far_above_the_minimum(self):
        assert ratio("ink", "paper") > 15
        assert ratio("muted", "paper") > 7

    def test_each_tone_of_a_tag_is_measured(self):
        tones = set(re.findall(r"\.tag--([a-z]+)", CSS))
        assert {(tone, f"{tone}-soft") for tone in tones} <= set(TEXT)


class TestStylesheet:
    def test_asks_nobody_else_for_anything(self):
        assert re.findall(r"url\(\"?(?:https?:)?//", CSS) == []
        assert "@import" not in CSS

    def test_names_only_fonts_that_the_build_brings(self):
        brought = (res("static").parent.parent / "hatch_build.py").read_text("utf-8")
        for name in re.findall(r'url\("vendor/([^"]+)"\)', CSS):
            assert f'"{name}"' in brought

    def test_uses_no_variable_of_ours_that_is_not_set(self):
        used = set(re.findall(r"var\(--(?!ds-|dsc-|_)([a-z-]+)", CSS))
        assert used - set(re.findall(r"--([a-z-]+):", CSS)) == set()

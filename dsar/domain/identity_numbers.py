"""Norwegian national identity numbers, so that nobody sends us one by mistake."""

import re

# Eleven digits, alone or split after the date; not a slice of a longer number.
_CANDIDATE = re.compile(r"(?<!\d)(\d{6})[ \u00a0\u202f.\-]?(\d{5})(?!\d)")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
#: What is added to the month by help numbers (40) and by the tax office's test people (65, 80).
_MONTH_OFFSETS = (0, 40, 65, 80)
_DAY_OFFSETS = (0, 40)  # 40: a D-number
_LAST_DAY, _LAST_MONTH = 31, 12


def holds_identity_number(text: str) -> bool:
    """Return whether the text holds a birth or D-number whose two check digits are right."""
    return any(_is_valid(day + rest) for day, rest in _CANDIDATE.findall(text))


def _is_valid(number: str) -> bool:
    digits = [int(digit) for digit in number]
    return _has_date(digits) and _adds_up(digits, _FIRST) and _adds_up(digits, _SECOND)


def _adds_up(digits: list[int], weights: tuple[int, ...]) -> bool:
    """Modulus 11: the check digit carries the weight 1, so the whole sum is divisible."""
    return sum(d * w for d, w in zip(digits, weights, strict=False)) % 11 == 0


def _has_date(digits: list[int]) -> bool:
    """A bank account has eleven digits too, but seldom begins with a day and a month."""
    day, month = digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]
    has_day = any(0 < day - offset <= _LAST_DAY for offset in _DAY_OFFSETS)
    return has_day and any(0 < month - offset <= _LAST_MONTH for offset in _MONTH_OFFSETS)

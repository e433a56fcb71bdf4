"""A national identity number is noticed, and nothing else is taken for one."""

import pytest

from dsar.domain.identity_numbers import holds_identity_number

FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def complete(nine):
    """Add both check digits, by the definition; None where a serial has none."""
    digits = [int(digit) for digit in nine]
    for weights in (FIRST, SECOND):
        check = -sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        if check == 10:
            return None
        digits.append(check)
    return "".join(map(str, digits))


def numbers(date, count=5):
    made = (complete(f"{date}{serial:03}") for serial in range(100, 999))
    return [number for number in made if number][:count]


class TestNoticing:
    @pytest.mark.parametrize("number", numbers("010190"))
    def test_a_birth_number(self, number):
        assert holds_identity_number(number)

    @pytest.mark.parametrize("number", numbers("410190"))
    def test_a_d_number(self, number):
        assert holds_identity_number(number)

    @pytest.mark.parametrize("date", ["014190", "018190", "016690", "418190"])
    def test_a_help_number_and_test_people(self, date):
        assert all(map(holds_identity_number, numbers(date)))

    @pytest.mark.parametrize("gap", [" ", "\u00a0", "-", "."])
    def test_one_with_a_gap_after_the_date(self, gap):
        number = numbers("311299")[0]
        assert holds_identity_number(f"Jeg er {number[:6]}{gap}{number[6:]}, født i Bergen")

    def test_one_in_the_middle_of_text(self):
        assert holds_identity_number(f"nr:{numbers('150575')[0]}.")


class TestLettingThrough:
    @pytest.mark.parametrize("text", ["", "Kari", "12345678901", "41234567", "977 302 390"])
    def test_ordinary_text_and_numbers(self, text):
        assert not holds_identity_number(text)

    def test_each_wrong_check_digit(self):
        number = numbers("010190")[0]
        for place in (9, 10):
            for digit in "0123456789":
                wrong = number[:place] + digit + number[place + 1 :]
                assert holds_identity_number(wrong) is (wrong == number)

    def test_eleven_digits_of_a_longer_number(self):
        assert not holds_identity_number(f"1{numbers('010190')[0]}")
        assert not holds_identity_number(f"{numbers('010190')[0]}7")

    @pytest.mark.parametrize("date", ["000190", "320190", "011390", "720190", "010090"])
    def test_a_day_or_month_that_cannot_be(self, date):
        assert not any(map(holds_identity_number, numbers(date)))

"""A password is long, uncommon, and says nothing of the person or the place."""

import pytest

from dsar.domain.passwords import LEAST, PasswordRefused, check_password, common


class TestAPassword:
    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("", "short"),
            ("elleve tegn", "short"),
            ("x" * 257, "long"),
            ("passordpassord", "common"),
            ("PassordPassord", "common"),
            ("aaaaaaaaaaaaaa", "common"),
            ("qwertyuiopåasdf", "common"),
            ("abcdefghijklmnop", "common"),
            ("hestehestehest" * 2, "common"),
            ("ida ruud er best", "context"),
            ("alt om meetings her", "context"),
        ],
    )
    def test_is_refused_for_a_reason(self, password, reason):
        with pytest.raises(PasswordRefused) as caught:
            check_password(password, ["Ida Ruud", "meetings.no", "post@meetings.no"])
        assert caught.value.message_id == f"error.password.{reason}"

    @pytest.mark.parametrize(
        "password",
        [
            "tolv tegn her",
            "y" * 3 + " 你好 мир ærlig",
            "hestehandel under fullmåne",
            "".join(map(str, range(80))),
        ],
    )
    def test_may_be_anything_else(self, password):
        check_password(password, ["Ida", "no"])

    def test_is_compared_with_a_list_of_its_own_length(self):
        assert len(common()) > 150
        assert min(map(len, common())) >= LEAST

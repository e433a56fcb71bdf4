"""Delivery reports are read for the addresses that failed for good, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.domain.bounces import (
    MOST_BYTES,
    BounceAddressWrong,
    NotABounce,
    NothingFailed,
    checked_address,
    failed_addresses,
)


def block(address="ola@example.org", action="failed", status="5.1.1", original=""):
    first = f"Original-Recipient: rfc822;{original}\r\n" if original else ""
    return (
        f"{first}Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
    )


def report(*blocks, of="delivery-status"):
    status = "\r\n".join(["Reporting-MTA: dns; mx.example.org\r\n", *blocks])
    lines = (
        "From: MAILER-DAEMON@example.org",
        "Subject: Undelivered Mail Returned to Sender",
        f'Content-Type: multipart/report; report-type={of}; boundary="b"',
        "MIME-Version: 1.0",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Not an address: someone@elsewhere.example",
        "--b",
        f"Content-Type: message/{of}",
        "",
        status,
        "--b",
        "Content-Type: message/rfc822",
        "",
        "To: third@elsewhere.example",
        "Subject: News",
        "",
        "Final-Recipient: rfc822; fourth@elsewhere.example",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


class TestADeliveryReport:
    def test_names_those_who_failed_for_good(self):
        assert failed_addresses(report(block())) == ("ola@example.org",)

    def test_names_each_once_and_the_address_that_was_written_to(self):
        found = failed_addresses(
            report(
                block("inner@host.example", original="kari@example.org"),
                block("kari@example.org"),
                block(" <per@example.org> ", status="5.2.1 (gone)"),
            )
        )
        assert found == ("kari@example.org", "per@example.org")

    @pytest.mark.parametrize(
        "one",
        [
            block(action="delayed", status="4.4.1"),
            block(status="4.2.2"),
            block(action="delivered", status="2.0.0"),
            block(action="relayed", status="5.0.0"),
            block(address="no address"),
            block(address=""),
            block(address="a@b, c@d.example"),
            "Action: failed\r\nStatus: 5.1.1\r\n",
        ],
    )
    def test_is_not_taken_for_one_that_is_not_final_or_names_nobody(self, one):
        with pytest.raises(NothingFailed):
            failed_addresses(report(one))

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"ola@example.org",
            b"From: a@example.org\r\n\r\nola@example.org",
            b"\x00\xff" * 500,
            report(block(), of="disposition-notification"),
            b"Content-Type: message/delivery-status\r\n\r\n",
            b"x" * (MOST_BYTES + 1),
        ],
    )
    def test_is_not_what_only_looks_like_one(self, content):
        with pytest.raises((NotABounce, NothingFailed)):
            failed_addresses(content)

    @given(st.binary(max_size=400))
    def test_of_any_bytes_gives_addresses_or_a_named_error(self, noise):
        for content in (noise, report(block()) + noise, report(noise.decode("latin-1"))):
            try:
                found = failed_addresses(content)
            except (NotABounce, NothingFailed):
                continue
            assert all(checked_address(one) == one for one in found)


class TestAnAddress:
    @pytest.mark.parametrize("text", ["", "ola", "ola@", "a@b@c.example", "a b@c.example"])
    def test_that_is_none_is_refused(self, text):
        with pytest.raises(BounceAddressWrong):
            checked_address(text)

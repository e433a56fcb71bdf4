"""Mail over SMTP, against a real server."""

from datetime import UTC, datetime

import pytest

from dsar.channels import ChannelFailed, Handed, Letter, LetterRefused, email
from dsar.config import Config
from tests import mail_server

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def inbox():
    return mail_server.Inbox()


def channel_to(server, tmp_path, **settings):
    mail = {"host": "127.0.0.1", "port": server.port, "security": server.security}
    mail |= {"sender": "privacy@house.test", "timeout_seconds": 2}
    return email.build(Config.build(tmp_path, {"mail": mail | settings}))


def letter(**changes):
    fields = {
        "id": "a" * 32,
        "thread": "b" * 32,
        "written_at": AT,
        "sender_name": "Blåbær & Sønn, «AS»",
        "to": "kari@example.org",
        "reply_to": "post@example.org",
        "language": "nb",
        "subject": "Blåbær: vi har fått henvendelsen din (2026-0001)",
        "body": "Vi fikk henvendelsen.\n - Åpne http://localhost/o/x/l/" + "t" * 60,
    }
    return Letter(**(fields | changes))


class TestALetterLeaves:
    def test_in_plain_talk(self, inbox, tmp_path):
        with mail_server.running(inbox) as server:
            assert channel_to(server, tmp_path).hand_over(letter()) is Handed.ACCEPTED
        (mail,) = inbox.mails
        assert mail["Message-ID"] == f"<{'a' * 32}@house.test>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Reply-To"] == "post@example.org"
        assert mail["From"].addresses[0].display_name == "Blåbær & Sønn, «AS»"
        assert mail["From"].addresses[0].addr_spec == "privacy@house.test"
        assert mail["Subject"] == "Blåbær: vi har fått henvendelsen din (2026-0001)"
        assert mail.get_content_type() == "text/plain"
        assert mail.get_content_charset() == "utf-8"
        assert mail["Content-Type"].params == {"charset": "utf-8"}
        assert "http://localhost/o/x/l/" + "t" * 60 in mail.get_content()
        assert {"Precedence", "List-Unsubscribe"}.isdisjoint(mail.keys())

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_encrypted_when_the_certificate_is_trusted(
        self, inbox, tmp_path, monkeypatch, security
    ):
        path, context = mail_server.certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with mail_server.running(inbox, security, context) as server:
            assert channel_to(server, tmp_path).hand_over(letter()) is Handed.ACCEPTED
        assert len(inbox.mails) == 1

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_never_to_a_server_nobody_vouches_for(self, inbox, tmp_path, security):
        _, context = mail_server.certificate(tmp_path)
        with (
            mail_server.running(inbox, security, context) as server,
            pytest.raises(ChannelFailed, match="sslcertverificationerror"),
        ):
            channel_to(server, tmp_path).hand_over(letter())
        assert inbox.mails == []

    def test_never_in_the_clear_when_starttls_was_asked_for(self, inbox, tmp_path):
        with (
            mail_server.running(inbox) as server,
            pytest.raises(ChannelFailed, match="not_supported"),
        ):
            channel_to(server, tmp_path, security="starttls").hand_over(letter())
        assert inbox.mails == []

    @pytest.mark.parametrize("answer", ["500 What", "421 Busy", "250 Fine"])
    def test_once_however_quit_is_answered(self, inbox, tmp_path, answer):
        inbox.quit = answer
        with mail_server.running(inbox) as server:
            assert channel_to(server, tmp_path).hand_over(letter()) is Handed.ACCEPTED
        assert len(inbox.mails) == 1


class TestALetterDoesNotLeave:
    @pytest.mark.parametrize("code", [421, 450, 451])
    def test_and_is_tried_again_after_a_four(self, inbox, tmp_path, code):
        inbox.at_recipient["kari@example.org"] = [f"{code} Later"]
        with mail_server.running(inbox) as server, pytest.raises(ChannelFailed) as failure:
            channel_to(server, tmp_path).hand_over(letter())
        assert failure.value.code == f"smtp_{code}"

    @pytest.mark.parametrize("code", [550, 553])
    def test_and_never_will_after_a_five_for_the_recipient(self, inbox, tmp_path, code):
        inbox.at_recipient["kari@example.org"] = [f"{code} No such person"]
        with mail_server.running(inbox) as server, pytest.raises(LetterRefused) as refusal:
            channel_to(server, tmp_path).hand_over(letter())
        assert refusal.value.code == f"smtp_{code}"

    def test_and_is_tried_again_when_the_reply_to_the_dot_is_lost(self, inbox, tmp_path):
        inbox.drops = 1
        with mail_server.running(inbox) as server:
            channel = channel_to(server, tmp_path)
            with pytest.raises(ChannelFailed):
                channel.hand_over(letter())
            channel.hand_over(letter())
        assert len({mail["Message-ID"] for mail in inbox.mails}) == 1

    def test_when_nobody_listens(self, inbox, tmp_path):
        with mail_server.running(inbox) as server:
            channel = channel_to(server, tmp_path)
        with pytest.raises(ChannelFailed, match="connectionrefused"):
            channel.hand_over(letter())

    @pytest.mark.parametrize(
        "to",
        [
            "kari@example.org\r\nBcc: all@example.org",
            "kari@example.org\nX: y",
            "kari@example.org, ola@example.org",
            "kari@example.org\u2028Bcc: x@y.no",
            "kari",
            "",
            "@example.org",
            "a b@example.org",
            "kari@exa mple.org",
            "kari@example.org\x00",
            "<kari@example.org>",
        ],
    )
    def test_to_anything_but_one_address(self, inbox, tmp_path, to):
        with (
            mail_server.running(inbox) as server,
            pytest.raises(LetterRefused, match="bad_address"),
        ):
            channel_to(server, tmp_path).hand_over(letter(to=to))
        assert inbox.talks == 0

    def test_to_an_address_that_the_server_cannot_spell(self, inbox, tmp_path):
        with (
            mail_server.running(inbox) as server,
            pytest.raises(LetterRefused, match="smtputf8"),
        ):
            channel_to(server, tmp_path).hand_over(letter(to="bjørn@example.org"))


class TestTheHeaders:
    def test_have_no_room_for_more_than_a_subject(self, inbox, tmp_path):
        with mail_server.running(inbox) as server:
            channel_to(server, tmp_path).hand_over(
                letter(subject="Hei\r\nBcc: all@example.org", sender_name='X" <a@b.no>, "Y')
            )
        (mail,) = inbox.mails
        assert mail["Bcc"] is None
        assert mail["Subject"] == "Hei Bcc: all@example.org"
        assert [a.addr_spec for a in mail["From"].addresses] == ["privacy@house.test"]

    def test_spell_a_domain_in_ascii(self, inbox, tmp_path):
        with mail_server.running(inbox) as server:
            channel_to(server, tmp_path).hand_over(letter(to="kari@blåbær.no"))
        assert inbox.recipients == ["kari@xn--blbr-roah.no"]


class TestTheBody:
    def test_is_72_columns_wide_but_a_link_stays_whole(self, inbox, tmp_path):
        link = "https://example.org/o/meetings/l/" + "x" * 80
        body = "ord " * 60 + "\n\n - " + "punkt " * 40 + "\n  eller åpne " + link
        with mail_server.running(inbox) as server:
            channel_to(server, tmp_path).hand_over(letter(body=body))
        lines = inbox.mails[0].get_content().splitlines()
        assert link in " ".join(lines).split()
        assert all(len(line) <= 72 for line in lines if link not in line)

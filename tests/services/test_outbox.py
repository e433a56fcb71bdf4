"""Letters leave the house, on both databases, through a real mail server."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dsar import channels
from dsar.channels.kept import read
from dsar.config import Config
from dsar.domain.events import Actor
from dsar.models import CaseEvent, OutboxMessage, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.intake.opening import PersonFacts
from dsar.services.mail import letters, notices, outbox, settling
from dsar.services.mail.settling import Sending, record_as_posted
from dsar.services.transaction import transaction
from dsar.vault import current_vault
from tests import mail_server

JOB = Actor("job", "test")
SECRETS = {"code": "123456", "token": "T" * 43}


@pytest.fixture
def inbox(app, config):
    """A mail server that the program is told of."""
    inbox = mail_server.Inbox()
    with mail_server.running(inbox) as server:
        mail = {"host": "127.0.0.1", "port": server.port, "security": "none"}
        mail |= {"sender": "privacy@house.test", "timeout_seconds": 2}
        told = Config.build(config.folder, {"mail": mail})
        app.extensions[channels.EXTENSION] = channels.load_all(told)
        yield inbox


def tell(case, notice, now, staff=None):
    with transaction() as session:
        file = CaseFile(session, session.get_one(type(case), case.id), JOB, now)
        if staff is None:
            file.tell(notice)
        else:
            file.tell_staff(notice, staff.id)
    return newest()


def newest():
    return db.session.scalars(select(OutboxMessage)).all()[-1].id


def row(letter_id):
    db.session.rollback()
    return db.session.get_one(OutboxMessage, letter_id)


def kinds(case):
    query = select(CaseEvent.kind).where(CaseEvent.case_id == case.id)
    return list(db.session.scalars(query.order_by(CaseEvent.seq)))


def receipt(case, now):
    facts = {"received": now, "due": case.sort_on}
    return tell(case, Notice("m01", facts, SECRETS), now)


class TestALetterThatIsTaken:
    def test_is_sent_once_recorded_and_forgets_its_secrets(self, make, now, inbox):
        case = make.case(make.organisation())
        letter_id = receipt(case, now)
        assert row(letter_id).secrets is not None

        assert outbox.deliver_next(now).state is Sending.SENT
        assert outbox.deliver_next(now) is None

        sent = row(letter_id)
        assert (sent.state, sent.secrets, sent.settled_at) == ("sent", None, now)
        assert kinds(case)[-1] == "mail_accepted"
        (mail,) = inbox.mails
        assert mail["Message-ID"] == f"<{letter_id}@house.test>"
        assert mail["To"] == "kari@example.org"

    def test_carries_code_and_links_but_no_person(self, make, now, inbox):
        person = PersonFacts("Sentinella Zq7", email="zq7@example.org", phone="99887766")
        case = make.case(make.organisation(), person=person)
        receipt(case, now)
        outbox.deliver_next(now)
        text = inbox.mails[0].get_content()
        assert "123456" in text
        assert f"http://localhost/o/meetings/l/{'T' * 43}" in text
        assert "http://localhost/o/meetings/case" in text
        assert case.number in text
        assert "Zq7" not in text + inbox.mails[0]["Subject"]
        assert "innsyn" not in text.lower()

    @pytest.mark.parametrize("language", ["nb", "en", "sv"])
    def test_speaks_the_language_of_the_case(self, make, now, inbox, language):
        case = make.case(make.organisation(), language=language)
        receipt(case, now)
        outbox.deliver_next(now)
        words = {"nb": "henvendelsen din", "en": "your request", "sv": "din begäran"}
        assert words[language] in inbox.mails[0]["Subject"]

    def test_sets_in_motion_what_waited_for_it(self, make, now, inbox, monkeypatch):
        seen = []
        step = {"m05": lambda file, letter: seen.append((file.case.id, letter.facts["check"]))}
        monkeypatch.setattr(notices, "ON_ACCEPTED", step)
        case = make.case(make.organisation())
        tell(case, Notice("m05", {"check": "c1", "answer_by": now.date()}), now)
        outbox.deliver_next(now)
        assert seen == [(case.id, "c1")]

    def test_is_never_sent_again_when_what_follows_breaks(self, make, now, inbox, monkeypatch):
        monkeypatch.setattr(notices, "ON_ACCEPTED", {"m08": lambda file, letter: 1 / 0})
        case = make.case(make.organisation())
        letter_id = tell(case, Notice("m08"), now)
        with pytest.raises(ZeroDivisionError):
            outbox.deliver_next(now)
        assert (row(letter_id).state, row(letter_id).last_code) == ("sent", "follow_up_failed")
        assert outbox.deliver_next(now + timedelta(days=1)) is None
        assert len(inbox.mails) == 1

    def test_says_so_when_what_follows_breaks_and_lets_staff_try_again(
        self, make, now, inbox, monkeypatch
    ):
        seen = []
        monkeypatch.setattr(notices, "ON_ACCEPTED", {"m08": lambda file, letter: 1 / 0})
        house = make.organisation()
        ida, case = make.staff(house), make.case(house)
        letter_id = tell(case, Notice("m08"), now)
        with pytest.raises(ZeroDivisionError):
            outbox.deliver_next(now)
        outbox.deliver_next(now)
        assert inbox.mails[-1]["To"] == ida.email
        assert "stoppet etter at e-posten gikk" in inbox.mails[-1]["Subject"]
        actor = Actor("staff", ida.id)
        with pytest.raises(ZeroDivisionError):
            settling.finish(letter_id, actor, now)
        assert row(letter_id).last_code == "follow_up_failed"
        step = {"m08": lambda file, letter: seen.append(letter.id)}
        monkeypatch.setattr(notices, "ON_ACCEPTED", step)
        for _ in range(2):
            settling.finish(letter_id, actor, now)
        assert (seen, row(letter_id).last_code) == ([letter_id], None)

    def test_goes_to_staff_in_their_own_language(self, make, now, inbox):
        organisation = make.organisation()
        ida = make.staff(organisation, language="en")
        case = make.case(organisation)
        tell(case, Notice("t02"), now, ida)
        outbox.deliver_next(now)
        (mail,) = inbox.mails
        assert mail["To"] == ida.email
        assert mail["Reply-To"] is None
        link = f"http://localhost/staff/meetings/cases/{case.number}"
        assert link in mail.get_content()
        assert "Look at the request" in mail.get_content()


class TestALetterThatIsNotTaken:
    def test_waits_ever_longer_and_is_never_given_up(self, make, now, inbox):
        case = make.case(make.organisation())
        letter_id = receipt(case, now)
        inbox.at_recipient["kari@example.org"] = ["451 Later"] * 40
        moment, waits = now, []
        while moment < now + timedelta(hours=48):
            assert outbox.deliver_next(moment).code == "smtp_451"
            waits.append(row(letter_id).not_before - moment)
            assert outbox.deliver_next(moment) is None
            moment = row(letter_id).not_before
        assert waits[:4] == [timedelta(minutes=m) for m in (1, 5, 15, 60)]
        assert max(waits) == timedelta(hours=4)
        inbox.at_recipient.clear()
        assert outbox.deliver_next(moment).state is Sending.SENT
        assert len(inbox.mails) == 1

    def test_keeps_its_one_name_when_the_reply_is_lost(self, make, now, inbox):
        receipt(make.case(make.organisation()), now)
        inbox.drops = 1
        assert outbox.deliver_next(now).state is Sending.WAITING
        assert outbox.deliver_next(now + timedelta(minutes=1)).state is Sending.SENT
        assert len(inbox.mails) == 2
        assert len({mail["Message-ID"] for mail in inbox.mails}) == 1

    def test_never_blocks_the_others_and_staff_are_told(self, make, now, inbox):
        organisation = make.organisation()
        ida = make.staff(organisation)
        bad = make.case(organisation, person=PersonFacts("A", email="bad@example.org"))
        good = make.case(organisation, person=PersonFacts("B", email="good@example.org"))
        inbox.at_recipient["bad@example.org"] = ["550 No such user"]
        refused, _ = receipt(bad, now), receipt(good, now)
        while outbox.deliver_next(now):
            pass
        assert (row(refused).state, row(refused).last_code) == ("refused", "smtp_550")
        assert kinds(bad)[-1] == "mail_refused"
        assert sorted(inbox.recipients) == sorted(["good@example.org", ida.email])
        told = next(m for m in inbox.mails if m["To"] == ida.email)
        assert bad.number in told["Subject"]
        assert "bad@" not in told.as_string()

    def test_without_an_address_becomes_a_matter_for_the_post(self, make, now, inbox):
        organisation = make.organisation()
        ida = make.staff(organisation)
        case = make.case(organisation, person=PersonFacts("A", postal_address="Veien 1"))
        letter_id = tell(case, Notice("m08"), now)
        while outbox.deliver_next(now):
            pass
        assert row(letter_id).state == "no_address"
        assert kinds(case)[-1] == "mail_unaddressed"
        assert inbox.recipients == [ida.email]

    def test_for_want_of_words_says_so_and_waits(self, make, now, inbox):
        case = make.case(make.organisation())
        letter_id = tell(case, Notice("m12"), now)
        assert outbox.deliver_next(now).code == "no_words"
        assert row(letter_id).state == "waiting"

    def test_to_staff_who_have_left_ends_quietly(self, make, now, inbox):
        organisation = make.organisation()
        ida = make.staff(organisation, disabled_at=now)
        tell(make.case(organisation), Notice("t02"), now, ida)
        assert outbox.deliver_next(now).state is Sending.NO_ADDRESS
        assert outbox.deliver_next(now) is None


class TestTheOrder:
    def test_is_by_due_date_after_the_codes_that_somebody_waits_for(self, make, now, inbox):
        organisation = make.organisation()
        early = now - timedelta(days=20)
        late = make.case(organisation, person=PersonFacts("A", email="late@example.org"))
        soon = make.case(
            organisation,
            received_at=early,
            person=PersonFacts("B", email="soon@example.org"),
        )
        asking = make.case(organisation, person=PersonFacts("C", email="code@example.org"))
        receipt(late, now)
        receipt(soon, now)
        tell(asking, Notice("m04", {}, SECRETS), now)
        while outbox.deliver_next(now):
            pass
        order = ["code@example.org", "soon@example.org", "late@example.org"]
        assert inbox.recipients == order

    def test_leaves_alone_what_another_process_holds(self, make, now, inbox, monkeypatch):
        receipt(make.case(make.organisation()), now)
        claim = outbox._claim(now)
        assert outbox.deliver_next(now + timedelta(days=3)) is None
        settling.settle(claim, settling.Result(Sending.SENT))
        settling.settle(claim, settling.Result(Sending.SENT))
        assert inbox.mails == []

    def test_takes_over_from_a_process_that_died(self, make, now, inbox, monkeypatch):
        letter_id = receipt(make.case(make.organisation()), now)
        monkeypatch.setattr(outbox, "MARGIN", timedelta(days=-1))
        outbox._claim(now)
        assert outbox.deliver_next(now).state is Sending.SENT
        assert row(letter_id).attempts == 2


class TestAVictimOfStrangers:
    def test_gets_one_receipt_a_day_until_the_address_is_confirmed(self, make, now, inbox):
        organisation = make.organisation()
        for _ in range(12):
            receipt(make.case(organisation), now)
        while outbox.deliver_next(now):
            pass
        assert len(inbox.mails) == 1
        confirmed = make.case(organisation)
        with transaction() as session:
            case = session.get_one(type(confirmed), confirmed.id)
            case.address_confirmed_at = now
        receipt(confirmed, now)
        outbox.deliver_next(now)
        assert len(inbox.mails) == 2

    def test_is_not_written_to_where_contact_is_dangerous(self, make, now, inbox):
        organisation = make.organisation()
        ida = make.staff(organisation)
        case = make.case(organisation, is_guarded=True)
        tell(case, Notice("m08"), now)
        while outbox.deliver_next(now):
            pass
        assert inbox.recipients == [ida.email]


class TestWithoutAMailServer:
    def test_mail_is_kept_and_read_but_moves_nothing(self, make, now, config, monkeypatch):
        moved = []
        step = {"m01": lambda file, letter: moved.append(letter.id)}
        monkeypatch.setattr(notices, "ON_ACCEPTED", step)
        case = make.case(make.organisation())
        letter_id = receipt(case, now)
        assert outbox.deliver_next(now).state is Sending.KEPT
        assert (row(letter_id).state, row(letter_id).secrets) == ("kept", None)
        assert kinds(case)[-1] == "mail_kept"
        assert moved == []

        folder = Path(config.folder, "mail")
        file = folder / f"{letter_id}.eml"
        assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
        kept = read(folder, letter_id)
        assert (kept.to, "123456" in kept.body) == ("kari@example.org", True)
        assert read(folder, "../master") is None

        record_as_posted(letter_id, Actor("staff", "s1"), now)
        record_as_posted(letter_id, Actor("staff", "s1"), now)
        assert moved == [letter_id]
        assert kinds(case).count("mail_posted") == 1

    def test_practice_goes_on_as_if_it_had_left(self, make, now, monkeypatch):
        moved = []
        step = {"m01": lambda file, letter: moved.append(letter.id)}
        monkeypatch.setattr(notices, "ON_ACCEPTED", step)
        letter_id = receipt(make.case(make.organisation(), is_practice=True), now)
        outbox.deliver_next(now)
        assert moved == [letter_id]


class TestEveryLetter:
    def test_finds_its_words_in_each_language(self, make, now):
        organisation = make.organisation()
        case, ida = make.case(organisation), make.staff(organisation)
        facts = dict.fromkeys(FACTS, now.date()) | CODES
        for language in ("nb", "en", "sv"):
            for template in templates(language):
                is_staff = template.startswith("t")
                written = OutboxMessage(
                    id="a" * 32,
                    organisation_id=organisation.id,
                    case_id=case.id,
                    recipient="staff" if is_staff else "person",
                    staff_id=None,
                    template=template,
                    language=language,
                    facts=facts,
                    secrets=None,
                    created_at=now,
                )
                current_vault().seal(written, "secrets", '{"code": "1", "token": "t"}')
                letter = letters.compose(db.session, written, ida.email)
                assert letter.subject
                assert "{" not in letter.subject + letter.body
                shown = letter.subject.replace("meetings.no", "x" * 15)
                assert len(shown) <= (76 if is_staff else 60), shown


FACTS = ("until", "answer_by", "before", "deleted_on", "sent", "undo_by", "effective")
FACTS += ("task_due", "gone_on", "since", "due", "changed")
CODES = {"n": 3, "reason": "complex", "apology": "yes", "system": "CRM"}
CODES |= {"time": "2026-11-20T09:00:00+00:00"}
CODES |= {"amount": "250,00\xa0NOK"}
CODES |= {"report": "B2026-0001", "controller": "Kunde AS", "contact": "post@kunde.example"}


def templates(language):
    from dsar.i18n import catalogue

    names = {key.removesuffix(".body") for key in catalogue(language) if key.endswith(".body")}
    return sorted(name for name in names if name[0] in "mt" and name[1:3].isdigit())

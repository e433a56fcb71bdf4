"""Handing over: once, to the right person, for a while, so many times."""

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from dsar.domain.deliveries import How, What
from dsar.domain.events import Actor
from dsar.domain.identity import IdentityMissing, Method
from dsar.domain.rights import Right
from dsar.models import Case, CasePerson, Delivery, OutboxMessage, PortalSession, db, new_id
from dsar.services.answer import approval, delivery, packaging, release
from dsar.services.answer.delivery import SendAnswer
from dsar.services.casefile import CaseFile
from dsar.services.identity import confirmation, verification
from dsar.services.mail.notices import follow_up
from dsar.services.transaction import transaction
from dsar.services.work import collection
from tests.factories.work import (
    actor_of,
    make_approved,
    make_delivery,
    make_finding,
    make_identified,
    make_package,
    make_texts,
    right_of,
    tasks_of,
)
from tests.services.log import events, kinds

JOB = Actor("job", "outbox_delivery")
DAY = timedelta(days=1)


@pytest.fixture
def office(make):
    """A case, who works on it and who approves."""
    organisation = make.organisation()
    return make.case(organisation), make.staff(organisation), make.staff(organisation)


def row(delivery_id):
    db.session.expire_all()
    return db.session.get_one(Delivery, delivery_id)


def send(package_id, staff, now, how=How.PORTAL, given_on=None):
    return delivery.send(SendAnswer(package_id, how, given_on), actor_of(staff), now)


def letters(template="m12"):
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return list(db.session.scalars(query))


def leave(case, now):
    with transaction() as session:
        (letter,) = letters()
        file = CaseFile(session, session.get_one(Case, case.id), JOB, now)
        follow_up(file, letter)
    db.session.expire_all()


class TestSending:
    def test_opens_a_window_and_leaves_word_without_content(self, office, now, config):
        case, staff, other = office
        made = row(make_delivery(case, staff, other, now))
        assert made.until - now == timedelta(days=config.portal.window_days)
        assert made.downloads_left == config.portal.downloads
        (letter,) = letters()
        assert set(letter.facts) == {"until", "delivery"}
        assert (made.delivered_at, right_of(case).state) == (None, "ready")

    def test_counts_as_delivered_when_the_notice_has_left(self, office, now):
        case, staff, other = office
        made = make_delivery(case, staff, other, now)
        leave(case, now + DAY)
        assert row(made).delivered_at == now + DAY
        assert (right_of(case).state, case.state) == ("delivered", "delivered")
        assert kinds(case)[-1] == "delivered"

    def test_twice_sends_once(self, office, now):
        case, staff, other = office
        first = make_delivery(case, staff, other, now)
        again = send(row(first).package_id, staff, now)
        leave(case, now)
        assert send(row(first).package_id, staff, now) == first == again
        assert (kinds(case).count("answer_sent"), len(letters())) == (1, 1)

    def test_waits_for_identity(self, office, now):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        before = kinds(case)
        for how in How:
            with pytest.raises(IdentityMissing):
                send(package_id, staff, now, how, date(2026, 11, 20))
        assert (kinds(case), letters(), db.session.query(Delivery).count()) == (before, [], 0)

    def test_waits_for_approval(self, office, now):
        case, staff, _ = office
        package_id = make_package(case, staff, now)
        make_identified(case, staff, now)
        with pytest.raises(release.NotApproved):
            send(package_id, staff, now)

    def test_refuses_what_has_changed_since_it_was_approved(self, office, now):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        make_identified(case, staff, now)
        make_finding(tasks_of(case)[0], staff, now)
        with pytest.raises(release.NotApproved):
            send(package_id, staff, now)
        assert right_of(case).state == "reviewing"

    def test_refuses_what_the_register_has_changed_since(self, office, make, now):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        make_identified(case, staff, now)
        second = make.case(make.organisation())
        make_texts(second, staff, now, language="nb")
        system = tasks_of(second)[0].system_id
        from dsar.services.work import review

        text = review.CompleteText(second.id, system, "transfer", "nb", "Ja, til USA")
        review.complete_text(text, actor_of(staff), now)
        with pytest.raises(packaging.PackageOutdated):
            send(package_id, staff, now)

    def test_waits_three_days_for_an_address_that_nobody_knew(self, office, now):
        case, staff, other = office
        with transaction() as session:
            person = session.scalars(
                select(CasePerson).where(CasePerson.case_id == case.id)
            ).one()
            from dsar.vault import current_vault

            current_vault().seal(person, "email", "ny@example.org")
        package_id = make_approved(case, staff, other, now)
        command = verification.AcceptIdentity(case.id, Method.CALL_BACK, "Ny adresse")
        verification.accept(command, actor_of(staff), now)
        with pytest.raises(release.CoolingOff) as refused:
            send(package_id, staff, now)
        assert refused.value.facts["at"] == now + timedelta(hours=72)
        send(package_id, staff, now + timedelta(hours=72))

    def test_waits_anew_when_the_person_has_changed_her_address(self, office, now):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        seen_in = tasks_of(case)[0].id
        command = verification.AcceptIdentity(case.id, Method.CALL_BACK, "Ringt", seen_in)
        verification.accept(command, actor_of(staff), now)
        changed = now + timedelta(hours=80)
        new = confirmation.NewCode(case.id, "once", timedelta(minutes=30))
        confirmation.change_address(new, "ny@example.org", changed)
        with pytest.raises(release.CoolingOff) as refused:
            send(package_id, staff, changed)
        assert refused.value.facts["at"] == changed + timedelta(hours=72)
        send(package_id, staff, changed + timedelta(hours=72))

    def test_needs_an_address_for_the_portal(self, office, now):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        make_identified(case, staff, now)
        with transaction() as session:
            session.scalars(
                select(CasePerson).where(CasePerson.case_id == case.id)
            ).one().email = None
        with pytest.raises(release.NoAddress):
            send(package_id, staff, now)

    def test_by_post_is_delivered_on_the_word_of_staff(self, office, now):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        make_identified(case, staff, now)
        made = row(send(package_id, staff, now, How.POST, date(2026, 11, 20)))
        assert (made.how, made.delivered_at, made.downloads_left) == ("post", now, 0)
        assert (right_of(case).state, letters()) == ("delivered", [])
        assert events(case, "delivered")[0].facts["given_on"] == "2026-11-20"
        with pytest.raises(delivery.WindowClosed):
            delivery.open_answer(made.id, now)

    @pytest.mark.parametrize("day", [None, date(2026, 11, 19), date(2026, 11, 21)])
    def test_by_post_needs_a_true_date(self, office, now, day):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        make_identified(case, staff, now)
        with pytest.raises(approval.DayNotSinceApproval):
            send(package_id, staff, now, How.POST, day)

    def test_one_right_stops_the_clock_of_no_other(self, make, now):
        organisation = make.organisation()
        staff, other = make.staff(organisation), make.staff(organisation)
        case = make.case(organisation, rights=(Right.ACCESS, Right.ERASURE))
        made = make_delivery(case, staff, other, now)
        delivery.open_answer(made, now)
        db.session.expire_all()
        assert (case.state, right_of(case, "erasure").state) == ("received", "received")
        asked = verification.AskIdentity(new_id(), case.id, Method.EID, "Ny adresse")
        with pytest.raises(verification.AlreadyIdentified):
            verification.ask(asked, actor_of(staff), now)
        assert case.binding_on == right_of(case, "erasure").binding_on is not None

    def test_lets_nothing_change_any_more(self, office, now):
        case, staff, other = office
        make_delivery(case, staff, other, now)
        from dsar.services.progress import AnswerSent

        with pytest.raises(AnswerSent):
            make_finding(tasks_of(case)[0], staff, now)
        with pytest.raises(AnswerSent):
            collection.reopen_task(tasks_of(case)[0].id, actor_of(staff), now)


class TestOpening:
    @pytest.fixture
    def made(self, office, now):
        case, staff, other = office
        return make_delivery(case, staff, other, now)

    def test_reads_the_page_on_record_and_proves_delivery(self, office, made, now):
        case, _, _ = office
        opened = delivery.open_answer(made, now)
        assert b"Kari Nordmann" in b"".join(opened.chunks)
        assert (opened.media_type, opened.name) == ("text/html", f"{case.number}.html")
        assert kinds(case)[-2:] == ["answer_opened", "delivered"]
        assert right_of(case).state == "delivered"

    @pytest.mark.parametrize(("what", "start"), [(What.ZIP, b"PK"), (What.LETTER, b"%PDF")])
    def test_counts_each_download(self, office, made, now, what, start):
        opened = delivery.download(made, what, now)
        content = b"".join(opened.chunks)
        assert content.startswith(start)
        assert len(content) == opened.size
        left = row(made).downloads_left
        assert left == 9
        facts = events(office[0], "answer_downloaded")[0].facts
        assert facts == {"delivery": made, "what": str(what), "left": left}

    def test_ends_when_the_downloads_are_used(self, office, made, now):
        for _ in range(10):
            delivery.download(made, What.ZIP, now)
        with pytest.raises(delivery.DownloadsUsed):
            delivery.download(made, What.ZIP, now)
        assert row(made).downloads_left == 0
        delivery.open_answer(made, now)

    def test_gives_no_more_downloads_to_many_at_once(self, app, office, made, now):
        taken = []

        def take():
            with app.app_context():
                try:
                    delivery.download(made, What.ZIP, now)
                    taken.append(1)
                except delivery.DownloadsUsed:
                    pass
                db.session.remove()

        threads = [Thread(target=take) for _ in range(14)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(taken), row(made).downloads_left) == (10, 0)

    def test_ends_with_the_window_and_can_be_opened_anew(self, office, made, now):
        case, staff, _ = office
        later = now + 30 * DAY
        with pytest.raises(delivery.WindowClosed):
            delivery.open_answer(made, later)
        delivery.expire(made, JOB, later)
        delivery.expire(made, JOB, later)
        assert row(made).expired_at == later
        delivery.renew(made, actor_of(staff), later)
        delivery.renew(made, actor_of(staff), later)
        made_again = row(made)
        assert (made_again.until, made_again.downloads_left) == (later + 30 * DAY, 10)
        delivery.open_answer(made, later)
        assert (
            kinds(case).count("delivery_expired"),
            kinds(case).count("delivery_renewed"),
        ) == (
            1,
            1,
        )

    def test_does_not_expire_before_its_time(self, made, now):
        delivery.expire(made, JOB, now + DAY)
        assert row(made).expired_at is None


class TestWhoMayOpen:
    @pytest.mark.parametrize(
        ("code_minutes", "access", "ended", "may"),
        [
            (0, True, False, True),
            (30, True, False, True),
            (31, True, False, False),
            (None, True, False, False),
            (0, False, False, False),
            (0, True, True, False),
            (-1, True, False, False),
        ],
    )
    def test_is_who_gave_both_secrets_lately(self, now, code_minutes, access, ended, may):
        session = PortalSession(
            code_at=None if code_minutes is None else now - timedelta(minutes=code_minutes),
            access_code_at=now - timedelta(hours=2) if access else None,
            ended_at=now if ended else None,
        )
        assert delivery.may_open(session, now) is may

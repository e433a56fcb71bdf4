"""Identity: decided by somebody, on the lightest evidence, with a doubt in words for more."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from dsar.domain.events import PERSON, Actor
from dsar.domain.identity import IdentityMissing, Method, Verdict
from dsar.domain.rights import Right
from dsar.models import Case, DataSystem, IdentityCheck, OutboxMessage, Staff, db, new_id
from dsar.services.casefile import CaseFile
from dsar.services.identity import verification
from dsar.services.identity.verification import AcceptIdentity, AskIdentity
from dsar.services.mail.notices import follow_up
from dsar.services.transaction import transaction
from dsar.vault import current_vault
from tests.factories.rights import make_refusal
from tests.factories.work import (
    actor_of,
    make_finding,
    make_identified,
    make_settled,
    right_of,
    tasks_of,
)
from tests.services.log import events, kinds

JOB = Actor("job", "outbox_delivery")


@pytest.fixture
def office(make):
    """A case and a member of staff."""
    organisation = make.organisation()
    return make.case(organisation), make.staff(organisation)


def confirm(case, now):
    with transaction() as session:
        session.get_one(Case, case.id).address_confirmed_at = now


def ask(case, staff, now, method=Method.QUESTION, **changes):
    words = {"doubt": "Adressen er ny for oss", "question": "Når ble du kunde?"} | changes
    command = AskIdentity(words.pop("id", new_id()), case.id, method, **words)
    return verification.ask(command, actor_of(staff), now)


def leave(case, now, template="m05"):
    """Let the notice leave the house."""
    with transaction() as session:
        letter = session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == template)
        ).one()
        case = session.get_one(Case, case.id)
        follow_up(CaseFile(session, case, JOB, now), letter)
    db.session.expire_all()


def system_of(house):
    """Return the id of a system of an organisation."""
    query = select(DataSystem.id).where(DataSystem.organisation_id == house.id)
    return db.session.scalars(query.order_by(DataSystem.position)).first()


def accept(case, staff, now, seen_in):
    """Accept the confirmed address, seen somewhere."""
    command = AcceptIdentity(case.id, Method.CONFIRMED_ADDRESS, seen_in=seen_in)
    return verification.accept(command, actor_of(staff), now)


def check(check_id):
    db.session.expire_all()
    return db.session.get_one(IdentityCheck, check_id)


def letters(template):
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return list(db.session.scalars(query))


class TestTheEvidence:
    def test_is_that_the_address_is_confirmed_and_was_found(self, office, now):
        case, staff = office
        assert not verification.evidence(db.session, case.id).is_enough
        confirm(case, now)
        assert not verification.evidence(db.session, case.id).is_enough
        make_finding(tasks_of(case)[0], staff, now)
        found = verification.evidence(db.session, case.id)
        assert (found.is_enough, found.systems) == (True, (tasks_of(case)[0].system_id,))


class TestAccepting:
    def test_takes_the_confirmed_address_that_is_on_file(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        assert make_identified(case, staff, now) is Verdict.SUFFICIENT
        row = verification.sufficient_check(db.session, case.id)
        assert (row.method, row.decided_by, row.evidence[:7]) == (
            "confirmed_address",
            staff.id,
            "system:",
        )
        assert events(case, "identity_decided")[0].facts["verdict"] == "sufficient"

    def test_twice_is_recorded_once(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        make_identified(case, staff, now)
        make_identified(case, staff, now)
        assert kinds(case).count("identity_decided") == 1

    def test_takes_the_word_of_staff_that_a_system_knew_the_address(self, office, now):
        case, staff = office
        confirm(case, now)
        make_finding(tasks_of(case)[0], staff, now, fields={"Bilde": "se vedlegg"})
        make_settled(case, staff, now, found=1)
        task = tasks_of(case)[0].id
        command = AcceptIdentity(case.id, Method.CONFIRMED_ADDRESS, seen_in=task)
        verification.accept(command, actor_of(staff), now)
        assert verification.sufficient_check(db.session, case.id).evidence == f"task:{task}"

    def test_takes_a_named_system_where_no_task_could_ever_show_the_address(self, make, now):
        house, other = make.organisation(), make.organisation("meetings")
        case, staff = make.case(house, rights=(Right.AUTOMATED_DECISION,)), make.staff(house)
        system, foreign = system_of(house), system_of(other)
        for seen_in in ("", foreign, system):  # the last: before the address is confirmed
            with pytest.raises(verification.EvidenceMissing):
                accept(case, staff, now, seen_in)
        confirm(case, now)
        assert accept(case, staff, now, system) is Verdict.SUFFICIENT
        (entry,) = events(case, "identity_decided")
        assert (entry.facts["evidence"], entry.actor_ref) == (f"system:{system}", staff.id)

    @pytest.mark.parametrize(
        ("rights", "refused", "is_believed"),
        [
            ((Right.ACCESS,), False, False),
            ((Right.AUTOMATED_DECISION, Right.ACCESS), False, False),
            ((Right.AUTOMATED_DECISION, Right.ACCESS), True, True),
        ],
    )
    def test_takes_no_system_by_name_while_a_task_may_show_it(
        self, make, now, rights, refused, is_believed
    ):
        house = make.organisation()
        case, staff = make.case(house, rights=rights), make.staff(house)
        confirm(case, now)
        if refused:
            make_refusal(case, staff, now)
        if is_believed:
            assert accept(case, staff, now, system_of(house)) is Verdict.SUFFICIENT
            return
        with pytest.raises(verification.EvidenceMissing):
            accept(case, staff, now, system_of(house))

    def test_counts_what_another_right_of_the_case_found(self, make, now):
        house = make.organisation()
        rights = (Right.AUTOMATED_DECISION, Right.ACCESS)
        case, staff = make.case(house, rights=rights), make.staff(house)
        make_settled(case, staff, now)
        assert make_identified(case, staff, now) is Verdict.SUFFICIENT
        verification.identity_guard(db.session, case, "automated_decision")

    @pytest.mark.parametrize("is_confirmed", [True, False])
    def test_refuses_an_address_that_is_unconfirmed_or_unknown(self, office, now, is_confirmed):
        case, staff = office
        if is_confirmed:
            confirm(case, now)
        else:
            make_finding(tasks_of(case)[0], staff, now)
        nothing = tasks_of(case)[1].id
        for seen_in in ("", nothing, "0" * 32):
            command = AcceptIdentity(case.id, Method.CONFIRMED_ADDRESS, seen_in=seen_in)
            if not is_confirmed or seen_in:
                with pytest.raises(verification.EvidenceMissing):
                    verification.accept(command, actor_of(staff), now)
        assert verification.sufficient_check(db.session, case.id) is None

    @pytest.mark.parametrize("method", [Method.CALL_BACK, Method.EID, Method.KNOWN_CODE])
    def test_wants_a_doubt_in_words_for_more_than_the_lightest_step(self, office, now, method):
        case, staff = office
        with pytest.raises(verification.DoubtMissing):
            verification.accept(AcceptIdentity(case.id, method, " "), actor_of(staff), now)
        assert db.session.query(IdentityCheck).count() == 0
        verification.accept(AcceptIdentity(case.id, method, "Ny adresse"), actor_of(staff), now)
        row = verification.sufficient_check(db.session, case.id)
        assert current_vault().open(row, "doubt") == "Ny adresse"

    def test_wants_two_people_for_a_document(self, office, make, now):
        case, staff = office
        command = AcceptIdentity(case.id, Method.DOCUMENT, "Helseopplysninger")
        for _ in range(2):
            assert verification.accept(command, actor_of(staff), now) is Verdict.PROPOSED
        assert verification.sufficient_check(db.session, case.id) is None
        second = make.staff()
        assert verification.accept(command, actor_of(second), now) is Verdict.SUFFICIENT
        assert [e.facts["verdict"] for e in events(case, "identity_decided")] == [
            "proposed",
            "sufficient",
        ]

    def test_withdraws_the_question_that_waits_and_lets_the_clock_run(self, office, now):
        case, staff = office
        asked = ask(case, staff, now)
        leave(case, now)
        command = AcceptIdentity(case.id, Method.KNOWN_IN_PERSON)
        verification.accept(command, actor_of(staff), now + timedelta(days=1))
        assert check(asked).verdict == "withdrawn"
        assert not right_of(case).is_suspended


class TestAsking:
    def test_moves_nothing_until_the_notice_has_left_the_house(self, office, now):
        case, staff = office
        asked = ask(case, staff, now)
        assert not right_of(case).is_suspended
        assert check(asked).notified_at is None
        leave(case, now)
        assert right_of(case).is_suspended
        assert check(asked).notified_at == now
        assert case.binding_on is None
        assert events(case, "identity_notice_sent")[0].facts == {"check": asked, "pauses": True}

    def test_seals_question_and_doubt_and_mails_neither(self, office, now):
        case, staff = office
        row = check(ask(case, staff, now))
        assert current_vault().open(row, "doubt") == "Adressen er ny for oss"
        assert current_vault().open(row, "question") == "Når ble du kunde?"
        (letter,) = letters("m05")
        assert "kunde" not in str(letter.facts)
        assert (letter.facts["check"], row.answer_by) == (row.id, date(2026, 12, 4))

    def test_twice_with_one_number_asks_once(self, office, now):
        case, staff = office
        number = new_id()
        ask(case, staff, now, id=number)
        ask(case, staff, now, id=number)
        assert (kinds(case).count("identity_asked"), len(letters("m05"))) == (1, 1)

    @pytest.mark.parametrize(
        ("method", "changes", "error"),
        [
            (Method.QUESTION, {"doubt": " "}, verification.DoubtMissing),
            (Method.QUESTION, {"question": ""}, verification.QuestionMissing),
            (Method.CONFIRMED_ADDRESS, {}, verification.DoubtMissing),
        ],
    )
    def test_is_refused_without_leaving_a_trace(self, office, now, method, changes, error):
        case, staff = office
        before = kinds(case)
        with pytest.raises(error):
            ask(case, staff, now, method, **changes)
        assert (kinds(case), db.session.query(IdentityCheck).count()) == (before, 0)

    def test_is_not_lawful_once_it_is_known_who_she_is(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        make_identified(case, staff, now)
        with pytest.raises(verification.AlreadyIdentified):
            ask(case, staff, now)

    def test_asks_one_question_at_a_time(self, office, now):
        case, staff = office
        ask(case, staff, now)
        with pytest.raises(verification.AlreadyAsked):
            ask(case, staff, now)

    def test_late_does_not_stop_the_clock_and_says_so(self, office, now):
        case, staff = office
        late = now + timedelta(days=10)
        asked = ask(case, staff, late)
        assert (check(asked).pauses, len(letters("m05.running"))) == (False, 1)
        before = right_of(case).binding_on
        leave(case, late, "m05.running")
        assert (right_of(case).binding_on, right_of(case).is_suspended) == (before, False)


class TestTheAnswerOfThePerson:
    def test_lets_the_clock_run_on_and_is_told_to_staff(self, office, now):
        case, staff = office
        before = right_of(case).statutory_on
        asked = ask(case, staff, now)
        leave(case, now)
        later = now + timedelta(days=3)
        verification.answer_identity(asked, " I 2019 ", PERSON, later)
        row = check(asked)
        assert current_vault().open(row, "reply") == "I 2019"
        assert (row.answered_at, row.verdict) == (later, "asked")
        assert not right_of(case).is_suspended
        assert right_of(case).statutory_on > before
        assert len(letters("t12.restarted")) == db.session.query(Staff).count()

    def test_stands_as_first_given(self, office, now):
        case, staff = office
        asked = ask(case, staff, now)
        verification.answer_identity(asked, "I 2019", PERSON, now)
        verification.answer_identity(asked, "I 2020", PERSON, now)
        assert current_vault().open(check(asked), "reply") == "I 2019"
        assert kinds(case).count("identity_answered") == 1

    def test_before_the_notice_has_left_stops_no_clock_afterwards(self, office, now):
        case, staff = office
        asked = ask(case, staff, now)
        verification.answer_identity(asked, "I 2019", PERSON, now)
        leave(case, now)
        assert not right_of(case).is_suspended
        assert "identity_notice_sent" not in kinds(case)

    def test_is_judged_by_staff_once(self, office, now):
        case, staff = office
        asked = ask(case, staff, now)
        verification.answer_identity(asked, "I 2019", PERSON, now)
        actor = actor_of(staff)
        verification.decide_identity(asked, Verdict.INSUFFICIENT, actor, now)
        again = verification.decide_identity(asked, Verdict.SUFFICIENT, actor, now)
        assert again is Verdict.INSUFFICIENT
        assert verification.sufficient_check(db.session, case.id) is None
        ask(case, staff, now)


class TestTheGuard:
    def test_stops_whoever_is_unknown(self, office):
        case, _ = office
        with pytest.raises(IdentityMissing):
            verification.identity_guard(db.session, case, "access")

    @pytest.mark.parametrize("right", [Right.OBJECTION, Right.CONSENT_WITHDRAWAL])
    def test_lets_pass_what_needs_no_identity(self, office, right):
        case, _ = office
        verification.identity_guard(db.session, case, str(right))

    def test_lets_pass_whom_somebody_has_decided_to_know(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        make_identified(case, staff, now)
        verification.identity_guard(db.session, case, "access")

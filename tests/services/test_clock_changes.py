"""Extension, question, widening and withdrawal: pending until told, refused without a trace."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from dsar.domain.clock import (
    ClarificationNotLarge,
    ClockError,
    ExtensionLate,
    ExtensionTaken,
    NoExtensionInLaw,
    NoPauseInLaw,
    PauseDelayUnexplained,
)
from dsar.domain.clock_notices import (
    CaseEnded,
    ExplanationMissing,
    ExtensionReason,
    NoticePending,
    NotYetReceived,
    RightAlreadyUsed,
    TooLateToUndo,
)
from dsar.domain.events import PERSON
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES, format_date
from dsar.models import (
    Case,
    ClockNotice,
    OutboxMessage,
    RequestedRight,
    Staff,
    Task,
    db,
    new_id,
)
from dsar.queries.cases import Wanted, case_rows
from dsar.services.casefile import CaseFile
from dsar.services.clock import (
    clock_notices,
    deadlines,
    extension,
    questions,
    widening,
    withdrawal,
)
from dsar.services.mail import letters, settling
from dsar.services.mail.settling import Claim, Result, Sending
from dsar.services.transaction import transaction
from tests.factories.work import actor_of, right_of
from tests.services.log import events, kinds

RECEIVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SOON = RECEIVED + 2 * DAY
WORDS = "Vi må gå gjennom mange år med e-post."


def is_pending(case):
    """Say whether a notice is prepared that has not left."""
    return any(one.notified_at is None for one in clock_notices.notices_of(case.id))


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house, staff):
    """The month binds: a promise would be moved aside by the first notice."""
    with transaction() as session:
        row = session.get_one(type(house), house.id)
        row.document = {**row.document, "promise": {"origin": "default", "words": ""}}
    return make.case(house, now=RECEIVED)


def leave(template, state=Sending.SENT, at=SOON):
    """Let the newest letter of a template leave the house, as the outbox settles it."""
    with transaction() as session:
        query = select(OutboxMessage).where(OutboxMessage.template == template)
        row = session.scalars(query.order_by(OutboxMessage.created_at.desc())).first()
        row.claimed_by, letter_id = "me", row.id
    settling.settle(Claim(letter_id, "me", at), Result(state))
    db.session.expire_all()


def more_time(case, staff, now=SOON, **values):
    made = {"reason": ExtensionReason.COMPLEX, "explanation": WORDS, "id": new_id()} | values
    return extension.extend(extension.Extend(case_id=case.id, **made), actor_of(staff), now)


def ask(case, staff, now=SOON, **values):
    made = {"text": "Hvilke år gjelder det?", "pauses": True, "is_large": True, "id": new_id()}
    return questions.ask(
        questions.Ask(case_id=case.id, **(made | values)), actor_of(staff), now
    )


def due(case):
    db.session.rollback()
    return db.session.get_one(Case, case.id).binding_on


def templates():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage.template)))


class TestExtension:
    def test_moves_nothing_until_the_person_has_been_told(self, case, staff):
        before = due(case)
        more_time(case, staff)
        assert due(case) == before == date(2026, 12, 21)
        assert is_pending(case)
        leave("m10")
        assert due(case) == date(2027, 2, 22)
        assert not is_pending(case)
        assert kinds(case)[1:] == [
            "extension_prepared",
            "mail_accepted",
            "extension_notified",
            "deadline_moved",
        ]

    def test_shows_before_what_the_date_becomes(self, case, staff):
        command = extension.Extend("", case.id, ExtensionReason.MANY, "")
        (seen,) = extension.preview(command, SOON)
        more_time(case, staff)
        leave("m10")
        assert seen.before.binding_on == date(2026, 12, 21)
        assert seen.after.binding_on == due(case)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_tells_both_dates_and_the_coded_reason_but_not_the_words(
        self, case, staff, language
    ):
        more_time(case, staff)
        with transaction() as session:
            session.scalars(select(OutboxMessage)).one().language = language
        row = db.session.scalars(select(OutboxMessage)).one()
        letter = letters.compose(db.session, row, "kari@example.org")
        assert WORDS not in letter.body
        assert "2026" in letter.body
        assert "2027" in letter.body

    def test_is_sealed_with_its_words(self, case, staff):
        more_time(case, staff)
        assert WORDS.encode() not in db.session.scalars(select(ClockNotice)).one().body
        (view,) = clock_notices.notices_of(case.id)
        assert (view.text, view.reason) == (WORDS, ExtensionReason.COMPLEX)

    @pytest.mark.parametrize(
        "state", [Sending.KEPT, Sending.REFUSED, Sending.NO_ADDRESS, Sending.WAITING]
    )
    def test_stays_pending_when_the_notice_does_not_leave(self, case, staff, state):
        before = due(case)
        more_time(case, staff)
        leave("m10", state)
        assert due(case) == before
        assert is_pending(case)

    def test_takes_effect_when_staff_post_it(self, case, staff):
        more_time(case, staff)
        leave("m10", Sending.NO_ADDRESS)
        row = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "m10")
        ).one()
        settling.record_as_posted(row.id, actor_of(staff), SOON + DAY)
        assert due(case) == date(2027, 2, 22)

    @pytest.mark.parametrize("again", [1, 2])
    def test_is_taken_once(self, case, staff, again):
        more_time(case, staff)
        leave("m10")
        before = kinds(case)
        for _ in range(again):
            with pytest.raises(ExtensionTaken):
                more_time(case, staff, SOON + DAY)
        assert kinds(case) == before
        assert templates().count("m10") == 1

    def test_is_refused_after_the_last_day_and_leaves_no_trace(self, case, staff):
        before = kinds(case)
        with pytest.raises(ExtensionLate):
            more_time(case, staff, datetime(2026, 12, 22, 9, 0, tzinfo=UTC))
        assert kinds(case) == before
        assert templates() == []
        assert db.session.scalars(select(ClockNotice)).all() == []

    def test_that_leaves_too_late_moves_nothing_and_says_so(self, case, staff):
        more_time(case, staff, datetime(2026, 12, 21, 9, 0, tzinfo=UTC))
        leave("m10", at=datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
        assert due(case) == date(2026, 12, 21)
        assert "extension_late" in right_of(case).clock_flags

    def test_that_leaves_too_late_alarms_staff_once(self, case, staff):
        more_time(case, staff, datetime(2026, 12, 21, 9, 0, tzinfo=UTC))
        leave("m10", at=datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
        assert templates().count("t30") == 1
        (row,), _ = case_rows(
            Wanted(organisation_ids=[case.organisation_id], today=SOON.date())
        )
        assert row.is_void
        with transaction() as session:
            file = CaseFile(session, session.get_one(Case, case.id), actor_of(staff), SOON)
            letter = session.scalar(
                select(OutboxMessage).where(OutboxMessage.template == "m10")
            )
            extension.notice_left(file, letter)
        assert templates().count("t30") == 1

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_that_leaves_too_late_says_what_to_do(self, case, staff, language):
        with transaction() as session:
            session.get_one(Staff, staff.id).language = language
        more_time(case, staff, datetime(2026, 12, 21, 9, 0, tzinfo=UTC))
        leave("m10", at=datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
        query = select(OutboxMessage).where(OutboxMessage.template == "t30")
        row = db.session.scalars(query).one()
        letter = letters.compose(db.session, row, "ida@example.org")
        assert format_date(date(2026, 12, 21), language) in letter.body

    def test_in_time_alarms_nobody(self, case, staff):
        more_time(case, staff)
        leave("m10")
        assert "t30" not in templates()

    def test_needs_words_and_waits_for_the_one_before(self, case, staff):
        with pytest.raises(ExplanationMissing):
            more_time(case, staff, explanation="  ")
        more_time(case, staff)
        with pytest.raises(NoticePending):
            more_time(case, staff)

    def test_pressed_twice_is_one(self, case, staff):
        number = new_id()
        assert more_time(case, staff, id=number) == more_time(case, staff, id=number)
        assert templates().count("m10") == 1

    def test_says_why_it_is_not_to_be_had(self, case, staff):
        db.session.rollback()
        row = db.session.get_one(Case, case.id)
        assert extension.refusal(row, SOON) is None
        late = extension.refusal(row, datetime(2026, 12, 22, 9, 0, tzinfo=UTC))
        assert isinstance(late, ExtensionLate)


class TestASiteWithALawOfItsOwn:
    """Both laws must honour it; the one that does not is named (decision 6)."""

    @pytest.fixture
    def case(self, case):
        with transaction() as session:
            row = session.get_one(Case, case.id)
            row.site_clock = {"profile": "BR", "options": {}}
        return case

    def test_refuses_more_time_and_names_its_law(self, case, staff):
        with pytest.raises(NoExtensionInLaw) as refused:
            more_time(case, staff)
        assert refused.value.facts["law"] == "Brasil"
        assert templates() == []
        row = db.session.get_one(Case, case.id)
        assert isinstance(extension.refusal(row, SOON), NoExtensionInLaw)

    def test_refuses_a_pause_but_not_a_question(self, case, staff):
        with pytest.raises(NoPauseInLaw) as refused:
            ask(case, staff)
        assert refused.value.facts["law"] == "Brasil"
        ask(case, staff, pauses=False, is_large=False)
        assert templates() == ["m07"]

    def test_of_like_mind_refuses_nothing(self, case, staff):
        with transaction() as session:
            session.get_one(Case, case.id).site_clock = {"profile": "SE", "options": {}}
        more_time(case, staff)
        ask(case, staff)
        assert sorted(templates()) == ["m07.paused", "m10"]

    def test_does_not_answer_for_the_law_of_the_house(self, case, staff):
        with transaction() as session:
            row = session.get_one(Case, case.id)
            row.profile, row.site_clock = "BR", {"profile": "NO", "options": {}}
        with pytest.raises(NoExtensionInLaw) as refused:
            more_time(case, staff)
        assert "law" not in refused.value.facts


class TestQuestion:
    def test_stops_the_clock_once_it_has_left_and_the_answer_starts_it(self, case, staff):
        before = due(case)
        number = ask(case, staff)
        assert due(case) == before
        leave("m07.paused")
        assert due(case) is None
        assert questions.open_question(case.id).id == number
        questions.answer(number, "Fra 2024.", PERSON, SOON + 5 * DAY)
        questions.answer(number, "Nei, 2023.", PERSON, SOON + 6 * DAY)
        assert due(case) == before + timedelta(days=7)
        (view,) = clock_notices.notices_of(case.id)
        assert view.reply == "Fra 2024."
        assert templates().count("t12.restarted") == 1

    def test_of_another_kind_lets_the_clock_run(self, case, staff):
        before = due(case)
        ask(case, staff, pauses=False, is_large=False)
        leave("m07")
        assert due(case) == before
        assert events(case, "question_notice_sent")[0].facts["pauses"] is False

    def test_answered_before_it_left_stops_nothing(self, case, staff):
        number, before = ask(case, staff), due(case)
        questions.answer(number, "Fra 2024.", actor_of(staff), SOON)
        leave("m07.paused")
        assert due(case) == before
        assert "question_notice_sent" not in kinds(case)

    @pytest.mark.parametrize(
        ("values", "days", "error"),
        [
            ({"is_large": False}, 1, ClarificationNotLarge),
            ({}, 9, PauseDelayUnexplained),
        ],
    )
    def test_is_refused_without_a_trace(self, case, staff, values, days, error):
        before = kinds(case)
        with pytest.raises(error):
            ask(case, staff, RECEIVED + days * DAY, **values)
        assert kinds(case) == before
        assert templates() == []

    def test_may_come_late_with_an_explanation(self, case, staff):
        ask(case, staff, RECEIVED + 9 * DAY, delay="Vi fant arkivet først i går.")
        leave("m07.paused", at=RECEIVED + 9 * DAY)
        assert due(case) is None
        assert "pause_asked_very_late" not in right_of(case).clock_flags

    def test_does_not_stop_a_clock_that_the_law_lets_run(self, case, staff):
        with transaction() as session:
            session.get_one(Case, case.id).profile = "US-CA"
        with pytest.raises(NoPauseInLaw):
            ask(case, staff)
        ask(case, staff, pauses=False)


class TestWidening:
    def add(self, case, staff, at, right=Right.ERASURE, now=None):
        command = widening.AddRight(case.id, right, at, "Slett alt også.")
        widening.widen(command, actor_of(staff), now or at)
        db.session.expire_all()

    def test_gives_the_new_right_its_own_clock_and_tasks(self, case, staff):
        before = due(case)
        self.add(case, staff, RECEIVED + 10 * DAY)
        new = right_of(case, "erasure")
        assert new.binding_on == date(2026, 12, 30)
        assert right_of(case).binding_on == before == due(case)
        tasks = db.session.scalars(select(Task).where(Task.right_id == new.id)).all()
        assert tasks
        assert kinds(case)[-1] == "right_added"

    def test_shows_before_what_its_date_will_be(self, case, staff):
        row = db.session.get_one(Case, case.id)
        seen = widening.preview(row, RECEIVED + 10 * DAY)
        self.add(case, staff, RECEIVED + 10 * DAY)
        assert right_of(case, "erasure").binding_on == seen.binding_on

    def test_is_untouched_by_what_came_before_it(self, case, staff):
        ask(case, staff)
        leave("m07.paused")
        self.add(case, staff, SOON + DAY)
        found = deadlines.reckon(db.session, case, "erasure")
        assert not found.is_suspended
        assert found.flags.count("before_receipt") == 0
        assert "asked_before_added" in found.flags
        assert "asked_before_added" in right_of(case, "erasure").clock_flags
        assert "asked_before_added" not in right_of(case).clock_flags
        assert due(case) == found.binding_on

    def test_is_refused_for_a_right_that_is_there_and_for_a_wrong_moment(self, case, staff):
        for right, at, error in (
            (Right.ACCESS, SOON, RightAlreadyUsed),
            (Right.ERASURE, RECEIVED - DAY, NotYetReceived),
            (Right.ERASURE, SOON + DAY, NotYetReceived),
        ):
            with pytest.raises(error):
                self.add(case, staff, at, right, SOON)
        withdrawal.withdraw(case.id, ["access"], PERSON, SOON)
        with pytest.raises(CaseEnded):
            self.add(case, staff, SOON)

    def test_can_be_extended_alone(self, case, staff):
        self.add(case, staff, RECEIVED + DAY)
        before = right_of(case).binding_on
        more_time(case, staff, right="erasure")
        leave("m10")
        assert right_of(case, "erasure").binding_on == date(2027, 2, 22)
        assert right_of(case).binding_on == before
        with pytest.raises(ExtensionTaken):
            more_time(case, staff, right="erasure")
        more_time(case, staff, right="access")


class TestWithdrawal:
    def test_ends_the_case_and_confirms_it_in_writing(self, case):
        withdrawal.withdraw(case.id, ["access"], PERSON, SOON)
        withdrawal.withdraw(case.id, ["access"], PERSON, SOON)
        db.session.expire_all()
        assert (case.state, case.outcome) == ("closed", "withdrawn")
        letters_left = [t for t in templates() if t.startswith("m")]
        assert letters_left == ["m21"]
        row = db.session.scalars(select(OutboxMessage)).one()
        assert row.facts == {"undo_by": "2026-11-29"}

    def test_of_a_part_leaves_the_rest_with_its_date(self, case, staff):
        command = widening.AddRight(case.id, Right.ERASURE, RECEIVED + DAY)
        widening.widen(command, actor_of(staff), SOON)
        row = db.session.get_one(Case, case.id)
        rest = withdrawal.due_without(row, ["access"])
        withdrawal.withdraw(case.id, ["access"], PERSON, SOON)
        assert due(case) == rest == right_of(case, "erasure").binding_on
        assert templates() == ["m21.part"]

    def test_undone_restores_the_old_clock_with_no_days_excluded(self, case):
        before = due(case)
        withdrawal.withdraw(case.id, ["access"], PERSON, SOON)
        assert withdrawal.undoable(case.id, SOON + 5 * DAY) == ["access"]
        withdrawal.undo(case.id, PERSON, SOON + 5 * DAY)
        withdrawal.undo(case.id, PERSON, SOON + 5 * DAY)
        db.session.expire_all()
        assert due(case) == before
        assert (case.state, case.outcome, case.closed_at) == ("collecting", None, None)
        found = deadlines.reckon(db.session, case, "access")
        assert (found.is_stopped, found.excluded_days) == (False, 0)
        assert kinds(case).count("right_reopened") == 1

    def test_cannot_be_undone_after_a_week(self, case):
        withdrawal.withdraw(case.id, ["access"], PERSON, SOON)
        before = kinds(case)
        with pytest.raises(TooLateToUndo):
            withdrawal.undo(case.id, PERSON, SOON + 8 * DAY)
        assert kinds(case) == before

    def test_may_be_repeated(self, case):
        for day in (0, 2):
            withdrawal.withdraw(case.id, ["access"], PERSON, SOON + day * DAY)
            withdrawal.undo(case.id, PERSON, SOON + (day + 1) * DAY)
        assert templates().count("m21") == 2


class TestTheLog:
    def test_leads_to_the_dates_of_the_rows(self, case, staff):
        ask(case, staff)
        leave("m07.paused")
        number = questions.open_question(case.id).id
        questions.answer(number, "", actor_of(staff), SOON + 3 * DAY)
        more_time(case, staff, SOON + 4 * DAY)
        leave("m10", at=SOON + 4 * DAY)
        widening.widen(
            widening.AddRight(case.id, Right.ERASURE, SOON + 5 * DAY),
            actor_of(staff),
            SOON + 6 * DAY,
        )
        db.session.rollback()
        for row in db.session.scalars(select(RequestedRight)):
            found = deadlines.reckon(db.session, db.session.get_one(Case, case.id), row.right)
            assert found.binding_on == row.binding_on
            assert found.sort_on == row.sort_on
            assert deadlines.read_steps(row.clock_steps) == found.steps

    def test_names_each_rule_that_it_keeps(self):
        assert issubclass(ExtensionTaken, ClockError)

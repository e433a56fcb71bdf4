"""A fee: said with all its content or not at all; what the clock does, law by law."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from dsar.domain.clock_notices import CaseEnded
from dsar.domain.events import PERSON
from dsar.domain.fees import (
    FeeAmountWrong,
    FeeEnd,
    FeeGround,
    FeeNotAnnounced,
    FeeNotInLaw,
    FeeOpen,
    FeeUnproven,
    FeeWithoutReasons,
    amount_of,
)
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES
from dsar.models import Case, ClockNotice, Organisation, db, new_id
from dsar.services.clock import clock_notices, fees, questions, withdrawal
from dsar.services.mail import letters
from dsar.services.mail.settling import Sending
from dsar.services.transaction import transaction
from tests.factories.mail import let_leave, letters_of
from tests.factories.work import actor_of
from tests.services.log import events, kinds

RECEIVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SOON = RECEIVED + 2 * DAY
FACTS = "Samme kopi ble gitt 2. oktober og 2. november 2026."
COSTS = "To timer à 125 kroner."


@pytest.fixture
def house(make):
    return make.organisation("memini")


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house):
    return make.case(house, (Right.ACCESS, Right.ERASURE), now=RECEIVED)


def in_law(house, profile):
    with transaction() as session:
        row = session.get_one(Organisation, house.id)
        row.profile, row.document = profile, row.document | {"profile": profile}


def ask(case, staff, now=SOON, **values):
    made = {
        "id": new_id(),
        "ground": FeeGround.REPETITION,
        "amount": "250",
        "currency": "NOK",
        "facts": FACTS,
        "costs": COSTS,
        "is_proven": True,
    } | values
    fees.announce(fees.Announce(case_id=case.id, **made), actor_of(staff), now)
    return made["id"]


def due(case):
    db.session.rollback()
    return db.session.get_one(Case, case.id).binding_on


class TestAFee:
    def test_is_told_first_and_then_stands(self, case, staff):
        fee_id = ask(case, staff)
        assert clock_notices.notices_of(case.id) == []  # it is no question and no extension
        with pytest.raises(FeeNotAnnounced):
            fees.accept(fee_id, PERSON, SOON)
        with pytest.raises(FeeNotAnnounced):
            fees.settle(fee_id, FeeEnd.PAID, actor_of(staff), SOON)
        let_leave("m26", SOON)
        assert fees.open_fee(case.id).waits
        fees.accept(fee_id, PERSON, SOON + DAY)
        fees.settle(fee_id, FeeEnd.PAID, actor_of(staff), SOON + 2 * DAY)
        assert kinds(case)[1:] == [
            "fee_announced",
            "mail_accepted",
            "fee_notice_sent",
            "fee_accepted",
            "fee_settled",
        ]
        (fee,) = fees.fees_of(case.id)
        assert (fee.amount, fee.facts, fee.costs) == ("250,00\xa0NOK", FACTS, COSTS)
        assert fee.ended is FeeEnd.PAID

    def test_is_sealed_and_out_of_the_log(self, case, staff):
        ask(case, staff)
        row = db.session.scalars(select(ClockNotice)).one()
        assert FACTS.encode() not in row.body
        assert FACTS not in str([event.facts for event in events(case)])

    def test_twice_by_the_same_form_is_once(self, case, staff):
        fee_id = ask(case, staff)
        ask(case, staff, id=fee_id, amount="900")
        assert len(letters_of("m26")) == 1
        assert fees.open_fee(case.id).amount == "250,00\xa0NOK"

    def test_leaves_questions_as_they_are(self, case, staff):
        ask(case, staff)
        assert questions.open_question(case.id) is None
        assert clock_notices.notices_of(case.id) == []

    def test_accepted_or_ended_twice_is_so_once(self, case, staff):
        fee_id = ask(case, staff)
        let_leave("m26", SOON)
        for _ in range(2):
            fees.accept(fee_id, PERSON, SOON)
        for end in (FeeEnd.WAIVED, FeeEnd.PAID):
            fees.settle(fee_id, end, actor_of(staff), SOON)
        assert kinds(case).count("fee_accepted") == kinds(case).count("fee_settled") == 1
        assert fees.fees_of(case.id)[0].ended is FeeEnd.WAIVED
        assert ask(case, staff)

    def test_that_was_given_up_is_not_accepted_any_more(self, case, staff):
        fee_id = ask(case, staff)
        let_leave("m26", SOON)
        fees.settle(fee_id, FeeEnd.WAIVED, actor_of(staff), SOON)
        fees.accept(fee_id, PERSON, SOON)
        assert "fee_accepted" not in kinds(case)


class TestTheNotice:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_holds_the_sum_the_authority_and_the_court_but_not_the_words(
        self, make, house, staff, language
    ):
        case = make.case(house, now=RECEIVED, language=language)
        ask(case, staff)
        letter = letters.compose(db.session, letters_of("m26")[0], "kari@example.org")
        written = "250.00" if language == "en" else "250,00"
        assert f"{written}\xa0NOK" in letter.body
        assert "Datatilsynet" in letter.body or "Norwegian Data" in letter.body
        assert any(word in letter.body for word in ("court", "domstol"))
        assert FACTS not in letter.body

    @pytest.mark.parametrize("state", [Sending.KEPT, Sending.REFUSED, Sending.NO_ADDRESS])
    def test_that_does_not_leave_tells_nobody_of_a_fee(self, case, staff, state):
        ask(case, staff)
        let_leave("m26", SOON, state)
        assert not fees.open_fee(case.id).waits


class TestTheClock:
    def test_runs_on_in_norway(self, case, staff):
        before = due(case)
        assert fees.previews(case, SOON) == []
        fee_id = ask(case, staff)
        let_leave("m26", SOON)
        assert due(case) == before
        fees.settle(fee_id, FeeEnd.PAID, actor_of(staff), SOON + 9 * DAY)
        assert due(case) == before

    def test_begins_anew_with_the_payment_in_the_united_kingdom(self, make, house, staff):
        in_law(house, "UK")
        case = make.case(house, now=RECEIVED)
        assert due(case) == date(2026, 12, 21)
        assert fees.previews(case, SOON)[0].after.is_suspended
        fee_id = ask(case, staff, currency="GBP")
        assert due(case) == date(2026, 12, 21)
        let_leave("m26", SOON)
        assert due(case) is None
        fees.accept(fee_id, PERSON, SOON + 5 * DAY)
        assert due(case) is None
        fees.settle(fee_id, FeeEnd.PAID, actor_of(staff), RECEIVED + 12 * DAY)
        assert due(case) == date(2027, 1, 4)  # 2 January is a Saturday

    @pytest.mark.parametrize("end", [FeeEnd.WAIVED, FeeEnd.WITHDRAWN])
    def test_runs_as_if_nobody_had_asked_where_it_is_not_paid(self, make, house, staff, end):
        in_law(house, "UK")
        case = make.case(house, (Right.ACCESS, Right.ERASURE), now=RECEIVED)
        fee_id = ask(case, staff, right="access")
        let_leave("m26", SOON)
        fees.settle(fee_id, end, PERSON, RECEIVED + 12 * DAY)
        assert due(case) == date(2026, 12, 21)


class TestThePerson:
    def test_takes_her_request_back_for_nothing(self, case, staff):
        fee_id = ask(case, staff)
        let_leave("m26", SOON)
        fees.settle(fee_id, FeeEnd.WITHDRAWN, PERSON, SOON)
        row = db.session.get_one(Case, case.id)
        assert (row.state, row.outcome) == ("closed", "withdrawn")
        assert len(letters_of("m21")) == 1

    def test_takes_back_only_what_it_is_asked_for(self, case, staff):
        fee_id = ask(case, staff, right="erasure")
        let_leave("m26", SOON)
        fees.settle(fee_id, FeeEnd.WITHDRAWN, PERSON, SOON)
        assert withdrawal.withdrawable(case.id) == ["access"]


class TestIsRefused:
    @pytest.mark.parametrize(
        ("values", "error"),
        [
            ({"facts": " "}, FeeWithoutReasons),
            ({"costs": ""}, FeeWithoutReasons),
            ({"is_proven": False}, FeeUnproven),
            ({"amount": "0"}, FeeAmountWrong),
            ({"amount": "-5"}, FeeAmountWrong),
            ({"amount": "much"}, FeeAmountWrong),
            ({"currency": "BTC"}, FeeAmountWrong),
            ({"right": "portability"}, CaseEnded),
        ],
    )
    def test_without_its_content_and_leaves_no_trace(self, case, staff, values, error):
        with pytest.raises(error):
            ask(case, staff, **values)
        assert kinds(case) == ["case_opened"]
        assert letters_of("m26") == []

    def test_beside_another_one(self, case, staff):
        ask(case, staff)
        with pytest.raises(FeeOpen):
            ask(case, staff)

    def test_once_the_case_has_ended(self, case, staff):
        withdrawal.withdraw(case.id, ["access", "erasure"], PERSON, SOON)
        with pytest.raises(CaseEnded):
            ask(case, staff)

    def test_where_the_law_knows_none(self, make, house, staff):
        in_law(house, "US-CA")
        case = make.case(house, now=RECEIVED)
        with pytest.raises(FeeNotInLaw):
            ask(case, staff)

    @pytest.mark.parametrize(
        "text",
        ["", "0,00", "1e3", "NaN", "٣٠", "1.234,5", "100000.01", "1.234", "9" * 99],
    )
    def test_with_an_amount_that_is_none(self, text):
        with pytest.raises(FeeAmountWrong):
            amount_of(text)

    @pytest.mark.parametrize(
        ("text", "cents"), [("250", 25000), ("99,50", 9950), ("1 250.5", 125050), (" 7 ", 700)]
    )
    def test_never_for_the_way_an_amount_is_written(self, text, cents):
        assert int(amount_of(text) * 100) == cents

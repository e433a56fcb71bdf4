"""Writing down a request that came another way."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from dsar.domain.events import Actor
from dsar.domain.registration import BackdatingNeedsReason, ReceivedInFuture
from dsar.domain.rights import Right
from dsar.models import Case, CaseEvent, OutboxMessage, db
from dsar.services.drafts import read_draft
from dsar.services.opening import OpenCase, PersonFacts, Wish
from dsar.services.registration import register, reissue_access_code

IDA = Actor("staff", "ida")
MINUTES = timedelta(minutes=30)


@pytest.fixture
def request_of(make, now):
    organisation = make.organisation("memini")

    def request_of(**overrides):
        fields = {
            "organisation_key": organisation.key,
            "language": "nb",
            "channel": "phone",
            "wishes": (Wish(Right.ACCESS, {"words": "Hva har dere om meg?"}),),
            "requester": PersonFacts("Ola Hansen", phone="41234567"),
            "received_at": now,
            "registered_at": now,
            "submission_key": "once-1",
        }
        return OpenCase(**(fields | overrides))

    return request_of


class TestRegister:
    def test_starts_the_clock_at_the_true_receipt(self, request_of, now):
        received = now - timedelta(days=3)
        register(request_of(received_at=received), "opened_late", MINUTES, IDA)
        case = db.session.scalars(select(Case)).one()
        assert case.sort_on == date(2026, 12, 17)
        facts = db.session.scalars(select(CaseEvent.facts)).one()
        assert facts["backdating_reason"] == "opened_late"
        assert facts["received_at"] == received.isoformat()

    def test_shows_the_access_code_on_a_slip(self, request_of, now):
        number, token = register(request_of(), "", MINUTES, IDA)
        slip = read_draft(token, now).slip
        assert slip["number"] == number
        assert len(slip["access_code"]) == 16

    def test_sent_twice_makes_one_case(self, request_of):
        first, _ = register(request_of(), "", MINUTES, IDA)
        second, token = register(request_of(), "", MINUTES, IDA)
        assert (second, token) == (first, "")
        assert db.session.scalar(select(func.count(Case.id))) == 1

    def test_sends_a_receipt_only_where_there_is_an_address(self, request_of):
        register(request_of(), "", MINUTES, IDA)
        assert db.session.scalars(select(OutboxMessage.template)).all() == []
        person = PersonFacts("Ola Hansen", email="ola@example.org")
        register(request_of(requester=person, submission_key="once-2"), "", MINUTES, IDA)
        assert db.session.scalars(select(OutboxMessage.template)).all() == ["m01"]

    @pytest.mark.parametrize("reason", ["", "because"])
    def test_refuses_an_earlier_day_without_a_reason_of_the_list(self, request_of, now, reason):
        earlier = request_of(received_at=now - timedelta(days=1))
        with pytest.raises(BackdatingNeedsReason):
            register(earlier, reason, MINUTES, IDA)
        assert db.session.scalar(select(func.count(Case.id))) == 0

    def test_refuses_a_receipt_in_the_future(self, request_of, now):
        with pytest.raises(ReceivedInFuture):
            register(request_of(received_at=now + timedelta(hours=1)), "", MINUTES, IDA)
        assert db.session.scalar(select(func.count(CaseEvent.id))) == 0


class TestReissueAccessCode:
    def test_makes_the_old_code_stop_working_and_says_so_in_the_log(self, request_of, now):
        register(request_of(), "", MINUTES, IDA)
        case = db.session.scalars(select(Case)).one()
        before = case.access_code_hash
        token = reissue_access_code(case.id, "letter", IDA, now)
        assert case.access_code_hash != before
        assert read_draft(token, now).slip["case_id"] == case.id
        kinds = db.session.scalars(select(CaseEvent.kind).order_by(CaseEvent.seq)).all()
        assert kinds == ["case_registered", "receipt_reissued"]

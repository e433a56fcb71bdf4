"""Writing down a request that came another way."""

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from dsar.domain.events import Actor
from dsar.domain.registration import BackdatingNeedsReason, ReceivedInFuture
from dsar.domain.rights import Right
from dsar.models import Case, CaseEvent, OutboxMessage, db
from dsar.services.contact.attachments import Attachment, AttachmentType, read_attachment
from dsar.services.contact.messages import messages_of
from dsar.services.intake.drafts import read_draft
from dsar.services.intake.opening import OpenCase, PersonFacts, Wish
from dsar.services.intake.registration import (
    Registration,
    receipt_moment,
    register,
    reissue_access_code,
)

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


def write(request, reason="", **more):
    """Register a request as Ida."""
    command = Registration(request=request, reason=reason, code_lives=MINUTES, **more)
    return register(command, IDA)


class TestRegister:
    def test_starts_the_clock_at_the_true_receipt(self, request_of, now):
        received = now - timedelta(days=3)
        write(request_of(received_at=received), "opened_late")
        case = db.session.scalars(select(Case)).one()
        assert case.sort_on == date(2026, 12, 17)
        facts = db.session.scalars(select(CaseEvent.facts)).one()
        assert facts["backdating_reason"] == "opened_late"
        assert facts["received_at"] == received.isoformat()

    def test_shows_the_access_code_on_a_slip(self, request_of, now):
        number, token = write(request_of(), "")
        slip = read_draft(token, now).slip
        assert slip["number"] == number
        assert len(slip["access_code"]) == 16

    def test_sent_twice_makes_one_case(self, request_of):
        first, _ = write(request_of(), "")
        second, token = write(request_of(), "")
        assert (second, token) == (first, "")
        assert db.session.scalar(select(func.count(Case.id))) == 1

    def test_sends_a_receipt_only_where_there_is_an_address(self, request_of):
        write(request_of(), "")
        assert db.session.scalars(select(OutboxMessage.template)).all() == []
        person = PersonFacts("Ola Hansen", email="ola@example.org")
        write(request_of(requester=person, submission_key="once-2"), "")
        assert db.session.scalars(select(OutboxMessage.template)).all() == ["m01"]

    @pytest.mark.parametrize("reason", ["", "because"])
    def test_refuses_an_earlier_day_without_a_reason_of_the_list(self, request_of, now, reason):
        earlier = request_of(received_at=now - timedelta(days=1))
        with pytest.raises(BackdatingNeedsReason):
            write(earlier, reason)
        assert db.session.scalar(select(func.count(Case.id))) == 0

    def test_refuses_a_receipt_in_the_future(self, request_of, now):
        with pytest.raises(ReceivedInFuture):
            write(request_of(received_at=now + timedelta(hours=1)), "")
        assert db.session.scalar(select(func.count(CaseEvent.id))) == 0


class TestTheScan:
    LETTER = b"%PDF-1.7 a letter"

    def scan(self, content, name="brev.pdf"):
        return Attachment(name, BytesIO(content), 1_000_000)

    def test_is_sealed_beside_the_words_of_the_person(self, request_of):
        write(request_of(), words="Hva har dere om meg?", files=(self.scan(self.LETTER),))
        case = db.session.scalars(select(Case)).one()
        message = messages_of(case.id, for_staff=True)[0]
        assert message.text == "Hva har dere om meg?"
        assert b"".join(read_attachment(case.id, message.files[0])) == self.LETTER

    def test_of_another_kind_leaves_no_trace(self, app, request_of):
        with pytest.raises(AttachmentType):
            write(request_of(), files=(self.scan(b"MZ", "brev.exe"),))
        assert db.session.scalar(select(func.count(Case.id))) == 0

    def test_goes_when_the_registration_is_refused(self, request_of, now, tmp_path):
        with pytest.raises(ReceivedInFuture):
            write(
                request_of(received_at=now + timedelta(hours=1)),
                files=(self.scan(self.LETTER),),
            )
        kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
        assert kept == []


class TestTheMomentOfReceipt:
    NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("day", "clock", "moment"),
        [
            (date(2026, 11, 19), time(23, 30), datetime(2026, 11, 19, 22, 30, tzinfo=UTC)),
            (date(2026, 6, 10), time(0, 30), datetime(2026, 6, 9, 22, 30, tzinfo=UTC)),
            (date(2026, 11, 19), None, datetime(2026, 11, 19, 11, 0, tzinfo=UTC)),
            (date(2026, 11, 20), None, NOW),
            (date(2026, 11, 20), time(23), datetime(2026, 11, 20, 22, 0, tzinfo=UTC)),
        ],
    )
    def test_is_local_to_the_place_and_noon_where_no_time_is_known(self, day, clock, moment):
        assert receipt_moment("NO", day, clock, self.NOW) == moment


class TestReissueAccessCode:
    def test_makes_the_old_code_stop_working_and_says_so_in_the_log(self, request_of, now):
        write(request_of(), "")
        case = db.session.scalars(select(Case)).one()
        before = case.access_code_hash
        token = reissue_access_code(case.id, "letter", IDA, now)
        assert case.access_code_hash != before
        assert read_draft(token, now).slip["case_id"] == case.id
        kinds = db.session.scalars(select(CaseEvent.kind).order_by(CaseEvent.seq)).all()
        assert kinds == ["case_registered", "receipt_reissued"]

"""Letters on staff pages: what is kept, what must be posted, what stands still."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from dsar.domain.events import Actor
from dsar.models import OutboxMessage, db
from dsar.services import leases
from dsar.services.casefile import CaseFile, Notice
from dsar.services.intake.opening import PersonFacts
from dsar.services.mail import outbox
from dsar.services.transaction import transaction
from tests.factories.accounts import signed_in

JOB = Actor("job", "test")


@pytest.fixture
def house(make):
    return make.organisation()


def write(case, now, notice=None):
    with transaction() as session:
        file = CaseFile(session, session.get_one(type(case), case.id), JOB, now)
        file.tell(notice or Notice("m04", {}, {"code": "123456", "token": "T" * 43}))
    while outbox.deliver_next(now):
        pass
    return db.session.query(OutboxMessage).filter_by(case_id=case.id, recipient="person").one()


class TestKeptMail:
    def test_is_listed_and_read_with_its_code(self, app, make, house, now):
        letter = write(make.case(house), now)
        page = signed_in(app, make.staff(house, roles=("admin",)), now)
        assert letter.id in page.get("/staff/mail").text
        text = page.get(f"/staff/mail/{letter.id}").text
        assert "123456" in text
        assert "kari@example.org" in text

    @pytest.mark.parametrize("roles", [("auditor",), ("system_owner",)])
    def test_is_for_nobody_who_need_not_see_it(self, app, make, house, now, roles):
        letter = write(make.case(house), now)
        page = signed_in(app, make.staff(house, roles=roles), now)
        page.get("/staff/mail", expect=403)
        page.get(f"/staff/mail/{letter.id}", expect=403)

    def test_of_another_organisation_does_not_exist(self, app, make, house, now):
        letter = write(make.case(house), now)
        other = make.organisation("inmeta")
        page = signed_in(app, make.staff(other, roles=("admin",)), now)
        assert letter.id not in page.get("/staff/mail").text
        page.get(f"/staff/mail/{letter.id}", expect=404)

    def test_is_spoken_of_on_every_staff_page(self, app, make, house, now):
        page = signed_in(app, make.staff(house, roles=("admin",)), now)
        assert "Ingen e-post forlater huset" in page.get("/staff/account").text


class TestALetterThatMustBePosted:
    def test_is_printed_without_codes_and_recorded_once(self, app, make, house, now):
        case = make.case(house, person=PersonFacts("A", postal_address="Veien 1"))
        letter = write(case, now)
        page = signed_in(app, make.staff(house), now)
        where = f"/staff/meetings/cases/{case.number}/letters"
        assert "Har ingen adresse" in page.get(where).text
        text = page.get(f"{where}/{letter.id}").text
        assert "***" in text
        assert "123456" not in text
        page.submit({}, containing="/posted")
        page.post(f"{where}/{letter.id}/posted", page_token(page))
        db.session.rollback()
        assert db.session.get_one(OutboxMessage, letter.id).state == "posted"

    def test_is_not_recorded_by_those_who_only_look(self, app, make, house, now):
        case = make.case(house, person=PersonFacts("A", postal_address="Veien 1"))
        letter = write(case, now)
        page = signed_in(app, make.staff(house, roles=("auditor",)), now)
        where = f"/staff/meetings/cases/{case.number}/letters/{letter.id}"
        assert "/posted" not in page.get(where).text
        page.post(f"{where}/posted", page_token(page), expect=404)


class TestALetterOnPaper:
    @pytest.fixture
    def case(self, make, house):
        return make.case(house, person=PersonFacts("Kari", postal_address="Veien 1\n0155 Oslo"))

    def test_is_made_for_an_envelope_and_nothing_typed_is_lost(
        self, app, make, house, case, now
    ):
        letter = write(case, now, Notice("m09"))
        page = signed_in(app, make.staff(house), now)
        where = f"/staff/meetings/cases/{case.number}/letters/{letter.id}"
        text = page.get(where).text
        assert "Kari\nVeien 1\n0155 Oslo</textarea>" in text
        data = {**page_token(page), "address": "Kari\nVeien 2"}
        answer = page.client.post(f"{where}/print", data=data)
        assert answer.mimetype == "application/pdf"
        assert f"{case.number}.pdf" in answer.headers["Content-Disposition"]
        assert "Kari" not in str(answer.headers)
        assert "Veien 2" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
        refused = page.client.post(f"{where}/print", data={**page_token(page), "address": " "})
        assert refused.status_code == 422
        assert "Skriv navn og adresse til konvolutten." in refused.text

    def test_says_what_to_do_where_the_sender_lacks_its_town(self, app, make, house, case, now):
        letter = write(case, now, Notice("m09"))
        with transaction() as session:
            row = session.get_one(type(house), house.id)
            row.document = row.document | {"postal_address": "Postboks 4, 5512"}
        page = signed_in(app, make.staff(house), now)
        where = f"/staff/meetings/cases/{case.number}/letters/{letter.id}"
        page.get(where)
        data = {**page_token(page), "address": "Kari\nVeien 2"}
        refused = page.client.post(f"{where}/print", data=data)
        assert refused.status_code == 422
        assert "Postadressen til virksomheten mangler sted." in refused.text
        assert "Veien 2" in refused.text

    def test_is_not_made_of_a_mail_that_proves_an_address(self, app, make, house, case, now):
        letter = write(case, now)
        page = signed_in(app, make.staff(house), now)
        where = f"/staff/meetings/cases/{case.number}/letters/{letter.id}"
        text = page.get(where).text
        assert "/print" not in text
        assert f"/staff/meetings/cases/{case.number}/access-code" in text
        data = {**page_token(page), "address": "Kari\nVeien 2"}
        assert page.client.post(f"{where}/print", data=data).status_code == 422


class TestTheAlarm:
    def test_says_that_nothing_ever_ran_and_goes_when_it_does(self, app, make, house, now):
        page = signed_in(app, make.staff(house, roles=("admin",)), now)
        assert "aldri gått" in page.get("/staff/account").text
        leases.begin_run("outbox_delivery", now)
        leases.end_run("outbox_delivery", now, 0)
        text = page.get("/staff/account").text
        assert "aldri gått" not in text
        leases.end_run("outbox_delivery", now - timedelta(minutes=16), 0)
        assert "stått stille siden" in page.get("/staff/account").text

    def test_tells_how_long_letters_wait(self, app, make, house, now):
        case = make.case(house)
        leases.begin_run("outbox_delivery", now)
        leases.end_run("outbox_delivery", now, 0)
        with transaction() as session:
            file = CaseFile(
                session, session.get_one(type(case), case.id), JOB, now - timedelta(minutes=61)
            )
            file.tell(Notice("m08"))
        page = signed_in(app, make.staff(house, roles=("admin",)), now)
        assert "1 brev venter" in page.get("/staff/account").text


class TestTheProbes:
    def test_say_that_the_process_is_there(self, app):
        assert app.test_client().get("/healthz").json == {"status": "ok"}

    def test_say_whether_it_can_work(self, app, now):
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.json["scheduler"]) == (200, "silent")
        leases.begin_run("outbox_delivery", now)
        leases.end_run("outbox_delivery", now, 0)
        assert app.test_client().get("/readyz").json["scheduler"] == "ok"


def page_token(page):
    page.get("/staff/account")
    return {"csrf_token": page.form()["csrf_token"]}


class TestALetterWhoseFollowUpBroke:
    def test_is_marked_and_says_what_to_do(self, app, make, house, now):
        case = make.case(house)
        letter = write(case, now)
        with transaction() as session:
            session.get_one(OutboxMessage, letter.id).last_code = "follow_up_failed"
        page = signed_in(app, make.staff(house), now)
        letters = f"/staff/{house.key}/cases/{case.number}/letters"
        assert "skulle sette i gang, stoppet" in page.get(letters).text
        overview = page.get(f"/staff/{house.key}/cases/{case.number}").text
        assert "Et brev er sendt, men det brevet skulle sette i gang, stoppet" in overview
        assert f"{letters}/{letter.id}" in overview
        page.get(f"{letters}/{letter.id}")
        done = page.submit({}, containing="/finish")
        assert "Nå er det gjort" in done.text
        assert "skulle sette i gang, stoppet" not in page.get(letters).text
        overview = page.get(f"/staff/{house.key}/cases/{case.number}").text
        assert "skulle sette i gang, stoppet" not in overview

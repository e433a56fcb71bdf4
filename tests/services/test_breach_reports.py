"""A suspected breach: sealed, numbered, told of without a word of it, settled once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dsar.models import BreachReport, Case, Organisation, OutboxMessage, db, new_id
from dsar.services.intake import breach_reports
from dsar.services.intake.breach_reports import BreachWords, ReportBreach
from dsar.services.mail import letters
from dsar.services.transaction import transaction
from dsar.vault import current_vault

HAPPENED = "En minnepinne med kundelister er borte."


@pytest.fixture
def house(make):
    return make.organisation("memini")


def said(key="once", house="memini", contact="", **words):
    written = BreachWords(HAPPENED, **words)
    return ReportBreach(house, "nb", written, f"{house}:{key}", contact)


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(BreachReport)))


def told():
    db.session.rollback()
    query = select(OutboxMessage).where(OutboxMessage.template == "t21")
    return list(db.session.scalars(query.order_by(OutboxMessage.created_at)))


class TestReporting:
    def test_gets_a_number_of_its_own_kind_and_makes_no_case(self, house, now):
        assert breach_reports.report(said(), now) == "B2026-0001"
        assert breach_reports.report(said("another"), now) == "B2026-0002"
        assert db.session.scalars(select(Case)).all() == []

    def test_counts_each_house_and_each_local_year_for_itself(self, house, make, now):
        make.organisation("expectit")
        breach_reports.report(said(), now)
        assert breach_reports.report(said(house="expectit"), now) == "B2026-0001"
        new_year = now.replace(month=12, day=31, hour=23, minute=30)
        assert breach_reports.report(said("later"), new_year) == "B2027-0001"

    def test_sent_twice_is_kept_once(self, house, make, now):
        make.staff(house, roles=("admin",))
        first = breach_reports.report(said(), now)
        assert breach_reports.report(said(), now) == first
        assert len(rows()) == 1
        assert len(told()) == 1

    def test_is_sealed_under_its_own_key(self, house, now):
        breach_reports.report(said(contact="Ola, 900 00 000", when="i går"), now)
        (row,) = rows()
        assert b"minnepinne" not in row.body
        assert b"Ola" not in row.contact
        assert current_vault().missing_keys([row.id]) == set()
        found = breach_reports.read(row.id, now)
        assert found.words == BreachWords(HAPPENED, "i går", "")
        assert found.contact == "Ola, 900 00 000"

    def test_that_fails_leaves_no_key_behind(self, make, now):
        made = []
        ring = current_vault().ring
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(breach_reports, "new_id", lambda: made.append(new_id()) or made[-1])
            with pytest.raises(Exception, match="No row was found"):
                breach_reports.report(said(house="nobody"), now)
        assert ring.missing(made) == set(made)


class TestWhoIsTold:
    def test_is_the_officer_the_admin_and_nobody_else(self, house, make, now):
        officer = make.staff(house, roles=("data_protection_officer",))
        admin = make.staff(house, roles=("admin",))
        make.staff(house, roles=("handler", "approver"))
        make.staff(make.organisation("expectit"), roles=("admin",))
        breach_reports.report(said(), now)
        assert {row.staff_id for row in told()} == {officer.id, admin.id}

    def test_is_also_the_contact_that_the_house_names(self, house, now):
        with transaction() as session:
            row = session.get_one(Organisation, house.id)
            row.document = row.document | {"security_contact": "sikkerhet@example.org"}
        breach_reports.report(said(), now)
        (letter,) = told()
        assert letters.address_of(db.session, letter) == "sikkerhet@example.org"

    def test_is_written_to_once_where_the_contact_is_an_officer(self, house, make, now):
        officer = make.staff(house, roles=("data_protection_officer",))
        with transaction() as session:
            row = session.get_one(Organisation, house.id)
            row.document = row.document | {"security_contact": officer.email}
        breach_reports.report(said(), now)
        assert [letter.staff_id for letter in told()] == [officer.id]

    def test_reads_the_number_and_the_way_but_not_a_word_of_it(self, house, make, now):
        make.staff(house, roles=("admin",), language="en")
        breach_reports.report(said(contact="Ola"), now)
        (row,) = told()
        letter = letters.compose(db.session, row, "ida@example.org")
        assert "B2026-0001" in letter.subject
        assert "http://localhost/staff/memini/breach-reports" in letter.body
        assert "minnepinne" not in letter.body + letter.subject + str(row.facts)
        assert "Ola" not in letter.body


class TestSettling:
    def test_stands_as_the_first_one_did_it(self, house, make, now):
        ida, per = (make.staff(house, roles=("admin",)) for _ in range(2))
        breach_reports.report(said(), now)
        (row,) = rows()
        breach_reports.settle(row.id, ida.id, now)
        breach_reports.settle(row.id, per.id, now + timedelta(days=1))
        found = breach_reports.read(row.id, now)
        assert found.settled_by == ida.name
        assert found.row.settled_at == now

    def test_puts_it_behind_what_still_waits(self, house, make, now):
        ida = make.staff(house, roles=("admin",))
        breach_reports.report(said(), now)
        breach_reports.report(said("second"), now + timedelta(hours=1))
        newest = breach_reports.reports_of(house)[0]
        breach_reports.settle(newest.id, ida.id, now)
        db.session.expire_all()
        order = [row.number for row in breach_reports.reports_of(house)]
        assert order == ["B2026-0001", "B2026-0002"]

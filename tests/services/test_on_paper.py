"""Every notice can go by post, to an envelope with a window, or says why it cannot."""

import io

import pytest
from pypdf import PdfReader

from dsar.domain.access_codes import grouped
from dsar.domain.clock_notices import ExtensionReason
from dsar.domain.events import PERSON
from dsar.domain.fees import FeeGround
from dsar.domain.identity import Method, Verdict
from dsar.models import IdentityCheck, Message, Organisation, OutboxMessage, db, new_id
from dsar.services.answer import packaging
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import extension, fees, questions
from dsar.services.contact import messages
from dsar.services.identity import verification
from dsar.services.intake import receipts
from dsar.services.intake.opening import PersonFacts
from dsar.services.intake.submission import Slip
from dsar.services.mail import on_paper
from dsar.services.transaction import transaction
from dsar.vault import current_vault
from tests.factories.rights import make_refusal
from tests.factories.work import actor_of, right_of

HOME = "Storgata 7\n0155 Oslo"
MILLIMETRE = 72 / 25.4


@pytest.fixture
def house(make):
    return make.organisation("inmeta")


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house):
    return make.case(house, person=PersonFacts("Kari Nordmann", postal_address=HOME))


def letter_of(case, start):
    query = db.select(OutboxMessage).where(
        OutboxMessage.case_id == case.id, OutboxMessage.template.startswith(start)
    )
    return db.session.scalars(query).one()


def told(case, notice, now):
    with transaction() as session:
        CaseFile(session, session.get_one(type(case), case.id), PERSON, now).tell(notice)
    return letter_of(case, notice.template)


def read(pdf):
    """Return the words of a PDF, in which a line break is a blank."""
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split()
    )


def place_of(pdf, words):
    """Return how far from the left and from the top a text begins, in millimetres."""
    page, found = PdfReader(io.BytesIO(pdf)).pages[0], []

    def visit(text, transformation, matrix, *_):
        if words in text:
            x = transformation[0] * matrix[4] + transformation[4]
            y = transformation[3] * matrix[5] + transformation[5]
            found.append((x, float(page.mediabox.height) - y))

    page.extract_text(visitor_text=visit)
    return tuple(round(part / MILLIMETRE) for part in found[0])


class TestANotice:
    def test_says_the_words_of_the_mail_and_names_no_way_in_by_mail(self, case, now):
        letter = told(case, Notice("m09"), now)
        words = read(on_paper.letter_on_paper(letter.id, f"Kari Nordmann\n{HOME}"))
        assert "Storgata 7" in words
        assert case.number in words
        assert "Vi jobber fortsatt med sak" in words
        assert "Inmeta" in words

    def test_stands_where_the_window_of_an_envelope_is(self, case, now):
        letter = told(case, Notice("m09"), now)
        pdf = on_paper.letter_on_paper(letter.id, f"Kari Nordmann\n{HOME}")
        left, top = place_of(pdf, "Storgata")
        assert 20 <= left <= 105
        assert 45 <= top <= 90

    def test_holds_the_question_that_a_mail_only_points_to(self, case, staff, now):
        command = questions.Ask(new_id(), case.id, "Hvilket år mener du?", pauses=False)
        questions.ask(command, actor_of(staff), now)
        words = read(on_paper.letter_on_paper(letter_of(case, "m07").id, HOME))
        assert "Hvilket år mener du?" in words

    def test_holds_the_message_that_a_mail_only_points_to(self, case, staff, now):
        command = messages.Write(case.id, "Vi fant to avtaler.", new_id())
        messages.send(command, actor_of(staff), now)
        assert db.session.query(Message).one()
        words = read(on_paper.letter_on_paper(letter_of(case, "m08").id, HOME))
        assert "Vi fant to avtaler." in words

    def test_holds_why_there_is_a_new_date(self, case, staff, now):
        why = "Tre leverandører må lete i arkiver."
        command = extension.Extend(new_id(), case.id, ExtensionReason.COMPLEX, why)
        extension.extend(command, actor_of(staff), now)
        words = read(on_paper.letter_on_paper(letter_of(case, "m10").id, HOME))
        assert "Tre leverandører må lete i arkiver." in words

    def test_holds_why_there_is_a_fee_and_how_it_was_counted(self, case, staff, now):
        facts, costs = "Det samme er spurt om fire ganger.", "To timer for en saksbehandler."
        command = fees.Announce(
            id=new_id(),
            case_id=case.id,
            ground=FeeGround.REPETITION,
            amount="250",
            currency="NOK",
            facts=facts,
            costs=costs,
            is_proven=True,
        )
        fees.announce(command, actor_of(staff), now)
        words = read(on_paper.letter_on_paper(letter_of(case, "m26").id, HOME))
        assert facts in words
        assert costs in words

    def test_needs_an_address(self, case, now):
        letter = told(case, Notice("m09"), now)
        with pytest.raises(on_paper.RecipientAddressMissing):
            on_paper.letter_on_paper(letter.id, " \n ")

    def test_of_a_person_who_is_forgotten_suggests_nobody(self, case, now):
        letter = told(case, Notice("m09"), now)
        current_vault().destroy_key(case.id)
        assert on_paper.suggested_recipient(letter.id) == ""

    @pytest.mark.parametrize("address", ["Nydalsveien 15, 0402", "PO Box 4, NO-0402, Norge"])
    def test_is_refused_where_nobody_could_answer_it(self, case, house, now, address):
        letter = told(case, Notice("m09"), now)
        with transaction() as session:
            row = session.get_one(Organisation, house.id)
            row.document = row.document | {"postal_address": address}
        with pytest.raises(on_paper.SenderIncomplete):
            on_paper.letter_on_paper(letter.id, HOME)

    @pytest.mark.parametrize("template", ["m01", "m02", "m03", "m04", "m13", "m23"])
    def test_that_proves_a_mail_address_goes_by_mail_only(self, case, now, template):
        letter = told(case, Notice(template, {}, {"code": "123456"}), now)
        with pytest.raises(on_paper.NotForPaper):
            on_paper.letter_on_paper(letter.id, HOME)


class TestTheReceipt:
    def test_goes_into_an_envelope_where_she_gave_an_address(self, case, now):
        slip = Slip(case.id, case.number, "0123456789ABCDEF")
        posted = read(receipts.receipt_pdf(slip, is_posted=True))
        assert "Kari Nordmann" in posted
        assert "Storgata 7" in posted
        assert "0123 4567 89AB CDEF" in posted
        assert "Storgata 7" not in read(receipts.receipt_pdf(slip))

    def test_is_not_posted_where_nobody_could_answer(self, make, now):
        person = PersonFacts("Kari Nordmann", postal_address=HOME)
        case = make.case(make.organisation("memini"), person=person)
        slip = Slip(case.id, case.number, "0123456789ABCDEF")
        with pytest.raises(on_paper.SenderIncomplete):
            receipts.receipt_pdf(slip, is_posted=True)
        assert receipts.receipt_pdf(slip)


class TestAnAnswerOnPaper:
    def test_is_not_built_where_nobody_could_answer_it(self, make, now):
        house = make.organisation("memini")
        case, staff = make.case(house, reply_format="paper"), make.staff(house)
        make_refusal(case, staff, now)
        right = right_of(case)
        with pytest.raises(on_paper.SenderIncomplete):
            packaging.build(right.id, actor_of(staff), now)
        with transaction() as session:
            row = session.get_one(Organisation, house.id)
            row.document = row.document | {"postal_address": "Postboks 2515, 5512 Haugesund"}
        assert packaging.build(right.id, actor_of(staff), now)


class TestACodeByLetter:
    @pytest.fixture
    def check(self, case, staff, now):
        command = verification.AskIdentity(new_id(), case.id, Method.LETTER_CODE, "Ny adresse")
        verification.ask(command, actor_of(staff), now)
        return db.session.query(IdentityCheck).one()

    def code_of(self, check):
        return current_vault().open(check, "code")

    def test_stands_in_the_letter_with_the_doubt_and_nowhere_else(self, case, check, now):
        letter, code = letter_of(case, "m05"), self.code_of(check)
        words = read(on_paper.letter_on_paper(letter.id, HOME))
        assert grouped(code) in words
        assert "Ny adresse" in words
        assert code not in str(letter.facts)
        assert letter.secrets is None

    def test_goes_to_no_address_that_came_with_the_request(self, case, check):
        assert on_paper.suggested_recipient(letter_of(case, "m05").id) == "Kari Nordmann"

    @pytest.mark.parametrize(
        ("reply", "evidence"), [("Koden er {}", "code:right"), ("1234", "code:wrong")]
    )
    def test_is_compared_with_the_answer(self, check, now, reply, evidence):
        typed = grouped(self.code_of(check)).lower()
        verification.answer_identity(check.id, reply.format(typed), PERSON, now)
        db.session.expire_all()
        assert check.evidence == evidence

    def test_is_gone_once_somebody_has_decided(self, check, staff, now):
        verification.answer_identity(check.id, self.code_of(check), PERSON, now)
        verification.decide_identity(check.id, Verdict.SUFFICIENT, actor_of(staff), now)
        db.session.expire_all()
        assert check.code is None
        assert check.evidence == "code:right"

"""Portability: only what may be taken along, taken over from an access, sent on with proof."""

import io
import zipfile
from datetime import timedelta

import pytest

from dsar.domain.assessments import Weighed
from dsar.domain.deliveries import How
from dsar.domain.identity import IdentityMissing
from dsar.domain.package import Provenance, TaskAnswer
from dsar.domain.package.letters import letter_from_json
from dsar.domain.rights import Right
from dsar.models import DataSystem, Package, StoredFile, db
from dsar.services.answer import approval, delivery, packaging, release
from dsar.services.answer.answers import assemble, gather
from dsar.services.rights import assessing, transferring
from dsar.services.transaction import transaction
from dsar.services.work import findings, review, taking_over
from dsar.services.work.finding_files import Place, keep
from dsar.services.work.findings import findings_of
from dsar.vault import current_vault
from tests.factories.rights import make_answer, make_known
from tests.factories.work import actor_of, make_finding, right_of, tasks_of
from tests.services.log import kinds
from tests.services.test_announcing import settle

TO_HER = Weighed(result="to_person")
SENT = Weighed(
    result="transferred", texts={"recipient": "Nytt Mobil AS", "how": "Kryptert e-post"}
)
HOW = "Sendt som kryptert vedlegg til personvern@nyttmobil.example"


@pytest.fixture
def office(make):
    organisation = make.organisation()
    rights = (Right.ACCESS, Right.PORTABILITY)
    case = make.case(organisation, rights=rights)
    return case, make.staff(organisation), make.staff(organisation)


def find(task, staff, now, category, provenance=Provenance.PROVIDED, basis="consent"):
    facts = {"category": category, "fields": {"Verdi": f"v-{category}"}}
    return make_finding(task, staff, now, provenance=provenance, basis=basis, **facts)


def release_all(case, staff, now):
    for task in tasks_of(case, "portability"):
        judgement = review.Judgement(review.ReviewVerdict.RELEASE)
        review.decide_system(task.id, judgement, actor_of(staff), now)


def weigh(case, staff, now, weighed=TO_HER):
    assessing.assess(right_of(case, "portability").id, weighed, actor_of(staff), now)


def ready(case, staff, approver, now, weighed=TO_HER):
    """Find one thing of each kind, and go as far as an approved answer."""
    task = tasks_of(case, "portability")[0]
    find(task, staff, now, "Kontakt")
    find(task, staff, now, "Besøk", Provenance.OBSERVED, "contract")
    find(task, staff, now, "Poeng", Provenance.DERIVED)
    find(task, staff, now, "Faktura", basis="legal_obligation")
    settle(case, staff, now, "portability", found=1)
    release_all(case, staff, now)
    weigh(case, staff, now, weighed)
    return make_answer(case, staff, approver, now, "portability")


def answer_of(case, now):
    db.session.expire_all()
    return assemble(db.session, gather(db.session, right_of(case, "portability")), now)


def unpacked(chunks):
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as files:
        return {name: files.read(name).decode("utf-8", "replace") for name in files.namelist()}


class TestTheFile:
    def test_holds_what_was_given_or_seen_on_consent_or_contract(self, office, now):
        case, staff, approver = office
        package = db.session.get_one(Package, ready(case, staff, approver, now))
        told = " ".join(unpacked(packaging.read_part(package, packaging.ZIP)).values())
        assert "v-Kontakt" in told
        assert "v-Besøk" in told
        assert "v-Poeng" not in told
        assert "v-Faktura" not in told

    def test_leaves_out_what_is_of_one_kind_counted_together(self, office, now):
        case, staff, _ = office
        for _ in range(2):
            find(tasks_of(case, "portability")[0], staff, now, "Poeng", Provenance.DERIVED)
        settle(case, staff, now, "portability", found=1)
        release_all(case, staff, now)
        made = assemble(db.session, gather(db.session, right_of(case, "portability")), now)
        assert [(left.what, left.count) for left in made.left_out] == [("Poeng", 2)]

    def test_names_and_counts_in_the_letter_what_is_not_in_it(self, office, now):
        case, staff, approver = office
        package = db.session.get_one(Package, ready(case, staff, approver, now))
        letter = letter_from_json(current_vault().open(package, "letter"))
        block = next(each for each in letter.blocks if each.key == "left_out")
        assert {point.split(" (")[0] for point in block.points} == {"Poeng", "Faktura"}
        assert {
            (each.what, each.why, each.count) for each in answer_of(case, now).left_out
        } == {
            ("Poeng", "derived", 1),
            ("Faktura", "basis", 1),
        }

    def test_holds_nothing_that_is_on_paper(self, office, now):
        case, staff, approver = office
        task = tasks_of(case, "portability")[0]
        with transaction() as session:
            system = session.get_one(DataSystem, task.system_id)
            system.document = {**system.document, "paper": True}
        ready(case, staff, approver, now)
        answer = answer_of(case, now)
        assert {each.why for each in answer.left_out} == {"paper"}
        assert answer.found == ()
        (told,) = (each for each in answer.systems if each.name == answer.left_out[0].system)
        assert told.answer is TaskAnswer.NOT_APPLICABLE

    def test_of_a_system_marked_as_paper_since_is_built_anew(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now)
        task = tasks_of(case, "portability")[0]
        with transaction() as session:
            system = session.get_one(DataSystem, task.system_id)
            system.document = {**system.document, "paper": True}
        make_known(case, staff, now, "portability")
        with pytest.raises(packaging.PackageOutdated):
            send(case, staff, now)


class TestTakingOver:
    def answered(self, case, staff, now):
        task = tasks_of(case, "access")[0]
        find(task, staff, now, "Kontakt")
        find(task, staff, now, "Poeng", Provenance.DERIVED)
        settle(case, staff, now, "access", found=1)

    def take(self, case, staff, now):
        return taking_over.take_over(right_of(case, "portability").id, actor_of(staff), now)

    def test_brings_every_finding_and_answer_undecided(self, office, now):
        case, staff, _ = office
        self.answered(case, staff, now)
        assert self.take(case, staff, now) == len(tasks_of(case, "access"))
        right = right_of(case, "portability")
        found = findings_of(db.session, case.id, right.id)
        assert sorted(view.body.category for view in found) == ["Kontakt", "Poeng"]
        decided = review.decisions_of(db.session, case.id)
        assert [view.row.id for view in found if view.row.id in decided] == []
        told = {task.system_id: task.answer for task in tasks_of(case, "access")}
        assert {task.system_id: task.answer for task in tasks_of(case, "portability")} == told

    def test_leaves_what_was_taken_away(self, office, now):
        case, staff, _ = office
        wrong = find(tasks_of(case, "access")[0], staff, now, "Feil person")
        findings.remove_finding(wrong, actor_of(staff), now)
        self.answered(case, staff, now)
        self.take(case, staff, now)
        found = findings_of(db.session, case.id, right_of(case, "portability").id)
        assert sorted(view.body.category for view in found) == ["Kontakt", "Poeng"]

    def test_again_finds_nothing_that_waits(self, office, now):
        case, staff, _ = office
        self.answered(case, staff, now)
        self.take(case, staff, now)
        before = kinds(case)
        with pytest.raises(taking_over.NothingToTakeOver):
            self.take(case, staff, now)
        assert kinds(case) == before

    def test_leaves_alone_what_portability_has_answered_itself(self, office, now):
        case, staff, _ = office
        own = tasks_of(case, "portability")[0]
        find(own, staff, now, "Eget")
        settle(case, staff, now, "portability", found=1)
        self.answered(case, staff, now)
        with pytest.raises(taking_over.NothingToTakeOver):
            self.take(case, staff, now)

    def test_copies_a_file_so_that_each_lives_by_itself(self, office, now):
        case, staff, _ = office
        task = tasks_of(case, "access")[0]
        finding = find(task, staff, now, "Bilde")
        with transaction() as session:
            place = Place("f" * 32, case.id, "finding", now)
            session.add(keep([b"innhold"], place, "image/png"))
        with transaction() as session:
            row = next(
                each.row for each in findings_of(session, case.id) if each.row.id == finding
            )
            row.kind, row.file_id = "file", "f" * 32
        settle(case, staff, now, "access", found=1)
        self.take(case, staff, now)
        (copy,) = findings_of(db.session, case.id, right_of(case, "portability").id)
        assert copy.row.file_id not in (None, "f" * 32)
        current_vault().shred_file("f" * 32)
        held = db.session.get_one(StoredFile, copy.row.file_id)
        assert b"".join(current_vault().read_file(case.id, held.id)) == b"innhold"


def transfer(case, staff, now, sent_on=None, proof=HOW):
    right = right_of(case, "portability")
    command = transferring.RecordTransfer(right.id, sent_on or now.date(), proof)
    transferring.record_transfer(command, actor_of(staff), now)


def send(case, staff, now):
    db.session.expire_all()
    packages = db.session.query(Package).filter_by(replaced_at=None).all()
    command = delivery.SendAnswer(packages[-1].id, How.PORTAL)
    return delivery.send(command, actor_of(staff), now)


class TestSendingItOn:
    def test_waits_for_approval(self, office, now):
        case, staff, _ = office
        task = tasks_of(case, "portability")[0]
        find(task, staff, now, "Kontakt")
        settle(case, staff, now, "portability", found=1)
        release_all(case, staff, now)
        weigh(case, staff, now, SENT)
        with pytest.raises(transferring.TransferNotApproved):
            transfer(case, staff, now)

    def test_waits_for_identity(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        with pytest.raises(IdentityMissing):
            transfer(case, staff, now)
        right = right_of(case, "portability")
        with pytest.raises(IdentityMissing):
            transferring.transfer_file(right.id, actor_of(staff), now)

    def test_is_done_before_the_answer_says_so(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        make_known(case, staff, now, "portability")
        with pytest.raises(release.NotTransferred):
            send(case, staff, now)
        transfer(case, staff, now)
        assert kinds(case)[-1] == "data_transferred"
        assert send(case, staff, now)

    def test_is_recorded_once(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        make_known(case, staff, now, "portability")
        transfer(case, staff, now)
        transfer(case, staff, now, proof="En gang til")
        assert kinds(case).count("data_transferred") == 1
        view = transferring.transfer_of(db.session, right_of(case, "portability").id)
        assert view.proof == HOW
        assert b"nyttmobil" not in view.row.proof

    @pytest.mark.parametrize("days", [-1, 1])
    def test_has_a_day_from_the_approval_until_today(self, office, now, days):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        make_known(case, staff, now, "portability")
        with pytest.raises(approval.DayNotSinceApproval):
            transfer(case, staff, now, (now + timedelta(days=days)).date())

    def test_is_not_of_what_has_changed_since_the_approval(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        make_known(case, staff, now, "portability")
        with transaction() as session:
            system = session.get_one(DataSystem, tasks_of(case, "portability")[0].system_id)
            system.document = system.document | {"paper": True}
        with pytest.raises(packaging.PackageOutdated):
            transfer(case, staff, now)

    def test_says_how(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        make_known(case, staff, now, "portability")
        with pytest.raises(transferring.TransferProofMissing):
            transfer(case, staff, now, proof="  ")

    def test_is_not_denied_afterwards(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        make_known(case, staff, now, "portability")
        transfer(case, staff, now)
        with pytest.raises(assessing.TransferMade):
            weigh(case, staff, now, TO_HER)

    def test_gives_the_other_company_data_and_schema_without_our_letter(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        make_known(case, staff, now, "portability")
        right = right_of(case, "portability")
        files = unpacked(transferring.transfer_file(right.id, actor_of(staff), now))
        assert {name.rsplit(".", 1)[1] for name in files} == {"json", "csv"}
        assert "data/schema.json" in files
        assert "data/decision.json" not in files
        assert "v-Poeng" not in "".join(files.values())

    def test_concerns_only_who_wished_it(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now)
        with pytest.raises(transferring.NoTransfer):
            transfer(case, staff, now)

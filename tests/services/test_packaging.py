"""The package: whole, sealed, without what is withheld; and the second pair of eyes."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from dsar.domain.cases import TransitionError
from dsar.domain.package.letters import letter_from_json
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import Organisation, OutboxMessage, Package, StoredFile, db, new_id
from dsar.services.answer import approval, packaging
from dsar.services.work import review, staged
from dsar.services.work.review import Judgement
from dsar.vault import current_vault
from tests.factories.work import (
    actor_of,
    make_approved,
    make_decided,
    make_finding,
    make_package,
    make_settled,
    make_solo,
    make_texts,
    right_of,
    tasks_of,
)
from tests.services.log import events, kinds
from tests.services.test_findings import PNG, command, upload

SECRET = "Ola Hemmelig"
WITHHOLD = Judgement(
    ReviewVerdict.WITHHOLD, "gdpr_15_4", "Gjelder en annen", frozenset({"hiding_is_not_enough"})
)


@pytest.fixture
def office(make):
    """A case, who works on it and who approves."""
    organisation = make.organisation()
    return make.case(organisation), make.staff(organisation), make.staff(organisation)


def package(package_id):
    db.session.expire_all()
    return db.session.get_one(Package, package_id)


def unpacked(row):
    whole = b"".join(packaging.read_part(row, packaging.ZIP))
    return zipfile.ZipFile(io.BytesIO(whole))


def build(case, staff, now):
    return packaging.build(right_of(case).id, actor_of(staff), now)


def letters(template):
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return list(db.session.scalars(query))


class TestBuilding:
    def test_seals_package_page_and_letter_and_records_their_hash(self, office, now):
        case, staff, _ = office
        row = package(make_package(case, staff, now))
        whole = b"".join(packaging.read_part(row, packaging.ZIP))
        assert (row.size, len(row.sha256), row.built_by) == (len(whole), 64, staff.id)
        assert row.counts == {
            "systems": 5,
            "found": 1,
            "records": 1,
            "attachments": 0,
            "withheld": 0,
        }
        page = b"".join(packaging.read_part(row, packaging.PAGE)).decode()
        assert "Kari Nordmann" in page
        assert next(packaging.read_part(row, packaging.LETTER))[:5] == b"%PDF-"
        letter = letter_from_json(current_vault().open(row, "letter"))
        assert letter.blocks
        assert events(case, "package_built")[0].facts["sha256"] == row.sha256

    def test_leaves_no_plain_byte_on_the_disk(self, office, now):
        case, staff, _ = office
        make_package(case, staff, now)
        folder = current_vault().files.folder
        assert all(b"Kari" not in path.read_bytes() for path in folder.iterdir())

    def test_holds_what_is_released_and_never_what_is_withheld(self, office, now):
        case, staff, _ = office
        task = tasks_of(case)[0]
        secret = make_finding(
            task, staff, now, fields={"Referanse": SECRET}, label=SECRET, explanation=SECRET
        )
        number = new_id()
        staged.stage_upload(case.id, number, upload("a.png", PNG), now)
        staged.save_staged(command(task, number, label=SECRET), {}, actor_of(staff), now)
        make_settled(case, staff, now)
        for finding in (secret, number):
            review.decide(finding, WITHHOLD, actor_of(staff), now)
        make_texts(case, staff, now)
        make_decided(case, staff, now)
        row = package(build(case, staff, now))
        archive = unpacked(row)
        texts = [archive.read(name) for name in archive.namelist()]
        assert row.counts["withheld"] == 2
        assert not any(SECRET.encode() in text or PNG in text for text in texts)
        page = b"".join(packaging.read_part(row, packaging.PAGE)).decode()
        assert SECRET not in page
        assert "Gjelder en annen" in page

    def test_says_of_a_system_of_which_nothing_is_released_that_it_was_withheld(
        self, office, now
    ):
        case, staff, _ = office
        make_settled(case, staff, now)
        make_texts(case, staff, now)
        for task in tasks_of(case):
            review.decide_system(task.id, WITHHOLD, actor_of(staff), now)
        archive = unpacked(package(build(case, staff, now)))
        name = next(n for n in archive.namelist() if n.endswith("manifest.json"))
        systems = json.loads(archive.read(name))["systems"]
        assert systems[0]["answer"] == "withheld"

    def test_carries_released_files_as_they_came(self, office, now):
        case, staff, _ = office
        number = new_id()
        staged.stage_upload(case.id, number, upload("a.png", PNG), now)
        task = tasks_of(case)[0]
        staged.save_staged(command(task, number, label="Bilde"), {}, actor_of(staff), now)
        archive = unpacked(package(make_package(case, staff, now)))
        name = next(n for n in archive.namelist() if n.endswith(".png"))
        assert archive.read(name) == PNG

    def test_twice_builds_it_once(self, office, now):
        case, staff, _ = office
        first = make_package(case, staff, now)
        assert build(case, staff, now) == first
        assert kinds(case).count("package_built") == 1

    def test_twice_at_the_same_moment_builds_it_once(self, app, office, now):
        case, staff, _ = office
        make_settled(case, staff, now)
        make_texts(case, staff, now)
        make_decided(case, staff, now)
        right_id, actor = right_of(case).id, actor_of(staff)
        both = Barrier(2)

        def press(_):
            with app.app_context():
                both.wait()
                return packaging.build(right_id, actor, now)

        with ThreadPoolExecutor(2) as pool:
            assert len(set(pool.map(press, range(2)))) == 1
        db.session.rollback()  # what the others wrote is seen by a new transaction
        assert kinds(case).count("package_built") == 1
        assert len(db.session.scalars(select(Package)).all()) == 1

    def test_again_replaces_one_that_nobody_has_approved(self, office, now):
        case, staff, _ = office
        first = make_package(case, staff, now)
        make_finding(tasks_of(case)[0], staff, now)
        make_decided(case, staff, now)
        second = build(case, staff, now)
        assert package(first).replaced_at is not None
        assert package(second).counts["records"] == 2
        names = set(current_vault().files.names())
        row = package(second)
        assert names == {row.file_id, row.page_file_id, row.letter_file_id}
        assert db.session.get_one(StoredFile, package(first).file_id).shredded_at == now

    @pytest.mark.parametrize(
        ("steps", "error"),
        [
            ((), TransitionError),
            ((make_settled,), packaging.IncompleteAnswer),
            ((make_settled, make_decided), packaging.IncompleteAnswer),
            ((make_settled, make_texts), packaging.FindingUndecided),
        ],
    )
    def test_is_refused_without_leaving_a_byte(self, office, now, steps, error):
        case, staff, _ = office
        for step in steps:
            step(case, staff, now)
        before = kinds(case)
        with pytest.raises(error):
            build(case, staff, now)
        assert (kinds(case), list(current_vault().files.names())) == (before, [])
        assert db.session.query(Package).count() == 0


class TestApproving:
    def asked(self, office, now):
        case, staff, _ = office
        package_id = make_package(case, staff, now)
        approval.ask_approval(package_id, actor_of(staff), now)
        return package_id

    def test_is_asked_of_the_others_who_may(self, office, now):
        case, _, other = office
        package_id = self.asked(office, now)
        approval.ask_approval(package_id, actor_of(other), now)
        assert [letter.staff_id for letter in letters("t13")] == [other.id]
        assert kinds(case).count("approval_asked") == 1

    def test_by_another_person_makes_the_answer_ready(self, office, now):
        case, _, other = office
        package_id = self.asked(office, now)
        for _ in range(2):
            approval.approve(package_id, True, actor_of(other), now)
        row = package(package_id)
        assert (row.approved_by, row.is_solo, right_of(case).state) == (
            other.id,
            False,
            "ready",
        )
        assert kinds(case).count("package_approved") == 1
        assert case.state == "ready"

    @pytest.mark.parametrize(
        ("is_own", "looked", "error"),
        [(True, True, approval.OwnApproval), (False, False, approval.NotLooked)],
    )
    def test_is_refused_without_leaving_a_trace(self, office, now, is_own, looked, error):
        case, staff, other = office
        package_id = self.asked(office, now)
        before = kinds(case)
        with pytest.raises(error):
            approval.approve(package_id, looked, actor_of(staff if is_own else other), now)
        assert (package(package_id).approved_at, right_of(case).state) == (None, "reviewing")
        assert kinds(case) == before

    def test_waits_to_be_asked_for(self, office, now):
        case, staff, other = office
        package_id = make_package(case, staff, now)
        with pytest.raises(approval.ApprovalNotAsked):
            approval.approve(package_id, True, actor_of(other), now)

    def test_alone_comes_after_an_hour_and_is_logged_as_such(self, office, now):
        case, staff, _ = office
        make_solo(db.session.get_one(Organisation, case.organisation_id))
        package_id = self.asked(office, now)
        with pytest.raises(approval.TooSoonSolo) as refused:
            approval.approve(package_id, True, actor_of(staff), now + timedelta(minutes=59))
        assert refused.value.facts["at"] == now + timedelta(hours=1)
        approval.approve(package_id, True, actor_of(staff), now + timedelta(hours=1))
        assert package(package_id).is_solo
        assert events(case, "package_approved")[0].facts["solo"] is True

    def test_refuses_what_the_register_has_changed_since(self, office, now):
        case, staff, other = office
        package_id = self.asked(office, now)
        second = review.CompleteText(
            case.id, tasks_of(case)[0].system_id, "transfer", "nb", "Ja, til USA"
        )
        other_case = self.other_case(case, now)
        review.complete_text(
            review.CompleteText(other_case.id, second.system_id, "transfer", "nb", "Ja"),
            actor_of(staff),
            now,
        )
        with pytest.raises(packaging.PackageOutdated):
            approval.approve(package_id, True, actor_of(other), now)

    def other_case(self, case, now):
        from tests.factories import make_case

        return make_case(db.session.get_one(Organisation, case.organisation_id), now=now)


class TestSendingBack:
    def test_says_what_must_change_to_who_built_it(self, office, now):
        case, staff, other = office
        package_id = make_package(case, staff, now)
        approval.ask_approval(package_id, actor_of(staff), now)
        for _ in range(2):
            approval.send_back(package_id, "Navnet er feil", actor_of(other), now)
        row = package(package_id)
        assert current_vault().open(row, "remark") == "Navnet er feil"
        assert [letter.staff_id for letter in letters("t14")] == [staff.id]
        assert kinds(case).count("package_sent_back") == 1
        with pytest.raises(packaging.PackageOutdated):
            approval.approve(package_id, True, actor_of(other), now)

    def test_lets_it_be_built_again(self, office, now):
        case, staff, other = office
        first = make_package(case, staff, now)
        approval.ask_approval(first, actor_of(staff), now)
        approval.send_back(first, "Se på navnet", actor_of(other), now)
        assert build(case, staff, now) != first

    def test_takes_an_approval_back(self, office, now):
        case, staff, other = office
        package_id = make_approved(case, staff, other, now)
        approval.send_back(package_id, "Vent", actor_of(other), now)
        assert right_of(case).state == "reviewing"

    def test_needs_words(self, office, now):
        case, staff, other = office
        package_id = make_package(case, staff, now)
        approval.ask_approval(package_id, actor_of(staff), now)
        with pytest.raises(approval.RemarkMissing):
            approval.send_back(package_id, " ", actor_of(other), now)
        assert package(package_id).sent_back_at is None

"""Findings: typed, pasted, uploaded; sealed always, never added twice."""

import io
import zipfile

import pytest

from dsar.domain.findings import FindingBody
from dsar.domain.package import Provenance, TaskAnswer
from dsar.domain.pasted import Unreadable
from dsar.models import Finding, StoredFile, db, new_id
from dsar.services.work import collection, finding_files, findings, staged
from dsar.services.work.findings import NewFinding
from dsar.vault import SealedFileMissing, current_vault
from tests.factories.work import (
    ADDRESS,
    actor_of,
    make_finding,
    make_package,
    make_settled,
    right_of,
    tasks_of,
)
from tests.services.log import events, kinds

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
TABLE = "Dato;Emne;E-post\n2026-01-02;Kurs;kari@example.org\n2026-02-03;Faktura;\n"


@pytest.fixture
def office(make):
    """A case, a member of staff, and the first task."""
    organisation = make.organisation()
    case = make.case(organisation)
    return case, make.staff(organisation), tasks_of(case)[0]


def views(case):
    db.session.expire_all()
    return findings.findings_of(db.session, case.id)


def upload(name, content, most=10_000_000):
    return finding_files.Upload(name, io.BytesIO(content), most)


def command(task, file_id, **body):
    told = FindingBody(**({"category": "Logg", "source": "Vi"} | body))
    return NewFinding(id=file_id, task_id=task.id, body=told, provenance=Provenance.OBSERVED)


class TestTypedFields:
    def test_are_kept_sealed_with_where_they_come_from(self, office, now):
        case, staff, task = office
        make_finding(task, staff, now, source="Kontaktskjemaet", provenance=Provenance.DERIVED)
        (view,) = views(case)
        assert view.body.fields == {"E-post": ADDRESS, "Navn": "Kari Nordmann"}
        assert (view.row.provenance, view.row.basis) == ("derived", "consent")
        assert b"Kari" not in bytes(view.row.body)
        (record,) = view.records()
        assert record.source == "Kontaktskjemaet"

    def test_start_the_work(self, office, now):
        case, staff, task = office
        make_finding(task, staff, now)
        assert right_of(case).state == "collecting"
        assert events(case, "finding_added")[0].facts["records"] == 1

    def test_sent_twice_are_added_once(self, office, now):
        case, staff, task = office
        number = new_id()
        assert make_finding(task, staff, now, id=number) == number
        assert make_finding(task, staff, now, id=number) == number
        assert kinds(case).count("finding_added") == 1

    def test_with_the_number_of_another_task_are_refused(self, office, now):
        case, staff, task = office
        number = make_finding(task, staff, now)
        with pytest.raises(findings.EmptyFinding):
            make_finding(tasks_of(case)[1], staff, now, id=number)

    @pytest.mark.parametrize("body", [{"category": " "}, {"fields": {}}])
    def test_need_a_category_and_something_in_them(self, office, now, body):
        case, staff, task = office
        with pytest.raises(findings.EmptyFinding):
            make_finding(task, staff, now, **body)
        assert views(case) == []
        assert "work_started" not in kinds(case)

    @pytest.mark.parametrize(
        ("fields", "knows"),
        [({"E-post": "KARI@example.org"}, True), ({"E-post": "ola@example.org"}, False)],
    )
    def test_show_whether_the_address_was_on_file(self, office, now, fields, knows):
        case, staff, task = office
        make_finding(task, staff, now, fields=fields)
        assert [view.row.holds_address for view in views(case)] == [knows]

    def test_are_not_added_where_the_system_answered_that_it_has_nothing(self, office, now):
        _, staff, task = office
        settled = collection.SettleTask(task.id, TaskAnswer.NOTHING_FOUND, "Lette")
        collection.settle_task(settled, actor_of(staff), now)
        with pytest.raises(collection.FindingsExist):
            make_finding(task, staff, now)

    def test_make_a_package_void(self, office, now):
        case, staff, task = office
        make_package(case, staff, now)
        make_finding(task, staff, now)
        assert "package_outdated" in kinds(case)


class TestATable:
    def test_is_previewed_before_it_is_added(self, office, now):
        case, staff, task = office
        number = new_id()
        staged.stage_paste(case.id, number, TABLE, now)
        shown = staged.preview(case.id, number)
        assert shown.pasted.columns == ("Dato", "Emne", "E-post")
        assert views(case) == []
        staged.save_staged(command(task, number), {}, actor_of(staff), now)
        (view,) = views(case)
        assert (view.row.kind, view.row.records, view.row.holds_address) == ("table", 2, True)
        assert [record.fields["Emne"] for record in view.records()] == ["Kurs", "Faktura"]

    def test_is_added_once_and_its_upload_thrown_away(self, office, now):
        case, staff, task = office
        number = new_id()
        staged.stage_paste(case.id, number, TABLE, now)
        staged.stage_paste(case.id, number, TABLE, now)
        staged.save_staged(command(task, number), {}, actor_of(staff), now)
        staged.save_staged(command(task, number), {}, actor_of(staff), now)
        assert len(views(case)) == 1
        with pytest.raises(SealedFileMissing):
            next(current_vault().read_file(case.id, number))
        with pytest.raises(staged.StagedGone):
            staged.preview(case.id, number)

    def test_takes_the_columns_that_somebody_named(self, office, now):
        case, staff, task = office
        number = new_id()
        staged.stage_paste(case.id, number, TABLE, now)
        names = {"Dato": "", "Emne": "Tema", "E-post": "Tema"}
        staged.save_staged(command(task, number), names, actor_of(staff), now)
        (view,) = views(case)
        assert view.body.columns == ("Tema", "Tema (2)")

    def test_that_is_long_lies_sealed_apart_and_is_read_in_pieces(self, office, now):
        case, staff, task = office
        number = new_id()
        lines = "\n".join(f"{n};{'x' * 40};{ADDRESS if n == 9000 else ''}" for n in range(9001))
        staged.stage_paste(case.id, number, f"Nummer;Tekst;E-post\n{lines}", now)
        staged.save_staged(command(task, number), {}, actor_of(staff), now)
        (view,) = views(case)
        assert len(view.row.body) < 1000
        assert db.session.get_one(StoredFile, view.row.file_id).purpose == "table"
        assert (view.row.records, view.row.holds_address) == (9001, True)
        assert [record.fields["Nummer"] for record in view.records()][-1] == "9000"

    def test_that_breaks_off_is_refused_with_its_line(self, office, now):
        case, _, _ = office
        with pytest.raises(Unreadable) as refused:
            staged.stage_paste(case.id, new_id(), "a;b\n1;2\n1;2;3\n", now)
        assert refused.value.facts["line"] == 3
        assert list(current_vault().files.names()) == []

    def test_warns_of_a_national_identity_number(self, office, now):
        case, _, _ = office
        number = new_id()
        staged.stage_paste(case.id, number, "Navn;Nummer\nKari;13097248022\n", now)
        assert staged.preview(case.id, number).has_identity_number

    def test_of_another_case_is_not_shown(self, make, office, now):
        case, _, _ = office
        number = new_id()
        staged.stage_paste(case.id, number, TABLE, now)
        with pytest.raises(staged.StagedGone):
            staged.preview("0" * 32, number)

    def test_that_nobody_saves_is_swept(self, office, now):
        case, _, _ = office
        staged.stage_paste(case.id, new_id(), TABLE, now)
        later = now.replace(day=21)
        assert staged.sweep_staged(later, later) == 1
        assert staged.sweep_staged(later, later) == 0
        assert list(current_vault().files.names()) == []


class TestAFile:
    def test_is_kept_sealed_under_no_name(self, office, now):
        case, staff, task = office
        number = new_id()
        staged.stage_upload(case.id, number, upload("Kari Nordmann.png", PNG), now)
        staged.save_staged(command(task, number), {}, actor_of(staff), now)
        (view,) = views(case)
        row = db.session.get_one(StoredFile, number)
        assert (view.row.kind, view.row.file_id, view.body.extension) == ("file", number, "png")
        assert (row.purpose, row.media_type, row.size) == ("finding", "image/png", len(PNG))
        assert b"Kari" not in bytes(row.name)
        assert b"".join(current_vault().read_file(case.id, number)) == PNG

    @pytest.mark.parametrize(
        ("name", "content", "error"),
        [
            ("a.zip", b"PK\x03\x04" + bytes(30), finding_files.UploadType),
            ("a.docx", b"PK\x03\x04" + bytes(30), finding_files.UploadType),
            ("a.exe", b"MZ" + bytes(30), finding_files.UploadType),
            ("a.pdf", b"MZ" + bytes(30), finding_files.UploadType),
            ("a.txt", b"MZ\x00\x00", finding_files.UploadType),
            ("a.png", b"", finding_files.UploadEmpty),
            ("no-ending", PNG, finding_files.UploadType),
            ("a.png", PNG + bytes(300), finding_files.UploadSize),
        ],
    )
    def test_is_refused_without_leaving_a_byte(self, office, now, name, content, error):
        case, _, _ = office
        with pytest.raises(error):
            staged.stage_upload(case.id, new_id(), upload(name, content, most=200), now)
        assert list(current_vault().files.names()) == []
        assert db.session.query(StoredFile).count() == 0

    def test_from_an_office_program_is_told_from_an_archive(self, office, now):
        case, _, _ = office
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", "<w:document/>")
        staged.stage_upload(case.id, new_id(), upload("brev.docx", packed.getvalue()), now)
        with pytest.raises(finding_files.UploadType):
            staged.stage_upload(case.id, new_id(), upload("ark.xlsx", packed.getvalue()), now)


class TestTakingAFindingAway:
    def test_empties_it_and_shreds_its_file(self, office, now):
        case, staff, task = office
        number = new_id()
        staged.stage_upload(case.id, number, upload("a.png", PNG), now)
        staged.save_staged(command(task, number), {}, actor_of(staff), now)
        findings.remove_finding(number, actor_of(staff), now)
        findings.remove_finding(number, actor_of(staff), now)
        assert views(case) == []
        assert list(current_vault().files.names()) == []
        assert kinds(case).count("finding_removed") == 1
        row = db.session.get_one(Finding, number)
        assert findings.open_finding(row).body == FindingBody()

    def test_leaves_the_last_one_that_an_answer_rests_on(self, office, now):
        case, staff, _ = office
        make_settled(case, staff, now)
        (view,) = views(case)
        with pytest.raises(findings.LastFinding):
            findings.remove_finding(view.row.id, actor_of(staff), now)
        assert len(views(case)) == 1

"""What is written in a case, with its files, in both directions."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from dsar.domain.events import PERSON
from dsar.domain.messages import Direction
from dsar.models import Message, OutboxMessage, StoredFile, db
from dsar.services.contact import attachments, messages
from dsar.services.contact.attachments import Attachment
from dsar.services.contact.messages import Write
from dsar.vault import current_vault
from tests.factories.portal import mails, make_request
from tests.factories.work import actor_of
from tests.services.log import events, kinds

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 64
ZIP = b"PK\x03\x04" + b"\0" * 64
TEN_MB = 10_000_000


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def asked(house):
    return make_request(house)


@pytest.fixture
def staff(house, make):
    return make.staff(house)


@pytest.fixture
def person():
    return PERSON


def write(asked, text="Hei", once="a" * 32, files=()):
    return Write(asked.id, text, once, files)


def file(name, content, most=TEN_MB):
    return Attachment(name, BytesIO(content), most)


def shown(asked, for_staff=False):
    db.session.rollback()
    return messages.messages_of(asked.id, for_staff=for_staff)


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


class TestTheyAreWritten:
    def test_by_the_person_and_staff_are_told_without_a_word_of_it(
        self, asked, staff, person, now
    ):
        messages.receive(write(asked, "Hemmelig"), person, now)
        assert [(m.direction, m.text) for m in shown(asked)] == [("from_person", "Hemmelig")]
        letter = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "t12")
        ).one()
        assert letter.staff_id == staff.id
        assert "Hemmelig" not in str(letter.facts)
        assert kinds(asked.case)[-1] == "message_received"

    def test_to_the_person_and_she_is_told_without_a_word_of_it(self, asked, staff, now):
        messages.send(write(asked, "Hemmelig"), actor_of(staff), now)
        letter = mails(asked.id, "m08")[0]
        assert letter.facts == {"message": db.session.query(Message).one().id}
        assert letter.secrets is None
        assert shown(asked)[0].author == ""
        assert shown(asked, for_staff=True)[0].author == staff.name

    def test_as_notes_that_the_person_never_sees(self, asked, staff, now):
        messages.note(write(asked, "Bare for oss"), actor_of(staff), now)
        assert shown(asked) == []
        assert shown(asked, for_staff=True)[0].direction is Direction.NOTE
        assert mails(asked.id, "m08") == []

    def test_once_however_often_the_button_is_pressed(self, asked, person, now):
        first = messages.receive(write(asked), person, now)
        assert messages.receive(write(asked), person, now) == first
        assert len(shown(asked)) == 1
        assert len(events(asked.case, "message_received")) == 1

    def test_twice_where_the_same_words_are_meant_twice(self, asked, person, now):
        for once in ("a" * 32, "b" * 32):
            messages.receive(write(asked, once=once), person, now)
        assert len(shown(asked)) == 2

    def test_sealed(self, asked, person, now):
        messages.receive(write(asked, "Hemmelig"), person, now)
        assert b"Hemmelig" not in db.session.scalars(select(Message.body)).one()

    def test_and_count_as_read_when_they_are_answered(self, asked, staff, person, now):
        messages.receive(write(asked), person, now)
        assert shown(asked)[0].read_at is None
        later = now + timedelta(hours=1)
        messages.send(write(asked, "Svar", "b" * 32), actor_of(staff), later)
        assert shown(asked)[0].read_at == later


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("Vedtak.PDF", PDF, "application/pdf"),
            ("bilde.png", PNG, "image/png"),
            ("bilde.jpeg", JPG, "image/jpeg"),
        ],
    )
    def test_come_with_a_message_and_come_back_whole(
        self, asked, person, now, name, content, kind
    ):
        messages.receive(write(asked, files=[file(name, content)]), person, now)
        [found] = shown(asked)[0].files
        assert (found.name, found.media_type, found.size) == (name, kind, len(content))
        assert b"".join(attachments.read_attachment(asked.id, found)) == content

    def test_are_saved_under_a_name_of_ours(self, asked, person, now):
        names = ["../../Kari Nordmann.pdf", 'a";\r\nb.png']
        files = [file(name, PDF if name.endswith("pdf") else PNG) for name in names]
        messages.receive(write(asked, files=files), person, now)
        saved = {one.saved_as for one in shown(asked)[0].files}
        assert {one[:11] for one in saved} == {f"{asked.number}-1", f"{asked.number}-2"}
        assert {one[11:] for one in saved} == {".pdf", ".png"}
        assert all(
            "/" not in one.name and "\n" not in one.name for one in shown(asked)[0].files
        )

    @pytest.mark.parametrize(
        ("name", "content", "refusal"),
        [
            ("alt.zip", ZIP, attachments.AttachmentType),
            ("alt.pdf", ZIP, attachments.AttachmentType),
            ("bilde.png", PDF, attachments.AttachmentType),
            ("side.html", b"<script>", attachments.AttachmentType),
            ("bilde.svg", b"<svg/>", attachments.AttachmentType),
            ("tom.pdf", b"", attachments.AttachmentEmpty),
            ("stor.pdf", PDF + b"\0" * 200, attachments.AttachmentSize),
            ("laast.pdf", PDF + b"<< /Encrypt 5 0 R >>", attachments.AttachmentLocked),
        ],
    )
    def test_that_are_not_welcome_leave_nothing_behind(
        self, asked, person, now, config, name, content, refusal
    ):
        most = 150 if "stor" in name else TEN_MB
        good = file("god.pdf", PDF, most)
        before = stored(config.place(config.vault.files))
        with pytest.raises(refusal):
            messages.receive(write(asked, files=[good, file(name, content, most)]), person, now)
        assert shown(asked) == []
        assert db.session.scalar(select(func.count(StoredFile.id))) == 0
        assert stored(config.place(config.vault.files)) == before

    def test_are_counted(self, asked, person, now):
        too_many = [file(f"{n}.pdf", PDF) for n in range(6)]
        with pytest.raises(attachments.TooManyFiles):
            messages.receive(write(asked, files=too_many), person, now)

    def test_of_a_note_are_not_the_persons_to_fetch(self, asked, staff, now):
        messages.note(write(asked, files=[file("a.pdf", PDF)]), actor_of(staff), now)
        assert messages.attachment_at(asked.id, 1, for_staff=False) is None
        assert messages.attachment_at(asked.id, 1, for_staff=True) is not None

    def test_of_a_press_that_came_second_are_shredded(self, asked, person, now, config):
        messages.receive(write(asked, files=[file("a.pdf", PDF)]), person, now)
        before = stored(config.place(config.vault.files))
        messages.receive(write(asked, files=[file("a.pdf", PDF)]), person, now)
        assert stored(config.place(config.vault.files)) == before

    def test_lie_sealed_on_disk(self, asked, person, now, config):
        messages.receive(write(asked, files=[file("a.pdf", PDF + b"Kari")]), person, now)
        row = db.session.scalars(select(StoredFile)).one()
        assert b"a.pdf" not in row.name
        assert current_vault().open(row, "name") == "a.pdf"
        for path in stored(config.place(config.vault.files)):
            assert b"Kari" not in path.read_bytes()

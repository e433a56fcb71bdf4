"""What clumsy and hostile browsers send: wrong methods, too much, from the wrong place."""

import io
import threading
from http.client import HTTPConnection
from tempfile import SpooledTemporaryFile

import pytest
from flask import request
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from dsar.models import Case, Organisation, StoredFile, db
from dsar.services.contact.attachments import clean_name
from dsar.vault import current_vault
from dsar.web.uploads import most_bytes
from tests import pages
from tests.browser_client import Browser
from tests.factories.accounts import sign_in
from tests.factories.portal import make_request

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
PDF = b"%PDF-1.7\ntrailer <<>>\n%%EOF"
BOUNDARY = "----a-browsers-boundary"


@pytest.fixture
def person(app, make):
    make.organisation("meetings")
    app.config["FORM_MIN_SECONDS"] = 0
    return Browser(app.test_client())


@pytest.fixture
def inside(person):
    """The person, with her case open."""
    asked = make_request(make_house())
    person.get("/o/meetings/find?lang=nb")
    person.submit({"number": asked.number, "access": asked.access_code})
    return person


def make_house():
    return db.session.scalars(select(Organisation)).one()


class TestHead:
    def test_changes_nothing_on_a_page_that_has_a_form(self, app, make, now):
        house = make.organisation("meetings")
        client = app.test_client()
        sign_in(client, make.staff(house, roles=("admin",)), now)
        before = house.version
        answer = client.head("/staff/meetings/settings/names")
        assert (answer.status_code, answer.data) == (200, b"")
        db.session.expire_all()
        assert make_house().version == before

    def test_answers_as_the_page_does(self, person):
        for path in ("/o/meetings/ask", "/o/meetings/who", "/o/meetings/stop-marketing"):
            assert person.client.head(path).status_code == 200


class TestTooMuch:
    @pytest.fixture
    def small(self, app, config):
        """An installation that takes little in."""
        limits = config.limits.model_copy(update={"upload_bytes": 20_000})
        app.extensions["dsar.config"] = config.model_copy(update={"limits": limits})
        app.config["MAX_FORM_MEMORY_SIZE"] = 100_000
        return app

    @pytest.mark.parametrize("size", [30_000, 400_000])
    def test_a_file_however_too_large_keeps_the_text_and_says_so(self, small, inside, size):
        inside.get("/o/meetings/case/messages")
        file = (io.BytesIO(PDF + b"x" * size), "scan.pdf")
        page = inside.submit({"text": "Her er skannet"}, 422, "text", {"file": file})
        assert "Her er skannet" in page.text
        assert "mindre enn 20 kB" in page.text
        assert 'href="#file"' in page.text

    def test_of_a_file_too_large_nothing_is_held(self, small, monkeypatch):
        held = []
        write = SpooledTemporaryFile.write
        monkeypatch.setattr(
            SpooledTemporaryFile,
            "write",
            lambda file, data: held.append(len(data)) or write(file, data),
        )
        sent = {f"file{n}": (io.BytesIO(b"x" * 90_000), "a.pdf") for n in range(5)}
        small.test_client().post("/o/meetings/ask", data=sent, headers=OWN)
        assert sum(held) <= 20_000

    def test_fields_without_end_beside_a_file_are_refused(self, small, person):
        sent = {f"text{n}": "x" * 90_000 for n in range(5)}
        file = {"file": (io.BytesIO(b"x"), "a.pdf")}
        answer = person.client.post("/o/meetings/ask", data=sent | file, headers=OWN)
        assert answer.status_code == 413
        assert "Skjemaet rommer" in answer.text

    def test_a_request_beyond_all_measure_says_how_large_a_file_may_be(self, small, inside):
        small.config["MAX_CONTENT_LENGTH"] = 250_000
        inside.get("/o/meetings/case/messages")
        file = (io.BytesIO(PDF + b"x" * 300_000), "scan.pdf")
        page = inside.submit({"text": "Her er skannet"}, 413, "text", {"file": file})
        assert "Filen er for stor" in page.text
        assert "20 kB" in page.text

    def test_a_form_without_a_file_says_how_much_it_holds(self, small, person):
        sent = {"text": "x" * 120_000}
        answer = person.client.post("/o/meetings/ask", data=sent, headers=OWN)
        assert answer.status_code == 413
        pages.check(answer.text)
        assert "Skjemaet rommer" in answer.text

    def test_a_stranger_sends_the_staff_pages_no_more_than_the_street(self, small):
        file = {"file": (io.BytesIO(b"x" * 300_000), "a.bin")}
        with small.test_client() as client:
            client.post("/staff/sign-in", data=file, headers=OWN)
            assert most_bytes(request.files["file"].stream) == 20_000

    def test_a_browser_is_heard_out_and_so_sees_the_answer(self, small):
        small.config["MAX_CONTENT_LENGTH"] = 200_000
        answer = _send_slowly(small, 500_000)
        assert answer.status == 413
        assert "<h1>" in answer.read().decode()


class TestTooLong:
    def test_an_address_gets_a_page_of_ours(self, person):
        answer = person.client.get("/o/meetings/?lang=nb&x=" + "x" * 5000)
        assert answer.status_code == 414
        pages.check(answer.text)
        assert "Adressen er for lang" in answer.text

    def test_a_header_gets_a_page_of_ours(self, person):
        answer = person.client.get("/o/meetings/?lang=nb", headers={"X-Long": "x" * 9000})
        assert answer.status_code == 431
        pages.check(answer.text)
        assert "informasjonskapslene" in answer.text


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, *_):
        pass


def _send_slowly(app, size):
    """Send a body as browsers do: all of it, before the answer is read."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        connection.request("POST", "/o/meetings/ask", b"x" * size, kind)
        return connection.getresponse()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestFromElsewhere:
    def test_a_stranger_is_not_told_of_roles(self, person):
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        answer = person.client.post("/o/meetings/ask?lang=nb", headers=foreign)
        assert answer.status_code == 403
        pages.check(answer.text)
        assert "Rollen" not in answer.text


class TestStopMarketing:
    @pytest.mark.parametrize(
        "typed", ["Kari Bcc: x@example.org", "a@example.org, b@example.org", "x@y", "zz", "1"]
    )
    def test_wants_one_address_or_one_number(self, person, typed):
        person.get("/o/meetings/stop-marketing?lang=nb")
        page = person.submit({"address": typed}, 422)
        assert f'value="{typed}"' in page.text
        assert db.session.scalar(select(func.count(Case.id))) == 0

    @pytest.mark.parametrize("typed", ["kari@example.org", "+47 412 34 567"])
    def test_takes_either(self, person, typed):
        person.get("/o/meetings/stop-marketing?lang=nb")
        assert person.submit({"address": typed}).request.path == "/o/meetings/receipt"


class TestFileNames:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\Users\\Kari\\a.pdf", "a.pdf"),
            ("a\u202efdp.exe.pdf", "a fdp.exe.pdf"),
            ("a\r\nX-Evil: 1\0.pdf", "a X-Evil: 1 .pdf"),
            ("\u200b\ufeffa.pdf", "a.pdf"),
            ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ],
    )
    def test_lose_folders_and_what_cannot_be_seen(self, sent, kept):
        assert clean_name(sent) == kept

    def test_are_kept_so_in_a_message(self, inside):
        inside.get("/o/meetings/case/messages")
        file = (io.BytesIO(PDF), "a\u202efdp.exe.pdf")
        page = inside.submit({"text": "Her"}, 200, "text", {"file": file})
        assert "a fdp.exe.pdf" in page.text
        row = db.session.scalars(select(StoredFile)).one()
        assert current_vault().open(row, "name") == "a fdp.exe.pdf"

    def test_a_page_dressed_as_a_pdf_is_refused(self, inside):
        inside.get("/o/meetings/case/messages")
        file = (io.BytesIO(b"<html><script>x()</script>\n" + PDF), "a.pdf")
        page = inside.submit({"text": "Teksten min står"}, 422, "text", {"file": file})
        assert "Teksten min står" in page.text

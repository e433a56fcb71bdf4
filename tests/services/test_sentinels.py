"""A whole case full of marked personal data, and no mark where none may be."""

import base64
import io
import json
import logging
import re
import zipfile
import zlib
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from dsar import channels
from dsar.config import Config
from dsar.domain.cases import Outcome
from dsar.domain.deliveries import How, What
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON
from dsar.domain.identity import Method
from dsar.logs import JsonLines
from dsar.models import Case, Message, Organisation, db, new_id
from dsar.services.answer import approval, closure, delivery, packaging
from dsar.services.contact import messages as conversation
from dsar.services.contact import portal
from dsar.services.contact.attachments import Attachment
from dsar.services.identity import verification
from dsar.services.transaction import transaction
from dsar.services.work import collection
from tests import mail_server, sentinels
from tests.browser_client import Browser
from tests.factories.accounts import sign_in
from tests.factories.portal import secrets_of
from tests.factories.work import actor_of, make_texts, right_of
from tests.sentinels import ADDRESS, MARK, PHONE, traces, words

#: The test's own mail server writes down what it is told.
NOT_OURS = ("mail.", "asyncio")
_ADDRESSES = re.compile(r'(?:href|src|action|formaction|data-[a-z-]+)="([^"]*)"')
_OTHER_SITES = re.compile(r"^(?:https?:)?//|^(?:mailto|tel|data):|^#")
FORMAT = JsonLines().format


pytestmark = pytest.mark.slow


@pytest.fixture
def inbox(app, config):
    """A mail server that the program is told of."""
    inbox = mail_server.Inbox()
    with mail_server.running(inbox) as server:
        mail = {"host": "127.0.0.1", "port": server.port, "security": "none"}
        told = Config.build(config.folder, {"mail": mail | {"timeout_seconds": 5}})
        app.extensions[channels.EXTENSION] = channels.load_all(told)
        yield inbox


@pytest.fixture
def log(caplog):
    """Every record, however small, until the end of the test."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
def seen(app):
    """Every answer of the program: its path, its headers, the addresses in its page."""
    answers = []

    def remember(response):
        from flask import request

        is_page = response.mimetype == "text/html" and not response.direct_passthrough
        page = response.get_data(as_text=True) if is_page else ""
        answers.append((request.full_path, list(response.headers), _ADDRESSES.findall(page)))
        return response

    app.after_request(remember)
    app.config["FORM_MIN_SECONDS"] = 0
    return answers


@pytest.fixture
def house(make):
    """An organisation with two people who work there."""
    organisation = make.organisation()
    return SimpleNamespace(
        row=organisation,
        key=organisation.key,
        ida=make.staff(organisation),
        per=make.staff(organisation),
    )


def worked(house, now):
    """A case full of marks, from its receipt to the package that somebody has approved."""
    request = sentinels.plant_case(house.row, now)
    case, ida = request.case, actor_of(house.ida)
    sentinels.plant_messages(case, house.ida, now)
    sentinels.plant_findings(case, house.ida, now)
    right_id = right_of(case).id
    collection.finish_collection(right_id, ida, now)
    make_texts(case, house.ida, now)
    sentinels.plant_decisions(case, right_id, house.ida, now)
    package_id = packaging.build(right_id, ida, now)
    approval.ask_approval(package_id, ida, now)
    approval.send_back(package_id, words("back"), actor_of(house.per), now)
    package_id = packaging.build(right_id, ida, now)
    approval.ask_approval(package_id, ida, now)
    approval.approve(package_id, True, actor_of(house.per), now)
    return SimpleNamespace(**vars(request), right_id=right_id, package_id=package_id)


def answered(house, now):
    """The same case, sent, opened, downloaded and closed."""
    asked = worked(house, now)
    confirm(asked, now)
    verification.accept(
        verification.AcceptIdentity(asked.id, Method.CALL_BACK, words("called")),
        actor_of(house.ida),
        now,
    )
    sent = delivery.SendAnswer(asked.package_id, How.PORTAL)
    delivery_id = delivery.send(sent, actor_of(house.ida), now)
    sentinels.deliver_all(now)
    page = b"".join(delivery.open_answer(delivery_id, now).chunks)
    packed = b"".join(delivery.download(delivery_id, What.ZIP, now).chunks)
    closure.close_right(asked.right_id, Outcome.PARTLY, actor_of(house.ida), now)
    sentinels.deliver_all(now)
    return SimpleNamespace(**vars(asked), page=page, packed=packed, delivery_id=delivery_id)


def confirm(asked, now):
    with transaction() as session:
        session.get_one(Case, asked.id).address_confirmed_at = now


def everything(config):
    """Where -> content of all that lies on disk or in a database of the installation."""
    db.session.rollback()
    urls = (config.database.url, config.database.keys_url)
    return sentinels.files_in(config.folder) | sentinels.database_bytes(urls)


def found_in(places):
    """The places where a mark lies, with what stands around it."""
    return {where: found[:3] for where, content in places.items() if (found := traces(content))}


class TestTheSearch:
    """What finds nothing must be able to find something."""

    def test_finds_a_mark_however_it_is_written(self):
        for mark in (MARK, PHONE):
            raw = f"før {mark} etter".encode()
            assert traces(raw)
            assert traces(raw.hex())
            assert traces(f"{mark}".encode("utf-16"))
            for before in range(3):
                assert traces(base64.b64encode(b"a" * before + raw)), before
        assert traces(MARK.lower())
        assert not traces("Kari Nordmann, 90077314")

    def test_finds_a_mark_in_a_plain_column_and_in_a_file(self, house, config, now):
        with transaction() as session:
            session.get_one(Organisation, house.row.id).display_name = words("plain")
        (config.folder / "plain.txt").write_text(words("plain"))
        found = found_in(everything(config))
        assert "plain.txt" in found
        assert any("sqlite3" in where or where == "organisations" for where in found)


class TestAWholeCase:
    def test_is_full_of_marks_where_its_person_reads_it(self, house, inbox, now):
        done = answered(house, now)
        with zipfile.ZipFile(io.BytesIO(done.packed)) as packed:
            inside = {name: packed.read(name) for name in packed.namelist()}
        assert len(traces(done.page)) > 10
        for kind in ("html", "json", "csv"):
            assert any(traces(inside[name]) for name in inside if name.endswith(kind)), kind
        assert found_in({name: name for name in inside}) == {}
        shown = conversation.messages_of(done.id, for_staff=True)
        assert sum(len(each.files) for each in shown) == 2
        assert all(traces(each.text) for each in shown)

    def test_leaves_no_mark_in_a_database_a_file_or_a_name(self, house, inbox, config, now):
        done = answered(house, now)
        places = everything(config)
        assert len(places) > 10
        assert found_in(places) == {}
        assert found_in({name: name for name in places}) == {}
        code = done.access_code.encode()
        assert [where for where, content in places.items() if code in content] == []

    def test_leaves_no_mark_in_the_log_of_the_case_or_the_outbox(self, house, inbox, now):
        answered(house, now)
        entries, letters = sentinels.log_entries(), sentinels.letters_waiting()
        assert len(entries) > 40
        assert len(letters) > 5
        assert found_in(dict(enumerate(entries))) == {}
        assert found_in(dict(enumerate(letters))) == {}

    def test_leaves_no_mark_in_a_mail_but_the_address_in_its_to(self, house, inbox, now):
        answered(house, now)
        hers = [mail for mail in inbox.mails if mail["To"] == ADDRESS]
        assert len(hers) >= 4
        assert len(inbox.mails) > len(hers)
        for mail in inbox.mails:
            headers = [f"{k}: {v}" for k, v in mail.items() if k.lower() != "to"]
            assert traces("\n".join([*headers, mail.get_content()])) == []
            if mail not in hers:
                assert traces(mail["To"]) == []

    def test_leaves_no_mark_in_mail_that_is_kept_but_the_address(self, house, config, now):
        asked = worked(house, now)
        sentinels.deliver_all(now)
        kept = {n: c for n, c in sentinels.files_in(config.folder).items() if n[-4:] == ".eml"}
        assert len(kept) > 3
        assert found_in({name: name for name in kept}) == {}
        bare = {
            name: re.sub(rb"(?im)^To: .*(\r?\n[ \t].*)*$", b"", content)
            for name, content in kept.items()
        }
        assert found_in(bare) == {}
        assert asked.access_code.encode() not in b"".join(kept.values())

    def test_leaves_no_mark_in_the_log_of_the_program(self, house, inbox, log, now):
        answered(house, now)
        provoke_errors(house, now)
        records = [r for r in log.records if not r.name.startswith(NOT_OURS)]
        assert [r.getMessage() for r in records] == ["case not opened"]
        assert found_in({n: r.getMessage() for n, r in enumerate(records)}) == {}
        assert found_in({n: FORMAT(r) for n, r in enumerate(records)}) == {}


def provoke_errors(house, now):
    """Break many rules with marked input; what is raised carries no mark."""
    asked = sentinels.plant_case(house.row, now)
    ida = actor_of(house.ida)
    file = Attachment(f"{MARK}.exe", io.BytesIO(b"MZ" + words("exe").encode()), 1_000)
    much = Attachment(f"{MARK}.pdf", io.BytesIO(sentinels.PDF * 100), 1_000)
    attempts = [
        lambda: conversation.receive(
            conversation.Write(asked.id, words("m"), new_id(), [file]), PERSON, now
        ),
        lambda: conversation.receive(
            conversation.Write(asked.id, words("m"), new_id(), [much]), PERSON, now
        ),
        lambda: verification.accept(
            verification.AcceptIdentity(asked.id, Method.CONFIRMED_ADDRESS), ida, now
        ),
        lambda: collection.finish_collection(right_of(asked.case).id, ida, now),
        lambda: packaging.build(right_of(asked.case).id, ida, now),
        lambda: read_broken_message(asked, now),
        lambda: portal.open_by_access_code(
            portal.Knock(house.key, words("number"), MARK, 10), MARK, now
        ),
    ]
    for attempt in attempts:
        with pytest.raises(DomainError) as raised:
            attempt()
        assert traces(f"{raised.value!r} {raised.value} {raised.value.facts}") == []


def read_broken_message(asked, now):
    """Read a message whose sealed column somebody has altered."""
    write = conversation.Write(asked.id, words("broken"), new_id())
    message_id = conversation.receive(write, PERSON, now)
    with transaction() as session:
        row = session.get_one(Message, message_id)
        row.body = row.body[:-1] + bytes([row.body[-1] ^ 1])
    conversation.messages_of(asked.id, for_staff=True)


class TestThePages:
    def test_of_the_form_keep_what_is_typed_sealed_and_out_of_every_address(
        self, app, house, inbox, config, seen, log, now
    ):
        person = Browser(app.test_client())
        person.get(f"/o/{house.key}/ask")
        person.submit({"rights": ["access", "rectification"]})
        person.submit({"scope": "some", "text": words("some"), "reply_format": "web"})
        for _ in range(4):  # the second right, then who she is
            if "/who" in person.page.request.path:
                break
            person.submit({name: words(name) for name in texts_of(person)})
        who = {"about": "me", "name": f"{MARK} Kari", "relation": "customer"}
        who |= {"company": f"{MARK} AS", "identifiers": words("ids"), "phone": f"+47 {PHONE}"}
        person.submit(who | {"email": f"{MARK}@"}, expect=422)
        person.submit(who | {"email": ADDRESS})
        assert person.page.request.path.endswith("/check")
        assert traces(person.page.text)
        assert found_in(everything(config)) == {}
        person.submit({})
        for path in ("receipt.pdf", "deadline.ics"):
            assert person.client.get(f"/o/{house.key}/{path}").status_code == 200
        assert found_in(everything(config)) == {}
        check_answers(seen)
        check_log(log)

    def test_of_the_person_have_no_mark_in_address_header_or_cookie(
        self, app, house, inbox, config, seen, log, now
    ):
        done = answered(house, now)
        person = Browser(app.test_client())
        person.get(f"/o/{house.key}/find")
        wrong = {"number": words("number"), "email": ADDRESS}
        person.submit(wrong, expect=422)
        person.submit({"number": done.number, "email": "", "access": MARK}, expect=422)
        person.submit({"number": done.number, "access": done.access_code})
        person.get(f"/o/{house.key}/case/messages")
        person.submit(
            {"text": words("web")}, files={"file": (io.BytesIO(sentinels.PNG), f"{MARK}.png")}
        )
        bad = (io.BytesIO(b"MZ"), f"{MARK}.exe")
        person.submit({"text": words("web")}, files={"file": bad}, expect=422)
        assert traces(person.page.text)
        unlock(person, house, done, now)
        crawl(person.client, f"/o/{house.key}/case")
        for button in ("/answer/1/read", "/answer/1/letter", "/answer/1/package"):
            press(person, house, button)
        check_answers(seen)
        check_log(log)
        assert found_in(everything(config)) == {}

    def test_of_staff_have_no_mark_in_address_header_or_cookie(
        self, app, house, inbox, config, seen, log, now
    ):
        done = answered(house, now)
        office = Browser(app.test_client())
        sign_in(office.client, house.ida, now)
        visited = crawl(office.client, f"/staff/{house.key}/cases/{done.number}")
        assert len(visited) > 5
        for sought in (ADDRESS, f"{MARK} Requestersen", f"{MARK.lower()}", done.number):
            office.get("/staff/cases")
            office.submit({"q": sought}, containing="search")
        check_answers(seen)
        check_log(log)
        assert found_in(everything(config)) == {}

    @pytest.mark.filterwarnings("ignore::ResourceWarning")
    def test_that_break_tell_neither_log_nor_address_what_was_sent(
        self, app, house, inbox, seen, log, now
    ):
        asked = sentinels.plant_case(house.row, now)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.config["TESTING"] = False
        person = Browser(app.test_client())
        person.get(f"/o/{house.key}/find")
        person.submit({"number": asked.number, "access": asked.access_code})
        person.get(f"/o/{house.key}/case/messages")
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE messages RENAME TO gone"))
        person.submit({"text": words("lost")}, expect=500)
        assert any("OperationalError" in line or "Programming" in line for line in said(log))
        check_answers(seen)
        check_log(log)


def texts_of(person):
    """The names of the text fields of the page's form."""
    return re.findall(r'<textarea[^>]* name="([^"]+)"', person.page.text)


def unlock(person, house, done, now):
    """Give both secrets, as they came by mail and on the receipt."""
    person.get(f"/o/{house.key}/case/answer")
    person.submit({}, containing="/answer/code")
    code = secrets_of(done.id, "m13")["code"]
    sentinels.deliver_all(now)
    person.get(f"/o/{house.key}/case/answer")
    values = {"code": code, "access": done.access_code}
    person.submit(values, containing="access")


def press(person, house, ending):
    """Press the button that leads to an address, and read what comes to its end."""
    person.get(f"/o/{house.key}/case/answer")
    path = f"/o/{house.key}/case{ending}"
    answer = person.client.post(path, data=person.form(containing=path))
    if answer.status_code == 303:
        answer = person.client.get(answer.headers["Location"])
    assert answer.status_code == 200, (path, answer.status_code)
    assert answer.data


def crawl(client, start, most=80):
    """Open a page and every page that it leads to, without pressing a button."""
    waiting, visited = [start], set()
    while waiting and len(visited) < most:
        path = waiting.pop(0)
        if path in visited or "lang=" in path or "/static/" in path:
            continue
        visited.add(path)
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code in {301, 302, 303}:
            waiting.append(answer.headers["Location"].replace("http://localhost", ""))
        elif answer.mimetype == "text/html":
            links = re.findall(r'<a [^>]*href="([^"]+)"', answer.text)
            inside = [link.partition("#")[0] for link in links]
            waiting += [a.replace("&amp;", "&") for a in inside if is_here(a, start)]
        answer.close()
    return visited


def is_here(address, start):
    """Whether an address belongs to the same face, and is no way out of the session."""
    face = start.split("/")[1]
    return address.startswith(f"/{face}/") and "sign-out" not in address


def check_answers(seen):
    """No mark in a path, a header, a cookie or an address of a page."""
    assert len(seen) > 3
    for path, headers, addresses in seen:
        ours = [a for a in addresses if not _OTHER_SITES.match(a)]
        assert traces(path) == []
        assert traces(json.dumps(headers)) == [], path
        assert traces("\n".join(ours)) == [], path
        for name, value in headers:
            if name == "Set-Cookie":
                assert traces(unpacked(value)) == [], path


def unpacked(cookie):
    """What a signed cookie says, read without its key."""
    body = cookie.partition("=")[2].partition(";")[0]
    is_packed, part = body.startswith("."), body.lstrip(".").partition(".")[0]
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        return zlib.decompress(raw) if is_packed else raw
    except (ValueError, zlib.error):
        return b""


def check_log(log):
    """No mark in what the program's own log says."""
    assert found_in(dict(enumerate(said(log)))) == {}


def said(log):
    """The program's own lines, as they would be written."""
    return [FORMAT(record) for record in log.records if not record.name.startswith(NOT_OURS)]

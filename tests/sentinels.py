"""Marked personal data: a whole case full of it, and the places where no mark may be found.

Every planted text holds MARK (or PHONE); whatever is searched is searched for them as they are,
in other cases, and as base64, hexadecimal and UTF-16 would write them.
"""

import base64
import io
import json
import re
from urllib.parse import quote

import psycopg
from psycopg import sql

from dsar.domain.events import PERSON
from dsar.domain.findings import FindingBody
from dsar.domain.identity import Method, Verdict
from dsar.domain.package import Provenance, TaskAnswer
from dsar.domain.rights import Right
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import CaseEvent, OutboxMessage, db, new_id
from dsar.services.contact import messages
from dsar.services.contact.attachments import Attachment
from dsar.services.identity import verification
from dsar.services.intake.opening import PersonFacts, Wish
from dsar.services.mail import outbox
from dsar.services.work import collection, findings, review, staged
from dsar.services.work.finding_files import Upload
from dsar.services.work.findings import NewFinding
from tests.databases import plain
from tests.factories.portal import make_request
from tests.factories.work import actor_of, tasks_of

MARK = "Zqx7v"
PHONE = "90077315"
#: Also a mark, and the one text that may stand somewhere: in To, and nowhere else.
ADDRESS = f"{MARK}.post@{MARK}-hus.example.org".lower()
PNG = b"\x89PNG\r\n\x1a\n" + f"tEXt {MARK} bilde ".encode() * 40
PDF = f"%PDF-1.4\n% {MARK} brev {PHONE}\n%%EOF\n".encode()
#: More rows than a sealed column holds: they lie in a sealed file.
LONG_TABLE = "Dato;Merknad\n" + "".join(
    f"2026-01-02;{MARK} rad {n} {'x' * 500}\n" for n in range(600)
)


def words(name):
    """A marked text of this name."""
    return f"{MARK} {name} {PHONE}"


def person(name="Requester"):
    """Somebody whose every fact is marked."""
    return PersonFacts(
        name=f"{MARK} {name}sen",
        email=ADDRESS,
        phone=f"+47 {PHONE}",
        postal_address=f"{MARK}gata 9\n0001 Oslo",
        identifiers=f"kundenr {MARK}-{PHONE}",
        company=f"{MARK} {name} AS",
    )


def needles():
    """MARK and PHONE, and what they look like when they are not written plainly."""
    found = set()
    for text in (MARK, MARK.lower(), MARK.upper(), PHONE):
        raw = text.encode()
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
        found |= {text.encode("utf-16-le"), text.encode("utf-16-be"), quote(text).encode()}
        found |= {_in_base64(raw, offset) for offset in range(3)}
    return sorted(found)


def _in_base64(raw, offset):
    """What of a text is the same in base64 wherever it stands, after `offset` other bytes."""
    coded = base64.b64encode(b"\0" * offset + raw)
    return coded[-(-8 * offset // 6) : 8 * (offset + len(raw)) // 6]


_NEEDLES = re.compile(b"|".join(re.escape(needle) for needle in needles()))


def traces(content):
    """The marks in bytes or text, each with what stands around it."""
    raw = content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")
    return [raw[max(0, m.start() - 40) : m.end() + 40] for m in _NEEDLES.finditer(raw)]


def plant_case(organisation, now, **overrides):
    """A case that a marked person opened on the web for another one; with its receipt."""
    wish = {"scope": "some", "text": words("wish"), "what": words("what")}
    return make_request(
        organisation,
        now,
        requester=person(),
        subject=person("Subject"),
        representation="poa",
        wishes=tuple(Wish(right, wish) for right in (Right.ACCESS, Right.RECTIFICATION)),
        **overrides,
    )


def plant_messages(case, staff, now):
    """Words and files both ways, a note, and a question that is asked, doubted and answered."""
    files = [("brev", "pdf", PDF), ("bilde", "png", PNG)]
    sent = [
        Attachment(f"{MARK} {name}.{ending}", io.BytesIO(content), 10_000_000)
        for name, ending, content in files
    ]
    write = messages.Write
    messages.receive(write(case.id, words("message"), new_id(), sent), PERSON, now)
    messages.send(write(case.id, words("reply"), new_id()), actor_of(staff), now)
    messages.note(write(case.id, words("note"), new_id()), actor_of(staff), now)
    asked = verification.AskIdentity(
        new_id(), case.id, Method.QUESTION, words("doubt"), words("question")
    )
    check = verification.ask(asked, actor_of(staff), now)
    verification.answer_identity(check, words("answer"), PERSON, now)
    verification.decide_identity(check, Verdict.INSUFFICIENT, actor_of(staff), now)


def plant_findings(case, staff, now):
    """Something of every kind in the first system, and an answer in words from each."""
    first, *rest = tasks_of(case)
    body = {"category": words("category"), "label": words("label"), "source": words("source")}
    body |= {"explanation": words("told")}
    fields = {words("key"): words("value"), "E-post": ADDRESS}
    for kind in ({"fields": fields}, {"text": words("text")}):
        findings.add_finding(_new(first, FindingBody(**body, **kind)), actor_of(staff), now)
    for name, content in {
        f"{MARK}.csv": f"{MARK} spalte;Merknad\n{words('cell')};x\n".encode(),
        f"{MARK}-lang.csv": LONG_TABLE.encode(),
        f"{MARK}.txt": words("file").encode(),
        f"{MARK}.png": PNG,
    }.items():
        new = _new(first, FindingBody(**body))
        upload = Upload(name, io.BytesIO(content), 10_000_000)
        staged.stage_upload(case.id, new.id, upload, now)
        staged.save_staged(new, {}, actor_of(staff), now)
    left = new_id()
    staged.stage_paste(case.id, left, f"{MARK};B\n{words('paste')};2\n", now)
    gone = findings.add_finding(
        _new(first, FindingBody(**body, fields=fields)), actor_of(staff), now
    )
    findings.remove_finding(gone, actor_of(staff), now)
    for task in (first, *rest):
        answer = TaskAnswer.FOUND if task is first else TaskAnswer.NOTHING_FOUND
        settle = collection.SettleTask(task.id, answer, words("how"))
        collection.settle_task(settle, actor_of(staff), now)


def _new(task, body):
    return NewFinding(
        id=new_id(), task_id=task.id, body=body, provenance=Provenance.OBSERVED, basis="consent"
    )


def plant_decisions(case, right_id, staff, now):
    """Withhold one finding with marked reasons on a ground of the law; release the rest."""
    ground = review.grounds_for(case.profile, str(Right.ACCESS))[0]
    withheld = findings.findings_of(db.session, case.id, right_id)[0].row.id
    judgement = review.Judgement(
        ReviewVerdict.WITHHOLD, ground.key, words("reason"), frozenset(ground.conditions)
    )
    review.decide(withheld, judgement, actor_of(staff), now)
    for view in findings.findings_of(db.session, case.id, right_id)[1:]:
        released = review.Judgement(ReviewVerdict.RELEASE)
        review.decide(view.row.id, released, actor_of(staff), now)


def deliver_all(now):
    """Hand over every letter that waits."""
    while outbox.deliver_next(now):
        pass


def log_entries():
    """Every entry of every log, as text."""
    db.session.rollback()
    return [
        json.dumps([row.kind, row.actor_ref, row.facts], ensure_ascii=False)
        for row in db.session.query(CaseEvent)
    ]


def letters_waiting():
    """Every row of the outbox, as text; secrets are sealed."""
    db.session.rollback()
    rows = db.session.query(OutboxMessage)
    return [repr({k: v for k, v in vars(row).items() if k[0] != "_"}) for row in rows]


def files_in(folder):
    """Path (within the folder) -> content of every file of an installation."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def database_bytes(urls):
    """Where -> raw bytes of everything that PostgreSQL databases hold; SQLite's are files."""
    found = {}
    for url in urls:
        if not url.startswith("postgresql"):
            continue
        with plain(url) as connection:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (name,) in connection.execute(query).fetchall():
                found[name] = b"".join(_copied(connection, name))
    return found


def _copied(connection: psycopg.Connection, name):
    """A table as PostgreSQL stores its values: texts and bytes as they are."""
    command = sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(sql.Identifier(name))
    with connection.cursor().copy(command) as copied:
        yield from map(bytes, copied)

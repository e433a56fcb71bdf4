"""Sent on to the controller that decides; the person is told who that is (GDPR art. 12(4))."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import OPEN, State
from dsar.domain.clock_notices import CaseEnded
from dsar.domain.events import Actor, EventKind
from dsar.domain.forwarding import (
    ForwardedAlready,
    ForwardingIncomplete,
    ForwardingNotHere,
    check_day,
)
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import facts_of
from dsar.models import CasePerson, Forwarding, Organisation, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.progress import open_file
from dsar.services.transaction import Db, transaction
from dsar.vault import KeyDestroyed, current_vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Who decides, how to reach them, when and how it was sent on. The id is the form's."""

    id: str
    case_id: str
    controller: str
    contact: str
    sent_on: date
    how: str


@dataclass(frozen=True, slots=True)
class ForwardingView:
    """What the pages show. Until the notice has left (notified_at) the case stays open."""

    controller: str
    contact: str
    how: str
    sent_on: date
    notified_at: datetime | None


def forward(command: Forward, actor: Actor, now: datetime) -> None:
    """Write down that a case was sent on, and leave the notice; the same form twice is once.

    The case is closed when the notice has left the house. Raises ForwardingNotHere,
    ForwardedAlready, ForwardingIncomplete, ForwardedWrongDay, CaseEnded.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if session.get(Forwarding, command.id) is not None:
            return
        _check(file, command)
        session.add(_row(file, command))
        file.record(
            EventKind.FORWARDING_PREPARED, forwarding=command.id, sent_on=command.sent_on
        )
        template = "m20" if _has_address(session, command.case_id) else "m20.post"
        facts = {"forwarding": command.id, "sent": command.sent_on}
        file.tell(Notice(template, facts, once=command.id))


def is_forwarded(session: Db, case_id: str) -> bool:
    """Say whether a case was sent on and the notice of it has left the house."""
    query = select(Forwarding.id).where(
        Forwarding.case_id == case_id, Forwarding.notified_at.is_not(None)
    )
    return session.scalar(query) is not None


def forwarding_of(case_id: str) -> ForwardingView | None:
    """Return where a case was sent on to, or None where it was not."""
    row = db.session.scalar(select(Forwarding).where(Forwarding.case_id == case_id))
    return None if row is None else _view(row)


def forwards(organisation: Organisation) -> bool:
    """Say whether an organisation works for other controllers and sends requests on."""
    return facts_of(organisation).does(Behaviour.PROCESSOR_FORWARD)


def _check(file: CaseFile, command: Forward) -> None:
    session, case = file.session, file.case
    if not forwards(session.get_one(Organisation, case.organisation_id)):
        raise ForwardingNotHere
    if State(case.state) not in OPEN:
        raise CaseEnded
    if session.scalar(select(Forwarding.id).where(Forwarding.case_id == case.id)):
        raise ForwardedAlready
    if not all(text.strip() for text in (command.controller, command.contact, command.how)):
        raise ForwardingIncomplete
    local_date = profiles.get(case.profile).local_date
    check_day(command.sent_on, local_date(case.received_at), local_date(file.now))


def _row(file: CaseFile, command: Forward) -> Forwarding:
    row = Forwarding(
        id=command.id,
        case_id=command.case_id,
        sent_on=command.sent_on,
        created_at=file.now,
        created_by=file.actor.ref,
    )
    vault = current_vault()
    vault.seal(row, "controller", command.controller.strip())
    vault.seal(row, "contact", command.contact.strip())
    vault.seal(row, "proof", command.how.strip())
    return row


def _has_address(session: Db, case_id: str) -> bool:
    query = select(CasePerson.id).where(
        CasePerson.case_id == case_id,
        CasePerson.kind == "requester",
        CasePerson.email.is_not(None),
    )
    return session.scalar(query) is not None


def _view(row: Forwarding) -> ForwardingView:
    vault = current_vault()
    try:
        controller, contact = vault.open(row, "controller"), vault.open(row, "contact")
        how = vault.open_optional(row, "proof") or ""
    except KeyDestroyed:
        controller = contact = how = ""
    return ForwardingView(controller, contact, how, row.sent_on, row.notified_at)

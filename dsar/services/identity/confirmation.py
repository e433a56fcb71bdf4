"""The address in a case: confirmed by code or link, asked again, mended while unconfirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON, EventKind
from dsar.models import Case, CasePerson, Finding, OutboxMessage, db
from dsar.services.budgets import spend
from dsar.services.casefile import CaseFile, Notice
from dsar.services.contact.tokens import (
    CodeExpired,
    CodePurpose,
    CodeTarget,
    LinkPurpose,
    LinkTarget,
    make_code,
    make_link,
    revoke,
    try_code,
)
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault, normalise_address

#: The link in the mail; the code beside it lives shorter.
LINK_LIVES: Final = timedelta(days=14)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: New codes for one case, and for one address, in an hour.
CODES_AN_HOUR: Final = 5
#: Other addresses tried in one case in a day: each costs somebody a mail.
ADDRESSES_A_DAY: Final = 5


class AlreadyConfirmed(DomainError):
    """A confirmed address is not changed by whoever has the case open."""

    message_id = "error.address_confirmed"


class NoAddress(DomainError):
    """The case has no e-mail address: its letters go by post."""

    message_id = "p12.noaddress"


@dataclass(frozen=True, slots=True)
class Contact:
    """How we reach the person. `email` is empty where she gave none."""

    case_id: str
    number: str
    email: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class NewCode:
    """A new code for a case; `once` is the form's number: pressed twice, it is sent once."""

    case_id: str
    once: str
    lives: timedelta


def contact_of(case_id: str) -> Contact:
    """Return how we reach the person of a case."""
    case = db.session.get_one(Case, case_id)
    email = current_vault().open_optional(requester_of(db.session, case_id), "email")
    return Contact(case_id, case.number, email or "", case.address_confirmed_at is not None)


def confirm_by_code(case_id: str, typed: str, now: datetime) -> None:
    """Confirm the address by the code in the newest mail; again is no error.

    Raises CodeWrong, CodeExpired or CodeTooMany.
    """
    if _is_confirmed(case_id):
        return
    try:
        try_code(case_id, CodePurpose.CONFIRM, typed, now)
    except CodeExpired:
        if _is_confirmed(case_id):  # the same press, a moment earlier
            return
        raise
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        confirm(CaseFile(session, case, PERSON, now), "code")


def confirm(file: CaseFile, how: str) -> None:
    """Note that the person controls the mailbox of the case; again is no error."""
    if file.case.address_confirmed_at is None:
        file.case.address_confirmed_at = file.now
        file.record(EventKind.ADDRESS_CONFIRMED, how=how)


def resend(new: NewCode, now: datetime) -> None:
    """Send a new code and a new link; the old ones die. Raises NoAddress or RateLimited."""
    if _is_confirmed(new.case_id) or _was_sent(new):
        return
    address = requester_of(db.session, new.case_id).email_index
    if address is None:
        raise NoAddress
    _spend_code(new.case_id, address, now)
    with transaction() as session:
        case = session.get_one(Case, new.case_id, with_for_update=True)
        file = CaseFile(session, case, PERSON, now)
        revoke(session, case.id, now)
        _send(file, new)


def change_address(new: NewCode, email: str, now: datetime) -> None:
    """Put another address in the place of one that nobody has confirmed, and send it a code.

    Raises AlreadyConfirmed or RateLimited. Whatever went to the old address opens nothing
    any more, and that a system knew the old one says nothing of who has the new one.
    """
    if _was_sent(new):
        return
    if _is_confirmed(new.case_id):
        raise AlreadyConfirmed
    address = current_vault().blind("email", normalise_address(email))
    spend(f"address:{new.case_id}", ADDRESSES_A_DAY, DAY, now)
    _spend_code(new.case_id, address, now)
    with transaction() as session:
        case = session.get_one(Case, new.case_id, with_for_update=True)
        if case.address_confirmed_at is not None:
            raise AlreadyConfirmed
        row = requester_of(session, case.id)
        current_vault().seal(row, "email", email)
        row.email_index = address
        session.execute(
            update(Finding).where(Finding.case_id == case.id).values(holds_address=False)
        )
        file = CaseFile(session, case, PERSON, now)
        file.record(EventKind.ADDRESS_CHANGED)
        revoke(session, case.id, now)
        _send(file, new)


def requester_of(session: Db, case_id: str) -> CasePerson:
    """Return who wrote to us in a case."""
    return session.scalars(
        select(CasePerson).where(CasePerson.case_id == case_id, CasePerson.kind == "requester")
    ).one()


def _send(file: CaseFile, new: NewCode) -> None:
    target = CodeTarget(CodePurpose.CONFIRM, new.case_id)
    code = make_code(file.session, target, new.lives, file.now)
    link = LinkTarget(LinkPurpose.CONFIRM, case_id=new.case_id)
    token = make_link(file.session, link, LINK_LIVES, file.now)
    file.tell(Notice("m02", {}, {"code": code, "token": token}, once=new.once))


def _spend_code(case_id: str, address: str, now: datetime) -> None:
    spend(f"code:{case_id}", CODES_AN_HOUR, HOUR, now)
    spend(f"code-to:{address}", CODES_AN_HOUR, HOUR, now)


def _is_confirmed(case_id: str) -> bool:
    confirmed = select(Case.address_confirmed_at).where(Case.id == case_id)
    db.session.rollback()
    return db.session.scalar(confirmed) is not None


def _was_sent(new: NewCode) -> bool:
    key = f"{new.case_id}:m02:person:{new.once}"
    query = select(OutboxMessage.id).where(OutboxMessage.key == key)
    return db.session.scalar(query) is not None

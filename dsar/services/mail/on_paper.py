"""Notices on paper: the same words as the mail, and what a closed envelope may hold besides."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.access_codes import grouped
from dsar.domain.clock_notices import NoticeKind
from dsar.domain.errors import DomainError
from dsar.domain.organisations import OrganisationFacts, facts_of
from dsar.domain.post import PaperLetter, parts_of
from dsar.domain.promise_check import can_send_post
from dsar.i18n import translate
from dsar.models import (
    Case,
    CasePerson,
    ClockNotice,
    IdentityCheck,
    Message,
    Organisation,
    OutboxMessage,
    db,
)
from dsar.services.answer.answers import sender_of
from dsar.services.answer.rendering.pdf import render_notice_pdf
from dsar.services.clock.fees import fees_of
from dsar.services.mail.letters import words_on_paper
from dsar.vault import KeyDestroyed, current_vault


class SenderIncomplete(DomainError):
    """A letter names a sender that can be answered: an address is given with its town."""

    message_id = "error.sender_incomplete"


class NotForPaper(DomainError):
    """The mail holds a code for its address; on paper the acknowledgement takes its place."""

    message_id = "error.not_for_paper"


class RecipientAddressMissing(DomainError):
    """An envelope needs an address."""

    message_id = "error.recipient_address_missing"


#: Mails that prove an address or open something once: a printed copy would be of no use.
_MAIL_ONLY: Final = ("m01", "m02", "m03", "m04", "m13", "m23")


def is_for_paper(template: str) -> bool:
    """Say whether a notice may go by post instead."""
    return not template.startswith(_MAIL_ONLY)


def check_sender(house: OrganisationFacts) -> None:
    """Raise SenderIncomplete where the postal address of the house lacks its town."""
    if not can_send_post(house):
        raise SenderIncomplete


def check_postable(case: Case) -> None:
    """Raise SenderIncomplete where the answer is to go by post and nobody could answer it.

    Asked before it is built: afterwards it would have to be approved again.
    """
    if case.reply_format == "paper":
        check_sender(facts_of(db.session.get_one(Organisation, case.organisation_id)))


def recipient_of(case: Case) -> tuple[str, ...]:
    """Return name and postal address of whoever asked, a line each; nothing without one."""
    name, address = _name_and_address(case.id)
    return _lines(name, address) if address.strip() else ()


def suggested_recipient(letter_id: str) -> str:
    """Return name and address as the case has them; a code goes where our own systems say."""
    row = db.session.get_one(OutboxMessage, letter_id)
    try:
        name, address = _name_and_address(str(row.case_id))
    except KeyDestroyed:
        return ""
    return name if has_code(letter_id) else "\n".join(_lines(name, address))


def has_code(letter_id: str) -> bool:
    """Say whether the paper carries the code that proves an address (GDPR art. 12(6))."""
    row = db.session.get_one(OutboxMessage, letter_id)
    check = db.session.get(IdentityCheck, row.facts.get("check", ""))
    return check is not None and check.code is not None


def letter_on_paper(letter_id: str, address: str) -> bytes:
    """Return a notice to the person as PDF, for an envelope with a window.

    address: name and address, a line each; it is printed and kept nowhere.
    Raises NotForPaper, SenderIncomplete, RecipientAddressMissing, and MissingFact where its
    words lack a fact.
    """
    row = db.session.get_one(OutboxMessage, letter_id)
    if not is_for_paper(row.template):
        raise NotForPaper
    case = db.session.get_one(Case, row.case_id)
    house = facts_of(db.session.get_one(Organisation, row.organisation_id))
    check_sender(house)
    recipient = _lines(address)
    if not recipient:
        raise RecipientAddressMissing
    title, body = words_on_paper(db.session, row)
    inside = (part for words in _inside(row) for part in parts_of(words))
    return render_notice_pdf(
        PaperLetter(
            case_number=case.number,
            organisation=sender_of(house),
            language=row.language,
            written_at=row.created_at,
            recipient=recipient,
            title=title,
            parts=(*parts_of(body), *inside),
            timezone=profiles.get(case.profile).tz,
        )
    )


def _name_and_address(case_id: str) -> tuple[str, str]:
    person = db.session.scalars(
        select(CasePerson).where(CasePerson.case_id == case_id, CasePerson.kind == "requester")
    ).one()
    vault = current_vault()
    return vault.open(person, "name"), vault.open_optional(person, "postal_address") or ""


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(line.strip() for text in texts for line in text.splitlines() if line.strip())


def _inside(row: OutboxMessage) -> Iterator[str]:
    """Yield what a mail only points to: nobody but the person opens the envelope."""
    facts, vault = row.facts, current_vault()
    if "message" in facts:
        yield vault.open(db.session.get_one(Message, facts["message"]), "body")
    if "notice" in facts:
        yield from _clock_notice(db.session.get_one(ClockNotice, facts["notice"]))
    if "check" in facts:
        yield from _question(row, db.session.get_one(IdentityCheck, facts["check"]))


def _clock_notice(notice: ClockNotice) -> Iterator[str]:
    """Yield a question, or why there is a new date or a fee, and how that was counted."""
    if notice.kind == NoticeKind.FEE:
        fee = next(one for one in fees_of(notice.case_id) if one.id == notice.id)
        yield from (fee.facts, fee.costs)
    else:
        yield current_vault().open(notice, "body")


def _question(row: OutboxMessage, check: IdentityCheck) -> Iterator[str]:
    """Yield why we ask, what we ask, and the code that the letter is for."""
    vault = current_vault()
    if doubt := vault.open_optional(check, "doubt"):
        yield translate(row.language, "p10.why", reason=doubt)
    if question := vault.open_optional(check, "question"):
        yield question
    if code := vault.open_optional(check, "code"):
        yield translate(row.language, "paper.code", code=grouped(code))

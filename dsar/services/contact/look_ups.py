"""The way back into a case by mail: asked at once, answered later, the same for everybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from dsar.domain.access_codes import token_hash
from dsar.domain.cases import State
from dsar.domain.events import PERSON
from dsar.models import (
    Case,
    CasePerson,
    LookUp,
    MailedCode,
    OneTimeLink,
    Organisation,
    new_id,
)
from dsar.services.budgets import spend
from dsar.services.casefile import CaseFile, Notice
from dsar.services.contact.tokens import (
    CodePurpose,
    CodeTarget,
    LinkPurpose,
    LinkTarget,
    make_code,
    make_link,
)
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault, normalise_address

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
#: Code and link of this mail live equally long.
LIVES: Final = timedelta(minutes=10)
#: Mails of this kind to one case in a day, whoever asks for them.
MAILS_A_DAY: Final = 10
_CLIENT_FACTOR: Final = 5


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody at a network address knows of her case: number and address, or a link."""

    organisation_key: str
    client: str
    tries: int
    number: str = ""
    email: str = ""
    link: str = ""


def ask(question: Question, now: datetime) -> None:
    """Keep the question for answer_next(). Raises RateLimited.

    Nothing is looked up here, so that the answer takes as long for a case as for none.
    """
    vault = current_vault()
    email = vault.blind("email", normalise_address(question.email)) if question.email else None
    client = vault.blind("client", question.client)
    spend(f"look-up-at:{client}", question.tries * _CLIENT_FACTOR, QUARTER, now)
    asked = vault.blind("look_up", f"{question.number}:{question.email}:{question.link}")
    spend(f"look-up:{question.organisation_key}:{asked}", question.tries, QUARTER, now)
    with transaction() as session:
        organisation = session.scalars(
            select(Organisation.id).where(Organisation.key == question.organisation_key)
        ).one()
        session.add(
            LookUp(
                id=new_id(),
                organisation_id=organisation,
                number=question.number or None,
                email_index=email,
                link_hash=token_hash(question.link) if question.link else None,
                created_at=now,
            )
        )


def answer_next(now: datetime) -> bool:
    """Send a code and a link where the oldest question fits a case; False where none waits."""
    with transaction() as session:
        row = session.scalar(
            select(LookUp)
            .order_by(LookUp.created_at, LookUp.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return False
        case_id = _case_of(session, row)
        if case_id is not None and _may_mail(session, case_id, now):
            _send(session, case_id, row.id, now)
        session.delete(row)
        return True


def _may_mail(session: Db, case_id: str, now: datetime) -> bool:
    sent = select(func.count(MailedCode.id)).where(
        MailedCode.case_id == case_id,
        MailedCode.purpose == CodePurpose.OPEN,
        MailedCode.created_at > now - DAY,
    )
    return (session.scalar(sent) or 0) < MAILS_A_DAY


def _send(session: Db, case_id: str, once: str, now: datetime) -> None:
    file = CaseFile(session, session.get_one(Case, case_id, with_for_update=True), PERSON, now)
    code = make_code(session, CodeTarget(CodePurpose.OPEN, case_id), LIVES, now)
    token = make_link(session, LinkTarget(LinkPurpose.OPEN, case_id=case_id), LIVES, now)
    file.tell(Notice("m04", {}, {"code": code, "token": token}, once=once))


def _case_of(session: Db, row: LookUp) -> str | None:
    query = select(Case.id).where(
        Case.organisation_id == row.organisation_id, Case.state != State.DISPOSED
    )
    if row.link_hash is not None:
        query = query.join(OneTimeLink, OneTimeLink.case_id == Case.id)
        return session.scalar(query.where(OneTimeLink.token_hash == row.link_hash))
    return session.scalar(
        query.join(CasePerson, CasePerson.case_id == Case.id).where(
            Case.number == row.number,
            CasePerson.kind == "requester",
            CasePerson.email_index == row.email_index,
        )
    )

"""A person asks: one submission, one case, one receipt."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dsar import profiles
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON, EventKind
from dsar.domain.roles import Role
from dsar.models import Case, CasePerson, Draft, Membership, db, new_id
from dsar.services.casefile import CaseFile, Notice
from dsar.services.contact.tokens import (
    CodePurpose,
    CodeTarget,
    LinkPurpose,
    LinkTarget,
    make_code,
    make_link,
)
from dsar.services.intake.drafts import read_draft, replace_by_slip
from dsar.services.intake.links import follow
from dsar.services.intake.opening import (
    Fresh,
    OpenCase,
    find_submission,
    fresh_case,
    open_case,
    opening_facts,
)
from dsar.services.transaction import transaction
from dsar.vault import current_vault

#: The link in the receipt; the code beside it lives shorter.
LINK_LIVES = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Slip:
    """What the receipt shows, as long as the browser keeps its draft's token."""

    case_id: str
    number: str
    access_code: str


class DraftGone(DomainError):
    """The draft has expired, so there is nothing to send."""

    message_id = "error.draft_gone"


def submit(command: OpenCase, draft_token: str, code_lives: timedelta) -> Slip:
    """Open one case from a draft, however often the form is sent, and acknowledge it.

    The draft's id is the submission key. Raises DraftGone when the draft has expired.
    """
    slip_id = new_id()
    current_vault().make_key(slip_id)
    try:
        with fresh_case() as fresh:
            slip = _submit(command, fresh, slip_id, code_lives)
    except (AlreadySent, IntegrityError) as error:
        current_vault().destroy_key(slip_id)
        if isinstance(error, IntegrityError) and not _is_made(command):
            raise
        return sent_slip(draft_token, command.registered_at)
    except BaseException:
        current_vault().destroy_key(slip_id)
        raise
    current_vault().destroy_key(str(command.submission_key))
    return slip


class AlreadySent(Exception):
    """The form has made its case already."""


def sent_slip(draft_token: str, now: datetime) -> Slip:
    """Return the slip of a form that was sent before. Raises DraftGone."""
    draft = read_draft(draft_token, now)
    if draft is None or draft.slip is None:
        raise DraftGone
    return Slip(**draft.slip)


def acknowledge(file: CaseFile, code_lives: timedelta) -> None:
    """Leave the receipt with code and link, once per address and day (decision 22)."""
    if file.case.is_guarded or _was_acknowledged_today(file):
        return
    case_id = file.case.id
    code = make_code(
        file.session, CodeTarget(CodePurpose.CONFIRM, case_id), code_lives, file.now
    )
    target = LinkTarget(LinkPurpose.CONFIRM, case_id=case_id)
    token = make_link(file.session, target, LINK_LIVES, file.now)
    facts = {"received": file.case.received_at, "due": file.case.sort_on}
    file.tell(Notice("m01", facts, {"code": code, "token": token}))


def tell_handlers(file: CaseFile) -> None:
    """Leave word of a new case to everybody who may take it."""
    handlers = file.session.scalars(
        select(Membership.staff_id)
        .where(
            Membership.organisation_id == file.case.organisation_id,
            Membership.role == str(Role.HANDLER),
        )
        .distinct()
    )
    for staff_id in handlers:
        file.tell_staff(Notice("t01", {"due": file.case.sort_on}), staff_id)


def _submit(command: OpenCase, fresh: Fresh, slip_id: str, code_lives: timedelta) -> Slip:
    with transaction() as session:
        draft = session.get(Draft, command.submission_key)
        if draft is None or find_submission(session, draft.id) is not None:
            raise AlreadySent
        file = open_case(session, command, fresh, PERSON)
        file.record(EventKind.CASE_OPENED, **opening_facts(file, command))
        if command.follows:
            follow(file, command.follows)
        acknowledge(file, code_lives)
        tell_handlers(file)
        slip = Slip(fresh.case_id, file.case.number, fresh.access_code)
        replace_by_slip(session, draft.id, slip_id, asdict(slip))
        return slip


def _is_made(command: OpenCase) -> bool:
    """Say whether the same form made its case a moment earlier, on another node."""
    return find_submission(db.session, str(command.submission_key)) is not None


def _was_acknowledged_today(file: CaseFile) -> bool:
    """Say whether the address got a receipt today for a case it has not confirmed."""
    session, case = file.session, file.case
    session.flush()
    address = session.scalar(
        select(CasePerson.email_index).where(
            CasePerson.case_id == case.id, CasePerson.kind == "requester"
        )
    )
    if address is None:
        return False
    profile = profiles.get(case.profile)
    earlier = session.scalars(
        select(Case.registered_at)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(
            CasePerson.email_index == address,
            Case.organisation_id == case.organisation_id,
            Case.id != case.id,
            Case.address_confirmed_at.is_(None),
            Case.registered_at > file.now - timedelta(days=1),
        )
    )
    today = profile.local_date(file.now)
    return any(profile.local_date(moment) == today for moment in earlier)

"""Whoever received the data is told of a change, or it is written why not (GDPR art. 19)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select

from dsar import profiles
from dsar.domain.cases import OPEN, State, TransitionError
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.models import DataSystem, RecipientNotice, RequestedRight
from dsar.services.casefile import CaseFile
from dsar.services.progress import open_file, outdate
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault


class Told(StrEnum):
    """Whether a recipient has been told; all but OPEN need a proof or a reason.

    NOT_CONCERNED: it never received this person's data, so the person does not read of it.
    """

    OPEN = "open"
    TOLD = "told"
    IMPOSSIBLE = "impossible"
    DISPROPORTIONATE = "disproportionate"
    NOT_CONCERNED = "not_concerned"


class RecipientMissing(DomainError):
    """A recipient has a name."""

    message_id = "error.recipient_missing"


class ProofMissing(DomainError):
    """How the recipient was told, or why not, is written down; when told, the day too."""

    message_id = "error.recipient_proof_missing"


class ToldDayWrong(DomainError):
    """A recipient is told between the receipt of the request and today."""

    message_id = "error.told_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecipient:
    """Who received data. The id is the form's own number: sent twice, it is added once."""

    id: str
    right_id: str
    name: str
    system_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleRecipient:
    """That a recipient was told, how and on which day; or why that could not be."""

    notice_id: str
    state: Told
    proof: str
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecipientView:
    """A recipient opened for reading."""

    row: RecipientNotice
    name: str
    system: str
    state: Told
    proof: str


def add_recipient(command: NewRecipient, actor: Actor, now: datetime) -> str:
    """Note who received the data of a right; again is no error. Raises RecipientMissing."""
    with transaction() as session:
        if session.get(RecipientNotice, command.id) is not None:
            return command.id
        right = session.get_one(RequestedRight, command.right_id)
        file = open_file(session, right.case_id, actor, now)
        if not command.name.strip():
            raise RecipientMissing
        note_recipient(file, right, command)
        return command.id


def note_recipient(file: CaseFile, right: RequestedRight, new: NewRecipient) -> None:
    """Write down who received the data of a right: whoever answers must tell it, or why not."""
    outdate(file, right)
    row = RecipientNotice(
        id=new.id,
        case_id=right.case_id,
        right_id=right.id,
        system_id=new.system_id,
        state=str(Told.OPEN),
        created_at=file.now,
    )
    current_vault().seal(row, "recipient", new.name.strip())
    file.session.add(row)
    file.record(
        EventKind.RECIPIENT_ADDED, recipient=row.id, system=new.system_id, right=right.right
    )


def settle_recipient(command: SettleRecipient, actor: Actor, now: datetime) -> None:
    """Write down that a recipient was told, or why not; the same again is recorded once.

    Raises ProofMissing, ToldDayWrong, and TransitionError once the right is closed.
    """
    with transaction() as session:
        found = session.get_one(RecipientNotice, command.notice_id)
        file = open_file(session, found.case_id, actor, now)
        row = session.get_one(RecipientNotice, command.notice_id, populate_existing=True)
        right = session.get_one(RequestedRight, row.right_id)
        if State(right.state) not in OPEN:
            raise TransitionError(state=right.state, action="tell")
        is_told = command.state is Told.TOLD
        if not command.proof.strip():
            raise ProofMissing
        if is_told:
            _check_day(file, command.told_on)
        if row.state == command.state:
            return
        if not is_told and State(right.state) is not State.DELIVERED:
            outdate(file, right)  # the letter says whom we told, and whom we could not
        row.state, row.told_on = str(command.state), command.told_on if is_told else None
        row.settled_at, row.settled_by = now, actor.ref
        current_vault().seal(row, "proof", command.proof.strip())
        file.record(
            EventKind.RECIPIENT_SETTLED,
            recipient=row.id,
            right=right.right,
            state=str(command.state),
        )


def recipients_of(session: Db, right_id: str) -> list[RecipientView]:
    """Return the recipients of a right, opened, in the order in which they were noted."""
    query = (
        select(RecipientNotice, DataSystem.name)
        .outerjoin(DataSystem, DataSystem.id == RecipientNotice.system_id)
        .where(RecipientNotice.right_id == right_id)
    )
    vault = current_vault()
    views = (
        RecipientView(
            row,
            vault.open(row, "recipient"),
            system or "",
            Told(row.state),
            vault.open_optional(row, "proof") or "",
        )
        for row, system in session.execute(query)
    )
    return sorted(views, key=lambda each: (each.row.created_at, each.name.casefold()))


def open_recipients(session: Db, right_id: str) -> int:
    """Return how many recipients of a right nobody has told yet."""
    query = select(func.count(RecipientNotice.id)).where(
        RecipientNotice.right_id == right_id, RecipientNotice.state == str(Told.OPEN)
    )
    return session.scalar(query) or 0


def _check_day(file: CaseFile, told_on: date | None) -> None:
    if told_on is None:
        raise ProofMissing
    local_date = profiles.get(file.case.profile).local_date
    if not local_date(file.case.received_at) <= told_on <= local_date(file.now):
        raise ToldDayWrong

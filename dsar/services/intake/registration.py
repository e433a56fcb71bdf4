"""Staff write down a request that came by phone, letter, e-mail or at the counter."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.exc import IntegrityError

from dsar import profiles
from dsar.domain.access_codes import code_hash, new_access_code
from dsar.domain.events import Actor, EventKind
from dsar.domain.messages import Direction
from dsar.domain.registration import BackdatingNeedsReason, BackdatingReason, check_receipt
from dsar.models import Case, Message, StoredFile, db, new_id
from dsar.services.casefile import CaseFile
from dsar.services.contact.attachments import (
    Attachment,
    Checked,
    add_all,
    check_all,
    keep_all,
    shred_all,
)
from dsar.services.intake.drafts import keep_slip
from dsar.services.intake.opening import (
    Fresh,
    OpenCase,
    find_submission,
    fresh_case,
    open_case,
    opening_facts,
)
from dsar.services.intake.submission import Slip, acknowledge, tell_handlers
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault


class AlreadyRegistered(Exception):
    """The form has made its case already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What staff write down: the request, why it comes late, and the scan of a letter."""

    request: OpenCase
    code_lives: timedelta
    reason: str = ""
    words: str = ""
    files: Sequence[Attachment] = ()


def receipt_moment(profile_id: str, day: date, clock: time | None, now: datetime) -> datetime:
    """Return the moment of a receipt: noon where no time is known, but never later than now.

    Day and clock time are local to the profile.
    """
    local = datetime.combine(day, clock or time(12), profiles.get(profile_id).zone)
    moment = local.astimezone(UTC)
    return moment if clock else min(moment, now)


def register(command: Registration, actor: Actor) -> tuple[str, str]:
    """Open a case from what staff heard or read. Returns (case number, token of the slip).

    The clock starts at the true receipt (law: at arrival, not at writing). An earlier day needs
    a reason of the closed list. Sent twice, the form makes one case; the token is then empty.
    Raises ReceivedInFuture, BackdatingNeedsReason, and the rule that a file breaks.
    """
    files = check_all(command.files)
    slip_id = new_id()
    current_vault().make_key(slip_id)
    try:
        with fresh_case() as fresh:
            return _with_files(command, _Making(fresh, slip_id), files, actor)
    except AlreadyRegistered as again:
        current_vault().destroy_key(slip_id)
        return str(again), ""
    except BaseException:
        current_vault().destroy_key(slip_id)
        raise


def reissue_access_code(case_id: str, how: str, actor: Actor, now: datetime) -> str:
    """Give a case a new access code, for a letter or a call-back; the old one stops working.

    Returns the token of a slip that shows it for a day.
    """
    slip_id, code = new_id(), new_access_code()
    current_vault().make_key(slip_id)
    try:
        with transaction() as session:
            case = session.get_one(Case, case_id)
            case.access_code_hash = code_hash(code)
            CaseFile(session, case, actor, now).record(EventKind.RECEIPT_REISSUED, how=how)
            return keep_slip(session, slip_id, asdict(Slip(case.id, case.number, code)), now)
    except BaseException:
        current_vault().destroy_key(slip_id)
        raise


@dataclass(frozen=True, slots=True)
class _Making:
    """The ids and keys of the case and of the slip to be."""

    fresh: Fresh
    slip_id: str


def _with_files(
    command: Registration, making: _Making, files: Sequence[Checked], actor: Actor
) -> tuple[str, str]:
    """Seal the scan first: a file is on the store before the commit that names it."""
    rows = keep_all(files, making.fresh.case_id, command.request.registered_at)
    try:
        return _register(command, making, rows, actor)
    except IntegrityError:  # the same form a moment earlier, on another node
        shred_all(row.id for row in rows)
        made = _find(db.session, command.request)
        if made is None:
            raise
        raise AlreadyRegistered(made.number) from None
    except BaseException:
        shred_all(row.id for row in rows)
        raise


def _register(
    command: Registration, making: _Making, rows: Sequence[StoredFile], actor: Actor
) -> tuple[str, str]:
    request = command.request
    now = request.registered_at
    with transaction() as session:
        if made := _find(session, request):
            raise AlreadyRegistered(made.number)
        file = open_case(session, request, making.fresh, actor)
        facts = opening_facts(file, request)
        if _is_backdated(file.case, now):
            if command.reason not in set(BackdatingReason):
                raise BackdatingNeedsReason
            facts["backdating_reason"] = command.reason
        file.record(EventKind.CASE_REGISTERED, **facts)
        if command.words or rows:
            _keep_words(file, command.words, rows)
        if request.requester.email:
            acknowledge(file, command.code_lives)
        tell_handlers(file)
        slip = Slip(file.case.id, file.case.number, making.fresh.access_code)
        token = keep_slip(session, making.slip_id, asdict(slip), now)
        return file.case.number, token


def _keep_words(file: CaseFile, words: str, rows: Sequence[StoredFile]) -> None:
    """Keep the person's own words, with the scan, as her first message; staff have read it."""
    message = Message(
        id=new_id(),
        case_id=file.case.id,
        direction=str(Direction.FROM_PERSON),
        written_at=file.case.received_at,
        read_at=file.now,
    )
    current_vault().seal(message, "body", words)
    file.session.add(message)
    file.session.flush()
    add_all(file.session, rows, message)
    file.record(EventKind.MESSAGE_RECEIVED, message=message.id, files=len(rows))


def _find(session: Db, request: OpenCase) -> Case | None:
    return find_submission(session, request.submission_key) if request.submission_key else None


def _is_backdated(case: Case, now: datetime) -> bool:
    profile = profiles.get(case.profile)
    days = profile.local_date(case.received_at), profile.local_date(now)
    return check_receipt(case.received_at, now, days)

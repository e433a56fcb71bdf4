"""Staff write down a request that came by phone, letter, e-mail or at the counter."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from dsar import profiles
from dsar.domain.access_codes import code_hash, new_access_code
from dsar.domain.events import Actor, EventKind
from dsar.domain.registration import BackdatingNeedsReason, BackdatingReason, check_receipt
from dsar.models import Case, new_id
from dsar.services.casefile import CaseFile
from dsar.services.drafts import keep_slip
from dsar.services.intake import Slip, acknowledge, tell_handlers
from dsar.services.opening import (
    Fresh,
    OpenCase,
    find_submission,
    fresh_case,
    open_case,
    opening_facts,
)
from dsar.services.transaction import transaction
from dsar.vault import current_vault


class AlreadyRegistered(Exception):
    """The form has made its case already."""


def register(
    command: OpenCase, reason: str, code_lives: timedelta, actor: Actor
) -> tuple[str, str]:
    """Open a case from what staff heard or read. Returns (case number, token of the slip).

    The clock starts at the true receipt (law: at arrival, not at writing). An earlier day needs
    a reason of the closed list. Sent twice, the form makes one case; the token is then empty.
    Raises ReceivedInFuture and BackdatingNeedsReason.
    """
    slip_id = new_id()
    current_vault().make_key(slip_id)
    try:
        with fresh_case() as fresh:
            return _register(command, reason, _Making(fresh, slip_id, code_lives), actor)
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
    """What a registration needs besides the request itself."""

    fresh: Fresh
    slip_id: str
    code_lives: timedelta


def _register(command: OpenCase, reason: str, making: _Making, actor: Actor) -> tuple[str, str]:
    now = command.registered_at
    with transaction() as session:
        if command.submission_key and (
            made := find_submission(session, command.submission_key)
        ):
            raise AlreadyRegistered(made.number)
        file = open_case(session, command, making.fresh, actor)
        facts = opening_facts(file, command)
        if _is_backdated(file.case, now):
            if reason not in set(BackdatingReason):
                raise BackdatingNeedsReason
            facts["backdating_reason"] = reason
        file.record(EventKind.CASE_REGISTERED, **facts)
        if command.requester.email:
            acknowledge(file, making.code_lives)
        tell_handlers(file)
        slip = Slip(file.case.id, file.case.number, making.fresh.access_code)
        token = keep_slip(session, making.slip_id, asdict(slip), now)
        return file.case.number, token


def _is_backdated(case: Case, now: datetime) -> bool:
    profile = profiles.get(case.profile)
    days = profile.local_date(case.received_at), profile.local_date(now)
    return check_receipt(case.received_at, now, days)

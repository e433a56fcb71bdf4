"""What must be in order before an answer leaves the house."""

from dataclasses import dataclass
from datetime import date, datetime

from dsar.domain.cases import State
from dsar.domain.deliveries import How
from dsar.domain.errors import DomainError
from dsar.domain.identity import COOLING_OFF
from dsar.models import Package, RequestedRight
from dsar.services.answer.approval import check_since_approval
from dsar.services.answer.packaging import check_unchanged
from dsar.services.casefile import CaseFile
from dsar.services.identity.identity_records import (
    address_changed_at,
    evidence,
    identity_guard,
    sufficient_check,
)
from dsar.services.rights.measures import open_measures
from dsar.services.rights.recipients import open_recipients
from dsar.services.rights.refusing import is_refused
from dsar.services.rights.suggesting import suggested
from dsar.services.rights.transferring import is_transfer_open
from dsar.services.transaction import Db


class NotApproved(DomainError):
    """Somebody must approve the package first."""

    message_id = "error.not_approved"


class NoAddress(DomainError):
    """There is no address to which word of the answer could go."""

    message_id = "error.no_address"


class CoolingOff(DomainError):
    """No system of ours knew the address: the answer waits until `at` (decision 10)."""

    message_id = "error.cooling_off"


class NotCarriedOut(DomainError):
    """What the answer says is done first: the person reads that it has been done."""

    message_id = "error.not_carried_out"


class NotTransferred(DomainError):
    """The answer says that the file has been sent on: that is done, and recorded, first."""

    message_id = "error.not_transferred"


class RecipientsNotTold(DomainError):
    """Whoever received the data is told first, or it is written why not (GDPR art. 19)."""

    message_id = "error.recipients_not_told"


@dataclass(frozen=True, slots=True)
class SendAnswer:
    """Which package goes out, and how; given_on: the day of posting or of saying it."""

    package_id: str
    how: How
    given_on: date | None = None


def check_release(
    file: CaseFile, package: Package, right: RequestedRight, command: SendAnswer
) -> None:
    """Refuse whatever may not leave: unapproved, changed, to somebody unknown, or too early."""
    session, state = file.session, State(right.state)
    if package.approved_at is None or state not in (State.READY, State.DELIVERED):
        raise NotApproved
    if state is State.READY:
        check_unchanged(session, package, right)
    if not is_refused(session, right.id):  # a refusal tells nothing about anybody
        identity_guard(session, file.case, right.right)
    check_carried_out(session, right)
    if command.how is not How.PORTAL:
        check_since_approval(file, package, command.given_on)
        return
    if not evidence(session, file.case.id).has_address:
        raise NoAddress
    at = may_send_at(session, package, file.now)
    if at > file.now:
        raise CoolingOff(at=at)


def check_carried_out(session: Db, right: RequestedRight) -> None:
    """Refuse an answer that says what nobody has done yet; a refusal says that nothing is.

    Raises NotCarriedOut, NotTransferred, RecipientsNotTold.
    """
    if is_refused(session, right.id):
        return
    if left := open_measures(session, right.id):
        raise NotCarriedOut(n=left)
    if is_transfer_open(session, right):
        raise NotTransferred
    # The register may name somebody today whom it did not name when the answer was built.
    if left := open_recipients(session, right.id) + len(suggested(session, right)):
        raise RecipientsNotTold(n=left)


def may_send_at(session: Db, package: Package, now: datetime) -> datetime:
    """Return from when an answer may go out online: later where nobody knew the address."""
    check = sufficient_check(session, package.case_id)
    is_empty = not package.counts["records"] and not package.counts["attachments"]
    if is_empty or check is None or check.decided_at is None:
        return now
    changed_at = address_changed_at(session, package.case_id)
    since = max(check.decided_at, changed_at or check.decided_at)
    was_shown = bool(check.evidence) and since == check.decided_at
    if was_shown or evidence(session, package.case_id).systems:
        return now
    return max(now, since + COOLING_OFF)

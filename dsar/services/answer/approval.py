"""A second person looks at what the first one built, and approves it or sends it back."""

from datetime import date, datetime, timedelta

from flask import current_app

from dsar import profiles
from dsar.domain.cases import Action, State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.organisations import facts_of
from dsar.domain.roles import Role
from dsar.models import Organisation, Package, RequestedRight
from dsar.services.answer.packaging import PackageOutdated, check_complete, check_unchanged
from dsar.services.casefile import CaseFile, Notice
from dsar.services.progress import advance, open_file, outdate
from dsar.services.staff.staffing import staff_in
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault


class NotLooked(DomainError):
    """Whoever approves has looked at what the person gets."""

    message_id = "error.not_looked"


class OwnApproval(DomainError):
    """Who built the package does not approve it."""

    message_id = "error.own_approval"


class TooSoonSolo(DomainError):
    """Who is alone looks again later; `at` says from when."""

    message_id = "error.too_soon_solo"


class ApprovalNotAsked(DomainError):
    """Nobody has asked for approval of this package, or it was sent back."""

    message_id = "error.approval_not_asked"


class DayNotSinceApproval(DomainError):
    """What waits for an approval is done between its approval and today."""

    message_id = "error.given_date"


class RemarkMissing(DomainError):
    """Who sends a package back says what must change."""

    message_id = "error.remark_missing"


def ask_approval(package_id: str, actor: Actor, now: datetime) -> None:
    """Ask the approvers of the house to look; again is no error. Raises PackageOutdated."""
    with transaction() as session:
        package, right, file = _open(session, package_id, actor, now)
        if package.approval_asked_at is not None:
            return
        _check_current(session, package, right)
        package.approval_asked_at = now
        file.record(EventKind.APPROVAL_ASKED, package=package.id, right=right.right)
        roles = (Role.APPROVER, Role.DATA_PROTECTION_OFFICER)
        for staff_id in staff_in(session, file.case.organisation_id, roles):
            if staff_id != package.built_by:
                file.tell_staff(Notice("t13", once=package.id), staff_id)


def approve(package_id: str, looked: bool, actor: Actor, now: datetime) -> None:
    """Approve a package that somebody else built; alone, only after a pause. Again is no error.

    Raises NotLooked, ApprovalNotAsked, OwnApproval, TooSoonSolo, PackageOutdated,
    IncompleteAnswer, FindingUndecided.
    """
    with transaction() as session:
        package, right, file = _open(session, package_id, actor, now)
        if package.approved_at is not None:
            return
        if not looked:
            raise NotLooked
        _check_current(session, package, right)
        check_complete(session, right)
        package.is_solo = _is_solo(file, package)
        package.approved_at, package.approved_by = now, actor.ref
        advance(file, right, Action.APPROVE)
        file.record(
            EventKind.PACKAGE_APPROVED,
            package=package.id,
            right=right.right,
            sha256=package.sha256,
            solo=package.is_solo,
        )


def send_back(package_id: str, remark: str, actor: Actor, now: datetime) -> None:
    """Send a package back to who built it, saying what must change; again is no error."""
    with transaction() as session:
        package, right, file = _open(session, package_id, actor, now)
        if package.sent_back_at is not None or package.replaced_at is not None:
            return
        if not remark.strip():
            raise RemarkMissing
        if package.approval_asked_at is None:
            raise ApprovalNotAsked
        outdate(file, right)
        current_vault().seal(package, "remark", remark.strip())
        package.sent_back_at = now
        file.record(EventKind.PACKAGE_SENT_BACK, package=package.id, right=right.right)
        file.tell_staff(Notice("t14", once=package.id), package.built_by)


def may_approve_alone_at(package: Package) -> datetime | None:
    """Return from when the one who built it may approve, in a house of one person."""
    if package.approval_asked_at is None:
        return None
    minutes = current_app.extensions["dsar.config"].staff.solo_wait_minutes
    return package.approval_asked_at + timedelta(minutes=minutes)


def check_since_approval(file: CaseFile, package: Package, day: date | None) -> None:
    """Refuse a day on which nobody could hand over what was approved, or none at all."""
    local_date = profiles.get(file.case.profile).local_date
    approved_on = local_date(package.approved_at or file.now)
    if day is None or not approved_on <= day <= local_date(file.now):
        raise DayNotSinceApproval


def _check_current(session: Db, package: Package, right: RequestedRight) -> None:
    if package.sent_back_at is not None or State(right.state) is not State.REVIEWING:
        raise PackageOutdated
    check_unchanged(session, package, right)


def _is_solo(file: CaseFile, package: Package) -> bool:
    """Say whether who built it approves it alone; refuse where that is not allowed (yet)."""
    at = may_approve_alone_at(package)
    if at is None:
        raise ApprovalNotAsked
    if file.actor.ref != package.built_by:
        return False
    house = facts_of(file.session.get_one(Organisation, file.case.organisation_id))
    if not house.is_solo:
        raise OwnApproval
    if file.now < at:
        raise TooSoonSolo(at=at)
    return True


def _open(
    session: Db, package_id: str, actor: Actor, now: datetime
) -> tuple[Package, RequestedRight, CaseFile]:
    found = session.get_one(Package, package_id)
    file = open_file(session, found.case_id, actor, now)
    package = session.get_one(Package, package_id, populate_existing=True)
    return package, session.get_one(RequestedRight, package.right_id), file

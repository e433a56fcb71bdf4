"""Accounts of staff: the first one, invitations, credentials, roles; and closing an account."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update

from dsar.domain.errors import DomainError
from dsar.domain.events import Actor
from dsar.domain.roles import Role
from dsar.models import Membership, OneTimeLink, Organisation, Staff, db, new_id
from dsar.services.contact.tokens import LinkPurpose, LinkTarget, find_link, make_link, use_link
from dsar.services.setup.organisation_rows import give_roles
from dsar.services.staff import sessions
from dsar.services.staff.credentials import Credentials, set_credentials
from dsar.services.transaction import Db, transaction
from dsar.vault import normalise_address

log = logging.getLogger(__name__)

LINK_LIVES: Final = timedelta(hours=72)


class SetupDone(DomainError):
    """There is a first account already: others are invited."""

    message_id = "error.setup_done"


class AddressTaken(DomainError):
    """Somebody has an account under this address."""

    message_id = "error.staff_address_taken"


class StaffUnknown(DomainError):
    """Nobody has an account under this address."""

    message_id = "error.staff_unknown"


class StaffDisabled(DomainError):
    """The account is closed: open it again before making a link."""

    message_id = "error.staff_disabled"


class LastAdmin(DomainError):
    """Without this account nobody could set anything up."""

    message_id = "error.last_admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Who an account is for."""

    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A new account: its recovery codes, shown once, and a session that is signed in."""

    staff_id: str
    recovery_codes: tuple[str, ...]
    session_token: str


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, by id, and the token of the link."""

    staff_id: str
    token: str


def has_staff() -> bool:
    """Return whether the first account has been made."""
    return bool(db.session.scalar(select(func.count()).select_from(Staff)))


def works_somewhere(staff_id: str) -> bool:
    """Return whether somebody has a role in any organisation."""
    role = select(Membership.id).where(Membership.staff_id == staff_id).limit(1)
    return db.session.scalar(role) is not None


def make_setup_link(now: datetime) -> str:
    """Return the token of the link to the first account; earlier ones die. Raises SetupDone."""
    with transaction() as session:
        if session.scalar(select(Staff.id).limit(1)):
            raise SetupDone
        _end_links(session, LinkPurpose.SETUP, None, now)
        return make_link(session, LinkTarget(LinkPurpose.SETUP), LINK_LIVES, now)


def check_setup_link(token: str, now: datetime) -> None:
    """Raise LinkUsed unless this link can still make the first account. Changes nothing."""
    find_link(db.session, token, LinkPurpose.SETUP, now)


def open_first_account(
    token: str, person: Person, credentials: Credentials, now: datetime
) -> Opened:
    """Make the first account, admin of the installation; the link dies with it.

    Raises LinkUsed, PasswordRefused or FactorRefused, and then changes nothing.
    """
    with transaction() as session:
        use_link(session, token, LinkPurpose.SETUP, now)
        if session.scalar(select(Staff.id).limit(1)):
            raise SetupDone
        staff = _new_staff(session, person, now)
        staff.is_admin = True
        for organisation_id in _without_staff(session):
            give_roles(session, staff.id, organisation_id)
        return _open(session, staff, credentials, now)


def invite(
    person: Person, roles: Iterable[tuple[str, str]], by: tuple[Actor, datetime]
) -> Invited:
    """Make an account that its owner opens by a link. Roles: (organisation id, role).

    Raises AddressTaken.
    """
    actor, now = by
    with transaction() as session:
        staff = _new_staff(session, person, now)
        for organisation_id, role in roles:
            _give(session, staff.id, organisation_id, role)
        log.info("staff invited", extra={"staff": staff.id, "actor": actor.ref})
        target = LinkTarget(LinkPurpose.INVITE, staff_id=staff.id)
        return Invited(staff.id, make_link(session, target, LINK_LIVES, now))


def renew_invitation(email: str, now: datetime) -> Invited:
    """Return a new link by which somebody chooses password and authenticator anew.

    What there was keeps working until the link is used. Raises StaffUnknown or StaffDisabled.
    """
    with transaction() as session:
        staff = _by_email(session, email)
        if staff.disabled_at:
            raise StaffDisabled
        _end_links(session, LinkPurpose.INVITE, staff.id, now)
        target = LinkTarget(LinkPurpose.INVITE, staff_id=staff.id)
        return Invited(staff.id, make_link(session, target, LINK_LIVES, now))


def check_invitation(token: str, now: datetime) -> Staff:
    """Return who is invited by this link. Raises LinkUsed. Changes nothing."""
    link = find_link(db.session, token, LinkPurpose.INVITE, now)
    return db.session.get_one(Staff, link.staff_id)


def accept_invitation(token: str, credentials: Credentials, now: datetime) -> Opened:
    """Open an invited account, or one whose owner lost the way in; other sessions end.

    Raises LinkUsed, PasswordRefused or FactorRefused, and then changes nothing.
    """
    with transaction() as session:
        link = use_link(session, token, LinkPurpose.INVITE, now)
        staff = session.get_one(Staff, link.staff_id)
        return _open(session, staff, credentials, now)


def disable(email: str, by: tuple[Actor, datetime]) -> None:
    """Close an account: its sessions and links end at once; again is no error.

    Raises StaffUnknown or LastAdmin.
    """
    actor, now = by
    with transaction() as session:
        staff = _by_email(session, email)
        others = select(Staff.id).where(
            Staff.is_admin, Staff.disabled_at.is_(None), Staff.id != staff.id
        )
        if staff.is_admin and session.scalar(others.limit(1)) is None:
            raise LastAdmin
        staff.disabled_at = staff.disabled_at or now
        sessions.end_all(session, staff.id, now)
        _end_links(session, LinkPurpose.INVITE, staff.id, now)
        log.info("staff disabled", extra={"staff": staff.id, "actor": actor.ref})


def enable(email: str, actor: Actor) -> None:
    """Open a closed account again; again is no error. Raises StaffUnknown."""
    with transaction() as session:
        staff = _by_email(session, email)
        staff.disabled_at = None
        log.info("staff enabled", extra={"staff": staff.id, "actor": actor.ref})


def set_roles(staff_id: str, organisation_id: str, roles: Sequence[str], actor: Actor) -> None:
    """Give somebody exactly these roles in an organisation; they hold from the next page on.

    Raises LastAdmin where nobody could set up the organisation afterwards.
    """
    with transaction() as session:
        if Role.ADMIN not in roles:
            _keep_an_admin(session, staff_id, organisation_id)
        session.execute(
            delete(Membership).where(
                Membership.staff_id == staff_id, Membership.organisation_id == organisation_id
            )
        )
        for role in dict.fromkeys(roles):
            _give(session, staff_id, organisation_id, role)
        facts = {"staff": staff_id, "organisation": organisation_id, "roles": list(roles)}
        log.info("roles set", extra={**facts, "actor": actor.ref})


def add_roles(email: str, roles: Iterable[tuple[str, str]], actor: Actor) -> None:
    """Give an account more roles: (organisation id, role). Raises StaffUnknown."""
    with transaction() as session:
        staff = _by_email(session, email)
        mine = select(Membership).where(Membership.staff_id == staff.id)
        held = {(row.organisation_id, row.role) for row in session.scalars(mine)}
        for organisation_id, role in sorted(set(roles) - held):
            _give(session, staff.id, organisation_id, role)
        log.info("roles added", extra={"staff": staff.id, "actor": actor.ref})


def _keep_an_admin(session: Db, staff_id: str, organisation_id: str) -> None:
    admins = select(Membership.staff_id).where(
        Membership.organisation_id == organisation_id, Membership.role == str(Role.ADMIN)
    )
    if set(session.scalars(admins)) == {staff_id}:
        raise LastAdmin


def _new_staff(session: Db, person: Person, now: datetime) -> Staff:
    key = normalise_address(person.email)
    if session.scalar(select(Staff.id).where(Staff.email_key == key)):
        raise AddressTaken
    staff = Staff(
        id=new_id(),
        name=person.name,
        email=person.email,
        email_key=key,
        password_hash="",
        language=person.language,
        is_admin=False,
        created_at=now,
    )
    session.add(staff)
    return staff


def _open(session: Db, staff: Staff, credentials: Credentials, now: datetime) -> Opened:
    codes = set_credentials(session, staff, credentials, now)
    log.info("account opened", extra={"staff": staff.id})
    return Opened(staff.id, codes, sessions.begin(session, staff.id, now, now))


def _without_staff(session: Db) -> list[str]:
    """Return the organisations that nobody works for yet."""
    taken = select(Membership.organisation_id)
    return list(session.scalars(select(Organisation.id).where(Organisation.id.not_in(taken))))


def _give(session: Db, staff_id: str, organisation_id: str, role: str) -> None:
    session.add(
        Membership(
            id=new_id(),
            staff_id=staff_id,
            organisation_id=organisation_id,
            role=str(Role(role)),
        )
    )


def _by_email(session: Db, email: str) -> Staff:
    staff = session.scalar(select(Staff).where(Staff.email_key == normalise_address(email)))
    if staff is None:
        raise StaffUnknown
    return staff


def _end_links(session: Db, purpose: LinkPurpose, staff_id: str | None, now: datetime) -> None:
    own = OneTimeLink.staff_id == staff_id if staff_id else OneTimeLink.staff_id.is_(None)
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.purpose == str(purpose), own, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )

"""What a person has typed so far, kept sealed for a day; and the slip that replaces it."""

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from dsar.domain.access_codes import token_hash
from dsar.models import Case, Draft, Organisation, db, new_id
from dsar.services.transaction import Db, transaction
from dsar.vault import KeyDestroyed, current_vault

#: How long staff can print a slip again.
SLIP_LIVES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft as it was saved. `slip` is set once the request has been sent."""

    id: str
    organisation_key: str
    typed: dict[str, Any]
    slip: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A draft to be: its token (256 bits) is known to the browser alone."""

    organisation_key: str
    token: str
    typed: Mapping[str, Any]
    lives: timedelta


def start_draft(organisation_key: str, lives: timedelta, now: datetime) -> str:
    """Keep an empty draft and return its token (256 bits), which only the browser holds."""
    token = secrets.token_urlsafe(32)
    _start(NewDraft(organisation_key, token, {}, lives), now)
    return token


def keep_press(new: NewDraft, now: datetime) -> None:
    """Keep what one press of a button sends, whole; the same token again changes nothing."""
    known = select(Draft.id).where(Draft.token_hash == token_hash(new.token))
    if db.session.scalar(known) is not None:
        return
    with suppress(IntegrityError):  # the same press a moment earlier
        _start(new, now)


def read_draft(token: str, now: datetime) -> OpenDraft | None:
    """Return the draft of a browser, or None where there is none or it has expired."""
    session = db.session
    try:
        body, row = _opened(session, token, now)
    except KeyDestroyed:  # it was sent a moment ago: the slip has taken its place
        session.rollback()
        body, row = _opened(session, token, now)
    if row is None:
        return None
    key = session.scalars(
        select(Organisation.key).where(Organisation.id == row.organisation_id)
    ).one()
    return OpenDraft(row.id, key, body.get("typed", {}), body.get("slip"))


def save_draft(token: str, typed: dict[str, Any], now: datetime) -> bool:
    """Keep what was typed. Returns False where the draft is gone or already sent."""
    with transaction() as session:
        row = _row(session, token, now)
        if row is None or "slip" in json.loads(current_vault().open(row, "body")):
            return False
        current_vault().seal(row, "body", json.dumps({"typed": typed}))
        return True


def replace_by_slip(session: Db, draft_id: str, slip_id: str, slip: dict[str, str]) -> None:
    """Put the receipt's slip in the draft's place, under a key of its own (slip_id).

    What was typed goes with the draft; the caller destroys the draft's key after the commit.
    """
    draft = session.get_one(Draft, draft_id)
    row = Draft(
        id=slip_id,
        organisation_id=draft.organisation_id,
        token_hash=draft.token_hash,
        created_at=draft.created_at,
        expires_at=draft.expires_at,
    )
    current_vault().seal(row, "body", json.dumps({"slip": slip}))
    session.delete(draft)
    session.flush()  # the token is unique: the old row goes first
    session.add(row)


def keep_slip(session: Db, slip_id: str, slip: dict[str, str], now: datetime) -> str:
    """Keep a slip for staff to print, under its own key (slip_id). Returns its token."""
    token = secrets.token_urlsafe(32)
    row = Draft(
        id=slip_id,
        organisation_id=session.get_one(Case, slip["case_id"]).organisation_id,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + SLIP_LIVES,
    )
    current_vault().seal(row, "body", json.dumps({"slip": slip}))
    session.add(row)
    return token


def purge_expired(now: datetime) -> int:
    """Remove drafts whose time is over, and their keys. Returns how many."""
    with transaction() as session:
        gone = session.scalars(select(Draft.id).where(Draft.expires_at <= now).limit(500)).all()
        session.execute(delete(Draft).where(Draft.id.in_(gone)))
    for draft_id in gone:
        current_vault().destroy_key(draft_id)
    return len(gone)


def _start(new: NewDraft, now: datetime) -> None:
    draft_id, vault = new_id(), current_vault()
    vault.make_key(draft_id)
    try:
        with transaction() as session:
            organisation = session.scalars(
                select(Organisation.id).where(Organisation.key == new.organisation_key)
            ).one()
            draft = Draft(
                id=draft_id,
                organisation_id=organisation,
                token_hash=token_hash(new.token),
                created_at=now,
                expires_at=now + new.lives,
            )
            vault.seal(draft, "body", json.dumps({"typed": dict(new.typed)}))
            session.add(draft)
    except BaseException:
        vault.destroy_key(draft_id)
        raise


def _opened(session: Db, token: str, now: datetime) -> tuple[dict[str, Any], Draft | None]:
    row = _row(session, token, now)
    body = json.loads(current_vault().open(row, "body")) if row is not None else {}
    return body, row


def _row(session: Db, token: str, now: datetime) -> Draft | None:
    return session.scalar(
        select(Draft).where(Draft.token_hash == token_hash(token), Draft.expires_at > now)
    )

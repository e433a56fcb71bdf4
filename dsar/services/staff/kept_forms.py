"""What staff were sending when their session ended: sealed, theirs alone, gone in a day."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from dsar.domain.access_codes import token_hash
from dsar.models import Draft, db, new_id
from dsar.services.transaction import transaction
from dsar.vault import current_vault

LIVES: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent: where to, and every field in order."""

    path: str
    pairs: tuple[tuple[str, str], ...]


def keep_form(staff_id: str, form: KeptForm, now: datetime) -> str:
    """Keep a form that could not be sent; return the token that only this browser holds."""
    token, draft_id = secrets.token_urlsafe(32), new_id()
    current_vault().make_key(draft_id)
    with transaction() as session:
        draft = Draft(
            id=draft_id,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + LIVES,
        )
        body = {"staff": staff_id, "path": form.path, "pairs": list(form.pairs)}
        current_vault().seal(draft, "body", json.dumps(body))
        session.add(draft)
    return token


def read_kept_form(token: str, staff_id: str, now: datetime) -> KeptForm | None:
    """Return what this member of staff had typed in this browser, or None."""
    row = db.session.scalar(
        select(Draft).where(
            Draft.token_hash == token_hash(token),
            Draft.organisation_id.is_(None),
            Draft.expires_at > now,
        )
    )
    body = json.loads(current_vault().open(row, "body")) if row is not None else {}
    if body.get("staff") != staff_id:
        return None
    return KeptForm(body["path"], tuple((name, value) for name, value in body["pairs"]))


def discard_kept_form(token: str) -> None:
    """Remove a kept form and its key; again is no error."""
    with transaction() as session:
        gone = session.scalar(select(Draft.id).where(Draft.token_hash == token_hash(token)))
        session.execute(delete(Draft).where(Draft.id == gone))
    if gone is not None:
        current_vault().destroy_key(gone)

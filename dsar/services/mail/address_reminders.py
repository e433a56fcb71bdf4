"""The person is reminded, after a day and after three, to confirm her address."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from dsar.domain.cases import OPEN
from dsar.domain.events import Actor
from dsar.models import Case, OutboxMessage, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.transaction import Db, transaction

#: Hours after the receipt; the newest first.
STEPS: Final = (72, 24)
#: After this nobody is reminded any more: staff write by post.
LAST: Final = timedelta(days=14)
_LEFT = ("sent", "kept")


def cases_to_remind(now: datetime) -> list[str]:
    """Return the open cases with an unconfirmed address whose receipt is a day old."""
    query = (
        select(Case.id)
        .join(OutboxMessage, OutboxMessage.case_id == Case.id)
        .where(
            Case.state.in_([str(state) for state in OPEN]),
            Case.address_confirmed_at.is_(None),
            OutboxMessage.template == "m01",
            OutboxMessage.state.in_(_LEFT),
            OutboxMessage.settled_at <= now - timedelta(hours=STEPS[-1]),
            OutboxMessage.settled_at > now - LAST,
        )
        .order_by(Case.id)
    )
    try:
        return list(db.session.scalars(query))
    finally:
        db.session.rollback()


def remind(case_id: str, actor: Actor, now: datetime) -> int:
    """Leave the newest step that the receipt has reached, once. Returns how many."""
    if _step(db.session, case_id, now) is None:
        db.session.rollback()
        return 0
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        step = _step(session, case_id, now)
        if step is None or case.address_confirmed_at is not None:
            return 0
        CaseFile(session, case, actor, now).tell(Notice("m03", once=str(step)))
        return 1


def _step(session: Db, case_id: str, now: datetime) -> int | None:
    """Return the step to leave now, or None where it, or a newer one, was left before."""
    letters = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.case_id == case_id, OutboxMessage.template.in_(("m01", "m03"))
        )
    ).all()
    receipt = next((letter for letter in letters if letter.template == "m01"), None)
    if receipt is None or receipt.settled_at is None:
        return None
    age = now - receipt.settled_at
    step = next((hours for hours in STEPS if age >= timedelta(hours=hours)), None)
    left = {int(letter.key.rpartition(":")[2]) for letter in letters if letter is not receipt}
    return None if step is None or any(done >= step for done in left) else step

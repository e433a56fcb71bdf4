"""Letters leave the house, as the outbox settles them."""

from sqlalchemy import select

from dsar.models import OutboxMessage, db
from dsar.services.mail import settling
from dsar.services.mail.settling import Claim, Result, Sending
from dsar.services.transaction import transaction


def letters_of(template):
    """Return the letters of a template, oldest first."""
    db.session.rollback()
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return list(db.session.scalars(query.order_by(OutboxMessage.created_at)))


def let_leave(template, now, state=Sending.SENT):
    """Let the newest letter of a template leave the house, or fail to."""
    letter_id = letters_of(template)[-1].id
    with transaction() as session:
        session.get_one(OutboxMessage, letter_id).claimed_by = "me"
    settling.settle(Claim(letter_id, "me", now), Result(state))
    db.session.expire_all()
    return letter_id

"""Letters leave the house: claimed one at a time, sent outside a transaction, then settled."""

import logging
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from flask import current_app
from sqlalchemy import Select, or_, select
from sqlalchemy import case as sql_case

from dsar.channels import EXTENSION, Channel, ChannelFailed, Handed, Letter, LetterRefused
from dsar.models import OutboxMessage, db
from dsar.services.database_clock import database_now
from dsar.services.mail.letters import address_of, compose
from dsar.services.mail.restraint import why_held_back
from dsar.services.mail.settling import Claim, Result, Sending, settle
from dsar.services.transaction import transaction

log = logging.getLogger(__name__)

#: Codes that somebody waits for at this moment go before everything else.
WAITED_FOR: Final = ("m02", "m04", "m13", "t09.code")
#: Between the end of the longest talk and the end of the claim.
MARGIN: Final = timedelta(seconds=30)
_STATE_OF: Final = {Handed.ACCEPTED: Sending.SENT, Handed.KEPT: Sending.KEPT}


def deliver_next(now: datetime) -> Result | None:
    """Hand over the letter that is due first. Returns None where none is waiting.

    At least once: a copy after a lost reply carries the same Message-ID.
    """
    claim = _claim(now)
    if claim is None:
        return None
    result = Result(Sending.HELD_BACK, claim.held_back) if claim.held_back else _try(claim)
    settle(claim, result)
    return result


def _claim(now: datetime) -> Claim | None:
    """Take one letter; the claim outlives the longest talk, by the database's clock."""
    with transaction() as session:
        by_the_clock = database_now(session)
        row = session.scalar(_next_letter(now, by_the_clock))
        if row is None:
            return None
        longest = timedelta(seconds=_channels()[row.channel].longest_seconds)
        row.claimed_by, row.claimed_until = token_hex(8), by_the_clock + longest + MARGIN
        row.attempts += 1
        is_first = row.attempts == 1
        held_back = why_held_back(session, row) if is_first else None
        return Claim(row.id, row.claimed_by, now, held_back)


def _next_letter(now: datetime, by_the_clock: datetime) -> Select[OutboxMessage]:
    row = OutboxMessage
    is_waited_for = sql_case((row.template.in_(WAITED_FOR), 0), else_=1)
    return (
        select(row)
        .where(
            row.state == Sending.WAITING,
            row.not_before <= now,
            row.channel.in_(tuple(_channels())),
            or_(row.claimed_until.is_(None), row.claimed_until < by_the_clock),
        )
        .order_by(is_waited_for, row.due_on.nulls_first(), row.not_before, row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _try(claim: Claim) -> Result:
    """Write the letter and hand it over, holding no transaction while the server talks."""
    try:
        row = db.session.get_one(OutboxMessage, claim.letter_id)
        channel, to = _channels()[row.channel], address_of(db.session, row)
        letter = None if to is None else compose(db.session, row, to)
    except KeyError:  # no words, or a fact that they need: the log says which
        log.exception("a letter cannot be written", extra={"letter": claim.letter_id})
        return Result(Sending.WAITING, "no_words")
    finally:
        db.session.rollback()
    return (
        Result(Sending.NO_ADDRESS, "no_address") if letter is None else _send(channel, letter)
    )


def _send(channel: Channel, letter: Letter) -> Result:
    try:
        return Result(_STATE_OF[channel.hand_over(letter)])
    except LetterRefused as refusal:
        return Result(Sending.REFUSED, refusal.code)
    except ChannelFailed as failure:
        return Result(Sending.WAITING, failure.code, is_everyones=failure.is_everyones)


def _channels() -> dict[str, Channel]:
    channels: dict[str, Channel] = current_app.extensions[EXTENSION]
    return channels

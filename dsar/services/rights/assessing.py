"""What is weighed once for a right: its ground, its result, and the words for the person."""

import json
from datetime import datetime

from sqlalchemy import select

from dsar.domain.assessments import ASSESSMENTS, Weighed, check_weighed
from dsar.domain.cases import Action, State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.rights import RULES, Right, Work
from dsar.domain.wishes import MARKETING_GROUND, MarketingNotWeighed, is_marketing
from dsar.models import Assessment, RequestedRight, Transfer, new_id
from dsar.services.progress import advance, open_file, outdate
from dsar.services.rights.stopping import answers_of
from dsar.services.rights.suppressing import MARKETING, suppress_people
from dsar.services.transaction import Db, transaction
from dsar.services.work.collection import begin_right
from dsar.vault import current_vault


class TransferMade(DomainError):
    """The file has been sent to the other controller: the answer goes on saying so."""

    message_id = "error.transfer_made"


def assess(right_id: str, weighed: Weighed, actor: Actor, now: datetime) -> None:
    """Write down what was weighed for a right; the same again is recorded once.

    An objection that turns out to be one to marketing suppresses the addresses at once.
    Raises GroundUnknown, ResultUnknown, WeighingTextMissing, MarketingNotWeighed, AnswerSent.
    """
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        _check(right, weighed)
        row = _row(session, right_id)
        if row is not None and _is_same(row, weighed):
            return
        if _is_transferred(session, right_id):
            raise TransferMade
        begin_right(file, right)
        outdate(file, right)
        if row is None:
            row = Assessment(id=new_id(), case_id=right.case_id, right_id=right.id)
            session.add(row)
        row.ground, row.result = weighed.ground or None, weighed.result or None
        row.assessed_at, row.assessed_by = now, actor.ref
        current_vault().seal(row, "body", weighed.texts_json())
        file.record(
            EventKind.RIGHT_ASSESSED,
            right=right.right,
            right_ground=row.ground,
            result=row.result,
        )
        if weighed.ground == MARKETING_GROUND:
            suppress_people(file, MARKETING)
        is_words = RULES[Right(right.right)].work is Work.WORDS
        if is_words and State(right.state) is State.COLLECTING:
            advance(file, right, Action.FINISH_COLLECTION)


def _is_transferred(session: Db, right_id: str) -> bool:
    return session.scalar(select(Transfer.id).where(Transfer.right_id == right_id)) is not None


def weighed_of(session: Db, right_id: str) -> Weighed | None:
    """Return what was weighed for a right, or None."""
    row = _row(session, right_id)
    if row is None:
        return None
    texts = json.loads(current_vault().open(row, "body"))
    return Weighed(row.ground or "", row.result or "", texts)


def is_weighed(session: Db, right: RequestedRight) -> bool:
    """Say whether what the right asks to be weighed has been; true where it asks nothing."""
    if Right(right.right) not in ASSESSMENTS:
        return True
    return _row(session, right.id) is not None


def _check(right: RequestedRight, weighed: Weighed) -> None:
    kind = Right(right.right)
    check_weighed(kind, weighed)
    if is_marketing(kind, answers_of(right)) and weighed.ground != MARKETING_GROUND:
        raise MarketingNotWeighed


def _row(session: Db, right_id: str) -> Assessment | None:
    return session.scalar(select(Assessment).where(Assessment.right_id == right_id))


def _is_same(row: Assessment, weighed: Weighed) -> bool:
    held = (row.ground or "", row.result or "", current_vault().open(row, "body"))
    return held == (weighed.ground, weighed.result, weighed.texts_json())

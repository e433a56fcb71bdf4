"""The ending of a right, with an outcome that is true; the last one ends the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import OPEN, Action, Outcome, State
from dsar.domain.clock_notices import UNDO_TIME
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.reopening import ANSWERED
from dsar.domain.retention import content_deleted_on
from dsar.models import CaseEvent, RequestedRight
from dsar.services.answer.outcomes import holds_something, true_outcomes
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines
from dsar.services.progress import advance, is_sent, open_file
from dsar.services.rights.forwarding import is_forwarded
from dsar.services.transaction import Db, transaction
from dsar.services.work.collection import TaskOpen, open_tasks

#: Endings that need no further search.
UNSEARCHED: Final = frozenset(
    {Outcome.WITHDRAWN, Outcome.NO_ANSWER, Outcome.FORWARDED, Outcome.REFUSED}
)
_LETTERS: Final = (
    EventKind.MESSAGE_SENT,
    EventKind.IDENTITY_NOTICE_SENT,
    EventKind.MAIL_POSTED,
)


class NotDelivered(DomainError):
    """The answer has not been handed over, so the right is not fulfilled."""

    message_id = "error.not_delivered"


class PersonNotTold(DomainError):
    """The person has not been written to: the reasons and the remedies come first."""

    message_id = "error.person_not_told"


class NotForwarded(DomainError):
    """The person has not been told who decides: the request is sent on first."""

    message_id = "error.not_forwarded"


class SomethingHeld(DomainError):
    """Something was found, so the outcome cannot be that nothing is held."""

    message_id = "error.something_held"


class OutcomeUntrue(DomainError):
    """The ending says something else than what was decided and told to the person."""

    message_id = "error.outcome_untrue"


class NothingToClose(DomainError):
    """Somebody says of at least one right how it ended."""

    message_id = "s18.out.err"


def close_right(right_id: str, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """End one right; the last one ends the case. Again is no error.

    Raises TaskOpen, NotDelivered, PersonNotTold, SomethingHeld, OutcomeUntrue.
    """
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        end_rights(file, {right_id: outcome})


def close_case(
    case_id: str, outcomes: Mapping[str, Outcome], actor: Actor, now: datetime
) -> None:
    """End these rights of a case, each with its outcome by id, all of them or none.

    Raises what close_right raises, and NothingToClose.
    """
    if not outcomes:
        raise NothingToClose
    with transaction() as session:
        end_rights(open_file(session, case_id, actor, now), outcomes)


def end_rights(file: CaseFile, outcomes: Mapping[str, Outcome]) -> None:
    """End the rights by id; the last one ends the case. The step that all endings share."""
    rights = deadlines.rights_of(file.session, file.case.id)
    ending = [r for r in rights if r.id in outcomes and State(r.state) in OPEN]
    for right in ending:
        _close_one(file, right, outcomes[right.id])
    is_over = not any(State(right.state) in OPEN for right in rights)
    if file.case.closed_at is None and is_over:
        _close_case(file, rights)
    else:
        deadlines.take_earliest(file)
    withdrawn = [right.id for right in ending if right.outcome == Outcome.WITHDRAWN]
    if withdrawn and (not is_over or file.case.outcome == Outcome.WITHDRAWN):
        _confirm_withdrawal(file, withdrawn, "m21" if is_over else "m21.part")


def _confirm_withdrawal(file: CaseFile, rights: list[str], template: str) -> None:
    """Confirm in writing what the person has taken back, and until when she may undo (R35)."""
    undo_by = profiles.get(file.case.profile).local_date(file.now + UNDO_TIME)
    once = "|".join([file.now.isoformat(), *rights])
    file.tell(Notice(template, {"undo_by": undo_by}, once=once))


def _close_one(file: CaseFile, right: RequestedRight, outcome: Outcome) -> None:
    _check(file, right, outcome)
    advance(file, right, Action.CLOSE)
    right.outcome, right.closed_at = str(outcome), file.now
    file.record(EventKind.RIGHT_CLOSED, right=right.right, outcome=str(outcome))


def _close_case(file: CaseFile, rights: list[RequestedRight]) -> None:
    case = file.case
    outcome = overall({Outcome(right.outcome) for right in rights if right.outcome})
    case.outcome, case.closed_at = str(outcome), file.now
    file.record(EventKind.CASE_CLOSED, outcome=str(outcome))
    if outcome is not Outcome.WITHDRAWN:
        today = profiles.get(case.profile).local_date(file.now)
        facts = {"deleted_on": content_deleted_on(today)}
        file.tell(Notice("m17", facts, once=file.now.isoformat()))


def overall(outcomes: set[Outcome]) -> Outcome:
    """Return the outcome of a case: the one that all rights share, else partly."""
    return next(iter(outcomes)) if len(outcomes) == 1 else Outcome.PARTLY


def _check(file: CaseFile, right: RequestedRight, outcome: Outcome) -> None:
    session = file.session
    if outcome not in UNSEARCHED and (count := open_tasks(session, right.id)):
        raise TaskOpen(n=count)
    if outcome is Outcome.NOTHING_HELD and holds_something(session, right.id):
        raise SomethingHeld
    if outcome in ANSWERED and State(right.state) is not State.DELIVERED:
        raise NotDelivered
    _check_truth(session, right, outcome)
    if outcome is Outcome.NO_ANSWER and not _was_written_to(session, file.case.id):
        raise PersonNotTold
    if outcome is Outcome.FORWARDED and not is_forwarded(session, file.case.id):
        raise NotForwarded


def _check_truth(session: Db, right: RequestedRight, outcome: Outcome) -> None:
    """Refuse an ending other than the one that was decided and told.

    What has been answered, or is on its way, is neither withdrawn nor left without an answer.
    """
    if outcome in ANSWERED:
        is_true = outcome in true_outcomes(session, right)
    else:
        is_true = not is_sent(session, right.id)
    if not is_true:
        raise OutcomeUntrue(outcome=str(outcome))


def _was_written_to(session: Db, case_id: str) -> bool:
    kinds = [str(kind) for kind in _LETTERS]
    query = select(CaseEvent.id).where(CaseEvent.case_id == case_id, CaseEvent.kind.in_(kinds))
    return session.scalar(query.limit(1)) is not None

"""What keeps a letter back: mail bombing, a date that has moved, a person in danger."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import CLOCK_RUNS
from dsar.models import Budget, Case, CasePerson, OutboxMessage, RequestedRight
from dsar.services.rows import ensure
from dsar.services.transaction import Db

#: Sent without anybody deciding it, so a stranger's requests could aim them at a victim.
AUTOMATIC: Final = frozenset({"m01", "m03", "m09", "m11"})
#: The person has asked for it at this moment.
ASKED_FOR: Final = frozenset({"m02", "m04", "m13"})
#: About one date of the case: pointless when that date has moved or is met.
REMINDERS: Final = frozenset({"t03", "t04", "t05", "t06", "t06.today", "t07"})
#: How long the count of a day is kept.
KEPT_FOR: Final = timedelta(days=2)


def why_held_back(session: Db, letter: OutboxMessage) -> str | None:
    """Return the code of what keeps the letter from leaving, or None. Asked once a letter."""
    case = session.get(Case, letter.case_id) if letter.case_id else None
    if case is None:
        return None
    rules = _PERSON_RULES if letter.recipient == "person" else _STAFF_RULES
    return next((code for code, holds in rules.items() if holds(session, letter, case)), None)


def _is_dangerous(_session: Db, letter: OutboxMessage, case: Case) -> bool:
    return case.is_guarded and letter.template not in ASKED_FOR


def _had_one_today(session: Db, letter: OutboxMessage, case: Case) -> bool:
    """Say whether this unconfirmed address has had its one such mail today (decision 22)."""
    template = letter.template.partition(".")[0]
    if template not in AUTOMATIC or case.address_confirmed_at is not None:
        return False
    address = session.scalar(
        select(CasePerson.email_index).where(
            CasePerson.case_id == case.id, CasePerson.kind == "requester"
        )
    )
    if address is None:
        return False
    today = profiles.get(case.profile).local_date(letter.created_at)
    key = f"mail:{template}:{case.organisation_id}:{address}:{today}"
    ensure(session, Budget, key=key, window_ends_at=letter.created_at + KEPT_FOR, spent=0)
    row = session.scalars(select(Budget).where(Budget.key == key).with_for_update()).one()
    row.spent += 1
    return row.spent > 1


def _is_superseded(session: Db, letter: OutboxMessage, case: Case) -> bool:
    """Say whether a reminder speaks of a date that no running right of the case has now."""
    if letter.template not in REMINDERS:
        return False
    running = select(RequestedRight.sort_on).where(
        RequestedRight.case_id == case.id, RequestedRight.state.in_(list(map(str, CLOCK_RUNS)))
    )
    return letter.facts["due"] not in {day.isoformat() for day in session.scalars(running)}


Rule = Callable[[Db, OutboxMessage, Case], bool]
_PERSON_RULES: Final[dict[str, Rule]] = {
    "guarded": _is_dangerous,
    "one_a_day": _had_one_today,
}
_STAFF_RULES: Final[dict[str, Rule]] = {"superseded": _is_superseded}

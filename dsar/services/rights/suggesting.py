"""Recipients that the register of systems names: nobody answers before each is considered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.domain.events import Actor
from dsar.domain.measures import ACTS
from dsar.domain.organisations import SystemFacts, system_facts
from dsar.domain.rights import RULES, Right
from dsar.models import Case, DataSystem, Measure, RequestedRight, new_id
from dsar.services.progress import open_file
from dsar.services.rights.recipients import NewRecipient, note_recipient, recipients_of
from dsar.services.transaction import Db, transaction

_BETWEEN = re.compile(r"[;\n]|,\s")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who received data from a system in which something is changed."""

    name: str
    system_id: str
    system: str


def suggested(session: Db, right: RequestedRight) -> list[Suggestion]:
    """Return who received data that is changed and is not noted yet (GDPR art. 19).

    Processors count among them. Empty for a right whose recipients need not be told.
    """
    if not RULES[Right(right.right)].tells_recipients:
        return []
    language = session.get_one(Case, right.case_id).language
    noted = {view.name.casefold() for view in recipients_of(session, right.id)}
    found: dict[str, Suggestion] = {}
    for system in _changed_systems(session, right):
        for name in _named(system_facts(system), language):
            found.setdefault(name.casefold(), Suggestion(name, system.id, system.name))
    return [each for key, each in found.items() if key not in noted]


def note_suggested(right_id: str, actor: Actor, now: datetime) -> int:
    """Note all recipients that the register names for a right, and return how many."""
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        found = suggested(session, right)
        for each in found:
            new = NewRecipient(
                id=new_id(), right_id=right.id, name=each.name, system_id=each.system_id
            )
            note_recipient(file, right, new)
        return len(found)


def _changed_systems(session: Db, right: RequestedRight) -> list[DataSystem]:
    changing = [str(act) for act, rules in ACTS.items() if rules.executes]
    query = (
        select(DataSystem)
        .join(Measure, Measure.system_id == DataSystem.id)
        .where(
            Measure.right_id == right.id,
            Measure.removed_at.is_(None),
            Measure.act.in_(changing),
        )
        .order_by(DataSystem.position, DataSystem.id)
    )
    return list(session.scalars(query).unique())


def _named(facts: SystemFacts, language: str) -> Iterator[str]:
    if facts.role == "processor":
        yield facts.owner or facts.name
    told = facts.item_text("recipients", language).texts
    text = told.get(language) or next(iter(told.values()), "")
    names = (part.strip(" .\t\r") for part in _BETWEEN.split(text))
    yield from (name for name in names if name)

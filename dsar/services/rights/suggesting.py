"""Recipients that the register of systems names: suggestions, until somebody has added them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from dsar.domain.measures import ACTS, Act
from dsar.domain.organisations import SystemFacts, system_facts
from dsar.domain.rights import RULES, Right
from dsar.models import Case, DataSystem, Measure, RequestedRight, db
from dsar.services.rights.recipients import recipients_of

_BETWEEN = re.compile(r"[;\n]|,\s")
#: Longer than a name can be: a sentence, which nobody can be told.
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who received data from a system in which something is changed."""

    name: str
    system_id: str
    system: str


def suggested(right: RequestedRight) -> list[Suggestion]:
    """Return who else is to be told (GDPR art. 19), processors among them."""
    if not RULES[Right(right.right)].tells_recipients:
        return []
    language = db.session.get_one(Case, right.case_id).language
    noted = {view.name.casefold() for view in recipients_of(db.session, right.id)}
    found: dict[str, Suggestion] = {}
    for system in _changed_systems(right):
        for name in _named(system_facts(system), language):
            found.setdefault(name.casefold(), Suggestion(name, system.id, system.name))
    return [each for key, each in found.items() if key not in noted]


def _changed_systems(right: RequestedRight) -> list[DataSystem]:
    changing = [str(act) for act, rules in ACTS.items() if rules.executes and act != Act.STOP]
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
    return list(db.session.scalars(query).unique())


def _named(facts: SystemFacts, language: str) -> Iterator[str]:
    if facts.role == "processor":
        yield facts.owner or facts.name
    told = facts.item_text("recipients", language).texts
    text = told.get(language) or next(iter(told.values()), "")
    names = (part.strip(" .\t\r") for part in _BETWEEN.split(text))
    yield from (name for name in names if 0 < len(name) <= _LONGEST)

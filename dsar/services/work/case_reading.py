"""A case read by staff: people and wishes opened, clocks counted anew, reading recorded."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import CLOCK_RUNS, State
from dsar.domain.clock import Reckoning
from dsar.domain.events import Actor, EventKind
from dsar.models import Case, CaseEvent, CasePerson, db
from dsar.services.casefile import CaseFile
from dsar.services.clock import deadlines
from dsar.services.transaction import transaction
from dsar.vault import KeyDestroyed, current_vault

_PERSONAL = ("name", "email", "phone", "postal_address", "identifiers", "company")


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody in a case; `facts` holds what she said about herself, by field, if anything."""

    kind: str
    facts: dict[str, str]
    representation: str

    @property
    def name(self) -> str:
        """Return the name, or nothing once it is deleted."""
        return self.facts.get("name", "")


@dataclass(frozen=True, slots=True)
class RightView:
    """One right of a case: what was said about it, and its clock counted from the log."""

    right: str
    state: State
    outcome: str
    answers: dict[str, Any]
    reckoning: Reckoning

    @property
    def runs(self) -> bool:
        """Return whether its clock still runs."""
        return self.state in CLOCK_RUNS


def people_of(case: Case) -> list[PersonView]:
    """Return the people of a case, the one the data is about first; disposed: without facts."""
    rows = db.session.scalars(
        select(CasePerson).where(CasePerson.case_id == case.id).order_by(CasePerson.kind)
    )
    return [PersonView(row.kind, _facts(row), row.representation or "") for row in rows]


def rights_read(case: Case) -> list[RightView]:
    """Return the rights of a case, in the order in which they were named."""
    found = []
    for row in deadlines.rights_of(db.session, case.id):
        try:
            answers = json.loads(current_vault().open(row, "wishes"))
        except KeyDestroyed:
            answers = {}
        reckoning = deadlines.reckon(db.session, case, row.right)
        found.append(
            RightView(row.right, State(row.state), row.outcome or "", answers, reckoning)
        )
    return found


def leading(rights: list[RightView]) -> RightView:
    """Return the right whose date the case shows: the earliest of those that still run."""
    running = [right for right in rights if right.runs] or rights
    return min(
        running, key=lambda each: (each.reckoning.binding_on is None, each.reckoning.sort_on)
    )


def record_view(case_id: str, actor: Actor, now: datetime) -> None:
    """Record that somebody has read a case, once per reader, case and day."""
    if _has_read(case_id, actor, now):
        return
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        if not _has_read(case_id, actor, now):
            CaseFile(session, case, actor, now).record(EventKind.CASE_VIEWED, part="case")


def _has_read(case_id: str, actor: Actor, now: datetime) -> bool:
    """Say whether the actor's last reading was on this local day; few entries are asked."""
    case = db.session.get_one(Case, case_id)
    zone = profiles.get(case.profile)
    last = db.session.scalar(
        select(CaseEvent.at)
        .where(
            CaseEvent.case_id == case_id,
            CaseEvent.kind == str(EventKind.CASE_VIEWED),
            CaseEvent.actor_ref == actor.ref,
            CaseEvent.at > now - timedelta(days=2),
        )
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    )
    return last is not None and zone.local_date(last) == zone.local_date(now)


def _facts(row: CasePerson) -> dict[str, str]:
    vault = current_vault()
    try:
        opened = {name: vault.open_optional(row, name) for name in _PERSONAL}
    except KeyDestroyed:
        return {}
    return {name: text for name, text in opened.items() if text}

"""What is released and what is withheld, on which ground; and what the answer still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import CLOCK_RUNS, State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.grounds import check_law_named
from dsar.domain.organisations import SystemFacts
from dsar.domain.package.matrix import BOX
from dsar.domain.profiles import Ground
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import (
    DataSystem,
    Decision,
    Finding,
    RequestedRight,
    Task,
    new_id,
)
from dsar.services.casefile import CaseFile
from dsar.services.clock.deadlines import rights_of
from dsar.services.progress import is_sent, open_file, outdate
from dsar.services.transaction import Db, transaction
from dsar.services.work.collection import SystemUnknown
from dsar.services.work.register_texts import write_text
from dsar.vault import current_vault

ITEMS: Final = frozenset(item.key for item in BOX)


class GroundMissing(DomainError):
    """Something is withheld only on a ground that this law has for this right."""

    message_id = "error.ground_missing"


class ConditionMissing(DomainError):
    """The ground holds only where all its conditions are met."""

    message_id = "error.condition_missing"


class ExplanationMissing(DomainError):
    """The person is told why in plain words (GDPR art. 12(4))."""

    message_id = "error.explanation_missing"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to do with a finding. conditions: those of the ground that somebody has ticked."""

    verdict: ReviewVerdict
    ground: str = ""
    explanation: str = ""
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CompleteText:
    """A text that the register lacked, or the reason why the item does not apply."""

    case_id: str
    system_id: str
    item: str
    language: str
    text: str
    is_reason: bool = False


def decide(finding_id: str, judgement: Judgement, actor: Actor, now: datetime) -> None:
    """Decide about one finding; the latest decision holds, the same again is recorded once.

    Raises GroundMissing, ConditionMissing, ExplanationMissing, LawNotNamed, AnswerSent.
    """
    with transaction() as session:
        row = session.get_one(Finding, finding_id)
        _decide(open_file(session, row.case_id, actor, now), row, judgement)


def decide_system(task_id: str, judgement: Judgement, actor: Actor, now: datetime) -> int:
    """Decide alike about all that one system holds and nobody has decided; return how many."""
    with transaction() as session:
        task = session.get_one(Task, task_id)
        file = open_file(session, task.case_id, actor, now)
        decided = decisions_of(session, task.case_id)
        query = select(Finding).where(Finding.task_id == task.id)
        rows = [row for row in session.scalars(query) if row.id not in decided]
        for row in rows:
            _decide(file, row, judgement)
        return len(rows)


def complete_text(command: CompleteText, actor: Actor, now: datetime) -> None:
    """Complete the register of a system from a case; other cases of it profit as well."""
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        system = session.get_one(DataSystem, command.system_id)
        text = command.text.strip()
        if command.item not in ITEMS or system.organisation_id != file.case.organisation_id:
            raise SystemUnknown
        if not text:
            raise ExplanationMissing
        if not write_text(system, command.item, command.language, (text, command.is_reason)):
            return
        for right in rights_of(session, command.case_id):
            if _is_told(session, right, system.id):
                outdate(file, right)
        file.record(
            EventKind.TEXT_COMPLETED,
            system=system.id,
            item=command.item,
            language=command.language,
        )


def decisions_of(session: Db, case_id: str) -> dict[str, Decision]:
    """Return the decision that holds for each finding of a case that has one."""
    rows = session.scalars(
        select(Decision).where(Decision.case_id == case_id, Decision.superseded_at.is_(None))
    )
    return {row.finding_id: row for row in rows}


def tasks_of(session: Db, right_id: str) -> list[tuple[Task, DataSystem]]:
    """Return the tasks of a right with their systems: first those that delete themselves."""
    query = (
        select(Task, DataSystem)
        .join(DataSystem, DataSystem.id == Task.system_id)
        .where(Task.right_id == right_id)
        .order_by(Task.vanishes_on.nulls_last(), DataSystem.position, DataSystem.id)
    )
    return [(task, system) for task, system in session.execute(query)]


def grounds_for(profile: str, right: str) -> list[Ground]:
    """Return the grounds on which a finding may be withheld; others refuse a whole request."""
    return [each for each in profiles.get(profile).grounds_for(right) if each.rights]


def check_ground(grounds: Iterable[Ground], judgement: Judgement) -> Ground:
    """Return the ground of a judgement: one of these, with all its conditions met.

    Raises GroundMissing, ConditionMissing.
    """
    ground = next((each for each in grounds if each.key == judgement.ground), None)
    if ground is None:
        raise GroundMissing
    if missing := set(ground.conditions) - judgement.conditions:
        raise ConditionMissing(n=len(missing))
    return ground


def system_texts(facts: SystemFacts, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a register tells in a language: texts, and reasons why items do not apply."""
    texts = {k: v for k, v in facts.texts.get(language, {}).items() if v.strip()}
    reasons = facts.not_applicable.get(language, {})
    return texts, {k: v for k, v in reasons.items() if v.strip() and k not in texts}


def _decide(file: CaseFile, row: Finding, judgement: Judgement) -> None:
    session, right = file.session, file.session.get_one(RequestedRight, row.right_id)
    if row.removed_at is not None:
        return
    _check(file, right, judgement)
    before = session.scalar(
        select(Decision).where(Decision.finding_id == row.id, Decision.superseded_at.is_(None))
    )
    if before is not None and _is_same(before, judgement):
        return
    outdate(file, right)
    if before is not None:
        before.superseded_at = file.now
    _write(file, row, judgement)
    file.record(
        EventKind.FINDING_DECIDED,
        finding=row.id,
        right=right.right,
        verdict=str(judgement.verdict),
        ground=judgement.ground or None,
    )


def _write(file: CaseFile, row: Finding, judgement: Judgement) -> None:
    decision = Decision(
        id=new_id(),
        case_id=row.case_id,
        finding_id=row.id,
        verdict=str(judgement.verdict),
        ground=judgement.ground or None,
        decided_at=file.now,
        decided_by=file.actor.ref,
    )
    if judgement.explanation.strip():
        current_vault().seal(decision, "explanation", judgement.explanation.strip())
    file.session.add(decision)


def _check(file: CaseFile, right: RequestedRight, judgement: Judgement) -> None:
    if judgement.verdict is ReviewVerdict.RELEASE:
        return
    ground = check_ground(grounds_for(file.case.profile, right.right), judgement)
    if not judgement.explanation.strip():
        raise ExplanationMissing
    check_law_named(ground, judgement.explanation)


def _is_same(before: Decision, judgement: Judgement) -> bool:
    told = current_vault().open_optional(before, "explanation") or ""
    held = (before.verdict, before.ground or "", told)
    return held == (judgement.verdict, judgement.ground, judgement.explanation.strip())


def _is_told(session: Db, right: RequestedRight, system_id: str) -> bool:
    """Say whether an answer that is still being made tells of the system."""
    if State(right.state) not in CLOCK_RUNS or is_sent(session, right.id):
        return False
    query = select(Task.id).where(Task.right_id == right.id, Task.system_id == system_id)
    return session.scalar(query) is not None

"""Opening a case: the one step that the web form and the registration by staff share."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from dsar.domain.access_codes import code_hash, new_access_code
from dsar.domain.cases import State
from dsar.domain.clock import Reckoning
from dsar.domain.events import Actor
from dsar.domain.organisations import SystemFacts, facts_of
from dsar.domain.organisations import system_facts as facts_of_system
from dsar.domain.rights import RULES, Right
from dsar.domain.wishes import meanwhile, wants_copy
from dsar.models import (
    Case,
    CasePerson,
    DataSystem,
    NameToken,
    Organisation,
    RequestedRight,
    Task,
    new_id,
)
from dsar.services.casefile import CaseFile
from dsar.services.clock import deadlines
from dsar.services.intake.numbers import next_number
from dsar.services.rights.stopping import begin_stops, is_urgent
from dsar.services.transaction import Db
from dsar.vault import current_vault, name_tokens, normalise_address

#: An answer from a system is wanted this many days after receipt.
TASK_DAYS = 10
#: From a source that deletes itself at once: each day of waiting loses a day of data.
PERISHABLE_TASK_DAYS = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """One right that the person uses, and what she answered about it."""

    right: Right
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What a person says about herself; empty text where she says nothing."""

    name: str
    email: str = ""
    phone: str = ""
    postal_address: str = ""
    identifiers: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """What must be known to open a case. Built by a form, the registration or the API.

    received_at: the true moment of receipt; registered_at: when we wrote it down.
    subject: whose data it is, where the requester acts for somebody (representation says why).
    """

    organisation_key: str
    language: str
    channel: str
    wishes: tuple[Wish, ...]
    requester: PersonFacts
    received_at: datetime
    registered_at: datetime
    submission_key: str | None = None
    subject: PersonFacts | None = None
    representation: str | None = None
    relation: str | None = None
    reply_format: str = "web"
    is_guarded: bool = False
    site: str | None = None
    is_practice: bool = False
    #: The case that the person had open when she asked for something new (decision 7).
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Fresh:
    """The id and the access code of a case to be; its key is made."""

    case_id: str
    access_code: str


@contextmanager
def fresh_case() -> Iterator[Fresh]:
    """Make the key of a case to be; destroy it again if the case does not come to be."""
    fresh = Fresh(new_id(), new_access_code())
    vault = current_vault()
    vault.make_key(fresh.case_id)
    try:
        yield fresh
    except BaseException:
        vault.destroy_key(fresh.case_id)
        raise


def open_case(session: Db, command: OpenCase, fresh: Fresh, actor: Actor) -> CaseFile:
    """Write the case, its people, rights, clocks and tasks; the caller records and tells."""
    organisation = session.scalars(
        select(Organisation).where(Organisation.key == command.organisation_key)
    ).one()
    facts = facts_of(organisation)
    start = deadlines.start_for(facts, command.site or "", command.received_at)
    reckoning = deadlines.count(start)
    case = _case(command, fresh, reckoning)
    case.organisation_id = organisation.id
    case.number = next_number(session, organisation.id, reckoning.received_on.year)
    case.clock_options, case.profile = start.options, start.profile
    case.site_clock = start.site
    session.add(case)
    _add_people(session, case, command)
    rights = _add_rights(session, case, command.wishes, reckoning)
    file = CaseFile(session, case, actor, command.registered_at)
    begin_stops(file, rights)
    return file


def opening_facts(file: CaseFile, command: OpenCase) -> dict[str, object]:
    """Return what the first entry of the log says of a case."""
    rights = deadlines.rights_of(file.session, file.case.id)
    first = rights[0]
    return {
        "channel": command.channel,
        "rights": [row.right for row in rights],
        "profile": file.case.profile,
        "received_at": command.received_at,
        **deadlines.date_facts(first),
    }


def find_submission(session: Db, submission_key: str) -> Case | None:
    """Return the case that this form has already made."""
    return session.scalar(select(Case).where(Case.submission_key == submission_key))


def _case(command: OpenCase, fresh: Fresh, reckoning: Reckoning) -> Case:
    return Case(
        id=fresh.case_id,
        registered_at=command.registered_at,
        state=str(State.RECEIVED),
        channel=command.channel,
        site=command.site,
        language=command.language,
        received_at=command.received_at,
        is_practice=command.is_practice,
        submission_key=command.submission_key,
        access_code_hash=code_hash(fresh.access_code),
        relation=command.relation,
        reply_format=command.reply_format,
        is_guarded=command.is_guarded,
        flags=[],
        sort_on=reckoning.sort_on,
        binding_on=reckoning.binding_on,
        statutory_on=reckoning.statutory_on,
    )


def _add_people(session: Db, case: Case, command: OpenCase) -> None:
    people = {"requester": command.requester}
    if command.subject is not None:
        people["data_subject"] = command.subject
    tokens: set[str] = set()
    for kind, person in people.items():
        row = CasePerson(id=new_id(), case_id=case.id, kind=kind)
        row.representation = command.representation if kind == "requester" else None
        seal_person(row, person)
        session.add(row)
        tokens |= set(name_tokens(person.name))
    vault = current_vault()
    for token in sorted(tokens):
        session.add(
            NameToken(
                case_id=case.id,
                token=vault.blind("name", token),
                organisation_id=case.organisation_id,
            )
        )


def seal_person(row: CasePerson, person: PersonFacts) -> None:
    """Seal what a person says about herself into her row, and index her address."""
    vault = current_vault()
    vault.seal(row, "name", person.name)
    for name in ("email", "phone", "postal_address", "identifiers", "company"):
        if text := getattr(person, name):
            vault.seal(row, name, text)
    if person.email:
        row.email_index = vault.blind("email", normalise_address(person.email))


def _add_rights(
    session: Db, case: Case, wishes: Iterable[Wish], reckoning: Reckoning
) -> list[RequestedRight]:
    placed = enumerate(_complete(list(wishes)))
    return [add_right(session, case, each, reckoning) for each in placed]


def _complete(wishes: list[Wish]) -> list[Wish]:
    """Return the wishes with the copy and the restriction that some ask for in passing."""
    asked = {wish.right: wish.answers for wish in wishes}
    if wants_copy(asked):
        wishes = [Wish(Right.ACCESS, {"scope": "all"}), *wishes]
    answers = meanwhile(asked)
    return wishes if answers is None else [*wishes, Wish(Right.RESTRICTION, answers)]


def add_right(
    session: Db, case: Case, placed: tuple[int, Wish], reckoning: Reckoning
) -> RequestedRight:
    """Add a right to a case at its position, with its dates and a task for each system."""
    position, wish = placed
    right = RequestedRight(
        id=new_id(),
        case_id=case.id,
        right=str(wish.right),
        position=position,
        state=str(State.RECEIVED),
    )
    current_vault().seal(right, "wishes", json.dumps(dict(wish.answers)))
    deadlines.set_dates(right, reckoning)
    session.add(right)
    if RULES[wish.right].asks_systems:
        systems = session.scalars(
            select(DataSystem)
            .where(
                DataSystem.organisation_id == case.organisation_id,
                DataSystem.retired_at.is_(None),
            )
            .order_by(DataSystem.position)
        )
        since = reckoning.received_on
        target = since if is_urgent(case.profile, right) else right.target_on
        session.add_all([_task(right, system, since, target) for system in systems])
    return right


def task_dates(facts: SystemFacts, since: date, target: date) -> tuple[date, date | None]:
    """Return by when an answer from a system is wanted, and when the source deletes itself."""
    wanted = min(since + timedelta(days=TASK_DAYS), target)
    if facts.perishable_days is None:
        return wanted, None
    soon = since + timedelta(days=PERISHABLE_TASK_DAYS)
    return min(wanted, soon), since + timedelta(days=facts.perishable_days)


def _task(right: RequestedRight, system: DataSystem, since: date, target: date) -> Task:
    wanted, vanishes = task_dates(facts_of_system(system), since, target)
    return Task(
        id=new_id(),
        case_id=right.case_id,
        right_id=right.id,
        system_id=system.id,
        due_on=wanted,
        vanishes_on=vanishes,
    )

"""The answer to a right, from what was found and decided: what is withheld stays out."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from dsar import profiles
from dsar.domain.articles import article_in
from dsar.domain.clock.drawing import clock_drawing
from dsar.domain.findings import Kind
from dsar.domain.organisations import OrganisationFacts, facts_of, system_facts
from dsar.domain.organisations import authority_of as authority_key
from dsar.domain.package import (
    Answer,
    Attachment,
    Authority,
    LeftOut,
    Provenance,
    Record,
    Sender,
    SystemAnswer,
    TaskAnswer,
    Withheld,
)
from dsar.domain.rights import RULES, Right, Work
from dsar.domain.verdicts import ReviewVerdict
from dsar.i18n import translate
from dsar.models import (
    Case,
    CasePerson,
    DataSystem,
    Decision,
    Organisation,
    RequestedRight,
    Staff,
    Task,
)
from dsar.services.answer.decided import (
    Decided,
    decided_of,
    measure_answers,
    recipient_answers,
    refused,
)
from dsar.services.answer.portable import left_out, portable
from dsar.services.clock import deadlines
from dsar.services.mail.addresses import base_address_of
from dsar.services.transaction import Db
from dsar.services.work.findings import FindingView, findings_of
from dsar.services.work.review import decisions_of, system_texts, tasks_of
from dsar.vault import current_vault


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that an answer is made from, read in one go."""

    case: Case
    right: RequestedRight
    house: OrganisationFacts
    tasks: list[tuple[Task, DataSystem]]
    findings: list[FindingView]
    decisions: dict[str, Decision]
    decided: Decided

    def of(self, task: Task, verdict: ReviewVerdict) -> list[FindingView]:
        """Return what was found by a task and decided so."""
        return [
            view
            for view in self.findings
            if view.row.task_id == task.id
            and view.row.id in self.decisions
            and self.decisions[view.row.id].verdict == verdict
        ]


def gather(session: Db, right: RequestedRight) -> Material:
    """Read what the answer to a right is made from."""
    case = session.get_one(Case, right.case_id)
    return Material(
        case,
        right,
        facts_of(session.get_one(Organisation, case.organisation_id)),
        tasks_of(session, right.id),
        findings_of(session, case.id, right.id),
        decisions_of(session, case.id),
        decided_of(session, right),
    )


def assemble(session: Db, material: Material, now: datetime) -> Answer:
    """Return the answer as values: released findings only, each system with its explanation."""
    case, right, house = material.case, material.right, material.house
    profile = profiles.get(case.profile)
    subject = _subject(session, case.id)
    vault = current_vault()
    reckoning = deadlines.reckon(session, case, right.right)
    steps = (translate(case.language, s.message_id, **s.facts) for s in reckoning.steps)
    return Answer(
        case_number=case.number,
        organisation=sender_of(house),
        language=case.language,
        created_at=now,
        person_name=vault.open(subject, "name"),
        person_address=vault.open_optional(subject, "postal_address") or "",
        right=right.right,
        received_on=profile.local_date(case.received_at),
        due_on=right.sort_on,
        systems=tuple(_systems(session, material)),
        authority=authority_of(case, house),
        withheld=tuple(_withheld(material)),
        timezone=profile.tz,
        counting=tuple(steps),
        drawing=clock_drawing(reckoning, None),
        links=_links(session, material),
        measures=tuple(measure_answers(case, material.decided)),
        weighed=material.decided.weighed,
        refused=refused(case, material.decided, reckoning.refusal_on, now),
        recipients=tuple(recipient_answers(material.decided)),
        left_out=tuple(_left_out(material)),
    )


def fingerprint(material: Material) -> str:
    """Return a digest that differs once anything that the answer is made from has changed."""
    language = material.case.language
    parts = [
        [
            task.id,
            task.answer,
            str(task.settled_at),
            system_texts(system_facts(system), language),
            system_facts(system).is_paper,
        ]
        for task, system in material.tasks
    ]
    decided = sorted(
        (view.row.id, getattr(material.decisions.get(view.row.id), "id", ""))
        for view in material.findings
    )
    told = [material.right.id, parts, decided, material.decided.as_told()]
    text = json.dumps(told, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def authority_of(case: Case, house: OrganisationFacts) -> Authority:
    """Return where the person may complain: the authority named for the site or the house.

    One that no profile knows gives way to the authority of the law that was applied.
    """
    named = authority_key(house, case.site or "")
    authority = profiles.authority(named) or profiles.get(case.profile).authority
    return Authority(
        authority.name_in(case.language),
        authority.address,
        authority.phone,
        authority.complaint_url or authority.url,
    )


def sender_of(house: OrganisationFacts) -> Sender:
    """Return an organisation as letters name it."""
    return Sender(
        house.display_name,
        house.legal_name,
        house.postal_address,
        house.phone,
        house.privacy_email,
        house.dpo,
    )


def _subject(session: Db, case_id: str) -> CasePerson:
    """Return whose data it is: somebody else may have asked for her."""
    rows = session.scalars(select(CasePerson).where(CasePerson.case_id == case_id))
    return min(rows, key=lambda row: row.kind != "data_subject")


def _systems(session: Db, material: Material) -> Iterator[SystemAnswer]:
    """Yield what each system answered; a refusal as a whole says nothing of them."""
    if material.decided.refusal is None:
        yield from (_system(session, material, each) for each in material.tasks)


def _system(session: Db, material: Material, asked: tuple[Task, DataSystem]) -> SystemAnswer:
    task, system = asked
    facts = system_facts(system)
    released = released_of(material, asked)
    answer = _effective(material, task, released)
    texts, reasons = system_texts(facts, material.case.language)
    return SystemAnswer(
        key=system.key,
        name=facts.name,
        answer=answer,
        how=_how(material, task, answer),
        answered_by=_first_name(session, task.settled_by),
        answered_on=_day(material.case, task.settled_at),
        about="\n".join(dict.fromkeys(view.body.explanation for view in released)).strip(),
        texts=texts,
        not_applicable=reasons,
        records=lambda: _records(released),
        attachments=tuple(_attachments(released)),
    )


def released_of(material: Material, asked: tuple[Task, DataSystem]) -> list[FindingView]:
    """Return what of one system is handed over: for portability, what may be taken along."""
    task, system = asked
    released = material.of(task, ReviewVerdict.RELEASE)
    if material.right.right == Right.PORTABILITY:
        return portable(released, system_facts(system))
    return released


def _effective(material: Material, task: Task, released: list[FindingView]) -> TaskAnswer:
    """Return the answer that the person gets: withheld where nothing of it is released."""
    answer = TaskAnswer(task.answer or TaskAnswer.CANNOT_SEARCH)
    if RULES[Right(material.right.right)].work is not Work.FINDINGS:
        return answer
    if released:
        return TaskAnswer.FOUND
    if answer is not TaskAnswer.FOUND:
        return answer
    is_left = bool(material.of(task, ReviewVerdict.RELEASE))
    return TaskAnswer.NOT_APPLICABLE if is_left else TaskAnswer.WITHHELD


def _how(material: Material, task: Task, answer: TaskAnswer) -> str:
    """Return how a system was searched, or that nothing of it may be taken along."""
    if answer is TaskAnswer.NOT_APPLICABLE and task.answer == TaskAnswer.FOUND:
        return translate(material.case.language, "letter.left_out.only")
    return current_vault().open_optional(task, "how") or ""


def _left_out(material: Material) -> Iterator[LeftOut]:
    if material.right.right == Right.PORTABILITY and material.decided.refusal is None:
        for task, system in material.tasks:
            released = material.of(task, ReviewVerdict.RELEASE)
            yield from left_out(released, system_facts(system))


def _records(released: Iterable[FindingView]) -> Iterator[Record]:
    for view in released:
        yield from view.records()


def _attachments(released: Iterable[FindingView]) -> Iterator[Attachment]:
    for view in released:
        if view.row.kind == Kind.FILE and view.row.file_id is not None:
            body = view.body
            yield Attachment(
                view.row.file_id,
                body.label or body.category,
                body.extension,
                occurred_on=body.occurred_on,
                provenance=Provenance(view.row.provenance),
            )


def _withheld(material: Material) -> Iterator[Withheld]:
    profile = profiles.get(material.case.profile)
    for task, system in material.tasks:
        for view in material.of(task, ReviewVerdict.WITHHOLD):
            decision = material.decisions[view.row.id]
            ground = profile.ground(decision.ground or "")
            yield Withheld(
                system_facts(system).name,
                view.body.category,
                article_in(material.case.language, ground.article) if ground else "",
                current_vault().open_optional(decision, "explanation") or "",
                view.row.records,
            )


def _links(session: Db, material: Material) -> dict[str, str]:
    """Return where each right is used: the page of the form that asks for it."""
    case, house = material.case, f"/o/{material.house.key}"
    form = f"{base_address_of(session, case)}{house}/ask"
    links = {str(right): f"{form}/{right}?lang={case.language}" for right in Right}
    return links | {"case": f"{house}/case"}


def _first_name(session: Db, staff_id: str | None) -> str:
    """Return the first name of who looked: enough to ask for, and no more."""
    member = session.get(Staff, staff_id) if staff_id else None
    return member.name.split()[0] if member and member.name.split() else ""


def _day(case: Case, moment: datetime | None) -> date | None:
    return profiles.get(case.profile).local_date(moment) if moment else None

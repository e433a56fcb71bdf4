"""A suspected breach is reported: no case, sealed under a key of its own, read by few."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dsar import profiles
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import OrganisationFacts, facts_of
from dsar.domain.roles import Role
from dsar.models import BreachReport, Organisation, OutboxMessage, Staff, db, new_id
from dsar.services.mail import addresses
from dsar.services.staff.staffing import staff_in
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault

#: Who looks after a suspected breach.
READERS: Final = (Role.DATA_PROTECTION_OFFICER, Role.ADMIN)
TEMPLATE: Final = "t21"


@dataclass(frozen=True, slots=True)
class BreachWords:
    """What happened, when, and which data or systems it concerns; in somebody's own words."""

    happened: str
    when: str = ""
    which: str = ""


@dataclass(frozen=True, slots=True)
class ReportBreach:
    """A report as it arrives; the submission key is the form's number: twice is once."""

    organisation_key: str
    language: str
    words: BreachWords
    submission_key: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class BreachView:
    """A report, opened."""

    row: BreachReport
    words: BreachWords
    contact: str
    settled_by: str


def report(command: ReportBreach, now: datetime) -> str:
    """Keep a report and tell those who look after it. Returns its number.

    The mail says that there is one, and where; nothing of what was written.
    """
    if made := _find(db.session, command):
        return made
    report_id = new_id()
    current_vault().make_key(report_id)
    try:
        return _report(report_id, command, now)
    except BaseException as error:
        current_vault().destroy_key(report_id)
        made = _find(db.session, command) if isinstance(error, IntegrityError) else None
        if made is None:
            raise
        return made  # the same form a moment earlier, on another node


def takes_reports(organisation: Organisation) -> bool:
    """Say whether an organisation wants to hear of suspected breaches this way."""
    return facts_of(organisation).does(Behaviour.SECURITY_INTAKE)


def reports_of(organisation: Organisation) -> list[BreachReport]:
    """Return the reports of an organisation: what is not settled first, then the newest."""
    query = select(BreachReport).where(BreachReport.organisation_id == organisation.id)
    rows = db.session.scalars(query.order_by(BreachReport.reported_at.desc()))
    return sorted(rows, key=lambda row: row.settled_at is not None)


def read(report_id: str, now: datetime) -> BreachView:
    """Return a report, opened; that somebody has read it is kept, the first time."""
    with transaction() as session:
        row = session.get_one(BreachReport, report_id, with_for_update=True)
        row.read_at = row.read_at or now
    return _view(db.session.get_one(BreachReport, report_id))


def settle(report_id: str, staff_id: str, now: datetime) -> None:
    """Record that a report has been looked after; the first time stands."""
    with transaction() as session:
        row = session.get_one(BreachReport, report_id, with_for_update=True)
        if row.settled_at is None:
            row.read_at = row.read_at or now
            row.settled_at, row.settled_by = now, staff_id


def _find(session: Db, command: ReportBreach) -> str | None:
    query = select(BreachReport.number).where(
        BreachReport.submission_key == command.submission_key
    )
    return session.scalar(query)


def _report(report_id: str, command: ReportBreach, now: datetime) -> str:
    with transaction() as session:
        organisation = session.scalars(
            select(Organisation)
            .where(Organisation.key == command.organisation_key)
            .with_for_update()
        ).one()
        if made := _find(session, command):
            current_vault().destroy_key(report_id)
            return made
        row = BreachReport(
            id=report_id,
            organisation_id=organisation.id,
            number=_next_number(session, organisation, now),
            language=command.language,
            submission_key=command.submission_key,
            reported_at=now,
        )
        current_vault().seal(row, "body", json.dumps(asdict(command.words)))
        if command.contact:
            current_vault().seal(row, "contact", command.contact)
        session.add(row)
        _tell(session, row, organisation)
        return row.number


def _next_number(session: Db, organisation: Organisation, now: datetime) -> str:
    """Return B, the year, and a count: it cannot be taken for the number of a case.

    The organisation's row is held meanwhile, so that no two reports get one number.
    """
    stem = f"B{profiles.get(organisation.profile).local_date(now).year}-"
    taken = session.scalars(
        select(BreachReport.number).where(
            BreachReport.organisation_id == organisation.id,
            BreachReport.number.startswith(stem),
        )
    )
    last = max((int(number.removeprefix(stem)) for number in taken), default=0)
    return f"{stem}{last + 1:04}"


def _tell(session: Db, row: BreachReport, organisation: Organisation) -> None:
    """Leave word for those who look after it, and for the contact that the house names."""
    facts, told = facts_of(organisation), staff_in(session, organisation.id, READERS)
    for staff_id in told:
        session.add(_letter(row, facts, "staff", staff_id))
    known = session.scalars(select(Staff.email).where(Staff.id.in_(told)))
    if facts.security_contact and facts.security_contact not in set(known):
        session.add(_letter(row, facts, "security", None))


def _letter(
    row: BreachReport, facts: OrganisationFacts, recipient: str, staff_id: str | None
) -> OutboxMessage:
    link = f"{addresses.staff_address()}/{facts.key}/breach-reports"
    return OutboxMessage(
        id=new_id(),
        key=":".join((row.id, TEMPLATE, staff_id or recipient)),
        organisation_id=row.organisation_id,
        recipient=recipient,
        staff_id=staff_id,
        channel="email",
        template=TEMPLATE,
        language=facts.default_language,
        facts={"report": row.number, "link": link},
        state="waiting",
        created_at=row.reported_at,
        not_before=row.reported_at,
        attempts=0,
    )


def _view(row: BreachReport) -> BreachView:
    vault = current_vault()
    settled_by = db.session.get(Staff, row.settled_by) if row.settled_by else None
    return BreachView(
        row=row,
        words=BreachWords(**json.loads(vault.open(row, "body"))),
        contact=vault.open_optional(row, "contact") or "",
        settled_by=settled_by.name if settled_by else "",
    )

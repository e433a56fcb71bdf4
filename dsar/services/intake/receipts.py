"""The receipt: what a person keeps, on the page, as a file and in the calendar."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from dsar import profiles
from dsar.domain.calendar_entries import CalendarEntry, to_ics
from dsar.domain.clock import Reckoning
from dsar.domain.clock.drawing import clock_drawing
from dsar.domain.organisations import facts_of
from dsar.domain.package import Receipt
from dsar.domain.rights import Right
from dsar.domain.wishes import is_marketing
from dsar.i18n import translate
from dsar.models import Case, CasePerson, MailedCode, Organisation, RequestedRight, db
from dsar.services.answer.answers import sender_of
from dsar.services.answer.rendering.pdf import render_receipt_pdf
from dsar.services.clock import deadlines
from dsar.services.clock.offices import office_of
from dsar.services.contact.tokens import CodePurpose
from dsar.services.intake.submission import Slip
from dsar.services.mail import addresses
from dsar.services.mail.on_paper import check_sender, recipient_of
from dsar.services.rights.stopping import answers_of
from dsar.vault import current_vault

#: Working days within which marketing that was objected to has ended everywhere.
STOP_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What the receipt says. `email` is empty where the person gave none.

    stops_on: from when marketing has ended at the latest, where that was asked for.
    is_mailed: a code went to it; a second case of the day gets no mail (decision 22).
    """

    number: str
    access_code: str
    language: str
    received_at: datetime
    due_on: date
    reckoning: Reckoning
    rights: tuple[str, ...]
    email: str
    is_mailed: bool
    is_confirmed: bool
    is_guarded: bool
    stops_on: date | None


def read_receipt(slip: Slip) -> ReceiptView:
    """Return the receipt of a slip; the dates are those of the case today."""
    case = db.session.get_one(Case, slip.case_id)
    rights = deadlines.rights_of(db.session, case.id)
    first = deadlines.leading_right(db.session, case.id)
    requester = db.session.scalars(
        db.select(CasePerson).where(
            CasePerson.case_id == case.id, CasePerson.kind == "requester"
        )
    ).one()
    return ReceiptView(
        number=case.number,
        access_code=slip.access_code,
        language=case.language,
        received_at=case.received_at,
        due_on=case.sort_on,
        reckoning=deadlines.reckon(db.session, case, first.right),
        rights=tuple(right.right for right in rights),
        email=current_vault().open_optional(requester, "email") or "",
        is_mailed=_has_code(case.id),
        is_confirmed=case.address_confirmed_at is not None,
        is_guarded=case.is_guarded,
        stops_on=_stops_on(case, rights),
    )


def receipt_pdf(slip: Slip, *, is_posted: bool = False) -> bytes:
    """Return the receipt as a tagged PDF, in the language of the case.

    is_posted: name and address stand where an envelope shows them, where an address is known.
    Raises SenderIncomplete where the house could not be answered.
    """
    view = read_receipt(slip)
    organisation = _organisation(slip)
    recipient = recipient_of(_case(slip)) if is_posted else ()
    if recipient:
        check_sender(facts_of(organisation))
    language = view.language
    lines = (translate(language, s.message_id, **s.facts) for s in view.reckoning.steps)
    return render_receipt_pdf(
        Receipt(
            case_number=view.number,
            access_code=view.access_code,
            organisation=sender_of(facts_of(organisation)),
            language=language,
            received_at=view.received_at,
            due_on=view.due_on,
            counting=tuple(lines),
            drawing=clock_drawing(view.reckoning, None),
            rights=tuple(translate(language, f"right.{right}") for right in view.rights),
            status_url=addresses.case_address(addresses.base_address(), organisation),
            timezone=str(profiles.get(_case(slip).profile).zone),
            recipient=recipient,
        )
    )


def receipt_ics(slip: Slip, now: datetime) -> str:
    """Return the due date as a calendar entry: the case number and a link, no person."""
    case, organisation = _case(slip), _organisation(slip)
    return to_ics(
        CalendarEntry(
            uid=f"{case.id}@dsar",
            day=case.sort_on,
            title=translate(case.language, "p6.ics.title", ref=case.number),
            link=addresses.case_address(addresses.base_address(), organisation),
        ),
        now,
    )


def _stops_on(case: Case, rights: list[RequestedRight]) -> date | None:
    """Return by when marketing ends: the law says at once, the house so many open days."""
    if not any(is_marketing(Right(each.right), answers_of(each)) for each in rights):
        return None
    house = db.session.get_one(Organisation, case.organisation_id)
    received_on = profiles.get(case.profile).local_date(case.received_at)
    return office_of(case, house).calendar.add_working_days(received_on, STOP_DAYS)


def _has_code(case_id: str) -> bool:
    """Say whether a code to confirm the address was ever made for the case."""
    codes = db.select(MailedCode.id).where(
        MailedCode.case_id == case_id, MailedCode.purpose == str(CodePurpose.CONFIRM)
    )
    return db.session.scalar(codes.limit(1)) is not None


def _case(slip: Slip) -> Case:
    return db.session.get_one(Case, slip.case_id)


def _organisation(slip: Slip) -> Organisation:
    return db.session.get_one(Organisation, _case(slip).organisation_id)

"""Letters as staff see them: what is kept here, and what became of those of one case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.models import Case, Organisation, OutboxMessage, db

#: The newest so many are listed.
MOST = 200


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter in a list."""

    id: str
    template: str
    recipient: str
    state: str
    code: str | None
    at: datetime
    organisation: str
    number: str


def kept_letters(organisation_ids: Sequence[str]) -> list[LetterRow]:
    """Return the letters of these organisations that are kept here, the newest first."""
    return _rows(
        OutboxMessage.organisation_id.in_(organisation_ids), OutboxMessage.state == "kept"
    )


def letters_to_person(case: Case) -> list[LetterRow]:
    """Return the letters of a case to the person, the newest first."""
    return _rows(OutboxMessage.case_id == case.id, OutboxMessage.recipient == "person")


def letters_with_code(case: Case, code: str) -> list[LetterRow]:
    """Return the letters of a case to the person of which a code says what happened."""
    return _rows(
        OutboxMessage.case_id == case.id,
        OutboxMessage.recipient == "person",
        OutboxMessage.last_code == code,
    )


def kept_letter(letter_id: str, organisation_ids: Sequence[str]) -> LetterRow | None:
    """Return a kept letter of one of these organisations, or None."""
    found = _rows(
        OutboxMessage.id == letter_id,
        OutboxMessage.organisation_id.in_(organisation_ids),
        OutboxMessage.state.in_(("kept", "posted")),
    )
    return found[0] if found else None


def letter_of_case(case: Case, letter_id: str) -> LetterRow | None:
    """Return a letter of this case to the person, or None."""
    return next((row for row in letters_to_person(case) if row.id == letter_id), None)


def _rows(*where: object) -> list[LetterRow]:
    query = (
        select(OutboxMessage, Organisation.display_name, Case.number)
        .join(Organisation, Organisation.id == OutboxMessage.organisation_id)
        .outerjoin(Case, Case.id == OutboxMessage.case_id)
        .where(*where)  # type: ignore[arg-type]  # conditions
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
        .limit(MOST)
    )
    return [
        LetterRow(
            id=row.id,
            template=row.template,
            recipient=row.recipient,
            state=row.state,
            code=row.last_code,
            at=row.settled_at or row.created_at,
            organisation=organisation,
            number=number or "",
        )
        for row, organisation, number in db.session.execute(query)
    ]

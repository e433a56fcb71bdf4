"""Cases that may be about the same person, and those that are linked: one question."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from dsar.domain.cases import State
from dsar.models import Case, CaseLink, CasePerson, NameToken, db

#: So many are shown, the linked ones first.
MOST = 20


@dataclass(frozen=True, slots=True)
class Similar:
    """Another case, why it stands here, and how it is linked; no text where it is not."""

    id: str
    number: str
    state: str
    has_address: bool
    has_name: bool
    link: str


def similar_cases(case: Case) -> list[Similar]:
    """Return the cases of one organisation with the same address or name, or a link."""
    by_address, by_name = _same_address(case.id), _same_name(case)
    link = aliased(CaseLink)
    query = (
        select(Case.id, Case.number, Case.state, by_address, by_name, link.kind)
        .outerjoin(link, _links(link, case.id))
        .where(
            Case.organisation_id == case.organisation_id,
            Case.id != case.id,
            Case.state != str(State.DISPOSED),
            or_(by_address, by_name, link.id.is_not(None)),
        )
        .order_by(link.id.is_(None), Case.received_at.desc(), Case.id)
        .limit(MOST)
    )
    return [
        Similar(row[0], row[1], row[2], bool(row[3]), bool(row[4]), row[5] or "")
        for row in db.session.execute(query)
    ]


def _links(link: type[CaseLink], case_id: str) -> ColumnElement[bool]:
    return or_(
        and_(link.case_id == case_id, link.other_id == Case.id),
        and_(link.other_id == case_id, link.case_id == Case.id),
    )


def _same_address(case_id: str) -> ColumnElement[bool]:
    own = select(CasePerson.email_index).where(
        CasePerson.case_id == case_id, CasePerson.email_index.is_not(None)
    )
    return exists().where(CasePerson.case_id == Case.id, CasePerson.email_index.in_(own))


def _same_name(case: Case) -> ColumnElement[bool]:
    """Say whether a case has exactly the name tokens of this one, in whatever order."""
    own: Select[str] = select(NameToken.token).where(NameToken.case_id == case.id)
    count = select(func.count()).where(NameToken.case_id == case.id).scalar_subquery()
    theirs = aliased(NameToken)
    alike = (
        select(theirs.case_id)
        .where(theirs.organisation_id == case.organisation_id, theirs.token.in_(own))
        .group_by(theirs.case_id)
        .having(func.count() == count)
    )
    more = aliased(NameToken)
    others = exists().where(more.case_id == Case.id, more.token.not_in(own))
    return and_(Case.id.in_(alike), ~others)

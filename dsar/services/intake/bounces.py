"""An address that bounces is erased as promised: a case, worked like any other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.domain.bounces import BounceNotHere, checked_address
from dsar.domain.cases import OPEN
from dsar.domain.events import Actor, EventKind
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import facts_of
from dsar.domain.registration import Channel
from dsar.domain.rights import Right
from dsar.i18n import translate
from dsar.models import Case, CasePerson, Organisation, RequestedRight
from dsar.services.intake.opening import (
    Fresh,
    OpenCase,
    PersonFacts,
    Wish,
    find_submission,
    fresh_case,
    open_case,
    opening_facts,
)
from dsar.services.intake.submission import tell_handlers
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault, normalise_address


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that mail came back from. The submission key makes twice once."""

    organisation_key: str
    address: str
    submission_key: str


@dataclass(frozen=True, slots=True)
class Registered:
    """The case of an address; is_new is false where one was open already."""

    number: str
    is_new: bool


class _OpenAlready(Exception):
    """The address has an open case of erasure, or the form has made its case."""


def takes_bounces(organisation: Organisation) -> bool:
    """Say whether an organisation has promised to erase an address that bounces."""
    return facts_of(organisation).does(Behaviour.BOUNCE_IS_ERASURE)


def register(bounce: Bounce, actor: Actor, now: datetime) -> Registered:
    """Open a case of erasure for an address, unless one is open. Nobody is written to.

    Raises BounceNotHere, BounceAddressWrong.
    """
    address = checked_address(bounce.address)
    try:
        with fresh_case() as fresh:
            return Registered(_register(bounce, address, fresh, (actor, now)), True)
    except _OpenAlready as known:
        return Registered(str(known), False)


def _register(bounce: Bounce, address: str, fresh: Fresh, by: tuple[Actor, datetime]) -> str:
    actor, now = by
    index = current_vault().blind("email", normalise_address(address))
    with transaction() as session:
        organisation = session.scalars(
            select(Organisation)
            .where(Organisation.key == bounce.organisation_key)
            .with_for_update()  # two reports of one address wait for each other
        ).one()
        if not takes_bounces(organisation):
            raise BounceNotHere
        _refuse_second(session, organisation, bounce, index)
        command = _command(bounce, address, organisation, now)
        file = open_case(session, command, fresh, actor)
        session.flush()
        person = session.scalars(
            select(CasePerson).where(CasePerson.case_id == fresh.case_id)
        ).one()
        # Found again by the address, which stands where nothing would be mailed to it.
        person.email_index = index
        file.record(EventKind.CASE_REGISTERED, **opening_facts(file, command))
        tell_handlers(file)
        return file.case.number


def _refuse_second(session: Db, organisation: Organisation, bounce: Bounce, index: str) -> None:
    made = find_submission(session, bounce.submission_key)
    if made is not None:
        raise _OpenAlready(made.number)
    known = session.scalar(
        select(Case.number)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .join(RequestedRight, RequestedRight.case_id == Case.id)
        .where(
            Case.organisation_id == organisation.id,
            CasePerson.email_index == index,
            RequestedRight.right == str(Right.ERASURE),
            RequestedRight.state.in_([str(state) for state in OPEN]),
        )
        .order_by(Case.received_at)
        .limit(1)
    )
    if known is not None:
        raise _OpenAlready(known)


def _command(
    bounce: Bounce, address: str, organisation: Organisation, now: datetime
) -> OpenCase:
    language = organisation.default_language
    wish = {"scope": "some", "text": translate(language, "bounce.wish")}
    return OpenCase(
        organisation_key=bounce.organisation_key,
        language=language,
        channel=str(Channel.BOUNCE),
        wishes=(Wish(Right.ERASURE, wish),),
        requester=PersonFacts(address, identifiers=address),
        received_at=now,
        registered_at=now,
        submission_key=bounce.submission_key,
        relation="news",
        reply_format="paper",
    )

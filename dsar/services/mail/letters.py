"""A waiting letter becomes a finished one: its words, its links, its address."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import func, select

from dsar import profiles
from dsar.channels import Letter
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import OrganisationFacts, facts_of
from dsar.i18n import format_date, has_message, translate
from dsar.models import (
    Case,
    CasePerson,
    Organisation,
    OutboxMessage,
    RequestedRight,
    Staff,
    Task,
)
from dsar.services.answer.answers import authority_of
from dsar.services.mail import addresses
from dsar.services.rights.forwarding import forwarding_of
from dsar.services.transaction import Db
from dsar.vault import KeyDestroyed, current_vault

STAFF = "staff"
#: The contact for security that the organisation names.
SECURITY = "security"
INSIDE = frozenset({STAFF, SECURITY})
NOTHING: Mapping[str, str] = {}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+([+-]\d\d:\d\d|Z)")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a letter is about: the row, whose it is, the case, the language it is read in."""

    session: Db
    row: OutboxMessage
    organisation: Organisation
    case: Case | None
    language: str

    @property
    def house(self) -> OrganisationFacts:
        """Return what the organisation says of itself."""
        return facts_of(self.organisation)


def compose(
    session: Db, row: OutboxMessage, to: str, instead: Mapping[str, str] = NOTHING
) -> Letter:
    """Return the finished letter. Raises MissingFact where its words lack one.

    instead: what to print for secrets that are wiped.
    """
    scene = _scene(session, row)
    facts = {**instead, **_facts(scene)}
    house = scene.house
    is_staff = row.recipient in INSIDE
    return Letter(
        id=row.id,
        thread=row.case_id or "",
        written_at=row.created_at,
        sender_name=house.display_name,
        to=to,
        reply_to="" if is_staff else _mailbox(house),
        language=scene.language,
        subject=_title(scene, facts),
        body="\n\n".join(
            [*_text(scene, facts), _staff_foot(scene) if is_staff else _foot(scene)]
        ),
    )


def words_on_paper(session: Db, row: OutboxMessage) -> tuple[str, str]:
    """Return subject and body without what only a mail has: its foot, its code, its way in.

    Raises MissingFact where its words lack one.
    """
    scene = _scene(session, row)
    facts = _facts(scene) | {"link": _link(scene, {})}
    return _title(scene, facts), "\n\n".join(_text(scene, facts))


def address_of(session: Db, row: OutboxMessage) -> str | None:
    """Return where the letter goes now, or None where it can go nowhere."""
    if row.recipient == SECURITY:
        house = session.get_one(Organisation, row.organisation_id)
        return facts_of(house).security_contact or None
    if row.recipient == STAFF:
        member = session.get(Staff, row.staff_id)
        return None if member is None or member.disabled_at else member.email
    person = session.scalar(
        select(CasePerson).where(
            CasePerson.case_id == row.case_id, CasePerson.kind == "requester"
        )
    )
    if person is None:
        return None
    try:
        return current_vault().open_optional(person, "email")
    except KeyDestroyed:
        return None


def _scene(session: Db, row: OutboxMessage) -> Scene:
    case = session.get(Case, row.case_id) if row.case_id else None
    member = session.get(Staff, row.staff_id) if row.staff_id else None
    organisation = session.get_one(Organisation, row.organisation_id)
    return Scene(session, row, organisation, case, member.language if member else row.language)


def _title(scene: Scene, facts: dict[str, object]) -> str:
    language = scene.language
    words_id = _subject(scene.row.template, language)
    return translate(language, words_id, **_short(facts, language))


def _text(scene: Scene, facts: dict[str, object]) -> list[str]:
    words_id = f"{scene.row.template}.body"
    return [translate(scene.language, words_id, **facts), *_remarks(scene)]


def _subject(template: str, language: str) -> str:
    """Return the subject's id: of the variant, or of the letter that it is a variant of."""
    own = f"{template}.subject"
    return own if has_message(language, own) else f"{template.partition('.')[0]}.subject"


def _short(facts: dict[str, object], language: str) -> dict[str, object]:
    """Return the facts with days in their short form: a subject stands on a lock screen."""
    return {
        name: format_date(fact, language, "short") if type(fact) is date else fact
        for name, fact in facts.items()
    }


def _facts(scene: Scene) -> dict[str, object]:
    given = {name: _value(fact) for name, fact in scene.row.facts.items()}
    facts: dict[str, object] = {"firm": scene.house.display_name, "link": _link(scene, {})}
    if scene.case is not None:
        facts |= _case_facts(scene, scene.case)
    facts |= given
    if scene.row.template.startswith("m20"):
        facts |= _forwarding_facts(scene)
    facts |= {
        name: translate(scene.language, f"{prefix}.{given[name]}")
        for name, prefix in _CODED.items()
        if name in given
    }
    if isinstance(moment := given.get("time"), datetime):
        facts["time"] = moment.astimezone(_zone(scene)).timetz()
    if scene.row.secrets is not None:
        secrets = json.loads(current_vault().open(scene.row, "secrets"))
        facts |= {**secrets, "link": _link(scene, secrets)}
    return facts


#: Facts that a notice gives as a code, and where the words for the code are.
_CODED = {
    "reason": "m10.reason",
    "step": "mail.step",
    "apology": "t07.apology",
    "role": "role",
}


def _case_facts(scene: Scene, case: Case) -> dict[str, object]:
    language, session = scene.language, scene.session
    authority = authority_of(case, scene.house)
    return {
        "ref": case.number,
        "due": case.binding_on or case.sort_on,
        "received": case.received_at,
        "tz": _zone(scene),
        "status": addresses.case_address(_base(scene), scene.organisation),
        "channel": translate(language, f"channel.{case.channel}"),
        "lang": translate(language, f"lang.{case.language}"),
        "rights": session.scalar(
            select(func.count(RequestedRight.id)).where(RequestedRight.case_id == case.id)
        ),
        "open_tasks": session.scalar(
            select(func.count(Task.id)).where(
                Task.case_id == case.id, Task.settled_at.is_(None)
            )
        ),
        "step": translate(language, f"mail.step.{case.state}"),
        "authority": authority.name,
        "authority_url": authority.url,
        "role": translate(language, "role.data_protection_officer"),
    }


def _forwarding_facts(scene: Scene) -> dict[str, object]:
    """Return who decides: a company may be named, how to reach it stands on paper only."""
    found = forwarding_of(str(scene.row.case_id))
    return {"controller": found.controller, "contact": found.contact} if found else {}


def _value(fact: object) -> object:
    """Return a day or a moment where JSON could only hold its ISO text."""
    if isinstance(fact, str) and _DAY.fullmatch(fact):
        return date.fromisoformat(fact)
    if isinstance(fact, str) and _MOMENT.fullmatch(fact):
        return datetime.fromisoformat(fact)
    return fact


def _link(scene: Scene, secrets: dict[str, str]) -> str:
    if scene.case is None:
        return addresses.staff_address()
    if scene.row.recipient == STAFF:
        return addresses.staff_case_address(scene.organisation, scene.case.number)
    if token := secrets.get("token"):
        return addresses.link_address(_base(scene), scene.organisation, token)
    return addresses.case_address(_base(scene), scene.organisation)


def _base(scene: Scene) -> str:
    if scene.case is None:
        return addresses.base_address()
    return addresses.base_address_of(scene.session, scene.case)


def _zone(scene: Scene) -> tzinfo:
    key = scene.case.profile if scene.case else scene.house.profile
    return profiles.get(key).zone


def _remarks(scene: Scene) -> list[str]:
    """Return what must be added: that it is late, or counts no pause, or is practice."""
    told = scene.row.facts
    shown = {
        "mail.late": told.get("is_late"),
        "mail.without_pause": told.get("is_suspended"),
        "mail.practice": scene.case is not None and scene.case.is_practice,
    }
    return [translate(scene.language, words) for words, is_shown in shown.items() if is_shown]


def _mailbox(house: OrganisationFacts) -> str:
    """Return where people may write by mail: nowhere, where only the pages take letters."""
    return "" if house.does(Behaviour.PORTAL_ONLY) else house.privacy_email


def _staff_foot(scene: Scene) -> str:
    return translate(scene.language, "mail.foot.staff", firm=scene.house.display_name)


def _foot(scene: Scene) -> str:
    house, language = scene.house, scene.language
    ways = {"phone": house.phone, "email": _mailbox(house), "post": house.postal_address}
    lines = [translate(language, "mail.never"), translate(language, "mail.sensitive"), ""]
    lines.append(house.display_name)
    if any(ways.values()):
        lines.append(translate(language, "mail.foot.h"))
    lines += [
        " - " + translate(language, f"mail.foot.{way}", phone=at, email=at, address=at)
        for way, at in ways.items()
        if at
    ]
    return "\n".join(lines)

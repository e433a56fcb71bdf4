"""Addresses that must not be used again: digests under a key, which nobody can read."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, func, select

from dsar.models import CasePerson, Organisation, Suppression, db
from dsar.services.casefile import CaseFile
from dsar.services.rows import ensure
from dsar.services.transaction import transaction
from dsar.vault import PHONE_DIGITS, current_vault, last_digits, normalise_address

MARKETING: Final = "marketing"
#: A consent that was withdrawn: its own words are part of the digest, never in the clear.
CONSENT: Final = "consent"


def comparable(address: str) -> str:
    """Return an address or a number as it is compared; empty where it is neither."""
    text = unicodedata.normalize("NFKC", address).strip()
    if "@" in text:
        return normalise_address(text)
    digits = last_digits(text)
    is_number = len(digits) == PHONE_DIGITS and not any(each.isalpha() for each in text)
    return digits if is_number else ""


def suppress_people(file: CaseFile, purpose: str, consent: str = "") -> int:
    """Suppress every address of the people of a case for a purpose. Returns how many.

    consent: the words of the consent, for the purpose CONSENT. Again is no error.
    """
    vault, session = current_vault(), file.session
    session.flush()
    people = session.scalars(select(CasePerson).where(CasePerson.case_id == file.case.id))
    given = [
        vault.open_optional(person, name) for person in people for name in ("email", "phone")
    ]
    known = {comparable(text) for text in given if text} - {""}
    for one in sorted(known):
        ensure(
            session,
            Suppression,
            organisation_id=file.case.organisation_id,
            purpose=purpose,
            digest=_digest(file.case.organisation_id, one, consent),
            since=file.now,
        )
    return len(known)


def suppressed(house: str, addresses: Iterable[str], consent: str = "") -> set[str]:
    """Return those of some addresses that marketing (or a consent's use) must leave alone."""
    organisation_id = _organisation_id(house)
    known = {
        row.digest
        for row in db.session.scalars(
            select(Suppression).where(Suppression.organisation_id == organisation_id)
        )
    }
    return {
        address
        for address in addresses
        if (one := comparable(address))
        and not known.isdisjoint(_digests(organisation_id, one, consent))
    }


def counted(house: str) -> dict[str, int]:
    """Return how many addresses are suppressed, by purpose."""
    query = select(Suppression.purpose, func.count()).where(
        Suppression.organisation_id == _organisation_id(house)
    )
    return {
        purpose: n for purpose, n in db.session.execute(query.group_by(Suppression.purpose))
    }


def allow_again(house: str, address: str, consent: str = "") -> bool:
    """Forget an entry, because the person asks for it herself. False where there is none."""
    organisation_id = _organisation_id(house)
    digests = _digests(organisation_id, comparable(address), consent)
    with transaction() as session:
        found = session.scalars(
            select(Suppression.id).where(
                Suppression.organisation_id == organisation_id, Suppression.digest.in_(digests)
            )
        ).all()
        session.execute(delete(Suppression).where(Suppression.id.in_(found)))
    return bool(found)


class HouseUnknown(LookupError):
    """There is no organisation with this key."""


def _organisation_id(house: str) -> str:
    found = db.session.scalar(select(Organisation.id).where(Organisation.key == house))
    if found is None:
        raise HouseUnknown(house)
    return found


def _digests(organisation_id: str, address: str, consent: str) -> list[bytes]:
    wanted = dict.fromkeys(["", consent])
    return [_digest(organisation_id, address, words) for words in wanted]


def _digest(organisation_id: str, address: str, consent: str) -> bytes:
    """Return the keyed digest: of another house, or another consent, it is another one."""
    text = f"{organisation_id}\n{normalise_address(consent)}\n{address}"
    return current_vault().blind("suppression", text).encode()

"""What the notice promises against what the law asks (ux D6): gaps to show on the first day."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import OrganisationFacts, SystemFacts
from dsar.domain.package.matrix import PRIVACY_SHIELD

_LETTER: Final = re.compile(r"\b[69]\((?:1|2)\)\([a-j]\)")
#: Replaced by ekomloven of 2024 (LOV-2024-12-13-76 § 3-15), in force from 1 January 2025.
_OLD_COOKIE_LAW: Final = re.compile(r"ekomloven\s*§\s*2-7\s*b", re.IGNORECASE)
_DEACTIVATES: Final = re.compile(r"dea[ck]tiv", re.IGNORECASE)
_POSTAL_CODE: Final = re.compile(r"(?:[A-Z]{1,2}-)?\d{3} ?\d{1,2}")


@dataclass(frozen=True, slots=True)
class PromiseGap:
    """One difference between notice and law: a code with its facts."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message_id(self) -> str:
        """Return the id of the words for it."""
        return f"gap.{self.code}"


Systems = Sequence[SystemFacts]
Rule = Callable[[OrganisationFacts, Systems], object]


def promise_gaps(facts: OrganisationFacts, systems: Systems) -> tuple[PromiseGap, ...]:
    """Return every gap, in the order in which the notice is read."""
    return tuple(_found(facts, systems))


def _found(facts: OrganisationFacts, systems: Systems) -> Iterable[PromiseGap]:
    for code, rule in _RULES.items():
        found = rule(facts, systems)
        if found:
            counted = isinstance(found, int) and not isinstance(found, bool)
            yield PromiseGap(code, {"n": found} if counted else {})


def can_send_post(facts: OrganisationFacts) -> bool:
    """Say whether a letter can name its sender: a postal address that is given is whole."""
    return not _lacks_town(facts, ())


def _lacks_town(facts: OrganisationFacts, _: Systems) -> bool:
    """Say whether a part of the postal address is a postal code with no town."""
    parts = [part.strip() for part in facts.postal_address.split(",")]
    return any(_POSTAL_CODE.fullmatch(part) for part in parts[1:])


def _names_no_basis(facts: OrganisationFacts, systems: Systems) -> bool:
    named = any(_LETTER.search(text) for text in facts.legal_bases)
    return not named and not any(system.legal_bases for system in systems)


def _has_old_transfer(facts: OrganisationFacts, systems: Systems) -> bool:
    told = (text for s in systems for by_item in s.texts.values() for text in by_item.values())
    return facts.does(Behaviour.BLOCK_TRANSFER_TEXT) or any(map(PRIVACY_SHIELD.search, told))


_RULES: Final[Mapping[str, Rule]] = {
    "no_controller": lambda f, _: not f.legal_name,
    "no_contact": lambda f, _: not (f.privacy_email or f.phone or f.postal_address),
    "two_addresses": lambda f, _: bool(f.other_emails),
    "no_town": _lacks_town,
    "no_authority": lambda f, _: f.origins.get("authority") != "stated",
    "rights_missing": lambda f, _: len(f.rights_default),
    "no_deadline": lambda f, _: f.origins.get("deadline") != "stated",
    "flat_promise": lambda f, _: bool(f.promise_days and not f.is_extension_mentioned),
    "always_identifies": lambda f, _: f.identity_kind == "always_proportionate",
    "no_basis": _names_no_basis,
    "old_cookie_law": lambda f, _: any(map(_OLD_COOKIE_LAW.search, f.legal_bases)),
    "old_transfer": _has_old_transfer,
    "deactivates": lambda _, s: any(_DEACTIVATES.search(x.retention) for x in s),
    "no_retention": lambda _, s: sum(not x.retention for x in s),
    "no_role": lambda _, s: sum(x.role == "unstated" for x in s),
}

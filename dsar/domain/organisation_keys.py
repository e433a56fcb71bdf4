"""The keys an organisation file may carry, and what each may hold."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dsar.domain.clock.errors import BadClockOption
from dsar.domain.clock.options import options_from
from dsar.domain.organisation_schema import (
    Choice,
    Leaf,
    ListOf,
    MapOf,
    Node,
    Number,
    Problem,
    Switch,
    Table,
    Text,
    below,
)
from dsar.domain.package.matrix import BOX

MOST_PROMISE_DAYS: Final = 90


class Behaviour(StrEnum):
    """What an organisation does differently: data, never its key (decision 14)."""

    ASK_COMPANY = "ask_company"
    PORTAL_ONLY = "portal_only"
    ALWAYS_IDENTIFY_LIGHTLY = "always_identify_lightly"
    PROCESSOR_FORWARD = "processor_forward"
    BLOCK_TRANSFER_TEXT = "block_transfer_text"
    BACKUP_PURGE = "backup_purge"
    BOUNCE_IS_ERASURE = "bounce_is_erasure"
    SECURITY_INTAKE = "security_intake"
    SITE_AUTHORITY = "site_authority"
    PERISHABLE = "perishable"


#: A key may not be a word that stands in the same place of an address.
RESERVED: Final = frozenset(
    {
        "admin",
        "api",
        "calendar",
        "calculator",
        "case",
        "cases",
        "invite",
        "keep",
        "mail",
        "o",
        "queue",
        "resume",
        "search",
        "settings",
        "setup",
        "sign-in",
        "sign-out",
        "staff",
        "static",
        "tasks",
        "today",
    }
)
ORIGINS: Final = ("stated", "default", "derived")
IDENTITY_KINDS: Final = ("reasonable_doubt", "always_proportionate")
SYSTEM_ROLES: Final = ("own", "processor", "unstated")
LEGAL_BASES: Final = tuple(f"6(1)({letter})" for letter in "abcdef")
STATED_RIGHTS: Final = (
    "info",
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "objection_marketing",
    "consent_withdrawal",
    "complaint",
)
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Known:
    """What this installation knows: jurisdiction profiles and languages."""

    profiles: Collection[str]
    languages: Collection[str]


class _ClockChoices(Leaf):
    """Options of the deadline engine (law table D1 to D18), as the engine reads them."""

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield what the engine refuses; a promise is stated as a promise, not here."""
        if not isinstance(value, dict):
            yield Problem(place, "not_table")
            return
        for key, one in value.items():
            if key.startswith("promise") or not _is_clock_choice(key, one):
                yield Problem(below(place, key), "bad_clock_option")


def _is_clock_choice(key: str, value: object) -> bool:
    try:
        options_from({key: value})
    except BadClockOption:
        return False
    return True


_LINE = Text()
_NOTE = Text(longest=2000, lines=True)
_EMAIL = Text(longest=254, form="email")
_ORIGIN = Choice(ORIGINS)


def system_schema(known: Known) -> Table:
    """Return what [[controller.system]] may hold."""
    items = Choice([item.key for item in BOX])
    texts = MapOf(Choice(known.languages), MapOf(items, Text(longest=5000, lines=True)))
    return Table(
        {
            "key": Text(form="key", required=True),
            "name": Text(required=True),
            "role": Choice(SYSTEM_ROLES),
            "owner": _LINE,
            "owner_email": _EMAIL,
            "data": ListOf(Text(required=True)),
            "retention": _NOTE,
            "perishable_days": Number(1, 3650),
            "purge_lag_days": Number(1, 3650),
            "expect_no_personal_data": Switch(),
            "paper": Switch(),
            "legal_bases": ListOf(Choice(LEGAL_BASES)),
            "search_keys": ListOf(Text(required=True), most=20),
            "outside_eea": Switch(),
            "texts": texts,
            "not_applicable": texts,
        },
        required=("name",),
    )


def controller_schema(known: Known) -> Table:
    """Return what [[controller]] may hold, without its systems."""
    return Table({**_identity(known), **_contact(known), **_rules()}, required=_REQUIRED)


_REQUIRED: Final = ("key", "profile", "display_name", "ui_languages", "default_language")


def _identity(known: Known) -> dict[str, Node]:
    promise = Table(
        {
            "n": Number(1, MOST_PROMISE_DAYS),
            "unit": Choice(("days", "working_days")),
            "words": Choice(("one_month",)),
        }
    )
    return {
        "key": Text(form="key", required=True),
        "profile": Choice(known.profiles),
        "promise": promise,
        "behaviours": ListOf(Choice(tuple(Behaviour))),
        "source": _LINE,
        "display_name": Text(required=True),
        "legal_name": _LINE,
        "org_number": _LINE,
    }


def _contact(known: Known) -> dict[str, Node]:
    site = Table(
        {
            "language": Choice(known.languages),
            "profile": Choice(known.profiles),
            "base_url": Text(form="address"),
            "clock": _ClockChoices(),
        }
    )
    return {
        "postal_address": _LINE,
        "visiting_address": _LINE,
        "phone": _LINE,
        "privacy_email": _EMAIL,
        "other_emails": ListOf(_EMAIL, most=20),
        "security_contact": _EMAIL,
        "sites": ListOf(Text(form="host", required=True)),
        "site_settings": MapOf(Text(form="host"), site),
        "ui_languages": ListOf(Choice(known.languages), least=1),
        "default_language": Choice(known.languages),
        "office_hours": Table(
            {
                "days": ListOf(Choice(WEEKDAYS), least=1, most=7),
                "opens": Text(form="clock", required=True),
                "closes": Text(form="clock", required=True),
            },
            required=("days", "opens", "closes"),
        ),
        "solo": Switch(),
        "notice_date": Text(form="day"),
        "notice_version": _LINE,
        "dpo": _LINE,
    }


def _rules() -> dict[str, Node]:
    authority: dict[str, Node] = {
        "key": Text(form="key", required=True),
        "by_site": MapOf(Text(form="host"), Text(form="key", required=True)),
        "origin": _ORIGIN,
    }
    identity: dict[str, Node] = {
        "kind": Choice(IDENTITY_KINDS),
        "origin": _ORIGIN,
        "newsletter_changes_from_registered_address": Switch(),
    }
    return {
        "authority": Table(authority),
        "roles": ListOf(Choice(("controller", "processor"))),
        "rights_stated": ListOf(Choice(STATED_RIGHTS)),
        "rights_default": ListOf(Choice(STATED_RIGHTS)),
        "deadline": Table({"origin": _ORIGIN, "extension_mentioned": Switch()}),
        "free_of_charge": Table({"value": Switch(), "origin": _ORIGIN}),
        "identity_policy": Table(identity),
        "clock": _ClockChoices(),
        "legal_bases": ListOf(_NOTE),
        "special": ListOf(_NOTE),
    }

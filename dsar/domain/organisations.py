"""An organisation and its systems as values: what every other part asks about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from dsar.domain.organisation_keys import Behaviour
from dsar.domain.package.matrix import BOX, ItemText

NOTHING: Final[Mapping[str, Any]] = {}
WORKING_WEEK: Final = ("mon", "tue", "wed", "thu", "fri")


class HasDocument(Protocol):
    """A row that carries its entry of the organisation file."""

    @property
    def key(self) -> str:
        """Key of the row, which never changes."""

    @property
    def document(self) -> dict[str, Any]:
        """The entry as the file has it."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When somebody is there: weekdays (mon first) and local clock times, HH:MM."""

    days: tuple[str, ...] = WORKING_WEEK
    opens: str = "08:00"
    closes: str = "16:00"


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One site of an organisation; an empty text is: as the organisation has it."""

    host: str
    language: str
    profile: str = ""
    authority_key: str = ""
    base_url: str = ""
    clock: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts:
    """What an organisation says of itself. An empty text is: it does not say."""

    key: str
    display_name: str
    profile: str
    ui_languages: tuple[str, ...]
    default_language: str
    legal_name: str = ""
    org_number: str = ""
    privacy_email: str = ""
    other_emails: tuple[str, ...] = ()
    security_contact: str = ""
    phone: str = ""
    postal_address: str = ""
    visiting_address: str = ""
    dpo: str = ""
    notice_date: str = ""
    notice_version: str = ""
    promise_days: int | None = None
    promise_working_days: int | None = None
    promise_words: str = ""
    behaviours: frozenset[str] = frozenset()
    identity_kind: str = "reasonable_doubt"
    newsletter_from_registered_address: bool = False
    authority_key: str = ""
    authority_by_site: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ("controller",)
    rights_stated: tuple[str, ...] = ()
    rights_default: tuple[str, ...] = ()
    is_extension_mentioned: bool = False
    legal_bases: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    office_hours: OfficeHours = OfficeHours()
    is_solo: bool = False
    sites: tuple[SiteFacts, ...] = ()
    clock: Mapping[str, object] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def does(self, behaviour: Behaviour) -> bool:
        """Return whether the organisation has this behaviour."""
        return behaviour in self.behaviours

    def site(self, host: str) -> SiteFacts | None:
        """Return the site with this host, or None."""
        return next((site for site in self.sites if site.host == host), None)


@dataclass(frozen=True, kw_only=True)
class SystemFacts:
    """A place where personal data lies, and what its register entry tells (GDPR art. 30)."""

    key: str
    name: str
    role: str = "unstated"
    owner: str = ""
    owner_email: str = ""
    data: tuple[str, ...] = ()
    retention: str = ""
    perishable_days: int | None = None
    purge_lag_days: int | None = None
    expect_no_personal_data: bool = False
    #: Not automated, so nothing of it is portable (GDPR art. 20(1)(b)).
    is_paper: bool = False
    legal_bases: tuple[str, ...] = ()
    search_keys: tuple[str, ...] = ()
    outside_eea: bool | None = None
    #: language -> item of GDPR art. 15(1) or (2) -> text
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: language -> item -> why it does not apply
    not_applicable: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def item_text(self, item: str, language: str) -> ItemText:
        """Return what is told of one item, as the completeness gate reads it."""
        told = {lang: by_item[item] for lang, by_item in self.texts.items() if item in by_item}
        return ItemText(told, self.not_applicable.get(language, {}).get(item, ""))

    def items_missing(self, language: str) -> tuple[str, ...]:
        """Return the required items that have neither text nor reason in the language."""
        told = {**self.not_applicable.get(language, {}), **self.texts.get(language, {})}
        return tuple(i.key for i in BOX if i.required and not str(told.get(i.key, "")).strip())


def facts_of(row: HasDocument) -> OrganisationFacts:
    """Return an organisation's facts; nothing is invented, a gap stays empty."""
    doc = row.document
    authority, identity = doc.get("authority", NOTHING), doc.get("identity_policy", NOTHING)
    promise = doc.get("promise", NOTHING)
    days = promise.get("unit") == "days"
    plain: dict[str, Any] = {name: doc.get(name, "") for name in _TEXTS}
    plain |= {name: tuple(doc.get(name, ())) for name in _LISTS}
    return OrganisationFacts(
        key=row.key,
        **plain,
        roles=tuple(doc.get("roles", ("controller",))),
        promise_days=promise.get("n") if days else None,
        promise_working_days=None if days else promise.get("n"),
        promise_words=promise.get("words", ""),
        behaviours=frozenset(doc.get("behaviours", ())),
        identity_kind=identity.get("kind", "reasonable_doubt"),
        newsletter_from_registered_address=bool(
            identity.get("newsletter_changes_from_registered_address", False)
        ),
        authority_key=authority.get("key", ""),
        authority_by_site=authority.get("by_site", NOTHING),
        is_extension_mentioned=bool(doc.get("deadline", NOTHING).get("extension_mentioned")),
        office_hours=_office_hours(doc.get("office_hours")),
        is_solo=bool(doc.get("solo", False)),
        sites=_sites(doc),
        clock=doc.get("clock", NOTHING),
        origins={n: doc[n]["origin"] for n in _ORIGINS if "origin" in doc.get(n, ())},
    )


_TEXTS: Final = (
    "display_name",
    "profile",
    "default_language",
    "legal_name",
    "org_number",
    "privacy_email",
    "security_contact",
    "phone",
    "postal_address",
    "visiting_address",
    "dpo",
    "notice_date",
    "notice_version",
)
_LISTS: Final = (
    "ui_languages",
    "other_emails",
    "rights_stated",
    "rights_default",
    "legal_bases",
    "special",
)
_ORIGINS: Final = ("authority", "deadline", "free_of_charge", "identity_policy")


def system_facts(row: HasDocument) -> SystemFacts:
    """Return a data system's facts; nothing is invented, a gap stays empty."""
    doc = row.document
    return SystemFacts(
        key=row.key,
        name=doc["name"],
        role=doc.get("role", "unstated"),
        owner=doc.get("owner", ""),
        owner_email=doc.get("owner_email", ""),
        data=tuple(doc.get("data", ())),
        retention=doc.get("retention", ""),
        perishable_days=doc.get("perishable_days"),
        purge_lag_days=doc.get("purge_lag_days"),
        expect_no_personal_data=bool(doc.get("expect_no_personal_data", False)),
        is_paper=bool(doc.get("paper", False)),
        legal_bases=tuple(doc.get("legal_bases", ())),
        search_keys=tuple(doc.get("search_keys", ())),
        outside_eea=doc.get("outside_eea"),
        texts=doc.get("texts", NOTHING),
        not_applicable=doc.get("not_applicable", NOTHING),
    )


def missing_for_publication(facts: OrganisationFacts) -> tuple[str, ...]:
    """Return what must be filled in before the form may open (GDPR art. 13(1)(a)).

    "legal_name": nobody is named as the controller. "contact": no mail address, no phone
    and no postal address.
    """
    contact = (facts.privacy_email, facts.phone, facts.postal_address)
    lacks = {
        "legal_name": not facts.legal_name.strip(),
        "contact": not any(channel.strip() for channel in contact),
    }
    return tuple(code for code, lacking in lacks.items() if lacking)


def clock_options(facts: OrganisationFacts, host: str = "") -> dict[str, object]:
    """Return the options for the deadline engine: the house's, the site's, the promise."""
    site = facts.site(host)
    options = {**facts.clock, **(site.clock if site else {})}
    if facts.promise_days:
        options["promise_days"] = facts.promise_days
    if facts.promise_working_days:
        options["promise_working_days"] = facts.promise_working_days
    return options


def profiles_of(facts: OrganisationFacts, host: str = "") -> tuple[str, ...]:
    """Return the profiles that count: the establishment's, then one the site declares.

    With two of them the earlier date binds (decision 6).
    """
    site = facts.site(host)
    declared = site.profile if site else ""
    return tuple(dict.fromkeys(filter(None, (facts.profile, declared))))


def authority_of(facts: OrganisationFacts, host: str = "") -> str:
    """Return the key of the authority to complain to: the site's, else the organisation's."""
    return facts.authority_by_site.get(host) or facts.authority_key


def _office_hours(table: Mapping[str, Any] | None) -> OfficeHours:
    if table is None:
        return OfficeHours()
    return OfficeHours(tuple(table["days"]), table["opens"], table["closes"])


def _sites(doc: Mapping[str, Any]) -> tuple[SiteFacts, ...]:
    settings, by_site = doc.get("site_settings", NOTHING), _by_site(doc)
    hosts = dict.fromkeys([*doc.get("sites", ()), *settings])
    return tuple(
        SiteFacts(
            host,
            settings.get(host, NOTHING).get("language", doc["default_language"]),
            settings.get(host, NOTHING).get("profile", ""),
            by_site.get(host, ""),
            settings.get(host, NOTHING).get("base_url", ""),
            settings.get(host, NOTHING).get("clock", NOTHING),
        )
        for host in hosts
    )


def _by_site(doc: Mapping[str, Any]) -> Mapping[str, str]:
    by_site: Mapping[str, str] = doc.get("authority", NOTHING).get("by_site", NOTHING)
    return by_site

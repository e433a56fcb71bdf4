"""What an organisation says of itself, as rows of a page: words, value, origin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dsar.domain.organisations import OrganisationFacts
from dsar.i18n import page_language, t
from dsar.services.setup.organisations import authority_name


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact: the id of its words, what it says, and who says so."""

    words_id: str
    value: str
    origin: str
    #: Quoted from a notice, in whatever language that is written.
    is_quoted: bool = False

    @property
    def origin_words(self) -> str:
        """Return where the fact comes from, in words."""
        return t(f"admin.origin.{self.origin}")


#: The file's own words for two things that the list of rights names otherwise.
_RIGHT_WORDS: Final = {
    "info": "right.information",
    "objection_marketing": "admin.right.objection_marketing",
}

_QUOTED: Final = frozenset({"admin.legal_bases.label", "admin.special.label"})
Value = Callable[[OrganisationFacts], str]


def fact_rows(facts: OrganisationFacts) -> dict[str, list[FactRow]]:
    """Return the facts in sections: names, contact, promises."""
    return {
        section: [_row(facts, words_id, *how) for words_id, how in rows.items()]
        for section, rows in _SECTIONS.items()
    }


def _row(facts: OrganisationFacts, words_id: str, value: Value, said_in: str = "") -> FactRow:
    text = value(facts)
    origin = facts.origins.get(said_in) or ("stated" if text else "missing")
    return FactRow(words_id, text, origin, words_id in _QUOTED)


def _languages(facts: OrganisationFacts) -> str:
    return ", ".join(t(f"lang.{code}") for code in facts.ui_languages)


def _promise(facts: OrganisationFacts) -> str:
    if days := facts.promise_days or facts.promise_working_days:
        return t("admin.promise.days", n=days)
    return t("s0.dl.month.label")


def _identity(facts: OrganisationFacts) -> str:
    ids = {
        "reasonable_doubt": "s0.id.doubt.label",
        "always_proportionate": "s0.id.always.label",
    }
    return t(ids[facts.identity_kind])


def _rights(rights: tuple[str, ...]) -> str:
    return ", ".join(t(_RIGHT_WORDS.get(right, f"right.{right}")) for right in rights)


def _authority(facts: OrganisationFacts) -> str:
    keys = dict.fromkeys([facts.authority_key, *facts.authority_by_site.values()])
    return "\n".join(authority_name(key, page_language()) for key in keys if key)


def _hours(facts: OrganisationFacts) -> str:
    hours = facts.office_hours
    days = ", ".join(t(f"weekday.{day}") for day in hours.days)
    return t("admin.hours", days=days, opens=hours.opens, closes=hours.closes)


def _behaviours(facts: OrganisationFacts) -> str:
    return "\n".join(t(f"behaviour.{code}.label") for code in sorted(facts.behaviours))


_SECTIONS: Final[dict[str, dict[str, tuple[Value] | tuple[Value, str]]]] = {
    "names": {
        "admin.display_name.label": (lambda f: f.display_name,),
        "s0.org.label": (lambda f: f.legal_name,),
        "s0.orgnr.label": (lambda f: f.org_number,),
        "admin.dpo.label": (lambda f: f.dpo,),
    },
    "contact": {
        "admin.privacy_email.label": (lambda f: f.privacy_email,),
        "admin.other_emails.label": (lambda f: "\n".join(f.other_emails),),
        "admin.phone.label": (lambda f: f.phone,),
        "admin.postal_address.label": (lambda f: f.postal_address,),
        "admin.visiting_address.label": (lambda f: f.visiting_address,),
        "admin.security_contact.label": (lambda f: f.security_contact,),
        "admin.languages.label": (_languages,),
        "admin.sites.label": (lambda f: "\n".join(site.host for site in f.sites),),
    },
    "promises": {
        "s0.dl.h": (_promise, "deadline"),
        "s0.id.h": (_identity, "identity_policy"),
        "admin.authority.label": (_authority, "authority"),
        "admin.free.label": (lambda _: t("admin.free"), "free_of_charge"),
        "admin.rights_stated.label": (lambda f: _rights(f.rights_stated),),
        "admin.rights_default.label": (lambda f: _rights(f.rights_default),),
        "admin.hours.label": (_hours,),
        "admin.solo.short": (lambda f: t("admin.yes") if f.is_solo else t("admin.no"),),
        "admin.behaviours.label": (_behaviours,),
        "admin.legal_bases.label": (lambda f: "\n".join(f.legal_bases),),
        "admin.special.label": (lambda f: "\n".join(f.special),),
    },
}

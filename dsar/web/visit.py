"""Whose form a person is visiting: the organisation of the URL, as she may see it."""

from dataclasses import dataclass

from flask import abort, redirect, request, url_for

from dsar.access import NotFound, any_organisation
from dsar.domain.organisations import OrganisationFacts, facts_of
from dsar.web.pages import Shown, show_organisation


@dataclass(frozen=True, slots=True)
class Visit:
    """The organisation of the page, and what its file says."""

    facts: OrganisationFacts
    is_open: bool

    @property
    def key(self) -> str:
        """Return its key, as URLs carry it."""
        return self.facts.key

    @property
    def has(self) -> frozenset[str]:
        """Return the behaviours that its file switches on."""
        return self.facts.behaviours

    @property
    def host(self) -> str:
        """Return the site on which the person came, where the organisation has it."""
        return request.host if request.host in {s.host for s in self.facts.sites} else ""


def visit(key: str, *, closed_too: bool = False) -> Visit:
    """Return the organisation of the URL and make the page its own. Raises NotFound.

    While its form is closed every page leads to the start page, which says whom to call. What
    is being sent goes on: its view keeps it, and answers with it.
    """
    row = any_organisation(key)
    if row is None:
        raise NotFound
    facts = facts_of(row)
    found = Visit(facts, is_open=row.published_at is not None)
    site = next((s for s in facts.sites if s.host == request.host), None)
    show_organisation(
        Shown(
            key=facts.key,
            name=facts.legal_name or facts.display_name,
            language=site.language if site else "",
            languages=facts.ui_languages,
            default_language=facts.default_language,
            phone=facts.phone,
            email="" if "portal_only" in facts.behaviours else facts.privacy_email,
            address=facts.postal_address,
        )
    )
    if not found.is_open and not closed_too and request.method != "POST":
        abort(redirect(url_for("public.start", organisation=key), 303))
    return found

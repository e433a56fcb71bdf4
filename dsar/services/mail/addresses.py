"""Absolute links: only from the configured base address, or the site's own."""

from flask import current_app
from sqlalchemy import select

from dsar.models import Case, Organisation, Site
from dsar.services.transaction import Db


def base_address() -> str:
    """Return the address at which the settings say that people reach this installation."""
    address: str = current_app.extensions["dsar.config"].server.base_url
    return address.rstrip("/")


def base_address_of(session: Db, case: Case) -> str:
    """Return the base address of the site on which the case was opened, else the common one."""
    if case.site is None:
        return base_address()
    site = session.scalar(
        select(Site).where(Site.host == case.site, Site.organisation_id == case.organisation_id)
    )
    return site.base_url.rstrip("/") if site else base_address()


def case_address(base: str, organisation: Organisation) -> str:
    """Return where a person sees her case: the page asks for its codes."""
    return f"{base}/o/{organisation.key}/case"


def link_address(base: str, organisation: Organisation, token: str) -> str:
    """Return a one-time link: it opens a page with one button."""
    return f"{base}/o/{organisation.key}/l/{token}"


def staff_case_address(organisation: Organisation, number: str) -> str:
    """Return where staff work on a case."""
    return f"{base_address()}/staff/{organisation.key}/cases/{number}"


def staff_address() -> str:
    """Return where staff begin."""
    return f"{base_address()}/staff"

"""dsar staff: add, list, disable, enable, and a fresh link for the first account or for one."""

from typing import Final

import click
from flask import current_app

from dsar.cli.installation import with_installation
from dsar.domain.events import Actor
from dsar.domain.organisation_schema import PATTERNS
from dsar.domain.roles import Role
from dsar.queries.organisations import all_staff
from dsar.services.setup.organisations import id_of
from dsar.services.staff import accounts
from dsar.timesource import utcnow

ACTOR: Final = Actor("cli", "staff")

staff = click.Group("staff", help="Look after the people who answer requests.")


def _address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not PATTERNS["email"].fullmatch(value):
        raise click.BadParameter("this is not an e-mail address")
    return value


@staff.command("add")
@click.argument("email", callback=_address)
@click.option("--name", required=True, help="As colleagues see it.")
@click.option("--organisation", "key", default="", help="Key of the organisation.")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(r) for r in Role]))
@click.option(
    "--language", default="nb", show_default=True, type=click.Choice(["nb", "en", "sv"])
)
@with_installation
def add(email: str, name: str, key: str, roles: tuple[str, ...], language: str) -> None:  # noqa: PLR0913, PLR0917  # one a word of the command line
    """Make an account for EMAIL and print the link by which its owner opens it."""
    if roles and not key:
        raise click.UsageError("--role needs --organisation")
    wanted = [(id_of(key), role) for role in roles]
    person = accounts.Person(name, email, language)
    invited = accounts.invite(person, wanted, (ACTOR, utcnow()))
    click.echo(link_to("invite", invited.token))


@staff.command("list")
@with_installation
def list_all() -> None:
    """Print each account: address, name, and what is special about it."""
    for line in all_staff():
        marks = {
            "admin": line.is_admin,
            "invited": line.is_invited,
            "disabled": line.is_disabled,
        }
        words = ", ".join(word for word, is_so in marks.items() if is_so)
        click.echo(f"{line.email}\t{line.name}\t{words}".rstrip())


@staff.command("link")
@click.argument("email", default="")
@with_installation
def link(email: str) -> None:
    """Print a fresh link: for EMAIL, or for the first account where there is none yet."""
    if email:
        click.echo(link_to("invite", accounts.renew_invitation(email, utcnow()).token))
    else:
        click.echo(link_to("setup", accounts.make_setup_link(utcnow())))


@staff.command("disable")
@click.argument("email")
@with_installation
def disable(email: str) -> None:
    """Close an account at once, on every node."""
    accounts.disable(email, (ACTOR, utcnow()))
    click.echo(f"{email}: disabled")


@staff.command("enable")
@click.argument("email")
@with_installation
def enable(email: str) -> None:
    """Open a closed account again."""
    accounts.enable(email, ACTOR)
    click.echo(f"{email}: enabled")


def link_to(kind: str, token: str) -> str:
    """Return the address that a browser opens."""
    base_url = current_app.extensions["dsar.config"].server.base_url
    return f"{base_url}/staff/{kind}/{token}"

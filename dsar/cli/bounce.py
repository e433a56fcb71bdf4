"""dsar bounce: read a mail that came back, and register the addresses that failed for good."""

import hashlib
from typing import BinaryIO, Final

import click

from dsar.cli.installation import with_installation
from dsar.domain.bounces import MOST_BYTES, failed_addresses
from dsar.domain.events import Actor
from dsar.services.intake import bounces
from dsar.services.setup.organisations import id_of
from dsar.timesource import utcnow

ACTOR: Final = Actor("cli", "bounce")


@click.command("bounce")
@click.argument("file", type=click.File("rb"))
@click.option("--organisation", "key", required=True, help="Key of the organisation.")
@with_installation
def bounce(file: BinaryIO, key: str) -> None:
    """Register the addresses of a delivery report (.eml, RFC 3464); - reads it from a pipe.

    Prints the number of each case, and no address.
    """
    id_of(key)
    content = file.read(MOST_BYTES + 1)
    digest = hashlib.sha256(content).hexdigest()[:32]
    for position, address in enumerate(failed_addresses(content)):
        command = bounces.Bounce(key, address, f"bounce:{key}:{digest}:{position}")
        made = bounces.register(command, ACTOR, utcnow())
        click.echo(f"{made.number}: {'opened' if made.is_new else 'open already'}")

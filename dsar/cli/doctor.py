"""Check an installation: one line a part, what is wrong and what to do."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from sqlalchemy.exc import SQLAlchemyError

from dsar import profiles
from dsar.cli.folder import load_settings, open_app, with_folder
from dsar.config import Config
from dsar.domain.calendars import add_months
from dsar.domain.errors import DomainError
from dsar.queries.health import health
from dsar.services.setup import installation
from dsar.services.setup.installation import Schema
from dsar.services.setup.plain_words import rule_words
from dsar.timesource import utcnow

#: Dates may reach so far ahead of a receipt.
CALENDAR_MONTHS: Final = 14
_OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list: good, a warning, or wrong."""

    what: str
    words: str
    mark: str = "ok"


@click.command("doctor")
@with_folder
def doctor(folder: Path) -> None:
    """Check this installation. Exits 1 when something is wrong; a warning is no wrong."""
    config = load_settings(folder)
    found = [Finding("settings", f"{folder.resolve()}: every key is known")]
    with open_app(config).app_context():
        found += [*_files(config), *_database(config), *_mail(config), *_calendars()]
    for one in found:
        click.echo(f"{one.mark:5} {one.what:14} {one.words}")
    raise SystemExit(1 if any(one.mark == "WRONG" for one in found) else 0)


def _files(config: Config) -> Iterator[Finding]:
    key = config.place(config.vault.master_key)
    yield Finding("master key", f"{key}: only its owner may read it")
    for path in (
        config.folder,
        config.place(config.vault.files),
        config.place(config.mail.kept),
    ):
        if path.exists() and path.stat().st_mode & _OPEN_TO_OTHERS:
            yield Finding("folder", f"{path}: others may look inside; chmod 700 it", "warn")


def _database(config: Config) -> Iterator[Finding]:
    try:
        state = installation.schema_state()
    except SQLAlchemyError as error:
        kind = type(error.__cause__ or error).__name__
        yield Finding("database", f"it does not answer ({kind})", "WRONG")
        return
    if state is not Schema.CURRENT:
        yield Finding("database", f"its schema is {state}: run dsar migrate", "WRONG")
        return
    yield Finding("database", "it answers, and its schema is current")
    weak = ", ".join(installation.weak_settings())
    if weak:
        yield Finding("database", f"work may be lost at a power cut: {weak}", "WRONG")
    yield from _key_store()
    yield from _machinery(config)
    for key, codes in installation.incomplete_organisations().items():
        yield Finding(
            "organisation", f"{key} cannot be published: no {', '.join(codes)}", "warn"
        )


def _key_store() -> Iterator[Finding]:
    try:
        installation.open_key_store()
    except SQLAlchemyError:
        yield Finding("key store", "it does not answer", "WRONG")
    except DomainError as error:
        yield Finding("key store", rule_words(error), "WRONG")
    else:
        yield Finding("key store", "it answers, and belongs to this master key")
        if lost := installation.cases_without_key():
            yield Finding("key store", f"{lost} cases have no key: restore its backup", "WRONG")


def _machinery(config: Config) -> Iterator[Finding]:
    found = health(utcnow(), config.scheduler.stale_minutes)
    if found.never_ran:
        yield Finding("scheduler", "it has never run: start dsar scheduler", "warn")
    elif found.silent_since is not None:
        since = found.silent_since.isoformat(timespec="minutes")
        yield Finding("scheduler", f"silent since {since}: start dsar scheduler", "WRONG")
    else:
        yield Finding("scheduler", "it shows signs of life")
    if found.failing:
        yield Finding(
            "jobs", f"pieces failed, see the log: {', '.join(found.failing)}", "WRONG"
        )
    if found.queue_since is not None:
        since = found.queue_since.isoformat(timespec="minutes")
        yield Finding("outbox", f"{found.waiting} letters wait, since {since}", "WRONG")


def _mail(config: Config) -> Iterator[Finding]:
    if installation.is_mail_kept():
        yield Finding("mail", "no server is set: mail is kept, nothing leaves", "warn")
        return
    trouble = installation.mail_trouble()
    where = f"{config.mail.host}:{config.mail.port}"
    if trouble is not None:
        yield Finding("mail", f"{where} does not take mail ({trouble})", "WRONG")
        return
    yield Finding("mail", f"{where} answers")
    if config.mail.security == "none":
        yield Finding("mail", "it is talked to in the clear: only on a trusted network", "warn")


def _calendars() -> Iterator[Finding]:
    until = add_months(utcnow().date(), CALENDAR_MONTHS)
    for profile in profiles.load_all().values():
        years = profile.calendar.years
        if years is not None and years[-1] < until.year:
            words = f"{profile.id}: its holidays end with {years[-1]}: dsar calendar propose"
            yield Finding("calendar", words, "warn")

"""Copy an installation while it works: database and sealed files here, case keys elsewhere."""

from pathlib import Path

import click

from dsar import __version__
from dsar.cli.backup_folder import (
    FILES,
    KEYS,
    MAIN,
    check_empty,
    copy_database,
    copy_file,
    databases,
    write_manifest,
)
from dsar.cli.folder import load_settings, with_folder
from dsar.timesource import utcnow

_PLACE = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("target", type=_PLACE)
@click.option("--keys", type=_PLACE, required=True, help="Another place for the case keys.")
@with_folder
def backup(target: Path, keys: Path, folder: Path) -> None:
    """Copy database and sealed files to TARGET, and the case keys to another place.

    The newest copy of the keys replaces the one before it, so that what was disposed of stays
    unreadable in older backups. Settings and master key are not copied: keep them apart.
    """
    config = load_settings(folder)
    main_database, key_store = databases(config)
    target, keys = target.resolve(), keys.resolve()
    if target == keys or target in keys.parents or keys in target.parents:
        raise click.UsageError("--keys must lie apart: who finds one must not find the other")
    check_empty(target)
    for place in (target, target / FILES, keys):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # In this order: what a row names was sealed before it, and its key was made before that.
    copy_database(main_database, target / MAIN)
    _copy_files(config.place(config.vault.files), target / FILES)
    _replace_keys(key_store, keys)
    facts = {"made_at": utcnow().isoformat(), "program": __version__}
    count = write_manifest(target, facts)
    click.echo(f"{target}: {count} file(s); the case keys are in {keys / KEYS}")


def _copy_files(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        if path.is_file() and path.suffix != ".partial":
            try:
                copy_file(path, target / path.name)
            except FileNotFoundError:  # shredded at this very moment: so it is in the copy
                (target / path.name).unlink(missing_ok=True)


def _replace_keys(source: Path, place: Path) -> None:
    draft = place / f".{KEYS}.draft"
    draft.unlink(missing_ok=True)
    copy_database(source, draft)
    draft.replace(place / KEYS)

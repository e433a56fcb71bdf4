"""Bring an installation back from a backup, into a folder that has none yet."""

from pathlib import Path

import click

from dsar.cli.backup_folder import FILES, KEYS, MAIN, copy_file, databases, read_manifest
from dsar.cli.folder import load_settings, with_folder
from dsar.config import Config

_PLACE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("restore")
@click.argument("source", type=_PLACE)
@click.option("--keys", type=_PLACE, required=True, help="Where the case keys were kept.")
@with_folder
def restore(source: Path, keys: Path, folder: Path) -> None:
    """Restore from SOURCE. Settings and master key must be in their place already.

    Nothing is written over, and nothing is written before every hash is right.
    """
    config = load_settings(folder)
    _check_place(config)
    names = read_manifest(source)
    if MAIN not in names or not (keys / KEYS).is_file():
        raise click.ClickException(f"{source} and {keys} must hold {MAIN} and {KEYS}")
    main_database, key_store = databases(config)
    files = config.place(config.vault.files)
    for place in (main_database.parent, key_store.parent, files):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        path = Path(name)
        if path.parent.as_posix() == FILES:
            copy_file(source / path, files / path.name)
    copy_file(keys / KEYS, key_store)
    copy_file(source / MAIN, main_database)
    click.echo(
        f"Restored {len(names)} file(s). Next: dsar migrate, dsar doctor, dsar audit verify"
    )


def _check_place(config: Config) -> None:
    """Stop where something would be written over, or nothing could be read afterwards."""
    files = config.place(config.vault.files)
    taken = [path for path in databases(config) if path.exists()]
    if files.is_dir() and any(files.iterdir()):
        taken.append(files)
    if taken:
        raise click.ClickException(
            "\n".join(f"{path}: it is there already, and is not written over" for path in taken)
        )
    key = config.place(config.vault.master_key)
    if not key.is_file():
        raise click.ClickException(f"{key}: put the master key of that installation here first")

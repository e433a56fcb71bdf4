"""Changing one fact by its path: promise.n, system.webserverlogg.retention, sites[0]."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from dsar.domain.organisation_file import Document, OrganisationFileError, key_from
from dsar.domain.organisation_keys import Known, controller_schema, system_schema
from dsar.domain.organisation_schema import ListOf, Node, Number, Problem, Switch, Table

_PART: Final = re.compile(r'(?:^|\.)(?:([A-Za-z0-9_-]+)|"([^"]+)")|\[(\d{1,4})\]')
_SWITCHES: Final = {"true": True, "false": False}
#: No number of an organisation has more.
_NUMBER_CHARACTERS: Final = 18


def parts_of(path: str) -> list[str | int]:
    """Return the parts of a path. Raises OrganisationFileError where it cannot be read."""
    found: list[str | int] = []
    end = 0
    for match in _PART.finditer(path):
        if match.start() != end:
            break
        end = match.end()
        found.append(int(match[3]) if match[3] else match[1] or match[2])
    if end != len(path) or not found or isinstance(found[0], int):
        raise OrganisationFileError([Problem(path[:200], "bad_path")])
    return found


def set_at(document: Document, path: str, text: str, known: Known) -> None:
    """Set one fact of a controller with its systems; an empty text takes it away.

    Raises OrganisationFileError for a path that the file cannot have; whether the value
    fits is for the check of the whole.
    """
    parts = parts_of(path)
    root: dict[str, Any] = document
    schema: Node | None = controller_schema(known)
    if parts[0] == "system":
        root = _system(document, parts[1:2], path)
        schema, parts = system_schema(known), parts[2:]
    for part in parts:
        schema = _below(schema, part)
    if not parts or schema is None or (parts == ["key"]):
        raise OrganisationFileError([Problem(path, "unknown_key")])
    _put(root, parts, _read(schema, text, path), path)


def _below(schema: Node | None, part: str | int) -> Node | None:
    if isinstance(part, int):
        return schema.each if isinstance(schema, ListOf) else None
    return schema.step(part) if schema else None


def _system(document: Document, which: list[str | int], path: str) -> dict[str, Any]:
    systems: list[dict[str, Any]] = document.get("system", [])
    for i, system in enumerate(systems):
        names = (i, system.get("key"), system["name"], key_from(system["name"]))
        if which and which[0] in names:
            return system
    raise OrganisationFileError([Problem(path, "unknown_system")])


def _put(root: dict[str, Any], parts: list[str | int], value: object, path: str) -> None:
    *way, last = parts
    here: Any = root
    for part in way:
        here = here.setdefault(part, {}) if isinstance(here, dict) else _item(here, part, path)
    if isinstance(last, int):
        _item(here, last, path)
        here[last] = value
    elif value is None:
        here.pop(last, None)
    else:
        here[last] = value


def _item(values: Any, index: str | int, path: str) -> Any:
    try:
        return values[index]
    except (IndexError, TypeError, KeyError):
        raise OrganisationFileError([Problem(path, "unknown_key")]) from None


def _read(schema: Node, text: str, path: str) -> object:
    """Return the value that the text means at this place, None where there is none."""
    if isinstance(schema, Number | Switch):
        return _scalar(text)
    if isinstance(schema, ListOf) and not text.lstrip().startswith("["):
        return [text] if text else []
    if isinstance(schema, ListOf | Table) or text.lstrip().startswith("{"):
        return _toml(text, path)
    return text


def _scalar(text: str) -> object:
    if not text:
        return None
    plain = text.strip()
    is_number = plain.isdecimal() and len(plain) <= _NUMBER_CHARACTERS
    return int(plain) if is_number else _SWITCHES.get(plain.lower(), text)


def _toml(text: str, path: str) -> object:
    try:
        parsed: Mapping[str, object] = tomllib.loads(f"value = {text or '{}'}")
    except (ValueError, RecursionError):  # no TOML; or a number, or brackets, without end
        raise OrganisationFileError([Problem(path, "not_toml")]) from None
    return parsed["value"]

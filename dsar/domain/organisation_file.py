"""An organisation file: its controllers, or every fault of it, all at once."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Any, Final

from dsar.domain.errors import DomainError
from dsar.domain.organisation_keys import RESERVED, Known, controller_schema, system_schema
from dsar.domain.organisation_schema import ListOf, Problem, below

SCHEMA: Final = 1

Document = dict[str, Any]


class OrganisationFileError(DomainError):
    """The file, or a change of one, is wrong; carries every problem."""

    message_id = "error.organisation_file"

    def __init__(self, problems: Collection[Problem]) -> None:
        super().__init__(n=len(problems))
        self.problems = tuple(problems)


def read_file(data: Mapping[str, Any], known: Known) -> tuple[Document, ...]:
    """Return the controllers of a file. Raises OrganisationFileError with every fault."""
    problems = [Problem(below("", key), "unknown_key") for key in data if key not in _TOP]
    if repr(data.get("schema")) != repr(SCHEMA):
        problems.append(Problem("schema", "wrong_schema", {"expected": str(SCHEMA)}))
    controllers = data.get("controller")
    if not isinstance(controllers, list) or not controllers:
        raise OrganisationFileError([*problems, Problem("controller", "no_controller")])
    for i, controller in enumerate(controllers):
        problems.extend(problems_of(controller, known, f"controller[{i}]"))
    problems.extend(_twice("controller", controllers, "key"))
    if problems:
        raise OrganisationFileError(problems)
    return tuple(controllers)


_TOP: Final = frozenset({"schema", "controller"})


def problems_of(controller: object, known: Known, place: str = "") -> Iterator[Problem]:
    """Yield everything that is wrong with one controller and its systems."""
    if not isinstance(controller, dict):
        yield Problem(place, "not_table")
        return
    schema = controller_schema(known)
    yield from schema.check({k: v for k, v in controller.items() if k != "system"}, place)
    yield from _together(controller, place)
    systems = controller.get("system", [])
    yield from ListOf(system_schema(known), most=200, unique=False).check(
        systems, below(place, "system")
    )
    if isinstance(systems, list):
        yield from _twice(below(place, "system"), systems, "name", "key")


def _together(controller: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Yield what is right alone but wrong together."""
    languages = controller.get("ui_languages")
    default = controller.get("default_language")
    offered = languages if isinstance(languages, list) else []
    if offered and isinstance(default, str) and default not in offered:
        yield Problem(below(place, "default_language"), "language_not_offered")
    if isinstance(controller.get("key"), str) and controller["key"] in RESERVED:
        yield Problem(below(place, "key"), "reserved_key")
    promise = controller.get("promise")
    if isinstance(promise, dict) and ("n" in promise) != ("unit" in promise):
        yield Problem(below(place, "promise"), "half_promise")
    if isinstance(promise, dict) and "n" in promise and "words" in promise:
        yield Problem(below(place, "promise"), "two_promises")
    hours = controller.get("office_hours")
    if isinstance(hours, dict) and str(hours.get("opens")) >= str(hours.get("closes", "~")):
        yield Problem(below(place, "office_hours"), "closes_before_opening")


def _twice(place: str, tables: list[Any], *names: str) -> Iterator[Problem]:
    """Yield each table whose name or key another one before it has."""
    for name, i in product(names, range(len(tables))):
        values = [table.get(name) if isinstance(table, dict) else None for table in tables]
        if isinstance(values[i], str) and values[i] in values[:i]:
            yield Problem(below(f"{place}[{i}]", name), "duplicate")


_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ß": "ss"})


def key_from(name: str, taken: Collection[str] = ()) -> str:
    """Return a key made from a name: plain letters, digits and hyphens, not yet taken."""
    folded = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    plain = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode())
    stem = plain.strip("-")[:36].strip("-") or "x"
    candidates = [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))]
    return next(key for key in candidates if key not in taken)

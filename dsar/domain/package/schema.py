"""The JSON Schema of a package: one document that every data file and the manifest obey."""

from collections.abc import Callable, Mapping
from typing import Final

from dsar.domain.measures import Act
from dsar.domain.package.answer import Provenance, TaskAnswer
from dsar.domain.package.manifest import SCHEMA_VERSION
from dsar.domain.package.matrix import BOX
from dsar.domain.portability import Outside

#: Field name -> its meaning, by language.
Meaning = Callable[[str], Mapping[str, str]]
Node = dict[str, object]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final[Node] = {"type": "string"}
COUNT: Final[Node] = {"type": "integer", "minimum": 0}
DAY: Final[Node] = {"type": "string", "format": "date"}
MOMENT: Final[Node] = {"type": "string", "format": "date-time"}
SHA256: Final[Node] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TEXTS: Final[Node] = {"type": "object", "additionalProperties": TEXT}
KINDS: Final = (
    "page",
    "letter",
    "readme",
    "decision",
    "records",
    "table",
    "rest",
    "schema",
    "attachment",
)


def schema(meaning: Meaning) -> Node:
    """Return the schema; every field carries its meaning, in English and in x-meaning."""
    return {
        "$schema": DIALECT,
        "title": "Answer to a request of a data subject, GDPR art. 12-22",
        "x-version": SCHEMA_VERSION,
        "oneOf": [
            {"$ref": "#/$defs/system_file"},
            {"$ref": "#/$defs/decision_file"},
            {"$ref": "#/$defs/manifest"},
        ],
        "$defs": {
            "system_file": _object(_head("system") | _system_file(), meaning),
            "record": _object(_record(), meaning),
            "manifest": _object(_head("manifest") | _manifest(), meaning),
            "system_line": _object(_system_line(), meaning),
            "file": _object(_file(), meaning),
            "decision_file": _object(_head("decision") | _decision_file(), meaning),
            "measure": _object(_measure(), meaning),
            "weighed": _object(_weighed(), meaning),
            "refused": _object(_refused(), meaning),
            "left_out": _object(_left_out(), meaning),
            "recipient": _object(_recipient(), meaning),
        },
    }


def _object(fields: Mapping[str, Node], meaning: Meaning) -> Node:
    return {
        "type": "object",
        "properties": {name: _told(node, meaning(name)) for name, node in fields.items()},
        "required": list(fields),
        "additionalProperties": False,
    }


def _told(node: Node, words: Mapping[str, str]) -> Node:
    return node | {"description": words["en"], "x-meaning": dict(words)}


def _head(kind: str) -> dict[str, Node]:
    return {
        "schema_version": {"const": SCHEMA_VERSION},
        "kind": {"const": kind},
        "case_number": TEXT,
        "controller": TEXT,
        "right": TEXT,
        "language": {"type": "string", "pattern": "^[a-z]{2}$"},
    }


def _system_file() -> dict[str, Node]:
    items: Node = {
        "type": "object",
        "propertyNames": {"enum": [item.key for item in BOX]},
        "additionalProperties": TEXT,
    }
    return {
        "system": {
            "type": "object",
            "properties": {"key": TEXT, "name": TEXT},
            "required": ["key", "name"],
            "additionalProperties": False,
        },
        "answer": {"enum": [str(answer) for answer in TaskAnswer]},
        "processing": items,
        "not_applicable": items,
        "record_count": COUNT,
        "records": {"type": "array", "items": {"$ref": "#/$defs/record"}},
    }


def _record() -> dict[str, Node]:
    moment: Node = {"anyOf": [DAY, MOMENT, {"type": "null"}]}
    return {
        "id": TEXT,
        "category": TEXT,
        "label": TEXT,
        "occurred_on": moment,
        "provenance": {"enum": [str(provenance) for provenance in Provenance]},
        "basis": TEXT,
        "source": TEXT,
        "fields": {"type": "object"},
        "text": TEXT,
    }


def _manifest() -> dict[str, Node]:
    return {
        "created_at": MOMENT,
        "received_on": DAY,
        "due_on": DAY,
        "records": COUNT,
        "withheld": COUNT,
        "systems": {"type": "array", "items": {"$ref": "#/$defs/system_line"}},
        "files": {"type": "array", "items": {"$ref": "#/$defs/file"}},
    }


def _system_line() -> dict[str, Node]:
    return {
        "key": TEXT,
        "name": TEXT,
        "answer": {"enum": [str(answer) for answer in TaskAnswer]},
        "how_searched": TEXT,
        "answered_on": {"anyOf": [DAY, {"type": "null"}]},
        "records": COUNT,
        "attachments": COUNT,
    }


def _file() -> dict[str, Node]:
    return {
        "path": TEXT,
        "kind": {"enum": list(KINDS)},
        "size": COUNT,
        "sha256": SHA256,
        "system": {"type": ["string", "null"]},
        "records": {"type": ["integer", "null"], "minimum": 0},
    }


def _decision_file() -> dict[str, Node]:
    return {
        "outcome": TEXT,
        "measures": {"type": "array", "items": {"$ref": "#/$defs/measure"}},
        "weighed": {"anyOf": [{"$ref": "#/$defs/weighed"}, {"type": "null"}]},
        "refused": {"anyOf": [{"$ref": "#/$defs/refused"}, {"type": "null"}]},
        "left_out": {"type": "array", "items": {"$ref": "#/$defs/left_out"}},
        "recipients": {"type": "array", "items": {"$ref": "#/$defs/recipient"}},
    }


def _measure() -> dict[str, Node]:
    return {
        "act": {"enum": [str(act) for act in Act]},
        "system_name": TEXT,
        "texts": TEXTS,
        "provision": TEXT,
        "keep_until_on": {"anyOf": [DAY, {"type": "null"}]},
        "purge_days": {"type": ["integer", "null"], "minimum": 0},
        "purge_months": {"type": ["integer", "null"], "minimum": 0},
    }


def _weighed() -> dict[str, Node]:
    return {"ground": TEXT, "result": TEXT, "texts": TEXTS}


def _refused() -> dict[str, Node]:
    return {"ground": TEXT, "provision": TEXT, "explanation": TEXT, "still_given": TEXT}


def _left_out() -> dict[str, Node]:
    whys: Node = {"enum": [str(why) for why in Outside]}
    return {"what": TEXT, "system_name": TEXT, "why": whys, "count": COUNT}


def _recipient() -> dict[str, Node]:
    return {"name": TEXT, "system_name": TEXT, "reason": TEXT}

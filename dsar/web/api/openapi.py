"""The description of the API, made from its routes: what is not served is not described."""

import re
from collections.abc import Iterable
from typing import Any, Final

from werkzeug.routing import Rule

from dsar import __version__
from dsar.i18n import LANGUAGES, t
from dsar.web.api.address import PREFIX
from dsar.web.api.forms import ListForm
from dsar.web.calculator.choices import ChoicesForm
from dsar.web.calculator.forms import ClockForm, PauseForm
from dsar.web.calculator.question import MOST_PAUSES, parameters_of
from dsar.web.fields import ChoiceField, TickField

_VALUE: Final = re.compile(r"<string:([a-z_]+)>")
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}


def description(rules: Iterable[Rule]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the routes under the API's prefix."""
    own = sorted((r for r in rules if r.rule.startswith(PREFIX)), key=lambda rule: rule.rule)
    return {
        "openapi": "3.1.0",
        "info": {"title": t("api.title"), "version": __version__},
        "paths": {_VALUE.sub(r"{\1}", rule.rule): {"get": _operation(rule)} for rule in own},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _problem()},
        },
    }


def _operation(rule: Rule) -> dict[str, Any]:
    is_staffs = rule.endpoint.startswith("api.")
    failures = ["401", "404", "422", "429"] if is_staffs else ["422"]
    return {
        "operationId": rule.endpoint.partition(".")[2],
        "summary": t(f"api.route.{rule.endpoint.partition('.')[2]}"),
        "security": [{"key": []}] if is_staffs else [],
        "parameters": [*_path(rule), *_query(rule)],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {}}},
            **{status: _PROBLEM for status in failures},
        },
    }


def _path(rule: Rule) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _VALUE.findall(rule.rule)
    ]


def _query(rule: Rule) -> list[dict[str, Any]]:
    language = _parameter("lang", {"type": "string", "enum": list(LANGUAGES)})
    own = {"api.cases": _of_list, "open_api.deadline": _of_calculator}.get(rule.endpoint, list)
    return [*own(), language]


def _of_list() -> list[dict[str, Any]]:
    """Return the filters of the list."""
    return [_parameter(field.name, _schema(field)) for field in ListForm(formdata=None)]


def _of_calculator() -> list[dict[str, Any]]:
    """Return the parameters of the calculator: its own, and those of every question."""
    pauses = (_pause(n) for n in range(1, MOST_PAUSES + 1))
    forms = (ClockForm(formdata=None), ChoicesForm(formdata=None), *pauses)
    return [_parameter(name, {"type": "string"}) for name in sorted(parameters_of(forms))]


def _pause(number: int) -> PauseForm:
    return PauseForm(formdata=None, prefix=f"pause-{number}-")


def _schema(field: object) -> dict[str, Any]:
    if isinstance(field, ChoiceField):
        return {"type": "string", "enum": [option.value for option in field.options]}
    if isinstance(field, TickField):
        return {"type": "string", "enum": ["y"]}
    return {"type": "string"}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": name == "profile", "schema": schema}


def _problem() -> dict[str, Any]:
    return {
        "description": "RFC 9457",
        "content": {
            "application/problem+json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "errors": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }

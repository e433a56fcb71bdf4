"""Read a profile file: a TOML table, laid over the one it is based on."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from dsar.domain.profiles import (
    Authority,
    Difference,
    Extension,
    Ground,
    JurisdictionProfile,
    NamedClock,
    PauseBounds,
    PauseMethod,
    PauseRules,
    Period,
    Unit,
)
from dsar.profiles.holiday_files import read_calendar

_WEEKDAYS: Final = {"saturday": 5, "sunday": 6}


def read_profile(profile_id: str) -> JurisdictionProfile:
    """Return the profile that the file of this id describes."""
    return _profile(raw_profile(profile_id))


def raw_profile(profile_id: str) -> dict[str, Any]:
    """Return the file's table, with what it inherits."""
    text = (files("dsar.profiles") / f"{profile_id.lower()}.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    if "based_on" not in raw:
        return raw
    return _laid_over(raw_profile(raw["based_on"]), raw)


def _laid_over(base: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    joined = base | raw
    joined["sources"] = base["sources"] | raw.get("sources", {})
    joined["grounds"] = base["grounds"] + raw.get("grounds", [])
    points = {row["point"]: row for row in base["differences"]}
    points |= {row["point"]: row for row in raw.get("differences", [])}
    joined["differences"] = sorted(points.values(), key=lambda row: int(row["point"][1:]))
    return joined


def _profile(raw: Mapping[str, Any]) -> JurisdictionProfile:
    return JurisdictionProfile(
        id=raw["id"],
        family=raw["family"],
        name=raw["name"],
        tz=raw["tz"],
        zone=ZoneInfo(raw["tz"]),
        authority=Authority(**raw["authority"]),
        calendar=read_calendar(raw["calendar"]),
        response=_period(raw["response"]),
        extension=_extension(raw["extension"]) if "extension" in raw else None,
        pause=_pause(raw["pause"]),
        rolls=raw["rolls"],
        roll_closed=frozenset(_WEEKDAYS[name] for name in raw["roll_closed"]),
        refusal_in_first_period=raw["refusal_in_first_period"],
        earliest_counts_receipt_day=raw.get("earliest_counts_receipt_day", False),
        small_agent_factor=raw.get("small_agent_factor", 1),
        default_subdiv=raw.get("default_subdiv"),
        needs_subdiv=raw.get("needs_subdiv", False),
        clocks={name: _clock(name, row) for name, row in raw.get("clocks", {}).items()},
        rights=tuple(raw["rights"]),
        at_once=tuple(raw.get("at_once", ())),
        grounds=tuple(_ground(row) for row in raw.get("grounds", ())),
        legal_basis=tuple(raw["legal_basis"]),
        sources=raw["sources"],
        differences=tuple(Difference(**row) for row in raw.get("differences", ())),
        notes=tuple(raw.get("notes", ())),
        parts=raw.get("parts", {}),
        valid_from=raw["valid_from"],
        checked_on=raw["checked_on"],
    )


def _period(raw: Mapping[str, Any]) -> Period:
    return Period(raw["length"], Unit(raw["unit"]), raw.get("counts_receipt_day", False))


def _extension(raw: Mapping[str, Any]) -> Extension:
    return Extension(
        total=_period(raw["total"]) if "total" in raw else None,
        further=_period(raw["further"]) if "further" in raw else None,
        reasons=tuple(raw["reasons"]),
        states_date=raw.get("states_date", False),
        open_ended_reasons=tuple(raw.get("open_ended_reasons", ())),
    )


def _pause(raw: Mapping[str, Any]) -> PauseRules:
    return PauseRules(
        method=PauseMethod(raw["method"]),
        bounds=PauseBounds(raw.get("bounds", "half_open")),
        reasons=frozenset(raw.get("reasons", ())),
        possible=frozenset(raw.get("possible", ())),
        large_quantity=raw.get("large_quantity", False),
        in_force_on=raw.get("in_force_on"),
    )


def _clock(name: str, raw: Mapping[str, Any]) -> NamedClock:
    total = _period(raw["total"]) if "total" in raw else None
    return NamedClock(name, _period(raw["period"]), total, raw["source"])


def _ground(raw: Mapping[str, Any]) -> Ground:
    return Ground(
        key=raw["key"],
        article=raw["article"],
        message_id=f"ground.{raw['key']}",
        rights=tuple(raw.get("rights", ())),
        conditions=tuple(raw.get("conditions", ())),
        source=raw["source"],
        refuses=tuple(raw.get("refuses", ())),
    )

"""The terms of one clock: a profile and its options, settled once."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dsar.domain.calendars import WorkingCalendar, weekday_calendar
from dsar.domain.clock.errors import UnknownClock
from dsar.domain.clock.options import ClockOptions, zone_named
from dsar.domain.profiles import (
    Extension,
    JurisdictionProfile,
    PauseBounds,
    PauseMethod,
    Period,
    Unit,
)

#: The name of the rules as coded here; stored with every computed date.
RULE_VERSION: Final = "2026-11-22.1"

_MON_TO_SAT: Final = frozenset({6})


@dataclass(frozen=True, eq=False, kw_only=True)
class Terms:
    """Everything the arithmetic needs to know, and nothing that it must look up."""

    profile: JurisdictionProfile
    options: ClockOptions
    zone: ZoneInfo
    first: Period
    extension: Extension | None
    is_response: bool
    calendar: WorkingCalendar
    rolling: WorkingCalendar
    counting: WorkingCalendar
    rolls: bool
    method: PauseMethod
    bounds: PauseBounds
    reasons: frozenset[str]
    extension_reasons: frozenset[str]
    source: str

    @property
    def restarts(self) -> bool:
        """Return whether identity and fee begin the period anew (R31)."""
        return self.method == PauseMethod.RESTART


@lru_cache(maxsize=1024)
def terms_of(profile: JurisdictionProfile, options: ClockOptions) -> Terms:
    """Return the terms. Raises UnknownClock, UnknownSubdivision or BadClockOption."""
    part = options.subdiv or profile.default_subdiv
    lists = profile.calendar
    switched = tuple(name for name in lists.switches if getattr(options, name, False))
    first, extension, source = _periods(profile, options)
    is_response = options.deadline in (None, "response")
    calendar = lists.calendar(part, switched)
    return Terms(
        profile=profile,
        options=options,
        zone=zone_named(options.tz) if options.tz else profile.zone,
        first=first,
        extension=extension,
        is_response=is_response,
        calendar=calendar,
        rolling=lists.calendar(part, switched, profile.roll_closed),
        counting=_counting(profile, options, part),
        rolls=_rolls(profile, options) and first.unit is not Unit.WORKING_DAYS,
        method=_method(profile, options, is_response),
        bounds=options.pause_bounds or profile.pause.bounds,
        reasons=_reasons(profile, options),
        extension_reasons=_extension_reasons(extension, options),
        source=source,
    )


def _periods(
    profile: JurisdictionProfile, options: ClockOptions
) -> tuple[Period, Extension | None, str]:
    if options.deadline in (None, "response"):
        return _response(profile, options), profile.extension, profile.source_of("count")
    clock = profile.clocks.get(str(options.deadline))
    if clock is None:
        raise UnknownClock(profile=profile.id, deadline=str(options.deadline)[:40])
    extension = Extension(clock.total, None, ()) if clock.total else None
    return _counted(clock.period, options), extension, clock.source


def _response(profile: JurisdictionProfile, options: ClockOptions) -> Period:
    factor = profile.small_agent_factor if options.small_agent else 1
    period = profile.response
    longer = Period(period.length * factor, period.unit, period.counts_receipt_day)
    return _counted(longer, options)


def _counted(period: Period, options: ClockOptions) -> Period:
    if options.count_receipt_day is None or period.unit is not Unit.DAYS:
        return period
    return Period(period.length, period.unit, options.count_receipt_day)


def _counting(
    profile: JurisdictionProfile, options: ClockOptions, part: str | None
) -> WorkingCalendar:
    closed = _MON_TO_SAT if options.bd_calendar == "mon_sat" else frozenset({5, 6})
    if not options.bd_holidays:
        return weekday_calendar(closed)
    return profile.calendar.calendar(part, (), closed)


def _rolls(profile: JurisdictionProfile, options: ClockOptions) -> bool:
    return profile.rolls if options.roll is None else options.roll


def _method(
    profile: JurisdictionProfile, options: ClockOptions, is_response: bool
) -> PauseMethod:
    if not is_response:
        return PauseMethod.NONE
    return options.pause_method or profile.pause.method


def _reasons(profile: JurisdictionProfile, options: ClockOptions) -> frozenset[str]:
    if options.pause_reasons is None:
        return profile.pause.reasons
    return options.pause_reasons & profile.pause.possible


def _extension_reasons(extension: Extension | None, options: ClockOptions) -> frozenset[str]:
    if extension is None:
        return frozenset()
    if options.extension_reasons is None:
        return frozenset(extension.reasons)
    return options.extension_reasons & frozenset(extension.reasons)

"""A jurisdiction as data: the periods, pauses, grounds and authority that one law gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from dsar.domain.calendars import HolidayLists
from dsar.domain.errors import DomainError


class UnknownProfile(DomainError):
    """No profile file carries this id."""

    message_id = "clock.error.unknown_profile"


class Unit(StrEnum):
    """The unit in which the law words a period."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class PauseMethod(StrEnum):
    """How waiting for the person moves the last day (law table D7, D8)."""

    TOLL_MIN = "toll_min"
    ADD_DAYS = "add_days"
    SHIFT_START = "shift_start"
    RESTART = "restart"
    NONE = "none"


class PauseBounds(StrEnum):
    """Whether the day of asking counts as excluded (law table D9)."""

    HALF_OPEN = "half_open"
    INCLUSIVE = "inclusive"


@dataclass(frozen=True, slots=True)
class Period:
    """A length as the law words it: one month stays one month, never 30 days."""

    length: int
    unit: Unit
    counts_receipt_day: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """The one extension: its whole length from receipt, or the day that the notice states."""

    total: Period | None
    further: Period | None
    reasons: tuple[str, ...]
    states_date: bool = False
    open_ended_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PauseRules:
    """Which questions to the person stop this clock, and how the time is counted."""

    method: PauseMethod
    bounds: PauseBounds
    reasons: frozenset[str]
    possible: frozenset[str] = frozenset()
    large_quantity: bool = False
    in_force_on: date | None = None
    warn_days: int = 3
    explain_days: int = 7


@dataclass(frozen=True, slots=True)
class NamedClock:
    """Another clock of the same law: an acknowledgement, an opt-out, an appeal."""

    id: str
    period: Period
    total: Period | None
    source: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which something may be withheld, with the conditions to tick."""

    key: str
    article: str
    message_id: str
    rights: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    source: str = ""
    #: Rights that it can refuse as a whole, where it is not for all of its rights.
    refuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authority:
    """Where the person may complain. Organisation files name it by its key.

    Facts carry the date on which they were checked.
    """

    names: Mapping[str, str]
    key: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""
    complaint_url: str = ""
    checked: str = ""

    def name_in(self, language: str) -> str:
        """Return the authority's name in the language, or its own name."""
        return self.names.get(language) or self.names["own"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A point of the law table where readings differ, as this profile settles it."""

    point: str
    chosen: str


@dataclass(frozen=True, eq=False, kw_only=True)
class JurisdictionProfile:
    """One law as this house applies it. Loaded from dsar/profiles/<id>.toml, never changed."""

    id: str
    family: str
    name: str
    tz: str
    zone: ZoneInfo
    authority: Authority
    calendar: HolidayLists
    response: Period
    extension: Extension | None
    pause: PauseRules
    rolls: bool
    roll_closed: frozenset[int]
    refusal_in_first_period: bool
    earliest_counts_receipt_day: bool
    small_agent_factor: int
    default_subdiv: str | None
    needs_subdiv: bool
    clocks: Mapping[str, NamedClock]
    rights: tuple[str, ...]
    at_once: tuple[str, ...]
    grounds: tuple[Ground, ...]
    legal_basis: tuple[str, ...]
    sources: Mapping[str, str]
    differences: tuple[Difference, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    #: What the people of a nation, Land, canton or region call it, by the part's own name.
    parts: Mapping[str, str] = field(default_factory=dict)
    valid_from: date
    checked_on: date

    def local_date(self, moment: datetime) -> date:
        """Return the date on which an aware moment falls in this jurisdiction (R3)."""
        return moment.astimezone(self.zone).date()

    def grounds_for(self, right: str) -> tuple[Ground, ...]:
        """Return the grounds that may be used against this right."""
        return tuple(g for g in self.grounds if not g.rights or right in g.rights)

    def grounds_against(self, right: str) -> tuple[Ground, ...]:
        """Return the grounds on which this right may be refused as a whole."""
        return tuple(g for g in self.grounds_for(right) if not g.refuses or right in g.refuses)

    def ground(self, key: str) -> Ground | None:
        """Return the ground with this key, or None when the law has no such ground."""
        return next((g for g in self.grounds if g.key == key), None)

    def source_of(self, topic: str) -> str:
        """Return the citation for a rule's topic, or the legal basis as a whole."""
        return self.sources.get(topic) or "; ".join(self.legal_basis)

"""An answer as plain values: all that a package is made from, and nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from dsar.domain.assessments import Weighed
from dsar.domain.clock.drawing import ClockDrawing
from dsar.domain.measures import Act, outcome_of
from dsar.domain.portability import Outside
from dsar.domain.rights import RULES, Right, Work

#: What a field may hold; nesting comes from uploaded JSON.
Value: TypeAlias = (
    str
    | int
    | float
    | bool
    | date
    | datetime
    | Sequence["Value"]
    | Mapping[str, "Value"]
    | None
)


class TaskAnswer(StrEnum):
    """What a data system answered when we looked."""

    FOUND = "found"
    NOTHING_FOUND = "nothing_found"
    WITHHELD = "withheld"
    CANNOT_SEARCH = "cannot_search"
    NOT_APPLICABLE = "not_applicable"


#: Something is held, so GDPR art. 15(1) and (2) ask for an explanation.
HELD: Final = frozenset({TaskAnswer.FOUND, TaskAnswer.WITHHELD})


class Provenance(StrEnum):
    """Where a finding comes from: the person gave it, we saw it, or we worked it out."""

    PROVIDED = "provided"
    OBSERVED = "observed"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Sender:
    """The controller as the person meets it; an empty string is not known."""

    display_name: str
    legal_name: str = ""
    postal_address: str = ""
    phone: str = ""
    email: str = ""
    dpo: str = ""

    @property
    def name(self) -> str:
        """Return the name that answers in law, or the one people know."""
        return self.legal_name or self.display_name


@dataclass(frozen=True, slots=True)
class Authority:
    """Where a complaint goes."""

    name: str
    address: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One released thing about the person: fields by label, in order, or a text."""

    id: str
    category: str
    label: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    text: str = ""
    provenance: Provenance = Provenance.PROVIDED
    basis: str = ""
    source: str = ""
    occurred_on: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A released file: id opens it, extension is without its dot, note says what is missing."""

    id: str
    description: str
    extension: str = ""
    size: int | None = None
    occurred_on: date | datetime | None = None
    note: str = ""
    provenance: Provenance = Provenance.PROVIDED


@dataclass(frozen=True, slots=True)
class SystemAnswer:
    """What one data system holds. records() gives the released ones afresh each time."""

    key: str
    name: str
    answer: TaskAnswer
    how: str = ""
    answered_by: str = ""
    answered_on: date | None = None
    about: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    records: Callable[[], Iterable[Record]] = tuple
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        """Let nothing through from a system that did not answer found."""
        if self.answer is not TaskAnswer.FOUND:
            object.__setattr__(self, "records", tuple)
            object.__setattr__(self, "attachments", ())


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something held back: never the thing itself, only what kind, why and by which rule."""

    system: str
    what: str
    provision: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What cannot be taken along: its kind, how much, and why, as a code (GDPR art. 20(1))."""

    system: str
    what: str
    why: Outside
    count: int = 1


@dataclass(frozen=True, slots=True)
class MeasureAnswer:
    """What is done with something in one system: texts by name (see domain.measures).

    provision: where something is left as it is; purge_days, or purge_months: until backups
    are clean.
    """

    system: str
    act: Act
    texts: Mapping[str, str] = field(default_factory=dict)
    provision: str = ""
    keep_until_on: date | None = None
    purge_days: int | None = None
    purge_months: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A right refused as a whole (GDPR art. 12(4))."""

    ground: str
    provision: str
    explanation: str
    still_given: str = ""
    #: What was ticked for the ground: each is said in the letter.
    conditions: tuple[str, ...] = ()
    #: It was due on this day and comes later; None where it comes in time.
    late_since: date | None = None


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """Who received the data; reason: why they could not be told (GDPR art. 19)."""

    name: str
    system: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LetterBlock:
    """A part of a letter: a heading (may be empty), paragraphs, then points."""

    key: str
    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as sent: words only, no form."""

    title: str
    blocks: tuple[LetterBlock, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer to one requested right, in the language of the person."""

    case_number: str
    organisation: Sender
    language: str
    created_at: datetime
    person_name: str
    right: str
    received_on: date
    due_on: date
    systems: tuple[SystemAnswer, ...]
    authority: Authority
    withheld: tuple[Withheld, ...] = ()
    letter: Letter | None = None
    timezone: str = "Europe/Oslo"
    person_address: str = ""
    counting: tuple[str, ...] = ()
    drawing: ClockDrawing | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[MeasureAnswer, ...] = ()
    weighed: Weighed | None = None
    refused: Refused | None = None
    recipients: tuple[RecipientAnswer, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def found(self) -> tuple[SystemAnswer, ...]:
        """Return the systems in which something is held."""
        return tuple(system for system in self.systems if system.answer in HELD)

    @property
    def not_found(self) -> tuple[SystemAnswer, ...]:
        """Return the systems that gave nothing, whatever the cause."""
        return tuple(system for system in self.systems if system.answer not in HELD)

    @property
    def is_decision(self) -> bool:
        """Say whether the answer tells what was decided, rather than handing something over."""
        return self.refused is not None or RULES[Right(self.right)].work is not Work.FINDINGS

    @property
    def outcome(self) -> str:
        """Return how the right ended, in a code: of its measures, or of what was weighed."""
        if self.refused is not None:
            return "refused"
        if RULES[Right(self.right)].work is Work.MEASURES:
            return str(outcome_of(measure.act for measure in self.measures))
        return (self.weighed.result if self.weighed else "") or "answered"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person keeps: counting holds the lines that say how the date was counted.

    recipient: name and address where it goes by post, else nothing.
    """

    case_number: str
    access_code: str
    organisation: Sender
    language: str
    received_at: datetime
    due_on: date
    counting: tuple[str, ...] = ()
    drawing: ClockDrawing | None = None
    rights: tuple[str, ...] = ()
    status_url: str = ""
    timezone: str = "Europe/Oslo"
    recipient: tuple[str, ...] = ()

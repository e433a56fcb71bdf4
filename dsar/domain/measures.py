"""Measures: what is done in one data system for one right, and what each must say."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dsar.domain.cases import Outcome
from dsar.domain.errors import DomainError
from dsar.domain.rights import Right


class ActUnknown(DomainError):
    """No such thing is done for this right."""

    message_id = "error.act_unknown"


class MeasureTextMissing(DomainError):
    """A measure says what it is about, and why, before it is decided; `field` names the gap."""

    message_id = "error.measure_text_missing"


class KeepEndMissing(DomainError):
    """What is kept says until when, or what decides it (GDPR art. 5(1)(e), 13(2)(a))."""

    message_id = "error.keep_end_missing"


class Act(StrEnum):
    """What is done with something held about a person."""

    ERASE = "erase"
    KEEP = "keep"
    RESTRICT = "restrict"
    CORRECT = "correct"
    SUPPLEMENT = "supplement"
    LEAVE = "leave"
    STOP = "stop"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class ActRules:
    """What one act means. Texts by name: those it must have, and those it may have."""

    rights: frozenset[Right]
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    #: It gives the person what she asked for.
    grants: bool = False
    #: Something must be carried out in the system, with proof.
    executes: bool = False
    #: It is lawful on a ground of the profile only.
    needs_ground: bool = False
    #: It says until when, as a day or in words.
    needs_end: bool = False


#: The texts: what, why (told to the person), statute, end, field, before, after,
#: statement, enforcement (how a restriction is kept), purpose, origin (where a consent came
#: from: by phone, in a meeting, with a form, by e-mail).
ACTS: Final[Mapping[Act, ActRules]] = {
    Act.ERASE: ActRules(
        frozenset({Right.ERASURE}), ("what",), ("why",), grants=True, executes=True
    ),
    Act.KEEP: ActRules(
        frozenset({Right.ERASURE}),
        ("what", "why", "statute"),
        ("end",),
        needs_ground=True,
        needs_end=True,
    ),
    Act.RESTRICT: ActRules(
        frozenset({Right.RESTRICTION, Right.ERASURE, Right.RECTIFICATION, Right.OBJECTION}),
        ("what", "enforcement"),
        ("why",),
        grants=True,
        executes=True,
    ),
    Act.CORRECT: ActRules(
        frozenset({Right.RECTIFICATION}),
        ("field", "before", "after"),
        ("why",),
        grants=True,
        executes=True,
    ),
    Act.SUPPLEMENT: ActRules(
        frozenset({Right.RECTIFICATION}),
        ("field", "statement"),
        ("why",),
        grants=True,
        executes=True,
    ),
    Act.LEAVE: ActRules(
        frozenset({Right.RECTIFICATION, Right.RESTRICTION}),
        ("what", "why"),
        needs_ground=True,
    ),
    Act.STOP: ActRules(
        frozenset({Right.OBJECTION, Right.CONSENT_WITHDRAWAL}),
        ("purpose",),
        ("why", "origin"),
        grants=True,
        executes=True,
    ),
    Act.CONTINUE: ActRules(frozenset({Right.OBJECTION}), ("purpose", "why"), needs_ground=True),
}


@dataclass(frozen=True, slots=True)
class MeasureBody:
    """What a measure is about and what the person reads of it: texts by name."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the body as it is sealed; empty texts are left out."""
        kept = {name: text.strip() for name, text in self.texts.items() if text.strip()}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def measure_body(text: str) -> MeasureBody:
    """Return the body that as_json kept."""
    return MeasureBody(json.loads(text))


def acts_for(right: Right) -> tuple[Act, ...]:
    """Return what may be done for a right, in the order in which a page offers it."""
    return tuple(act for act, rules in ACTS.items() if right in rules.rights)


def check_measure(
    right: Right, act: Act, texts: Mapping[str, str], *, has_end_day: bool = False
) -> None:
    """Refuse a measure that lacks what the person must be told.

    Raises ActUnknown, MeasureTextMissing (field), KeepEndMissing.
    """
    rules = ACTS[act]
    if right not in rules.rights:
        raise ActUnknown
    for name in rules.needs:
        if not texts.get(name, "").strip():
            raise MeasureTextMissing(field=name)
    if rules.needs_end and not has_end_day and not texts.get("end", "").strip():
        raise KeepEndMissing


def law_text(act: Act) -> str:
    """Return the name of the text in which an act that needs a ground names another law."""
    return "statute" if "statute" in ACTS[act].needs else "why"


def contradicts(result: str, acts: Collection[Act]) -> bool:
    """Say whether acts do something else than an objection's weighing resulted in.

    Nothing continues without compelling grounds that were weighed (GDPR art. 21(1)); where
    they were, something does. A part may stop all the same: the person gets more.
    """
    continues = Act.CONTINUE in acts
    if result == "stops":
        return continues
    return result == "continues" and bool(acts) and not continues


def outcome_of(acts: Iterable[Act]) -> Outcome:
    """Return how a right ends whose measures are these: nothing held where there is none."""
    granted: Collection[bool] = {ACTS[act].grants for act in acts}
    if not granted:
        return Outcome.NOTHING_HELD
    if len(granted) > 1:
        return Outcome.PARTLY
    return Outcome.FULFILLED if True in granted else Outcome.REFUSED

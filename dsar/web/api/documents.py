"""Cases as the API tells of them: numbers, codes and dates; nothing that a person wrote."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from dsar.domain.clock.document import step_documents
from dsar.i18n import t
from dsar.queries.cases import CaseRow
from dsar.queries.clocks import RequestedRight
from dsar.queries.one_case import Case
from dsar.services.clock.deadlines import read_steps

#: Dates of a right that the law does not name while its clock stands still.
_NOT_WHILE_SUSPENDED = ("unadjusted_on", "statutory_on")
_DAYS = (
    "binding_on",
    "statutory_on",
    "unadjusted_on",
    "earliest_on",
    "promise_on",
    "unpaused_on",
    "target_on",
    "extension_notice_on",
    "sort_on",
)


def line_document(row: CaseRow) -> dict[str, Any]:
    """Return one line of the list: the case, and how far each of its rights has come."""
    rights = [{"right": str(one.right), "state": str(one.state)} for one in row.progress]
    return _case(row.case) | {"rights": rights}


def case_document(case: Case, rights: Iterable[RequestedRight]) -> dict[str, Any]:
    """Return a case with every clock in it."""
    return _case(case) | {"rights": [_right(right) for right in rights]}


def _case(case: Case) -> dict[str, Any]:
    is_suspended = case.binding_on is None
    return {
        "number": case.number,
        "state": case.state,
        "outcome": case.outcome,
        "channel": case.channel,
        "language": case.language,
        "profile": case.profile,
        "site_profile": (case.site_clock or {}).get("profile"),
        "is_practice": case.is_practice,
        "owner": case.owner_id,
        "received_at": _text(case.received_at),
        "registered_at": _text(case.registered_at),
        "closed_at": _text(case.closed_at),
        "binding_on": _text(case.binding_on),
        "statutory_on": None if is_suspended else _text(case.statutory_on),
        "sort_on": _text(case.sort_on),
    }


def _right(right: RequestedRight) -> dict[str, Any]:
    hidden = _NOT_WHILE_SUSPENDED if right.is_suspended else ()
    days = {name: None if name in hidden else _text(getattr(right, name)) for name in _DAYS}
    return {
        "right": right.right,
        "state": right.state,
        "outcome": right.outcome,
        "closed_at": _text(right.closed_at),
        "is_suspended": right.is_suspended,
        **days,
        "flags": list(right.clock_flags),
        "steps": step_documents(
            read_steps(right.clock_steps), lambda step: t(step.message_id, **step.facts)
        ),
        "rule_version": right.rule_version,
        "calendar_hash": right.calendar_hash,
    }


def _text(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None

"""The log in sentences that a lawyer can read: what happened, who did it, when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dsar.domain.events import FACTS as KINDS
from dsar.i18n import has_message, page_language, t
from dsar.queries.log import Log, LogRow

#: Facts that are codes, and the words that they stand for.
CODES: Final = {
    "channel": "channel.",
    "right": "right.",
    "answer": "answer.",
    "verdict": "verdict.",
    "method": "method.",
    "outcome": "outcome.",
    "what": "event.what.",
    "judgement": "p13.told.",
    "link": "link.kind.",
    "end": "fee.end.",
    "backdating_reason": "backdating.",
    "ground": "ground.",
    "right_ground": "weigh.ground.",
    "act": "act.",
    "state": "recipient.state.",
    "item": "package.item.",
    "hold_reason": "hold.reason.",
}


#: Facts with which an entry has a sentence of its own, where there are words for it.
SPECIAL: Final = ("solo", "system")
FACTS: Final = {str(kind): names for kind, names in KINDS.items()}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log as the timeline draws it."""

    what: str
    when: datetime
    who: str
    text: str = ""
    internal: bool = False
    href: str = ""
    link_words: str = ""


def lines_of(log: Log) -> list[LogLine]:
    """Return the entries of a log in the page's language."""
    return [LogLine(_what(row, log), row.at, _who(row, log), _more(row)) for row in log.rows]


def _what(row: LogRow, log: Log) -> str:
    """Return the sentence; where a special case has one of its own, that."""
    own = [f"event.{row.kind}.{name}" for name in SPECIAL if row.facts.get(name)]
    words = next((one for one in own if has_message(page_language(), one)), "")
    return t(words or f"event.{row.kind}", **_facts(row, log))


def _more(row: LogRow) -> str:
    """Return what is said beneath: why a receipt is back-dated, why a right is open again."""
    if reopened := row.facts.get("reason"):
        return _coded("reopen.reason.", str(reopened))
    reason, ground = row.facts.get("backdating_reason"), row.facts.get("ground")
    if reason:
        words = _coded("backdating.", str(reason))
        return t("event.case_registered.backdated", backdating_reason=words)
    return _coded("ground.", str(ground)) if ground else ""


def _who(row: LogRow, log: Log) -> str:
    if row.actor_kind == "staff":
        return log.staff.get(row.actor_ref, t("event.staff_gone"))
    return t(f"event.actor.{row.actor_kind}")


def _facts(row: LogRow, log: Log) -> dict[str, object]:
    """Return facts as a sentence says them; what a sentence may ask for is never missing."""
    told: dict[str, object] = dict.fromkeys(FACTS.get(row.kind, ()), "–")
    told |= {name: _told(name, value) for name, value in row.facts.items()}
    told["staff"] = log.staff.get(str(row.facts.get("staff")), t("event.nobody"))
    told["system"] = log.systems.get(str(row.facts.get("system")), "–")
    return told


def _told(name: str, value: Any) -> object:
    if value is None:
        return "–"
    if name in CODES:
        return _coded(CODES[name], str(value))
    if name == "template":
        return _coded("letter.kind.", str(value).partition(".")[0])
    return _read(value) if isinstance(value, str) else value


def _coded(stem: str, code: str) -> str:
    """Return the words of a code; a code that is no longer known stands for itself."""
    words = stem + code
    return t(words) if has_message(page_language(), words) else code


def _read(text: str) -> object:
    """Return a date or an aware moment, or the text where it is neither."""
    try:
        if len(text) == len("2026-12-31"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment if moment.tzinfo else text

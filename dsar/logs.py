"""The log: one JSON object a line, ids only, secrets of links masked."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Final

#: What a record may carry besides its words: names of ids and codes, never a person's.
FACTS: Final = frozenset(
    {
        "case",
        "code",
        "failures",
        "fault",
        "job",
        "letter",
        "message_id",
        "method",
        "organisation",
        "reason",
        "request_id",
        "row",
        "staff",
        "status",
        "way",
    }
)
_SECRET_PATH = re.compile(r"(/(?:l|setup|invite|invitation)/)[A-Za-z0-9_-]{8,}")
_TOKEN = re.compile(r"\b[A-Za-z0-9_-]{43}\b")
_API_KEY = re.compile(r"dsar_[A-Za-z0-9_-]{8,}")
_ADDRESS = re.compile(r"[^\s<>\"'@]+@[^\s<>\"'@]+\.[^\s<>\"'@]+")


def masked(text: str) -> str:
    """Return the text without the secrets of links and without mail addresses."""
    text = _SECRET_PATH.sub(r"\1***", text)
    text = _API_KEY.sub("dsar_***", _TOKEN.sub("***", text))
    return _ADDRESS.sub("***@***", text)


class JsonLines(logging.Formatter):
    """One object a line. JSON escapes control signs, so nobody can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of ASCII."""
        at = datetime.fromtimestamp(record.created, UTC)
        entry: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": masked(record.getMessage()),
        }
        facts = {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        entry |= {k: masked(v) if isinstance(v, str) else v for k, v in facts.items()}
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = where(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=True, default=str)


def where(error: BaseException) -> str:
    """Return an error's kind and the places it passed: its words might name a person."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = (f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {' > '.join(steps)}"


def log_to_stderr() -> None:
    """Send every logger's records to the standard error, as JSON lines."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [lines]
    root.setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)

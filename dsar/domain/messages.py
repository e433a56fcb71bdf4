"""What is written in a case: who wrote it, and which files may come with it."""

from enum import StrEnum
from typing import Final


class Direction(StrEnum):
    """By the person, to the person, or for staff alone."""

    FROM_PERSON = "from_person"
    TO_PERSON = "to_person"
    NOTE = "note"


#: What a person may attach: the ending, the first bytes that prove it, the media type.
KINDS: Final = {
    "pdf": (b"%PDF-", "application/pdf"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
}
#: Files in one message, and in one case in all.
FILES_A_MESSAGE: Final = 5
FILES_A_CASE: Final = 50
_SAME: Final = {"jpeg": "jpg"}
#: Some writers put a line or a mark before the header of a PDF.
_PDF_HEADER_WITHIN: Final = 1024


def kind_of(name: str, head: bytes) -> str | None:
    """Return the kind of an attachment by content and name together, or None."""
    ending = name.rpartition(".")[2].lower()
    ending = _SAME.get(ending, ending)
    if ending not in KINDS:
        return None
    mark = KINDS[ending][0]
    at = head.find(mark, 0, _PDF_HEADER_WITHIN if ending == "pdf" else len(mark))
    return ending if at >= 0 and b"<" not in head[:at] else None

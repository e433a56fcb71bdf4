"""Letters and receipts as PDF: tagged, PDF/UA-1, in the language of the person."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import typst

from dsar.domain.access_codes import grouped
from dsar.domain.clock.drawing import ClockDrawing
from dsar.domain.package import Answer, Letter, Receipt, Sender
from dsar.domain.package.cells import plain
from dsar.domain.post import PaperLetter
from dsar.resources import res
from dsar.services.answer.rendering.words import Words, contact_line, one_line

#: Taken where the build hook has not run: Debian's fonts-inter.
SYSTEM_FONTS: Final = Path("/usr/share/fonts/opentype/inter")
#: Art. 12 letters are proved accessible by the compiler: it refuses to write anything less.
STANDARD: Final = "ua-1"

#: The compiler refuses a text that no font can show; scripts are then marked one by one.
UNDISPLAYED: Final = re.compile(r'the text `?"(.+?)"`? could not be displayed', re.DOTALL)
ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
MARK: Final = "\N{WHITE SQUARE}"
TRIES: Final = 12
LATIN_1: Final = 0xFF
#: Whatever is neither Latin, Greek, Cyrillic nor punctuation: the last resort.
FOREIGN: Final = re.compile(r"[^\x00-\u052f\u2010-\u2027\u2030-\u205e\u20ac\u25a1]")


def render_letter_pdf(answer: Answer, letter: Letter) -> bytes:
    """Return the letter as PDF."""
    words = Words.of(answer)
    document = _paper(answer.organisation, words, letter.title) | {
        "date": words.day(answer.created_at),
        "case": words.t("letter.case", number=answer.case_number),
        "recipient": [answer.person_name, *answer.person_address.splitlines()],
        "blocks": [
            {
                "key": block.key,
                "heading": block.heading,
                "paragraphs": list(block.paragraphs),
                "points": list(block.points),
            }
            for block in letter.blocks
        ],
        "counting": _counting(answer, words),
    }
    return _compile("letter.typ", document, answer.created_at)


def render_receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt as PDF, the access code in groups of four."""
    words = Words.of(receipt)
    t = words.t
    document = _paper(receipt.organisation, words, t("receipt.title")) | {
        "date": words.day(receipt.received_at),
        "case": t("letter.case", number=receipt.case_number),
        "recipient": list(receipt.recipient),
        "lead": t("receipt.lead"),
        "number": [t("receipt.number"), receipt.case_number],
        "code": [t("receipt.code"), grouped(receipt.access_code)],
        "code_hint": t("receipt.code.hint"),
        "facts": [
            [t("receipt.received"), words.when(receipt.received_at)],
            [t("receipt.due"), t("receipt.day", date=receipt.due_on)],
        ],
        "sections": _sections(receipt, words),
        "counting": _counting(receipt, words),
    }
    return _compile("receipt.typ", document, receipt.received_at)


def render_notice_pdf(letter: PaperLetter) -> bytes:
    """Return a notice as PDF, for an envelope with a window."""
    words = Words.of(letter)
    document = _paper(letter.organisation, words, letter.title) | {
        "date": words.day(letter.written_at),
        "case": words.t("letter.case", number=letter.case_number),
        "recipient": list(letter.recipient),
        "parts": [
            {"paragraphs": list(part.paragraphs), "points": list(part.points)}
            for part in letter.parts
        ],
        "greeting": words.t("letter.signature"),
    }
    return _compile("notice.typ", document, letter.written_at)


def _counting(told: Answer | Receipt, words: Words) -> dict[str, object]:
    """Return how the date was counted: the line, its key and the steps."""
    return {
        "heading": words.t("receipt.counting.h"),
        "points": list(told.counting),
        "line": _line(told.drawing, words) if told.drawing else None,
    }


def _line(drawing: ClockDrawing, words: Words) -> dict[str, object]:
    """Return the line of a clock for the sheet: places in per cent, and its key in words."""
    return {
        "height": drawing.height,
        "y": drawing.line_y,
        "spans": [
            {"kind": span.kind, "from": span.x1, "to": span.x2} for span in drawing.spans
        ],
        "marks": [
            {"number": str(mark.number), "x": mark.x, "y": mark.y, "binds": mark.is_binding}
            for mark in drawing.marks
        ],
        "key": [
            [str(mark.number), words.t(mark.words_id), words.t("receipt.day", date=mark.on)]
            for mark in drawing.marks
        ],
    }


def _sections(receipt: Receipt, words: Words) -> list[dict[str, object]]:
    t = words.t
    contact = contact_line(receipt.organisation)
    help_lines = [t("receipt.help", contact=contact), t("receipt.free")]
    if receipt.status_url:
        help_lines.insert(0, t("receipt.status", url=receipt.status_url))
    sections: tuple[tuple[str, list[str], list[str]], ...] = (
        (t("receipt.asked.h"), [], list(receipt.rights)),
        (t("receipt.help.h"), help_lines, []),
    )
    return [
        {"heading": heading, "paragraphs": paragraphs, "points": points}
        for heading, paragraphs, points in sections
        if paragraphs or points
    ]


def _paper(organisation: Sender, words: Words, title: str) -> dict[str, object]:
    lines = (one_line(organisation.postal_address), organisation.phone, organisation.email)
    return {
        "language": words.language,
        "title": title,
        "organisation": organisation.name,
        "sender": [line for line in lines if line],
        "page": words.t("letter.page", page="PAGE", pages="PAGES"),
    }


def _compile(template: str, document: Mapping[str, object], made_at: datetime) -> bytes:
    """Return the PDF; a letter that no font has is shown as a mark, never a reason to fail."""
    text = json.dumps(plain(document), ensure_ascii=False)
    for _ in range(TRIES):
        try:
            return _typeset(template, text, made_at)
        except typst.TypstError as error:
            shorter = without_kin(text, str(error))
            if shorter == text:
                raise
            text = shorter
    return _typeset(template, FOREIGN.sub(MARK, text), made_at)


def _typeset(template: str, document: str, made_at: datetime) -> bytes:
    folder = res("templates") / "letters"
    return bytes(
        typst.compile(
            folder / template,
            root=folder,
            font_paths=[*_fonts()],
            sys_inputs={"document": document},
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=int(made_at.timestamp()),
        )
    )


def without_kin(text: str, error: str) -> str:
    """Return the text with a mark for every letter of the script that the error names."""
    complaint = UNDISPLAYED.search(error)
    if not complaint:
        return text
    plainly = ESCAPED.sub(lambda m: chr(int(m[1], 16)), complaint[1])
    kin = {_script(character) for character in plainly if ord(character) > LATIN_1}
    return "".join(MARK if _script(c) in kin and ord(c) > LATIN_1 else c for c in text)


def _script(character: str) -> str:
    if unicodedata.category(character) in {"So", "Co", "Cn", "Mn", "Sk"}:
        return unicodedata.category(character)
    return unicodedata.name(character, "").split(" ")[0]


@cache
def _fonts() -> tuple[Path, ...]:
    """Return the folders that hold Inter, the installed one first."""
    installed = Path(__file__).parents[2] / "static" / "vendor" / "fonts"
    return tuple(folder for folder in (installed, SYSTEM_FONTS) if folder.is_dir())

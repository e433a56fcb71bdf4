"""Letters and receipts as PDF: tagged, PDF/UA-1, in the language of the person."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import typst

from dsar.domain.package import Answer, Letter, Receipt, Sender
from dsar.domain.package.cells import plain
from dsar.resources import res
from dsar.services.rendering.words import Words, contact_line, one_line

#: Taken where the build hook has not run: Debian's fonts-inter.
SYSTEM_FONTS: Final = Path("/usr/share/fonts/opentype/inter")
#: Art. 12 letters are proved accessible by the compiler: it refuses to write anything less.
STANDARD: Final = "ua-1"


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
    }
    return _compile("letter.typ", document, answer.created_at)


def render_receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt as PDF, the access code in groups of four."""
    words = Words.of(receipt)
    t = words.t
    document = _paper(receipt.organisation, words, t("receipt.title")) | {
        "date": words.day(receipt.received_at),
        "case": t("letter.case", number=receipt.case_number),
        "lead": t("receipt.lead"),
        "number": [t("receipt.number"), receipt.case_number],
        "code": [t("receipt.code"), groups_of_four(receipt.access_code)],
        "code_hint": t("receipt.code.hint"),
        "facts": [
            [t("receipt.received"), words.when(receipt.received_at)],
            [t("receipt.due"), t("receipt.day", date=receipt.due_on)],
        ],
        "sections": _sections(receipt, words),
    }
    return _compile("receipt.typ", document, receipt.received_at)


def groups_of_four(code: str) -> str:
    """Return a code as people read it aloud."""
    bare = "".join(code.split()).replace("-", "")
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def _sections(receipt: Receipt, words: Words) -> list[dict[str, object]]:
    t = words.t
    contact = contact_line(receipt.organisation)
    help_lines = [t("receipt.help", contact=contact), t("receipt.free")]
    if receipt.status_url:
        help_lines.insert(0, t("receipt.status", url=receipt.status_url))
    sections: tuple[tuple[str, list[str], list[str]], ...] = (
        (t("receipt.asked.h"), [], list(receipt.rights)),
        (t("receipt.counting.h"), [], list(receipt.counting)),
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
    folder = res("templates") / "letters"
    return bytes(
        typst.compile(
            folder / template,
            root=folder,
            font_paths=[*_fonts()],
            sys_inputs={"document": json.dumps(plain(document))},
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=int(made_at.timestamp()),
        )
    )


@cache
def _fonts() -> tuple[Path, ...]:
    """Return the folders that hold Inter, the installed one first."""
    installed = Path(__file__).parents[2] / "static" / "vendor" / "fonts"
    return tuple(folder for folder in (installed, SYSTEM_FONTS) if folder.is_dir())

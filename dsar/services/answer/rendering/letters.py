"""The letter of an answer: which blocks it has, and the sentences of each."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dsar.domain.package import Answer, Letter, LetterBlock
from dsar.domain.package.letters import fill
from dsar.services.answer.rendering.blocks import right_blocks
from dsar.services.answer.rendering.blocks.writer import Writer
from dsar.services.answer.rendering.words import Words

NONE: Final[Mapping[str, str]] = MappingProxyType({})


def compose_letter(answer: Answer, overrides: Mapping[str, str] = NONE) -> Letter:
    """Return the letter in the person's language.

    overrides holds what staff wrote instead, by block key; its {{name}}s are filled from
    a closed list. Raises LetterNameError on any other.
    """
    writer = Writer(answer, Words.of(answer))
    values = writer.values()
    blocks = (_overridden(block, overrides, values) for block in _blocks(writer))
    return Letter(writer.t(f"letter.title.{kind_of(answer)}"), tuple(blocks))


def kind_of(answer: Answer) -> str:
    """Return what the letter is: a refusal as a whole, or the answer to its right."""
    return "refusal" if answer.refused is not None else answer.right


def _overridden(
    block: LetterBlock, overrides: Mapping[str, str], values: Mapping[str, str]
) -> LetterBlock:
    text = overrides.get(block.key, "").strip()
    return replace(block, paragraphs=fill(text, values)) if text else block


def _blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield the letter: what was asked, what the answer is, and every remedy (art. 12)."""
    answer = writer.answer
    opening = writer.t(f"letter.opening.{kind_of(answer)}")
    yield LetterBlock("opening", "", (writer.t("letter.greeting"), opening))
    yield writer.block(
        "asked", writer.t("letter.asked", term=writer.t(f"letter.term.{answer.right}"))
    )
    yield from right_blocks(writer)
    yield writer.block("complaint", writer.t("letter.complaint"), writer.t("letter.court"))
    dpo = answer.organisation.dpo
    yield writer.block(
        "contact",
        writer.t("letter.contact"),
        writer.t("letter.contact.dpo", dpo=dpo) if dpo else "",
    )
    yield LetterBlock("signature", "", (writer.t("letter.signature"), answer.organisation.name))

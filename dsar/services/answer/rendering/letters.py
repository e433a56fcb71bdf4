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
    t, answer = writer.t, writer.answer
    opening = t(f"letter.opening.{kind_of(answer)}")
    yield LetterBlock("opening", "", (t("letter.greeting"), opening))
    yield writer.block("asked", t("letter.asked", term=t(f"letter.term.{answer.right}")))
    yield from right_blocks(writer)
    yield writer.block("complaint", t("letter.complaint"), t("letter.court"))
    dpo = answer.organisation.dpo
    yield writer.block(
        "contact", t("letter.contact"), t("letter.contact.dpo", dpo=dpo) if dpo else ""
    )
    yield LetterBlock("signature", "", (t("letter.signature"), answer.organisation.name))

"""What a letter says of each right: one module a kind of answer, found by the table."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from dsar.domain.package import LetterBlock
from dsar.domain.rights import Right
from dsar.services.answer.rendering.blocks import (
    access,
    changes,
    explanations,
    portability,
    refusal,
)
from dsar.services.answer.rendering.blocks.writer import Writer

Blocks = Callable[[Writer], Iterator[LetterBlock]]

#: The middle of the letter, by right; what stands around it is the same for all.
RIGHT_BLOCKS: Final[Mapping[Right, Blocks]] = {
    Right.ACCESS: access.blocks,
    Right.RECTIFICATION: changes.blocks,
    Right.ERASURE: changes.blocks,
    Right.RESTRICTION: changes.blocks,
    Right.OBJECTION: changes.blocks,
    Right.CONSENT_WITHDRAWAL: changes.blocks,
    Right.PORTABILITY: portability.blocks,
    Right.AUTOMATED_DECISION: explanations.blocks,
    Right.COMPLAINT: explanations.blocks,
    Right.INFORMATION: explanations.blocks,
}


def right_blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says of its right: a refusal as a whole says why instead."""
    if writer.answer.refused is not None:
        return refusal.blocks(writer)
    return RIGHT_BLOCKS[Right(writer.answer.right)](writer)

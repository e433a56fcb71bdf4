"""The letter of a refusal: the ground, why it holds here, and what is given all the same."""

from collections.abc import Iterator

from dsar.domain.package import LetterBlock
from dsar.services.answer.rendering.blocks.writer import Writer, sentence


def blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says of a refusal (GDPR art. 12(4)); remedies follow for all."""
    refused = writer.answer.refused
    if refused is None:
        return
    ground = writer.t(
        "letter.refusal.ground",
        ground=writer.t(f"ground.{refused.ground}"),
        provision=refused.provision,
    )
    yield writer.block("refusal", ground, sentence(refused.explanation))
    if refused.still_given:
        yield writer.block("still", sentence(refused.still_given))

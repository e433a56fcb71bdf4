"""The letter of an explanation: a complaint, a question, an automated decision."""

from collections.abc import Iterator

from dsar.domain.package import LetterBlock
from dsar.services.answer.rendering.blocks.writer import Writer, sentence


def blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says where the answer is an explanation."""
    weighed = writer.answer.weighed
    if weighed is None:
        return
    right = writer.answer.right
    if weighed.result:
        yield writer.block("weighed", writer.t(f"letter.result.{right}.{weighed.result}"))
    yield writer.block("reply", *_paragraphs(weighed.texts.get("reply", "")))
    if weighed.texts.get("explained"):
        yield writer.block("explained", *_paragraphs(weighed.texts["explained"]))
    if weighed.texts.get("reviewer"):
        told = writer.t(
            "letter.reviewed",
            reviewer=weighed.texts["reviewer"],
            heard=sentence(weighed.texts.get("heard", "")),
        )
        yield writer.block("reviewed", told)


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n")]

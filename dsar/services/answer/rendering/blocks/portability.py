"""The letter of a portability: what is in the file, what is not, and who received it."""

from collections.abc import Iterator

from dsar.domain.package import LetterBlock
from dsar.services.answer.rendering.blocks.access import looked, withheld
from dsar.services.answer.rendering.blocks.writer import Writer, sentence


def blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says of a portability (GDPR art. 20)."""
    yield from looked(writer)
    weighed = writer.answer.weighed
    if weighed is not None and weighed.result:
        recipient = weighed.texts.get("recipient", "")
        told = [
            writer.t(f"letter.result.portability.{weighed.result}", recipient=recipient),
            sentence(weighed.texts.get("how", "") or weighed.texts.get("why", "")),
        ]
        yield writer.block("transfer", *told)
    yield writer.block("file", writer.t("letter.file"), writer.t("letter.file.which"))
    if writer.answer.withheld:
        yield withheld(writer)

"""The letter of a refusal: the ground, why it holds here, and what is given all the same."""

from collections.abc import Iterator

from dsar.domain.package import LetterBlock, Refused
from dsar.i18n import has_message
from dsar.services.answer.rendering.blocks.writer import Writer, sentence


def blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says of a refusal (GDPR art. 12(4)); remedies follow for all."""
    refused = writer.answer.refused
    if refused is None:
        return
    t = writer.t
    told = [
        ground_words(writer, refused.ground),
        t("letter.refusal.rule", provision=refused.provision),
        sentence(refused.explanation),
        *_conditions(writer, refused),
    ]
    if refused.late_since:
        told.append(t("letter.refusal.late", date=refused.late_since))
    yield writer.block("refusal", *told)
    yield writer.block("still", sentence(refused.still_given) or t("letter.still.none"))


def ground_words(writer: Writer, ground: str) -> str:
    """Return the ground as the person is told it, else as staff read it."""
    own = f"letter.refused.{ground}"
    if has_message(writer.words.language, own):
        return writer.t(own)
    return writer.t("letter.refusal.ground", ground=writer.t(f"ground.{ground}"))


def _conditions(writer: Writer, refused: Refused) -> Iterator[str]:
    """Yield what was considered before: what was ticked is said, where it helps the person."""
    for condition in refused.conditions:
        message_id = f"letter.condition.{condition}"
        if has_message(writer.words.language, message_id):
            yield writer.t(message_id)

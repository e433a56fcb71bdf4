"""The letter of a portability: what is in the file, what is not, and who received it."""

from collections.abc import Iterator

from dsar.domain.package import LeftOut, LetterBlock
from dsar.services.answer.rendering.blocks.access import withheld
from dsar.services.answer.rendering.blocks.writer import Writer, sentence


def blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says of a portability (GDPR art. 20)."""
    answer = writer.answer
    yield from _inside(writer)
    yield from _transfer(writer)
    if answer.found:
        yield writer.block(
            "file",
            writer.t("letter.file"),
            writer.t("letter.file.which"),
            writer.t("letter.file.copy"),
        )
    if answer.left_out:
        points = tuple(left_out_line(writer, each) for each in answer.left_out)
        yield writer.block("left_out", writer.t("letter.left_out"), points=points)
    if answer.withheld:
        yield withheld(writer)
    yield writer.block("rights", writer.t("letter.rights"))


def left_out_line(writer: Writer, left: LeftOut) -> str:
    """Return one kind of data that stays out of the file: where, how much, and why."""
    why = writer.t(f"letter.outside.{left.why}")
    return writer.t(
        "letter.left_out.point", what=left.what, system=left.system, n=left.count, why=why
    )


def _inside(writer: Writer) -> Iterator[LetterBlock]:
    answer = writer.answer
    told = {left.system for left in answer.left_out}
    empty = tuple(writer.how(each) for each in answer.not_found if each.name not in told)
    if answer.found:
        names = tuple(system.name for system in answer.found)
        yield writer.block("portable", writer.t("letter.portable"), points=names)
    else:
        yield writer.block("portable_none", writer.t("letter.portable_none"))
    if empty:
        yield LetterBlock("not_found", "", (writer.t("letter.not_found"),), empty)


def _transfer(writer: Writer) -> Iterator[LetterBlock]:
    """Yield who gets the file, or why another company could not (GDPR art. 20(2))."""
    weighed = writer.answer.weighed
    if weighed is None or not weighed.result or not writer.answer.found:
        return
    recipient = weighed.texts.get("recipient", "")
    told = writer.t(f"letter.result.portability.{weighed.result}", recipient=recipient)
    more = {"transferred": "how", "not_feasible": "why"}.get(weighed.result, "")
    yield writer.block("transfer", told, sentence(weighed.texts.get(more, "")))

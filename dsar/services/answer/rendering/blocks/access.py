"""The letter of an access: what was found where, how to read it, what is held back."""

from collections.abc import Iterator

from dsar.domain.package import LetterBlock, Withheld
from dsar.services.answer.rendering.blocks.writer import Writer, sentence


def blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says of an access (GDPR art. 15)."""
    yield from looked(writer)
    yield _reading(writer)
    if writer.answer.withheld:
        yield withheld(writer)
    yield writer.block("rights", writer.t("letter.rights"))


def looked(writer: Writer) -> Iterator[LetterBlock]:
    """Yield where something was found, and how the rest was searched."""
    answer = writer.answer
    points = tuple(writer.how(system) for system in answer.not_found)
    if not answer.found:
        yield writer.block("nothing", writer.t("letter.nothing"), points=points)
        return
    names = tuple(system.name for system in answer.found)
    yield writer.block("found", writer.t("letter.found"), points=names)
    if points:
        yield LetterBlock("not_found", "", (writer.t("letter.not_found"),), points)


def withheld(writer: Writer) -> LetterBlock:
    """Return what is held back, why, and by which rule (GDPR art. 12(4))."""
    points = tuple(_held(writer, held) for held in writer.answer.withheld)
    return writer.block("withheld", writer.t("letter.withheld"), points=points)


def _held(writer: Writer, held: Withheld) -> str:
    return writer.t(
        "letter.withheld.point",
        what=held.what,
        system=held.system,
        reason=sentence(held.reason),
        provision=held.provision,
    )


def _reading(writer: Writer) -> LetterBlock:
    points = [writer.t("letter.read.index"), writer.t("letter.read.data")]
    if any(system.attachments for system in writer.answer.systems):
        folder = writer.t("package.file.attachments")
        points.append(writer.t("letter.read.attachments", folder=folder))
    return writer.block("read", writer.t("letter.read"), points=tuple(points))

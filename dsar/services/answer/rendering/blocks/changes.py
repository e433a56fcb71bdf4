"""The letter of a change: what was done where, what was not and why, and who was told."""

from collections.abc import Iterator

from dsar.domain.measures import ACTS, Act
from dsar.domain.package import LetterBlock, MeasureAnswer, RecipientAnswer
from dsar.domain.rights import Right
from dsar.services.answer.rendering.blocks.writer import Writer, sentence


def blocks(writer: Writer) -> Iterator[LetterBlock]:
    """Yield what the letter says of a right that changes what is held."""
    measures = writer.answer.measures
    if not measures:
        points = tuple(writer.how(system) for system in writer.answer.systems)
        yield writer.block("nothing", writer.t("letter.nothing"), points=points)
        return
    yield from _weighed(writer)
    done = [each for each in measures if ACTS[each.act].grants]
    left = [each for each in measures if not ACTS[each.act].grants]
    if done:
        points = tuple(_point(writer, each) for each in done)
        yield writer.block("done", writer.t("letter.done"), points=points)
    yield from _backups(writer, done)
    if left:
        points = tuple(_point(writer, each) for each in left)
        yield writer.block("left", writer.t("letter.left"), points=points)
    yield from _elsewhere(writer)
    yield from _supplement(writer, left)
    yield from _recipients(writer)
    yield from _afterwards(writer)


def _weighed(writer: Writer) -> Iterator[LetterBlock]:
    weighed = writer.answer.weighed
    if weighed is None:
        return
    told = [writer.t(f"letter.ground.{weighed.ground}")] if weighed.ground else []
    if weighed.result:
        told.append(writer.t(f"letter.result.{writer.answer.right}.{weighed.result}"))
    if balancing := weighed.texts.get("balancing", ""):
        told.append(sentence(balancing))
    yield writer.block("weighed", *told)


def _point(writer: Writer, measure: MeasureAnswer) -> str:
    texts = dict.fromkeys((*ACTS[measure.act].needs, *ACTS[measure.act].may), "")
    texts |= measure.texts
    facts = {"system": measure.system, "provision": measure.provision} | texts
    told = [writer.t(f"letter.act.{measure.act}", **facts)]
    if texts.get("why"):
        told.append(sentence(texts["why"]))
    if measure.provision:
        told.append(writer.t("letter.provision", provision=measure.provision))
    if texts.get("statute"):
        told.append(writer.t("letter.statute", statute=texts["statute"]))
    if measure.keep_until_on:
        told.append(writer.t("letter.keep_until", date=measure.keep_until_on))
    elif texts.get("end"):
        told.append(writer.t("letter.keep_end", end=sentence(texts["end"])))
    return " ".join(told)


def _backups(writer: Writer, done: list[MeasureAnswer]) -> Iterator[LetterBlock]:
    """Yield when the last backup copies are gone (GDPR art. 17(1): erased, not only hidden)."""
    points = dict.fromkeys(_backup(writer, each) for each in done if each.act is Act.ERASE)
    if told := tuple(filter(None, points)):
        yield writer.block("backups", writer.t("letter.backups"), points=told)


def _backup(writer: Writer, measure: MeasureAnswer) -> str:
    if measure.purge_months:
        return writer.t("letter.backups.month", system=measure.system, n=measure.purge_months)
    if measure.purge_days:
        return writer.t("letter.backups.point", system=measure.system, n=measure.purge_days)
    return ""


def _supplement(writer: Writer, left: list[MeasureAnswer]) -> Iterator[LetterBlock]:
    """Yield the offer of a statement where something is not corrected (GDPR art. 16)."""
    is_disputed = any(each.act is Act.LEAVE for each in left)
    if is_disputed and writer.answer.right == Right.RECTIFICATION:
        yield writer.block("supplement", writer.t("letter.supplement"))


def _elsewhere(writer: Writer) -> Iterator[LetterBlock]:
    points = tuple(writer.how(system) for system in writer.answer.not_found)
    if points:
        yield LetterBlock("not_found", "", (writer.t("letter.not_found"),), points)


def _recipients(writer: Writer) -> Iterator[LetterBlock]:
    """Yield who received the data and was told of the change (GDPR art. 19)."""
    recipients = writer.answer.recipients
    if recipients:
        points = tuple(_recipient(writer, each) for each in recipients)
        yield writer.block("recipients", writer.t("letter.recipients"), points=points)


def _recipient(writer: Writer, recipient: RecipientAnswer) -> str:
    if not recipient.reason:
        return recipient.name
    return writer.t(
        "letter.recipient.untold", name=recipient.name, reason=sentence(recipient.reason)
    )


def _afterwards(writer: Writer) -> Iterator[LetterBlock]:
    right = Right(writer.answer.right)
    yield writer.block("afterwards", writer.t(f"letter.afterwards.{right}"))

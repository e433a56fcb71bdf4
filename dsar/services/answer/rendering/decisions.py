"""What the page of a decision shows: the answer in short, and what was done in each system."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dsar.domain.measures import ACTS, Act
from dsar.domain.package import Answer, MeasureAnswer
from dsar.domain.rights import RULES, Right, Work
from dsar.services.answer.rendering.views import Line
from dsar.services.answer.rendering.words import Shown, Words

#: The texts that say what a measure is about; the others say more of it.
ABOUT: Final = ("what", "field", "purpose")
GLOSSARY: Final = ("controller", "processor", "gdpr", "raw")


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the table: where, what was done, with what, and what more there is to say."""

    system: str
    act: str
    what: Shown
    lines: tuple[Line, ...]


def decision_parts(answer: Answer, words: Words) -> Mapping[str, object]:
    """Return what only the page of a decision shows."""
    return {
        "summary": tuple(_summary(answer, words)),
        "deeds": tuple(_deed(each, words) for each in answer.measures),
        "glossary": GLOSSARY,
    }


def _summary(answer: Answer, words: Words) -> Iterator[str]:
    if answer.refused is not None:
        yield words.t("package.short.refused")
        if answer.refused.still_given:
            yield words.t("package.short.still")
        return
    yield words.t(_result_id(answer))
    if answer.systems:
        yield words.t("package.short.searched", n=len(answer.systems))
    erased = [each for each in answer.measures if each.act is Act.ERASE]
    if any(each.purge_days or each.purge_months for each in erased):
        yield words.t("package.short.backups")
    if told := [each for each in answer.recipients if not each.reason]:
        yield words.t("package.short.recipients", n=len(told))


def _result_id(answer: Answer) -> str:
    if RULES[Right(answer.right)].work is Work.WORDS and answer.outcome != "answered":
        return f"letter.result.{answer.right}.{answer.outcome}"
    return f"package.short.{answer.right}.{answer.outcome}"


def _deed(measure: MeasureAnswer, words: Words) -> Deed:
    about = next((measure.texts[name] for name in ABOUT if measure.texts.get(name)), "")
    act = words.t(f"package.act.{measure.act}")
    return Deed(measure.system, act, words.show(about), tuple(_more(measure, words)))


def _more(measure: MeasureAnswer, words: Words) -> Iterator[Line]:
    rules = ACTS[measure.act]
    names = [name for name in (*rules.needs, *rules.may) if name not in ABOUT]
    for name in names:
        if name != "end" and (text := measure.texts.get(name, "")):
            yield Line(words.t(f"package.done.{name}"), words.show(text))
    if measure.provision:
        yield Line(words.t("package.withheld.provision"), Shown(measure.provision))
    if measure.keep_until_on:
        yield Line(words.t("package.done.end"), Shown(words.day(measure.keep_until_on)))
    elif end := measure.texts.get("end", ""):
        yield Line(words.t("package.done.end"), words.show(end))

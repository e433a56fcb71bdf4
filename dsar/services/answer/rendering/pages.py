"""The page that a person reads, online or alone from a folder, and its further pages."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dsar.domain.package import Answer, LeftOut, Letter, Record, SystemAnswer, TaskAnswer
from dsar.domain.package.files import slugs
from dsar.domain.package.survey import Survey, survey_all
from dsar.domain.rights import Right
from dsar.resources import res
from dsar.services.answer.rendering.decisions import decision_parts
from dsar.services.answer.rendering.letters import compose_letter
from dsar.services.answer.rendering.views import (
    Card,
    SystemView,
    view_box,
    view_cards,
    view_categories,
    view_files,
)
from dsar.services.answer.rendering.words import Words

#: A further page holds so many records.
REST_SIZE: Final = 1000
RIGHTS: Final = (
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "portability",
    "consent_withdrawal",
    "automated_decision",
)
GLOSSARY: Final = ("controller", "processor", "basis", "interest", "eea", "gdpr", "raw")


@dataclass(frozen=True, slots=True)
class RestPage:
    """One of the further pages of a system with more records than the page shows."""

    path: str
    number: int
    count: int


@cache
def page_style() -> str:
    """Return the one stylesheet, exactly as it stands in the page."""
    return (res("templates") / "package" / "page.css").read_text("utf-8")


@cache
def page_style_hash() -> str:
    """Return the stylesheet as a CSP source: sha256-… without its quotes."""
    digest = hashlib.sha256(page_style().encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()


def render_answer_page(answer: Answer, *, online: bool = True) -> str:
    """Return the whole answer as one page.

    online leaves out what only the folder has: the files beside the page, and the
    policy that the web server sends as a header instead.
    """
    letter = answer.letter or compose_letter(answer)
    return render_page(answer, letter, survey_all(answer), online=online)


def render_page(
    answer: Answer, letter: Letter, surveys: tuple[Survey, ...], *, online: bool
) -> str:
    """Return the page from surveys that were already made."""
    words = Words.of(answer)
    shared = _frame(answer, words, online=online) | {
        "letter": letter,
        "letter_file": words.t("package.file.letter"),
        "rights": RIGHTS,
    }
    if answer.is_decision:
        parts = decision_parts(answer, words)
        template = _environment().get_template("decision.html")
        return template.render(shared, heading=letter.title, **parts)
    kind = ".portability" if answer.right == Right.PORTABILITY else ""
    return (
        _environment()
        .get_template("page.html")
        .render(
            shared,
            heading=words.t(f"package.h1{kind}" if answer.found else f"package.none.h1{kind}"),
            none_lead=words.t(f"package.none.lead{kind}"),
            portable=bool(kind),
            left_out=tuple(_left_out(answer, words)),
            left_count=sum(left.count for left in answer.left_out),
            systems=tuple(_systems(answer, surveys, words)),
            summary=tuple(summary(answer, surveys, words)),
            withheld_count=sum(held.count for held in answer.withheld),
            glossary=GLOSSARY,
        )
    )


def render_rest_page(
    answer: Answer, survey: Survey, page: RestPage, records: Iterable[Record]
) -> str:
    """Return one of the further pages of a system."""
    words = Words.of(answer)
    first = (page.number - 1) * REST_SIZE + 1
    pages = rest_pages(answer, survey)
    return (
        _environment()
        .get_template("rest.html")
        .render(
            _frame(answer, words, online=False),
            survey=survey,
            page=page,
            pages=pages,
            cards=_rest_cards(records, words, first),
        )
    )


def rest_pages(answer: Answer, survey: Survey) -> tuple[RestPage, ...]:
    """Return the further pages of a system, none where the page shows every record."""
    if not survey.is_cut:
        return ()
    folder = Words.of(answer).t("package.file.rest")
    name = _file_names(answer)[survey.system.key]
    count = -(-survey.total // REST_SIZE)
    numbers = range(1, count + 1)
    return tuple(RestPage(f"{folder}/{name}-{n}.html", n, count) for n in numbers)


def summary(answer: Answer, surveys: tuple[Survey, ...], words: Words) -> Iterator[str]:
    """Yield the answer in short, sentence by sentence."""
    found, total = len(answer.found), sum(survey.total for survey in surveys)
    files = sum(len(system.attachments) for system in answer.found)
    looked = words.t("package.short.searched", n=len(answer.systems))
    is_portable = answer.right == Right.PORTABILITY
    here = "package.short.portable" if is_portable else "package.short.found"
    yield f"{looked} {words.t(here, n=found)}" if found else looked
    if is_portable and found:
        yield from _transferred(answer, words)
    if total:
        here = words.t("package.short.records", n=total)
        yield f"{here} {words.t('package.short.files', n=files)}" if files else here
    yield from _span(surveys, words)
    if found and all("automated" in system.not_applicable for system in answer.found):
        yield words.t("package.short.automated_none")


def _transferred(answer: Answer, words: Words) -> Iterator[str]:
    """Yield what became of the wish to send the file on (GDPR art. 20(2))."""
    weighed = answer.weighed
    if weighed is not None and weighed.result in ("transferred", "not_feasible"):
        recipient = weighed.texts.get("recipient", "")
        yield words.t(f"package.short.{weighed.result}", recipient=recipient)


def _left_out(answer: Answer, words: Words) -> Iterator[tuple[LeftOut, str]]:
    for left in answer.left_out:
        yield left, words.t(f"letter.outside.{left.why}")


def data_files(answer: Answer, survey: Survey) -> tuple[str, ...]:
    """Return the data files of a system: JSON, and CSV where there are records."""
    name = _file_names(answer)[survey.system.key]
    endings = ("json", "csv") if survey.total else ("json",)
    return tuple(f"data/{name}.{ending}" for ending in endings)


def web_link(url: str) -> str:
    """Return the address if it may stand in a link: the web's, or this site's own."""
    is_own = url.startswith("/") and not url.startswith(("//", "/\\"))
    return url if is_own or url.startswith(("https://", "http://")) else ""


def _file_names(answer: Answer) -> dict[str, str]:
    return slugs(system.key for system in answer.systems)


def _span(surveys: tuple[Survey, ...], words: Words) -> Iterator[str]:
    oldest = min((day for survey in surveys if (day := survey.oldest)), default=None)
    newest = max((day for survey in surveys if (day := survey.newest)), default=None)
    if oldest and newest:
        message_id = "package.short.span" if oldest < newest else "package.short.one_day"
        yield words.t(message_id, oldest=words.day(oldest), newest=words.day(newest))


def _systems(answer: Answer, surveys: tuple[Survey, ...], words: Words) -> Iterator[SystemView]:
    first, folder = 1, words.t("package.file.attachments")
    for number, survey in enumerate(surveys, 1):
        system = survey.system
        rest = rest_pages(answer, survey)
        yield SystemView(
            number=number,
            system=system,
            box=tuple(view_box(system, words)),
            categories=tuple(view_categories(survey, words, derived=False)),
            derived=tuple(view_categories(survey, words, derived=True)),
            files=tuple(view_files(system.attachments, first, folder, words)),
            data=data_files(answer, survey),
            rest=rest[0].path if rest else "",
        )
        first += len(system.attachments)


def _rest_cards(
    records: Iterable[Record], words: Words, first: int
) -> Iterator[tuple[str, Card]]:
    for number, record in enumerate(records, first):
        yield record.category, next(view_cards([record], words, first=number))


def _frame(answer: Answer, words: Words, *, online: bool) -> dict[str, object]:
    return {
        "answer": answer,
        "t": words.t,
        "words": words,
        "online": online,
        "style": Markup(page_style()),  # noqa: S704  # our own file
        "style_hash": page_style_hash(),
        "web_link": web_link,
        "who": _who(words),
        "withheld_whole": TaskAnswer.WITHHELD,
    }


def _who(words: Words) -> object:
    def who(system: SystemAnswer) -> str:
        day: date | None = system.answered_on
        return ", ".join(
            part for part in (system.answered_by, words.day(day) if day else "") if part
        )

    return who


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(res("templates") / "package")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

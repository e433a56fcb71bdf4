"""The package: a ZIP that is written while its records are read, the manifest last."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from zipstream import ZIP_DEFLATED, ZipStream

from dsar.domain.package import Answer, Letter, Record
from dsar.domain.package.cells import FIXED, csv_lines
from dsar.domain.package.decision import decides, decision_json
from dsar.domain.package.files import attachment_name, slug
from dsar.domain.package.manifest import FileEntry, Manifest, system_json
from dsar.domain.package.schema import schema
from dsar.domain.package.survey import Survey, survey_all
from dsar.i18n import LANGUAGES, translate
from dsar.services.answer.rendering.letters import compose_letter
from dsar.services.answer.rendering.pages import (
    REST_SIZE,
    RestPage,
    data_files,
    render_page,
    render_rest_page,
    rest_pages,
)
from dsar.services.answer.rendering.pdf import render_letter_pdf
from dsar.services.answer.rendering.words import Words, contact_line

OpenAttachment = Callable[[str], Iterable[bytes]]
Write = Callable[[], Iterable[bytes]]


def build_package(answer: Answer, open_attachment: OpenAttachment) -> Iterator[bytes]:
    """Yield the package piece by piece, in flat memory; records are read several times.

    Raises PackageChangedError when a system's records are not the same at each reading.
    """
    surveys = () if answer.is_decision else survey_all(answer)
    parcel = _Parcel(answer, surveys, open_attachment)
    folder = parcel.words.t("package.file.folder", number=slug(answer.case_number))
    archive = ZipStream(compress_type=ZIP_DEFLATED)
    for planned in parcel.plan():
        archive.add(parcel.measured(planned), f"{folder}/{planned.path}")
    archive.add(parcel.manifest(), f"{folder}/data/manifest.json")
    yield from archive


@dataclass(frozen=True, slots=True)
class _Planned:
    path: str
    kind: str
    write: Write
    system: str | None = None
    records: int | None = None


@dataclass(slots=True)
class _Parcel:
    answer: Answer
    surveys: tuple[Survey, ...]
    open_attachment: OpenAttachment
    entries: list[FileEntry] = field(default_factory=list)

    @property
    def words(self) -> Words:
        return Words.of(self.answer)

    def plan(self) -> Iterator[_Planned]:
        letter = self.answer.letter or compose_letter(self.answer)
        t = self.words.t
        yield _Planned("index.html", "page", lambda: [self._page(letter)])
        yield _Planned(
            t("package.file.letter"), "letter", lambda: [render_letter_pdf(self.answer, letter)]
        )
        yield _Planned(t("package.file.readme"), "readme", lambda: [self._readme()])
        if decides(self.answer):
            yield _Planned(
                "data/decision.json", "decision", lambda: [decision_json(self.answer).encode()]
            )
        for survey in self.surveys:
            yield from self._data(survey)
        yield _Planned("data/schema.json", "schema", lambda: [_schema()])
        yield from self._attachments()
        for survey in self.surveys:
            yield from self._rest(survey)

    def measured(self, planned: _Planned) -> Iterator[bytes]:
        """Yield a file's bytes, and enter it in the manifest when all are through."""
        size, digest = 0, hashlib.sha256()
        for piece in planned.write():
            size += len(piece)
            digest.update(piece)
            yield piece
        entry = FileEntry(
            planned.path,
            planned.kind,
            size,
            digest.hexdigest(),
            planned.system,
            planned.records,
        )
        self.entries.append(entry)

    def manifest(self) -> Iterator[bytes]:
        """Yield the manifest: asked for last, when every other file has been entered."""
        yield Manifest(self.answer, self.surveys, tuple(self.entries)).as_json().encode()

    def _page(self, letter: Letter) -> bytes:
        return render_page(self.answer, letter, self.surveys, online=False).encode(
            errors="replace"
        )

    def _data(self, survey: Survey) -> Iterator[_Planned]:
        key, total = survey.system.key, survey.total
        writers: tuple[Write, ...] = (
            lambda: _encoded(system_json(self.answer, survey)),
            lambda: _encoded(self._csv(survey)),
        )
        kinds = ("records", "table")
        for path, kind, write in zip(
            data_files(self.answer, survey), kinds, writers, strict=False
        ):
            yield _Planned(path, kind, write, key, total)

    def _csv(self, survey: Survey) -> Iterator[str]:
        header = [self.words.t(f"package.column.{name}") for name in (*FIXED, "other")]
        return csv_lines(survey.system.records(), survey.labels, header, self.answer.language)

    def _attachments(self) -> Iterator[_Planned]:
        folder = self.words.t("package.file.attachments")
        systems = (survey.system for survey in self.surveys)
        held = ((s.key, file) for s in systems for file in s.attachments)
        for number, (key, file) in enumerate(held, 1):
            path = f"{folder}/{attachment_name(number, file.extension)}"
            opener = partial(self.open_attachment, file.id)
            yield _Planned(path, "attachment", opener, key)

    def _rest(self, survey: Survey) -> Iterator[_Planned]:
        batches = _batches(survey.system.records)
        for page in rest_pages(self.answer, survey):
            write = self._rest_writer(survey, page, batches)
            yield _Planned(page.path, "rest", write, survey.system.key)

    def _rest_writer(
        self, survey: Survey, page: RestPage, batches: Iterator[list[Record]]
    ) -> Write:
        def write() -> Iterator[bytes]:
            text = render_rest_page(self.answer, survey, page, next(batches, []))
            yield text.encode(errors="replace")

        return write

    def _readme(self) -> bytes:
        answer, t = self.answer, self.words.t
        organisation = answer.organisation
        kind = ".decision" if answer.is_decision else ""
        lines = [
            t(f"package.readme.title{kind}", organisation=organisation.name),
            t(
                "package.readme.what",
                number=answer.case_number,
                date=self.words.day(answer.created_at),
            ),
            "",
            t(f"package.readme.open{kind}"),
            t("package.readme.letter", file=t("package.file.letter")),
            t(f"package.readme.data{kind}"),
            t("package.readme.schema"),
            t("package.readme.manifest"),
        ]
        if any(survey.system.attachments for survey in self.surveys):
            lines.append(t("package.readme.attachments", folder=t("package.file.attachments")))
        lines += ["", t("package.readme.safe")]
        lines.append(t("package.readme.contact", contact=contact_line(organisation)))
        return "\r\n".join([*lines, ""]).encode()


def _batches(records: Callable[[], Iterable[Record]]) -> Iterator[list[Record]]:
    rest = iter(records())
    while batch := list(islice(rest, REST_SIZE)):
        yield batch


def _encoded(lines: Iterable[str]) -> Iterator[bytes]:
    return (line.encode(errors="replace") for line in lines)


def _schema() -> bytes:
    document = schema(_meaning)
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _meaning(name: str) -> dict[str, str]:
    return {lang: translate(lang, f"package.schema.{name}") for lang in LANGUAGES}

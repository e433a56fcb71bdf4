"""The package: built once nothing is missing, sealed before any row names it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from dsar.domain.cases import State, TransitionError
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.package import Answer
from dsar.domain.package.letters import letter_json
from dsar.domain.package.survey import counts, survey_all
from dsar.models import Case, Delivery, Package, RequestedRight, StoredFile, db, new_id
from dsar.services.answer.answers import assemble, fingerprint, gather
from dsar.services.answer.readiness import readiness
from dsar.services.answer.rendering import (
    build_package,
    compose_letter,
    render_answer_page,
    render_letter_pdf,
)
from dsar.services.mail.on_paper import check_postable
from dsar.services.progress import current_packages, open_file, outdate
from dsar.services.rights.erasing import promise_anew
from dsar.services.transaction import Db, transaction
from dsar.services.work.finding_files import Place, keep
from dsar.vault import current_vault

ZIP, PAGE, LETTER = "package", "package_page", "package_letter"
_KINDS = {ZIP: "application/zip", PAGE: "text/html", LETTER: "application/pdf"}


class IncompleteAnswer(DomainError):
    """A system has not answered, or a text that the law asks for is missing."""

    message_id = "error.incomplete_answer"


class FindingUndecided(DomainError):
    """Somebody must decide about every finding first."""

    message_id = "error.finding_undecided"


class PackageOutdated(DomainError):
    """Something that the package was made from has changed: it is built again."""

    message_id = "error.package_outdated"


@dataclass(frozen=True, slots=True)
class _Built:
    """The sealed files of a package, by purpose, before any row names them."""

    files: dict[str, StoredFile]
    answer: Answer
    made_from: str
    counts: dict[str, int]


def build(right_id: str, actor: Actor, now: datetime) -> str:
    """Build the package of a right, and return it; an unapproved one is replaced.

    The same material builds nothing anew. Raises TransitionError,
    IncompleteAnswer, FindingUndecided, AnswerSent, PackageOutdated, SenderIncomplete.
    """
    right = db.session.get_one(RequestedRight, right_id)
    material = gather(db.session, right)
    made_from = fingerprint(material)
    if twin := _twin(db.session, right_id, made_from):
        return twin
    check_buildable(db.session, right)
    built = _seal(assemble(db.session, material, now), right.case_id, made_from, now)
    try:
        return _enter(built, right_id, actor, now)
    except BaseException:
        _shred(row.id for row in built.files.values())
        raise


def read_part(package: Package, purpose: str) -> Iterator[bytes]:
    """Return the stream of one part of a package: ZIP, PAGE or LETTER."""
    ids = {ZIP: package.file_id, PAGE: package.page_file_id, LETTER: package.letter_file_id}
    return current_vault().read_file(package.case_id, str(ids[purpose]))


def check_buildable(session: Db, right: RequestedRight) -> None:
    """Refuse a right that is not under review, lacks something, or a letter without sender."""
    if State(right.state) not in (State.REVIEWING, State.READY):
        raise TransitionError(state=right.state, action="build")
    check_postable(session.get_one(Case, right.case_id))
    check_complete(session, right)


def check_complete(session: Db, right: RequestedRight) -> None:
    """Refuse an answer with a gap (GDPR art. 15(1), (2)) or with something undecided."""
    lacks = readiness(session, right)
    if lacks.undecided and lacks.undecided == lacks.total:
        raise FindingUndecided(n=lacks.undecided)
    if not lacks.is_complete:
        raise IncompleteAnswer(n=lacks.total)


def check_unchanged(session: Db, package: Package, right: RequestedRight) -> None:
    """Refuse a package that no longer says what the case file says."""
    is_same = package.made_from == fingerprint(gather(session, right))
    if package.replaced_at is not None or not is_same:
        raise PackageOutdated


def _seal(answer: Answer, case_id: str, made_from: str, now: datetime) -> _Built:
    """Write the package, its page and its letter to the vault; no lock is held meanwhile."""
    letter = compose_letter(answer)
    answer = replace(answer, letter=letter)
    vault = current_vault()
    parts: dict[str, Iterable[bytes]] = {
        ZIP: build_package(answer, lambda file_id: vault.read_file(case_id, file_id)),
        PAGE: [render_answer_page(answer, online=True).encode(errors="replace")],
        LETTER: [render_letter_pdf(answer, letter)],
    }
    files: dict[str, StoredFile] = {}
    try:
        for purpose, chunks in parts.items():
            place = Place(new_id(), case_id, purpose, now)
            files[purpose] = keep(chunks, place, _KINDS[purpose])
    except BaseException:
        _shred(row.id for row in files.values())
        raise
    return _Built(files, answer, made_from, counts(answer, survey_all(answer)))


def _enter(built: _Built, right_id: str, actor: Actor, now: datetime) -> str:
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        check_buildable(session, right)
        if built.made_from != fingerprint(gather(session, right)):
            raise PackageOutdated
        if twin := _twin(session, right_id, built.made_from):  # pressed twice at once
            _shred(row.id for row in built.files.values())
            return twin
        outdate(file, right)
        stale = _files_of(session, right_id)
        for row in stale:
            row.shredded_at = now
        package = _package(built, right, actor, now)
        session.add_all([*built.files.values(), package])
        promise_anew(file, right)
        file.record(
            EventKind.PACKAGE_BUILT,
            package=package.id,
            right=right.right,
            sha256=package.sha256,
            bytes=package.size,
            records=built.counts["records"],
        )
        package_id, stale_ids = package.id, [row.id for row in stale]
    _shred(stale_ids)
    return package_id


def _twin(session: Db, right_id: str, made_from: str) -> str | None:
    """Return the package that holds the same already, or None."""
    same = (
        package.id
        for package in current_packages(session, right_id)
        if package.made_from == made_from and package.sent_back_at is None
    )
    return next(same, None)


def _package(built: _Built, right: RequestedRight, actor: Actor, now: datetime) -> Package:
    whole = built.files[ZIP]
    package = Package(id=new_id(), case_id=right.case_id, right_id=right.id, is_solo=False)
    package.file_id, package.sha256, package.size = whole.id, whole.sha256, whole.size
    package.page_file_id = built.files[PAGE].id
    package.letter_file_id = built.files[LETTER].id
    package.language, package.counts = built.answer.language, built.counts
    package.made_from, package.built_at, package.built_by = built.made_from, now, actor.ref
    if built.answer.letter is not None:
        current_vault().seal(package, "letter", letter_json(built.answer.letter))
    return package


def _files_of(session: Db, right_id: str) -> list[StoredFile]:
    """Return the files of the packages of a right, but not of what was handed over."""
    sent = select(Delivery.package_id)
    packages = session.scalars(
        select(Package).where(Package.right_id == right_id, Package.id.not_in(sent))
    )
    ids = {
        file_id
        for package in packages
        for file_id in (package.file_id, package.page_file_id, package.letter_file_id)
    }
    query = select(StoredFile).where(StoredFile.id.in_(ids), StoredFile.shredded_at.is_(None))
    return list(session.scalars(query))


def _shred(file_ids: Iterable[str]) -> None:
    for file_id in file_ids:
        current_vault().shred_file(file_id)

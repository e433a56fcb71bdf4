"""The letter of an answer: which blocks it has, and the sentences of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from dsar.domain.package import Answer, Authority, Letter, LetterBlock, SystemAnswer, Withheld
from dsar.domain.package.letters import fill
from dsar.services.answer.rendering.words import Words, contact_line, one_line, unbroken

NONE: Final[Mapping[str, str]] = MappingProxyType({})


def compose_letter(answer: Answer, overrides: Mapping[str, str] = NONE) -> Letter:
    """Return the letter in the person's language.

    overrides holds what staff wrote instead, by block key; its {{name}}s are filled from
    a closed list. Raises LetterNameError on any other.
    """
    writer = _Writer(answer, Words.of(answer))
    values = writer.values()
    blocks = (_overridden(block, overrides, values) for block in writer.blocks())
    return Letter(writer.words.t("letter.title"), tuple(blocks))


def _overridden(
    block: LetterBlock, overrides: Mapping[str, str], values: Mapping[str, str]
) -> LetterBlock:
    text = overrides.get(block.key, "").strip()
    return replace(block, paragraphs=fill(text, values)) if text else block


@dataclass(frozen=True, slots=True)
class _Writer:
    answer: Answer
    words: Words

    def values(self) -> dict[str, str]:
        answer, words = self.answer, self.words
        return {
            "case_number": answer.case_number,
            "person_name": answer.person_name,
            "organisation": answer.organisation.name,
            "received_on": words.day(answer.received_on),
            "due_on": words.day(answer.due_on),
            "created_on": words.day(answer.created_at),
            "systems": str(len(answer.systems)),
            "authority": answer.authority.name,
            "authority_contact": _reach(answer.authority),
            "contact": contact_line(answer.organisation),
        }

    def t(self, message_id: str, **facts: object) -> str:
        return self.words.t(message_id, **(self.values() | facts))

    def blocks(self) -> Iterator[LetterBlock]:
        yield LetterBlock("opening", "", (self.t("letter.greeting"), self.t("letter.opening")))
        yield LetterBlock("asked", self.t("letter.asked.h"), (self.t("letter.asked"),))
        yield from self._looked()
        yield self._reading()
        if self.answer.withheld:
            yield self._withheld()
        yield LetterBlock("rights", self.t("letter.rights.h"), (self.t("letter.rights"),))
        disagree = (self.t("letter.complaint"), self.t("letter.court"))
        yield LetterBlock("complaint", self.t("letter.complaint.h"), disagree)
        yield self._contact()
        signature = (self.t("letter.signature"), self.answer.organisation.name)
        yield LetterBlock("signature", "", signature)

    def _looked(self) -> Iterator[LetterBlock]:
        points = tuple(self._how(system) for system in self.answer.not_found)
        if not self.answer.found:
            heading = self.t("letter.nothing.h")
            yield LetterBlock("nothing", heading, (self.t("letter.nothing"),), points)
            return
        names = tuple(system.name for system in self.answer.found)
        yield LetterBlock("found", self.t("letter.found.h"), (self.t("letter.found"),), names)
        if points:
            yield LetterBlock("not_found", "", (self.t("letter.not_found"),), points)

    def _how(self, system: SystemAnswer) -> str:
        how = system.how or self.words.code("answer", str(system.answer))
        return self.t("letter.system_how", system=system.name, how=how)

    def _reading(self) -> LetterBlock:
        points = [self.t("letter.read.index"), self.t("letter.read.data")]
        if any(system.attachments for system in self.answer.systems):
            folder = self.t("package.file.attachments")
            points.append(self.t("letter.read.attachments", folder=folder))
        return LetterBlock(
            "read", self.t("letter.read.h"), (self.t("letter.read"),), tuple(points)
        )

    def _withheld(self) -> LetterBlock:
        points = tuple(self._held(held) for held in self.answer.withheld)
        heading = self.t("letter.withheld.h")
        return LetterBlock("withheld", heading, (self.t("letter.withheld"),), points)

    def _held(self, held: Withheld) -> str:
        return self.t(
            "letter.withheld.point",
            what=held.what,
            system=held.system,
            reason=held.reason,
            provision=held.provision,
        )

    def _contact(self) -> LetterBlock:
        paragraphs = [self.t("letter.contact")]
        if self.answer.organisation.dpo:
            paragraphs.append(self.t("letter.contact.dpo", dpo=self.answer.organisation.dpo))
        return LetterBlock("contact", self.t("letter.contact.h"), tuple(paragraphs))


def _reach(authority: Authority) -> str:
    parts = (one_line(authority.address), unbroken(authority.phone), authority.url)
    return ", ".join(part for part in parts if part) or authority.name

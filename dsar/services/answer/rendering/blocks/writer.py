"""What every part of a letter is written with: the answer, its words, its closed facts."""

from dataclasses import dataclass

from dsar.domain.package import Answer, Authority, LetterBlock, SystemAnswer
from dsar.services.answer.rendering.words import Words, contact_line, one_line, unbroken


@dataclass(frozen=True, slots=True)
class Writer:
    """Words of one letter, filled with what every letter may name."""

    answer: Answer
    words: Words

    def values(self) -> dict[str, str]:
        """Return what a block may name, as text."""
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

    def t(self, message_id: str, /, **facts: object) -> str:
        """Return the words of an id, filled."""
        return self.words.t(message_id, **(self.values() | facts))

    def block(self, key: str, *paragraphs: str, points: tuple[str, ...] = ()) -> LetterBlock:
        """Return a block whose heading is `letter.<key>.h`; empty paragraphs are left out."""
        kept = tuple(text for text in paragraphs if text)
        return LetterBlock(key, self.t(f"letter.{key}.h"), kept, points)

    def how(self, system: SystemAnswer) -> str:
        """Return how one system was searched, in one line."""
        how = system.how or self.words.code("answer", str(system.answer))
        return self.t("letter.system_how", system=system.name, how=how)


def sentence(text: str) -> str:
    """Return what somebody wrote as a sentence: the letter goes on after it."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _reach(authority: Authority) -> str:
    parts = (one_line(authority.address), unbroken(authority.phone), authority.url)
    return ", ".join(part for part in parts if part) or authority.name

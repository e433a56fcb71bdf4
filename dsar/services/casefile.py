"""The open file of one case, inside one transaction: record facts, tell people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from dsar.domain.events import FACTS, Actor, Entry, EventKind, chain_hash
from dsar.models import Case, CaseEvent, EventHead, OutboxMessage, new_id
from dsar.services.transaction import Db
from dsar.vault import current_vault


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter to leave: template, facts without a person, and secrets that are sealed.

    `once` tells two letters of one template apart; the same twice is left once.
    """

    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    once: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Who is acting on which case, and when. Writes with the caller's transaction."""

    session: Db
    case: Case
    actor: Actor
    now: datetime

    def record(self, kind: EventKind, /, **facts: object) -> None:
        """Append one entry. Raises ValueError for a fact this kind may not carry."""
        if unknown := facts.keys() - FACTS[kind]:
            raise ValueError(f"{kind} may not carry {sorted(unknown)}")
        head = self._head()
        kept = plain(facts)
        previous, head.seq = head.hash, head.seq + 1
        head.hash = chain_hash(previous, Entry(self.now, str(kind), self.actor, kept))
        self.session.add(
            CaseEvent(
                id=new_id(),
                case_id=self.case.id,
                seq=head.seq,
                at=self.now,
                kind=str(kind),
                actor_kind=self.actor.kind,
                actor_ref=self.actor.ref,
                facts=kept,
                previous_hash=previous,
                hash=head.hash,
            )
        )

    def tell(self, notice: Notice) -> None:
        """Leave one letter for the person of the case, in the language of the case."""
        self._leave(notice, "person", None)

    def tell_staff(self, notice: Notice, staff_id: str) -> None:
        """Leave one letter for a member of staff; the language is hers when it is sent."""
        self._leave(notice, "staff", staff_id)

    def _leave(self, notice: Notice, recipient: str, staff_id: str | None) -> None:
        key = ":".join((self.case.id, notice.template, staff_id or recipient, notice.once))
        if self.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)):
            return
        letter = OutboxMessage(
            id=new_id(),
            key=key,
            organisation_id=self.case.organisation_id,
            case_id=self.case.id,
            recipient=recipient,
            staff_id=staff_id,
            channel="email",
            template=notice.template,
            language=self.case.language,
            facts=plain(notice.facts),
            state="waiting",
            created_at=self.now,
            not_before=notice.not_before or self.now,
            due_on=self.case.sort_on,
            attempts=0,
        )
        if notice.secrets:
            current_vault().seal(letter, "secrets", json.dumps(dict(notice.secrets)))
        self.session.add(letter)

    def _head(self) -> EventHead:
        head = self.session.get(EventHead, self.case.id, with_for_update=True)
        if head is None:
            head = EventHead(case_id=self.case.id, seq=0, hash="")
            self.session.add(head)
        return head


def plain(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts as JSON can hold them: dates and moments as ISO text."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in facts.items()}

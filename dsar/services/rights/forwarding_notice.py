"""The notice that a case was sent on has left: the person is told, and our part is over."""

from dsar.domain.cases import OPEN, Outcome, State
from dsar.domain.events import EventKind
from dsar.models import Forwarding, OutboxMessage
from dsar.services.answer.closure import end_rights
from dsar.services.casefile import CaseFile
from dsar.services.clock import deadlines


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Close what is still open as forwarded, once: the person knows who decides."""
    row = file.session.get(Forwarding, letter.facts.get("forwarding", ""))
    if row is None or row.notified_at is not None:
        return
    row.notified_at = file.now
    file.record(EventKind.FORWARDING_NOTIFIED, forwarding=row.id)
    file.session.flush()  # closing asks whether the person was told
    rights = deadlines.rights_of(file.session, file.case.id)
    end_rights(file, {r.id: Outcome.FORWARDED for r in rights if State(r.state) in OPEN})

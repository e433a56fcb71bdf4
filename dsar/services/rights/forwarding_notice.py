"""The notice that a case was sent on has left: the person is told, and our part is over."""

from dsar.domain.cases import Outcome
from dsar.domain.events import EventKind
from dsar.models import Forwarding, OutboxMessage
from dsar.services.answer.closure import end_rights
from dsar.services.casefile import CaseFile
from dsar.services.clock import deadlines
from dsar.services.progress import is_sent


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Close as forwarded what nobody has answered, once: the person knows who decides."""
    row = file.session.get(Forwarding, letter.facts.get("forwarding", ""))
    if row is None or row.notified_at is not None:
        return
    row.notified_at = file.now
    file.record(EventKind.FORWARDING_NOTIFIED, forwarding=row.id)
    file.session.flush()  # closing asks whether the person was told
    rights = deadlines.running_rights(file.session, file.case.id)
    left = [right.id for right in rights if not is_sent(file.session, right.id)]
    end_rights(file, dict.fromkeys(left, Outcome.FORWARDED))

"""What takes effect when a notice leaves the house (decision 5): one table, by template."""

from collections.abc import Callable, Mapping
from typing import Final

from dsar.models import OutboxMessage
from dsar.services.answer import delivery
from dsar.services.casefile import CaseFile
from dsar.services.clock import extension, fees, questions
from dsar.services.identity import verification
from dsar.services.rights import forwarding_notice, lifting

FollowUp = Callable[[CaseFile, OutboxMessage], None]

#: Template to what its leaving sets in motion, in the transaction that marks it accepted.
ON_ACCEPTED: Final[Mapping[str, FollowUp]] = {
    "m05": verification.notice_left,
    "m05.running": verification.notice_left,
    "m07": questions.notice_left,
    "m07.paused": questions.notice_left,
    "m10": extension.notice_left,
    "m12": delivery.notice_left,
    "m15": delivery.notice_left,
    "m16": delivery.notice_left,
    "m26": fees.notice_left,
    "m20": forwarding_notice.notice_left,
    "m20.post": forwarding_notice.notice_left,
    "m25": lifting.notice_left,
}


def follow_up(file: CaseFile, letter: OutboxMessage) -> None:
    """Do what the leaving of this notice sets in motion; nothing for most notices."""
    step = ON_ACCEPTED.get(letter.template)
    if step is not None:
        step(file, letter)

"""What the case file may say, and which facts each entry may carry."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final


class EventKind(StrEnum):
    """One entry in the case file, named in the past tense."""

    CASE_OPENED = "case_opened"
    CASE_REGISTERED = "case_registered"
    RECEIPT_REISSUED = "receipt_reissued"
    ADDRESS_CONFIRMED = "address_confirmed"
    ADDRESS_CHANGED = "address_changed"
    CASE_ASSIGNED = "case_assigned"
    WORK_STARTED = "work_started"
    TASK_ADDED = "task_added"
    TASK_SETTLED = "task_settled"
    TASK_REOPENED = "task_reopened"
    FINDING_ADDED = "finding_added"
    FINDING_REMOVED = "finding_removed"
    FINDING_DECIDED = "finding_decided"
    COLLECTION_FINISHED = "collection_finished"
    COLLECTION_REOPENED = "collection_reopened"
    MEASURE_DECIDED = "measure_decided"
    MEASURE_REMOVED = "measure_removed"
    MEASURE_EXECUTED = "measure_executed"
    BACKUP_PURGED = "backup_purged"
    BACKUP_DAY_MOVED = "backup_day_moved"
    HOLD_SET = "hold_set"
    HOLD_LIFTED = "hold_lifted"
    LIFTING_PREPARED = "lifting_prepared"
    LIFTING_NOTIFIED = "lifting_notified"
    RESTRICTION_LIFTED = "restriction_lifted"
    RIGHT_ASSESSED = "right_assessed"
    RIGHT_REFUSED = "right_refused"
    REFUSAL_TAKEN_BACK = "refusal_taken_back"
    DATA_TRANSFERRED = "data_transferred"
    RECIPIENT_ADDED = "recipient_added"
    RECIPIENT_SETTLED = "recipient_settled"
    IDENTITY_ASKED = "identity_asked"
    IDENTITY_NOTICE_SENT = "identity_notice_sent"
    IDENTITY_ANSWERED = "identity_answered"
    IDENTITY_DECIDED = "identity_decided"
    QUESTION_ASKED = "question_asked"
    QUESTION_NOTICE_SENT = "question_notice_sent"
    QUESTION_ANSWERED = "question_answered"
    EXTENSION_PREPARED = "extension_prepared"
    EXTENSION_NOTIFIED = "extension_notified"
    RIGHT_ADDED = "right_added"
    RIGHT_REOPENED = "right_reopened"
    ANSWER_JUDGED = "answer_judged"
    FEE_ANNOUNCED = "fee_announced"
    FEE_NOTICE_SENT = "fee_notice_sent"
    FEE_ACCEPTED = "fee_accepted"
    FEE_SETTLED = "fee_settled"
    FORWARDING_PREPARED = "forwarding_prepared"
    FORWARDING_NOTIFIED = "forwarding_notified"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_SENT = "message_sent"
    NOTE_ADDED = "note_added"
    TEXT_COMPLETED = "text_completed"
    PACKAGE_BUILT = "package_built"
    APPROVAL_ASKED = "approval_asked"
    PACKAGE_APPROVED = "package_approved"
    PACKAGE_SENT_BACK = "package_sent_back"
    PACKAGE_OUTDATED = "package_outdated"
    ANSWER_SENT = "answer_sent"
    DELIVERED = "delivered"
    DELIVERY_RENEWED = "delivery_renewed"
    DELIVERY_EXPIRED = "delivery_expired"
    ANSWER_OPENED = "answer_opened"
    ANSWER_DOWNLOADED = "answer_downloaded"
    RIGHT_CLOSED = "right_closed"
    CASE_CLOSED = "case_closed"
    CASE_LINKED = "case_linked"
    CASE_UNLINKED = "case_unlinked"
    DEADLINE_MOVED = "deadline_moved"
    DEADLINE_RECOUNTED = "deadline_recounted"
    DEADLINE_REMINDED = "deadline_reminded"
    DEADLINE_PASSED = "deadline_passed"
    MAIL_ACCEPTED = "mail_accepted"
    MAIL_KEPT = "mail_kept"
    MAIL_REFUSED = "mail_refused"
    MAIL_UNADDRESSED = "mail_unaddressed"
    MAIL_POSTED = "mail_posted"
    CASE_VIEWED = "case_viewed"


_DATES = frozenset({"binding", "statutory", "promise", "sort_on", "rule_version", "calendar"})

#: Allowed fact names per kind. Ids, dates, codes and counts only: the log outlives the person.
FACTS: Final[dict[EventKind, frozenset[str]]] = {
    EventKind.CASE_OPENED: frozenset({"channel", "rights", "profile", "received_at"}) | _DATES,
    EventKind.CASE_REGISTERED: frozenset(
        {"channel", "rights", "profile", "received_at", "backdating_reason"}
    )
    | _DATES,
    EventKind.RECEIPT_REISSUED: frozenset({"how"}),
    EventKind.ADDRESS_CONFIRMED: frozenset({"how"}),
    EventKind.ADDRESS_CHANGED: frozenset(),
    EventKind.CASE_ASSIGNED: frozenset({"staff", "before", "once"}),
    EventKind.WORK_STARTED: frozenset({"right", "tasks"}),
    EventKind.TASK_ADDED: frozenset({"task", "system", "right"}),
    EventKind.TASK_SETTLED: frozenset({"task", "system", "right", "answer"}),
    EventKind.TASK_REOPENED: frozenset({"task", "system", "right"}),
    EventKind.FINDING_ADDED: frozenset({"finding", "system", "right", "kind", "records"}),
    EventKind.FINDING_REMOVED: frozenset({"finding", "system", "right"}),
    EventKind.FINDING_DECIDED: frozenset({"finding", "right", "verdict", "ground"}),
    EventKind.COLLECTION_FINISHED: frozenset({"right"}),
    EventKind.COLLECTION_REOPENED: frozenset({"right"}),
    EventKind.MEASURE_DECIDED: frozenset({"measure", "system", "right", "act", "ground"}),
    EventKind.MEASURE_REMOVED: frozenset({"measure", "system", "right", "act"}),
    EventKind.MEASURE_EXECUTED: frozenset({"measure", "system", "right", "act", "purge_on"}),
    EventKind.BACKUP_PURGED: frozenset({"measure", "system", "right", "purge_on"}),
    EventKind.BACKUP_DAY_MOVED: frozenset({"measure", "system", "right", "purge_on"}),
    EventKind.HOLD_SET: frozenset({"hold", "hold_reason", "system"}),
    EventKind.HOLD_LIFTED: frozenset({"hold", "hold_reason", "system"}),
    EventKind.LIFTING_PREPARED: frozenset({"measure", "system", "right"}),
    EventKind.LIFTING_NOTIFIED: frozenset({"measure", "system", "right"}),
    EventKind.RESTRICTION_LIFTED: frozenset({"measure", "system", "right"}),
    EventKind.RIGHT_ASSESSED: frozenset({"right", "right_ground", "result"}),
    EventKind.RIGHT_REFUSED: frozenset({"refusal", "right", "ground"}),
    EventKind.REFUSAL_TAKEN_BACK: frozenset({"refusal", "right"}),
    EventKind.DATA_TRANSFERRED: frozenset({"right", "sent_on"}),
    EventKind.RECIPIENT_ADDED: frozenset({"recipient", "system", "right"}),
    EventKind.RECIPIENT_SETTLED: frozenset({"recipient", "right", "state"}),
    EventKind.IDENTITY_ASKED: frozenset({"check", "method", "answer_by"}),
    EventKind.IDENTITY_NOTICE_SENT: frozenset({"check", "pauses"}),
    EventKind.IDENTITY_ANSWERED: frozenset({"check", "pauses"}),
    EventKind.IDENTITY_DECIDED: frozenset({"check", "method", "verdict", "evidence"}),
    EventKind.QUESTION_ASKED: frozenset({"notice", "answer_by"}),
    EventKind.QUESTION_NOTICE_SENT: frozenset({"notice", "pauses", "explained"}),
    EventKind.QUESTION_ANSWERED: frozenset({"notice", "pauses"}),
    EventKind.EXTENSION_PREPARED: frozenset({"notice", "right", "reasons"}),
    EventKind.EXTENSION_NOTIFIED: frozenset({"notice", "right", "reasons", "until"}),
    EventKind.RIGHT_ADDED: frozenset({"right", "received_at"}) | _DATES,
    EventKind.RIGHT_REOPENED: frozenset({"right", "reason"}),
    EventKind.ANSWER_JUDGED: frozenset({"judgement"}),
    EventKind.FEE_ANNOUNCED: frozenset({"notice", "right", "ground"}),
    EventKind.FEE_NOTICE_SENT: frozenset({"notice", "right", "pauses"}),
    EventKind.FEE_ACCEPTED: frozenset({"notice"}),
    EventKind.FEE_SETTLED: frozenset({"notice", "right", "end", "pauses"}),
    EventKind.FORWARDING_PREPARED: frozenset({"forwarding", "sent_on"}),
    EventKind.FORWARDING_NOTIFIED: frozenset({"forwarding"}),
    EventKind.MESSAGE_RECEIVED: frozenset({"message", "files"}),
    EventKind.MESSAGE_SENT: frozenset({"message", "files"}),
    EventKind.NOTE_ADDED: frozenset({"message"}),
    EventKind.TEXT_COMPLETED: frozenset({"system", "item", "language"}),
    EventKind.PACKAGE_BUILT: frozenset({"package", "right", "sha256", "bytes", "records"}),
    EventKind.APPROVAL_ASKED: frozenset({"package", "right"}),
    EventKind.PACKAGE_APPROVED: frozenset({"package", "right", "sha256", "solo"}),
    EventKind.PACKAGE_SENT_BACK: frozenset({"package", "right"}),
    EventKind.PACKAGE_OUTDATED: frozenset({"package", "right"}),
    EventKind.ANSWER_SENT: frozenset({"package", "delivery", "right", "until", "how"}),
    EventKind.DELIVERED: frozenset({"delivery", "right", "how", "given_on"}),
    EventKind.DELIVERY_RENEWED: frozenset({"delivery", "until"}),
    EventKind.DELIVERY_EXPIRED: frozenset({"delivery"}),
    EventKind.ANSWER_OPENED: frozenset({"delivery"}),
    EventKind.ANSWER_DOWNLOADED: frozenset({"delivery", "what", "left"}),
    EventKind.RIGHT_CLOSED: frozenset({"right", "outcome"}),
    EventKind.CASE_CLOSED: frozenset({"outcome"}),
    EventKind.CASE_LINKED: frozenset({"other", "link"}),
    EventKind.CASE_UNLINKED: frozenset({"other", "link"}),
    EventKind.DEADLINE_MOVED: frozenset({"right", "before", "cause"}) | _DATES,
    EventKind.DEADLINE_RECOUNTED: frozenset({"right", "rule_version", "calendar"}),
    EventKind.DEADLINE_REMINDED: frozenset({"right", "step", "due"}),
    EventKind.DEADLINE_PASSED: frozenset({"right", "due"}),
    EventKind.MAIL_ACCEPTED: frozenset({"outbox", "template"}),
    EventKind.MAIL_KEPT: frozenset({"outbox", "template"}),
    EventKind.MAIL_REFUSED: frozenset({"outbox", "template", "code"}),
    EventKind.MAIL_UNADDRESSED: frozenset({"outbox", "template"}),
    EventKind.MAIL_POSTED: frozenset({"outbox", "template"}),
    EventKind.CASE_VIEWED: frozenset({"part"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: kind is staff, person, job or cli; ref is an id or a job, never a name."""

    kind: str
    ref: str


PERSON: Final = Actor("person", "portal")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log, as far as its hash binds it."""

    at: datetime
    kind: str
    actor: Actor
    facts: Mapping[str, object]


def chain_hash(previous: str, entry: Entry) -> str:
    """Return the SHA-256 (hex) that binds an entry to the one before it in the same case."""
    actor = entry.actor
    parts = [
        previous,
        entry.at.astimezone(UTC).isoformat(),
        entry.kind,
        actor.kind,
        actor.ref,
        dict(entry.facts),
    ]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()

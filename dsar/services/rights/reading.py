"""The work on one right as its pages show it: measures, weighing, refusal, recipients."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dsar import profiles
from dsar.domain.assessments import ASSESSMENTS, AssessmentRules, Weighed
from dsar.domain.measures import Act, acts_for
from dsar.domain.profiles import Ground
from dsar.domain.rights import RULES, Right, RightRules
from dsar.models import Case, RequestedRight, Task, db
from dsar.services.answer.readiness import Readiness, readiness
from dsar.services.rights.assessing import weighed_of
from dsar.services.rights.measures import MeasureView, measures_of
from dsar.services.rights.recipients import RecipientView, recipients_of
from dsar.services.rights.refusing import NEVER_REFUSED, RefusalView, is_late, refusal_of
from dsar.services.rights.suggesting import Suggestion, suggested
from dsar.services.rights.transferring import TransferView, transfer_of
from dsar.services.work.review import tasks_of
from dsar.vault import current_vault


@dataclass(frozen=True, slots=True)
class RightOnTable:
    """One right, with all that was decided about it, opened."""

    row: RequestedRight
    wishes: Mapping[str, Any]
    lacks: Readiness
    measures: tuple[MeasureView, ...]
    weighed: Weighed | None
    refusal: RefusalView | None
    recipients: tuple[RecipientView, ...]
    #: The article of the ground on which the right is refused, if it is.
    refusal_article: str = ""

    @property
    def right(self) -> Right:
        """Return which right it is."""
        return Right(self.row.right)

    @property
    def rules(self) -> RightRules:
        """Return what the law asks for it."""
        return RULES[self.right]

    @property
    def weighing(self) -> AssessmentRules | None:
        """Return what is to be weighed, or None."""
        return ASSESSMENTS.get(self.right)

    @property
    def acts(self) -> tuple[Act, ...]:
        """Return what may be done for it."""
        return acts_for(self.right)

    @property
    def may_be_refused(self) -> bool:
        """Say whether the right can be refused as a whole, and is not yet."""
        return self.refusal is None and self.right not in NEVER_REFUSED

    def measures_at(self, task: Task) -> list[MeasureView]:
        """Return what is decided about one system."""
        return [each for each in self.measures if each.row.task_id == task.id]


def on_table(right: RequestedRight) -> RightOnTable:
    """Return one right with all that was decided about it."""
    session = db.session
    refusal = refusal_of(session, right.id)
    profile = profiles.get(session.get_one(Case, right.case_id).profile)
    ground = profile.ground(refusal.row.ground) if refusal else None
    return RightOnTable(
        right,
        json.loads(current_vault().open(right, "wishes")),
        readiness(session, right),
        tuple(measures_of(session, right.id)),
        weighed_of(session, right.id),
        refusal,
        tuple(recipients_of(session, right.id)),
        ground.article if ground else "",
    )


def suggestions_for(right: RequestedRight) -> list[Suggestion]:
    """Return the recipients that the register names and nobody has noted yet."""
    return suggested(db.session, right)


def transfer_of_right(right: RequestedRight) -> TransferView | None:
    """Return the transfer to another controller that was recorded for a right, or None."""
    return transfer_of(db.session, right.id)


def refusal_grounds(case: Case, right: RequestedRight) -> list[Ground]:
    """Return the grounds on which the right as a whole may be refused."""
    return list(profiles.get(case.profile).grounds_against(right.right))


def is_late_to_refuse(case: Case, right: RequestedRight, now: datetime) -> bool:
    """Say whether a refusal comes too late now: the letter then says so."""
    return is_late(db.session, case, right, now)


def system_names(right: RequestedRight) -> list[tuple[str, str]]:
    """Return the systems of a right: id and name, in their order."""
    return [(system.id, system.name) for _, system in tasks_of(db.session, right.id)]

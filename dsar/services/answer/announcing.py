"""Which mail tells that an answer is there: granted, granted in part, or refused."""

from typing import Final

from dsar.domain.assessments import is_ungranted
from dsar.domain.cases import Outcome
from dsar.domain.measures import outcome_of
from dsar.domain.rights import RULES, Right, Work
from dsar.models import Package, RequestedRight
from dsar.services.rights.assessing import weighed_of
from dsar.services.rights.measures import acts_of
from dsar.services.rights.refusing import is_refused
from dsar.services.transaction import Db

READY: Final = "m12"
REFUSED: Final = "m15"
IN_PART: Final = "m16"
TEMPLATES: Final = (READY, REFUSED, IN_PART)


def announcement(session: Db, package: Package, right: RequestedRight) -> str:
    """Return the template; that of a refusal names the remedies already (GDPR art. 12(4))."""
    if is_refused(session, right.id):
        return REFUSED
    kind = Right(right.right)
    if RULES[kind].work is Work.MEASURES:
        return _of(outcome_of(acts_of(session, right.id)))
    if RULES[kind].work is Work.WORDS:
        weighed = weighed_of(session, right.id)
        return REFUSED if weighed and is_ungranted(kind, weighed.result) else READY
    return IN_PART if package.counts["withheld"] else READY


def _of(outcome: Outcome) -> str:
    return {Outcome.REFUSED: REFUSED, Outcome.PARTLY: IN_PART}.get(outcome, READY)

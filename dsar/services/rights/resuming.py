"""A right that is taken up again goes on where there is something to do."""

from dsar.domain.cases import Action, State
from dsar.domain.rights import RULES, Right, Work
from dsar.models import RequestedRight
from dsar.services.casefile import CaseFile
from dsar.services.progress import advance
from dsar.services.rights.assessing import is_weighed
from dsar.services.rights.refusing import is_refused


def resume(file: CaseFile, right: RequestedRight) -> None:
    """Go on to review where nothing is collected: the right is refused, or its words stand."""
    is_words = RULES[Right(right.right)].work is Work.WORDS
    stands = is_words and is_weighed(file.session, right)
    if State(right.state) is State.COLLECTING and (
        stands or is_refused(file.session, right.id)
    ):
        advance(file, right, Action.FINISH_COLLECTION)

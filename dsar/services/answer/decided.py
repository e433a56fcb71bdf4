"""What was decided about a right besides findings: measures, weighing, refusal, recipients."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dsar import profiles
from dsar.domain.articles import article_in
from dsar.domain.assessments import Weighed
from dsar.domain.backups import BackupLag
from dsar.domain.measures import Act
from dsar.domain.package import MeasureAnswer, RecipientAnswer, Refused
from dsar.models import Case, RequestedRight
from dsar.services.rights.assessing import weighed_of
from dsar.services.rights.erasing import lag_of
from dsar.services.rights.measures import MeasureView, measures_of
from dsar.services.rights.recipients import RecipientView, Told, recipients_of
from dsar.services.rights.refusing import RefusalView, refusal_of
from dsar.services.transaction import Db

#: Recipients whom we could not tell: the person reads why.
UNTOLD = frozenset({Told.IMPOSSIBLE, Told.DISPROPORTIONATE})


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one right, opened in one go."""

    measures: list[MeasureView]
    weighed: Weighed | None
    refusal: RefusalView | None
    recipients: list[RecipientView]
    #: How long backups keep what is erased, by system: the answer promises a day from it.
    lags: Mapping[str, BackupLag]

    @property
    def concerned(self) -> list[RecipientView]:
        """Return the recipients of whom the person reads: those who have the data."""
        return [each for each in self.recipients if each.state is not Told.NOT_CONCERNED]

    def as_told(self) -> list[object]:
        """Return what differs once the answer would say something else."""
        weighed = self.weighed
        return [
            [self._promise(view) for view in self.measures],
            [weighed.ground, weighed.result, weighed.texts_json()] if weighed else None,
            self.refusal.row.id if self.refusal else None,
            [[each.row.id, each.state in UNTOLD and each.proof] for each in self.concerned],
        ]

    def lag_of(self, view: MeasureView) -> BackupLag | None:
        """Return how long backups keep what a measure erases; None for any other."""
        return self.lags.get(view.row.system_id) if view.act is Act.ERASE else None

    def _promise(self, view: MeasureView) -> object:
        lag = self.lag_of(view)
        return [view.row.id, lag.days, lag.months] if lag else view.row.id


def decided_of(session: Db, right: RequestedRight) -> Decided:
    """Return what was decided about a right."""
    measures = measures_of(session, right.id)
    erased = {view.row.system_id for view in measures if view.act is Act.ERASE}
    lags = {system_id: lag_of(session, system_id) for system_id in erased}
    return Decided(
        measures,
        weighed_of(session, right.id),
        refusal_of(session, right.id),
        recipients_of(session, right.id),
        {system_id: lag for system_id, lag in lags.items() if lag is not None},
    )


def measure_answers(case: Case, decided: Decided) -> Iterator[MeasureAnswer]:
    """Yield the measures as the person reads them."""
    profile = profiles.get(case.profile)
    for view in decided.measures:
        ground = profile.ground(view.row.ground or "")
        lag = decided.lag_of(view)
        yield MeasureAnswer(
            view.system,
            view.act,
            view.body.texts,
            article_in(case.language, ground.article) if ground else "",
            view.row.keep_until_on,
            (lag.days or None) if lag else None,
            (lag.months or None) if lag else None,
        )


def refused(case: Case, decided: Decided, due_on: date | None, now: datetime) -> Refused | None:
    """Return the refusal as the person reads it; due_on: its last day, extended or not."""
    view, profile = decided.refusal, profiles.get(case.profile)
    if view is None:
        return None
    ground = profile.ground(view.row.ground)
    is_late = due_on is not None and profile.local_date(now) > due_on
    return Refused(
        view.row.ground,
        article_in(case.language, ground.article) if ground else "",
        view.explanation,
        view.still_given,
        ground.conditions if ground else (),
        due_on if is_late else None,
    )


def recipient_answers(decided: Decided) -> Iterator[RecipientAnswer]:
    """Yield who received the data, and why some could not be told."""
    for view in decided.concerned:
        reason = view.proof if view.state in UNTOLD else ""
        yield RecipientAnswer(view.name, view.system, reason)

"""How far the rights of many cases have come: a fixed number of queries for any list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from dsar.domain.assessments import ASSESSMENTS
from dsar.domain.cases import State
from dsar.domain.identity import Verdict
from dsar.domain.measures import ACTS, Act
from dsar.domain.next_step import Progress
from dsar.domain.rights import Right
from dsar.models import (
    Assessment,
    Decision,
    Delivery,
    Finding,
    IdentityCheck,
    Measure,
    Package,
    RecipientNotice,
    Refusal,
    RequestedRight,
    Task,
    Transfer,
    db,
)


def progress_of(case_ids: Iterable[str]) -> dict[str, list[Progress]]:
    """Return the progress of each right of these cases, in the order of the rights."""
    wanted = list(case_ids)
    tasks, undecided = _tasks(wanted), _undecided(wanted)
    packages, checks = _packages(wanted), _checks(wanted)
    decided = _decided(wanted)
    found: dict[str, list[Progress]] = defaultdict(list)
    rights = db.session.scalars(
        select(RequestedRight)
        .where(RequestedRight.case_id.in_(wanted))
        .order_by(RequestedRight.case_id, RequestedRight.position)
    )
    for right in rights:
        total, still_open = tasks.get(right.id, (0, 0))
        package = packages.get(right.id)
        found[right.case_id].append(
            Progress(
                right=Right(right.right),
                state=State(right.state),
                tasks=total,
                open_tasks=still_open,
                undecided=undecided.get(right.id, 0),
                **_of(decided, right),
                is_identified=Verdict.SUFFICIENT in checks[right.case_id],
                is_asked=Verdict.ASKED in checks[right.case_id],
                is_built=package is not None,
                is_approval_asked=bool(package and package.approval_asked_at),
                is_approved=bool(package and package.approved_at),
                is_sent=bool(package and package.delivery_id),
                approved_at=package.approved_at if package else None,
            )
        )
    return found


def _decided(case_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return by name and right: refusals, weighings, measures to carry out, recipients."""
    executed = [str(act) for act, rules in ACTS.items() if rules.executes]
    to_carry_out = select(Measure.right_id, func.count()).where(
        Measure.case_id.in_(case_ids),
        Measure.removed_at.is_(None),
        Measure.executed_at.is_(None),
    )
    questions = {
        "refusals": select(Refusal.right_id, func.count()).where(
            Refusal.case_id.in_(case_ids), Refusal.taken_back_at.is_(None)
        ),
        "weighings": select(Assessment.right_id, func.count()).where(
            Assessment.case_id.in_(case_ids)
        ),
        "to_carry_out": to_carry_out.where(Measure.act.in_(executed)),
        "to_erase": to_carry_out.where(Measure.act == str(Act.ERASE)),
        "to_transfer": select(Assessment.right_id, func.count()).where(
            Assessment.case_id.in_(case_ids),
            Assessment.result == "transferred",
            ~select(Transfer.id).where(Transfer.right_id == Assessment.right_id).exists(),
        ),
        "untold": select(RecipientNotice.right_id, func.count()).where(
            RecipientNotice.case_id.in_(case_ids), RecipientNotice.state == "open"
        ),
    }
    return {
        name: {
            right_id: count
            for right_id, count in db.session.execute(query.group_by(query.selected_columns[0]))
        }
        for name, query in questions.items()
    }


def _of(decided: dict[str, dict[str, int]], right: RequestedRight) -> dict[str, Any]:
    weighs = Right(right.right) in ASSESSMENTS
    is_refused = right.id in decided["refusals"]
    return {
        "is_refused": is_refused,
        "is_weighed": not weighs or right.id in decided["weighings"],
        "to_carry_out": 0 if is_refused else decided["to_carry_out"].get(right.id, 0),
        "to_erase": 0 if is_refused else decided["to_erase"].get(right.id, 0),
        "to_transfer": 0 if is_refused else decided["to_transfer"].get(right.id, 0),
        "untold": 0 if is_refused else decided["untold"].get(right.id, 0),
    }


def _tasks(case_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    rows = db.session.execute(
        select(Task.right_id, func.count(), func.count(Task.settled_at))
        .where(Task.case_id.in_(case_ids))
        .group_by(Task.right_id)
    )
    return {right_id: (total, total - settled) for right_id, total, settled in rows}


def _undecided(case_ids: Sequence[str]) -> dict[str, int]:
    decided = select(Decision.id).where(
        Decision.finding_id == Finding.id, Decision.superseded_at.is_(None)
    )
    rows = db.session.execute(
        select(Finding.right_id, func.count())
        .where(Finding.case_id.in_(case_ids), Finding.removed_at.is_(None), ~decided.exists())
        .group_by(Finding.right_id)
    )
    return {right_id: count for right_id, count in rows}


def _packages(case_ids: Sequence[str]) -> dict[str, Any]:
    rows = db.session.execute(
        select(
            Package.right_id,
            Package.approval_asked_at,
            Package.approved_at,
            Delivery.id.label("delivery_id"),
        )
        .outerjoin(Delivery, Delivery.package_id == Package.id)
        .where(Package.case_id.in_(case_ids), Package.replaced_at.is_(None))
        .order_by(Package.built_at)
    )
    return {row.right_id: row for row in rows}


def _checks(case_ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(IdentityCheck.case_id, IdentityCheck.verdict).where(
            IdentityCheck.case_id.in_(case_ids)
        )
    )
    for case_id, verdict in rows:
        found[case_id].add(verdict)
    return found

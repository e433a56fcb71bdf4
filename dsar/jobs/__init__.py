"""Periodic work: a module a job, run(now) -> failures. Each is safe to run twice."""

import logging
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)


def each(job: str, ids: Iterable[str], step: Callable[[str], object]) -> int:
    """Do a step for each id and return how many failed: one that fails stops no other."""
    failures = 0
    for row_id in ids:
        try:
            step(row_id)
        except Exception:
            failures += 1
            log.exception("%s failed", job, extra={"row": row_id})
    return failures

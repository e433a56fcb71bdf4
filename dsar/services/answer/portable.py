"""What of an answer goes into the portable file, and what stays out of it, counted."""

from collections.abc import Iterable, Iterator

from dsar.domain.organisations import SystemFacts
from dsar.domain.package import LeftOut
from dsar.domain.portability import Outside, outside
from dsar.services.work.findings import FindingView


def why_outside(view: FindingView, system: SystemFacts) -> Outside | None:
    """Return why a finding stays out of the file (GDPR art. 20(1)), or None."""
    return outside(view.row.provenance, view.row.basis, is_paper=system.is_paper)


def portable(views: Iterable[FindingView], system: SystemFacts) -> list[FindingView]:
    """Return the findings of a system that go into the file."""
    return [view for view in views if why_outside(view, system) is None]


def left_out(views: Iterable[FindingView], system: SystemFacts) -> Iterator[LeftOut]:
    """Yield what stays out: one for each kind and reason, with how much there is of it."""
    counts: dict[tuple[str, Outside], int] = {}
    for view in views:
        if why := why_outside(view, system):
            key = (view.body.category, why)
            counts[key] = counts.get(key, 0) + view.row.records
    for (what, why), count in counts.items():
        yield LeftOut(system.name, what, why, count)

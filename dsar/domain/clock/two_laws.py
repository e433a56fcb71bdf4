"""Two laws for one request: that of the establishment, and one that a site declares."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from dsar.domain.clock.reckoning import Reckoning, Step
from dsar.domain.profiles import JurisdictionProfile

#: Also shown, and of use to staff alone: the earlier of both laws counts.
_EARLIER = ("earliest_on", "target_on", "extension_notice_on", "last_notice_on", "refusal_on")


def earlier_of(own: Reckoning, site: Reckoning, law: JurisdictionProfile) -> Reckoning:
    """Return the reckoning whose date binds, told with the one of the site's law beside it.

    A law whose clock stands still does not stop the other (decision 6).
    """
    first = min((own, site), key=_binds)
    days: Mapping[str, date | None] = {
        name: min(filter(None, (getattr(own, name), getattr(site, name))), default=None)
        for name in _EARLIER
    }
    step = _step(site, law)
    ended = next((i for i, each in enumerate(first.steps) if _is_last(each)), len(first.steps))
    steps = (*first.steps[:ended], step, *first.steps[ended:])
    return replace(first, **days, flags=(*first.flags, "two_laws"), steps=steps)  # type: ignore[arg-type]  # the names above are days


def _binds(found: Reckoning) -> tuple[bool, date]:
    return found.binding_on is None, found.sort_on


def _is_last(step: Step) -> bool:
    return step.message_id in {"clock.step.binding", "clock.step.suspended"}


def _step(site: Reckoning, law: JurisdictionProfile) -> Step:
    source = "; ".join(law.legal_basis)
    if site.binding_on is None:
        return Step("clock.step.two_laws.held", {"law": law.name}, "R1", source)
    facts = {"law": law.name, "day": site.binding_on}
    return Step("clock.step.two_laws", facts, "R1", source)

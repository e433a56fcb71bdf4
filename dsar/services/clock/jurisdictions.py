"""The laws that this house can count by, for pages that offer a choice among them."""

from dsar import profiles
from dsar.domain.profiles import JurisdictionProfile


def jurisdictions() -> tuple[JurisdictionProfile, ...]:
    """Return every law, by the name that its own people use."""
    return tuple(sorted(profiles.load_all().values(), key=lambda law: law.name.casefold()))


def jurisdiction(profile_id: str) -> JurisdictionProfile:
    """Return the law with this id; raises UnknownProfile."""
    return profiles.get(profile_id)

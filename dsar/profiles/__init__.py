"""Jurisdiction profiles: one TOML file a law, read once, never changed at run time."""

from functools import cache
from importlib.resources import files

from dsar.domain.profiles import Authority, JurisdictionProfile, UnknownProfile
from dsar.profiles.profile_files import read_profile


@cache
def get(profile_id: str) -> JurisdictionProfile:
    """Return the profile with this id; raises UnknownProfile."""
    if profile_id not in ids():
        raise UnknownProfile(profile=profile_id[:40])
    return read_profile(profile_id)


@cache
def ids() -> tuple[str, ...]:
    """Return the ids of every profile file, in alphabetical order."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(n.removesuffix(".toml").upper() for n in names if n.endswith(".toml")))


@cache
def load_all() -> dict[str, JurisdictionProfile]:
    """Return every profile by id."""
    return {profile_id: get(profile_id) for profile_id in ids()}


def authority(key: str) -> Authority | None:
    """Return the authority that organisation files name so, or None where no profile has it."""
    found = (profile.authority for profile in load_all().values())
    return next((one for one in found if key and one.key == key), None)

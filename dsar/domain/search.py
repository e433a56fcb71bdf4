"""What a search text may mean: sealed columns are found by keyed digests only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKeys:
    """What a search text may mean: a number, an exact address, or all of some name tokens."""

    number: str = ""
    email_index: str = ""
    tokens: tuple[str, ...] = ()

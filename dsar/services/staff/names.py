"""Names of people in lists, opened with one fetch of keys; and what a search text may mean."""

import re
from collections.abc import Iterable

from sqlalchemy import select

from dsar.domain.search import SearchKeys
from dsar.models import CasePerson, db
from dsar.vault import KeyDestroyed, current_vault, name_tokens, normalise_address

_NUMBER = re.compile(r"\d{4}-\d{1,9}")


def names_of(case_ids: Iterable[str]) -> dict[str, str]:
    """Return the name of the data subject of each case; a disposed case has none."""
    wanted = list(case_ids)
    vault = current_vault()
    vault.prefetch(wanted)
    names: dict[str, str] = {}
    rows = db.session.scalars(
        select(CasePerson)
        .where(CasePerson.case_id.in_(wanted))
        .order_by(CasePerson.kind.desc())
    )
    for row in rows:  # the requester first, so that the data subject, where named, wins
        try:
            names[row.case_id] = vault.open(row, "name")
        except KeyDestroyed:
            continue
    return names


def search_keys(text: str) -> SearchKeys | None:
    """Return what a search text may mean, or None for an empty one."""
    plain = text.strip()
    if not plain:
        return None
    vault = current_vault()
    return SearchKeys(
        number=plain if _NUMBER.fullmatch(plain) else "",
        email_index=vault.blind("email", normalise_address(plain)) if "@" in plain else "",
        tokens=tuple(vault.blind("name", token) for token in name_tokens(plain)),
    )

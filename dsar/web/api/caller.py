"""Who calls: the key in the header says so, and no cookie is asked."""

from typing import Any

from flask import g, request
from flask_login import current_user

from dsar.services.staff import api_keys
from dsar.timesource import utcnow


def load() -> Any:
    """Return whose key came with the request, or None; asked once a request."""
    given = request.authorization
    token = given.token if given is not None and given.type == "bearer" else None
    found = api_keys.whose_key(token, utcnow()) if token else None
    if found is None:
        return None
    g.api_key = found.key_id
    return found.staff


def spend() -> None:
    """Count the call. Raises RateLimited when the key has called too often."""
    if current_user.is_authenticated:
        api_keys.spend_call(g.api_key, utcnow())

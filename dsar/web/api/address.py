"""Which addresses are those of the API."""

from typing import Final

from flask import request

PREFIX: Final = "/api/"


def is_api() -> bool:
    """Return whether this request is for the API: it knows no cookies."""
    return request.path.startswith(PREFIX)

"""The lane of staff: one blueprint, whose pages lie in the modules beside this one."""

from flask import Blueprint
from flask_login import current_user

from dsar.domain.events import Actor

bp = Blueprint("staff", __name__)

UNPROCESSABLE = 422


def myself() -> Actor:
    """Return the signed-in member of staff as the log names her: by id."""
    return Actor("staff", str(current_user.id))

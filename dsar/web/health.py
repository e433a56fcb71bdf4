"""For the machine that watches: whether the process is there, and can do its work."""

from flask import Blueprint, Response, current_app, jsonify

from dsar.queries.health import health
from dsar.services.setup import installation
from dsar.timesource import utcnow

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """Say that this process answers; asks nothing of the database."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Say whether this process can serve, and whether periodic work and letters stand still.

    503 only where pages would fail: a silent scheduler does not take the pages down.
    """
    trouble = installation.answers()
    if trouble is not None:
        return jsonify(status="unready", why=trouble), 503
    stale = current_app.extensions["dsar.config"].scheduler.stale_minutes
    found = health(utcnow(), stale)
    return (
        jsonify(
            status="ok",
            scheduler="silent" if found.is_silent else "ok",
            outbox="stuck" if found.queue_since else "ok",
            waiting=found.waiting,
            failing=list(found.failing),
        ),
        200,
    )

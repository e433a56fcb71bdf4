"""The lane of staff: Today, the cases, and the work on each of them."""

from dsar.web.staff import (
    breach_routes,
    case_routes,
    clock_routes,
    forward_routes,
    log_routes,
    message_routes,
    queue_routes,
    register_routes,
    rights_routes,
    today_routes,
    work_answer,
    work_findings,
    work_identity,
    work_review,
    work_sending,
    work_tasks,
)
from dsar.web.staff.routes import bp

__all__ = [
    "bp",
    "breach_routes",
    "case_routes",
    "clock_routes",
    "forward_routes",
    "log_routes",
    "message_routes",
    "queue_routes",
    "register_routes",
    "rights_routes",
    "today_routes",
    "work_answer",
    "work_findings",
    "work_identity",
    "work_review",
    "work_sending",
    "work_tasks",
]

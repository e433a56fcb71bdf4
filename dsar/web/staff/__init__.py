"""The lane of staff: Today, the cases, and the work on each of them."""

from dsar.web.staff import case_routes
from dsar.web.staff.routes import bp

__all__ = ["bp", "case_routes"]

"""The street side: anybody may ask an organisation about her own data."""

from dsar.web.public import breach_routes, marketing, sending, side_pages
from dsar.web.public.routes import bp

__all__ = ["bp", "breach_routes", "marketing", "sending", "side_pages"]

"""Setting up: organisations, promises, systems, and the people who work for them."""

from dsar.web.admin import people, settings, system_holds, systems
from dsar.web.admin.installation import bp

__all__ = ["bp", "people", "settings", "system_holds", "systems"]

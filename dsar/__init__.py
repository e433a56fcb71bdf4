"""A tracker for data subject requests."""

__version__ = "0.1.0"

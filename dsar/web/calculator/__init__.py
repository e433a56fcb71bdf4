"""The calculator: a date that anybody may check. It stores nothing."""

from dsar.web.calculator.routes import bp

__all__ = ["bp"]

"""The routes are the same in every app of a run: each address is compiled once a worker.

Half of what a test cost was that compiling. What is kept depends on nothing but the key.
"""

from werkzeug.routing import Rule

_COMPILE = Rule._compile_builder
_KEPT = {}


def remember():
    """Let every app of this process share the compiled addresses."""
    Rule._compile_builder = _remembered


def _remembered(rule, append_unknown=True):
    defaults = tuple(sorted((rule.defaults or {}).items()))
    key = (rule.rule, tuple(rule._trace), defaults, append_unknown)
    if key not in _KEPT:
        _KEPT[key] = _COMPILE(rule, append_unknown)
    return _KEPT[key]

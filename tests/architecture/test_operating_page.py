"""docs/operating.md is true: its commands, options and settings exist."""

import re

import click
import pytest

from dsar.cli import COMMANDS, main
from dsar.config import Config
from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
#: `dsar word word --option`, up to what ends a command on the page.
ORDERS = sorted(set(re.findall(r"\bdsar ((?:[a-z]+)\b[^`|;&>\n…#]*)", PAGE)))
ORDERS = [order for order in ORDERS if order.split()[0] in COMMANDS]
SETTINGS = sorted(
    set(re.findall(rf"`?\b({'|'.join(Config.model_fields)})\.(?!service)(\w+)", PAGE))
    | {(a.lower(), b.lower()) for a, b in re.findall(r"DSAR_([A-Z]+)__([A-Z_]+)", PAGE)}
)


def command_of(words):
    """The command that the words name, and the words that are left."""
    found = main.get_command(click.Context(main), words[0])
    rest = words[1:]
    while isinstance(found, click.Group) and rest and rest[0] in found.commands:
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest


class TestTheOperatingPage:
    def test_names_the_commands_that_an_operator_needs(self):
        assert {
            "run",
            "serve",
            "scheduler",
            "migrate",
            "doctor",
            "backup",
            "restore",
            "audit",
            "calendar",
            "staff",
            "organisation",
            "jobs",
        } <= {o.split()[0] for o in ORDERS}

    @pytest.mark.parametrize("order", ORDERS)
    def test_names_commands_and_options_that_exist(self, order):
        command, rest = command_of(order.split())
        known = {option for p in command.params for option in p.opts}
        assert {word.rstrip(",.:") for word in rest if word.startswith("--")} <= known

    @pytest.mark.parametrize(("section", "key"), SETTINGS)
    def test_names_settings_that_exist(self, section, key):
        assert key in Config.model_fields[section].annotation.model_fields

"""The log: one object a line, ids only, no secret of a link."""

import json
import logging

import pytest

from dsar.logs import JsonLines, masked


def line(message, *args, error=None, **extra):
    record = logging.LogRecord("dsar.jobs", logging.ERROR, "x.py", 1, message, args, None)
    record.exc_info = (type(error), error, error.__traceback__) if error else None
    for name, value in extra.items():
        setattr(record, name, value)
    return JsonLines().format(record)


class TestALine:
    def test_is_one_object_with_known_facts_only(self):
        text = line("done", case="abc", person="Kari Nordmann")
        assert json.loads(text)["case"] == "abc"
        assert json.loads(text)["says"] == "done"
        assert "Kari" not in text

    @pytest.mark.parametrize("name", ["way", "reason", "message_id", "fault"])
    def test_says_why_something_was_refused_with_secrets_masked(self, name):
        said = json.loads(line("refused", **{name: "code kari@example.org"}))
        assert said[name] == "code ***@***"

    def test_cannot_be_forged(self):
        text = line('a\n{"level": "info"}\r\x1b[31m\u2028b')
        assert "\n" not in text
        assert text.isascii()
        assert "\x1b" not in text

    def test_says_where_an_error_was_but_not_what_it_quoted(self):
        with pytest.raises(ValueError, match="slett") as caught:
            int("kari@example.org skrev: slett alt")
        text = line("job failed", error=caught.value)
        assert json.loads(text)["error"].startswith("ValueError at test_logs.py:")
        assert "kari" not in text

    @pytest.mark.parametrize(
        "path",
        [
            "/o/meetings/l/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCde",
            "/staff/setup/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCde",
            "/staff/invite/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCde",
        ],
    )
    def test_masks_the_secret_of_a_link(self, path):
        assert "AbCd" not in masked(f"Error handling request {path}?x=1")

    def test_masks_mail_addresses(self):
        assert "kari" not in masked("550 <kari@example.org> unknown")

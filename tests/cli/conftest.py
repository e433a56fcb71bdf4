"""What the tests of the command line share: the program, run on the test's own database."""

import pytest
from click.testing import CliRunner

from dsar.cli import main
from dsar.models import db


@pytest.fixture
def dsar(app, config, tmp_path, monkeypatch, now):
    """Run the program as a person does, on this test's database."""
    settings = tmp_path / "config.toml"
    urls = config.database
    settings.write_text(
        f'[server]\nbase_url = "http://localhost"\n[database]\nurl = "{urls.url}"\n'
        f'keys_url = "{urls.keys_url}"\n'
    )
    monkeypatch.setenv("DSAR_CONFIG", str(settings))

    def run(*args, expect=0, stdin=""):
        db.session.remove()
        result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)
        assert result.exit_code == expect, (result.output, result.exception)
        return result

    return run

"""dsar backup and dsar restore, while people go on sending requests."""

import io
import json
import shutil
import sqlite3
import threading
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from dsar.app import create_app
from dsar.cli import main
from dsar.config import Config
from dsar.domain.events import PERSON
from dsar.models import Case, db, new_id
from dsar.services.contact import attachments, messages
from dsar.services.setup.audit import verify_log
from dsar.vault import current_vault
from tests.factories import EXAMPLES, SETUP, make_case

PDF = b"%PDF-1.7\ntrailer <<>>\n%%EOF\n"
WRITERS, BEFORE = 2, 12


def dsar(*args, expect=0):
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exit_code == expect, (result.output, result.exception)
    return result


def settings_in(folder):
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text('[server]\nbase_url = "http://localhost"\n')
    return Config.load(folder / "config.toml")


@pytest.fixture
def office(sqlite_urls, tmp_path, now):
    """An installation on SQLite in a folder of its own, with one organisation."""
    from dsar.services.setup.organisations import import_organisation
    from dsar.vault import create_master_key

    folder = tmp_path / "instance"
    config = settings_in(folder)
    shutil.move(tmp_path / "dsar.sqlite3", folder / "dsar.sqlite3")
    create_master_key(folder / "master.key")
    app = create_app(config)
    with app.app_context():
        import_organisation((EXAMPLES / "meetings.toml").read_text("utf-8"), SETUP, now)
    yield SimpleNamespace(app=app, folder=folder, to=tmp_path / "copy", keys=tmp_path / "keys")
    let_go(app)


def let_go(app):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        current_vault().ring.store.dispose()


def ask(app, now):
    """Open a case with a message and its file; returns what is acknowledged with that."""
    with app.app_context():
        case = make_case(SimpleNamespace(key="meetings"), now=now)
        case_id, number = case.id, case.number
        text = f"Hilsen {number}"
        file = attachments.Attachment("brev.pdf", io.BytesIO(PDF + text.encode()), 10_000)
        messages.receive(messages.Write(case_id, text, new_id(), [file]), PERSON, now)
        db.session.remove()
    return case_id, text


class Writers:
    """People who go on asking, until they are told to stop."""

    def __init__(self, app, now):
        self.acknowledged, self._stop = [], threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(app, now)) for _ in range(WRITERS)
        ]

    def _ask(self, app, now):
        while not self._stop.is_set():
            self.acknowledged.append(ask(app, now))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def wait_for(self, count):
        while len(self.acknowledged) < count:
            assert any(thread.is_alive() for thread in self._threads)
            threading.Event().wait(0.01)


def restored(office, folder):
    """Restore into an empty folder, with settings and master key from their own copies."""
    settings_in(folder)
    shutil.copy2(office.folder / "master.key", folder / "master.key")
    return dsar("restore", office.to, "--keys", office.keys, "--folder", folder)


class TestABackupUnderLoad:
    @pytest.mark.slow
    def test_restores_everything_acknowledged_before_it_began(self, office, tmp_path, now):
        with Writers(office.app, now) as writers:
            writers.wait_for(BEFORE)
            known = list(writers.acknowledged)
            dsar("backup", office.to, "--keys", office.keys, "--folder", office.folder)
            writers.wait_for(len(known) + 2)
        restored(office, tmp_path / "new")
        app = create_app(Config.load(tmp_path / "new" / "config.toml"))
        with app.app_context():
            for case_id, text in known:
                (shown,) = messages.messages_of(case_id, for_staff=True)
                assert shown.text == text
                content = attachments.read_attachment(case_id, shown.files[0])
                assert b"".join(content) == PDF + text.encode()
            cases = [case.id for case in db.session.query(Case)]
            assert len(cases) >= len(known)
            assert [verify_log(case_id) for case_id in cases] == [None] * len(cases)
            assert current_vault().missing_keys(cases) == set()
        let_go(app)
        with sqlite3.connect(tmp_path / "new" / "dsar.sqlite3") as plain:
            assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
            assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        plain.close()


class TestABackup:
    @pytest.fixture
    def kept(self, office, now):
        ask(office.app, now)
        dsar("backup", office.to, "--keys", office.keys, "--folder", office.folder)
        return office

    def test_names_and_hashes_all_that_it_holds_and_holds_no_key(self, kept):
        manifest = json.loads((kept.to / "manifest.json").read_text())
        here = {p.relative_to(kept.to).as_posix() for p in kept.to.rglob("*") if p.is_file()}
        assert here == {*manifest["files"], "manifest.json"}
        assert len(here) == 3
        assert not [name for name in here if "key" in name or "config" in name]
        assert [path.name for path in kept.keys.iterdir()] == ["keys.sqlite3"]
        assert (kept.keys / "keys.sqlite3").stat().st_mode & 0o077 == 0
        assert (kept.to / "dsar.sqlite3").stat().st_mode & 0o077 == 0

    def test_keeps_only_the_newest_keys_so_what_was_disposed_of_stays_unreadable(
        self, kept, tmp_path, now
    ):
        with kept.app.app_context():
            (case_id,) = [case.id for case in db.session.query(Case)]
            current_vault().destroy_key(case_id)
        later = tmp_path / "later"
        dsar("backup", later, "--keys", kept.keys, "--folder", kept.folder)
        restored(kept, tmp_path / "new")
        app = create_app(Config.load(tmp_path / "new" / "config.toml"))
        with app.app_context():
            assert current_vault().missing_keys([case_id]) == {case_id}
        let_go(app)

    def test_is_not_written_over_and_keeps_the_keys_apart(self, kept, tmp_path):
        again = dsar("backup", kept.to, "--keys", kept.keys, "--folder", kept.folder, expect=1)
        assert "is not empty" in again.stderr
        beside = tmp_path / "other"
        for keys in (beside, beside / "keys", tmp_path):
            said = dsar("backup", beside, "--keys", keys, "--folder", kept.folder, expect=2)
            assert "--keys must lie apart" in said.stderr
        assert not beside.exists()

    def test_that_was_changed_cut_or_never_finished_is_refused_by_name(self, kept, tmp_path):
        new = tmp_path / "new"
        settings_in(new)
        shutil.copy2(kept.folder / "master.key", new / "master.key")
        (file,) = (kept.to / "files").iterdir()
        file.write_bytes(file.read_bytes()[:-1] + b"x")
        (kept.to / "extra").write_text("?")
        order = ("restore", kept.to, "--keys", kept.keys, "--folder", new)
        said = dsar(*order, expect=1).stderr
        assert f"files/{file.name}: it has been changed" in said
        assert "extra: the backup does not name it" in said
        (kept.to / "manifest.json").unlink()
        assert "no whole backup" in dsar(*order, expect=1).stderr
        assert sorted(path.name for path in new.iterdir()) == ["config.toml", "master.key"]

    def test_is_not_restored_over_anything_nor_without_a_master_key(self, kept, tmp_path):
        order = ("restore", kept.to, "--keys", kept.keys, "--folder")
        assert "is not written over" in dsar(*order, kept.folder, expect=1).stderr
        settings_in(tmp_path / "new")
        assert "put the master key" in dsar(*order, tmp_path / "new", expect=1).stderr

    def test_of_postgresql_is_left_to_its_own_tools(self, kept, monkeypatch):
        monkeypatch.setenv("DSAR_DATABASE__URL", "postgresql+psycopg://nobody@/none")
        order = ("backup", kept.to / "x", "--keys", kept.keys / "x", "--folder", kept.folder)
        assert "use pg_dump" in dsar(*order, expect=1).stderr

"""The key store: durable, alone, and forgetful when told so."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError

from dsar.vault import keystore
from dsar.vault.errors import (
    KeyDestroyed,
    KeyExists,
    KeyStoreVersionUnknown,
    MasterKeyMismatch,
    SealBroken,
)
from dsar.vault.keyring import KeyRing
from dsar.vault.keystore import KeyStore, _be_durable

CHECK = "mark of the master key"


@pytest.fixture
def keys_url(empty_urls):
    """The test runs on SQLite and on PostgreSQL."""
    return empty_urls.keys


@pytest.fixture
def store(keys_url):
    store = KeyStore(keys_url, CHECK)
    yield store
    store.dispose()


@pytest.fixture
def sqlite_store(tmp_path):
    store = KeyStore(f"sqlite:///{tmp_path}/keys.sqlite3", CHECK)
    yield store
    store.dispose()


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("keys.sqlite3*"))


class TestKeepingAKey:
    def test_gives_back_those_that_are_kept(self, store):
        store.add("case-1", b"\x00wrapped")
        assert store.fetch(["case-1", "case-2"]) == {"case-1": b"\x00wrapped"}

    def test_asks_nothing_for_nobody(self, store):
        assert store.fetch([]) == {}

    def test_refuses_a_second_one(self, store):
        store.add("case-1", b"first")
        with pytest.raises(KeyExists) as exists:
            store.add("case-1", b"second")
        assert exists.value.facts == {"owner": "case-1"}
        assert store.fetch(["case-1"]) == {"case-1": b"first"}

    def test_survives_a_new_start(self, store, keys_url):
        store.add("case-1", b"wrapped")
        store.dispose()
        again = KeyStore(keys_url, CHECK)
        assert again.fetch(["case-1"]) == {"case-1": b"wrapped"}
        again.dispose()

    def test_notes_when_it_was_made(self, store):
        store.add("case-1", b"wrapped")
        with store._engine().connect() as connection:
            assert connection.execute(text("SELECT made_at FROM case_keys")).scalar_one()

    def test_forgets_when_told(self, store):
        store.add("case-1", b"wrapped")
        store.remove("case-1")
        store.remove("case-1")
        assert store.fetch(["case-1"]) == {}

    def test_first_use_by_many_threads_makes_one_store(self, store, keys_url):
        wrong = []

        def add(number):
            own = KeyStore(keys_url, CHECK)
            try:
                own.add(f"case-{number}", b"wrapped")
            except Exception as error:
                wrong.append(error)
            own.dispose()

        threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(store.fetch(f"case-{number}" for number in range(12))) == 12

    def test_a_first_use_that_breaks_off_leaves_no_half_made_store(
        self, store, keys_url, monkeypatch
    ):
        with monkeypatch.context() as planted:
            planted.setattr(keystore, "VERSION", None)
            with pytest.raises(IntegrityError):
                store.fetch([])
        engine = create_engine(keys_url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()
        assert store.fetch([]) == {}

    def test_a_forked_worker_opens_its_own_connections(self, store):
        store.add("case-1", b"wrapped")
        child = os.fork()
        if not child:
            found = store.fetch(["case-1"])
            store.add("case-2", b"by the child")
            os._exit(0 if found and len(store._opened) == 2 else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert len(store.fetch(["case-1", "case-2"])) == 2

    def test_a_store_of_another_master_key_is_refused(self, store, keys_url):
        store.add("case-1", b"wrapped")
        with pytest.raises(MasterKeyMismatch):
            KeyStore(keys_url, "another mark").fetch(["case-1"])

    def test_a_store_of_a_later_version_is_refused(self, store, keys_url):
        store.fetch([])
        with store._engine().begin() as connection:
            connection.execute(text("UPDATE key_store SET value = '2' WHERE fact = 'version'"))
        with pytest.raises(KeyStoreVersionUnknown):
            KeyStore(keys_url, CHECK).fetch([])


class TestKeysInUse:
    def test_are_wrapped_in_the_store(self, keys_url):
        ring = KeyRing(b"m" * 32, keys_url)
        ring.make("case-1")
        assert len(ring.store.fetch(["case-1"])["case-1"]) == 40
        ring.store.dispose()

    def test_altered_in_the_store_are_refused(self, keys_url):
        ring = KeyRing(b"m" * 32, keys_url)
        ring.store.add("case-1", bytes(40))
        with pytest.raises(SealBroken):
            ring.keys("case-1")
        ring.store.dispose()

    def test_are_not_shared_between_contexts(self, keys_url):
        ring = KeyRing(b"m" * 32, keys_url)
        ring.make("case-1")
        app = Flask("test")
        with app.app_context():
            assert ring.keys("case-1") is ring.keys("case-1")
        ring.store.remove("case-1")
        with app.app_context(), pytest.raises(KeyDestroyed):
            ring.keys("case-1")
        ring.store.dispose()


class TestOnSqlite:
    def test_is_set_to_lose_nothing_and_to_forget_all(self, sqlite_store):
        pragmas = {
            "journal_mode": "wal",
            "synchronous": 2,
            "secure_delete": 1,
            "trusted_schema": 0,
            "busy_timeout": 10000,
        }
        with sqlite_store._engine().connect() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in pragmas
            }
        assert found == pragmas

    def test_tables_are_strict(self, sqlite_store, tmp_path):
        sqlite_store.fetch([])
        connection = sqlite3.connect(tmp_path / "keys.sqlite3")
        strict = {
            name: strict for _, name, _, _, _, strict in connection.execute("PRAGMA table_list")
        }
        connection.close()
        assert strict["case_keys"] == strict["key_store"] == 1

    def test_a_destroyed_key_leaves_no_bytes_in_any_file(self, sqlite_store, tmp_path):
        marks = [b"wrapped key number %03d" % number for number in range(200)]
        for number, mark in enumerate(marks):
            sqlite_store.add(f"case-{number}", mark)
        assert marks[7] in on_disk(tmp_path)
        sqlite_store.remove("case-7")
        left = on_disk(tmp_path)
        assert [mark for mark in marks if mark not in left] == [marks[7]]

    def test_a_key_destroyed_while_another_process_reads_leaves_no_bytes(
        self, sqlite_store, tmp_path
    ):
        sqlite_store.add("case-1", b"wrapped key of case 1")
        other = KeyStore(f"sqlite:///{tmp_path}/keys.sqlite3", CHECK)
        other.fetch(["case-1"])
        sqlite_store.remove("case-1")
        assert b"wrapped key of case 1" not in on_disk(tmp_path)
        other.dispose()

    def test_files_are_for_the_owners_eyes(self, sqlite_store, tmp_path):
        sqlite_store.add("case-1", b"wrapped")
        modes = {path.stat().st_mode & 0o777 for path in tmp_path.glob("keys.sqlite3*")}
        assert modes == {0o600}

    def test_a_missing_folder_is_an_error_and_is_tried_again(self, tmp_path):
        store = KeyStore(f"sqlite:///{tmp_path}/later/keys.sqlite3", CHECK)
        with pytest.raises((OperationalError, FileNotFoundError)):
            store.fetch([])
        (tmp_path / "later").mkdir()
        assert store.fetch([]) == {}
        store.dispose()


class TestOnPostgresql:
    def test_writes_are_durable_though_the_server_is_lax(self, postgresql_urls):
        """The tests' server commits without waiting; a key must be on disk before its case."""
        store = KeyStore(postgresql_urls.keys, CHECK)
        with store._engine().begin() as connection:
            before = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
            _be_durable(connection)
            after = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
        store.dispose()
        assert (before, after) == ("off", "on")

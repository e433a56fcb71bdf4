"""The settings are checked at the door, and the example holds every one of them."""

import tomllib

import pytest
from pydantic import SecretStr

from dsar.config import Config, ConfigError, Section
from dsar.resources import res

EXAMPLE = res("config.example.toml")


def sections():
    return {
        name: field.annotation
        for name, field in Config.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }


def plain(value):
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | bool) else str(value)


def write(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


class TestTheExample:
    def test_holds_every_setting_with_its_default(self):
        written = tomllib.loads(EXAMPLE.read_text("utf-8"))
        model = {
            name: {key: plain(f.get_default()) for key, f in section.model_fields.items()}
            for name, section in sections().items()
        }
        assert written == model

    def test_says_what_each_setting_is(self):
        lines = EXAMPLE.read_text("utf-8").splitlines()
        settings = [line for line in lines if "=" in line and not line.startswith("#")]
        assert [line for line in settings if "  # " not in line] == []

    def test_loads(self, tmp_path):
        config = Config.load(write(tmp_path, EXAMPLE.read_text("utf-8")))
        assert config.folder == tmp_path
        assert config.address(config.database.url) == f"sqlite:///{tmp_path}/dsar.sqlite3"


class TestAWrongSetting:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("[server]\nprot = 1", "server.prot"),
            ('[server]\nport = "eight"', "server.port"),
            ("[server]\nport = 70000", "server.port"),
            ("[sever]\nport = 1", "sever"),
            ('[server]\nfaces = ["publik"]', "server.faces.0"),
            ('[server]\nbase_url = "example.org"', "server.base_url"),
            ('[mail]\nsecurity = "ssl"', "mail.security"),
            ('[mail]\nsender = "Privacy <privacy@example.org>"', "mail.sender"),
            ('[mail]\nsecurity = "none"\nusername = "u"\npassword = "p"', "mail"),
            ("[limits]\nform_bytes = true", "limits.form_bytes"),
            ("port = 1", "port"),
            ("folder = 'x'", "folder"),
            ("[server", "not a TOML file"),
            ("[server]\nport = " + "9" * 5000, "not a TOML file"),
            ("a = " + "[" * 5000 + "]" * 5000, "not a TOML file"),
            ("[sever]\nport = 1", "there is no such setting"),
        ],
    )
    def test_stops_the_start_and_is_named(self, tmp_path, text, named):
        path = write(tmp_path, text)
        with pytest.raises(ConfigError) as wrong:
            Config.load(path)
        assert named in str(wrong.value)
        assert str(path) in str(wrong.value)

    def test_is_named_together_with_all_others(self, tmp_path):
        text = "[server]\nprot = 1\nworkers = 0\n[mail]\nhots = 'x'\n"
        with pytest.raises(ConfigError) as wrong:
            Config.load(write(tmp_path, text))
        for key in ("server.prot", "server.workers", "mail.hots"):
            assert key in str(wrong.value)

    @pytest.mark.parametrize("wrong_key", ["paswrod", "password"])
    def test_never_tells_a_secret(self, tmp_path, wrong_key):
        secret = '"hemmelig-zq7"' if wrong_key == "paswrod" else '["hemmelig-zq7"]'
        text = f"[mail]\n{wrong_key} = {secret}\n"
        with pytest.raises(ConfigError) as wrong:
            Config.load(write(tmp_path, text))
        assert f"mail.{wrong_key}" in str(wrong.value)
        assert "zq7" not in str(wrong.value)

    def test_is_a_missing_file_too(self, tmp_path):
        with pytest.raises(ConfigError, match="no such settings file"):
            Config.load(tmp_path / "config.toml")


class TestTheEnvironment:
    def test_wins_over_the_file(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DSAR_MAIL__PASSWORD", "hemmelig")
        monkeypatch.setenv("DSAR_SERVER__FACES", '["public"]')
        config = Config.load(write(tmp_path, '[mail]\npassword = "other"\n'))
        assert config.mail.password.get_secret_value() == "hemmelig"
        assert config.server.faces == ("public",)
        assert "hemmelig" not in repr(config)

    def test_is_checked_like_the_file(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DSAR_SERVER__PROT", "1")
        with pytest.raises(ConfigError, match=r"server\.prot"):
            Config.load(write(tmp_path, ""))

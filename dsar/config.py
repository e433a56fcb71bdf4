"""Every setting there is, read once, checked once, frozen; see config.example.toml."""

import tomllib
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class ConfigError(Exception):
    """The settings are wrong; the message names each key, never a secret's value."""


class Section(BaseModel):
    """A table of the settings file: closed and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Server(Section):
    """Where the program listens and how people reach it."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    base_url: str = Field("http://127.0.0.1:8000", pattern=r"^https?://[^/\s]+$")
    faces: tuple[Literal["public", "staff"], ...] = ("public", "staff")
    trusted_proxies: int = Field(0, ge=0, le=5)
    workers: int = Field(1, ge=1, le=64)
    threads: int = Field(4, ge=1, le=64)


class Database(Section):
    """The main database and the store of case keys, which is never the same one."""

    url: str = "sqlite:///dsar.sqlite3"
    keys_url: str = "sqlite:///keys.sqlite3"


class Vault(Section):
    """Where the master key and the sealed files lie."""

    master_key: Path = Path("master.key")
    files: Path = Path("files")


class Mail(Section):
    """The mail server. With an empty host, mail is kept in a folder and nothing leaves."""

    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "privacy@localhost"
    timeout_seconds: int = Field(20, ge=1, le=120)
    kept: Path = Path("mail")

    @field_validator("sender")
    @classmethod
    def is_one_address(cls, value: str) -> str:
        """Refuse what cannot stand in From."""
        local, _, domain = value.rpartition("@")
        if not local or not domain or not value.isascii() or set(value) & set(' <>,;:"\r\n'):
            raise ValueError("write one mail address, without a name")
        return value

    @model_validator(mode="after")
    def keeps_its_password(self) -> Self:
        """Refuse to send a password where anybody on the way may read it."""
        if self.security == "none" and self.username:
            raise ValueError("a password may not go in the clear: set security, or no username")
        return self


class Portal(Section):
    """What a person may do, and for how long."""

    session_minutes: int = Field(30, ge=5, le=120)
    draft_hours: int = Field(24, ge=20, le=48)
    window_days: int = Field(30, ge=7, le=90)
    downloads: int = Field(10, ge=1, le=100)
    confirm_code_minutes: int = Field(30, ge=10, le=60)
    package_code_minutes: int = Field(10, ge=5, le=10)


class Staff(Section):
    """Sessions of staff, and the pause of somebody who approves alone."""

    idle_minutes: int = Field(30, ge=5, le=60)
    session_hours: int = Field(12, ge=1, le=12)
    solo_wait_minutes: int = Field(60, ge=60, le=1440)


class Erasure(Section):
    """How much may be erased in a day, and how long an approval can be taken back."""

    daily_cap: int = Field(200, ge=1)
    undo_hours: int = Field(24, ge=0, le=168)


class Scheduler(Section):
    """The clock of periodic work."""

    lease_seconds: int = Field(30, ge=5, le=600)
    stale_minutes: int = Field(15, ge=5, le=120)


class Limits(Section):
    """Sizes and allowances."""

    form_bytes: int = Field(2_000_000, ge=100_000)
    upload_bytes: int = Field(10_000_000, ge=100_000)
    finding_bytes: int = Field(200_000_000, ge=1_000_000)
    submissions_per_hour: int = Field(20, ge=1)
    sign_ins_per_quarter: int = Field(10, ge=3)
    look_ups_per_quarter: int = Field(10, ge=3)


class Config(BaseSettings):
    """The whole configuration. Relative paths are read from the settings file's folder."""

    model_config = SettingsConfigDict(
        env_prefix="DSAR_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    folder: Path = Path("instance")
    server: Server = Server()
    database: Database = Database()
    vault: Vault = Vault()
    mail: Mail = Mail()
    portal: Portal = Portal()
    staff: Staff = Staff()
    erasure: Erasure = Erasure()
    scheduler: Scheduler = Scheduler()
    limits: Limits = Limits()

    @classmethod
    def settings_customise_sources(  # noqa: PLR0913, PLR0917  # pydantic-settings calls it so
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return env_settings, init_settings

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a settings file. Raises ConfigError that names every wrong key at once."""
        try:
            given = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise ConfigError(f"{path}: there is no such settings file") from None
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{path}: not a TOML file: {error}") from None
        if "folder" in given:
            raise ConfigError(f"{path}: folder: this is where the settings file lies")
        return cls.build(path.parent, given, str(path))

    @classmethod
    def build(cls, folder: Path, given: dict[str, object], name: str = "settings") -> Self:
        """Build from values. Raises ConfigError that names every wrong key at once."""
        try:
            return cls(folder=folder.resolve(), **given)  # type: ignore[arg-type]  # checked by pydantic
        except ValidationError as error:
            wrong = [f"{name}: {_place(e['loc'])}: {_what(e)}" for e in error.errors()]
            raise ConfigError("\n".join(wrong)) from None

    def place(self, path: Path) -> Path:
        """Return a path of the settings, read from the folder of the settings file."""
        return path if path.is_absolute() else self.folder / path

    def address(self, url: str) -> str:
        """Return a database address; a relative SQLite path is read from the folder."""
        name = url.removeprefix("sqlite:///")
        if name == url or not name or name.startswith("/"):
            return url
        return f"sqlite:///{self.folder / name}"


def _what(error: ErrorDetails) -> str:
    return "there is no such setting" if error["type"] == "extra_forbidden" else error["msg"]


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)

"""The process environment, read and checked once.

This is the only module that looks at environment variables. Everything else
takes what it needs from ``django.conf.settings`` or from an ``Environment``
that somebody hands over. ``docs/operations.md`` has the table of variables.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent

DatabaseRole = Literal["owner", "app", "worker"]
BinarySource = Literal["auto", "wheel", "system"]


class Environment(BaseSettings):
    """Everything that may differ between two installations of the same code."""

    model_config = SettingsConfigDict(
        env_prefix="KEDJA_",
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
        populate_by_name=True,
    )

    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    app_database_url: SecretStr | None = None
    worker_database_url: SecretStr | None = None
    backup_database_url: SecretStr | None = None
    role: DatabaseRole = "owner"
    instance: str = Field(default="main", pattern=r"^[a-z][a-z0-9_]{0,15}$")
    data_dir: Path | None = None
    xdg_data_home: Path | None = Field(default=None, validation_alias="XDG_DATA_HOME")
    pg: BinarySource = "auto"
    pg_user: str = "nobody"
    secret_key: SecretStr | None = None
    allowed_hosts: str = "localhost,127.0.0.1,[::1]"
    trusted_origins: str = ""
    https: bool = False
    broker: str = "postgres"
    virtual_clock: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    web_threads: int = Field(default=8, ge=1, le=256)
    worker_threads: int = Field(default=4, ge=1, le=256)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    metrics_token: SecretStr | None = None
    email_url: SecretStr | None = None
    email_from: str = "Kedja <kedja@localhost>"
    public_url: str = ""
    die_with_parent: bool = False
    municipality: str = Field(default="demo", pattern=r"^[a-z0-9_-]{0,40}$")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value else None

    @property
    def hosts(self) -> list[str]:
        """Host names that the web answers to."""
        return [part.strip() for part in self.allowed_hosts.split(",") if part.strip()]

    @property
    def origins(self) -> list[str]:
        """Origins (``https://name``) that may send forms through a proxy."""
        return [part.strip() for part in self.trusted_origins.split(",") if part.strip()]


@lru_cache(maxsize=1)
def load() -> Environment:
    """Return the environment of this process; read once, so that it cannot drift.

    Raises:
        pydantic.ValidationError: A variable has a value that cannot be used.
    """
    return Environment()

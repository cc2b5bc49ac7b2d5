"""What an installation is told from outside: environment variables and secret files."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")


class Settings(BaseSettings):
    """Each field's alias is its variable, and in lower case its file under `/run/secrets`.

    A variable wins over a file. Everything here is described in `docs/operations.md`.
    """

    model_config = SettingsConfigDict(case_sensitive=False, extra="ignore", frozen=True)

    database_url: str | None = Field(None, validation_alias="DATABASE_URL", repr=False)
    database_owner_url: str | None = Field(None, validation_alias="DATABASE_OWNER_URL", repr=False)
    temporal_address: str | None = Field(None, validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str | None = Field(None, validation_alias="TEMPORAL_NAMESPACE")
    temporal_api_key: str | None = Field(None, validation_alias="TEMPORAL_API_KEY", repr=False)
    smtp_url: str | None = Field(None, validation_alias="SMTP_URL", repr=False)
    task_queue: str = Field("helhedsplan", validation_alias="HELHEDSPLAN_TASK_QUEUE")
    base_url: str = Field("http://localhost:8080", validation_alias="HELHEDSPLAN_BASE_URL")
    mail_from: str = Field(
        "Helhedsplaner <helhedsplan@localhost>", validation_alias="HELHEDSPLAN_MAIL_FROM"
    )
    mails_per_second: float = Field(
        5.0, gt=0, le=100, validation_alias="HELHEDSPLAN_MAILS_PER_SECOND"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", validation_alias="HELHEDSPLAN_LOG_LEVEL"
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", validation_alias="HELHEDSPLAN_LOG_FORMAT"
    )
    data: Path | None = Field(None, validation_alias="HELHEDSPLAN_DATA")
    token: str | None = Field(None, validation_alias="HELHEDSPLAN_TOKEN", repr=False)
    lang: Literal["da", "en"] = Field("da", validation_alias="HELHEDSPLAN_LANG")


def read_settings(stated: Mapping[str, str] | None = None, secrets: Path = SECRETS) -> Settings:
    """Settings from the environment and the secret files; `stated` (by variable name) wins."""
    # pydantic-settings warns about a folder that is not there, and on most machines it is not.
    folder = secrets if secrets.is_dir() else None
    values: dict[str, Any] = dict(stated or {})
    return Settings(_secrets_dir=folder, **values)


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings()

"""Settings from the environment or `.env`; what is wrong is named one by one."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain.pacing import USUAL_POSTS
from domain.signed_notes import Verifier
from domain.signing import Anchoring, SigningKeys

SECRET_LENGTH = 32


class SettingsProblem(Exception):
    """Settings that cannot be used; `problems` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything an operator sets. Secrets are never printed."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    accord_database_url: str = "sqlite:///accord.db"
    accord_secret_key: SecretStr | None = None
    accord_signing_key: SecretStr | None = None
    accord_origin: str = "accord"
    accord_anchor_channel: str | None = None
    accord_anchor_file: Path | None = None
    accord_erasure_ledger: Path | None = None
    accord_migration_url: str | None = None
    accord_policy: Path | None = None
    accord_templates: Path | None = None
    accord_url: str | None = None
    accord_posts_per_minute: int = Field(default=USUAL_POSTS, ge=10, le=1000)
    accord_threads: int = Field(default=16, ge=1, le=200)

    @field_validator("accord_database_url", "accord_migration_url")
    @classmethod
    def _is_a_database(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            backend = make_url(url)
        except ArgumentError:
            raise ValueError("is not an address of a database") from None
        if backend.drivername not in ("sqlite", "postgresql+psycopg"):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        return url

    @field_validator("accord_secret_key", "accord_signing_key")
    @classmethod
    def _keys_are_long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None:
            return None
        keys = _split(key)
        if not keys or any(len(one) < SECRET_LENGTH for one in keys):
            raise ValueError("needs 32 characters or more for each key")
        return key

    @field_validator("accord_origin")
    @classmethod
    def _is_a_key_name(cls, name: str) -> str:
        if not re.fullmatch(r"[!-*,-~]{1,100}", name):
            raise ValueError("must be letters, digits and signs without spaces and +")
        return name

    @field_validator("accord_anchor_channel")
    @classmethod
    def _is_a_channel(cls, channel: str | None) -> str | None:
        if channel is not None and not re.fullmatch(r"[CG][A-Z0-9]{2,30}", channel):
            raise ValueError("must be a channel's id, such as C0123456789 (see its details)")
        return channel

    @field_validator("accord_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http:// on this machine)")
        return url.rstrip("/")

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return url if url.endswith("/") else url + "/"

    def secret_keys(self) -> list[str]:
        return [] if self.accord_secret_key is None else _split(self.accord_secret_key)

    def signing_keys(self) -> SigningKeys | None:
        """What checkpoints are signed with; None where nothing is set."""
        if self.accord_signing_key is None:
            return None
        return SigningKeys(_split(self.accord_signing_key), self.accord_origin)

    def verifiers(self) -> tuple[Verifier, ...]:
        """The public keys of our own checkpoints."""
        keys = self.signing_keys()
        return () if keys is None else keys.verifiers

    def anchoring(self) -> Anchoring:
        return Anchoring(
            self.signing_keys(),
            self.accord_anchor_channel,
            self.accord_anchor_file,
            self.accord_erasure_ledger,
        )


def _split(key: SecretStr) -> list[str]:
    return [part.strip() for part in key.get_secret_value().split(",") if part.strip()]


def load_settings(*required: str) -> Settings:
    """Settings with all `required` ones present; raises SettingsProblem naming each fault."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsProblem(
            [
                f"{str(one['loc'][0]).upper()} {one['msg'].removeprefix('Value error, ')}"
                for one in error.errors()
            ]
        ) from None
    missing = [name for name in required if getattr(settings, name.lower()) is None]
    if missing:
        raise SettingsProblem([f"{name} is not set" for name in missing])
    return settings

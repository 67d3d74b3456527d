"""What a pretend workspace is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sandbox.json_types import Json


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonConfig(_Frozen):
    """Somebody with an account: member, guest, bot, or a stranger of a connected team."""

    id: str
    name: str
    """The handle, without ``@``."""
    real_name: str
    display_name: str = ""
    title: str = ""
    email: str = ""
    image: str = ""
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    team_id: str = ""
    """Empty: a member of this workspace."""
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_admin: bool = False

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f"no such time zone: {zone}"
            raise ValueError(message) from error
        return zone


class ChannelConfig(_Frozen):
    """A channel; the bot is a member if its user id is among ``members``."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    topic: str = ""
    purpose: str = ""


class SandboxConfig(_Frozen):
    """A workspace, the app installed in it, and how strictly time passes. Durations in seconds."""

    team_id: str = "T0SANDBOX"
    team_name: str = "Sandbox"
    team_domain: str = "sandbox"
    enterprise_id: str | None = None
    enterprise_name: str = "Sandbox Grid"

    app_id: str = "A0SANDBOX"
    app_name: str = "App"
    bot_id: str = "B0SANDBOX"
    bot_user_id: str = "U0BOT"
    bot_token: str = "xoxb-sandbox"  # noqa: S105  the pretend workspace's own, opens nothing else
    app_token: str | None = None
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105  as above
    verification_token: str = "sandbox-verification-token"  # noqa: S105  as above
    request_url: str | None = None
    """Where the bot listens, e.g. ``http://127.0.0.1:3000/slack/events``."""
    manifest: Json | None = None
    """As one would give it to Slack; commands, shortcuts, events and scopes come from it."""
    socket_mode: bool = False

    users: tuple[PersonConfig, ...] = ()
    channels: tuple[ChannelConfig, ...] = ()

    ack_timeout: float = 3.0
    trigger_lifetime: float = 3.0
    event_retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    rate_limits: bool = False
    workspace_posts_per_minute: int = 300
    limits_minute: float = 60.0
    """How long the minute lasts that limits are counted in; shorter for a bot in fast motion."""
    log_limit: int = 50_000

    state_path: Path | None = None
    """A SQLite file that keeps conversations over a restart."""
    clock_url: str | None = None
    """Where the page's clock panel posts to; without it there is no panel."""
    page_hints: tuple[str, ...] = Field(default=())
    """Things to try, shown on the page's start."""

    def with_changes(self, **changes: Any) -> SandboxConfig:
        """The same workspace with some settings different, validated again."""
        return type(self).model_validate({**self.model_dump(), **changes})

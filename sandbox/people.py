"""People as the Web API shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.config import PersonConfig, SandboxConfig
from sandbox.json_types import Json


@dataclass
class Person:
    """An account. ``profile`` is replaced as a whole when a profile changes."""

    profile: PersonConfig
    team_id: str
    updated: int = 0

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def shown_name(self) -> str:
        return self.profile.display_name or self.profile.real_name

    @property
    def is_guest(self) -> bool:
        return self.profile.is_restricted or self.profile.is_ultra_restricted


def _zone_facts(zone: str, moment: float) -> Json:
    """``tz``, ``tz_label``, ``tz_offset`` as they are at that moment, daylight saving included."""
    local = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    return {
        "tz": zone,
        "tz_label": local.tzname() or zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
    }


def user_object(
    person: Person, config: SandboxConfig, moment: float, *, locale: bool, email: bool
) -> Json:
    """Slack's user object; people of connected teams come without locale and e-mail."""
    who = person.profile
    foreign = person.team_id != config.team_id
    shown = {
        "title": who.title,
        "real_name": who.real_name,
        "real_name_normalized": who.real_name,
        "display_name": who.display_name,
        "display_name_normalized": who.display_name,
        "image_72": who.image,
        "team": person.team_id,
    }
    if email and who.email and not foreign:
        shown["email"] = who.email
    user: Json = {
        "id": who.id,
        "team_id": person.team_id,
        "name": who.name,
        "deleted": who.deleted,
        "profile": shown,
        "is_bot": who.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if who.deleted:  # Slack drops nearly everything of a deactivated account
        return user
    user |= {
        "real_name": who.real_name,
        **_zone_facts(who.tz, moment),
        "is_admin": who.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": who.is_restricted,
        "is_ultra_restricted": who.is_ultra_restricted,
        "is_email_confirmed": True,
    }
    if foreign:
        user["is_stranger"] = who.is_stranger
    elif locale:
        user["locale"] = who.locale
    if config.enterprise_id and not foreign:
        user["enterprise_user"] = {
            "id": who.id,
            "enterprise_id": config.enterprise_id,
            "enterprise_name": config.enterprise_name,
            "is_admin": who.is_admin,
            "is_owner": False,
            "teams": [person.team_id],
        }
    return user

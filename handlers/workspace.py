"""Profiles: what Slack says of accounts, taken over for people in the directory."""

from __future__ import annotations

from domain.origin import Origin
from domain.people import SlackProfile, Standing
from domain.regions import locale_name
from handlers.desk import Desk
from handlers.payloads import Payload
from usecases.workspace import apply_profiles


def profile_changed(desk: Desk, origin: Origin, event: Payload) -> None:
    user = event.get("user")
    if isinstance(user, dict):
        apply_profiles(desk.store, origin, [read_profile(user)])


def read_profile(user: Payload) -> SlackProfile:
    """The part of Slack's user object that Accord takes over."""
    locale = user.get("locale")
    return SlackProfile(
        slack_user=str(user.get("id", "")),
        standing=_standing(user),
        locale=locale_name(locale) if isinstance(locale, str) else None,
    )


def _standing(user: Payload) -> Standing:
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot"):
        return Standing.BOT
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.FULL

"""The sample organisation of the demo: in the directory, and in the pretend Slack."""

from __future__ import annotations

from collections.abc import Iterable

from bot.sample.story import Channel, handle_of, in_channel, people_file, read_extra
from domain.directory import DirectoryRow
from domain.directory_rows import read_directory
from domain.origin import Origin
from domain.people import SlackProfile, Standing
from sandbox.config import ChannelConfig, PersonConfig
from storage.unit_of_work import Store
from usecases.directory import import_people, preview_import
from usecases.workspace import apply_profiles


def load_people(store: Store, origin: Origin) -> bool:
    """Fill an empty directory, as the operator; False, and untouched, if it is not empty."""
    data = people_file()
    plan = preview_import(store, origin, data)
    if not plan.first:
        return False
    import_people(store, origin, data, shown=plan)
    apply_profiles(store, origin, _guest_profiles())
    return True


def sample_users() -> tuple[PersonConfig, ...]:
    """Everybody with an account in the pretend Slack, also those whom the directory lacks."""
    extra = read_extra()
    listed = (
        PersonConfig(
            id=row.facts.slack_user or "",
            name=handle_of(row.facts.email),
            real_name=row.facts.name,
            display_name=row.facts.name,
            title=extra.titles[handle_of(row.facts.email)],
            email=row.facts.email,
            tz=row.facts.timezone,
            locale=row.facts.locale or "en-GB",
            is_restricted=handle_of(row.facts.email) in extra.guests,
            is_admin=handle_of(row.facts.email) in extra.admins,
        )
        for row in _rows()
    )
    return (*listed, *extra.others)


def sample_channels(bot_user: str) -> tuple[ChannelConfig, ...]:
    """The channels, the bot among the members of each."""
    ids = {user.name: user.id for user in sample_users()}
    return tuple(
        ChannelConfig(
            id=channel.id,
            name=channel.name,
            members=(bot_user, *(ids[handle] for handle in _members(channel, _rows()))),
            is_private=channel.is_private,
            is_ext_shared=channel.is_ext_shared,
            purpose=channel.purpose,
        )
        for channel in read_extra().channels
    )


def _members(channel: Channel, rows: Iterable[DirectoryRow]) -> list[str]:
    handles = {handle_of(row.facts.email): row.facts.unit for row in rows}
    listed = [handle for handle, unit in handles.items() if in_channel(channel, handle, unit)]
    return [*listed, *(one for one in channel.people if one not in handles)]


def _guest_profiles() -> list[SlackProfile]:
    guests = read_extra().guests
    return [
        SlackProfile(row.facts.slack_user, Standing.GUEST)
        for row in _rows()
        if row.facts.slack_user and handle_of(row.facts.email) in guests
    ]


def _rows() -> tuple[DirectoryRow, ...]:
    return read_directory(people_file()).rows

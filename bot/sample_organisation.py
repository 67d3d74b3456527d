"""The sample organisation of the demo: in the directory, and in the pretend Slack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from importlib.resources import files
from uuid import uuid4

import yaml
from pydantic import BaseModel, ConfigDict

from domain.directory import DirectoryRow
from domain.directory_rows import read_directory
from domain.origin import Origin, Via
from domain.people import SlackProfile, Standing
from sandbox.config import ChannelConfig, PersonConfig
from storage.unit_of_work import Store
from usecases.cover import set_acting_manager, set_delegation, set_leave
from usecases.directory import import_people, preview_import
from usecases.workspace import apply_profiles

SAMPLE = files("bot.sample")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Deputy(_Part):
    """Days count from the day on which the sample is loaded; the last is not included."""

    delegator: str
    deputy: str
    from_day: int
    to_day: int | None


class Away(_Part):
    person: str
    from_day: int
    to_day: int


class Acting(_Part):
    manager: str
    acting: str
    from_day: int
    to_day: int


class Channel(_Part):
    """Its members: everyone, or a unit and some people besides."""

    id: str
    name: str
    purpose: str
    everyone: bool = False
    unit: str | None = None
    people: tuple[str, ...] = ()
    is_private: bool = False
    is_ext_shared: bool = False


class Extra(_Part):
    """`extra.yaml`; people are named by the first part of their e-mail, which is their handle."""

    deputies: tuple[Deputy, ...]
    leave: tuple[Away, ...]
    acting_managers: tuple[Acting, ...]
    titles: dict[str, str]
    guests: frozenset[str]
    admins: frozenset[str]
    others: tuple[PersonConfig, ...]
    channels: tuple[Channel, ...]


def load_sample(store: Store, now: datetime) -> bool:
    """Fill an empty directory as of `now` (business time); False, and untouched, if it is not."""
    origin = Origin(Via.CLI, now, request=uuid4().hex)
    data = _people_file()
    plan = preview_import(store, origin, data)
    if plan.not_listed or plan.unchanged or plan.changed:
        return False
    import_people(store, origin, data, shown=plan)
    apply_profiles(store, origin, _guest_profiles())
    extra, today = _extra(), now.date()
    for deputy in extra.deputies:
        set_delegation(
            store,
            origin,
            _email(deputy.delegator),
            _email(deputy.deputy),
            _day(today, deputy.from_day),
            None if deputy.to_day is None else _day(today, deputy.to_day),
        )
    for away in extra.leave:
        first_day, day_after = _day(today, away.from_day), _day(today, away.to_day)
        set_leave(store, origin, _email(away.person), first_day, day_after)
    for acting in extra.acting_managers:
        set_acting_manager(
            store,
            origin,
            _email(acting.manager),
            _email(acting.acting),
            _day(today, acting.from_day),
            _day(today, acting.to_day),
        )
    return True


def sample_users() -> tuple[PersonConfig, ...]:
    """Everybody with an account in the pretend Slack, also those whom the directory lacks."""
    extra = _extra()
    listed = (
        PersonConfig(
            id=row.facts.slack_user or "",
            name=_handle(row),
            real_name=row.facts.name,
            display_name=row.facts.name,
            title=extra.titles[_handle(row)],
            email=row.facts.email,
            tz=row.facts.timezone,
            locale=row.facts.locale or "en-GB",
            is_restricted=_handle(row) in extra.guests,
            is_admin=_handle(row) in extra.admins,
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
        for channel in _extra().channels
    )


def _members(channel: Channel, rows: Iterable[DirectoryRow]) -> list[str]:
    of_unit = [_handle(row) for row in rows if channel.everyone or row.facts.unit == channel.unit]
    return list(dict.fromkeys([*of_unit, *channel.people]))


def _guest_profiles() -> list[SlackProfile]:
    guests = _extra().guests
    return [
        SlackProfile(row.facts.slack_user, Standing.GUEST)
        for row in _rows()
        if row.facts.slack_user and _handle(row) in guests
    ]


def _people_file() -> bytes:
    return SAMPLE.joinpath("people.csv").read_bytes()


def _rows() -> tuple[DirectoryRow, ...]:
    return read_directory(_people_file()).rows


def _extra() -> Extra:
    text = SAMPLE.joinpath("extra.yaml").read_text(encoding="utf-8")
    return Extra.model_validate(yaml.safe_load(text))


def _handle(row: DirectoryRow) -> str:
    return row.facts.email.partition("@")[0]


def _email(handle: str) -> str:
    return f"{handle}@brightwater.example"


def _day(today: date, offset: int) -> date:
    return today + timedelta(days=offset)

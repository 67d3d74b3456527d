"""The sample organisation is believable, and the directory and the pretend Slack agree on it."""

from __future__ import annotations

from collections import Counter

from bot.sample.organisation import load_people, sample_channels, sample_users
from domain.people import Level, Role, Standing
from storage import people
from tests.directory.files import COMPANY, NOW, ORIGIN, Directory

TODAY = NOW.date()


def email(handle: str) -> str:
    return f"{handle}@brightwater.example"


def test_it_is_a_company_of_48_in_three_regions(directory: Directory) -> None:
    assert load_people(directory.store, ORIGIN)
    now = directory.now()
    facts = [person.facts for person in now.people.values()]
    assert len(facts) == 48
    assert {each.region for each in facts} == {"DE-BY", "PT", "US-CA"}
    assert {each.timezone for each in facts} == {
        "Europe/Berlin",
        "Europe/Lisbon",
        "America/Los_Angeles",
    }
    assert len(now.units) == 7  # six, and the company itself
    assert {each.level for each in facts} == set(Level)
    assert {key.role for key in now.grants} == set(Role)
    managers = directory.managers()
    assert {each.email for each in facts} - managers.keys() == {email("clara")}
    assert [each.email for each in facts if each.fte_percent < 100]


def test_there_are_four_levels_and_a_large_team(directory: Directory) -> None:
    load_people(directory.store, ORIGIN)
    managers = directory.managers()

    def level(person: str) -> int:
        return 1 + level(managers[person]) if person in managers else 1

    assert max(level(person) for person in managers) == 4
    assert Counter(managers.values())[email("wei")] >= 10


def test_its_roles_are_active_and_its_guest_may_act(directory: Directory) -> None:
    load_people(directory.store, ORIGIN)
    with directory.store.read(ORIGIN) as reading:
        connection = reading.connection
        for handle, role in (("ines", Role.HR), ("mira", Role.FACILITATOR)):
            assert people.holds_role(connection, directory.id_of(email(handle)), role, TODAY)
        rafael = people.active_by_slack_user(connection, "U01RAFAEL")
    assert rafael is not None
    assert rafael.standing is Standing.GUEST
    assert rafael.may_act  # a guest, and a contractor


def test_it_is_loaded_into_an_empty_directory_only(directory: Directory) -> None:
    directory.take(*COMPANY)
    assert not load_people(directory.store, ORIGIN)
    assert len(directory.now().people) == len(COMPANY)


def test_loading_it_twice_loads_it_once(directory: Directory) -> None:
    load_people(directory.store, ORIGIN)
    entries = directory.entries()
    assert not load_people(directory.store, ORIGIN)
    assert directory.entries() == entries


def test_everybody_in_the_directory_has_an_account_in_slack() -> None:
    users = {user.id: user for user in sample_users()}
    assert len(users) == 53
    assert users["U01LENA"].real_name == "Lena Novak"
    assert all(user.title for user in users.values() if not user.is_bot)
    assert [user.name for user in users.values() if user.is_stranger] == ["stella"]
    assert [user.name for user in users.values() if user.deleted] == ["vera"]


def test_channels_have_the_bot_and_people_with_accounts() -> None:
    ids = {user.id for user in sample_users()} | {"U0BOT"}
    channels = {channel.name: channel for channel in sample_channels("U0BOT")}
    assert set(channels) == {"general", "support", "release-week", "compliance"}
    for channel in channels.values():
        assert "U0BOT" in channel.members
        assert ids.issuperset(channel.members)
    assert len(channels["general"].members) == 49

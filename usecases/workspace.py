"""What Accord takes over from Slack: which workspace it serves, and the standing of accounts."""

from __future__ import annotations

from collections.abc import Iterable

from domain.errors import Refused
from domain.origin import Origin
from domain.people import HomeWorkspace, SlackProfile
from storage import people
from storage.unit_of_work import Store


def settle_workspace(store: Store, origin: Origin, found: HomeWorkspace) -> None:
    """Remember the workspace at the first start.

    Raises Refused where the token now belongs to another workspace than the record does.
    """
    with store.write(origin) as work:
        known = people.workspace(work.connection)
        if known is None:
            people.save_workspace(work.connection, found)
        elif known.team != found.team:
            raise Refused("other_workspace", known=known.team, found=found.team)


def apply_profiles(store: Store, origin: Origin, profiles: Iterable[SlackProfile]) -> int:
    """Take over standing and language of people in the directory; returns how many changed.

    Nobody is added: people come from the import, never from a request or a profile alone.
    """
    with store.write(origin) as work:
        return sum(people.apply_profile(work.connection, profile) for profile in profiles)


def known_workspace(store: Store, origin: Origin) -> HomeWorkspace | None:
    """The workspace as an earlier start found it."""
    with store.read(origin) as work:
        return people.stored_workspace(work.connection)


def directory_is_empty(store: Store, origin: Origin) -> bool:
    """Whether nobody has ever been imported."""
    with store.read(origin) as work:
        return people.nobody_listed(work.connection)

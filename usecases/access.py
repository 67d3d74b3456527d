"""Who is asking, and may they act at all. The first line of every use case."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.errors import NotAllowed, Unknown
from domain.origin import Origin
from domain.people import Member, Role
from storage import people
from storage.people import Asker
from storage.unit_of_work import Reading, Store


def require_member(work: Reading) -> Member:
    """The active person behind the request, from the directory.

    Raises Unknown for strangers from connected workspaces, bots, guests who are no contractors,
    deactivated accounts and everybody whom the directory does not list.
    """
    origin = work.origin
    if origin.slack_user is None:
        raise Unknown
    asker = people.asker(work.connection, origin.slack_user)
    if asker is None or not asker.member.may_act or _is_stranger(origin, asker):
        raise Unknown
    return asker.member


def _is_stranger(origin: Origin, asker: Asker) -> bool:
    return from_elsewhere(origin, asker.team, asker.enterprise)


def from_elsewhere(origin: Origin, team: str | None, enterprise: str | None) -> bool:
    """A stranger's team and enterprise both differ from ours; a missing team tells nothing."""
    if team is None or origin.team is None or origin.team == team:
        return False
    return enterprise is None or origin.enterprise != enterprise


def require_role(work: Reading, member: Member, role: Role) -> None:
    """Raises NotAllowed, which says who can."""
    if not people.holds_role(work.connection, member.id, role, member.today(work.now)):
        raise NotAllowed("role_needed", role=role)


def identify(store: Store, origin: Origin) -> Member:
    """Who is asking, for reading their input in their own language and zone."""
    with store.read(origin) as reading:
        return require_member(reading)


def origin_of_person(store: Store, origin: Origin, person: UUID) -> Origin:
    """The same request as if the person themselves had made it now."""
    with store.read(origin) as reading:
        return replace(origin, slack_user=people.member(reading.connection, person).slack_user)

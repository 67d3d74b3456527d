"""What messages about deputies tell their readers, as things stand when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.cover import DelegationEnded, DeputyNotice
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import cover, people
from storage.unit_of_work import Reading


def _named(
    work: Reading, _kind: NoticeKind, delegation: UUID, reader: Member, _revision: int
) -> DeputyNotice | Pointless:
    found = cover.delegation_by_id(work.connection, delegation)
    if found is None or found.deputy != reader.id:
        return Pointless("delegation_gone")
    delegator = people.member(work.connection, found.delegator)
    return DeputyNotice(reader, delegator, found, found.over(reader.today(work.now)))


def _ended(
    work: Reading, _kind: NoticeKind, delegation: UUID, reader: Member, _revision: int
) -> DelegationEnded | Pointless:
    found = cover.delegation_by_id(work.connection, delegation)
    if found is None or reader.id not in (found.delegator, found.deputy):
        return Pointless("delegation_gone")
    named = people.members(work.connection, [found.delegator, found.deputy])
    return DelegationEnded(reader, named[found.delegator], named[found.deputy], found.id)


_Reader = Callable[
    [Reading, NoticeKind, UUID, Member, int], DeputyNotice | DelegationEnded | Pointless
]

COVER_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.DEPUTY_NAMED: _named,
    NoticeKind.DELEGATION_ENDED: _ended,
}

"""Who answers for an access: never whoever holds it.

- A delegation: whom the deputy stands in for. A share: the goal's owner.
- A role: the first of the roles that policy names whose holder covers the place of whoever holds
  it; else their manager.
- Where the owner of a goal or the delegator cannot act: their manager, else those roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from domain.access_reviews import AccessKind
from domain.people import Member
from storage import access_in_review, people
from storage.access_reviews import Item
from storage.unit_of_work import Reading
from usecases.access_review_times import away_too_long
from usecases.asking import can_answer


def find_reviewer(work: Reading, item: Item) -> UUID | None:
    """The first who can answer for it, and is there long enough; else the first; None if nobody."""
    first: UUID | None = None
    for one in _candidates(work, item):
        if _fit(one, item):
            if not away_too_long(work, one):
                return one.id
            first = first or one.id
    return first


def may_answer(work: Reading, actor: Member, item: Item) -> bool:
    """Whether the actor is the one who is asked, and still has the standing for it."""
    if item.reviewer != actor.id or not _fit(actor, item):
        return False
    if item.kind is not AccessKind.GRANT:
        return True
    # A role may have ended since, perhaps in this very review.
    return any(one.id == actor.id for one in _candidates(work, item))


def _fit(person: Member, item: Item) -> bool:
    return person.id != item.holder and can_answer(person)


def _candidates(work: Reading, item: Item) -> Iterator[Member]:
    holder = people.member(work.connection, item.holder)
    if item.kind is AccessKind.GRANT:
        yield from _in_charge(work, holder)
        yield from _managers(work, holder)
        return
    access = access_in_review.accesses(work.connection, holder, work.now, [item])[item.number]
    if access.owner is None:
        return
    owner = people.member(work.connection, access.owner)
    if people.can_act(work.connection, owner.id):
        yield owner
    yield from _managers(work, owner)
    yield from _in_charge(work, owner)


def _in_charge(work: Reading, place: Member) -> Iterator[Member]:
    """Holders of the roles that policy names, for where `place` works."""
    today = place.today(work.now)
    rules = work.policy.document.access_reviews
    for role in rules.roles_answered_by:
        yield from people.role_holders(work.connection, role, place, today)


def _managers(work: Reading, person: Member) -> list[Member]:
    return people.current_managers(work.connection, person.id, person.today(work.now))

"""Who answers for an access: never whoever holds it.

- A delegation: whom the deputy stands in for. A share: the goal's owner.
- A role: the first of the roles that policy names whose holder covers the place of whoever holds
  it; else their manager.
- Where the owner of a goal or the delegator cannot act: their manager, else those roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from domain.access_reviews import AccessKind
from domain.people import Member
from storage import access_in_review, people
from storage.access_reviews import Item
from storage.unit_of_work import Reading
from usecases.asking import can_answer


def find_reviewer(work: Reading, item: Item) -> UUID | None:
    """The first who can answer for it; None where nobody can."""
    return next((one.id for one in _candidates(work, item) if _fit(one, item)), None)


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
    """Holders of the roles that policy names, for where `place` works; the absent come last."""
    today = place.today(work.now)
    rules = work.policy.document.access_reviews
    for role in rules.roles_answered_by:
        holders = people.role_holders(work.connection, role, place, today)
        if holders:
            yield from _present_first(work, holders)


def _present_first(work: Reading, holders: list[Member]) -> list[Member]:
    days = timedelta(days=work.policy.document.access_reviews.days_to_answer)
    away = people.absences(work.connection, [one.id for one in holders], work.now.date())
    last = (work.now + days).date()

    def all_the_time(one: Member) -> bool:
        return any(
            absence.covers(work.now.date()) and absence.covers(last)
            for absence in away.get(one.id, ())
        )

    return sorted(holders, key=all_the_time)


def _managers(work: Reading, person: Member) -> list[Member]:
    return people.current_managers(work.connection, person.id, person.today(work.now))

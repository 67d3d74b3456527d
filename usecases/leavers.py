"""Whoever leaves loses everything that they were given, in one transaction.

Their roles, the goals shared with them, the cases they were asked in, and both sides of every
delegation. What they were asked goes to whoever answers now; whom they were to help can ask another
facilitator.
"""

from __future__ import annotations

from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import PersonState
from domain.roles import earliest_date
from storage import (
    access_in_review,
    access_reviews,
    cover,
    facilitation,
    feedback_requests,
    goal_cases,
    goal_shares,
    people,
)
from storage.unit_of_work import Store, Work
from usecases.access_ends import LEFT, ask_no_more, end_roles, end_shares_of
from usecases.goal_change_ends import end_changes_of_leaver
from usecases.own_cover import end_for_all
from usecases.readdress import misaddressed_owners, readdress_proposals

BATCH = 200


def part_with_leavers(store: Store, origin: Origin) -> int:
    """Whoever's last day has ended everywhere on earth has left; returns how many that are."""
    parted = 0
    while True:
        with store.read(origin) as reading:
            gone = people.past_their_last_day(reading.connection, earliest_date(reading.now), BATCH)
        for person in gone:
            with store.write(origin) as work:
                parted += _part_with(work, person)
        if len(gone) < BATCH:
            return parted


def _part_with(work: Work, person: UUID) -> bool:
    if not people.mark_left(work.connection, person):
        return False
    clock = Actor(ActorKind.CLOCK)
    work.record(
        AuditEvent(
            Action.PERSON_CHANGE,
            clock,
            SubjectType.PERSON,
            person,
            subject=person,
            reason=LEFT,
            fields={"state": PersonState.LEFT.value, "state_before": PersonState.ACTIVE.value},
        )
    )
    take_everything(work, clock, person)
    return True


def take_everything(work: Work, actor: Actor, person: UUID) -> None:
    """End every access of somebody who has been marked as left in this transaction."""
    connection, today = work.connection, earliest_date(work.now)
    work.touch(SubjectType.PERSON, person)
    end_roles(work, actor, access_in_review.grants_of(connection, person), LEFT)
    given_and_taken = cover.delegations_of(connection, person, today)
    others = {side for one in given_and_taken for side in (one.delegator, one.deputy)} - {person}
    end_for_all(work, actor, given_and_taken, tell=others, reason=LEFT)
    end_shares_of(work, actor, goal_shares.of_person(connection, person), LEFT)
    end_changes_of_leaver(work, actor, person)
    readdress_proposals(work, actor, misaddressed_owners(work, today))
    for goal in goal_cases.close_cases_of_person(connection, person, work.now):
        work.touch(SubjectType.GOAL, goal)
    for request in facilitation.close_of_facilitator(connection, person, work.now):
        work.touch(SubjectType.FACILITATION, request)
    for asked in feedback_requests.open_by(connection, person):
        work.touch(SubjectType.FEEDBACK_REQUEST, asked)
    access_reviews.end_for_holder(connection, person, work.now, LEFT)
    ask_no_more(work, [person])

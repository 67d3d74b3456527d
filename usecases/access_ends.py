"""Ending accesses: in a review, at its deadline, and all of them when somebody leaves.

Each is put on record and told; what has ended before stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.access_reviews import AccessKind
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.people import Role
from domain.roles import GIVING, Lacking, earliest_date
from storage import access_in_review, access_reviews, cover, goals, objections
from storage.access_in_review import EndedRole
from storage.access_reviews import Item
from storage.conditions import NO_CONDITION
from storage.directory import lock_directory
from storage.unit_of_work import Work
from usecases.absences import tell_when_there
from usecases.access_review_keys import message_keys
from usecases.change_notices import change_key
from usecases.own_cover import end_for_all
from usecases.role_grants import PENDING_ROLES, lacking_people
from usecases.sharing import end_shares

REVOKED_IN_REVIEW = "access_review"
LEFT = "left"


@dataclass(slots=True)
class Ends:
    """What became of some items, by number."""

    ended: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    """Roles without which nobody could give roles any more."""


def end_accesses(
    work: Work, actor: Actor, items: Sequence[Item], *, reason: str, rationale: str | None = None
) -> Ends:
    """End what still stands of these; whatever is in neither set was over before.

    `rationale` is what a person wrote about it, for the record.
    """
    ends = Ends()
    _end_roles_of(work, actor, _of(items, AccessKind.GRANT), reason, ends, rationale)
    delegations = {one.thing: one.number for one in _of(items, AccessKind.DELEGATION)}
    standing = cover.standing(work.connection, list(delegations), earliest_date(work.now))
    tell = {side for one in standing for side in (one.delegator, one.deputy)}
    end_for_all(work, actor, standing, tell=tell - {actor.ref}, reason=reason, rationale=rationale)
    ends.ended |= {delegations[one.id] for one in standing}
    shares = {(one.thing, one.holder): one.number for one in _of(items, AccessKind.SHARE)}
    ended = end_shares_of(work, actor, list(shares), reason, rationale)
    ends.ended |= {shares[share] for share in ended}
    return ends


def _of(items: Sequence[Item], kind: AccessKind) -> list[Item]:
    return [one for one in items if one.kind is kind]


def end_shares_of(
    work: Work,
    actor: Actor,
    shares: Collection[tuple[UUID, UUID]],
    reason: str,
    rationale: str | None = None,
) -> set[tuple[UUID, UUID]]:
    """The shares (goal, person) that were still in force and have ended now."""
    heads = {
        goal: goals.head_by_id(work.connection, goal, NO_CONDITION)
        for goal in {goal for goal, _ in shares}
    }
    found = [(head, person) for goal, person in shares if (head := heads[goal]) is not None]
    return set(end_shares(work, actor, found, reason=reason, rationale=rationale))


def _end_roles_of(
    work: Work,
    actor: Actor,
    items: Sequence[Item],
    reason: str,
    ends: Ends,
    rationale: str | None,
) -> None:
    numbers = {one.thing: one.number for one in items}
    if not numbers:
        return
    kept = roles_to_keep(work, list(numbers))
    ended = end_roles(work, actor, [one for one in numbers if one not in kept], reason, rationale)
    ends.ended |= {numbers[grant] for grant in ended}
    ends.kept |= {numbers[grant] for grant in kept}


def roles_to_keep(work: Work, grants: Collection[UUID]) -> set[UUID]:
    """Those without which no two people, or nobody at all, could give a role any more.

    Tried out inside the transaction: nothing is left ended. No other such role ends meanwhile.
    """
    giving = access_in_review.grants_with_role(work.connection, grants, GIVING)
    if not giving:
        return set()
    lock_directory(work.connection)
    before = _missing(work)
    kept = set()
    ended = []
    for grant in giving:
        access_in_review.end_grants(work.connection, [grant])
        ended.append(grant)
        if _missing(work) > before:
            access_in_review.restore_grants(work.connection, [ended.pop()])
            kept.add(grant)
    access_in_review.restore_grants(work.connection, ended)
    return kept


def _missing(work: Work) -> int:
    """How far people are from giving roles together: not at all, by one person, or by two."""
    found = lacking_people(work, earliest_date(work.now))
    return 0 if found is None else (Lacking.APPROVER, Lacking.ASKER).index(found) + 1


def end_roles(
    work: Work,
    actor: Actor,
    grants: Collection[UUID],
    reason: str,
    rationale: str | None = None,
) -> list[UUID]:
    """End these roles; whoever held one answers for nothing by it, and is told. Which they were."""
    ended = access_in_review.end_grants(work.connection, grants)
    for one in ended:
        _record_role(work, actor, one, reason, rationale)
        work.touch(SubjectType.GRANT, one.grant)
        if reason != LEFT:
            _tell_role(work, actor, one)
    holders = {one.person for one in ended}
    ask_no_more(work, holders)
    close_to_object(work, [one.person for one in ended if one.role is Role.REPRESENTATIVE])
    if ended:
        work.touch(SubjectType.DIRECTORY, PENDING_ROLES)
    work.refresh_homes(holders)
    return [one.grant for one in ended]


def ask_no_more(work: Work, people: Collection[UUID]) -> None:
    """They are to answer for nothing in a review any more, and their messages say so."""
    for review, person in access_reviews.untie(work.connection, people):
        work.touch_listed(message_keys(work, review, [person]))


def close_to_object(work: Work, representatives: Collection[UUID]) -> None:
    """Whoever represents nobody any more is not offered to object to a change of the rules."""
    if representatives:
        open_still = objections.open_terms(work.connection, work.now)
        for person in representatives:
            work.touch_listed(change_key(number, person) for number in open_still)


def _record_role(
    work: Work, actor: Actor, role: EndedRole, reason: str, rationale: str | None
) -> None:
    fields: dict[str, FieldValue] = {
        "role": role.role.value,
        "unit": role.unit,
        "region": role.region,
    }
    if rationale is not None:
        fields["rationale"] = rationale
    work.record(
        AuditEvent(
            Action.GRANT_END,
            actor,
            SubjectType.GRANT,
            role.grant,
            subject=role.person,
            reason=reason,
            fields=fields,
        )
    )


def _tell_role(work: Work, actor: Actor, role: EndedRole) -> None:
    """At once if somebody ended it, with the next morning's message if the clock did."""
    by_clock = actor.kind is ActorKind.CLOCK
    tell_when_there(
        work,
        NewNotice(
            kind=NoticeKind.ROLE_ENDED,
            dedup_key=f"role:{role.grant}:{NoticeKind.ROLE_ENDED}",
            person=role.person,
            lane=Lane.REMINDER if by_clock else Lane.INTERACTIVE,
            subject_type=SubjectType.GRANT,
            subject=role.grant,
            due_at=work.now,
            with_morning=by_clock,
        ),
    )

"""Sharing a goal with named people, which its owner does, and showing its title to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, FieldValue
from domain.errors import AlreadyDone, InvalidInput, NotAllowed, NotShared, Refused
from domain.goal_sharing import MOST_IN_ALL, GoalSharing, ShareGoal
from domain.goals import Audience, GoalCard, GoalState
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from storage import goal_shares, goals, people, requests
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from usecases import goal_cards
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.asking import can_answer
from usecases.goal_record import goal_event


def sharing_of(store: Store, origin: Origin, which: UUID | str) -> GoalSharing:
    """With whom the goal is shared, for its owner; for their manager, whether its title is shown.

    Raises NotAllowed and Refused as `share_goal`.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        card = goal_cards.chosen_card(work, viewer, which)
        _require_leading(work, viewer, card.owner.id)
        _require_hidden(card.state, card.audience)
        return _sharing(work, viewer, card)


def _sharing(work: Reading, viewer: Member, card: GoalCard) -> GoalSharing:
    if viewer.id != card.owner.id:
        return GoalSharing(card, (), can_share=False)
    return GoalSharing(card, tuple(goal_shares.shared_with(work.connection, card.id)))


def _require_leading(work: Reading, actor: Member, owner: UUID) -> None:
    """The owner, or their manager: who agreed to the goal says with them who may know of it."""
    if actor.id == owner:
        return
    managers = people.current_managers(work.connection, owner, actor.today(work.now))
    if all(one.id != actor.id for one in managers):
        raise NotAllowed("only_owner_shares")


def _require_hidden(state: GoalState, audience: Audience) -> None:
    if state is GoalState.DRAFT:
        raise Refused("draft_not_shared")
    if audience is Audience.EVERYONE:
        raise Refused("shared_with_everyone")


def share_goal(store: Store, origin: Origin, command: ShareGoal, token: str) -> GoalSharing:
    """Let these people read the goal until its owner takes it back; they are told.

    All or none: raises InvalidInput, naming the person, for the first who cannot read it. Raises
    NotAllowed for anybody but the owner, Refused for drafts and for what everyone reads anyway.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return _fresh(work, actor, head)
        if head.owner != actor.id:
            raise NotAllowed("only_owner_shares")
        _require_hidden(head.state, head.audience)
        for person in _readers(work, actor, command.people):
            if goal_shares.share(work.connection, head.id, person.id, work.now):
                event = goal_event(
                    Action.GOAL_SHARE,
                    actor,
                    head.id,
                    head.owner,
                    head.version,
                    {"shared_with": str(person.id)},
                )
                work.record(event)
                tell_when_there(work, _notice(head, person, work.now))
        if len(goal_shares.shared_with(work.connection, head.id)) > MOST_IN_ALL:
            raise InvalidInput("shared_with_too_many", field="people", most=MOST_IN_ALL)
        work.touch(SubjectType.GOAL, head.id)
        return _fresh(work, actor, head)


def _fresh(work: Reading, actor: Member, head: GoalHead) -> GoalSharing:
    return _sharing(work, actor, goal_cards.fresh_card(work, actor, head.id))


def _readers(work: Reading, actor: Member, slack_users: Sequence[str]) -> list[Member]:
    found = []
    for slack_user in slack_users:
        person = people.active_by_slack_user(work.connection, slack_user)
        if person is None:
            raise InvalidInput("shared_with_nobody_known", field="people")
        if person.id == actor.id:
            raise InvalidInput("shared_with_oneself", field="people")
        if not can_answer(person):
            raise InvalidInput("shared_with_guest", field="people", name=person.name)
        found.append(person)
    return found


def _notice(head: GoalHead, person: Member, now: datetime) -> NewNotice:
    return NewNotice(
        kind=NoticeKind.GOAL_SHARED,
        # Whoever gets it anew, after it was taken back, is told anew.
        dedup_key=f"goal:{head.id}:shared:{person.id}:{now.timestamp():.6f}",
        person=person.id,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.GOAL,
        subject=head.id,
        due_at=now,
    )


def stop_sharing(store: Store, origin: Origin, goal: UUID, person: UUID) -> GoalSharing:
    """Take the goal back from one person; only its owner does."""
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, goal)
        if head.owner != actor.id:
            raise NotShared
        if not end_shares(work, Actor(ActorKind.PERSON, actor.id), [(head, person)]):
            raise AlreadyDone("not_shared_any_more")
        return _fresh(work, actor, head)


def show_title(store: Store, origin: Origin, goal: UUID, *, visible: bool) -> GoalSharing:
    """Let everybody see the goal's title, and nothing else of it, or no longer.

    For its owner and their manager; raises NotAllowed for others, Refused as `share_goal`.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, goal)
        _require_leading(work, actor, head.owner)
        _require_hidden(head.state, head.audience)
        if head.title_visible is not visible:
            goals.set_turn(work.connection, head.id, title_visible=visible)
            fields: dict[str, FieldValue] = {"title_visible": visible}
            action = Action.GOAL_SHOW_TITLE if visible else Action.GOAL_HIDE_TITLE
            work.record(goal_event(action, actor, head.id, head.owner, head.version, fields))
            work.touch(SubjectType.GOAL, head.id)
        return _fresh(work, actor, head)


def end_shares(
    work: Work,
    actor: Actor,
    shares: Sequence[tuple[GoalHead, UUID]],
    *,
    reason: str | None = None,
    rationale: str | None = None,
) -> list[tuple[UUID, UUID]]:
    """End those of these shares that have not ended, each put on record; returns them.

    The messages that told of them show nothing of the goal any more.
    """
    heads = {head.id: head for head, _ in shares}
    why = {} if rationale is None else {"rationale": rationale}
    ended = goal_shares.end_shares(
        work.connection, [(head.id, person) for head, person in shares], work.now
    )
    for goal, person in ended:
        head = heads[goal]
        work.record(
            goal_event(
                Action.GOAL_UNSHARE,
                actor,
                goal,
                head.owner,
                head.version,
                {"shared_with": str(person), **why},
                reason=reason,
            )
        )
        work.touch(SubjectType.GOAL, goal)
    return ended

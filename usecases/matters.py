"""What a legal hold keeps, read by legal while it stands; each opening is recorded first."""

from __future__ import annotations

from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.errors import NotShared
from domain.feedback import FeedbackKind
from domain.holds import HoldScope
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.record_views import HeldFeedback, HeldFeedbackOpened, Matter
from domain.sensitivity import Sensitivity
from storage import feedback, goal_lists, holds, people
from storage.feedback import Feedback
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import held_for_legal
from usecases import goal_cards
from usecases.access import require_member

PAGE = 8
FEEDBACK = 10
OF_GOALS = (HoldScope.EVERYTHING, HoldScope.GOALS)
OF_CHECK_INS = (HoldScope.EVERYTHING, HoldScope.CHECK_INS)
OF_FEEDBACK = (HoldScope.EVERYTHING, HoldScope.FEEDBACK)
REPORTS = frozenset(
    {
        Action.GOAL_UPDATE,
        Action.GOAL_CORRECT_VALUE,
        Action.CHECK_IN_CONFIRM,
        Action.CHECK_IN_UNDO,
    }
)
"""The acts of a goal's record that are check-ins; the others are the goal."""
EVERYTHING = REPORTS | {one for one in Action if one.value.startswith("goal.")}


def matter_of(store: Store, origin: Origin, who: UUID | str, after: int = 0) -> Matter | None:
    """The goals and the feedback that holds keep of somebody (by id, or Slack's), by number.

    None for whoever may not read them: no hold stands, or none that their legal role covers.
    """
    with store.read(origin) as reading:
        if _held(reading, require_member(reading), who) is None:
            return None
    with store.write(origin) as work:
        viewer = require_member(work)
        held = _held(work, viewer, who)
        if held is None:
            return None
        person, scopes = held
        found = goal_lists.held_goals(
            work.connection,
            held_for_legal(viewer, viewer.today(work.now)),
            person.id,
            after,
            PAGE + 1,
        )
        note(work, viewer, SubjectType.PERSON, person.id, person.id)
        return Matter(
            viewer,
            person,
            scopes,
            goal_cards.lines(work, viewer, found[:PAGE]),
            found[PAGE - 1].number if len(found) > PAGE else None,
            () if after else _feedback(work, person, scopes),
        )


def read_held_feedback(store: Store, origin: Origin, given: UUID) -> HeldFeedbackOpened:
    """The words of feedback that a hold keeps; of support never. Raises NotShared."""
    with store.write(origin) as work:
        viewer = require_member(work)
        found = feedback.by_id(work.connection, given)
        if found is None or found.kind is not FeedbackKind.EVALUATION or found.withdrawn_at:
            raise NotShared
        held = _held(work, viewer, found.about)
        if held is None or held[1].isdisjoint(OF_FEEDBACK):
            raise NotShared
        note(work, viewer, SubjectType.FEEDBACK, found.id, found.about, confidential=True)
        words = feedback.open_words(work.sealer, found)
        return HeldFeedbackOpened(_one(work, found), held[0], words, found.permalink)


def _feedback(
    work: Reading, person: Member, scopes: frozenset[HoldScope]
) -> tuple[HeldFeedback, ...]:
    if scopes.isdisjoint(OF_FEEDBACK):
        return ()
    found = feedback.evaluations_of(work.connection, person.id, FEEDBACK)
    return tuple(_one(work, one) for one in found)


def _one(work: Reading, found: Feedback) -> HeldFeedback:
    return HeldFeedback(found.id, people.member(work.connection, found.giver).name, found.at)


def _held(
    work: Reading, viewer: Member, who: UUID | str
) -> tuple[Member, frozenset[HoldScope]] | None:
    """The person, and what holds that the viewer answers for keep of them."""
    if isinstance(who, UUID):
        person = people.members(work.connection, [who]).get(who)
    else:
        person = holds.anybody(work.connection, who)
    if person is None or person.id == viewer.id:
        return None
    today = viewer.today(work.now)
    holders = people.role_holders(work.connection, Role.LEGAL, person, today)
    scopes = scopes_on(work, person.id)
    return (person, scopes) if scopes and any(one.id == viewer.id for one in holders) else None


def scopes_on(work: Reading, person: UUID) -> frozenset[HoldScope]:
    """What holds that stand keep of somebody."""
    return frozenset(holds.scopes_on(work.connection, [person]).get(person, ()))


def actions_kept(scopes: frozenset[HoldScope]) -> frozenset[Action]:
    """Which acts of a goal's record these holds let legal read."""
    kept: frozenset[Action] = frozenset()
    if not scopes.isdisjoint(OF_GOALS):
        kept |= EVERYTHING - REPORTS
    if not scopes.isdisjoint(OF_CHECK_INS):
        kept |= REPORTS
    return kept


def note(
    work: Work,
    viewer: Member,
    object_type: SubjectType,
    thing: UUID,
    subject: UUID,
    *,
    confidential: bool = False,
) -> None:
    """That it was opened, for the person to see where the rules of their place tell them."""
    work.record(
        AuditEvent(
            Action.READ_HELD,
            Actor(ActorKind.PERSON, viewer.id, role=Role.LEGAL.value),
            object_type,
            thing,
            subject=subject,
            sensitivity=Sensitivity.CONFIDENTIAL if confidential else Sensitivity.INTERNAL,
        )
    )

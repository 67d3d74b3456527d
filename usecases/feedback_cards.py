"""Feedback as one viewer may know of it: the one way from rows to a `FeedbackCard`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from domain.errors import InvalidInput
from domain.feedback import FeedbackAudience, FeedbackCard, ReaderCapacity
from domain.people import Member, Role
from domain.references import ReferenceKind, reference_text
from storage import feedback, goals, people
from storage.feedback import Feedback
from storage.unit_of_work import Reading
from storage.visibility import may_read_title
from usecases.asking import can_answer


def card(work: Reading, viewer: Member, found: Feedback) -> FeedbackCard:
    """What the viewer may know without opening it; the caller has authorised them."""
    chosen = feedback.readers(work.connection, found.id)
    named = people.members(work.connection, [found.giver, found.about, *chosen])
    return FeedbackCard(
        id=found.id,
        kind=found.kind,
        giver=named[found.giver],
        about=named[found.about],
        audience=found.audience,
        at=found.at,
        readers=tuple(sorted((named[person] for person in chosen), key=lambda reader: reader.name)),
        opened=tuple(
            (named[person], at) for person, at in feedback.opened_by(work.connection, found.id)
        ),
        goal=_goal(work, viewer, found.goal),
        saved=found.author is not None,
        withdrawn=found.withdrawn_at is not None,
        can_undo=can_undo(work, viewer, found),
        erased=feedback.is_erased(found),
        viewer=viewer.id,
    )


def _goal(work: Reading, viewer: Member, goal: UUID | None) -> str | None:
    if goal is None:
        return None
    visible = may_read_title(viewer, viewer.today(work.now))
    found = goals.title_of(work.connection, goal, visible)
    return None if found is None else f"{reference_text(ReferenceKind.GOAL, found[0])} {found[1]}"


def can_undo(work: Reading, viewer: Member, found: Feedback) -> bool:
    """Its giver may take it back for a few minutes of machine time, while nobody has read it."""
    minutes = work.policy.document.negotiation.undo_minutes
    return (
        found.giver == viewer.id
        and found.withdrawn_at is None
        and not feedback.is_erased(found)
        and work.at - found.made_at <= timedelta(minutes=minutes)
        and not feedback.was_read(work.connection, found.id)
    )


def chosen_readers(
    work: Reading, giver: Member, about: Member, audience: FeedbackAudience
) -> Mapping[UUID, ReaderCapacity]:
    """Whom the giver's choice lets read it; never the giver, who may anyway.

    Raises InvalidInput where the choice names nobody.
    """
    today = about.today(work.now)
    readers: dict[UUID, ReaderCapacity] = {}
    if audience in (FeedbackAudience.PERSON, FeedbackAudience.PERSON_AND_MANAGER):
        readers[about.id] = ReaderCapacity.PERSON
    if audience is FeedbackAudience.PERSON_AND_MANAGER:
        current = people.current_managers(work.connection, about.id, today)
        managers = [one for one in current if can_answer(one)]
        if not managers:
            raise InvalidInput("feedback_no_manager", field="visible_to", name=about.name)
        readers[managers[0].id] = ReaderCapacity.MANAGER
    if audience is FeedbackAudience.HR:
        for holder in people.role_holders(work.connection, Role.HR, about, today):
            if can_answer(holder) and not _is_close(work, holder, about):
                readers[holder.id] = ReaderCapacity.HR
        readers.pop(giver.id, None)
        if not readers:
            raise InvalidInput("feedback_no_hr", field="visible_to", name=about.name)
    readers.pop(giver.id, None)
    return readers


def _is_close(work: Reading, holder: Member, about: Member) -> bool:
    """HR has no say over their own file, nor over their own manager's."""
    led_by = people.all_managers(work.connection, holder.id, holder.today(work.now))
    return holder.id == about.id or about.id in led_by


def may_open(work: Reading, viewer: Member, found: Feedback) -> bool:
    """The giver, and whom they chose, as long as the reason for the choice lasts."""
    if found.withdrawn_at is not None:
        return False
    if found.giver == viewer.id:
        return True
    capacity = feedback.readers(work.connection, found.id).get(viewer.id)
    today = viewer.today(work.now)
    match capacity:
        case None:
            return False
        case ReaderCapacity.PERSON:
            return True
        case ReaderCapacity.MANAGER:
            return viewer.id in people.all_managers(work.connection, found.about, today)
        case ReaderCapacity.HR:
            about = people.member(work.connection, found.about)
            holders = people.role_holders(work.connection, Role.HR, about, today)
            holds = viewer.id in {holder.id for holder in holders}
            return holds and not _is_close(work, viewer, about)

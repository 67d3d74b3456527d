"""Those whose goals serve another one hear, once, that it has ended or is due on another day.

It waits for the one message of their next morning: nothing about it is urgent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.alignment import GoalAboveNotice
from domain.goal_status import ENDED
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.people import Member
from domain.screens import Notice, Pointless
from domain.workdays import within_hours
from storage import goal_links, goal_lists, goals, people
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Work
from usecases import goal_cards
from usecases.absences import absences_of, tell_when_there

SHOWN = 10
"""Of their goals in one message."""


def tell_those_below(work: Work, head: GoalHead, kind: NoticeKind) -> None:
    """Tell the owners of all open goals that serve this one, but for its own and whoever acts.

    `head` is the row as it was before: one change is told once.
    """
    owners = {one.owner for one in goal_links.aligned_to(work.connection, head.id)} - {head.owner}
    if not owners:
        return
    for owner, member in sorted(people.members(work.connection, owners).items()):
        if member.slack_user == work.origin.slack_user or not member.may_act:
            continue
        away = absences_of(work, member)
        notice = NewNotice(
            kind=kind,
            dedup_key=f"goal:{head.id}:above:{kind}:{head.revision}:{owner}",
            person=owner,
            lane=Lane.REMINDER,
            subject_type=SubjectType.GOAL,
            subject=head.id,
            due_at=within_hours(member, away, work.now),
            with_morning=True,
        )
        tell_when_there(work, notice, member, away)


def _about_goal_above(
    work: Reading, kind: NoticeKind, goal: UUID, reader: Member, _revision: int
) -> Notice | Pointless:
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    if head is None:
        return Pointless("goal_gone")
    ended = head.state in ENDED
    if kind is NoticeKind.GOAL_ABOVE_ENDED and not ended:
        return Pointless("goes_on")
    serving = goal_links.aligned_to(work.connection, goal)
    theirs = [one.goal for one in serving if one.owner == reader.id]
    if not theirs:
        return Pointless("serves_it_no_more")
    today = reader.today(work.now)
    listed = goal_lists.list_goals(
        work.connection, reader, today, goal_lists.among(theirs), limit=SHOWN
    )
    return GoalAboveNotice(
        reader,
        goal_cards.goal_served(work, reader, goal),
        head.state,
        goals.content(work.connection, goal, head.version).due_date,
        ended,
        goal_cards.lines(work, reader, listed),
    )


_Reader = Callable[[Reading, NoticeKind, UUID, Member, int], Notice | Pointless]
GOAL_ABOVE_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.GOAL_ABOVE_ENDED: _about_goal_above,
    NoticeKind.GOAL_ABOVE_MOVED: _about_goal_above,
}

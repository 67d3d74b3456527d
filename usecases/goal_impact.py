"""What else a change of a goal touches: the one place that knows how goals hang together.

Each viewer gets the names of what they may know, and of the rest how many there are.
"""

from __future__ import annotations

from datetime import date

from domain.cadence import Plan, nominal_days
from domain.change_requests import Impact
from domain.goal_kinds import GoalKind
from domain.goals import AlignedGoal, GoalContent
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from storage import change_requests, goal_neighbours, goals, people
from storage.goal_neighbours import LinkedGoal
from storage.goals import GoalHead
from storage.unit_of_work import Reading
from storage.visibility import may_read_goal, may_read_title
from usecases import goal_cards


def impact_of(
    work: Reading, viewer: Member, head: GoalHead, before: GoalContent, after: GoalContent
) -> Impact:
    """Goals that serve it, that are measured alike and that it serves, and its check-ins."""
    connection, visible = work.connection, may_read_title(viewer, viewer.today(work.now))
    serving = goal_neighbours.serving(connection, head.id)
    known = goal_neighbours.serving(connection, head.id, visible)
    alike, alike_known = list[LinkedGoal](), list[LinkedGoal]()
    # Of the other kinds the metric is made of their parts.
    if before.kind is GoalKind.KPI:
        but = [one.id for one in serving]
        alike = goal_neighbours.measured_alike(connection, head.id, before.metric, but)
        alike_known = goal_neighbours.measured_alike(
            connection, head.id, before.metric, but, visible
        )
    return Impact(
        serving=_named(known),
        serving_others=len(serving) - len(known),
        same_metric=_named(alike_known),
        same_metric_others=len(alike) - len(alike_known),
        served=None if head.parent is None else goal_cards.goal_served(work, viewer, head.parent),
        outlives_served=_outlives(work, viewer, head, after),
        outlived_by=sum(one.due_date > after.due_date for one in serving),
        check_ins=_check_ins(work, head, before, after),
    )


def _named(found: list[LinkedGoal]) -> tuple[AlignedGoal, ...]:
    return tuple(
        AlignedGoal(reference_text(ReferenceKind.GOAL, one.number), one.title) for one in found
    )


def _outlives(work: Reading, viewer: Member, head: GoalHead, after: GoalContent) -> bool:
    """Whether it would be due after the goal that it serves, where the viewer may read that."""
    if head.parent is None:
        return False
    readable = may_read_goal(viewer, viewer.today(work.now))
    served = goals.head_by_id(work.connection, head.parent, readable)
    if served is None:
        return False
    return goals.content(work.connection, served.id, served.version).due_date < after.due_date


def _check_ins(
    work: Reading, head: GoalHead, before: GoalContent, after: GoalContent
) -> tuple[int, int] | None:
    """How many check-ins are to come, as it is and as it would be; None where there is no rhythm
    or their number stays."""
    agreed = change_requests.first_agreed_at(work.connection, head.id)
    rhythm = before.check_in_every
    if agreed is None or rhythm is None:
        return None
    owner = people.member(work.connection, head.owner)
    anchor, today = owner.today(agreed), owner.today(work.now)

    def rounds(last: date) -> int:
        return sum(1 for _ in nominal_days(Plan(anchor, rhythm, last), today))

    found = rounds(before.due_date), rounds(after.due_date)
    return None if found[0] == found[1] else found

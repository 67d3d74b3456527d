"""Lists that we fill while somebody types."""

from __future__ import annotations

from collections.abc import Iterable

from domain.goals import GoalOption
from messages.elements import Json, option


def goal_options(goals: Iterable[GoalOption]) -> dict[str, Json]:
    """Goals to choose from, as Slack's answer to a lookup."""
    return {"options": [option(str(goal.id), f"{goal.reference} {goal.title}") for goal in goals]}

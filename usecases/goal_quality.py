"""Whether a goal is as the policy wants it: what is required refuses, what is advised is told."""

from __future__ import annotations

from domain.errors import InvalidInput
from domain.goal_advice import Advice, Strictness
from domain.goals import GoalContent
from domain.people import Member
from storage.unit_of_work import Reading


def require_offered(work: Reading, owner: Member, content: GoalContent) -> None:
    """Raises InvalidInput for a kind that the template of the level does not offer."""
    if content.kind not in work.rules_of(owner).template(content.template).kinds:
        raise InvalidInput("kind_not_offered", field="kind")


def require_quality(work: Reading, owner: Member, content: GoalContent) -> None:
    """Raises InvalidInput at the field of the first thing that is required and missing."""
    for lacking in missing(work, owner, content):
        if lacking.strictness is Strictness.REQUIRED:
            code = f"quality_{lacking.criterion}"
            if lacking.field == "parts":
                code = "quality_measurable_parts"
            raise InvalidInput(code, field=lacking.field, months=lacking.months)


def missing(work: Reading, owner: Member, content: GoalContent) -> tuple[Advice, ...]:
    """What of the policy at the owner's place the goal lacks, what is required first."""
    rules = work.rules_of(owner).quality_of(content.template)
    return rules.missing(content, owner.today(work.now))

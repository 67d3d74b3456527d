"""What a new goal's form starts from: the policy's template for the level of its owner."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.goal_quality import QualityRules
from domain.origin import Origin
from domain.people import Level, Member
from domain.policy import GoalTemplate
from storage import people
from storage.unit_of_work import Reading, Store
from usecases.access import require_member


@dataclass(frozen=True, slots=True)
class LevelTemplate:
    """A level with what the policy starts its goals from."""

    level: Level
    settings: GoalTemplate
    quality: QualityRules


def goal_template(
    store: Store, origin: Origin, *, owner: str | None = None, level: Level | None = None
) -> LevelTemplate:
    """The template of the level given, else of the owner's level (Slack's id), else of the asker's.

    The level of somebody who does not report to the asker is not told: the asker's stands for it.
    """
    with store.read(origin) as work:
        asker = require_member(work)
        whose = _whose(work, asker, owner)
        chosen = level or whose.level
        return _template(work, whose, chosen)


def template_for_report(
    store: Store, origin: Origin, person: UUID | str
) -> tuple[Member, LevelTemplate] | None:
    """Somebody who reports to the asker (by id, or by Slack's id), and their template.

    None for anybody else, and for those without Slack.
    """
    with store.read(origin) as work:
        asker = require_member(work)
        reports = people.direct_reports(work.connection, asker.id, asker.today(work.now))
        found = next((one for one in reports if person in (one.id, one.slack_user)), None)
        if found is None or found.slack_user is None:
            return None
        return found, _template(work, found, found.level)


def _template(work: Reading, whose: Member, level: Level) -> LevelTemplate:
    rules = work.rules_of(whose)
    return LevelTemplate(level, rules.template(level), rules.quality_of(level))


def _whose(work: Reading, asker: Member, owner: str | None) -> Member:
    if owner is None:
        return asker
    reports = people.direct_reports(work.connection, asker.id, asker.today(work.now))
    return next((one for one in reports if one.slack_user == owner), asker)

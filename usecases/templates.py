"""What a new goal's form starts from: the policy's template for the asker's level."""

from __future__ import annotations

from domain.origin import Origin
from domain.policy import GoalTemplate
from storage.unit_of_work import Store
from usecases.access import require_member


def goal_template(store: Store, origin: Origin) -> GoalTemplate:
    with store.read(origin) as work:
        return work.policy.document.template(require_member(work).level)

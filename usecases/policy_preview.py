"""What a policy would change for the people and the work that there are now; counted, no names."""

from __future__ import annotations

from collections.abc import Sequence

from domain.people import Level
from domain.policy import Policy, PolicyInForce
from domain.policy_versions import FieldChange, Preview, setting_of
from storage import policy_counts
from storage.unit_of_work import Reading

LEVELS = {level.value: level for level in Level}


def preview(
    work: Reading, base: Policy, document: Policy, changes: Sequence[FieldChange]
) -> Preview:
    """Counted from how many people there are of each level in each region and unit."""
    local = {setting_of(one.path) for one in changes if one.path[0] != "variations"}
    asked = sorted(one for one in local if one.partition(".")[0] in _OF_PEOPLE)
    people = _people(work, base, document, asked) if asked else {}
    answering = any(one.startswith("negotiation.") for one in asked)
    proposals = policy_counts.open_proposals(work.connection) if answering else 0
    return Preview(people=people, open_proposals=proposals)


_OF_PEOPLE = frozenset({"negotiation", "check_ins", "templates"})


def _people(work: Reading, base: Policy, document: Policy, asked: Sequence[str]) -> dict[str, int]:
    before, after = _Settings(base), _Settings(document)
    counts = dict.fromkeys(asked, 0)
    for group in policy_counts.people_by_place(work.connection):
        path = work.unit_path(group.org_unit)
        old, new = (one.at(group.region, path) for one in (before, after))
        for setting in asked:
            keys = setting.split(".")
            if keys[0] == "templates" and LEVELS.get(keys[1]) is not group.level:
                continue
            if _at(old, keys) != _at(new, keys):
                counts[setting] += group.count
    return {setting: count for setting, count in counts.items() if count}


class _Settings:
    """Plain values of the settings by place, each place worked out once."""

    def __init__(self, document: Policy) -> None:
        self._policy = PolicyInForce(0, document)
        self._plain: dict[int, dict[str, object]] = {}

    def at(self, region: str | None, unit_path: str | None) -> dict[str, object]:
        found = self._policy.for_place(region, unit_path).document
        # The policy keeps its documents, so that an address stands for one of them.
        if id(found) not in self._plain:
            self._plain[id(found)] = found.model_dump(mode="json")
        return self._plain[id(found)]


def _at(tree: object, keys: Sequence[str]) -> object:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree

"""What an import through Slack may not do: change very many, accounts, or oneself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time
from uuid import UUID

from domain.directory_plan import Plan

ALWAYS_FINE = 20
"""So many people may change in one import however few there are."""
PERCENT = 5


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a plan waits for the command line; `code` and `params` find the words."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


TOO_MANY = "people_import_too_many"
"""What a second person can allow; the other reasons are for the command line alone."""


def touched(plan: Plan) -> frozenset[UUID]:
    """Everybody of whom something changes, and whoever is new."""
    moved = {line.who.id for line in plan.lines}
    new = {person.who.id for person in plan.created}
    return frozenset(moved | new | {person.who.id for person in plan.changed})


def barred(plan: Plan, importer: UUID, holders: Collection[UUID]) -> Barred | None:
    """What keeps this plan from being carried out by this person; None if nothing does.

    `holders` are those who have a role.
    """
    moved = {line.who.id for line in plan.lines}
    changed = {person.who.id for person in plan.changed}
    created = {person.who.id for person in plan.created}
    if importer in changed | moved:
        return Barred("people_import_of_oneself")
    accounts = [
        person.who.name
        for person in plan.changed
        if any(
            one.fact == "slack_user" and (one.before is not None or person.who.id in holders)
            for one in person.changes
        )
    ]
    if accounts:
        # Whoever gets another's account gets their roles with it.
        return Barred("people_import_of_accounts", {"names": tuple(accounts[:ALWAYS_FINE])})
    before = plan.unchanged + plan.not_listed + len((changed | moved) - created)
    most = max(ALWAYS_FINE, before * PERCENT // 100)
    count = len(touched(plan))
    if count > most:
        return Barred(TOO_MANY, {"count": count, "most": most})
    return None


def plan_digest(plan: Plan) -> str:
    """The same for two plans that do the same, whatever ids and day they were made with."""
    told = json.dumps(_plain(plan), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _plain(value: object) -> object:
    match value:
        case date() | time():
            return value.isoformat()
        case frozenset():
            return sorted(map(str, value))
        case tuple() | list():
            return [_plain(one) for one in value]
        case None | str() | int():
            return value
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.compare}
    raise TypeError(type(value).__name__)

"""What the audited record says about requests for a change of a goal: they are acts about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.audit import Action, Actor, FieldValue
from domain.change_requests import Terms, changed_values
from domain.people import Member
from storage.change_requests import StoredChange
from storage.goals import GoalHead
from storage.unit_of_work import Work
from usecases.goal_record import field_text, goal_event


def record_change(
    work: Work,
    action: Action,
    actor: Member | Actor,
    head: GoalHead,
    change: StoredChange,
    fields: Mapping[str, FieldValue] | None = None,
    *,
    reason: str | None = None,
) -> None:
    """An act about a request; `reason` is a code."""
    told = {"change": str(change.id), **(fields or {})}
    work.record(goal_event(action, actor, head.id, head.owner, head.version, told, reason=reason))


def terms_fields(terms: Terms) -> dict[str, FieldValue]:
    """What is on the table, as the record keeps it: the fields that change, and on what ground."""
    return {"terms": terms.number, "rationale": terms.reason, **compared_terms(terms)}


def compared_terms(terms: Terms) -> dict[str, FieldValue]:
    return {
        **{name: _told(value) for name, value in changed_values(terms.changes).items()},
        "change_kind": terms.kind.value,
        "ground": terms.ground.value if terms.ground else None,
        "evidence_words": terms.evidence,
        "evidence_link": terms.link,
        "effective_on": _day(terms.effective_on),
    }


def _told(value: object) -> FieldValue:
    return None if value in (None, ()) else field_text(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

"""What the things are called that somebody's own file would only have the ids of.

People by name, goals by reference where the person may know them, and feedback by who gave it. What
they may not know keeps its number, or is somebody or something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from uuid import UUID

from domain.audit import FieldValue, RecordedAct
from domain.my_data import Plain, Rows
from domain.notices import SubjectType
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from storage import goals, people, personal_data
from storage.unit_of_work import Reading
from storage.visibility import may_read_title

AT_ONCE = 500
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDS = re.compile(rf"{_ID.pattern}(?:[ ,]+{_ID.pattern})*")
"""A whole value: what people wrote is never read for numbers."""
THINGS = {
    "corrections_that_you_asked_for": ("thing",),
    "approvals_that_you_asked_for_or_decided": ("parameters",),
}
"""Columns of the file that hold ids of what may be of several kinds."""
UNNAMED = frozenset({SubjectType.HOLD})
"""Who placed a hold is named to whoever placed it alone."""
Names = Mapping[UUID, str]


def names_for(
    work: Reading,
    owner: Member,
    acts: Sequence[RecordedAct],
    sections: Mapping[str, Rows],
) -> Names:
    """By id: whatever these acts and sections speak of and the owner may know by name."""
    wanted = set(_ids_in_acts(acts, owner)) | set(_ids_in_sections(sections))
    found: dict[UUID, str] = {}
    visible = may_read_title(owner, owner.today(work.now))
    left = iter(sorted(wanted))
    while some := list(islice(left, AT_ONCE)):
        known = goals.known_numbers(work.connection, some, visible)
        found |= dict.fromkeys(goals.numbers_of(work.connection, some), "another goal")
        found |= {one: reference_text(ReferenceKind.GOAL, n) for one, n in known.items()}
        found |= {one: person.name for one, person in people.members(work.connection, some).items()}
    shared = personal_data.shared_feedback(work.connection, owner.id) & wanted
    return found | personal_data.feedback_named(work.connection, shared)


def _ids_in_acts(acts: Iterable[RecordedAct], owner: Member) -> Iterator[UUID]:
    for act in acts:
        if owner.id in (act.subject, act.actor.ref):
            yield from (one for one in (act.actor.ref, act.subject, act.object_id) if one)
        for value in act.fields.values():
            yield from _ids(value)


def _ids_in_sections(sections: Mapping[str, Rows]) -> Iterator[UUID]:
    for section, columns in THINGS.items():
        for row in sections.get(section, ()):
            for column in columns:
                yield from (UUID(one) for one in _ID.findall(str(row.get(column) or "")))


def _ids(value: FieldValue) -> Iterator[UUID]:
    if isinstance(value, str) and _IDS.fullmatch(value):
        yield from (UUID(one) for one in _ID.findall(value))


def with_names(sections: Mapping[str, Rows], names: Names) -> dict[str, Rows]:
    """The sections with names where they had ids of several kinds."""
    named = dict(sections)
    for section, columns in THINGS.items():
        named[section] = [
            {
                name: _named(value, names) if name in columns else value
                for name, value in row.items()
            }
            for row in sections.get(section, ())
        ]
    return named


def _named(value: Plain, names: Names) -> Plain:
    if not isinstance(value, str):
        return value
    return _ID.sub(lambda found: names.get(UUID(found[0]), found[0]), value)


def act_row(act: RecordedAct, owner: Member, names: Names) -> dict[str, Plain]:
    """One entry of the record as its row."""
    own = act.subject == owner.id
    told: dict[str, Plain] = {
        "entry": act.receipt.seq,
        "fingerprint": act.receipt.leaf.hex(),
        "at": act.at.isoformat(),
        "as_of": act.as_of.isoformat() if act.as_of else None,
        "action": act.action.value,
        "by": _by(act, owner, names),
        "about": "you" if own else None,
        "thing": act.object_type.value,
        "id": _thing(act, owner, names) if own else None,
        "version": act.object_version,
        "reason": act.reason,
        "policy": act.policy,
    }
    return told | {f"value_of_{name}": _value(value, names) for name, value in act.fields.items()}


def _by(act: RecordedAct, owner: Member, names: Names) -> str:
    if act.actor.ref == owner.id:
        return "you"
    if act.actor.ref is None or act.object_type in UNNAMED:
        return act.actor.kind.value
    return names.get(act.actor.ref, act.actor.kind.value)


def _thing(act: RecordedAct, owner: Member, names: Names) -> str:
    if act.object_id == owner.id:
        return "you"
    return names.get(act.object_id, str(act.object_id))


def _value(value: FieldValue, names: Names) -> Plain:
    if isinstance(value, str) and _IDS.fullmatch(value):
        return _named(value, names)
    return value

"""Whether what is stored of a thing is what was recorded of it last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from domain.audit import Action, FieldValue, RecordedAct
from domain.verification import Flaw


class Unknown(Enum):
    """What an act said once and nobody can read any more, since it was erased."""

    UNKNOWN = auto()


UNKNOWN = Unknown.UNKNOWN
Fields = Mapping[str, FieldValue]
Told = Mapping[str, FieldValue | Unknown]
Tells = Callable[[RecordedAct, Told], Told]
"""What an act tells besides its own fields, given all that was told up to it, these included."""


def nothing_more(_act: RecordedAct, _told: Told) -> Told:
    return {}


@dataclass(frozen=True, slots=True)
class StoredThing:
    """Something as its own table has it. `what` names it to an operator, without its content.

    `told_by` are the acts that say how it is, read together with `tells`. A field that no act told
    of is empty. Of one that there may be several of, such as `manager:ID`, the name up to the colon
    is shown; those named in `whole` are all stored, as many as were told. `subject` is whom it is
    about, None where acts about it may be about others.
    """

    id: UUID
    what: str
    fields: Fields
    told_by: frozenset[Action]
    tells: Tells = nothing_more
    subject: UUID | None = None
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredGoal:
    """The content of each version of a goal, and reported values."""

    versions: Mapping[int, Fields]
    values: Sequence[Fields] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Differs:
    """One way in which a thing is not as it was recorded; `field` is None for the whole thing."""

    flaw: Flaw
    field: str | None = None
    seq: int | None = None


CONTENT = frozenset(
    {Action.GOAL_PROPOSE, Action.GOAL_COUNTER, Action.GOAL_CORRECT, Action.GOAL_CHANGE}
)
NO_CONTENT = frozenset(
    {
        *("rationale", "audience", "correction", "contribution"),
        *("change", "terms", "effective_on", "marked"),
    }
)
"""What the entry of a version tells besides its content."""


def thing_differs(thing: StoredThing, acts: Sequence[RecordedAct]) -> Iterator[Differs]:
    """All in which it differs; `acts` are all that was recorded about it, oldest first."""
    telling = [act for act in acts if act.action in thing.told_by]
    if not telling:
        yield Differs(Flaw.STATE_EXTRA)
        return
    if thing.subject is not None and any(act.subject != thing.subject for act in telling):
        yield Differs(Flaw.STATE, "whom it is about", telling[-1].receipt.seq)
        return
    told, entries = _all_told(telling, thing.tells)
    listed = (name for name in told if _kind(name) in thing.whole)
    for name in dict.fromkeys((*thing.fields, *listed)):
        if UNKNOWN in (told.get(name), told.get(_kind(name))):
            continue
        if told.get(name) != thing.fields.get(name):
            yield _differs(thing, name, entries, telling[0].receipt.seq)


def _differs(thing: StoredThing, name: str, entries: Mapping[str, int], first: int) -> Differs:
    """Of what there may be several of, one that nothing told of is invented, or one is missing."""
    several = ":" in name
    if several and name not in entries:
        return Differs(Flaw.STATE_EXTRA, _kind(name))
    flaw = Flaw.STATE_MISSING if several and name not in thing.fields else Flaw.STATE
    return Differs(flaw, _kind(name), entries.get(name, first))


def _kind(name: str) -> str:
    return name.partition(":")[0]


def _all_told(
    acts: Sequence[RecordedAct], tells: Tells
) -> tuple[dict[str, FieldValue | Unknown], dict[str, int]]:
    """What was told last of every field, and by which entry."""
    told: dict[str, FieldValue | Unknown] = {}
    entries: dict[str, int] = {}
    for act in acts:
        own: Told = {**act.fields, **dict.fromkeys(act.erased, UNKNOWN)}
        told.update(own)
        more = tells(act, told)
        told.update(more)
        entries.update(dict.fromkeys((*own, *more), act.receipt.seq))
    return told, entries


def goal_differs(goal: StoredGoal, acts: Sequence[RecordedAct]) -> Iterator[Differs]:
    """The versions and reported values that differ from what was recorded."""
    yield from _versions(goal, acts)
    yield from _values(goal, acts)


def _versions(goal: StoredGoal, acts: Sequence[RecordedAct]) -> Iterator[Differs]:
    """A version is as it was proposed or, after a counter was taken back, as an earlier one."""
    withdrawn = (act for act in acts if act.action is Action.GOAL_WITHDRAW)
    taken_back = {(act.object_version or 0) + 1 for act in withdrawn}
    told = [act for act in acts if act.action in CONTENT]
    for number, stored in sorted(goal.versions.items()):
        own = [act for act in told if act.object_version == number]
        if own:
            for name in _difference(own[-1], stored):
                yield Differs(Flaw.STATE, f"version {number}, {name}", own[-1].receipt.seq)
            continue
        earlier = [act for act in told if (act.object_version or 0) < number]
        if number not in taken_back or all(_difference(act, stored) for act in earlier):
            yield Differs(Flaw.STATE_EXTRA, f"version {number}")
    for act in told:
        if act.object_version not in goal.versions:
            yield Differs(Flaw.STATE_MISSING, f"version {act.object_version}", act.receipt.seq)


def _difference(act: RecordedAct, stored: Fields) -> list[str]:
    """The fields in which a version differs from what an entry says of it."""
    names = sorted((stored.keys() | act.fields.keys()) - act.erased - NO_CONTENT)
    return [name for name in names if stored.get(name) != act.fields.get(name)]


def _values(goal: StoredGoal, acts: Sequence[RecordedAct]) -> Iterator[Differs]:
    """Each reported value was recorded, and each that was recorded is there or was taken back."""
    telling = [act for act in acts if "value" in act.fields or "value" in act.erased]
    if any(act.erased for act in telling):
        return
    reports = [act for act in telling if act.action is not Action.GOAL_CORRECT_VALUE]
    recorded = Counter((act.fields["value"], act.fields.get("note")) for act in reports)
    for act in telling:
        if act.action is Action.GOAL_CORRECT_VALUE:
            note = act.fields.get("note")
            recorded[act.fields["value_before"], note] -= 1
            recorded[act.fields["value"], note] += 1
    stored = Counter((value["value"], value.get("note")) for value in goal.values)
    if stored - recorded:
        yield Differs(Flaw.STATE_EXTRA, "a reported value")
    undone = sum(act.action is Action.CHECK_IN_UNDO for act in acts)
    if len(reports) - undone > stored.total():
        yield Differs(Flaw.STATE_MISSING, "a reported value")

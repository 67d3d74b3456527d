"""Whether what is stored of a thing is what was recorded of it last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.audit import Action, FieldValue, RecordedAct
from domain.verification import Finding, Flaw

Fields = Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True)
class StoredThing:
    """Something as its own table has it. `what` names it to an operator, without its content.

    `told_by` are the acts that say how it is, `backed_by` are acts of which one must be recorded.
    `refuted_by` are acts after which it cannot be as it is. `subject` is whom it is about.
    """

    id: UUID
    what: str
    fields: Fields
    told_by: frozenset[Action]
    subject: UUID | None = None
    backed_by: frozenset[Action] = frozenset()
    refuted_by: frozenset[Action] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredGoal:
    """A goal: its owner, the content of each version, which one was agreed, reported values."""

    id: UUID
    what: str
    owner: UUID
    agreed_version: int | None
    versions: Mapping[int, Fields]
    values: Sequence[Fields] = field(default_factory=tuple)


CONTENT = frozenset({Action.GOAL_PROPOSE, Action.GOAL_COUNTER})


def thing_flaw(thing: StoredThing, acts: Sequence[RecordedAct]) -> Finding | None:
    """The first thing that differs; `acts` are all that was recorded about it, oldest first."""
    done = {act.action for act in acts}
    telling = [act for act in acts if act.action in thing.told_by]
    if not telling or (thing.backed_by and not thing.backed_by & done):
        return Finding(Flaw.STATE_EXTRA, None, thing.what)
    if refuted := thing.refuted_by & done:
        seq = next(act.receipt.seq for act in acts if act.action in refuted)
        return Finding(Flaw.STATE, seq, thing.what)
    if any(act.subject != thing.subject for act in telling):
        return Finding(Flaw.STATE, telling[-1].receipt.seq, f"{thing.what}, whom it is about")
    for name, stored in thing.fields.items():
        seq, recorded, erased = _last_told(telling, name)
        if not erased and recorded != stored:
            return Finding(Flaw.STATE, seq, f"{thing.what}, {name}")
    return None


def _last_told(acts: Sequence[RecordedAct], name: str) -> tuple[int, FieldValue, bool]:
    """The entry that told of a field last, what it said, and whether that was erased."""
    for act in reversed(acts):
        if name in act.erased:
            return act.receipt.seq, None, True
        if name in act.fields:
            return act.receipt.seq, act.fields[name], False
    return acts[0].receipt.seq, None, False


def goal_flaw(goal: StoredGoal, acts: Sequence[RecordedAct]) -> Finding | None:
    """The first thing about a goal that differs from what was recorded of it."""
    if not acts:
        return Finding(Flaw.STATE_EXTRA, None, goal.what)
    last = acts[-1]
    if last.subject != goal.owner:
        return Finding(Flaw.STATE, last.receipt.seq, f"{goal.what}, owner")
    if goal.agreed_version is not None and not any(
        act.action is Action.GOAL_ACCEPT and act.object_version == goal.agreed_version
        for act in acts
    ):
        return Finding(Flaw.STATE_EXTRA, None, f"{goal.what}, agreed version")
    return next((flaw for flaw in (*_versions(goal, acts), *_values(goal, acts)) if flaw), None)


def _versions(goal: StoredGoal, acts: Sequence[RecordedAct]) -> Iterator[Finding]:
    """A version is as it was proposed or, after a counter was taken back, as an earlier one."""
    for number, stored in sorted(goal.versions.items()):
        what = f"{goal.what}, version {number}"
        told = [act for act in acts if act.action in CONTENT]
        own = [act for act in told if act.object_version == number]
        if own:
            if (name := _difference(own[-1], stored)) is not None:
                yield Finding(Flaw.STATE, own[-1].receipt.seq, f"{what}, {name}")
            continue
        earlier = [act for act in told if (act.object_version or 0) < number]
        if all(_difference(act, stored) is not None for act in earlier):
            yield Finding(Flaw.STATE_EXTRA, None, what)


def _difference(act: RecordedAct, stored: Fields) -> str | None:
    """The first field in which a version differs from what an entry says of it."""
    for name in sorted((stored.keys() | act.fields.keys()) - act.erased - {"rationale"}):
        if stored.get(name) != act.fields.get(name):
            return name
    return None


def _values(goal: StoredGoal, acts: Sequence[RecordedAct]) -> Iterator[Finding]:
    """Each reported value was recorded, and each that was recorded is there or was taken back."""
    reports = [act for act in acts if "value" in act.fields or "value" in act.erased]
    if any(act.erased for act in reports):
        return
    recorded = Counter((act.fields["value"], act.fields.get("note")) for act in reports)
    stored = Counter((value["value"], value.get("note")) for value in goal.values)
    if stored - recorded:
        yield Finding(Flaw.STATE_EXTRA, None, f"{goal.what}, a reported value")
    undone = sum(act.action is Action.CHECK_IN_UNDO for act in acts)
    if len(reports) - undone > stored.total():
        yield Finding(Flaw.STATE_MISSING, None, f"{goal.what}, a reported value")

"""What `accord audit verify --state` says of what is not as it was recorded, grouped by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from uuid import UUID

from domain.verification import Difference, Differences, Flaw

_FLAWS: Mapping[Flaw, str] = {
    Flaw.STATE: "not as it was recorded last",
    Flaw.STATE_EXTRA: "nothing on record tells of it",
    Flaw.STATE_MISSING: "recorded, and not there any more",
}
_FIELDS: Mapping[str, str] = {
    "valid_to": "its last day",
    "valid_from": "from when it holds",
    "day_after": "until when",
    "first_day": "from when",
    "revoked": "whether it was taken back",
    "released": "whether it has ended",
    "withdrawn": "whether it was taken back",
    "declined": "for whom it is not",
    "turn": "whose turn it is",
    "counters": "how often it was countered",
    "audience": "who may read it",
    "title_visible": "whether its title is visible",
    "paused_until": "until when it rests",
    "successor": "what replaces it",
    "visible_to": "who may read it",
    "because": "why it was withdrawn",
    "answer_by": "until when it is to be answered",
    "asked_by": "who asked",
    "approved_by": "who approved",
    "certificate": "what was erased",
    "fate": "what became of the anonymous answers",
    "posted": "whether its summary was posted",
    "rationale": "the reason",
    "expires_on": "its last day",
    "sha256": "the fingerprint of its file",
    "permalink": "the link",
    "digest": "what was confirmed",
    "parameters": "what was asked for",
    "slack_user": "Slack account",
    "fte_percent": "working time",
    "leaving_on": "last day",
    "list_day": "day of the list",
    "set up": "whether they are set up",
    "line of the ledger": "what the ledger of erasures has of it",
}


def differences_told(found: Differences) -> Iterator[str]:
    """A line for each kind, one below it for each thing, and how many are not listed."""
    for kind, of_kind in groupby(sorted(found.shown, key=_kind), key=_kind):
        yield f"{kind} ({found.counts[kind]})"
        things: dict[tuple[str, Flaw], list[str]] = {}
        for one in of_kind:
            fields = things.setdefault((_thing(one, found.names), one.flaw), [])
            fields.append(_where(one))
        for (thing, flaw), fields in things.items():
            yield f"  {thing}: {_FLAWS[flaw]}{_joined(fields)}"
    if (rest := len(found) - len(found.shown)) > 0:
        yield f"and {rest} more"


def summary(found: Differences) -> str:
    """`3 differences (Goals 2, Roles 1)`."""
    number = len(found)
    counts = ", ".join(f"{kind} {count}" for kind, count in found.counts.items())
    return f"{number} {'difference' if number == 1 else 'differences'} ({counts})"


def _kind(one: Difference) -> str:
    return one.kind


def _thing(one: Difference, names: Mapping[UUID, str]) -> str:
    """With the name that the record has; of whom it knows no name, all there is is the id."""
    if one.whose is None:
        return one.what
    name = names.get(one.whose)
    if one.what == "person":
        return name or f"person {one.whose}"
    return f"{one.what} {name or f'person {one.whose}'}"


def _where(one: Difference) -> str:
    number = "" if one.seq is None else f"entry {one.seq}"
    if one.field is None:
        return number
    version, comma, name = one.field.rpartition(", ")
    words = f"{version}{comma}{_FIELDS.get(name, name.replace('_', ' '))}"
    return f"{words} ({number})" if number else words


def _joined(fields: list[str]) -> str:
    told = "; ".join(one for one in fields if one)
    return f": {told}" if told else ""

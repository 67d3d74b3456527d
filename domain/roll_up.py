"""How far a goal has come by the goals that serve it: `Σ weight · how far` (methods, topic 1).

What is not measured yet is not nought: it is left out, and the measured ones stand for it. What no
goal carries stays undone, and weights of more than the whole are cut down to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WHOLE = 10_000
"""Basis points of all of a parent."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One goal that serves another, as far as the viewer may read it.

    `weight` is in basis points, `share` how far it has come (1 at its target), None where that is
    not measured, or not for the viewer. `title` is None where not even that is. `own` says that it
    was measured itself, and not only by the goals below it.
    """

    weight: int | None
    share: float | None
    reference: str = ""
    title: str | None = None
    own: bool = True


@dataclass(frozen=True, slots=True)
class RollUp:
    """`share` is how far the parent has come by its goals, None where none of them is measured."""

    parts: tuple[Carried, ...]
    weight: int
    """What all of them carry, in basis points."""
    measured: int
    """What those carry of which it is known how far they are."""
    reached: float
    """`Σ weight · how far` of these, as a share of the parent."""
    share: float | None


def roll_up(parts: Sequence[Carried]) -> RollUp | None:
    """None where no goal carries a part of it."""
    weighted = [one for one in parts if one.weight is not None]
    if not weighted:
        return None
    weight = sum(one.weight or 0 for one in weighted)
    known = [(one.weight or 0, one.share) for one in weighted if one.share is not None]
    measured = sum(points for points, _ in known)
    reached = sum(points * share for points, share in known) / WHOLE
    share = reached * min(weight, WHOLE) / measured if measured else None
    return RollUp(tuple(parts), weight, measured, reached, share)

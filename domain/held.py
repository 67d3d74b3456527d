"""Comparing a record, as it is read from its beginning, with checkpoints that were kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.checkpoints import notes_in, open_checkpoint
from domain.merkle import Frontier
from domain.signed_notes import BadSignature, MalformedNote, UnknownKey, Verifier
from domain.verification import Finding, Flaw


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint that somebody kept, its signature checked; `where` names it to people.

    One from the database itself is not from `outside`, and vouches for nothing.
    """

    size: int
    root: bytes
    where: str
    outside: bool = True


@dataclass(frozen=True, slots=True)
class Collected:
    """What a text or a folder holds: checkpoints, and a sentence for each that proves nothing."""

    held: tuple[Held, ...] = ()
    doubts: tuple[str, ...] = ()

    def __add__(self, other: Collected) -> Collected:
        return Collected(self.held + other.held, self.doubts + other.doubts)


def collect(text: str, where: str, verifiers: Sequence[Verifier]) -> Collected:
    """Every checkpoint in a text whose signature one of the keys made."""
    held: list[Held] = []
    doubts: dict[str, None] = {}
    for note in notes_in(text):
        try:
            found = open_checkpoint(note, verifiers)
        except UnknownKey as unknown:
            doubts[f"{where}: signed by a key that is not at hand ({', '.join(unknown.names)})"] = (
                None
            )
        except (BadSignature, MalformedNote):
            doubts[f"{where}: a checkpoint's signature does not fit it"] = None
        else:
            held.append(Held(found.size, found.root, where))
    return Collected(tuple(held), tuple(doubts))


class Comparison:
    """Looks at each checkpoint when the tree has just its size."""

    def __init__(self, held: Iterable[Held] = ()) -> None:
        self._waiting: list[Held] = []
        self.agreed = 0
        """The size of the largest checkpoint from outside that the record agrees with."""
        self.add(held)

    def add(self, held: Iterable[Held]) -> None:
        """Further checkpoints, none smaller than the tree is by now."""
        self._waiting += held
        self._waiting.sort(key=lambda one: one.size, reverse=True)

    @property
    def next_size(self) -> int | None:
        """At which size of the tree `look` is wanted next; None where nothing is left."""
        return self._waiting[-1].size if self._waiting else None

    def extend(self, tree: Frontier, leaves: Sequence[bytes]) -> Finding | None:
        """Add leaves to the tree, looking wherever a checkpoint was made."""
        place = 0
        while place < len(leaves):
            wanted = self.next_size
            end = len(leaves) if wanted is None else min(place + wanted - tree.size, len(leaves))
            tree.extend(leaves[place:end])
            place = end
            if (found := self.look(tree)) is not None:
                return found
        return None

    def look(self, tree: Frontier) -> Finding | None:
        """Compare all checkpoints of the tree's present size; the first that contradicts it."""
        while self.next_size == tree.size:
            one = self._waiting.pop()
            if one.root != tree.root():
                agreed = f"agrees up to {self.agreed}" if self.agreed else "agrees with none"
                return Finding(
                    Flaw.CHECKPOINT,
                    None,
                    f"{one.where}, of {one.size} entries; the record {agreed}",
                )
            if one.outside:
                self.agreed = tree.size
        return None

    def finish(self, tree: Frontier) -> Finding | None:
        """What is left over knows of more entries than there are."""
        if not self._waiting:
            return None
        one = self._waiting[0]
        return Finding(
            Flaw.CUT_SHORT, None, f"{one.where} has {one.size} entries, the record {tree.size}"
        )

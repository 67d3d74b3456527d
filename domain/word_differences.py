"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD_OR_SPACE = re.compile(r"\s+|\S+")
ENOUGH = 0.3
"""The share of the letters of the longer text that must stay for the words to be told apart."""


class PieceKind(StrEnum):
    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stays, goes or comes."""

    kind: PieceKind
    text: str


def word_differences(before: str, after: str) -> tuple[Piece, ...]:
    """From one text to the other in whole words.

    What was kept and gone is `before` again, what was kept and new is `after`, letter by letter.
    Space alone between two changes belongs to both of them: who reads two words struck one by one
    reads them as two changes.
    """
    old, new = (_WORD_OR_SPACE.findall(text) for text in (before, after))
    found: list[Piece] = []
    gone = come = ""

    def end_change() -> None:
        nonlocal gone, come
        if gone:
            found.append(Piece(PieceKind.GONE, gone))
        if come:
            found.append(Piece(PieceKind.NEW, come))
        gone = come = ""

    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (kind, old_from, old_to, new_from, new_to) in enumerate(opcodes):
        kept = "".join(old[old_from:old_to])
        if kind != "equal":
            gone, come = gone + kept, come + "".join(new[new_from:new_to])
        elif kept.isspace() and 0 < place < len(opcodes) - 1:
            gone, come = gone + kept, come + kept
        else:
            end_change()
            found.append(Piece(PieceKind.KEPT, kept))
    end_change()
    return tuple(found)


def keeps_enough(pieces: Sequence[Piece]) -> bool:
    """Whether so much stays that the words are easier to read than both texts in full."""
    letters = dict.fromkeys(PieceKind, 0)
    for piece in pieces:
        letters[piece.kind] += len(piece.text.strip())
    longer = letters[PieceKind.KEPT] + max(letters[PieceKind.GONE], letters[PieceKind.NEW])
    return longer > 0 and letters[PieceKind.KEPT] >= ENOUGH * longer

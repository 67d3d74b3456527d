"""Cutting text to a limit on a word, and never through what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

ELLIPSIS = "…"
_ZERO_WIDTH_JOINER = "\u200d"


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clusters(text: str) -> Iterator[str]:
    """Split into what a reader takes for characters.

    The rules of UAX #29 that matter for text people type: combining marks, emoji with modifiers,
    joined emoji, flags, tag sequences, Hangul syllables. Joining the pieces gives the text again.
    """
    start = 0
    flags = 0
    for index in range(1, len(text)):
        before, char = text[index - 1], text[index]
        flags = flags + 1 if _regional(before) else 0
        if _extends(char) or before == _ZERO_WIDTH_JOINER or (before == "\r" and char == "\n"):
            continue
        if _regional(char) and flags % 2 == 1:
            continue
        yield text[start:index]
        start = index
    if text:
        yield text[start:]


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _extends(char: str) -> bool:
    if char < "\u0300":
        return False
    return (
        char == _ZERO_WIDTH_JOINER
        or unicodedata.category(char) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags, as in the flag of Wales
        or "\u1160" <= char <= "\u11ff"  # Hangul vowels and finals
    )


def shorten(text: str, limit: int, cost: Callable[[str], int] = units) -> str:
    """Text of at most `limit` by `cost`, ended by an ellipsis if something had to go.

    Cuts after a word if one ends in the last third of what fits, else after a character.
    """
    if cost(text) <= limit:
        return text
    return cut(clusters(text), limit, cost)


def cut(atoms: Iterable[str], limit: int, cost: Callable[[str], int] = units) -> str:
    """As many leading atoms as fit with an ellipsis; the caller knows that not all of them do."""
    room = limit - units(ELLIPSIS)
    kept: list[str] = []
    word = 0
    for atom in atoms:
        if atom.isspace():
            word = len(kept)
        room -= cost(atom)
        if room < 0:
            break
        kept.append(atom)
    if word * 3 >= len(kept) * 2:
        del kept[word:]
    return "".join(kept).rstrip() + ELLIPSIS

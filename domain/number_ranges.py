"""Numbers of entries in few words: `3 7-9`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def numbers_told(text: str, below: int) -> Iterator[int]:
    """Numbers of entries, as `numbers_text` writes them; of these, those below a bound.

    Whoever made the text may have written a range longer than any memory.
    """
    for one in text.split():
        first, _, last = one.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            yield from range(int(first), min(int(last or first) + 1, below))


def numbers_text(numbers: Iterable[int]) -> str:
    """Ascending numbers in few words: `3 7-9`."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and runs[-1][1] == one - 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)

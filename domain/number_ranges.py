"""Numbers of entries in few words: `3 7-9`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def numbers_told(text: str) -> Iterator[int]:
    """Numbers of entries, as `numbers_text` writes them."""
    for one in text.split():
        first, _, last = one.partition("-")
        if first.isdigit() and (last or first).isdigit():
            yield from range(int(first), int(last or first) + 1)


def numbers_text(numbers: Iterable[int]) -> str:
    """Ascending numbers in few words: `3 7-9`."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and runs[-1][1] == one - 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)

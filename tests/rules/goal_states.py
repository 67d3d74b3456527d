"""Draws the states of a goal for `docs/goals.md` from the one table in the code.

`python -m tests.rules.goal_states` brings the drawing up to date.
"""

from __future__ import annotations

from pathlib import Path

from domain.goal_status import WAYS
from domain.goals import GoalState

PAGE = Path(__file__).parents[2] / "docs" / "goals.md"
BEGIN, END = "```mermaid\n", "```\n"


def drawing() -> str:
    lines = ["stateDiagram-v2", f"    [*] --> {GoalState.PROPOSED}: propose"]
    lines += [
        f"    {before} --> {way.after}: {way.move.replace('_', ' ')}"
        for way in WAYS
        for before in GoalState
        if before in way.before
    ]
    return "\n".join(lines) + "\n"


def drawn(page: str) -> str:
    return page.partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{drawing()}{END}{after}")


if __name__ == "__main__":
    main()

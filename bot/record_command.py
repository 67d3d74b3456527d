"""`accord audit verify`: checks the record, with progress, and says what it found."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from domain.verification import Progress as Checked
from domain.verification import Verdict
from storage.keyring import Keyring
from storage.verify import verify

EXIT_CODES = {Verdict.INTACT: 0, Verdict.BROKEN: 1, Verdict.CANNOT_TELL: 3}


def verify_command(
    engine: Engine, keyring: Keyring | None, console: Console, errors: Console
) -> int:
    """The exit code: 0 intact, 1 broken, 3 cannot tell."""
    with Progress(
        TextColumn("Checking the record"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)

        def on_progress(checked: Checked) -> None:
            bar.update(task, completed=checked.checked, total=checked.entries)

        found = verify(engine, keyring, on_progress)
    if found.verdict is Verdict.BROKEN:
        errors.print(f"accord: the record was changed: {found.finding}", soft_wrap=True)
    elif found.verdict is Verdict.CANNOT_TELL:
        errors.print(
            f"accord: cannot tell: {found.unopened} sealed values could not be opened; "
            "check ACCORD_SECRET_KEY",
            soft_wrap=True,
        )
    else:
        console.print(f"Intact: {found.entries} entries, root {found.root.hex()}", soft_wrap=True)
        console.print(
            "No checkpoint from outside was compared: entries cut off the end would not be seen.",
            soft_wrap=True,
        )
    return EXIT_CODES[found.verdict]

"""`accord keys rotate`: data keys under the newest secret, with progress, and what to do next."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from domain.origin import Origin
from storage.unit_of_work import Store
from usecases.keys import Rotation, rotate_keys

# Between two batches; SQLite's writers try again at growing intervals, and would be overtaken.
BREATH_SECONDS = 0.05
DONE, NO, CANNOT_TELL = 0, 1, 3


def rotate_command(store: Store, origin: Origin, console: Console, errors: Console) -> int:
    """The exit code: 0 done, 1 some keys stay under an earlier secret, 3 a secret is missing."""
    with Progress(
        TextColumn("Wrapping data keys anew"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)

        def on_progress(done: int, found: int) -> None:
            bar.update(task, completed=done, total=max(done, found))

        rotation = rotate_keys(store, origin, on_progress, lambda: time.sleep(BREATH_SECONDS))
    return _told(rotation, console, errors)


def _told(rotation: Rotation, console: Console, errors: Console) -> int:
    if rotation.damaged:
        numbers = ", ".join(map(str, rotation.damaged))
        errors.print(
            f"accord: data keys {numbers} are damaged and stay as they are; restore them from a "
            "backup and keep the earlier secret",
            soft_wrap=True,
        )
    if rotation.late:
        errors.print(
            f"accord: {rotation.late} new data keys were wrapped with an earlier secret meanwhile; "
            "start every process again with the new ACCORD_SECRET_KEY, then rotate once more",
            soft_wrap=True,
        )
    if rotation.foreign:
        errors.print(
            f"accord: {rotation.foreign} data keys were wrapped with a secret that "
            "ACCORD_SECRET_KEY does not name; add it behind a comma, then rotate once more",
            soft_wrap=True,
        )
        return CANNOT_TELL
    if rotation.damaged or rotation.late:
        return NO
    if rotation.found:
        console.print(f"{rotation.found} data keys are now wrapped under the newest secret.")
    else:
        console.print("Every data key is wrapped under the newest secret already.")
    console.print(
        "Once every process runs with it, take the earlier ones out of ACCORD_SECRET_KEY.",
        soft_wrap=True,
    )
    return DONE

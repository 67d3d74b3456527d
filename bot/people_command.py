"""`accord people import FILE.csv`: shows every change, asks, then makes them all or none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm
from rich.table import Table
from rich.text import Text

from domain.directory import BadDirectory
from domain.directory_plan import Plan
from domain.errors import AccordError
from domain.origin import Origin, Via
from messages.directory import (
    PlanGroup,
    plan_groups,
    plan_notes,
    plan_summary,
    problem_line,
    refused_line,
)
from messages.errors import error_words
from messages.reading import Reader
from storage.unit_of_work import Store
from usecases.directory import import_people, preview_import

DONE, REFUSED, WRONG_USAGE, CANNOT_TELL = range(4)
LINES_PER_GROUP = 40
NOBODY_TO_ASK = "nobody is there to confirm; add --yes to import, or --dry-run to look only"


@dataclass(frozen=True, slots=True)
class _Screen:
    """Where the operator reads and types. On a terminal long lists are cut, in a file never."""

    out: Console
    errors: Console
    answers: TextIO
    reader: Reader

    def say(self, words: str) -> None:
        self.out.print(Text(words), soft_wrap=True)

    def complain(self, words: str) -> None:
        self.errors.print(Text(f"accord: {words}"), soft_wrap=True)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """A moving bar on a terminal for work that may take a minute."""
        with Progress(
            TextColumn(text),
            BarColumn(),
            TimeElapsedColumn(),
            console=self.errors,
            transient=True,
            disable=not self.errors.is_terminal,
        ) as bar:
            bar.add_task("", total=None)
            yield


def import_people_command(
    store: Store,
    path: Path,
    *,
    dry_run: bool,
    yes: bool,
    out: Console,
    errors: Console,
    answers: TextIO | None = None,
) -> int:
    """The exit code: 0 done, 1 refused by us or by the operator, 2 nobody to ask, 3 no such file.

    `answers` is where the operator types, normally the standard input.
    """
    origin = Origin(Via.CLI, store.clock.business(), request=uuid4().hex)
    screen = _Screen(out, errors, answers or sys.stdin, Reader.of_nobody(origin.now))
    try:
        data = path.read_bytes()
    except OSError as error:
        screen.complain(f"{path}: {error.strerror}")
        return CANNOT_TELL
    try:
        with screen.waiting("Reading the file"):
            plan = preview_import(store, origin, data)
        _show_plan(screen, plan)
        if dry_run or plan.is_empty:
            screen.say("Nothing was changed." if dry_run else "Nothing to change.")
            return DONE
        if not yes and not screen.answers.isatty():
            screen.complain(NOBODY_TO_ASK)
            return WRONG_USAGE
        if not yes and not _confirmed(screen):
            screen.say("Nothing was changed.")
            return REFUSED
        with screen.waiting("Importing"):
            import_people(store, origin, data, shown=plan)
    except BadDirectory as bad:
        _show_problems(screen, bad)
        return REFUSED
    except AccordError as refusal:
        screen.complain(error_words(refusal.code, refusal.params, screen.reader))
        return REFUSED
    screen.say("Imported.")
    return DONE


def _confirmed(screen: _Screen) -> bool:
    try:
        return Confirm.ask("Import this?", console=screen.out, default=False, stream=screen.answers)
    except (EOFError, KeyboardInterrupt):
        return False


def _show_plan(screen: _Screen, plan: Plan) -> None:
    for group in plan_groups(plan, screen.reader):
        if screen.out.is_terminal:
            _show_table(screen, group)
        else:
            _show_lines(screen, group)
    screen.say(plan_summary(plan, screen.reader))
    for note in plan_notes(plan, screen.reader):
        screen.say(note.replace("`", ""))


def _show_table(screen: _Screen, group: PlanGroup) -> None:
    table = Table(
        title=Text(f"{group.title} ({len(group.rows)})", style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    for heading in group.headings:
        table.add_column(Text(heading), overflow="fold")
    for row in group.rows[:LINES_PER_GROUP]:
        table.add_row(*map(Text, row))
    screen.out.print(table)
    if rest := len(group.rows[LINES_PER_GROUP:]):
        words = "and %(count)s more; “--dry-run > FILE” shows them all"
        screen.say(screen.reader.write(words, count=rest))


def _show_lines(screen: _Screen, group: PlanGroup) -> None:
    """One change in a line, for files and pipes."""
    screen.say(f"{group.title} ({len(group.rows)})")
    for row in group.rows:
        screen.say("  " + " | ".join(row))


def _show_problems(screen: _Screen, bad: BadDirectory) -> None:
    """Every problem; on a terminal the first ones, as the rest would push them out of sight."""
    shown = LINES_PER_GROUP if screen.errors.is_terminal else sys.maxsize
    for problem in bad.problems[:shown]:
        screen.errors.print(Text(problem_line(problem, screen.reader)), soft_wrap=True)
    if rest := max(0, len(bad.problems) - shown):
        words = screen.reader.write("and %(count)s more; “2> FILE” keeps them all", count=rest)
        screen.errors.print(Text(words), soft_wrap=True)
    screen.complain(refused_line(len(bad.problems), screen.reader))

"""`accord people import`: what the operator sees, is asked, and gets as exit code."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from bot.people_command import import_people_command
from tests.directory.files import CEO, COMPANY, JONAS, LENA, Directory, a_file, a_row

DONE, REFUSED, WRONG_USAGE, CANNOT_TELL = range(4)


class Typed(io.StringIO):
    """A person at the keyboard."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    errors: str


Run = Callable[..., Ran]


@pytest.fixture
def run(directory: Directory, tmp_path: Path) -> Run:
    def run_command(
        data: bytes,
        *,
        dry_run: bool = False,
        yes: bool = False,
        answers: io.StringIO | None = None,
        terminal: bool = False,
    ) -> Ran:
        path = tmp_path / "people.csv"
        path.write_bytes(data)
        out, errors = io.StringIO(), io.StringIO()
        code = import_people_command(
            directory.store,
            path,
            dry_run=dry_run,
            yes=yes,
            out=Console(file=out, width=140, force_terminal=terminal, color_system=None),
            errors=Console(file=errors, width=80),
            answers=answers or io.StringIO(),
        )
        return Ran(code, out.getvalue(), errors.getvalue())

    return run_command


def test_every_change_is_shown_and_made(run: Run, directory: Directory) -> None:
    ran = run(a_file({**CEO, "roles": "hr"}, JONAS, LENA), yes=True)
    assert (ran.code, ran.errors) == (DONE, "")
    assert "New people (3)" in ran.out
    assert "Lena Novak | lena@x.example | individual contributor | Company / Support" in ran.out
    assert "Clara Stein | ceo@x.example | hr | the whole organisation" in ran.out
    assert ran.out.endswith("Imported.\n")
    assert len(directory.now().people) == 3


def test_a_dry_run_shows_everything_and_changes_nothing(run: Run, directory: Directory) -> None:
    ran = run(a_file(*COMPANY), dry_run=True, yes=True)
    assert ran.code == DONE
    assert "New people (3)" in ran.out
    assert "Nothing was changed." in ran.out
    assert directory.now().people == {}


@pytest.mark.parametrize(
    ("typed", "code", "people"), [("y\n", DONE, 3), ("n\n", REFUSED, 0), ("", REFUSED, 0)]
)
def test_the_operator_is_asked(
    run: Run, directory: Directory, typed: str, code: int, people: int
) -> None:
    ran = run(a_file(*COMPANY), answers=Typed(typed))
    assert ran.code == code
    assert "Import this?" in ran.out
    assert len(directory.now().people) == people


def test_without_anybody_to_ask_nothing_is_done(run: Run, directory: Directory) -> None:
    ran = run(a_file(*COMPANY), answers=io.StringIO("y\n"))
    assert ran.code == WRONG_USAGE
    assert ran.errors.startswith("accord: nobody is there to confirm; add --yes")
    assert directory.now().people == {}


def test_refused_rows_are_named_one_by_one(run: Run, directory: Directory) -> None:
    ran = run(
        a_file(CEO, {**JONAS, "timezone": "Berlin", "manager_email": "q@q.example"}), yes=True
    )
    assert ran.code == REFUSED
    assert ran.out == ""
    first, second, last = ran.errors.splitlines()
    assert first.startswith("line 3, column timezone: “Berlin” isn't a time zone.")
    assert second.startswith("line 3, column manager_email: Nobody in the file")
    assert last == "accord: 2 problems; nothing was imported."
    assert directory.now().people == {}


def test_a_file_that_is_not_there_cannot_be_judged(directory: Directory, tmp_path: Path) -> None:
    errors = io.StringIO()
    code = import_people_command(
        directory.store,
        tmp_path / "nowhere.csv",
        dry_run=False,
        yes=True,
        out=Console(file=io.StringIO()),
        errors=Console(file=errors, width=400),
    )
    assert code == CANNOT_TELL
    assert errors.getvalue().endswith("nowhere.csv: No such file or directory\n")


def test_the_same_file_again_has_nothing_to_change(run: Run) -> None:
    run(a_file(*COMPANY), yes=True)
    ran = run(a_file(*COMPANY))
    assert ran.code == DONE
    assert "Nothing to change." in ran.out


def test_a_change_of_manager_and_of_facts_is_told_before_and_after(run: Run) -> None:
    run(a_file(*COMPANY), yes=True)
    moved = {**LENA, "manager_email": "ceo@x.example", "timezone": "Europe/Berlin"}
    ran = run(a_file(CEO, JONAS, moved), yes=True)
    assert "Lena Novak | lena@x.example | timezone | Europe/Lisbon | Europe/Berlin" in ran.out
    assert "Lena Novak | lena@x.example | manager | Jonas Brandt | ends" in ran.out
    assert "Lena Novak | lena@x.example | manager | Clara Stein | begins" in ran.out


def many(count: int) -> bytes:
    return a_file(*(a_row(f"p{number}@x.example") for number in range(count)))


def test_a_long_list_is_cut_on_a_terminal_alone(run: Run) -> None:
    on_terminal = run(many(160), dry_run=True, terminal=True)
    assert "and 120 more" in on_terminal.out
    assert "p39@x.example" in on_terminal.out
    assert "p40@x.example" not in on_terminal.out
    to_file = run(many(160), dry_run=True)
    assert "p159@x.example" in to_file.out


def test_what_a_file_says_is_never_taken_for_markup(run: Run) -> None:
    ran = run(a_file({**CEO, "name": "[red]Clara[/red]"}), dry_run=True, terminal=True)
    assert "[red]Clara[/red]" in ran.out


def test_the_first_file_is_told_that_nobody_could_give_roles(run: Run) -> None:
    lacking = "Nobody will be able to give roles"
    alone = CEO | {"roles": "hr;administrator"}
    assert lacking in run(a_file(*COMPANY), dry_run=True).out
    assert lacking in run(a_file(alone, JONAS, LENA), dry_run=True).out
    two = a_file(alone, JONAS | {"roles": "compliance"}, LENA)
    assert lacking not in run(two, dry_run=True).out


def test_a_later_file_is_told_who_confirms_its_roles(run: Run) -> None:
    run(a_file(*COMPANY), yes=True)
    later = run(a_file(CEO | {"roles": "hr"}, JONAS, LENA), yes=True)
    assert "until an administrator has asked for them" in later.out
    assert "/accord roles in Slack" in later.out

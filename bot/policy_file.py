"""A policy from a file: the first one, which `ACCORD_POLICY` names, and `accord policy check`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bot.settings import SettingsProblem
from domain.policy import Policy
from domain.policy_text import LONGEST, MISTAKES, Mistake, PolicyChecked, read_policy_text
from messages.policy_mistakes import mistake_words
from messages.reading import Reader

DONE, NO, CANNOT_TELL = 0, 1, 3


def read_policy(path: Path | None) -> Policy:
    """The policy in a YAML file, or the defaults; raises SettingsProblem naming each mistake."""
    if path is None:
        return Policy()
    try:
        checked = _checked(path)
    except OSError as error:
        raise SettingsProblem([f"ACCORD_POLICY {path}: {error.strerror}"]) from None
    if checked.policy is None:
        raise SettingsProblem([f"ACCORD_POLICY {_line(path, one)}" for one in checked.mistakes])
    return checked.policy


def check_policy_command(path: Path, console: Console, errors: Console) -> int:
    """The exit code: 0 a policy; 1 mistakes, each with line, column and path; 3 no such file."""
    try:
        checked = _checked(path)
    except OSError as error:
        errors.print(f"accord: {path}: {error.strerror}", markup=False, soft_wrap=True)
        return CANNOT_TELL
    for one in checked.mistakes:
        console.print(_line(path, one), markup=False, highlight=False, soft_wrap=True)
    if checked.policy is None:
        count = len(checked.mistakes)
        more = " or more" if count == MISTAKES else ""
        said = f"{count}{more} mistake{'s' if count > 1 else ''}"
        errors.print(f"accord: {path}: {said}", markup=False, soft_wrap=True)
        return NO
    console.print(f"{path} is a policy that can be adopted.", markup=False, soft_wrap=True)
    return DONE


def _checked(path: Path) -> PolicyChecked:
    """Raises OSError. A file of another encoding has its mistake where the first such sign is."""
    with path.open("rb") as file:
        # A file that goes on and on is no policy either.
        content = file.read(4 * LONGEST + 4)
    try:
        return read_policy_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        return PolicyChecked(None, (Mistake(line, column, (), "policy_character"),))


def _line(path: Path, mistake: Mistake) -> str:
    """`policy.yaml:3:5: …`, which editors know to open, with the words that dialogs use."""
    words = mistake_words(mistake, Reader.of_nobody(datetime.now(UTC)))
    return f"{path}:{mistake.line}:{mistake.column}: {words}"

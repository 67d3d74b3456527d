"""`accord audit verify`: checks the record, with progress, and says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from bot.settings import SettingsProblem
from bot.state_words import differences_told, summary
from domain.held import Collected, collect
from domain.record_file import verify_file
from domain.signed_notes import MalformedNote, Verifier
from domain.verification import Progress as Checked
from domain.verification import Verdict, Verification
from storage.keyring import Keyring, SealingError
from storage.verify import verify
from usecases.state_check import check_state

EXIT_CODES = {Verdict.INTACT: 0, Verdict.BROKEN: 1, Verdict.CANNOT_TELL: 3}
READ_BYTES = 1 << 16
UNANCHORED = (
    "No checkpoint from outside was compared: entries cut off the end, or a record written anew, "
    "would not be seen."
)


class CannotTell(Exception):
    """A key, a file or a checkpoint that is needed is missing; the message says which."""


@dataclass(frozen=True, slots=True)
class Screens:
    """Where a command prints: its outcome, and everything else."""

    out: Console
    errors: Console

    def say(self, line: str) -> None:
        self.out.print(line, soft_wrap=True, markup=False)

    def complain(self, line: str) -> None:
        self.errors.print(f"accord: {line}", soft_wrap=True, markup=False)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """A bar, on a terminal; to be told how far it is, and of how much."""
        columns = (TextColumn(what), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(
            *columns, console=self.errors, transient=True, disable=not self.errors.is_terminal
        ) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, whole: bar.update(task, completed=done, total=whole)


def verifiers_of(keys: Sequence[str], own: Sequence[Verifier]) -> tuple[Verifier, ...]:
    """The keys that were named, else our own. Raise SettingsProblem for what is no key."""
    try:
        return tuple(Verifier.from_vkey(key.strip()) for key in keys) or tuple(own)
    except MalformedNote:
        problem = "--key needs a public key as `accord audit key` prints it: name+id+base64"
        raise SettingsProblem([problem]) from None


def checkpoints_in(place: Path, verifiers: Sequence[Verifier]) -> Collected:
    """Every checkpoint in a file, or in all files of a folder. Raise CannotTell for none."""
    if not place.exists():
        raise CannotTell(f"there is no {place}")
    if not verifiers:
        raise CannotTell("no key to check the checkpoints with: set ACCORD_SIGNING_KEY, or --key")
    files = [place] if place.is_file() else sorted(_visible(place))
    found = Collected()
    for file in files:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise CannotTell(f"{file} cannot be read ({error.strerror})") from None
        found += collect(text, str(file), verifiers)
    if not found.held and not found.doubts:
        raise CannotTell(f"there is no checkpoint in {place}")
    return found


def _visible(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )


def verify_command(
    engine: Engine,
    keyring: Keyring | None,
    screens: Screens,
    *,
    held: Collected | None = None,
    verifiers: Sequence[Verifier] = (),
    state: bool = False,
    ledger: Path | None = None,
) -> int:
    """The exit code: 0 intact, 1 broken, 3 cannot tell."""
    with screens.progress("Checking the record") as told:

        def on_progress(checked: Checked) -> None:
            told(checked.checked, checked.entries)

        found = verify(engine, keyring, on_progress, held=held, verifiers=verifiers, ledger=ledger)
    if state and found.finding is None:
        found = _with_state(found, engine, keyring, screens)
    return _tell(found, screens, "What is stored is what was recorded last." if state else None)


def _with_state(
    found: Verification, engine: Engine, keyring: Keyring | None, screens: Screens
) -> Verification:
    """Compare the business tables too, once the record itself is known to be whole."""
    closed = "what is stored was not compared; check ACCORD_SECRET_KEY"
    if keyring is None:
        return replace(found, doubts=(*found.doubts, closed))
    try:
        with screens.progress("Comparing what is stored") as told:
            return replace(found, differences=check_state(engine, keyring, told))
    except SealingError:
        return replace(found, doubts=(*found.doubts, closed))


def verify_file_command(
    file: Path, screens: Screens, verifiers: Sequence[Verifier], held: Collected | None
) -> int:
    """The same for an exported file, which holds no values."""
    try:
        with (
            file.open("rb", buffering=READ_BYTES) as lines,
            screens.progress("Checking the file") as told,
        ):
            size = file.stat().st_size
            checkpoints = () if held is None else held.held
            found = verify_file(lines, verifiers, checkpoints, lambda done: told(done, size))
    except OSError as error:
        raise CannotTell(f"{file} cannot be read ({error.strerror})") from None
    doubts = found.outcome.doubts + (() if held is None else held.doubts)
    outcome = replace(found.outcome, doubts=doubts)
    return _tell(outcome, screens, signed(found.signed_by, found.trusted))


def signed(key: str | None, trusted: bool) -> str:
    """Who signed it, and how much that is worth."""
    if key is None:
        return "Nobody has signed it."
    if trusted:
        return f"Signed by {key}"
    return (
        f"Signed by {key}, as the file itself says: compare this key with the one that you were "
        "given, or name that with --key."
    )


def _tell(found: Verification, screens: Screens, more: str | None = None) -> int:
    if found.verdict is Verdict.BROKEN:
        if found.finding is not None:
            screens.complain(f"the record was changed: {found.finding}")
        else:
            told = summary(found.differences)
            screens.complain(f"what is stored beside the record was changed: {told}")
            for line in differences_told(found.differences):
                screens.say(line)
    elif found.verdict is Verdict.CANNOT_TELL:
        screens.complain(f"cannot tell: {'; '.join(_missing(found))}")
    else:
        screens.say(f"Intact: {found.entries} entries, root {found.root.hex()}")
        if more is not None:
            screens.say(more)
        screens.say(
            f"Checkpoints from outside vouch for the first {found.anchored} of {found.entries}."
            if found.anchored
            else UNANCHORED
        )
    return EXIT_CODES[found.verdict]


def _missing(found: Verification) -> Iterator[str]:
    yield from found.doubts
    if found.unopened:
        yield f"{found.unopened} sealed values could not be opened; check ACCORD_SECRET_KEY"

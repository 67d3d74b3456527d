"""The `accord` command. Exit codes: 0 done, 1 the answer is no, 2 wrong usage or settings,
3 cannot tell.

Every command imports what it needs when it runs: the whole of Accord takes seconds to read, which
nobody who asks for help, or checks a proof, should wait for.
"""

from __future__ import annotations

import json
import sys
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.sweeps import Sweeps

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.app import Parts
    from bot.record_command import Screens
    from bot.settings import Settings
    from domain.clock import Clock

SERVING = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "ACCORD_SECRET_KEY")
DELIVERING = ("SLACK_BOT_TOKEN", "ACCORD_SECRET_KEY")
NEEDED = {
    Sweeps.DELIVER: DELIVERING,
    Sweeps.CHECKPOINT: ("ACCORD_SECRET_KEY", "ACCORD_SIGNING_KEY"),
}
# What they do holds for the record and for people's data, which know no future.
OF_THE_PRESENT = frozenset({Sweeps.CHECKPOINT, Sweeps.REVIEWS, Sweeps.LEAVERS, Sweeps.RETENTION})

app = typer.Typer(
    help="Accord: goals that people agree on, and the audited record of it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
people = typer.Typer(help="The directory of people.", no_args_is_help=True)
audit = typer.Typer(help="The audited record.", no_args_is_help=True)
policy = typer.Typer(help="The organisation's rules.", no_args_is_help=True)
roles = typer.Typer(help="Roles, where Slack has no way left.", no_args_is_help=True)
keys = typer.Typer(help="The secrets that sealed content is kept under.", no_args_is_help=True)
app.add_typer(people, name="people")
app.add_typer(roles, name="roles")
app.add_typer(audit, name="audit")
app.add_typer(keys, name="keys")
app.add_typer(policy, name="policy")


def main() -> None:
    """Run the command; of an error that nobody foresaw, one line and no traceback."""
    # The pinned zone data, not whatever this machine has: all replicas must agree on the time.
    zoneinfo.reset_tzpath(())
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the last door; see the docstring
        from handlers.errors import without_words

        found = without_words(error)
        places = " < ".join(reversed(found["places"]))
        typer.echo(f"accord: unforeseen {found['error']} at {places}; please report it", err=True)
        raise SystemExit(3) from None


@contextmanager
def _parts(*required: str, clock: Clock | None = None, patient: bool = False) -> Iterator[Parts]:
    """The parts of a command that reads or writes the record."""
    from bot.app import open_parts
    from bot.running import PATIENT_LOCK_WAIT_MS
    from bot.settings import load_settings
    from storage.database import LOCK_WAIT_MS

    lock_wait_ms = PATIENT_LOCK_WAIT_MS if patient else LOCK_WAIT_MS
    with (
        _trouble_told(),
        open_parts(load_settings(*required), clock, lock_wait_ms=lock_wait_ms) as parts,
    ):
        yield parts


@contextmanager
def _database() -> Iterator[tuple[Settings, Engine]]:
    """The database alone, for commands that need no key."""
    from bot.settings import load_settings
    from storage.database import open_engine

    with _trouble_told():
        settings = load_settings()
        engine = open_engine(settings.accord_migration_url or settings.accord_database_url)
        try:
            yield settings, engine
        finally:
            engine.dispose()


@contextmanager
def _trouble_told() -> Iterator[None]:
    """What is wrong with settings or database is said line by line, without a traceback."""
    try:
        yield
    except Exception as error:
        trouble = _trouble(error)
        if trouble is None:
            raise
        code, sentences = trouble
        for sentence in sentences:
            typer.echo(f"accord: {sentence}", err=True)
        raise typer.Exit(code) from None


def _trouble(error: Exception) -> tuple[int, list[str]] | None:
    """The exit code and what to say; None of a mistake that is ours, and of a command's own end."""
    if isinstance(error, typer.Exit):
        return None
    from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

    from bot.record_command import CannotTell
    from bot.settings import SettingsProblem
    from domain.errors import Busy, NoRoom
    from scheduler.lock import LockHeld
    from storage.database import is_damaged

    if isinstance(error, SettingsProblem):
        return 2, error.problems
    if isinstance(error, CannotTell):
        return 3, [f"cannot tell: {error}"]
    if isinstance(error, LockHeld):
        return 2, [
            (
                f"{error.holder} runs clock and delivery on this database already; "
                "stop it, or use `accord serve --no-scheduler`"
            )
        ]
    if isinstance(error, Busy):
        full = "the database's disk is full; nothing was changed: make room and try again"
        busy = "the database is busy; please try again"
        return 2, [full if isinstance(error, NoRoom) else busy]
    if is_damaged(error):
        return _damaged()
    # The others it answers very well, and the mistake is ours.
    ours = IntegrityError | ProgrammingError | DataError
    if isinstance(error, DatabaseError) and not isinstance(error, ours):
        return 2, [
            (
                "the database does not answer, or is no database of Accord's; check "
                "ACCORD_DATABASE_URL, or run `accord doctor`"
            )
        ]
    return None


def _damaged() -> tuple[int, list[str]]:
    """An `accord audit …` answers for more than itself by its code: it cannot tell."""
    if sys.argv[1:2] == ["audit"]:
        return 3, [
            (
                "cannot tell: the database is damaged and cannot be read to its end; keep a copy "
                "of it as it is, and restore a backup"
            )
        ]
    return 2, [
        (
            "the database is damaged, or is no database of Accord's; check ACCORD_DATABASE_URL. "
            "If it is the right one, keep a copy of it as it is, and restore a backup"
        )
    ]


def _screens() -> Screens:
    from bot.record_command import Screens

    return Screens(Console(highlight=False), Console(stderr=True, highlight=False))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the sandbox page is.")] = 4000,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path(".demo"),
    fresh: Annotated[bool, typer.Option(help="Forget the earlier demo first.")] = False,
) -> None:
    """Run the bot against a pretend Slack with a sample organisation."""
    from bot.demo import run_demo
    from bot.logs import configure_logs
    from bot.settings import SettingsProblem

    configure_logs(human=True)
    try:
        run_demo(port, folder, fresh=fresh)
    except SettingsProblem as problem:
        for sentence in problem.problems:
            typer.echo(f"accord: {sentence}", err=True)
        raise typer.Exit(2) from None


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 3000,
    no_scheduler: Annotated[
        bool, typer.Option("--no-scheduler", help="Neither clock nor delivery.")
    ] = False,
) -> None:
    """Run the bot: HTTP, and Socket Mode when SLACK_APP_TOKEN is set."""
    from bot.logs import configure_logs
    from bot.running import answering, listen
    from bot.stopping import Stop

    configure_logs(human=False)
    stop = Stop()
    with _parts(*SERVING) as parts, answering(parts, with_scheduler=not no_scheduler) as server:
        own = None if parts.settings.accord_url else parts.address
        listen(server, host, port, address=own, stop=stop)


@app.command()
def worker() -> None:
    """Run clock and delivery alone, beside any number of `serve` processes on one PostgreSQL."""
    from bot.logs import configure_logs
    from bot.running import clock_and_delivery, prepare
    from bot.stopping import Stop

    configure_logs(human=False)
    stop = Stop()
    with _parts(*DELIVERING) as parts:
        prepare(parts)
        with clock_and_delivery(parts):
            stop.wait()


@app.command(name="migrate")
def migrate_command() -> None:
    """Bring the database to the current schema."""
    from storage.schema import SchemaState, migrate, schema_state

    with _database() as (_, engine):
        before = schema_state(engine)
        if before is SchemaState.AHEAD:
            typer.echo("accord: the database is newer than this version; nothing to do", err=True)
            return
        migrate(engine)
        typer.echo("The schema was current." if before is SchemaState.CURRENT else "Migrated.")


@people.command(name="import")
def people_import(
    file: Annotated[Path, typer.Argument(help="A CSV file; see the README for its columns.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the changes only.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before changing.")] = False,
) -> None:
    """Bring people into the directory: every change is shown first, all or nothing."""
    from bot.people_command import import_people_command
    from bot.running import ready_database

    with _parts("ACCORD_SECRET_KEY") as parts:
        ready_database(parts)
        code = import_people_command(
            parts.store,
            file,
            dry_run=dry_run,
            yes=yes,
            out=Console(highlight=False),
            errors=Console(stderr=True, highlight=False),
        )
    raise typer.Exit(code)


@roles.command(name="ask")
def roles_ask(
    email: Annotated[str, typer.Argument(help="Whose: an address in the directory.")],
    role: Annotated[str, typer.Argument(help="administrator, hr or compliance.")],
    reason: Annotated[str, typer.Option(help="Why; those who are told read it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before asking for it.")] = False,
) -> None:
    """Ask for a role that one person confirms in Slack, while no two people can give one there."""
    from bot.roles_command import ask_for_role_command
    from bot.running import require_keys, require_origin, require_schema
    from domain.roles import GIVING

    wanted = next((one for one in GIVING if one.value == role), None)
    if wanted is None or not reason.strip():
        names = ", ".join(one.value for one in GIVING)
        typer.echo(f"accord: needs a role ({names}) and a reason", err=True)
        raise typer.Exit(2)
    with _parts("ACCORD_SECRET_KEY") as parts:
        require_schema(parts.store.engine)
        require_keys(parts.store)
        require_origin(parts.store)
        code = ask_for_role_command(
            parts.store,
            email,
            wanted,
            reason.strip(),
            yes=yes,
            out=Console(highlight=False),
            errors=Console(stderr=True, highlight=False),
        )
    raise typer.Exit(code)


Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="A public key, as `accord audit key` prints it; may be repeated."),
]


@audit.command(name="verify")
def audit_verify(
    file: Annotated[
        Path | None, typer.Argument(help="An exported record; without it, the database's.")
    ] = None,
    state: Annotated[
        bool,
        typer.Option("--state", help="Also compare goals, people, roles with what is recorded."),
    ] = False,
    checkpoints: Annotated[
        Path | None, typer.Option(help="A folder, or a file, that checkpoints were kept in.")
    ] = None,
    key: Keys = None,
) -> None:
    """Check the whole record; names the first entry that is not as it was written."""
    from bot.record_command import (
        checkpoints_in,
        verifiers_of,
        verify_command,
        verify_file_command,
    )
    from bot.settings import SettingsProblem, load_settings
    from storage.database import missing_file

    screens = _screens()
    with _trouble_told():
        settings = load_settings()
        verifiers = verifiers_of(key or (), settings.verifiers())
        held = None if checkpoints is None else checkpoints_in(checkpoints, verifiers)
        if file is not None and state:
            raise SettingsProblem(["--state compares a database, which a file is not"])
        if file is not None:
            raise typer.Exit(verify_file_command(file, screens, verifiers, held))
        missing = missing_file(settings.accord_database_url)
        if missing is not None:
            problem = (
                f"the database is empty: there is no file {missing}; check ACCORD_DATABASE_URL, or "
                "run `accord migrate`"
            )
            raise SettingsProblem([problem])
    from bot.running import require_schema
    from storage.keyring import Keyring

    with _database() as (settings, engine):
        require_schema(engine)
        secrets = settings.secret_keys()
        code = verify_command(
            engine,
            Keyring(secrets) if secrets else None,
            screens,
            held=held,
            verifiers=verifiers,
            state=state,
            ledger=settings.accord_erasure_ledger,
        )
    raise typer.Exit(code)


@audit.command(name="export")
def audit_export(
    file: Annotated[Path, typer.Argument(help="Where to; it must not be there yet.")],
) -> None:
    """Write the record, without its sealed values, for checking elsewhere."""
    from bot.proof_command import export_command
    from bot.running import operator_origin, require_origin, require_schema

    with _parts("ACCORD_SECRET_KEY") as parts:
        require_schema(parts.store.engine)
        require_origin(parts.store)
        code = export_command(parts.store, operator_origin(parts), file, _screens())
    raise typer.Exit(code)


@audit.command(name="prove")
def audit_prove(seq: Annotated[int, typer.Argument(min=0, help="The entry's number.")]) -> None:
    """Print a proof of one entry, with its values; what is confidential is recorded as read."""
    from bot.proof_command import prove_command
    from bot.running import operator_origin, require_origin, require_schema

    with _parts("ACCORD_SECRET_KEY") as parts:
        require_schema(parts.store.engine)
        require_origin(parts.store)
        code = prove_command(parts.store, operator_origin(parts), seq, _screens())
    raise typer.Exit(code)


@audit.command(name="check-proof")
def audit_check_proof(
    file: Annotated[Path, typer.Argument(help="A proof, as `prove` or `consistency` prints it.")],
    key: Keys = None,
) -> None:
    """Check a proof, with nothing but its file and the public key."""
    from bot.proof_command import check_proof_command
    from bot.record_command import verifiers_of
    from bot.settings import load_settings

    with _trouble_told():
        verifiers = verifiers_of(key or (), load_settings().verifiers())
        raise typer.Exit(check_proof_command(file, verifiers, _screens()))


@audit.command(name="consistency")
def audit_consistency(
    old: Annotated[str, typer.Argument(help="A number of entries, or a file with a checkpoint.")],
    new: Annotated[str, typer.Argument(help="The same, of a later state.")],
    key: Keys = None,
) -> None:
    """Print a proof that the record only grew from one state to the other."""
    from bot.proof_command import consistency_command, end_of
    from bot.record_command import verifiers_of
    from bot.running import require_schema

    with _parts("ACCORD_SECRET_KEY") as parts:
        require_schema(parts.store.engine)
        verifiers = verifiers_of(key or (), parts.settings.verifiers())
        ends = (end_of(old, verifiers), end_of(new, verifiers))
        code = consistency_command(parts.store, ends, verifiers, _screens())
    raise typer.Exit(code)


@audit.command(name="key")
def audit_key() -> None:
    """Print the public keys of ACCORD_SIGNING_KEY, with which checkpoints are checked."""
    from bot.settings import load_settings

    with _trouble_told():
        keys = load_settings("ACCORD_SIGNING_KEY").signing_keys()
        for verifier in keys.verifiers if keys else ():
            typer.echo(verifier.vkey)


@policy.command(name="check")
def policy_check(
    file: Annotated[Path, typer.Argument(help="A policy as YAML.")],
) -> None:
    """Explain every mistake in a policy file, with line, column and path."""
    from bot.policy_file import check_policy_command

    raise typer.Exit(
        check_policy_command(file, Console(highlight=False), Console(stderr=True, highlight=False))
    )


@keys.command(name="rotate")
def keys_rotate() -> None:
    """Wrap every data key anew under the newest secret, while the bot runs; can be repeated."""
    from bot.keys_command import rotate_command
    from bot.running import operator_origin, require_keys, require_origin, require_schema

    with _parts("ACCORD_SECRET_KEY", patient=True) as parts:
        require_schema(parts.store.engine)
        require_keys(parts.store)
        require_origin(parts.store)
        code = rotate_command(
            parts.store,
            operator_origin(parts),
            Console(highlight=False),
            Console(stderr=True, highlight=False),
        )
    raise typer.Exit(code)


@app.command()
def doctor() -> None:
    """Check settings, token, scopes, database, clock and key; say how to mend what is wrong."""
    from bot.doctor import examine

    raise typer.Exit(examine(Console(highlight=False)))


@app.command()
def manifest(
    url: Annotated[
        str | None, typer.Option(help="Where Slack reaches this bot; without it, Socket Mode.")
    ] = None,
) -> None:
    """Print the Slack app manifest for this version."""
    from bot.manifest import manifest as app_manifest

    typer.echo(json.dumps(app_manifest(url), indent=2))


@app.command(name="run")
def run_command(
    sweep: Annotated[Sweeps, typer.Argument(help="Which sweep.")],
    at: Annotated[
        str | None, typer.Option(help="A business moment with its zone: 2027-01-15T09:00+01:00.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Of retention: count only, change nothing.")
    ] = False,
    clock_is_right: Annotated[
        bool, typer.Option(help="Take away what is due though nobody has done anything for a week.")
    ] = False,
) -> None:
    """Run one scheduled sweep now."""
    if dry_run and sweep is not Sweeps.RETENTION:
        typer.echo("accord: --dry-run is for retention alone", err=True)
        raise typer.Exit(2)
    from bot.app import machine_now
    from bot.logs import configure_logs
    from bot.running import require_keys, require_origin, require_schema
    from bot.sweep_command import run_sweep
    from domain.clock import Clock

    configure_logs(human=False)
    clock = Clock(machine_now)
    if at is not None:
        moment = _moment(at)
        if sweep in OF_THE_PRESENT and moment > machine_now():
            typer.echo(f"accord: {sweep.value} cannot run as of a future moment", err=True)
            raise typer.Exit(2)
        clock.move_to(moment)
    required = NEEDED.get(sweep, ("ACCORD_SECRET_KEY",))
    with _parts(*required, clock=clock) as parts:
        require_schema(parts.store.engine)
        require_keys(parts.store)
        require_origin(parts.store)
        typer.echo(run_sweep(parts, sweep, dry_run=dry_run, clock_is_right=clock_is_right))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        typer.echo(
            "accord: --at needs a moment with its zone, for example 2027-01-15T09:00+01:00",
            err=True,
        )
        raise typer.Exit(2)
    return moment

"""`accord doctor`: what is wrong with an installation, and how to mend it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from secrets import token_hex

from rich.console import Console
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.anchor_findings import anchor_findings
from bot.app import machine_now, slack_client
from bot.clock_findings import clock_findings
from bot.findings import Finding
from bot.manifest import SCOPES
from bot.policy_file import read_policy
from bot.sending_findings import overdue_findings, sending_findings
from bot.settings import Settings, SettingsProblem, load_settings
from domain.clock import Clock
from domain.origin import Origin, Via
from storage import dead_letters, role_rescues
from storage.checkpoints import anchor_states, latest
from storage.database import open_engine
from storage.erasure_ledger import LedgerLine, LedgerTrouble, PurgeLine, read_lines, try_to_append
from storage.keyring import Keyring
from storage.overdue import overdue
from storage.queue_numbers import queue_numbers
from storage.schema import SchemaState, schema_state
from storage.sealing import keys_of_missing_secrets
from storage.send_numbers import send_numbers
from storage.unit_of_work import Store
from usecases.clock_doubt import clock_doubt
from usecases.role_grants import two_people

REQUIRED = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "ACCORD_SECRET_KEY")
CLOCK_TOLERANCE_SECONDS = 60
RESCUES_TOLD = timedelta(days=90)


def examine(console: Console) -> int:
    """Look at everything and print it; 0 if all is well, 1 if something is not, 2 for settings."""
    try:
        settings = load_settings(*REQUIRED)
    except SettingsProblem as problem:
        for sentence in problem.problems:
            console.print(f"✗ {sentence}", soft_wrap=True)
        return 2
    findings = [Finding("Settings are complete"), _address(settings), *_policy(settings)]
    findings.append(_ledger(settings))
    findings += _database(settings)
    findings += _slack(settings)
    for finding in findings:
        if finding.advice is not None:
            console.print(f"! {finding.what}: {finding.advice}", soft_wrap=True)
        elif finding.mend is None:
            console.print(f"✓ {finding.what}", soft_wrap=True)
        else:
            console.print(f"✗ {finding.what}: {finding.mend}", soft_wrap=True)
    return 1 if any(finding.mend for finding in findings) else 0


def _address(settings: Settings) -> Finding:
    if settings.accord_url is None:
        return Finding("Links in dialogs lead to where `accord serve` listens; see ACCORD_URL")
    return Finding(f"Links in dialogs lead to {settings.accord_url}")


def _policy(settings: Settings) -> Iterator[Finding]:
    try:
        read_policy(settings.accord_policy)
    except SettingsProblem as problem:
        for sentence in problem.problems:
            yield Finding("Policy", sentence)
    else:
        yield Finding("The policy can be read")


def _ledger(settings: Settings) -> Finding:
    path = settings.accord_erasure_ledger
    if path is None:
        return Finding(
            "Nothing can be erased or purged: no file keeps that safe from a restored backup",
            advice="set ACCORD_ERASURE_LEDGER to a file apart from the database",
        )
    try:
        lines = read_lines(path)
        try_to_append(path)
    except LedgerTrouble as trouble:
        return Finding(
            f"ACCORD_ERASURE_LEDGER cannot be used ({trouble.code})",
            "give it the file as it was written, where this process may append to it",
        )
    erasures = sum(isinstance(line, LedgerLine) for line in lines)
    purges = len({line.purge for line in lines if isinstance(line, PurgeLine)})
    return Finding(f"The ledger knows of {erasures} erasures and {purges} purges")


def _database(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings.accord_database_url)
    try:
        yield from _schema(engine)
        yield from _contents(engine, settings)
    except SQLAlchemyError as error:
        yield Finding(
            "The database does not answer",
            f"check ACCORD_DATABASE_URL and that the server runs ({type(error).__name__})",
        )
    finally:
        engine.dispose()


def _schema(engine: Engine) -> Iterator[Finding]:
    match schema_state(engine):
        case SchemaState.CURRENT:
            yield Finding("The database has the current schema")
        case SchemaState.EMPTY:
            yield Finding("The database is empty", "run `accord migrate`, or start `accord serve`")
        case SchemaState.OUTDATED:
            yield Finding("The database has an older schema", "run `accord migrate`")
        case SchemaState.AHEAD:
            yield Finding("The database has a newer schema", "finish the upgrade of this process")


def _contents(engine: Engine, settings: Settings) -> Iterator[Finding]:
    if schema_state(engine) is SchemaState.EMPTY:
        return
    clock = Clock(machine_now)
    with engine.connect() as connection:
        missing = keys_of_missing_secrets(connection, Keyring(settings.secret_keys()))
        numbers = queue_numbers(
            connection, machine_now=clock.machine(), business_now=clock.business()
        )
        current = schema_state(engine) is not SchemaState.OUTDATED
        sending = send_numbers(connection, machine_now=clock.machine()) if current else None
        dead = dead_letters.groups(connection) if current else ()
        undone = overdue(connection, clock.business()) if current else {}
        newest = latest(connection) if current else None
        anchors = anchor_states(connection, settings.anchoring()) if current else ()
    yield from anchor_findings(settings, newest, anchors, clock.machine())
    if missing:
        yield Finding(
            f"{missing} data keys were wrapped with another secret",
            "add the earlier ACCORD_SECRET_KEY behind a comma",
        )
    else:
        yield Finding("The secret key opens everything")
    yield _two_people(engine, settings, clock)
    store = Store(engine, Keyring(settings.secret_keys()), clock)
    yield from clock_findings(clock_doubt(store, _origin(clock)))
    yield from overdue_findings(undone)
    if current:
        yield from rescues(engine, clock)
    yield from sending_findings(numbers, sending, dead, clock.machine())


def _two_people(engine: Engine, settings: Settings, clock: Clock) -> Finding:
    store = Store(engine, Keyring(settings.secret_keys()), clock)
    if two_people(store, _origin(clock)) is None:
        return Finding("Roles can be given in Slack")
    return Finding(
        "Nobody can give roles in Slack",
        "that takes two people, an administrator and somebody else in HR or compliance; "
        "see *Two people* in the README, and `accord roles ask`",
    )


def _origin(clock: Clock) -> Origin:
    return Origin(Via.CLI, clock.business(), request=token_hex(8))


def rescues(engine: Engine, clock: Clock) -> Iterator[Finding]:
    """What was asked for at the command line is nobody's secret."""
    since = clock.business() - RESCUES_TOLD
    with engine.connect() as connection:
        waits = len(role_rescues.waiting(connection))
        given = role_rescues.confirmed_since(connection, since)
        refused = role_rescues.refused_since(connection, since)
    if waits:
        yield Finding(
            "A role that was asked for at the command line waits",
            advice="one person confirms it in Slack, `/accord roles`, within seven days",
        )
    for name, reason in refused:
        yield Finding(
            f"{name} refused a role that `accord roles ask` had asked for: “{reason}”",
            advice="please talk to them before you ask again",
        )
    if given:
        yield Finding(
            f"{given} roles were given by one person in the last 90 days, as `accord roles ask` "
            "allows",
            advice="their entries in the record say who asked and who confirmed",
        )


def _slack(settings: Settings) -> Iterator[Finding]:
    try:
        answer = slack_client(settings, 10).auth_test()
    except SlackApiError as error:
        status = error.response.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            yield Finding(
                f"Slack fails ({status})",
                "look at its status; what waits leaves by itself after it",
            )
            return
        code = error.response.get("error")
        yield Finding(
            f"Slack refuses the bot token ({code})",
            "copy SLACK_BOT_TOKEN again from *OAuth & Permissions* of your app",
        )
        return
    except OSError:
        yield Finding(
            f"Slack does not answer at {settings.slack_api_url}", "check network and SLACK_API_URL"
        )
        return
    yield Finding(f"The token belongs to {answer.get('team')}")
    granted = {scope.strip() for scope in _header(answer.headers, "x-oauth-scopes").split(",")}
    lacking = [scope for scope in SCOPES if scope not in granted]
    if granted - {""} and lacking:
        yield Finding(
            f"The app lacks the scopes {', '.join(lacking)}",
            "update its manifest (`accord manifest`) and install it again",
        )
    yield from _clock(_header(answer.headers, "date"))


def _clock(told: str) -> Iterator[Finding]:
    try:
        skew = abs(parsedate_to_datetime(told).timestamp() - time.time())
    except ValueError:
        return
    if skew > CLOCK_TOLERANCE_SECONDS:
        yield Finding(
            f"This machine's clock is {skew:.0f} seconds off",
            "synchronise it; Slack's requests are refused at five minutes",
        )
    else:
        yield Finding("The clock is right")


def _header(headers: object, name: str) -> str:
    if isinstance(headers, dict):
        for key, value in headers.items():
            if key.lower() == name:
                return str(value[0] if isinstance(value, list) else value)
    return ""

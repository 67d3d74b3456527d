"""`accord demo` as a process: the same day brings the same company, in the record and in Slack."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, select

from bot.demo import THINGS_TO_TRY
from storage.database import open_engine
from storage.tables.audit import AuditEntry
from storage.tables.goals import Goal, GoalValue, GoalVersion
from tests.console import Process, start
from tests.sample.conftest import NOW, Sample
from tests.slack import SlackWorkspace

PATIENCE = 200.0


def two_free_ports() -> int:
    """The first of two ports, one behind the other, that nobody listens on."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = int(first.getsockname()[1])
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
            return port


@contextmanager
def demo(folder: Path) -> Iterator[tuple[SlackWorkspace, Path]]:
    """It runs for the block; its output is in the file."""
    port, output = two_free_ports(), folder.parent / "output"
    with output.open("w") as file:
        process = start(
            *("demo", "--folder", str(folder), "--port", str(port)),
            environment=dict(os.environ),
            folder=folder.parent,
            stdout=file.fileno(),
            stderr=file.fileno(),
        )
    slack = SlackWorkspace(f"http://127.0.0.1:{port}")
    try:
        _ready(process, f"http://127.0.0.1:{port + 1}/readyz", output)
        yield slack, output
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        slack.close()
        process.kill()
        process.wait()


def _ready(process: Process, url: str, output: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(output.read_text())


def company(connection: Connection) -> tuple[object, ...]:
    """Goals, values and acts, whatever ids they have."""
    goals = connection.execute(
        select(Goal.number, GoalVersion.number, GoalVersion.title, GoalVersion.due_date, Goal.state)
        .join(GoalVersion, GoalVersion.goal_id == Goal.id)
        .order_by(Goal.number, GoalVersion.number)
    ).all()
    values = connection.execute(
        select(Goal.number, GoalValue.value, GoalValue.note, GoalValue.at)
        .join(GoalValue, GoalValue.goal_id == Goal.id)
        .order_by(Goal.number, GoalValue.at)
    ).all()
    acts = connection.execute(select(AuditEntry.action, AuditEntry.object_version)).all()
    return goals, values, Counter(acts)


@pytest.mark.timeout(300)  # it loads two quarters of history, perhaps on a busy machine
def test_it_shows_what_to_try_and_is_the_same_company_on_the_same_day(
    sample: Sample, tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    ahead = (NOW - datetime.now(UTC)).total_seconds()
    (folder / "clock").write_text(str(ahead), encoding="ascii")
    with demo(folder) as (slack, output):
        said = output.read_text()
        assert all(thing in said for thing in THINGS_TO_TRY)
        lena = slack.person("Lena Novak")
        shown = {
            (one.channel, one.ts) for one in lena.messages() if float(one.ts) < NOW.timestamp()
        }
        workspace = slack.ask("GET", "/sandbox/workspace")
    assert workspace["hints"] == list(THINGS_TO_TRY)
    expected = {
        (one.channel, one.ts)
        for one in sample.slack.messages
        if one.channel == "D01LENA" and one.thread_ts is None
    }
    assert shown == expected

    engine = open_engine(f"sqlite:///{folder / 'accord.db'}")
    with engine.connect() as connection, sample.store.engine.connect() as other:
        assert company(connection) == company(other)
    engine.dispose()

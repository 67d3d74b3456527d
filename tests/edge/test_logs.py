"""What people type never gets into the log, not even when the database breaks under it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.app import open_parts
from bot.manifest import manifest
from sandbox.app import create_sandbox
from storage.database import WRITING, is_sqlite
from tests.cli.accord import Running, environment, running
from tests.company import sandbox_config, settle_company
from tests.edge.waiting import until
from tests.scenes.conftest import Company, settings_for
from tests.scenes.goals import fill_goal, propose
from tests.serving import serving
from tests.slack import SlackWorkspace

CANARY = "Zitronenfalter"
REFERENCE = re.compile(r"the reference ([0-9A-F]{6})")


@pytest.fixture
def slack() -> Iterator[SlackWorkspace]:
    """Repeats an event after a second or so, when a database may have been mended."""
    config = sandbox_config(manifest("http://127.0.0.1:1"))
    patient = config.with_changes(event_retry_delays=(0.5, 1.5, 3.0))
    with serving(create_sandbox(patient)) as base_url:
        workspace = SlackWorkspace(base_url)
        yield workspace
        workspace.close()


@pytest.fixture
def serve(
    database_url: str, engine: Engine, slack: SlackWorkspace, tmp_path: Path
) -> Iterator[Running]:
    """The bot as a process of its own, so that its log is the one an operator keeps."""
    settle_company(engine)
    settings = environment(database_url, slack)
    with running("serve", "--port", "0", settings=settings, folder=tmp_path) as serve:
        slack.steer("request_url", url=f"{serve.url}/slack/events")
        yield serve


@pytest.fixture
def company(database_url: str, slack: SlackWorkspace, serve: Running) -> Iterator[Company]:
    assert serve.url
    with open_parts(settings_for(database_url, str(slack.http.base_url).rstrip("/"))) as parts:
        yield Company(slack, parts)


@contextmanager
def broken(engine: Engine, table: str) -> Iterator[None]:
    """Nothing can be written to the table. PostgreSQL says so quoting the whole row."""
    if is_sqlite(engine):
        breaking = f"ALTER TABLE {table} RENAME TO gone"
        mending = f"ALTER TABLE gone RENAME TO {table}"
    else:
        breaking = f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK (false) NOT VALID"
        mending = f"ALTER TABLE {table} DROP CONSTRAINT broken"
    writer = engine.execution_options(**{WRITING: True})
    with writer.begin() as connection:
        connection.execute(text(breaking))
    yield
    with writer.begin() as connection:
        connection.execute(text(mending))


def everything_logged(serve: Running) -> str:
    assert serve.stop() == 0
    return serve.log


def is_json(line: str) -> bool:
    return isinstance(json.loads(line), dict)


def test_nothing_that_people_type_is_logged(company: Company, serve: Running) -> None:
    lena, jonas, mira = (company.person(name) for name in ("Lena", "Jonas", "Mira"))
    fill_goal(lena, company, Title=f"{CANARY} title", Metric=f"{CANARY} hours")
    lena.dialog.press("More detail")
    lena.dialog.fill({"Why it matters": f"{CANARY} why"}).submit()
    jonas.wait_for("proposes a goal").press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": f"{CANARY} reason"}).submit()
    lena.wait_for("suggests a change").press("Counter")
    lena.dialog.fill({"Target": "7", "Reason": f"{CANARY} other reason"}).submit()
    jonas.wait_for("Lena Novak suggests a change").press("Ask a facilitator")
    jonas.dialog.fill({jonas.dialog.labels[0]: f"{CANARY} note"}).submit()
    mira.wait_for("G-1").press("Read")
    assert CANARY in mira.dialog.text
    jonas.wait_for("Lena Novak suggests a change").press("Decline")
    jonas.dialog.close(everything=True)
    jonas.wait_for("Lena Novak suggests a change").press("Accept")
    lena.wait_for("Jonas Brandt accepted G-1")
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "8", "What changed": f"{CANARY} change"}).submit()
    lena.say(f"{CANARY} words")
    lena.wait_for("I don't know")
    for words in (f"{CANARY}", f"show {CANARY}", f"list {CANARY}", f"show G-{CANARY}"):
        assert lena.command(f"/goal {words}").error is None
    company.slack.raw(f"payload={CANARY}")
    company.slack.raw(f"command=%2F{CANARY}", sign="wrong")
    logged = everything_logged(serve)
    assert '"event": "slack_request_refused"' in logged
    assert CANARY not in logged
    assert all(map(is_json, logged.splitlines()))


def test_when_the_database_breaks_the_person_gets_a_reference_and_the_log_no_words(
    company: Company, serve: Running, engine: Engine
) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company, Title=f"{CANARY} title")
    with broken(engine, "goal_version"):
        lena.dialog.submit()
        told = REFERENCE.search(lena.dialog.text)
        assert told, lena.dialog.text
    # What was typed is still there, and can be sent again.
    lena.dialog.submit()
    assert not lena.has_dialog
    lena.wait_for("You proposed G-1")
    logged = everything_logged(serve)
    assert f'"reference": "{told[1]}"' in logged
    assert CANARY not in logged
    assert "Traceback" not in logged


def test_while_the_database_is_locked_the_person_is_asked_to_press_again(
    company: Company, serve: Running, engine: Engine
) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company, Title=f"{CANARY} title")
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        if not is_sqlite(engine):
            connection.execute(text("LOCK TABLE audit_head IN EXCLUSIVE MODE"))
        sent = lena.dialog.submit()
        assert "too busy to save that. Please press again" in lena.dialog.text
        assert sent.seconds < 3
    lena.dialog.submit()
    assert not lena.has_dialog
    assert CANARY not in everything_logged(serve)


def test_words_to_the_bot_that_cannot_be_kept_are_heard_when_slack_repeats_them(
    company: Company, serve: Running, engine: Engine
) -> None:
    lena = company.person("Lena")
    with broken(engine, "said_words"):
        lena.say(f"{CANARY} words")
        until(lambda: any(one["outcome"] == 500 for one in company.slack.log("message.im")))
    lena.wait_for(CANARY)
    logged = everything_logged(serve)
    assert '"event": "unforeseen"' in logged
    assert CANARY not in logged
    assert "Traceback" not in logged


def test_a_delivery_that_meets_a_broken_database_says_nothing_of_what_it_carries(
    company: Company, serve: Running, engine: Engine
) -> None:
    lena = company.person("Lena")
    with broken(engine, "attempt_log"):
        propose(lena, company, Title=f"{CANARY} title")
        serve.logged("delivery_interrupted")
    logged = everything_logged(serve)
    assert CANARY not in logged
    assert "Traceback" not in logged

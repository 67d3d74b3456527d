"""`accord serve` and `accord worker`: how they start, refuse to start, and stop."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from bot.app import open_parts
from bot.running import prepare
from domain.people import HomeWorkspace
from tests.cli.accord import accord, environment, running
from tests.cli.conftest import emptied
from tests.company import settle_company
from tests.databases import Databases, Kind
from tests.edge.waiting import until
from tests.scenes.conftest import settings_for
from tests.slack import SlackWorkspace

SERVE = ("serve", "--port", "0")


@pytest.fixture
def sqlite_url(databases: Databases) -> str:
    return databases.fresh(Kind.SQLITE)


def health(url: str) -> httpx.Response:
    return httpx.get(f"{url}/readyz", trust_env=False)


def test_it_starts_on_an_empty_database_answers_and_stops_when_asked(
    empty_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    with running(*SERVE, settings=environment(empty_url, slack), folder=tmp_path) as serve:
        assert health(serve.url).json() == {"status": "ok"}
        slack.steer("request_url", url=f"{serve.url}/slack/events")
        assert "I don't know you yet" in slack.person("Lena").command("/goal").text
        since = time.monotonic()
        assert serve.stop() == 0
        assert time.monotonic() - since < 8
    assert "Traceback" not in serve.log


@pytest.mark.parametrize("command", [SERVE, ("worker",)])
def test_asked_to_stop_while_it_starts_it_ends_well(
    command: tuple[str, ...], sqlite_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    slack.fault("delay", method="auth.test", seconds=0.5)
    settings = environment(sqlite_url, slack)
    with running(*command, settings=settings, folder=tmp_path) as starting:
        until(lambda: bool(slack.log("auth.test")), seconds=30)
        assert starting.stop() == 0
    assert "Traceback" not in starting.log


@pytest.mark.parametrize("command", [SERVE, ("worker",)])
def test_every_setting_that_is_missing_or_wrong_is_named_on_a_line_of_its_own(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    refused = accord(*command, settings={}, folder=tmp_path)
    assert refused.returncode == 2
    lines = refused.stderr.splitlines()
    needed = ["SLACK_BOT_TOKEN", "ACCORD_SECRET_KEY"]
    needed += ["SLACK_SIGNING_SECRET"] if command == SERVE else []
    assert sorted(lines) == sorted(f"accord: {name} is not set" for name in needed)
    assert not list(tmp_path.iterdir())


def test_every_setting_that_cannot_be_read_is_named_without_its_secret(
    slack: SlackWorkspace, tmp_path: Path
) -> None:
    wrong = {
        **environment("mysql://root:geheim@db/accord", slack),
        "ACCORD_SECRET_KEY": "too-short-geheim",
        "SLACK_API_URL": "slack.com",
        "ACCORD_THREADS": "many",
    }
    refused = accord(*SERVE, settings=wrong, folder=tmp_path)
    assert refused.returncode == 2
    named = {line.split()[1] for line in refused.stderr.splitlines()}
    assert named == {"ACCORD_DATABASE_URL", "ACCORD_SECRET_KEY", "SLACK_API_URL", "ACCORD_THREADS"}
    assert "geheim" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_settings_may_stand_in_a_file_and_empty_ones_count_as_not_set(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = environment(sqlite_url) | {"SLACK_BOT_TOKEN": ""}
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (tmp_path / ".env").write_text("".join(lines), encoding="utf-8")
    refused = accord(*SERVE, settings={}, folder=tmp_path)
    assert (refused.returncode, refused.stderr) == (2, "accord: SLACK_BOT_TOKEN is not set\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("escalation: [", "Line 1, column 14"),
        ("no_such_section: 1\n", "no_such_section"),
        ("just words\n", "settings belong here"),
    ],
)
def test_a_policy_that_cannot_be_read_is_named_with_its_place(
    content: str, said: str, sqlite_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(content, encoding="utf-8")
    settings = environment(sqlite_url, slack) | {"ACCORD_POLICY": str(policy)}
    refused = accord(*SERVE, settings=settings, folder=tmp_path)
    assert refused.returncode == 2
    assert "policy.yaml" in refused.stderr
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


Trouble = Callable[[SlackWorkspace, dict[str, str]], None]


def _token_revoked(slack: SlackWorkspace, _settings: dict[str, str]) -> None:
    slack.fault("error_before", method="auth.test", error="invalid_auth")


def _no_slack(_slack: SlackWorkspace, settings: dict[str, str]) -> None:
    settings["SLACK_API_URL"] = "http://127.0.0.1:9/api/"


def _no_database(_slack: SlackWorkspace, settings: dict[str, str]) -> None:
    settings["ACCORD_DATABASE_URL"] = "sqlite:////nowhere/at/all/accord.db"


def _no_server(_slack: SlackWorkspace, settings: dict[str, str]) -> None:
    settings["ACCORD_DATABASE_URL"] = "postgresql+psycopg://nobody@127.0.0.1:9/accord"


def _another_file(_slack: SlackWorkspace, settings: dict[str, str]) -> None:
    settings["ACCORD_DATABASE_URL"] = f"sqlite:///{__file__}"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (_token_revoked, "SLACK_BOT_TOKEN is not accepted by Slack (invalid_auth)"),
        (_no_slack, "Slack does not answer at http://127.0.0.1:9/api/"),
        (_no_database, "check ACCORD_DATABASE_URL"),
        (_no_server, "check ACCORD_DATABASE_URL"),
        (_another_file, "check ACCORD_DATABASE_URL"),
    ],
)
def test_what_is_missing_around_it_is_said_in_one_clear_line(
    trouble: Trouble, said: str, sqlite_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settings = environment(sqlite_url, slack)
    trouble(slack, settings)
    refused = accord(*SERVE, settings=settings, folder=tmp_path)
    assert refused.returncode == 2
    (line,) = [each for each in refused.stderr.splitlines() if "library_trouble" not in each]
    assert line.startswith("accord: ")
    assert said in line


def test_a_port_in_use_is_said_in_one_clear_line(
    sqlite_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        settings = environment(sqlite_url, slack)
        refused = accord("serve", "--port", port, settings=settings, folder=tmp_path)
    assert refused.returncode == 2
    said = f"cannot listen on 127.0.0.1, port {port}: Address already in use"
    assert refused.stderr == f"accord: {said}; choose another --port\n"


def test_a_second_clock_on_sqlite_is_refused_but_a_bot_without_one_runs_beside_it(
    sqlite_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settings = environment(sqlite_url, slack)
    with running(*SERVE, settings=settings, folder=tmp_path) as first:
        assert first.url
        for command in (SERVE, ("worker",), ("run", "deliver")):
            refused = accord(*command, settings=settings, folder=tmp_path)
            assert refused.returncode == 2
            assert "runs clock and delivery on this database already" in refused.stderr
            assert "--no-scheduler" in refused.stderr
            assert "Traceback" not in refused.stderr
        with running(*SERVE, "--no-scheduler", settings=settings, folder=tmp_path) as beside:
            assert health(beside.url).status_code == 200
        assert accord("run", "escalations", settings=settings, folder=tmp_path).returncode == 0


def test_a_killed_process_leaves_no_lock_behind(
    sqlite_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settings = environment(sqlite_url, slack)
    with running(*SERVE, settings=settings, folder=tmp_path) as first:
        assert first.url
        first.kill()
    with running(*SERVE, settings=settings, folder=tmp_path) as second:
        assert health(second.url).status_code == 200


def test_it_starts_while_slack_is_unwell_if_it_has_met_it_before(
    sqlite_url: str, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settings = environment(sqlite_url, slack)
    with running(*SERVE, settings=settings, folder=tmp_path) as before:
        assert before.url
        assert before.stop() == 0
    slack.fault("status_before", method="*")
    with running(*SERVE, settings=settings, folder=tmp_path) as meanwhile:
        assert health(meanwhile.url).status_code == 200
        assert meanwhile.logged("slack_unreachable_at_start")


@pytest.mark.postgres
def test_replicas_prepare_one_database_at_once(databases: Databases, slack: SlackWorkspace) -> None:
    own = settings_for(databases.fresh(Kind.POSTGRES), str(slack.http.base_url).rstrip("/"))
    starting = threading.Barrier(5)

    def start() -> HomeWorkspace:
        with open_parts(own) as parts:
            starting.wait()
            return prepare(parts)

    with ThreadPoolExecutor(5) as pool:
        found = [each.result() for each in [pool.submit(start) for _ in range(5)]]
    assert len(set(found)) == 1


@pytest.mark.postgres
def test_replicas_that_start_at_once_on_an_empty_postgresql_all_run(
    databases: Databases, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settings = environment(emptied(databases.fresh(Kind.POSTGRES)), slack)
    with (
        running(*SERVE, settings=settings, folder=tmp_path) as one,
        running(*SERVE, settings=settings, folder=tmp_path) as other,
        running("worker", settings=settings, folder=tmp_path) as worker,
    ):
        assert health(one.url).status_code == health(other.url).status_code == 200
        assert worker.stop() == 0


def test_a_request_in_hand_is_finished_before_it_stops(
    database_url: str, engine: Engine, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settle_company(engine)
    with running(*SERVE, settings=environment(database_url, slack), folder=tmp_path) as serve:
        slack.steer("request_url", url=f"{serve.url}/slack/events")
        slack.fault("delay", method="views.open", seconds=1)
        lena = slack.person("Lena")
        answers: list[int | None] = []
        asking = threading.Thread(
            target=lambda: answers.append(lena.command("/goal new").status), daemon=True
        )
        asking.start()
        while not slack.log("command"):
            time.sleep(0.01)
        assert serve.stop() == 0
        asking.join(10)
    assert answers == [200]
    assert lena.dialog.title == "New goal"


def test_a_worker_delivers_what_a_bot_without_a_clock_promised(
    database_url: str, engine: Engine, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settle_company(engine)
    settings = environment(database_url, slack)
    with running(*SERVE, "--no-scheduler", settings=settings, folder=tmp_path) as serve:
        slack.steer("request_url", url=f"{serve.url}/slack/events")
        lena = slack.person("Lena")
        lena.say("help")
        slack.settle()
        assert not lena.sees("/accord goal")
        with running("worker", settings=settings, folder=tmp_path) as worker:
            lena.wait_for("/accord goal", timeout=30)
            assert worker.stop() == 0

"""The commands that end by themselves: what they print, and their exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, insert, text

from bot.app import open_parts
from bot.manifest import manifest
from bot.running import answering
from domain.people import GrantState, Role
from sandbox.app import create_sandbox
from storage.database import WRITING
from storage.tables.people import RoleGrant
from tests.cli.accord import accord, accord_here, environment
from tests.company import LONG_AGO, person_id, sandbox_config, settle_company
from tests.databases import Databases, Kind
from tests.record.intruder import intruder
from tests.scenes.conftest import settings_for
from tests.serving import serving
from tests.slack import SlackWorkspace

OTHER_KEY = "another-secret-key-that-is-long-enough-too"


@pytest.fixture
def recorded(database_url: str, engine: Engine, slack: SlackWorkspace) -> dict[str, str]:
    """Settings of a company with a goal in its record, proposed and not yet told to anybody."""
    settle_company(engine)
    own = settings_for(database_url, str(slack.http.base_url).rstrip("/"))
    with (
        open_parts(own) as parts,
        answering(parts, with_scheduler=False) as server,
        serving(server) as bot_url,
    ):
        slack.steer("request_url", url=f"{bot_url}/slack/events")
        lena = slack.person("Lena")
        lena.command("/goal new")
        lena.dialog.fill(Title="Replies", Metric="Hours", Target="5", **{"Due date": "2030-01-31"})
        for _ in range(3):  # a busy machine may let Slack's three seconds pass
            if lena.has_dialog:
                lena.dialog.submit()
        assert not lena.has_dialog
    return environment(database_url, slack)


def test_verify_finds_the_record_intact_until_a_byte_is_flipped(
    recorded: dict[str, str], tmp_path: Path
) -> None:
    intact = accord("audit", "verify", settings=recorded, folder=tmp_path)
    assert (intact.returncode, intact.stderr) == (0, "")
    assert intact.stdout.startswith("Intact: ")

    with intruder(recorded["ACCORD_DATABASE_URL"]) as connection:
        body = connection.execute(text("SELECT body FROM audit_entry WHERE seq = 1")).scalar_one()
        flipped = bytes(body[:-1]) + bytes([body[-1] ^ 1])
        connection.execute(
            text("UPDATE audit_entry SET body = :body WHERE seq = 1"), {"body": flipped}
        )
    broken = accord("audit", "verify", settings=recorded, folder=tmp_path)
    assert (broken.returncode, broken.stdout) == (1, "")
    (line,) = broken.stderr.splitlines()
    assert line.startswith("accord: the record was changed: ")
    assert "1" in line.split(": ", 2)[2]


@pytest.mark.parametrize("key", [None, OTHER_KEY])
def test_verify_cannot_tell_without_the_key(
    key: str | None, recorded: dict[str, str], tmp_path: Path
) -> None:
    del recorded["ACCORD_SECRET_KEY"]
    if key is not None:
        recorded["ACCORD_SECRET_KEY"] = key
    untold = accord("audit", "verify", settings=recorded, folder=tmp_path)
    assert (untold.returncode, untold.stdout) == (3, "")
    (line,) = untold.stderr.splitlines()
    assert line.startswith("accord: cannot tell: ")
    assert "ACCORD_SECRET_KEY" in line


def test_a_mistyped_database_is_told_and_not_made(tmp_path: Path) -> None:
    settings = {"ACCORD_DATABASE_URL": f"sqlite:///{tmp_path}/mistyped.db"}
    refused = accord("audit", "verify", settings=settings, folder=tmp_path)
    assert refused.returncode == 2
    assert "there is no file" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [("audit", "verify"), ("run", "escalations"), ("run", "deliver")]
)
def test_on_an_empty_database_a_command_says_what_to_do_first(
    command: tuple[str, ...], empty_url: str, tmp_path: Path
) -> None:
    refused = accord(*command, settings=environment(empty_url), folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    (line,) = refused.stderr.splitlines()
    assert "the database is empty" in line
    assert "`accord migrate`" in line


def test_deliver_sends_what_is_due_and_ends(
    recorded: dict[str, str], slack: SlackWorkspace, tmp_path: Path
) -> None:
    first = accord("run", "deliver", settings=recorded, folder=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    # On a busy machine one may be put back before its sending has begun, and goes a moment later.
    assert re.fullmatch(r"Done: (\d retry, )?2 sent\.\n", first.stdout), first.stdout
    assert "Replies" in slack.person("Jonas").wait_for("Lena Novak proposes a goal").text
    again = accord("run", "deliver", settings=recorded, folder=tmp_path)
    assert again.stdout == "Done: nothing was due.\n"


def test_escalations_run_as_of_another_moment(
    recorded: dict[str, str], slack: SlackWorkspace, tmp_path: Path
) -> None:
    now = accord("run", "escalations", settings=recorded, folder=tmp_path)
    assert (now.returncode, now.stdout[:2]) == (0, "0 ")
    moment = ("--at", "2029-06-05T10:00+02:00")
    passed = accord("run", "escalations", *moment, settings=recorded, folder=tmp_path)
    assert (passed.returncode, passed.stderr) == (0, "")
    assert passed.stdout.startswith("1 ")
    # Who is asked next hears of it in their own hours, whatever the hour of this test.
    accord("run", "deliver", *moment, settings=recorded, folder=tmp_path)
    assert slack.person("Omar").sees("Lena Novak proposes a goal")


@pytest.mark.parametrize("moment", ["2029-06-05T10:00", "tomorrow"])
def test_a_moment_without_its_zone_is_refused_with_an_example(moment: str, tmp_path: Path) -> None:
    settings = environment("sqlite:///accord.db")
    refused = accord("run", "escalations", "--at", moment, settings=settings, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "accord: --at needs a moment with its zone, for example 2027-01-15T09:00+01:00\n"
    )
    assert not list(tmp_path.iterdir())


def test_an_unknown_sweep_or_command_is_wrong_usage(tmp_path: Path) -> None:
    for words in (("run", "nonsense"), ("nonsense",), ("serve", "--port", "many")):
        refused = accord(*words, settings={}, folder=tmp_path)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


@pytest.fixture
def scoped(databases: Databases) -> Iterator[tuple[dict[str, str], SlackWorkspace]]:
    """A whole installation, and its workspace."""
    config = sandbox_config(manifest("https://accord.example"))
    with serving(create_sandbox(config)) as base_url:
        slack = SlackWorkspace(base_url)
        yield environment(databases.fresh(Kind.SQLITE), slack), slack
        slack.close()


def test_doctor_finds_a_whole_installation_well(
    scoped: tuple[dict[str, str], SlackWorkspace], tmp_path: Path
) -> None:
    settings, _ = scoped
    found = accord("doctor", settings=settings, folder=tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    assert "✗" not in found.stdout
    assert len(found.stdout.splitlines()) >= 6


def test_doctor_says_how_to_mend_each_thing_that_is_wrong(
    scoped: tuple[dict[str, str], SlackWorkspace], tmp_path: Path
) -> None:
    settings, slack = scoped
    slack.fault("error_before", method="auth.test", error="token_revoked")
    policy = tmp_path / "policy.yaml"
    policy.write_text("no_such_section: 1\n", encoding="utf-8")
    ill = accord("doctor", settings=settings | {"ACCORD_POLICY": str(policy)}, folder=tmp_path)
    assert ill.returncode == 1
    wrong = [line for line in ill.stdout.splitlines() if line.startswith("✗")]
    assert len(wrong) == 2
    assert "no_such_section" in wrong[0]
    assert "token_revoked" in wrong[1]
    assert "SLACK_BOT_TOKEN" in wrong[1]


def test_doctor_does_not_blame_the_token_while_slack_fails(
    scoped: tuple[dict[str, str], SlackWorkspace], tmp_path: Path
) -> None:
    settings, slack = scoped
    slack.fault("status_before", method="auth.test", status=503)
    ill = accord_here("doctor", settings=settings, folder=tmp_path)
    assert ill.returncode == 1
    assert "Slack fails (503)" in ill.stdout
    assert "SLACK_BOT_TOKEN" not in ill.stdout


def test_doctor_sees_a_key_that_does_not_open_the_record(
    recorded: dict[str, str], tmp_path: Path
) -> None:
    other = recorded | {"ACCORD_SECRET_KEY": OTHER_KEY}
    found = accord("doctor", settings=other, folder=tmp_path)
    assert found.returncode == 1
    wrong = [line for line in found.stdout.splitlines() if line.startswith("✗")]
    assert sum("ACCORD_SECRET_KEY" in line for line in wrong) == 1


def test_requests_for_approval_run_out_by_command(recorded: dict[str, str], tmp_path: Path) -> None:
    ran = accord("run", "approvals", settings=recorded, folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "0 requests for approval ran out.\n")


def test_doctor_says_when_no_two_people_can_give_roles(
    recorded: dict[str, str], engine: Engine, tmp_path: Path
) -> None:
    """Ines alone is in HR; then Omar is administrator."""
    alone = accord("doctor", settings=recorded, folder=tmp_path)
    assert "✗ Nobody can give roles in Slack" in alone.stdout
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(
            insert(RoleGrant).values(
                id=uuid4(),
                person_id=person_id("Omar Haddad"),
                role=Role.ADMINISTRATOR,
                state=GrantState.ACTIVE,
                valid_from=LONG_AGO,
            )
        )
    both = accord("doctor", settings=recorded, folder=tmp_path)
    assert "✓ Roles can be given in Slack" in both.stdout


def test_doctor_names_missing_settings_and_a_database_or_slack_that_is_away(
    tmp_path: Path,
) -> None:
    bare = accord("doctor", settings={}, folder=tmp_path)
    assert bare.returncode == 2
    assert bare.stdout.count("is not set") == 3
    away = environment("postgresql+psycopg://nobody@127.0.0.1:9/accord")
    found = accord("doctor", settings=away, folder=tmp_path)
    assert found.returncode == 1
    assert "The database does not answer" in found.stdout
    assert "Slack does not answer" in found.stdout
    assert "Traceback" not in found.stderr


def test_doctor_names_the_scopes_that_the_installed_app_lacks(
    databases: Databases, tmp_path: Path
) -> None:
    installed = manifest("https://accord.example")
    installed["oauth_config"]["scopes"]["bot"].remove("im:history")
    with serving(create_sandbox(sandbox_config(installed))) as base_url:
        slack = SlackWorkspace(base_url)
        settings = environment(databases.fresh(Kind.SQLITE), slack)
        found = accord("doctor", settings=settings, folder=tmp_path)
        slack.close()
    assert found.returncode == 1
    assert "lacks the scopes im:history" in found.stdout


def test_the_manifest_is_printed_as_json_that_slack_takes(tmp_path: Path) -> None:
    printed = accord("manifest", "--url", "https://a.example/", settings={}, folder=tmp_path)
    assert (printed.returncode, printed.stderr) == (0, "")
    found = json.loads(printed.stdout)
    assert found == manifest("https://a.example")
    without = json.loads(accord("manifest", settings={}, folder=tmp_path).stdout)
    assert without["settings"]["socket_mode_enabled"] is True


def test_a_role_is_asked_for_at_the_command_line_only_where_two_people_are_missing(
    recorded: dict[str, str], tmp_path: Path, engine: Engine
) -> None:
    ask = ("roles", "ask", "tarik@company.example", "compliance", "--reason", "One is left.")
    unanswered = accord_here(*ask, settings=recorded, folder=tmp_path)
    assert unanswered.returncode == 2
    assert "add --yes" in unanswered.stderr
    wrong = accord_here(*ask[:3], "legal", *ask[4:], settings=recorded, folder=tmp_path)
    assert (wrong.returncode, "administrator, hr, compliance" in wrong.stderr) == (2, True)
    asked = accord_here(*ask, "--yes", settings=recorded, folder=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "Tarik Can is to get the role Compliance" in asked.stdout
    assert "Ines Duarte" in asked.stdout
    examined = accord_here("doctor", settings=recorded, folder=tmp_path)
    assert "A role that was asked for at the command line waits" in examined.stdout
    with engine.begin() as connection:
        for name, role in (("Omar Haddad", Role.ADMINISTRATOR), ("Nora Sand", Role.COMPLIANCE)):
            connection.execute(
                insert(RoleGrant).values(
                    id=uuid4(),
                    person_id=person_id(name),
                    role=role,
                    state=GrantState.ACTIVE,
                    valid_from=LONG_AGO,
                )
            )
    refused = accord_here(*ask, "--yes", settings=recorded, folder=tmp_path)
    assert refused.returncode == 1
    assert "Two people can give roles in Slack" in refused.stderr
    intact = accord_here("audit", "verify", settings=recorded, folder=tmp_path)
    assert intact.returncode == 0, intact.stderr

"""Each metric, read from a running bot, with values of what has really happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import Engine, func, insert, select

from bot.app import Parts, machine_now, open_parts
from bot.running import answering, clock_origin
from domain.clock import Clock
from domain.pacing import POSTS, TRIPS_AT, interval_for
from domain.people import GrantState, Role
from scheduler.settings import DeliverySettings
from storage.database import WRITING
from storage.send_numbers import LATELY
from storage.tables.audit import AuditEntry
from storage.tables.people import RoleGrant
from tests.company import LONG_AGO, person_id, settle_company
from tests.conftest import SCENES_START
from tests.edge.waiting import until
from tests.scenes.conftest import QUICK, settings_for
from tests.serving import serving
from tests.slack import SlackWorkspace
from usecases.checkpoints import sweep_checkpoints
from usecases.escalations import escalate_silence

SIX_MINUTES = timedelta(minutes=6)
ASKERS = ("Lena", "Emil", "Tarik", "Nora", "Jonas", "Omar", "Mara", "Clara")


class MachineTime:
    """As it is, until a test moves it ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return machine_now() + self.ahead


@dataclass(frozen=True)
class Watched:
    """A running bot, as a monitoring system sees it."""

    url: str
    slack: SlackWorkspace
    parts: Parts
    machine: MachineTime

    def ask_for_help(self, *names: str) -> None:
        for name in names:
            self.slack.person(name).say("help")

    def tells(self, metric: str, **labels: str) -> float | None:
        """The value of one sample; None where there is none."""
        answer = httpx.get(f"{self.url}/metrics", trust_env=False)
        assert answer.status_code == 200
        for family in text_string_to_metric_families(answer.text):
            for sample in family.samples:
                if sample.name == metric and sample.labels == labels:
                    return sample.value
        return None

    def lately(self, became: str, lane: str = "interactive") -> float | None:
        return self.tells("accord_attempts_lately", lane=lane, became=became)

    def ready(self) -> tuple[int, str]:
        answer = httpx.get(f"{self.url}/readyz", trust_env=False)
        return answer.status_code, answer.json()["status"]


@pytest.fixture
def machine() -> MachineTime:
    return MachineTime()


@pytest.fixture
def watched(
    request: pytest.FixtureRequest,
    database_url: str,
    engine: Engine,
    slack: SlackWorkspace,
    machine: MachineTime,
    tmp_path: Path,
) -> Iterator[Watched]:
    """Delivery as the test's parameter says; None for a bot without clock and delivery."""
    delivery: DeliverySettings | None = getattr(request, "param", QUICK)
    settle_company(engine)
    settings = settings_for(database_url, str(slack.http.base_url).rstrip("/")).model_copy(
        update={
            "accord_signing_key": SecretStr("a signing key for tests that is long enough"),
            "accord_anchor_file": tmp_path / "anchors" / "checkpoints",
        }
    )
    with (
        open_parts(settings, Clock(machine, SCENES_START - machine())) as parts,
        answering(parts, with_scheduler=delivery is not None, delivery=delivery) as server,
        serving(server) as url,
    ):
        slack.steer("request_url", url=f"{url}/slack/events")
        yield Watched(url, slack, parts, machine)


without_delivery = pytest.mark.parametrize("watched", [None], indirect=True)
paced = pytest.mark.parametrize("watched", [replace(QUICK, posts_a_minute=240)], indirect=True)


def propose(watched: Watched) -> None:
    lena = watched.slack.person("Lena")
    lena.command("/goal new")
    due = (SCENES_START + timedelta(days=120)).date().isoformat()
    lena.dialog.fill(Title="Replies", Metric="Hours", Target="5", **{"Due date": due})
    lena.dialog.submit()
    assert not lena.has_dialog


@without_delivery
def test_what_waits_is_told_by_lane_with_the_age_of_the_oldest(watched: Watched) -> None:
    assert watched.tells("accord_queue_length", lane="interactive") == 0
    assert watched.tells("accord_queue_oldest_due_seconds", lane="interactive") == 0
    assert watched.tells("accord_deliveries", state="queued") == 0
    watched.ask_for_help("Lena", "Emil")
    watched.slack.settle()
    assert watched.tells("accord_queue_length", lane="interactive") == 2
    assert watched.tells("accord_queue_length", lane="broadcast") == 0
    assert watched.tells("accord_deliveries", state="queued") == 2
    watched.machine.ahead = SIX_MINUTES
    waited = watched.tells("accord_queue_oldest_due_seconds", lane="interactive")
    assert waited == pytest.approx(360, abs=30)
    assert watched.tells("accord_queue_oldest_due_seconds", lane="escalation") == 0


@without_delivery
def test_what_is_due_and_not_queued_is_told(watched: Watched) -> None:
    propose(watched)
    assert watched.tells("accord_due_not_queued") == 0
    clock = watched.parts.clock
    clock.move_to(clock.business() + timedelta(days=10, hours=10))  # in the evening
    escalate_silence(watched.parts.store, clock_origin(watched.parts))
    clock.move_to(clock.business() + timedelta(days=4))
    missing = watched.tells("accord_due_not_queued")
    assert missing is not None
    assert missing > 0, "nobody hands over what has become due: there is no clock"


def test_what_is_due_is_queued_where_a_clock_runs(watched: Watched) -> None:
    propose(watched)
    watched.slack.person("Jonas").wait_for("proposes a goal")
    assert watched.tells("accord_due_not_queued") == 0


def test_messages_that_left_are_told_by_lane(watched: Watched) -> None:
    assert watched.lately("sent") == 0
    watched.ask_for_help("Lena", "Emil")
    until(lambda: watched.lately("sent") == 2)
    assert watched.lately("sent", "reminder") == 0
    watched.machine.ahead = LATELY
    assert watched.lately("sent") == 0


def test_answers_429_are_counted(watched: Watched) -> None:
    watched.slack.fault("rate_limited", method=POSTS, times=1, seconds=1)
    watched.ask_for_help("Lena")
    until(lambda: watched.lately("sent") == 1)
    assert watched.lately("slowed_down") == 1
    assert watched.tells("accord_slowed_down_total", method=POSTS) == 1


def test_what_is_tried_again_is_told_beside_what_was_sent(watched: Watched) -> None:
    watched.slack.fault("error_before", method=POSTS, times=2, error="hash_conflict")
    watched.ask_for_help("Lena")
    until(lambda: watched.lately("sent") == 1)
    assert watched.lately("retried") == 2


def test_what_is_given_up_is_told_with_its_reason(watched: Watched) -> None:
    watched.slack.fault("error_before", method=POSTS, times=1, error="hash_conflict")
    watched.slack.fault("error_before", method=POSTS, times=1, error="is_archived")
    watched.ask_for_help("Lena")
    until(lambda: watched.lately("dead") == 1)
    assert watched.lately("retried") == 1, "what came before its end was another try"
    assert watched.tells("accord_deliveries", state="dead") == 1
    assert watched.tells("accord_last_errors", code="is_archived") == 1


@pytest.mark.parametrize("watched", [replace(QUICK, settle=timedelta(minutes=1))], indirect=True)
def test_what_may_have_been_sent_is_uncertain_until_history_tells(watched: Watched) -> None:
    watched.slack.fault("drop_after", method=POSTS, times=1)
    watched.ask_for_help("Lena")
    until(lambda: watched.lately("uncertain") == 1)
    assert watched.tells("accord_deliveries", state="uncertain") == 1
    assert watched.tells("accord_last_errors", code="no_answer") == 1
    assert watched.tells("accord_unknown_outcomes_in_a_row") == 1
    watched.machine.ahead = timedelta(minutes=2)
    until(lambda: watched.lately("sent") == 1, seconds=20)
    assert watched.lately("uncertain") == watched.lately("retried") == 0
    assert watched.tells("accord_last_errors", code="no_answer") is None


@paced
def test_the_share_of_slacks_limit_is_what_was_sent_of_what_might_have_been(
    watched: Watched,
) -> None:
    watched.ask_for_help("Lena", "Emil", "Nora")
    until(lambda: watched.lately("sent") == 3)
    share = watched.tells("accord_budget_share", method=POSTS)
    assert share == pytest.approx(3 * interval_for(240) / LATELY)
    assert watched.tells("accord_slowed_down_total", method=POSTS) == 0


def test_a_queue_that_is_stuck_shows_and_the_bot_is_not_ready(watched: Watched) -> None:
    """Slack fails in every call, so that after some of unknown fate nothing is sent any more."""
    assert watched.ready() == (200, "ok")
    assert watched.tells("accord_breaker_open") == 0
    watched.slack.fault("status_before", method=POSTS)
    watched.ask_for_help(*ASKERS[:TRIPS_AT])
    until(lambda: watched.tells("accord_breaker_open") == 1)
    watched.ask_for_help(*ASKERS[TRIPS_AT:])
    watched.slack.settle()
    in_a_row = watched.tells("accord_unknown_outcomes_in_a_row")
    assert in_a_row is not None
    assert in_a_row >= TRIPS_AT
    assert watched.ready() == (200, "ok"), "it may be over in a moment"
    watched.machine.ahead = SIX_MINUTES
    code, why = watched.ready()
    assert (code, why) == (503, "messages have been waiting for 6 minutes")
    oldest = watched.tells("accord_queue_oldest_due_seconds", lane="interactive")
    assert oldest == pytest.approx(360, abs=60)


def test_a_token_that_slack_refuses_shows_by_its_code(watched: Watched) -> None:
    watched.slack.fault("error_before", method=POSTS, error="token_revoked")
    watched.ask_for_help("Lena")
    until(lambda: watched.tells("accord_last_errors", code="token_revoked") == 1)
    assert watched.ready() == (503, "delivery is parked: token_revoked")


@without_delivery
def test_the_record_and_its_anchors_are_told(watched: Watched, tmp_path: Path) -> None:
    sweep_checkpoints(watched.parts.store, clock_origin(watched.parts))
    assert watched.tells("accord_anchor_failing", place="file") == 1, "its folder is missing"
    propose(watched)
    with watched.parts.store.engine.connect() as connection:
        entries = connection.scalar(select(func.count()).select_from(AuditEntry))
    assert watched.tells("accord_record_entries") == entries
    assert watched.tells("accord_unanchored_entries", place="file") == entries
    (tmp_path / "anchors").mkdir()
    watched.machine.ahead = SIX_MINUTES
    sweep_checkpoints(watched.parts.store, clock_origin(watched.parts))
    assert watched.tells("accord_unanchored_entries", place="file") == 0
    assert watched.tells("accord_anchor_failing", place="file") == 0


@without_delivery
def test_it_shows_whether_two_people_can_give_roles(watched: Watched) -> None:
    assert watched.tells("accord_roles_can_be_given") == 0, "there is HR and nobody else"
    with watched.parts.store.engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(
            insert(RoleGrant).values(
                id=person_id("grant of Clara"),
                person_id=person_id("Clara Stein"),
                role=Role.ADMINISTRATOR,
                state=GrantState.ACTIVE,
                valid_from=LONG_AGO,
            )
        )
    assert watched.tells("accord_roles_can_be_given") == 1

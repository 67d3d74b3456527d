"""kill -9 of a real process at every point that matters, and several processes at once."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from subprocess import DEVNULL

import pytest

from scheduler.checkpoints import Checkpoint
from storage.tables.outbox import DeliveryState
from tests.delivery.crash_runner import deliver_and_die
from tests.delivery.post_office import PostOffice
from tests.forking import ROOT, Forked, Job, fork

MESSAGES = 8


def runner(office: PostOffice, database_url: str, fatal: str, count: int) -> Forked:
    shift = (office.now - datetime.now(UTC)).total_seconds()
    slack_url = f"{str(office.slack.http.base_url).rstrip('/')}/api/"
    run = partial(deliver_and_die, database_url, slack_url, fatal, count, shift)
    return fork(Job(run, {}, ROOT), DEVNULL, sys.__stderr__.fileno())


def everybody_got_theirs_once(office: PostOffice, people: int) -> None:
    assert office.states() == [DeliveryState.SENT] * people
    for number in range(1, people + 1):
        assert len(office.texts(f"U{number:04}")) == 1


def stored(office: PostOffice) -> int:
    """Messages that Slack took in; a request that broke off with its process does not count."""
    return sum(call["outcome"] == "ok" for call in office.calls())


@pytest.mark.parametrize("fatal", [Checkpoint.CLAIMED, Checkpoint.SENDING, Checkpoint.ANSWERED])
@pytest.mark.parametrize("count", [1, 3])
def test_a_process_killed_while_it_sends_loses_nothing_and_repeats_nothing(
    office: PostOffice, database_url: str, fatal: Checkpoint, count: int
) -> None:
    office.enqueue(*[office.notice(office.person()) for _ in range(MESSAGES)])
    assert runner(office, database_url, fatal, count).wait() == -signal.SIGKILL
    office.deliver_to_the_end(office.delivery())
    everybody_got_theirs_once(office, MESSAGES)
    assert stored(office) == MESSAGES


def test_a_process_killed_while_slack_works_on_its_message_loses_nothing(
    office: PostOffice, database_url: str
) -> None:
    office.enqueue(office.notice(office.person()))
    office.slack.fault("hang", method="chat.postMessage", times=1, seconds=10)
    victim = runner(office, database_url, "-", 0)
    while not office.calls() or office.calls()[0].get("fault") is None:
        assert victim.poll() is None
    victim.kill()
    assert victim.wait() == -signal.SIGKILL
    office.deliver_to_the_end(office.delivery())
    everybody_got_theirs_once(office, 1)


def test_a_process_killed_while_it_makes_deliveries_leaves_none_half_made(
    office: PostOffice, database_url: str
) -> None:
    soon = timedelta(seconds=1)
    office.enqueue(*[office.notice(office.person(), due_in=soon) for _ in range(3)])
    office.pass_time(2)
    assert runner(office, database_url, Checkpoint.MATERIALISING, 1).wait() == -signal.SIGKILL
    office.deliver_to_the_end(office.delivery())
    everybody_got_theirs_once(office, 3)


@pytest.mark.parametrize("fatal", [Checkpoint.LOOKING, Checkpoint.FOUND])
def test_a_process_killed_while_it_reads_history_leaves_the_doubt_to_the_next(
    office: PostOffice, database_url: str, fatal: Checkpoint
) -> None:
    office.enqueue(office.notice(office.person()))
    office.slack.fault("error_after", method="chat.postMessage", times=1)
    office.delivery().deliver_until_idle()
    office.pass_time(31)
    assert runner(office, database_url, fatal, 1).wait() == -signal.SIGKILL
    office.deliver_to_the_end(office.delivery())
    everybody_got_theirs_once(office, 1)
    assert stored(office) == 1


@pytest.mark.postgres
def test_processes_side_by_side_share_the_work(office: PostOffice, database_url: str) -> None:
    if office.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite one process delivers: the lock sees to it")
    office.enqueue(*[office.notice(office.person()) for _ in range(40)])
    runners = [runner(office, database_url, "-", 0) for _ in range(2)]
    assert [each.wait() for each in runners] == [0, 0]
    everybody_got_theirs_once(office, 40)
    assert stored(office) == 40

"""What `accord doctor` says about messages that wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.findings import Finding
from bot.sending_findings import overdue_findings, sending_findings
from domain.dead_letters import Cause, LetterGroup
from domain.notices import Lane
from domain.pacing import POSTS, TRIPS_AT, Pace
from storage.overdue import Due
from storage.queue_numbers import LaneNumbers, QueueNumbers
from storage.send_numbers import Became, SendNumbers
from storage.tables.outbox import DeliveryState

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PACE = Pace(POSTS, NOW, timedelta(milliseconds=250))


def found(
    late: Lane | None = None,
    posts: Pace = PACE,
    sent: int = 0,
    dead: int = 0,
    not_queued: timedelta = timedelta(),
) -> list[Finding]:
    lanes = {lane: LaneNumbers(0, 0, timedelta()) for lane in Lane}
    if late is not None:
        lanes[late] = LaneNumbers(40, 40, QUARTER)
    states, errors = {DeliveryState.DEAD: dead}, {"is_archived": 1}
    numbers = QueueNumbers(lanes, states, 3, not_queued, errors)
    letters = LetterGroup(Cause.ARCHIVED, dead, {}, NOW, 1, ("is_archived",))
    sending = SendNumbers({(Lane.BROADCAST, Became.SENT): sent}, {}, {}, posts)
    return list(sending_findings(numbers, sending, [letters] if dead else [], NOW))


def test_a_queue_that_moves_at_slacks_pace_is_well() -> None:
    (finding,) = found(Lane.BROADCAST, sent=900)
    assert finding.mend is None
    assert "40 wait" in finding.what


def test_a_queue_that_does_not_move_is_not_well() -> None:
    (finding,) = found(Lane.BROADCAST)
    assert "is_archived" in str(finding.mend)


def test_an_answer_that_waits_is_not_well_even_if_others_leave() -> None:
    (finding,) = found(Lane.INTERACTIVE, sent=900)
    assert finding.mend is not None
    assert "15 minutes" in finding.what


def test_unknown_outcomes_in_a_row_are_explained() -> None:
    pace = Pace(POSTS, NOW, timedelta(), None, TRIPS_AT, NOW + timedelta(seconds=10))
    finding, _ = found(posts=pace)
    assert "5 messages in a row" in finding.what
    assert finding.mend is not None


def test_a_wait_that_slack_asked_for_is_told_and_needs_nothing() -> None:
    pace = Pace(POSTS, NOW, timedelta(), NOW + timedelta(seconds=30))
    finding, _ = found(posts=pace)
    assert "30 seconds" in finding.what
    assert finding.mend is None


def test_what_could_not_be_delivered_is_told_with_why_and_what_to_do() -> None:
    finding, _ = found(dead=2)
    assert "2" in finding.what
    assert "The channel is archived" in finding.what
    assert "Unarchive it" in str(finding.advice)
    assert "is_archived" in str(finding.advice)


def test_a_clock_that_stands_still_is_found_but_not_its_usual_pause() -> None:
    assert len(found(not_queued=timedelta(minutes=1))) == 1
    finding, _ = found(not_queued=QUARTER)
    assert "not queued: 3" in finding.what
    assert "15 minutes" in finding.what
    assert finding.mend is not None


def test_what_no_sweep_has_dealt_with_is_told_each_by_itself() -> None:
    assert list(overdue_findings(dict.fromkeys(Due, 0))) == []
    told = list(overdue_findings(dict.fromkeys(Due, 3)))
    assert len(told) == len(Due) - 1, "messages are told of with the queue"
    assert all("3" in one.what and one.mend for one in told)
    (rounds,) = overdue_findings({Due.ROUNDS: 2})
    assert "rounds to be closed: 2" in rounds.what

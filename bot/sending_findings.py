"""What `accord doctor` finds about the messages that wait, and why they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.findings import Finding
from domain.dead_letters import LetterGroup
from domain.notices import Lane
from messages.dead_letter_words import WHAT_NOW, WHY
from messages.reading import Reader
from storage.overdue import Due
from storage.queue_numbers import QueueNumbers
from storage.send_numbers import URGENT, Became, SendNumbers

PATIENCE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
NOBODY = "check that `accord serve` or `accord worker` runs, and its log"


def sending_findings(
    numbers: QueueNumbers,
    sending: SendNumbers | None,
    dead: Sequence[LetterGroup],
    now: datetime,
) -> Iterator[Finding]:
    """`sending` is None, and `dead` empty, where the schema does not tell yet."""
    posts = sending.posts if sending is not None else None
    if posts is not None and posts.tripped:
        yield Finding(
            f"The fate of {posts.unknown_in_a_row} messages in a row is unknown, so new ones wait "
            "and one at a time tries again",
            "look at Slack's status and at the network between it and this machine",
        )
    if posts is not None and posts.blocked_until is not None and posts.blocked_until > now:
        seconds = (posts.blocked_until - now).total_seconds()
        yield Finding(
            f"Slack has asked to wait for {seconds:.0f} seconds more",
            advice="nothing is lost; if it happens often, lower ACCORD_POSTS_PER_MINUTE",
        )
    reader = Reader.of_nobody(now)
    for group in dead:
        why, what_now = (
            reader.gettext(words[group.cause]).replace("*", "") for words in (WHY, WHAT_NOW)
        )
        yield Finding(
            f"Messages that could not be delivered: {group.count}. {why}",
            advice=f"{what_now} (`/accord cases`; {', '.join(group.codes)})",
        )
    if numbers.longest_not_queued > PATIENCE:
        yield Finding(
            f"Messages that are due but not queued: {numbers.due_not_queued}, the oldest for "
            f"{numbers.longest_not_queued / MINUTE:.0f} minutes",
            f"the clock does not run: {NOBODY}",
        )
    yield _queue(numbers, sending)


_DUE = {
    Due.GOALS: "agreed goals that nobody plans to ask about",
    Due.CHECK_INS: "goals to be asked about",
    Due.UNASKED: "answers owed to a question that was never put",
    Due.LISTS: "managers' lists",
    Due.REMINDERS: "proposals to be reminded of or passed on",
    Due.ROUNDS: "rounds to be closed",
    Due.APPROVALS: "requests for approval that are over",
    Due.CASES: "cases to be reminded of or passed on",
    Due.ANNOUNCEMENTS: "announcements of which nothing is handed out",
    Due.REVIEWS: "access reviews to be begun, listed or ended",
}


def overdue_findings(found: Mapping[Due, int]) -> Iterator[Finding]:
    """What is due and was not dealt with; messages are told of with the queue."""
    for due, named in _DUE.items():
        if found.get(due):
            yield Finding(
                f"Due and not dealt with for ten minutes, {named}: {found[due]}",
                f"the clock does not run, or cannot deal with it: {NOBODY}",
            )


def _queue(numbers: QueueNumbers, sending: SendNumbers | None) -> Finding:
    lanes = numbers.lanes.items()
    urgent = max(one.oldest_due for lane, one in lanes if lane <= URGENT)
    late = max(one.oldest_due for lane, one in lanes if lane > URGENT)
    waiting = sum(one.due for lane, one in lanes if lane > URGENT)
    sent = 0
    if sending is not None:
        sent = sum(sending.attempts.get((lane, Became.SENT), 0) for lane in Lane)
    if urgent > PATIENCE or (late > PATIENCE and not sent):
        codes = ", ".join(sorted(numbers.errors))
        return Finding(
            f"The oldest message has been waiting for {max(urgent, late) / MINUTE:.0f} minutes",
            NOBODY + (f"; last errors of what waits or failed: {codes}" if codes else ""),
        )
    if late > PATIENCE:
        return Finding(
            f"Messages leave at Slack's pace: {waiting} wait that are not urgent, the oldest for "
            f"{late / MINUTE:.0f} minutes",
        )
    return Finding("Messages leave in time")

"""Loads the sample organisation's past: into the record by the use cases, and into Slack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from bot.sample import acts
from bot.sample.days import INTO_DAY, Company
from bot.sample.goals import Goals
from bot.sample.organisation import load_people
from bot.sample.plan import history_begins, plan
from bot.sample.slack import PastMessage, PastSlack, Permalink, direct_of, ts_of
from bot.sample.stage import Stage
from bot.sample.story import read_extra, read_stories
from bot.sample.talk import Talking
from domain.checkins import PromptNotice
from domain.notices import NoticeKind, Part
from domain.screens import GoalNotice, Notice, Pointless
from messages.notices import notice_message
from messages.templates import Templates
from storage import checkin_prompts, past_messages
from storage.history import entering_history
from storage.past_messages import Placed, Untold
from storage.unit_of_work import Store
from usecases.notices import read_post
from usecases.policy import adopt_first_policy

SHOWN_FOR = timedelta(days=14)
"""Messages of ours that are older do not stand in Slack: people could not find them anyway."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NOTHING = ts_of(LONG_AGO).rjust(17, "0")
ALWAYS_SHOWN = frozenset(
    {
        NoticeKind.SUPPORT_ANSWERED,
        NoticeKind.SUPPORT_KEPT,
        NoticeKind.ROUND_QUESTION,
        NoticeKind.ROUND_DESK,
        NoticeKind.ROUND_RESULT,
        NoticeKind.ROUND_SUMMARY,
    }
)
"""What belongs to a thread or a channel, which people do find."""


def load_sample(
    store: Store,
    now: datetime,
    templates: Templates,
    permalink: Permalink,
    hand_over: Callable[[PastSlack], None],
) -> bool:
    """Fill an empty directory as of `now` (business time); False, and untouched, if it is not.

    All or nothing: `hand_over` gets what is to stand in Slack before anything is committed.
    `permalink` makes the address of a message from its channel and `ts`.
    """
    extra, stories = read_extra(), read_stories()
    company = Company(extra, now.astimezone(UTC).date())
    with entering_history(store, now) as history:
        channels = {channel.name: channel for channel in extra.channels}
        listed = tuple(one.facts.slack_user or "" for one in company.people.values())
        stage = Stage(history, company, channels, permalink, PastSlack(listed))
        begin = stage.operator(history_begins(company.today))
        if not load_people(history, begin):
            return False
        adopt_first_policy(history, begin, store.initial_policy)
        _perform(stage, plan(extra, stories, company.today))
        _show(stage, now, templates)
        hand_over(stage.slack)
    return True


def _perform(stage: Stage, happened: Iterable[acts.Act]) -> None:
    goals = Goals(stage)
    talking = Talking(stage, goals)
    ways: dict[type[acts.Act], Callable[..., None]] = {
        acts.Enter: goals.enter,
        acts.SetUp: goals.set_up,
        acts.Propose: goals.propose,
        acts.Talk: goals.talk,
        acts.PassOn: goals.pass_on,
        acts.Ask: goals.ask,
        acts.CheckIn: goals.check_in,
        acts.Snooze: goals.snooze,
        acts.Support: goals.support,
        acts.Read: goals.read,
        acts.Say: talking.say,
        acts.Give: talking.give,
        acts.ReadFeedback: talking.read,
        acts.AskFeedback: talking.ask,
        acts.Keep: talking.keep,
        acts.OpenRound: talking.open_round,
        acts.AnswerRound: talking.answer_round,
        acts.CloseRound: talking.close_round,
        acts.Summarise: talking.summarise,
    }
    for act in happened:
        ways[type(act)](act)


def _show(stage: Stage, now: datetime, templates: Templates) -> None:
    """Put our messages into Slack as they read today, and say what everybody has read."""
    connection = stage.store.connection
    for notice in sorted(past_messages.untold(connection), key=stage.order):
        if notice.kind in ALWAYS_SHOWN or notice.due_at >= now - SHOWN_FOR:
            stage.place(notice)
    gone, waiting = [], []
    for placed in stage.placed:
        found = None if _forgotten(stage, placed.notice, now) else _read(stage, placed, now)
        if found is None:
            gone.append(placed)
            continue
        stage.slack.messages.append(_message(placed, found, now, templates))
        if _waits(found):
            waiting.append(placed)
    past_messages.take_away(connection, gone)
    _mark_read(stage, waiting)


def _forgotten(stage: Stage, notice: Untold, now: datetime) -> bool:
    """An old question that was answered; one that was not is still open today."""
    if notice.kind is not NoticeKind.CHECK_IN_PROMPT or notice.due_at >= now - SHOWN_FOR:
        return False
    return not checkin_prompts.open_goals(stage.store.connection, [notice.subject])


def _read(stage: Stage, placed: Placed, now: datetime) -> Notice | None:
    """What there is to tell today; None where that is nothing any more."""
    notice = placed.notice
    about = Part(notice.kind, notice.subject, notice.subject_revision)
    found = read_post(stage.store, stage.clock(now), about, (), notice.person)
    return None if isinstance(found, Pointless) else found


def _message(placed: Placed, found: Notice, now: datetime, templates: Templates) -> PastMessage:
    message = notice_message(found, now, templates)
    return PastMessage(
        placed.channel, placed.ts, None, message.text, message.blocks, placed.notice.thread_ts
    )


def _waits(found: Notice) -> bool:
    """Whether it asks its reader for an answer that has not been given."""
    match found:
        case GoalNotice(card=card, latest=latest):
            return card.can_decide and latest
        case PromptNotice():
            return bool(found.open)
        case _:
            return False


def _mark_read(stage: Stage, waiting: Iterable[Placed]) -> None:
    """Everybody has read what came before their last working day, or before they last acted; what
    asks them for an answer since then is as good as unread."""
    slack = stage.slack
    stamps: dict[str, list[str]] = {}
    for message in slack.messages:
        stamps.setdefault(message.channel, []).append(message.ts)
    for who in stage.company.people.values():
        user = who.facts.slack_user or ""
        begins = who.rota.opening(who.workday(stage.company.today, -1)) - INTO_DAY
        until = ts_of(max(begins, stage.acted.get(who.handle, LONG_AGO)))
        asked = [one.ts for one in waiting if one.channel == direct_of(user)]
        for channel, written in stamps.items():
            own = channel == direct_of(user)
            if own or stage.is_in(who, channel):
                unread = min((ts for ts in asked if ts > ts_of(begins)), default=until)
                limit = min(until, unread) if own else until
                read = [ts for ts in written if ts < limit]
                slack.read_up_to[channel, user] = max(read, default=NOTHING)

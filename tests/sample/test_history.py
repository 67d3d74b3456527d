"""The loaded sample: its record holds, nobody is flooded, and what is open today is open."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.sample.organisation import sample_channels, sample_users
from domain.audit import Action
from domain.checkins import Need
from domain.goals import GoalState, Side
from domain.notices import NoticeKind
from domain.verification import Verdict
from messages.reading import Reader
from messages.record import record_view
from sandbox.attention import waiting
from sandbox.config import SandboxConfig
from sandbox.hub import Sandbox
from sandbox.past import Past, take_past
from storage import outbox, people, rounds
from storage.tables.audit import AuditEntry
from storage.tables.checkins import CheckInPrompt
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Post
from storage.tables.people import Person
from storage.verify import verify
from tests.sample.conftest import KEYRING, NOW, Sample
from usecases.checkin_prompts import prompt_check_ins
from usecases.checkin_team import my_team
from usecases.checkins import what_is_due
from usecases.escalations import escalate_silence
from usecases.feedback import list_feedback
from usecases.goals import goals_of, my_goals, show_goal
from usecases.home import open_home
from usecases.record import record_of_goal

pytestmark = pytest.mark.timeout(300)  # the first test waits for the loading
BOT = "U0ACCORD"


def test_the_record_is_intact_and_dated_as_it_happened(sample: Sample) -> None:
    assert verify(sample.store.engine, KEYRING).verdict is Verdict.INTACT
    with sample.store.read(sample.clock()) as work:
        actions = Counter(work.connection.scalars(select(AuditEntry.action)))
        at = work.connection.execute(select(func.min(AuditEntry.at), func.max(AuditEntry.at))).one()
    assert tuple(at) == (NOW.replace(hour=0, minute=0), NOW)  # anonymous answers name the day alone
    assert actions[Action.GOAL_ACCEPT] >= 60
    assert actions[Action.GOAL_UPDATE] >= 210
    assert actions.keys() >= {
        Action.GOAL_COUNTER,
        Action.GOAL_DECLINE,
        Action.GOAL_REASSIGN,
        Action.FACILITATION_ASK,
        Action.SUPPORT_REPLY,
        Action.READ_SUPPORT,
        Action.FEEDBACK_GIVE,
        Action.FEEDBACK_SAVE,
        Action.GOAL_EVIDENCE,
        Action.ROUND_SUMMARISE,
    }


def test_the_screen_of_the_record_says_when_an_act_happened(sample: Sample) -> None:
    [first, *_] = my_goals(sample.store, sample.by("lena")).lines
    record = record_of_goal(sample.store, sample.by("lena"), first.reference)
    text = str(record_view(record, Reader.of(first.owner, NOW)).payload())
    assert "entered 12 November, 05:10 (Lisbon)" in text


def test_loading_sends_nothing(sample: Sample) -> None:
    with sample.store.read(sample.clock()) as work:
        deliveries = Counter(work.connection.scalars(select(Delivery.state)))
        waiting = work.connection.execute(
            select(Notice.kind, Person.name, Notice.due_at)
            .join(Person, Person.id == Notice.person_id)
            .where(Notice.state == NoticeState.WAITING)
        ).all()
    assert deliveries.keys() == {DeliveryState.SENT}
    # What was given to Marco while he was away waits until he begins his first day.
    [(kind, name, due)] = [one for one in waiting if one.name != "Priya Raman"]
    assert (kind, name) == (NoticeKind.FEEDBACK_THERE, "Marco Ricci")
    assert NOW < due < NOW + timedelta(hours=6)
    # So do the check-ins of Priya's reports, for her long leave to end.
    hers = [one for one in waiting if one.name == "Priya Raman"]
    assert {one.kind for one in hers} == {NoticeKind.CHECK_IN_ANSWERED}
    assert min(one.due_at for one in hers) > NOW + timedelta(days=100)


def prompted(sample: Sample, since: datetime) -> Counter[str]:
    with sample.store.read(sample.clock()) as work:
        rows = work.connection.scalars(
            select(Person.name)
            .join(CheckInPrompt, CheckInPrompt.owner_id == Person.id)
            .where(CheckInPrompt.at >= since)
        )
        return Counter(rows)


def arrive(sample: Sample) -> None:
    """Everything that was sent stands in Slack; a question that never did would come again."""
    with sample.store.write(sample.clock()) as work:
        for post in work.connection.scalars(select(Post.id).where(Post.ts.is_(None))).all():
            where = {"channel": "D0", "ts": post.hex[-30:]}
            work.connection.execute(update(Post).where(Post.id == post).values(where))


def test_the_first_day_brings_only_what_is_due_on_it(own_sample: Sample) -> None:
    """Marco is back from leave, and most others were asked before or will be later."""
    for hours in (5.5, 12.6):
        later = NOW + timedelta(hours=hours)
        escalate_silence(own_sample.store, own_sample.clock(later))
        prompt_check_ins(own_sample.store, own_sample.clock(later))
    asked = prompted(own_sample, NOW)
    assert asked["Marco Ricci"] == 1
    assert len(asked) <= 6, asked


def test_the_next_weeks_ask_everybody_in_turn_and_never_twice_a_day(own_sample: Sample) -> None:
    days = Counter[int]()
    for day in range(1, 15):
        for hour in (10, 17):
            at = NOW.replace(hour=hour, minute=50) + timedelta(days=day)
            days[day] += prompt_check_ins(own_sample.store, own_sample.clock(at))
            arrive(own_sample)
    asked = prompted(own_sample, NOW)
    assert len(asked) >= 42
    assert max(days.values()) <= 24, days  # a Monday, with the lists of twelve managers
    assert "Camila Torres" not in asked
    assert "Priya Raman" not in asked


def test_what_waits_for_people_today(sample: Sample) -> None:
    def waits_for(handle: str) -> list[str]:
        home = open_home(sample.store, sample.by(handle))
        return [card.content.title for card in home.needs_me]

    assert waits_for("lena") == ["Answers in Portuguese from day one"]
    assert waits_for("jonas") == ["Hilfetexte auf Italienisch"]
    assert waits_for("chloe") == ["A first week that explains itself"]
    assert waits_for("ethan") == ["A foot in the door of hospitals"]
    assert waits_for("omar") == waits_for("wei") == []
    due = what_is_due(sample.store, sample.by("lena"))
    assert [one.card.content.title for one in due.goals] == [
        "Customers hear from me sooner",
        "Two starters work on their own",
    ]


def test_managers_find_few_who_need_them_among_many_who_are_fine(sample: Sample) -> None:
    def needs(handle: str) -> dict[str, tuple[Need, ...]]:
        team = my_team(sample.store, sample.by(handle))
        return {one.person.name: one.needs for one in team.need}

    everything = Need.SUPPORT_ASKED, Need.BLOCKERS_NAMED, Need.LOW_CONFIDENCE
    assert needs("jonas") == {"Tiago Ferreira": everything}
    assert needs("wei").keys() == {"Tom Becker", "Diego Álvarez"}
    assert needs("marcus") == {"Ethan Wu": (Need.NO_GOAL,)}
    team = my_team(sample.store, sample.by("wei"))
    assert len(team.fine) >= 7
    team = my_team(sample.store, sample.by("marcus"))
    assert [one.name for one in team.not_asked] == ["Camila Torres"]


def test_goals_hang_together_and_are_seen_by_those_who_may(sample: Sample) -> None:
    [customers, *_] = my_goals(sample.store, sample.by("clara")).lines
    assert customers.reference == "G-1"
    seen = show_goal(sample.store, sample.by("kenji"), "G-1")
    assert (seen.content.title, seen.state) == ("Customers stay with us", GoalState.ACTIVE)
    support = goals_of(sample.store, sample.by("kenji"), "U01MARA").lines
    assert {card.content.title for card in support} == {
        "Help arrives sooner",
        "Customers have to ask once",
    }
    assert goals_of(sample.store, sample.by("kenji"), "U01LENA").lines == ()
    lena = my_goals(sample.store, sample.by("lena")).lines
    assert [card.turn for card in lena if card.state is GoalState.PROPOSED] == [Side.OWNER]
    shown = [show_goal(sample.store, sample.by("lena"), line.id) for line in lena]
    assert not any(card.can_undo for card in shown)


def test_feedback_and_a_round_are_open(sample: Sample) -> None:
    received = list_feedback(sample.store, sample.by("lena")).received
    assert len(received) == 3
    with sample.store.read(sample.clock()) as work:
        open_round = rounds.open_in(work.connection, "C01GENERAL")
        assert open_round is not None
        assert len(rounds.questions_of(work.connection, open_round.id)) == 1
        assert rounds.open_in(work.connection, "C01RELEASE") is None
    assert open_round.topic == "The building app"


def test_cover_is_in_force_today(sample: Sample) -> None:
    today = NOW.date()
    with sample.store.read(sample.clock()) as work:
        ids = {
            handle: found.id
            for handle in ("jonas", "ben", "camila", "marco")
            if (found := people.active_by_slack_user(work.connection, f"U01{handle.upper()}"))
        }
        [deputy] = people.deputies(work.connection, ids["jonas"], today)
        acting = people.current_managers(work.connection, ids["ben"], today)
        away = people.absences(work.connection, [ids["camila"], ids["marco"]], today)
    assert deputy.name == "Omar Haddad"
    assert [each.name for each in acting] == ["Chloé Martin", "Priya Raman"]
    assert away.keys() == {ids["camila"]}  # Marco is back today


def pretend_slack(sample: Sample) -> Sandbox:
    """The workspace of the demo with the past in it; raises where Slack would refuse it."""
    sandbox = Sandbox(
        SandboxConfig(users=sample_users(), channels=sample_channels(BOT), bot_user_id=BOT)
    )
    take_past(sandbox, Past.model_validate(sample.slack.content(BOT)))
    return sandbox


def test_slack_takes_the_past_and_few_messages_are_unread(sample: Sample) -> None:
    workspace = pretend_slack(sample).workspace
    unread = {
        user.name: waiting(workspace.bot_direct(user.id), user.id).unread
        for user in sample_users()
        if not user.is_bot
    }
    assert max(unread.values()) <= 8, unread
    assert unread["lena"] >= 2
    assert unread["jonas"] >= 1
    assert unread["camila"] == 0
    with sample.store.read(sample.clock()) as work:
        known = work.connection.execute(
            select(Person.slack_user, Person.dm_channel).where(Person.dm_channel.is_not(None))
        ).all()
    assert [who for who, channel in known if workspace.bot_direct(who).id != channel] == []
    threads = workspace.conversation("C01RELEASE").messages.values()
    assert sum(message.is_reply for message in threads) >= 12


def test_our_messages_in_slack_are_those_that_we_know_of(sample: Sample) -> None:
    shown = {(one.channel, one.ts) for one in sample.slack.messages if one.user is None}
    with sample.store.read(sample.clock()) as work:
        known = {
            (channel, ts) for channel, ts in work.connection.execute(select(Post.channel, Post.ts))
        }
        first = min(shown)
        assert outbox.post_at(work.connection, outbox.MessageRef(*first)) is not None
    assert shown == known

"""People work, go away, move and choose; the clock runs or stands still, and Slack has troubles.

Whatever the order: each question has one outcome, nothing comes twice, nothing at the wrong time,
nothing after it was answered or has expired, and nobody hears of what is not urgent twice a day.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from urllib.error import URLError
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from slack_sdk.errors import SlackApiError
from slack_sdk.web.slack_response import SlackResponse
from sqlalchemy import Engine, select, update

from bot.app import Address, Parts, renderer
from bot.settings import Settings
from domain.cover import TakeLeave
from domain.errors import AccordError
from domain.goals import Rhythm
from domain.notices import Lane, NoticeKind
from domain.own_hours import ChooseHours
from messages.templates import Templates
from scheduler import marker
from scheduler.checkpoints import Checkpoint
from scheduler.delivery import Delivery
from scheduler.settings import DeliverySettings
from storage.database import WRITING, open_engine
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt
from storage.tables.outbox import Delivery as DeliveryRow
from storage.tables.outbox import DeliveryState, Notice, NoticeState, Op, Post
from storage.tables.people import Person
from tests.databases import Databases, Kind
from tests.rules.quarter import BY_NAME, DAY, PretendSlack, Quarter, Somebody
from tests.rules.test_quarter import Play
from usecases import own_cover
from usecases.own_hours import choose_hours
from usecases.snoozing import snooze

SOAK = "ACCORD_SOAK" in os.environ
NAMES = ("Berit", "Nick", "Nils")
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe")


WAITS = st.lists(st.sampled_from((0.5, 2.0, 5.0, 9.0)), min_size=4, max_size=10)


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Trouble:
    """What goes wrong with the next messages."""

    coming: list[str] = field(default_factory=list)

    def next(self, *kinds: str) -> str | None:
        if self.coming and self.coming[0] in kinds:
            return self.coming.pop(0)
        return None


class TroubledSlack(PretendSlack):
    """Stores what it is sent, with its history; says "slow down" or loses answers as told."""

    def __init__(
        self, now: Callable[[], datetime], trouble: Trouble, arrived: Callable[[UUID], None]
    ) -> None:
        super().__init__(now)
        self._trouble = trouble
        self._arrived = arrived
        self._stamps = count(1)
        self.history: dict[str, list[dict[str, Any]]] = {}

    def api_call(self, api_method: str, **how: Any) -> Any:
        if api_method == "conversations.history":
            channel = (how.get("params") or how.get("json") or {})["channel"]
            return {"ok": True, "messages": self.history.get(channel, [])}
        if api_method == "conversations.open":
            users = (how.get("params") or how.get("json") or {})["users"]
            return {"ok": True, "channel": {"id": f"D{users}"}}
        if api_method != "chat.postMessage":
            return super().api_call(api_method, **how)
        if self._trouble.next("slow_down"):
            response = SlackResponse(
                client=self,
                http_verb="POST",
                api_url=api_method,
                req_args={},
                data={"ok": False, "error": "ratelimited"},
                headers={"Retry-After": "30"},
                status_code=429,
            )
            raise SlackApiError("ratelimited", response)
        if self._trouble.next("unreachable"):
            raise URLError(ConnectionRefusedError())
        delivery = marker.delivery_of(how["json"])
        assert delivery is not None
        self._arrived(delivery)
        self.posted.append((delivery, self._now()))
        to = str(how["json"]["channel"])
        channel = to if to.startswith("D") else f"D{to}"
        ts = f"{next(self._stamps)}.0"
        self.history.setdefault(channel, []).append({**how["json"], "ts": ts})
        if self._trouble.next("answer_lost"):
            raise ConnectionResetError
        return {"ok": True, "channel": channel, "ts": ts}


@dataclass(frozen=True)
class Life:
    """What is true of a person now, as the machine knows it; the oracle goes by this alone."""

    somebody: Somebody
    quiet: tuple[time, time] | None = None

    def day_of(self, moment: datetime) -> date | None:
        """The working day in whose hours they may be written to at this moment."""
        day = self.somebody.shift_of(moment)
        local = moment.astimezone(ZoneInfo(self.somebody.zone)).time()
        if self.quiet is not None and self.quiet[0] <= local < self.quiet[1]:
            return None
        return day


class World(RuleBasedStateMachine):
    """Three people in three zones, one of them at night."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.quarter = Quarter(engine)
        self.office = self.quarter.office
        self.trouble = Trouble()
        self.dies_at: Checkpoint | None = None
        self.slack = TroubledSlack(self.office.store.clock.business, self.trouble, self._arrived)
        store = self.office.store
        parts = Parts(Settings(_env_file=None), store.clock, store, Templates(), Address())
        self.delivery = Delivery(
            engine,
            self.slack,
            renderer(parts),
            store.clock,
            DeliverySettings(senders=1, posts_a_minute=0),
            wake=threading.Event(),
            monotonic=lambda: self.office.watch.now.timestamp(),  # noqa: PLW0108 - the watch moves on
            reached=self._reached,
        )
        self.play = Play(self.quarter)
        self.lives = {name: Life(replace(BY_NAME[name], leave=())) for name in NAMES}
        self.wrong: list[str] = []
        self.days: dict[tuple[str, date], int] = {}
        self.tokens = count()
        for name in NAMES:
            self.play.agree(BY_NAME[name], Rhythm.WEEKLY)

    # What people do

    @rule(name=st.sampled_from(NAMES), rhythm=st.sampled_from((Rhythm.WEEKLY, Rhythm.BIWEEKLY)))
    def a_goal_is_agreed(self, name: str, rhythm: Rhythm) -> None:
        self.play.agree(BY_NAME[name], rhythm)

    @rule(name=st.sampled_from(NAMES))
    def a_proposal_waits(self, name: str) -> None:
        self.play.leave_open(name)

    @rule(name=st.sampled_from(NAMES))
    def somebody_answers(self, name: str) -> None:
        self.play.answer(name)

    @rule(name=st.sampled_from(NAMES), days=st.integers(1, 9))
    def somebody_puts_it_off(self, name: str, days: int) -> None:
        self._try(lambda: snooze(self.office.store, self.play.by(name), days))

    @rule(name=st.sampled_from(NAMES), first=st.integers(0, 3), length=st.integers(1, 6))
    def somebody_goes_away(self, name: str, first: int, length: int) -> None:
        life = self.lives[name]
        today = self._now.astimezone(ZoneInfo(life.somebody.zone)).date()
        days = today + first * DAY, today + (first + length) * DAY
        command = TakeLeave(first_day=days[0], last_day=days[1] - DAY)
        if self._try(
            lambda: own_cover.take_leave(
                self.office.store, self.play.by(name), command, self._token()
            )
        ):
            one = replace(life.somebody, leave=(*life.somebody.leave, days))
            self.lives[name] = replace(life, somebody=one)

    @rule(name=st.sampled_from(NAMES), zone=st.sampled_from(ZONES))
    def somebody_moves(self, name: str, zone: str) -> None:
        with self.engine.execution_options(**{WRITING: True}).begin() as connection:
            who = BY_NAME[name].id
            connection.execute(update(Person).where(Person.id == who).values(timezone=zone))
        life = self.lives[name]
        self.lives[name] = replace(life, somebody=replace(life.somebody, zone=zone))

    @rule(name=st.sampled_from(NAMES), quiet=st.sampled_from((None, 10, 12, 15)))
    def somebody_wants_quiet(self, name: str, quiet: int | None) -> None:
        hours = None if quiet is None else (time(quiet), time(quiet + 2))
        command = ChooseHours(
            quiet_from=hours[0] if hours else None, quiet_to=hours[1] if hours else None
        )
        choose_hours(self.office.store, self.play.by(name), command, self._token())
        self.lives[name] = replace(self.lives[name], quiet=hours)

    # What the world does

    @rule(kind=st.sampled_from(("slow_down", "unreachable", "answer_lost")))
    def slack_has_trouble(self, kind: str) -> None:
        self.trouble.coming.append(kind)

    @rule(where=st.sampled_from((Checkpoint.CLAIMED, Checkpoint.SENDING, Checkpoint.ANSWERED)))
    def a_process_dies_at_its_next_message(self, where: Checkpoint) -> None:
        self.dies_at = where

    @rule(hours=WAITS, first=st.booleans())
    def time_passes(self, hours: list[float], first: bool) -> None:
        for each in hours:
            self.office.wait(timedelta(hours=each))
            self._look(deliver_first=first)

    @rule(hours=WAITS)
    def days_pass(self, hours: list[float]) -> None:
        self.time_passes(hours, first=False)

    @rule(hours=WAITS)
    def more_days_pass(self, hours: list[float]) -> None:
        self.time_passes(hours, first=True)

    @rule(hours=WAITS)
    def nothing_is_delivered_for_a_while(self, hours: list[float]) -> None:
        for each in hours:
            self.office.wait(timedelta(hours=each))
            self.office.sweep()
            self.office.mornings()

    @rule(hours=st.sampled_from((7, 20, 50, 170)))
    def nothing_runs_for_a_while(self, hours: int) -> None:
        self.office.wait(timedelta(hours=hours))

    # What is promised

    def _arrived(self, delivery: UUID) -> None:
        """Judge a message at the moment at which Slack gets it."""
        now = self._now
        with self.engine.connect() as connection:
            row = connection.execute(
                select(DeliveryRow.lane, DeliveryRow.expires_at, DeliveryRow.destination, Post.id)
                .join(Post, Post.id == DeliveryRow.post_id)
                .where(DeliveryRow.uuid == delivery)
            ).one()
            notices = connection.execute(
                select(Notice.kind, Notice.subject_id).where(Notice.post_id == row.id)
            ).all()
            prompts = [one.subject_id for one in notices if one.kind == NoticeKind.CHECK_IN_PROMPT]
            unanswered = connection.scalars(
                select(CheckInAsked.goal_id).where(
                    CheckInAsked.prompt_id.in_(prompts), CheckInAsked.answered_at.is_(None)
                )
            ).all()
        name = next((one for one in NAMES if str(BY_NAME[one].id) == row.destination), None)
        if delivery in {one for one, _ in self.slack.posted}:
            self.wrong.append(f"{delivery} came twice")
        if row.expires_at is not None and row.expires_at <= now:
            self.wrong.append(f"{notices} had expired at {now}")
        if prompts and len(notices) == 1 and not unanswered:
            self.wrong.append(f"{name} was asked at {now} what was answered")
        if name is None or row.lane == Lane.INTERACTIVE:
            return
        day = self.lives[name].day_of(now)
        if day is None:
            self.wrong.append(f"{name} heard {notices} outside their hours, at {now}")
        elif row.lane > Lane.ESCALATION:
            self.days[name, day] = self.days.get((name, day), 0) + 1
            if self.days[name, day] > 1:
                self.wrong.append(f"{name} heard {notices} as a second message of {day}")

    def teardown(self) -> None:
        """Ten quiet days later nothing is left behind."""
        self.trouble.coming.clear()
        self.dies_at = None
        for _ in range(10 * 4):
            self.office.wait(timedelta(hours=6))
            self._look(deliver_first=False)
        assert not self.wrong, self.wrong
        self._nothing_is_left()
        self.engine.dispose()

    def _nothing_is_left(self) -> None:
        ids = [BY_NAME[name].id for name in NAMES]
        long_ago = self._now - 7 * DAY
        with self.engine.connect() as connection:
            forgotten = connection.execute(
                select(Notice.kind, Notice.due_at).where(
                    Notice.person_id.in_(ids),
                    Notice.state == NoticeState.WAITING,
                    Notice.due_at < long_ago,
                )
            ).all()
            stuck = connection.execute(
                select(DeliveryRow.state, DeliveryRow.error).where(
                    DeliveryRow.state.not_in(
                        (DeliveryState.SENT, DeliveryState.VOID, DeliveryState.QUEUED)
                    )
                )
            ).all()
            # Whoever owes an answer was asked for it in a message that is in Slack.
            owed = connection.execute(
                select(Cadence.goal_id).where(
                    Cadence.owner_id.in_(ids),
                    Cadence.due_since < long_ago.date(),
                    Cadence.goal_id.not_in(
                        select(CheckInAsked.goal_id)
                        .join(CheckInPrompt, CheckInPrompt.id == CheckInAsked.prompt_id)
                        .join(Post, Post.subject_id == CheckInPrompt.id)
                        .where(Post.ts.is_not(None))
                    ),
                )
            ).all()
        assert (forgotten, stuck, owed) == ([], [], [])

    # How it is done

    @property
    def _now(self) -> datetime:
        return self.office.watch.now

    def _token(self) -> str:
        return f"token-{next(self.tokens):06}"

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except AccordError:
            return False
        return True

    def _reached(self, where: Checkpoint) -> None:
        if where is self.dies_at:
            self.dies_at = None
            raise Killed

    def _look(self, *, deliver_first: bool) -> None:
        assert not self.wrong, self.wrong
        if deliver_first:
            self._deliver()
        self.office.sweep()
        self.office.mornings()
        self._deliver()

    def _deliver(self) -> None:
        # What people have caused is not at issue.
        self.delivery.materialise()
        with self.engine.execution_options(**{WRITING: True}).begin() as connection:
            connection.execute(
                update(DeliveryRow)
                .where(
                    DeliveryRow.state == DeliveryState.QUEUED,
                    DeliveryRow.lane == Lane.INTERACTIVE,
                    DeliveryRow.op == Op.POST,
                )
                .values(state=DeliveryState.SENT)
            )
            others = ~DeliveryRow.destination.in_([str(BY_NAME[name].id) for name in NAMES])
            connection.execute(
                update(DeliveryRow)
                .where(DeliveryRow.state == DeliveryState.QUEUED, others)
                .values(state=DeliveryState.SENT)
            )
        self.delivery.deliver_until_idle()


@pytest.mark.timeout(7200 if SOAK else 300)
def test_whatever_happens_in_whatever_order_time_is_kept(databases: Databases) -> None:
    logging.getLogger("concurrent.futures").setLevel(logging.CRITICAL)

    class OnAFreshDatabase(World):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        OnAFreshDatabase,
        settings=settings(
            max_examples=200 if SOAK else 4,
            stateful_step_count=24,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.fixture
def world(databases: Databases) -> World:
    return World(open_engine(databases.fresh(Kind.SQLITE)))


@pytest.mark.parametrize("deliver_first", [True, False])
def test_after_days_without_delivery_everybody_hears_it_in_one_message(
    world: World, deliver_first: bool
) -> None:
    world.a_proposal_waits("Berit")
    world.nothing_is_delivered_for_a_while([6] * 4 * 16)
    world.time_passes([1] * 24, first=deliver_first)
    heard = {name for name, _ in world.days}
    assert heard == set(NAMES)
    world.teardown()


def test_what_is_late_for_its_hour_is_not_sent_in_quiet_hours(world: World) -> None:
    world.somebody_wants_quiet("Berit", 12)
    world.office.watch.now = datetime(2026, 9, 8, 7, 45, tzinfo=UTC)  # 9:45 in Berlin
    world.office.mornings()
    world.office.watch.now = datetime(2026, 9, 8, 10, 30, tzinfo=UTC)
    world.time_passes([0.5] * 6, first=True)
    assert ("Berit", date(2026, 9, 8)) in world.days
    world.teardown()


def test_who_has_answered_elsewhere_is_not_asked_any_more(world: World) -> None:
    world.office.watch.now = datetime(2026, 9, 8, 7, 45, tzinfo=UTC)
    world.office.mornings()
    world.somebody_answers("Berit")
    world.time_passes([0.5], first=True)
    assert ("Berit", date(2026, 9, 8)) not in world.days
    world.teardown()

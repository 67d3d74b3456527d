"""Check-ins in any order: who is asked when, what becomes of a question, who reads support."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select, update

from domain.checkins import CheckIn, CheckInOutcome, SeenGoal, goal_key
from domain.errors import AccordError, NotShared
from domain.goals import GoalCard, GoalState, Rhythm
from domain.verification import Verdict
from storage import cover
from storage.database import open_engine
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt, CheckInRow
from storage.tables.goals import Goal
from storage.tables.people import Person
from storage.verify import verify
from tests.company import settle_company, slack_id
from tests.databases import Databases, Kind
from tests.rules.office import KEYRING, Office, id_of
from usecases.checkin_support import read_support
from usecases.checkins import check_in, nothing_changed, these_goals, undo_check_in
from usecases.planned import next_morning
from usecases.snoozing import snooze

OWNERS = ("Lena", "Tarik")
MANAGERS = ("Jonas", "Omar", "Nora")
EVERYBODY = (*OWNERS, *MANAGERS, "Ines", "Mara")
ZONES = ("Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati")
# No holidays: they have tests of their own.
OPENING, CLOSING = time(9, 30), time(17)
DAY = timedelta(days=1)
UNDO = timedelta(minutes=10)


class CheckIns(RuleBasedStateMachine):
    """Two people with goals, answering or not, while leave, zones and managers change."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        settle_company(engine)
        self.office = Office(engine)
        self.goals: list[GoalCard] = []
        self.zones = dict.fromkeys(OWNERS, "Europe/Lisbon")
        self.leave: dict[str, list[tuple[date, date]]] = {name: [] for name in OWNERS}
        self.managers = {"Lena": "Jonas", "Tarik": "Omar"}
        self.made: list[tuple[str, UUID]] = []
        self.ended: set[UUID] = set()
        self.handled: dict[UUID, date] = {}
        for name in OWNERS:
            self.change(name, region=None, timezone=self.zones[name])

    def change(self, name: str, **values: object) -> None:
        with self.office.store.write(self.office.operator()) as work:
            work.connection.execute(update(Person).where(Person.id == id_of(name)).values(**values))

    @initialize()
    def it_begins(self) -> None:
        for name in OWNERS:
            self.somebody_agrees_on_a_goal(name)
        self.office.mornings()

    @precondition(lambda self: len(self.goals) < 5)
    @rule(name=st.sampled_from(OWNERS))
    def somebody_agrees_on_a_goal(self, name: str) -> None:
        goal = self.office.propose(name, rhythm=Rhythm.WEEKLY)
        self.goals.append(self.office.accept(self.managers[name], goal))

    @rule(name=st.sampled_from(OWNERS))
    def the_next_week_comes(self, name: str) -> None:
        self.time_passes(6, 0, name)

    @rule(name=st.sampled_from(OWNERS), how=st.sampled_from(["press", "dialog"]))
    def somebody_is_asked_answers_and_thinks_again(self, name: str, how: str) -> None:
        self.time_passes(6, 0, name)
        before = len(self.made)
        self.somebody_answers(name, how)
        self.office.wait(timedelta(minutes=3))
        if len(self.made) > before:
            self.somebody_answers(name, "value")
            self.somebody_takes_a_check_in_back(1)

    @rule(
        days=st.sampled_from([0, 1, 2, 6, 13]),
        hours=st.sampled_from([0, 0, 0, 7, 16]),
        whose=st.sampled_from([*OWNERS, *OWNERS, *OWNERS, None]),
    )
    def time_passes(self, days: int, hours: int, whose: str | None) -> None:
        """To somebody's next morning, or to any moment; a look asks only whom it may, and once."""
        self.office.wait(timedelta(days=days, hours=hours))
        if whose is not None:
            morning = next_morning(self.office.store, self.office.by("Mara"), slack_id(whose))
            assert morning is not None
            self.office.watch.now = morning
        before = self.prompts()
        self.office.mornings()
        new = {one: when for one, when in self.prompts().items() if one not in before}
        assert len({owner for owner, _ in new.values()}) == len(new)
        for owner, day in new.values():
            self.may_be_asked(owner, day)
        self.office.mornings()
        assert len(self.prompts()) == len(before) + len(new)

    @rule()
    def a_few_minutes_pass(self) -> None:
        self.office.wait(timedelta(minutes=3))

    def prompts(self) -> dict[UUID, tuple[str, date]]:
        wanted = select(CheckInPrompt.id, CheckInPrompt.owner_id, CheckInPrompt.local_date)
        names = {id_of(name): name for name in OWNERS}
        with self.office.engine.connect() as connection:
            rows = connection.execute(wanted.where(CheckInPrompt.owner_id.in_(names)))
            return {prompt: (names[owner], day) for prompt, owner, day in rows}

    def may_be_asked(self, name: str, day: date) -> None:
        now = self.office.watch.now.astimezone(ZoneInfo(self.zones[name]))
        assert now.date() == day
        assert day.isoweekday() <= 5
        opening = datetime.combine(day, OPENING, now.tzinfo).astimezone(UTC)
        assert opening <= self.office.watch.now < opening + timedelta(hours=7, minutes=30)
        assert not any(first <= day < after for first, after in self.leave[name])

    @rule(name=st.sampled_from(OWNERS), how=st.sampled_from(["press", "dialog", "value"]))
    def somebody_answers(self, name: str, how: str) -> None:
        mine = [one for one in self.goals if one.owner.id == id_of(name)]
        try:
            if how == "press":
                outcome = nothing_changed(self.office.store, self.office.by(name), None)
            elif how == "dialog":
                outcome = self.fill_dialog(name, mine[0])
            else:
                self.office.update(name, mine[-1], 7.1)
                return
        except AccordError:
            return
        if outcome.id is not None:
            self.made.append((name, outcome.id))

    def fill_dialog(self, name: str, goal: GoalCard) -> CheckInOutcome:
        screen = these_goals(self.office.store, self.office.by(name), [goal.id])
        key = goal_key(goal.number)
        cards = [one.card for one in screen.goals]
        seen = {key: SeenGoal(cards[0].id, cards[0].revision)} if cards else {}
        command = CheckIn.model_validate(
            {
                "goals": {key: {"value": {"value": 7.0, "text": "7"}, "confidence": 1}},
                "blockers": "The supplier is late.",
            }
        )
        told = screen.manager.id if screen.manager else None
        return check_in(
            self.office.store, self.office.by(name), command, seen, uuid4().hex, told=told
        )

    @rule(name=st.sampled_from(OWNERS), days=st.integers(0, 15))
    def somebody_puts_it_off(self, name: str, days: int) -> None:
        due = bool(self.due_of(name))
        try:
            put_off = snooze(self.office.store, self.office.by(name), days)
        except AccordError:
            assert not due or not 1 <= days <= 14
        else:
            assert due
            today = self.office.watch.now.astimezone(ZoneInfo(self.zones[name])).date()
            assert put_off.until >= today + days * DAY

    @precondition(lambda self: self.made)
    @rule(back=st.sampled_from([1, 1, 1, 2, 3]))
    def somebody_takes_a_check_in_back(self, back: int) -> None:
        name, made = self.made[-min(back, len(self.made))]
        with self.office.engine.connect() as connection:
            row = connection.execute(
                select(CheckInRow.made_at, CheckInRow.undone_at).where(CheckInRow.id == made)
            ).one()
        may = row.undone_at is None and self.office.watch.now - row.made_at < UNDO
        try:
            undo_check_in(self.office.store, self.office.by(name), made)
        except AccordError:
            assert not may
        else:
            assert may

    @rule(name=st.sampled_from(OWNERS), ahead=st.integers(-1, 7), days=st.integers(1, 12))
    def somebody_goes_on_leave(self, name: str, ahead: int, days: int) -> None:
        first = self.office.watch.now.date() + ahead * DAY
        span = first, first + days * DAY
        with self.office.store.write(self.office.operator()) as work:
            if cover.has_leave(work.connection, id_of(name), *span):
                return
            cover.add_leave(work.connection, id_of(name), *span)
        self.leave[name].append(span)

    @rule(name=st.sampled_from(OWNERS), zone=st.sampled_from(ZONES))
    def somebody_moves(self, name: str, zone: str) -> None:
        self.change(name, timezone=zone)
        self.zones[name] = zone

    @rule(name=st.sampled_from(OWNERS), manager=st.sampled_from(MANAGERS))
    def somebody_gets_another_manager(self, name: str, manager: str) -> None:
        self.office.replace_manager(name, manager)
        self.managers[name] = manager

    @precondition(lambda self: len(self.goals) > 2)
    @rule(which=st.integers(0, 5))
    def a_goal_ends(self, which: int) -> None:
        goal = self.goals[which % len(self.goals)].id
        with self.office.store.write(self.office.operator()) as work:
            work.connection.execute(
                update(Goal).where(Goal.id == goal).values(state=GoalState.COMPLETED)
            )
        self.ended.add(goal)

    def due_of(self, name: str) -> set[UUID]:
        with self.office.engine.connect() as connection:
            return set(
                connection.scalars(
                    select(Cadence.goal_id)
                    .join(Goal, Goal.id == Cadence.goal_id)
                    .where(
                        Cadence.owner_id == id_of(name),
                        Cadence.due_since.is_not(None),
                        Goal.state == GoalState.ACTIVE,
                    )
                )
            )

    @invariant()
    def a_question_is_open_exactly_as_long_as_an_answer_is_owed(self) -> None:
        with self.office.engine.connect() as connection:
            still_open = set(
                connection.scalars(
                    select(CheckInAsked.goal_id).where(CheckInAsked.answered_at.is_(None))
                )
            )
            days = dict(connection.execute(select(Cadence.goal_id, Cadence.handled)).all())
        owed = self.due_of("Lena") | self.due_of("Tarik")
        assert owed == still_open - self.ended
        for goal, day in self.handled.items():
            assert days[goal] >= day, "a nominal day that was dealt with came again"
        self.handled = days

    @invariant()
    def nobody_is_asked_twice_for_one_day(self) -> None:
        days = list(self.prompts().values())
        assert len(days) == len(set(days))

    @invariant()
    def support_is_for_the_owner_and_the_manager_of_then(self) -> None:
        for owner, made in self.made[-2:]:
            with self.office.engine.connect() as connection:
                wanted = select(CheckInRow.manager_id).where(CheckInRow.id == made)
                manager_of_then = connection.scalars(wanted).one()
            for name in EVERYBODY:
                leads = self.managers[owner] == name and id_of(name) == manager_of_then
                try:
                    read_support(self.office.store, self.office.by(name), made)
                except NotShared:
                    assert name != owner
                    assert not leads
                else:
                    assert name == owner or leads

    def teardown(self) -> None:
        assert verify(self.office.engine, KEYRING).verdict is Verdict.INTACT
        self.office.engine.dispose()


def test_check_ins_in_any_order_ask_once_within_hours_and_keep_support_apart(
    databases: Databases,
) -> None:
    class InAFreshCompany(CheckIns):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        InAFreshCompany,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            # A failure is told as it was found: making it smaller takes minutes.
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

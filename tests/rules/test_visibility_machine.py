"""Whatever happens to an organisation, and in any order, nobody sees more or less than they may.

People are hired, move, act for each other, hold roles for a while, share and take back, go on leave
and leave; after each of these, single reads, lists and the oracle must agree for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
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
from sqlalchemy import Engine, insert, select, update

from domain.clock import Clock
from domain.cover import NameDeputy, TakeLeave
from domain.errors import AccordError
from domain.goal_commands import AcceptGoal
from domain.goal_sharing import ShareGoal
from domain.goals import Audience, GoalState
from domain.origin import Origin, Via
from domain.people import Employment, GrantState, LineKind, PersonState, Role
from storage.database import WRITING, open_engine
from storage.keyring import Keyring
from storage.tables.goals import Goal, GoalCase
from storage.tables.people import Delegation, Person, ReportingLine, RoleGrant
from storage.unit_of_work import Store
from tests.databases import Databases, Kind
from tests.rules.test_visibility import compare_for
from tests.rules.worlds import (
    PEOPLE,
    REGIONS,
    TODAY,
    UNITS,
    Case,
    Deputy,
    Grant,
    Line,
    Range,
    Share,
    Somebody,
    World,
    goal_of,
    person_of,
    person_row,
    settle,
    unit_of,
    worlds,
)
from usecases.cover import set_acting_manager
from usecases.escalations import escalate_silence
from usecases.leavers import part_with_leavers
from usecases.negotiation import accept_goal
from usecases.own_cover import end_delegation, name_deputy, take_leave
from usecases.sharing import share_goal, stop_sharing

KEYRING = Keyring(["the secret of the organisation, 32+"])
MOST_PEOPLE = PEOPLE + 2
ANYBODY = st.integers(0, MOST_PEOPLE - 1)
ANY_GOAL = st.integers(0, 2)
DAYS = st.sampled_from([1, 2, 5, 30])
PLACES = st.sampled_from([None, None, *range(len(UNITS))])


class Organisation(RuleBasedStateMachine):
    """`world` is what ought to be so; the database is changed as people and operators do."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.now = datetime.combine(TODAY, time(9), UTC)
        self.store = Store(engine, KEYRING, Clock(lambda: self.now))
        self.delegations: list[UUID] = []
        self.grants: list[UUID] = []
        self.away: dict[int, list[Range]] = {}

    @property
    def today(self) -> date:
        return self.now.date()

    @initialize(world=worlds())
    def it_begins(self, world: World) -> None:
        """With people, lines and goals; what people may besides comes bit by bit."""
        self.world = replace(world, deputies=(), grants=(), shares=(), cases=())
        with self.engine.execution_options(**{WRITING: True}).begin() as connection:
            settle(connection, self.world)
        self.look_around()

    def by(self, person: int) -> Origin:
        return Origin(Via.ACTION, self.now, uuid4().hex, f"U{person}")

    def operator(self) -> Origin:
        return Origin(Via.CLI, self.now, uuid4().hex)

    def change(self, statement: object) -> None:
        """What has no use case yet: the directory changes."""
        with self.engine.execution_options(**{WRITING: True}).begin() as connection:
            connection.execute(statement)  # type: ignore[call-overload] # any statement

    def succeeds(self, act: Callable[[], object], *, may: bool) -> bool:
        """Do it; it must be refused exactly where it may not be done."""
        try:
            act()
        except AccordError:
            assert not may
        else:
            assert may
        return may

    def somebody(self, number: int) -> int:
        return number % len(self.world.people)

    def active(self, person: int) -> bool:
        return self.world.people[person].state is PersonState.ACTIVE

    def able(self, person: int) -> bool:
        regular = self.world.people[person].employment is not Employment.CONTRACTOR
        return self.active(person) and regular

    # The directory

    @precondition(lambda self: len(self.world.people) < MOST_PEOPLE)
    @rule(
        unit=PLACES,
        region=st.sampled_from([None, *REGIONS]),
        employment=st.sampled_from([Employment.REGULAR, Employment.CONTRACTOR]),
        manager=ANYBODY,
    )
    def somebody_is_hired(
        self, unit: int | None, region: str | None, employment: Employment, manager: int
    ) -> None:
        number, manager = len(self.world.people), self.somebody(manager)
        newcomer = Somebody(unit, region, employment, PersonState.ACTIVE)
        self.world = replace(self.world, people=(*self.world.people, newcomer))
        self.change(insert(Person).values(person_row(number, newcomer)))
        self.reports_to(number, manager)

    def reports_to(self, person: int, manager: int) -> None:
        """From today on, for good."""
        line = Line(person, manager, LineKind.PRIMARY, Range(self.today, None))
        self.world = replace(self.world, lines=(*self.world.lines, line))
        self.change(
            insert(ReportingLine).values(
                id=uuid4(),
                person_id=person_of(person),
                manager_id=person_of(manager),
                kind=LineKind.PRIMARY,
                valid_from=self.today,
                source="test",
            )
        )

    @rule(person=ANYBODY, manager=ANYBODY, unit=PLACES)
    def somebody_moves(self, person: int, manager: int, unit: int | None) -> None:
        person, manager = self.somebody(person), self.somebody(manager)
        self.change_person(person, unit=unit)
        self.change(
            update(Person).where(Person.id == person_of(person)).values(org_unit_id=unit_of(unit))
        )
        self.change(
            update(ReportingLine)
            .where(
                ReportingLine.person_id == person_of(person),
                ReportingLine.kind == LineKind.PRIMARY,
                ReportingLine.valid_to.is_(None),
            )
            .values(valid_to=self.today)
        )
        lines = tuple(
            replace(line, dates=Range(line.dates.start, self.today))
            if (line.person, line.kind, line.dates.end) == (person, LineKind.PRIMARY, None)
            else line
            for line in self.world.lines
        )
        self.world = replace(self.world, lines=lines)
        self.reports_to(person, manager)

    def change_person(self, person: int, **facts: object) -> None:
        people = list(self.world.people)
        people[person] = replace(people[person], **facts)  # type: ignore[arg-type] # fields of Somebody
        self.world = replace(self.world, people=tuple(people))

    @rule(person=ANYBODY)
    def somebody_leaves_or_returns(self, person: int) -> None:
        """Who leaves loses all that they were given, and gets nothing back by returning."""
        person = self.somebody(person)
        this = update(Person).where(Person.id == person_of(person))
        if not self.active(person):
            self.change_person(person, state=PersonState.ACTIVE)
            self.change(this.values(state=PersonState.ACTIVE, leaving_on=None))
            return
        self.change(this.values(leaving_on=self.today - timedelta(days=3)))
        assert part_with_leavers(self.store, Origin(Via.CLOCK, self.now, uuid4().hex)) == 1
        self.change_person(person, state=PersonState.LEFT)
        self.world = replace(
            self.world,
            grants=tuple(
                replace(one, state=GrantState.REVOKED) if one.person == person else one
                for one in self.world.grants
            ),
            deputies=tuple(
                replace(one, revoked=True)
                if person in (one.delegator, one.deputy) and not self.over(one)
                else one
                for one in self.world.deputies
            ),
            shares=tuple(
                replace(one, revoked=True) if one.person == person else one
                for one in self.world.shares
            ),
        )

    def over(self, one: Deputy) -> bool:
        return one.revoked or (one.dates.end is not None and one.dates.end <= self.today)

    @rule(manager=ANYBODY, acting=ANYBODY, ahead=st.sampled_from([0, 0, 2]), days=DAYS)
    def somebody_acts_for_a_manager(self, manager: int, acting: int, ahead: int, days: int) -> None:
        manager, acting = self.somebody(manager), self.somebody(acting)
        first = self.today + timedelta(days=ahead)
        dates = Range(first, first + timedelta(days=days))
        reports = [
            line.person
            for line in self.world.lines
            if line.kind is LineKind.PRIMARY
            and line.manager == manager
            and line.dates.holds(first)
            and self.active(line.person)
            and line.person != acting
        ]
        taken = any(
            line.kind is LineKind.ACTING and line.person in reports and _overlap(line.dates, dates)
            for line in self.world.lines
        )
        may = (
            self.active(manager)
            and self.active(acting)
            and manager != acting
            and bool(reports)
            and not taken
            and len(set(reports)) == len(reports)
        )
        emails = (f"{number}@company.example" for number in (manager, acting))

        def act() -> None:
            set_acting_manager(self.store, self.operator(), *emails, first, dates.end or first)

        if self.succeeds(act, may=may):
            lines = [Line(report, acting, LineKind.ACTING, dates) for report in reports]
            self.world = replace(self.world, lines=(*self.world.lines, *lines))

    # Roles

    @rule(
        person=ANYBODY,
        role=st.sampled_from([Role.HR, Role.HR, Role.FACILITATOR]),
        unit=PLACES,
        region=st.sampled_from([None, None, *REGIONS]),
        days=st.none() | DAYS,
    )
    def somebody_gets_a_role(
        self, person: int, role: Role, unit: int | None, region: str | None, days: int | None
    ) -> None:
        person = self.somebody(person)
        end = None if days is None else self.today + timedelta(days=days)
        grant = Grant(person, role, unit, region, GrantState.ACTIVE, Range(self.today, end))
        self.world = replace(self.world, grants=(*self.world.grants, grant))
        self.grants.append(uuid4())
        self.change(
            insert(RoleGrant).values(
                id=self.grants[-1],
                person_id=person_of(person),
                role=role,
                org_unit_id=unit_of(unit),
                region=region,
                state=GrantState.ACTIVE,
                valid_from=self.today,
                valid_to=end,
            )
        )

    @precondition(lambda self: self.grants)
    @rule(which=st.integers(0, 9))
    def a_role_is_taken_away(self, which: int) -> None:
        which %= len(self.grants)
        grants = list(self.world.grants)
        grants[which] = replace(grants[which], state=GrantState.REVOKED)
        self.world = replace(self.world, grants=tuple(grants))
        self.change(
            update(RoleGrant)
            .where(RoleGrant.id == self.grants[which])
            .values(state=GrantState.REVOKED)
        )

    # What people do themselves

    @rule(goal=ANY_GOAL, person=ANYBODY)
    def a_goal_is_shared(self, goal: int, person: int) -> None:
        person, aim = self.somebody(person), self.world.goals[goal]
        may = (
            self.active(aim.owner)
            and self.able(person)
            and person != aim.owner
            and aim.state is not GoalState.DRAFT
            and aim.audience is not Audience.EVERYONE
        )
        command = ShareGoal(goal=goal_of(goal), people=[f"U{person}"])

        def act() -> None:
            share_goal(self.store, self.by(aim.owner), command, uuid4().hex)

        if self.succeeds(act, may=may):
            self.set_share(goal, person, revoked=False)

    def set_share(self, goal: int, person: int, *, revoked: bool) -> None:
        others = (one for one in self.world.shares if (one.goal, one.person) != (goal, person))
        self.world = replace(self.world, shares=(*others, Share(goal, person, revoked)))

    @precondition(lambda self: self.world.shares)
    @rule(which=st.integers(0, 9), who=st.none() | ANYBODY)
    def a_goal_is_taken_back(self, which: int, who: int | None) -> None:
        share = self.world.shares[which % len(self.world.shares)]
        owner = self.world.goals[share.goal].owner
        actor = owner if who is None else self.somebody(who)
        may = actor == owner and self.active(owner) and not share.revoked

        def act() -> None:
            stop_sharing(self.store, self.by(actor), goal_of(share.goal), person_of(share.person))

        if self.succeeds(act, may=may):
            self.set_share(share.goal, share.person, revoked=True)

    @rule(
        delegator=ANYBODY,
        deputy=ANYBODY,
        ahead=st.sampled_from([0, 0, 0, 2]),
        days=st.integers(0, 9),
    )
    def somebody_names_a_deputy(self, delegator: int, deputy: int, ahead: int, days: int) -> None:
        delegator, deputy = self.somebody(delegator), self.somebody(deputy)
        first = self.today + timedelta(days=ahead)
        last = first + timedelta(days=days)
        dates = Range(first, last + timedelta(days=1))
        may = (
            self.able(delegator)
            and self.able(deputy)
            and delegator != deputy
            and not any(
                (one.delegator, one.deputy, one.revoked) == (delegator, deputy, False)
                and _overlap(one.dates, dates)
                for one in self.world.deputies
            )
        )
        command = NameDeputy(deputy=f"U{deputy}", first_day=first, last_day=last)

        def act() -> None:
            name_deputy(self.store, self.by(delegator), command, uuid4().hex)

        if self.succeeds(act, may=may):
            named = Deputy(delegator, deputy, dates, revoked=False)
            self.world = replace(self.world, deputies=(*self.world.deputies, named))
            with self.engine.connect() as connection:
                stored = set(connection.scalars(select(Delegation.id)))
            self.delegations += [*(stored - set(self.delegations))]

    @precondition(lambda self: self.delegations)
    @rule(which=st.integers(0, 9), who=st.sampled_from(["delegator", "deputy"]) | ANYBODY)
    def a_delegation_is_ended(self, which: int, who: str | int) -> None:
        which %= len(self.delegations)
        one = self.world.deputies[which]
        sides = {"delegator": one.delegator, "deputy": one.deputy}
        actor = sides[who] if isinstance(who, str) else self.somebody(who)
        may = actor in sides.values() and self.active(actor) and not self.over(one)

        def act() -> None:
            end_delegation(self.store, self.by(actor), self.delegations[which])

        if self.succeeds(act, may=may):
            deputies = list(self.world.deputies)
            deputies[which] = replace(one, revoked=True)
            self.world = replace(self.world, deputies=tuple(deputies))

    @rule(person=ANYBODY, ahead=st.integers(0, 3), days=st.integers(0, 9))
    def somebody_is_away(self, person: int, ahead: int, days: int) -> None:
        """Which changes whom proposals are put before, and nothing of what people may see."""
        person = self.somebody(person)
        first = self.today + timedelta(days=ahead)
        last = first + timedelta(days=days)
        dates = Range(first, last + timedelta(days=1))
        away = self.away.setdefault(person, [])
        may = self.active(person) and not any(_overlap(one, dates) for one in away)
        command = TakeLeave(first_day=first, last_day=last)

        def act() -> None:
            take_leave(self.store, self.by(person), command, uuid4().hex)

        if self.succeeds(act, may=may):
            away.append(dates)

    @rule(goal=ANY_GOAL, person=ANYBODY)
    def somebody_agrees(self, goal: int, person: int) -> None:
        """Whoever may; the case is closed, and what came with it ends."""
        with self.engine.connect() as connection:
            version = connection.execute(
                select(Goal.version).where(Goal.id == goal_of(goal))
            ).scalar_one()
        command = AcceptGoal(goal=goal_of(goal), version=version)
        try:
            accept_goal(self.store, self.by(self.somebody(person)), command)
        except AccordError:
            return

    @rule(days=st.sampled_from([1, 1, 3, 10]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        escalate_silence(self.store, Origin(Via.CLOCK, self.now, uuid4().hex))

    # What must hold

    def look_around(self) -> None:
        """Whom a proposal is put before is a matter of its own: here it is a fact, as read."""
        numbers = {person_of(number): number for number in range(len(self.world.people))}
        goals = {goal_of(number): number for number in range(len(self.world.goals))}
        with self.engine.connect() as connection:
            cases = connection.execute(
                select(GoalCase.goal_id, GoalCase.person_id, GoalCase.capacity, GoalCase.closed_at)
            ).all()
            heads = connection.execute(
                select(Goal.id, Goal.state, Goal.counterpart_id, Goal.turn)
            ).all()
        aims = list(self.world.goals)
        for goal, state, counterpart, turn in heads:
            aims[goals[goal]] = replace(
                aims[goals[goal]],
                state=state,
                turn=turn,
                counterpart=None if counterpart is None else numbers[counterpart],
            )
        self.world = replace(
            self.world,
            today=self.today,
            goals=tuple(aims),
            cases=tuple(
                Case(goals[goal], numbers[person], capacity, closed)
                for goal, person, capacity, closed in cases
            ),
        )

    @invariant()
    def everybody_sees_what_they_may(self) -> None:
        self.look_around()
        with self.engine.connect() as connection:
            for viewer in range(len(self.world.people)):
                if self.active(viewer):
                    compare_for(connection, self.world, viewer)

    def teardown(self) -> None:
        self.engine.dispose()


def _overlap(one: Range, other: Range) -> bool:
    ends_after = one.end is None or one.end > other.start
    return ends_after and (other.end is None or one.start < other.end)


@pytest.mark.parametrize(
    ("kind", "organisations"),
    [(Kind.SQLITE, 25), pytest.param(Kind.POSTGRES, 8, marks=pytest.mark.postgres)],
    ids=["sqlite", "postgres"],
)
def test_whatever_happens_nobody_sees_more_or_less_than_they_may(
    databases: Databases, kind: Kind, organisations: int
) -> None:
    class InAFreshDatabase(Organisation):
        def __init__(self) -> None:
            self.url = databases.fresh(kind)
            super().__init__(open_engine(self.url))

        def teardown(self) -> None:
            super().teardown()
            databases.drop(self.url)

    run_state_machine_as_test(
        InAFreshDatabase,
        settings=settings(
            max_examples=organisations,
            stateful_step_count=20,
            deadline=None,
            # Explaining traces every line: a failure would show itself as a timeout instead.
            phases=[phase for phase in Phase if phase is not Phase.explain],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

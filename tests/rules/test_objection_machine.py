"""Versions, objections and agreements in any order, while time passes in any direction.

Never does a version hold while an objection to it stands; none is held up without one; each person
is told once of each version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from domain.agreements import RegisterAgreement
from domain.errors import AccordError
from domain.notices import NoticeKind
from domain.objections import ObjectionState
from domain.policy_versions import WAITING, PlanState, WithdrawVersion
from storage import policy
from storage.database import open_engine
from storage.tables.objections import Objection
from storage.tables.outbox import Notice
from storage.tables.policy import PolicyPlan
from tests.company import settle_company
from tests.databases import Databases, Kind
from tests.rules.office import Office
from tests.rules.rulebook import (
    approve_version,
    in_force,
    next_minutes,
    note,
    object_to,
    settle_roles,
    withdraw,
)
from usecases import agreements, objections
from usecases.policy_changes import withdraw_version

REPRESENTATIVES = ("Tarik", "Emil")
NAMES = st.sampled_from(REPRESENTATIVES)


class Bargaining(RuleBasedStateMachine):
    """HR makes versions; representatives object, or do not; agreements settle what they can."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.url = self.databases.fresh(Kind.SQLITE)
        self.engine = open_engine(self.url)
        settle_company(self.engine)
        self.office = Office(self.engine)
        settle_roles(self.office, dict.fromkeys(REPRESENTATIVES))
        self.agreements: list[tuple[UUID, str]] = []

    def teardown(self) -> None:
        self.engine.dispose()
        self.databases.drop(self.url)

    def newest(self) -> int:
        with self.office.store.read(self.office.operator()) as work:
            return policy.versions(work.connection, None, 1)[0].number

    def waits(self) -> bool:
        with self.office.store.read(self.office.operator()) as work:
            return policy.waiting(work.connection, work.now) is not None

    def plans(self) -> dict[int, tuple[PlanState, Any]]:
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(PolicyPlan.number, PolicyPlan.state, PolicyPlan.valid_from)
            )
            return {number: (state, day) for number, state, day in rows}

    def standing(self) -> Counter[int]:
        with self.engine.connect() as connection:
            return Counter(
                connection.scalars(
                    select(Objection.number).where(Objection.state == ObjectionState.STANDING)
                )
            )

    @precondition(lambda self: not self.waits())
    @rule()
    def approve(self) -> None:
        approve_version(self.office, next_minutes(self.office))

    @rule(name=NAMES)
    def object(self, name: str) -> None:
        number = self.newest()
        before = self.plans().get(number)
        try:
            object_to(self.office, name, number)
        except AccordError:
            return
        assert before is not None
        assert before[0] in WAITING

    @rule(name=NAMES)
    def have_none(self, name: str) -> None:
        try:
            objections.say_no_objection(self.office.store, self.office.by(name), self.newest())
        except AccordError:
            return

    @precondition(lambda self: self.standing())
    @rule(name=NAMES)
    def take_back(self, name: str) -> None:
        try:
            withdraw(self.office, name, self.newest())
        except (AccordError, IndexError):
            return

    @rule()
    def withdraw_the_version(self) -> None:
        try:
            withdraw_version(
                self.office.store,
                self.office.by("Ines"),
                self.newest(),
                WithdrawVersion(reason="Not now."),
            )
        except AccordError:
            return

    @precondition(lambda self: self.standing())
    @rule(by_hr=st.booleans(), name=NAMES)
    def register(self, *, by_hr: bool, name: str) -> None:
        agreement = uuid4()
        command = RegisterAgreement(
            title="Check-ins",
            parties="Both",
            clauses="1 In the morning.",
            valid_from=self.office.watch.now.date(),
            settles=self.newest(),
        )
        side = "Ines" if by_hr else name
        try:
            agreements.register_agreement(
                self.office.store, self.office.by(side), agreement, command
            )
        except AccordError:
            return
        self.agreements.append((agreement, name if by_hr else "Ines"))

    @precondition(lambda self: self.agreements)
    @rule()
    def confirm(self) -> None:
        agreement, name = self.agreements.pop()
        agreements.confirm_agreement(self.office.store, self.office.by(name), agreement, 1)

    @rule(days=st.sampled_from((1, 5, 11, 15, 400)))
    def days_pass(self, days: int) -> None:
        self.office.wait(timedelta(days=days))
        note(self.office)

    @rule(days=st.sampled_from((1, 20)))
    def the_clock_jumps_ahead_for_a_moment(self, days: int) -> None:
        before = self.plans()
        held = {number for number, (state, _) in before.items() if state is PlanState.HELD}
        later = self.office.watch.now + timedelta(days=days)
        assert in_force(self.office, later) not in held

    @invariant()
    def what_is_objected_to_is_held_and_does_not_hold(self) -> None:
        plans, standing = self.plans(), self.standing()
        held = {number for number, (state, _) in plans.items() if state is PlanState.HELD}
        assert held == set(standing)
        assert in_force(self.office) not in held
        assert in_force(self.office, self.office.watch.now + timedelta(days=1000)) not in held

    @invariant()
    def each_is_told_once_of_each_version(self) -> None:
        with self.engine.connect() as connection:
            told = Counter(
                connection.execute(
                    select(Notice.person_id, Notice.subject_revision).where(
                        Notice.kind == NoticeKind.POLICY_CHANGE
                    )
                )
            )
        assert set(told.values()) <= {1}
        assert len(told) == len(self.plans()) * len(REPRESENTATIVES)


@pytest.fixture(scope="module")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    folder: Path = tmp_path_factory.mktemp("bargaining")
    found = Databases(folder)
    yield found
    found.close()


def test_whatever_is_said_in_whatever_order(sqlite_databases: Databases) -> None:
    class Here(Bargaining):
        databases = sqlite_databases

    run_state_machine_as_test(
        Here, settings=settings(max_examples=20, stateful_step_count=25, deadline=None)
    )

"""Any people, doing anything in any order, never leave a negotiation in a state it may not have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

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
from sqlalchemy import Engine, update

from domain.errors import AccordError
from domain.goals import GoalCard, GoalState, Side, StepKind
from domain.notices import NoticeKind
from domain.people import Standing
from domain.screens import GoalNotice
from domain.verification import Verdict
from storage.database import open_engine
from storage.tables.people import Person
from storage.verify import verify
from tests.company import PEOPLE, settle_company
from tests.databases import Databases, Kind
from tests.rules.files import File, read_file
from tests.rules.office import KEYRING, Office, id_of
from usecases.notices import read_notice

NAMES = tuple(one.name.split()[0] for one in PEOPLE)
NAME_OF = {id_of(name): name for name in NAMES}
OWNERS = ("Lena", "Lena", "Clara", "Gustav")
MANAGERS = ("Jonas", "Omar", "Nora", "Gustav", None)
CONTRACTOR = "Gustav"
ACCOUNTS_THAT_CLOSE = ("Jonas", "Nora")
ASKED, AUTHOR = "whoever is asked", "whoever proposed last"

RECORDED_AS = {
    StepKind.PROPOSED: "goal.propose",
    StepKind.COUNTERED: "goal.counter",
    StepKind.ACCEPTED: "goal.accept",
    StepKind.DECLINED: "goal.decline",
    StepKind.WITHDRAWN: "goal.withdraw",
    StepKind.UPDATED: "goal.update",
}
UNDO = timedelta(minutes=10)
ANSWERS = (StepKind.COUNTERED, StepKind.ACCEPTED, StepKind.DECLINED)


class Negotiations(RuleBasedStateMachine):
    """People act on a goal as they saw it, sometimes late, often without any right to."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        settle_company(engine)
        self.office = Office(engine)
        self.goals: list[GoalCard] = []
        self.files: dict[UUID, File] = {}
        self.managers = {
            one.name.split()[0]: one.manager and one.manager.split()[0] for one in PEOPLE
        }
        self.closed: dict[str, int] = {}
        """Whose account is closed, and how often they had been asked by then."""

    @initialize(owner=st.sampled_from(OWNERS))
    def it_begins(self, owner: str) -> None:
        self.goals.append(self.office.propose(owner))

    @precondition(lambda self: len(self.goals) < 3)
    @rule(name=st.sampled_from(NAMES), owner=st.sampled_from(OWNERS))
    def somebody_proposes(self, name: str, owner: str) -> None:
        leads = self.managers[owner] == name and name != CONTRACTOR
        allowed = name not in self.closed and (name == owner or leads)
        try:
            goal = self.office.propose(name, owner=owner)
        except AccordError:
            assert not allowed
        else:
            assert allowed
            self.goals.append(goal)

    @rule(
        answer=st.sampled_from([StepKind.COUNTERED, StepKind.COUNTERED, *ANSWERS]),
        which=st.integers(0, 2),
        hours=st.integers(1, 9),
    )
    def it_goes_on(self, answer: StepKind, which: int, hours: int) -> None:
        state = self.files[self.goals[which % len(self.goals)].id].head["state"]
        kind = {GoalState.PROPOSED: answer, GoalState.DRAFT: StepKind.PROPOSED}
        self.somebody_acts(kind.get(state, StepKind.UPDATED), ASKED, which, 0, hours)

    @rule(which=st.integers(0, 2))
    def it_is_taken_back(self, which: int) -> None:
        self.somebody_acts(StepKind.WITHDRAWN, AUTHOR, which, 0, 0)

    @rule(
        kind=st.sampled_from(list(RECORDED_AS)),
        who=st.just(ASKED) | st.just(AUTHOR) | st.sampled_from(NAMES),
        which=st.integers(0, 2),
        late=st.sampled_from([0, 0, 0, 1]),
        hours=st.integers(1, 9),
    )
    def somebody_acts(self, kind: StepKind, who: str, which: int, late: int, hours: int) -> None:
        goal = self.goals[which % len(self.goals)]
        file = self.files[goal.id]
        name = self.called(who, file)
        acts, told = self.office.acts(), self.office.told(name)
        may = self.may(kind, name, file, late)
        refused: str | None = None
        try:
            seen = replace(goal, version=file.head["version"] - late)
            self.carry_out(kind, name, seen, hours)
        except AccordError as error:
            refused = error.code
        if refused is None:
            assert may is not False
            assert self.office.acts() == [*acts, RECORDED_AS[kind]]
        else:
            assert may is not True or refused == "nothing_changed"
            assert self.office.acts() == acts
            assert self.office.told(name) == told
            assert read_file(self.office.engine, goal.id) == file

    def carry_out(self, kind: StepKind, name: str, goal: GoalCard, hours: int) -> None:
        match kind:
            case StepKind.COUNTERED:
                self.office.counter(name, goal, hours)
            case StepKind.ACCEPTED:
                self.office.accept(name, goal)
            case StepKind.DECLINED:
                self.office.decline(name, goal)
            case StepKind.WITHDRAWN:
                self.office.undo(name, goal)
            case StepKind.PROPOSED:
                self.office.revise(name, goal, hours)
            case _:
                self.office.update(name, goal, hours)

    def called(self, who: str, file: File) -> str:
        if who == ASKED:
            other = file.head["counterpart_id"] if file.head["turn"] is Side.OTHER else None
            return NAME_OF[other or file.head["owner_id"]]
        return NAME_OF[file.version["author_id"]] if who == AUTHOR else who

    def may(self, kind: StepKind, name: str, file: File, late: int) -> bool | None:
        """Whether the act must succeed (True), must be refused (False), or depends on more."""
        head, person = file.head, id_of(name)
        is_owner = person == head["owner_id"]
        if kind is StepKind.UPDATED:
            may = is_owner and head["state"] is GoalState.ACTIVE
        elif kind is StepKind.PROPOSED:
            may = is_owner and head["state"] is GoalState.DRAFT and not late
        elif head["state"] is not GoalState.PROPOSED or late or name in self.closed:
            may = False
        elif kind is StepKind.WITHDRAWN:
            return self.may_take_back(person, file)
        elif is_owner or head["turn"] is Side.OWNER:
            may = is_owner and head["turn"] is Side.OWNER
        elif self.managers[NAME_OF[head["owner_id"]]] == name:
            may = name != CONTRACTOR
        else:
            return None if person in file.asked() else False
        return may

    def may_take_back(self, person: UUID, file: File) -> bool | None:
        """Only what they brought in themselves; a version that came back was answered once."""
        brought_in = any(
            step["actor_id"] == person
            and step["version"] == file.head["version"]
            and step["kind"] in {StepKind.PROPOSED, StepKind.COUNTERED}
            for step in file.steps
        )
        if not brought_in or self.office.watch.now - file.head["turn_since"] >= UNDO:
            return False
        return True if person == file.head["owner_id"] else None

    @rule(who=st.just(ASKED) | st.just(AUTHOR), which=st.integers(0, 2))
    def somebody_asks_for_help(self, who: str, which: int) -> None:
        goal = self.goals[which % len(self.goals)]
        file = self.files[goal.id]
        acts = self.office.acts()
        try:
            helper = self.office.ask_for_help(self.called(who, file), goal)
        except AccordError:
            assert self.office.acts() == acts
        else:
            assert file.head["counters"] > 0 or file.head["turn"] is Side.OWNER
            assert id_of(helper.split()[0]) not in {file.head["owner_id"], *file.asked()}
            assert self.office.acts() == [*acts, "facilitation.ask"]

    @rule(days=st.sampled_from([0, 1, 2, 4, 7]), minutes=st.sampled_from([0, 11]))
    def time_passes(self, days: int, minutes: int) -> None:
        self.office.wait(timedelta(days=days, minutes=minutes))
        self.office.sweep()
        assert self.office.sweep() == 0

    @rule(
        change=st.tuples(st.sampled_from(OWNERS), st.sampled_from(MANAGERS))
        | st.sampled_from(ACCOUNTS_THAT_CLOSE)
    )
    def people_come_and_go(self, change: tuple[str, str | None] | str) -> None:
        if isinstance(change, str):
            self.close_or_open(change)
        elif change[0] != change[1]:
            owner, manager = change
            self.office.replace_manager(owner, manager)
            self.managers[owner] = manager

    def close_or_open(self, name: str) -> None:
        if name in self.closed:
            del self.closed[name]
        else:
            self.closed[name] = self.times_asked(name)
        standing = Standing.DEACTIVATED if name in self.closed else Standing.FULL
        with self.office.store.write(self.office.operator()) as work:
            work.connection.execute(
                update(Person).where(Person.id == id_of(name)).values(standing=standing)
            )

    def times_asked(self, name: str) -> int:
        return self.office.told(name).count(NoticeKind.GOAL_TO_DECIDE)

    @invariant()
    def all_is_in_order(self) -> None:
        self.what_happened_stays_as_it_was()
        self.everything_that_happened_is_recorded()
        self.both_sides_agree_or_nobody_has()
        self.an_open_proposal_waits_for_somebody_who_knows()
        self.nobody_is_asked_who_cannot_act()

    def what_happened_stays_as_it_was(self) -> None:
        for goal in self.goals:
            file, before = read_file(self.office.engine, goal.id), self.files.get(goal.id)
            self.files[goal.id] = file
            numbers = range(1, file.head["version"] + 1)
            assert [version["number"] for version in file.versions] == [*numbers]
            assert [step["number"] for step in file.steps] == [*range(1, len(file.steps) + 1)]
            if before is not None:
                assert file.versions[: len(before.versions)] == before.versions
                assert file.steps[: len(before.steps)] == before.steps

    def everything_that_happened_is_recorded(self) -> None:
        for goal in self.goals:
            acts, steps = self.office.acts(goal.id), self.files[goal.id].steps
            told = [RECORDED_AS[one["kind"]] for one in steps if one["kind"] in RECORDED_AS]
            assert [act for act in acts if act != "goal.reassign"] == told
            passed_on = [one for one in steps if one["kind"] is StepKind.ASKED]
            assert acts.count("goal.reassign") >= len(passed_on)

    def both_sides_agree_or_nobody_has(self) -> None:
        for goal in self.goals:
            file = self.files[goal.id]
            head, version = file.head, file.version
            if head["state"] is GoalState.PROPOSED:
                assert head["turn"] is version["side"].opposite
                assert head["counterpart_id"] != head["owner_id"]
            else:
                assert head["turn"] is None
                assert not [case for case in file.cases if case["closed_at"] is None]
            if head["state"] is GoalState.ACTIVE:
                agreed = [one for one in file.steps if one["kind"] is StepKind.ACCEPTED]
                side = Side.OWNER if agreed[-1]["actor_id"] == head["owner_id"] else Side.OTHER
                assert side is version["side"].opposite
                assert agreed[-1]["actor_id"] != version["author_id"]
                assert head["agreed_version"] == head["version"]

    def an_open_proposal_waits_for_somebody_who_knows(self) -> None:
        for goal in self.goals:
            file = self.files[goal.id]
            head = file.head
            if head["state"] is not GoalState.PROPOSED:
                continue
            owner = NAME_OF[head["owner_id"]]
            waits_for = head["owner_id"] if head["turn"] is Side.OWNER else head["counterpart_id"]
            if waits_for is None:
                assert "goal_to_owner" in self.office.told(owner)
            else:
                assert waits_for == head["owner_id"] or waits_for in file.asked()
                self.is_asked_in_a_message(NAME_OF[waits_for], file)

    def is_asked_in_a_message(self, name: str, file: File) -> None:
        assert self.times_asked(name) > 0
        if name not in self.closed:
            notice = read_notice(
                self.office.store,
                self.office.by(name),
                NoticeKind.GOAL_TO_DECIDE,
                file.head["id"],
                id_of(name),
                file.head["version"],
            )
            assert isinstance(notice, GoalNotice)
            assert notice.latest
            assert notice.card.can_decide

    def nobody_is_asked_who_cannot_act(self) -> None:
        for name, times in self.closed.items():
            assert self.times_asked(name) == times

    def teardown(self) -> None:
        assert verify(self.office.engine, KEYRING).verdict is Verdict.INTACT
        self.office.engine.dispose()


def test_a_negotiation_is_never_in_a_state_it_may_not_have(databases: Databases) -> None:
    class InAFreshCompany(Negotiations):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        InAFreshCompany,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            # Explaining traces every line: a failure would show itself as a timeout instead.
            phases=[phase for phase in Phase if phase is not Phase.explain],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

"""Changes of active goals: how large they are, who has to agree, whatever people try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select

from domain.change_requests import (
    ApprovalWhy,
    ChangeCard,
    ChangeKind,
    ChangeState,
    Turn,
    deviation,
    kind_by_size,
    near_review,
)
from domain.errors import AccordError, AlreadyDone, Changed
from domain.goal_kinds import GoalKind, GoalPart
from domain.goal_status import Move
from domain.goals import Direction, GoalContent, GoalState
from domain.measures import Measure
from domain.notices import NoticeKind
from domain.people import Level
from domain.verification import Verdict
from storage.database import open_engine
from storage.tables.change_requests import ChangeRequest
from storage.tables.goals import GoalCase, GoalVersion
from storage.verify import verify
from tests.company import settle_company
from tests.databases import Databases, Kind
from tests.rules.office import KEYRING, Office, id_of
from tests.rules.test_goal_status import filled
from usecases.goal_changes import approve_change, show_change, withdraw_change
from usecases.goal_status import move_goal
from usecases.state_check import check_state

DUE = date(2027, 6, 30)


def measure(value: float) -> Measure:
    return Measure(value=value, text=f"{value:g}")


HOURS = GoalContent(
    title="First reply",
    metric="Hours",
    target=measure(5),
    due_date=DUE,
    template=Level.INDIVIDUAL,
    baseline=measure(9),
)


@pytest.mark.parametrize(
    ("after", "share", "days", "kind"),
    [
        (HOURS, 0.0, 0, ChangeKind.ADJUSTMENT),
        (replace(HOURS, target=measure(5.8)), 0.2, 0, ChangeKind.ADJUSTMENT),
        (replace(HOURS, target=measure(6)), 0.25, 0, ChangeKind.RENEGOTIATION),
        (replace(HOURS, due_date=DUE - timedelta(days=30)), 0.0, 30, ChangeKind.ADJUSTMENT),
        (replace(HOURS, due_date=DUE + timedelta(days=31)), 0.0, 31, ChangeKind.RENEGOTIATION),
        (replace(HOURS, title="Replies"), 0.0, 0, ChangeKind.ADJUSTMENT),
        (replace(HOURS, metric="Days"), None, 0, ChangeKind.RENEGOTIATION),
        (replace(HOURS, direction=Direction.RANGE), None, 0, ChangeKind.RENEGOTIATION),
        (replace(HOURS, threshold=measure(7)), None, 0, ChangeKind.RENEGOTIATION),
    ],
)
def test_a_change_is_as_large_as_its_target_and_dates_move(
    after: GoalContent, share: float | None, days: int, kind: ChangeKind
) -> None:
    found = deviation(HOURS, after)
    assert found.share == (share if share is None else pytest.approx(share))
    assert found.days == days
    assert kind_by_size(found, 20, 30) is kind


def test_without_a_baseline_the_target_itself_is_the_way() -> None:
    bare = replace(HOURS, baseline=None)
    assert deviation(bare, replace(bare, target=measure(6))).share == pytest.approx(0.2)
    nothing = replace(bare, target=measure(0))
    assert deviation(nothing, replace(nothing, target=measure(1))).share is None


def test_key_results_count_part_by_part() -> None:
    parts = tuple(GoalPart(what=name, start=0, target=10) for name in "abcd")
    okr = replace(HOURS, kind=GoalKind.OKR, parts=parts)
    moved = (parts[0].model_copy(update={"target": 8.0}), *parts[1:])
    assert deviation(okr, replace(okr, parts=moved)).share == pytest.approx(0.05)
    assert deviation(okr, replace(okr, parts=parts[:3])).share == pytest.approx(0.25)
    another = (*parts, GoalPart(what="e"))
    assert deviation(okr, replace(okr, parts=another)).share == pytest.approx(0.2)


def test_a_review_is_near_the_end_of_a_cycle_else_near_the_due_date() -> None:
    today = DUE - timedelta(days=30)
    assert near_review(today, 30, [], DUE)
    assert not near_review(today - timedelta(days=1), 30, [], DUE)
    assert not near_review(today, 30, [today + timedelta(days=31)], DUE)
    assert near_review(today, 30, [today - timedelta(days=30)], DUE)


def agreed(office: Office) -> ChangeCard:
    """A change that counts from a past day, as both sides agreed to it, weeks before the end."""
    goal = office.propose("Lena")
    office.accept("Jonas", office.show("Jonas", goal))
    office.wait(timedelta(days=100))
    past = office.watch.now.date() - timedelta(days=10)
    asked = office.ask_change("Lena", office.show("Lena", goal), 5.5, effective_on=past)
    assert asked.marked
    return office.answer_change("Jonas", asked)


def test_what_reaches_back_near_a_review_takes_hr_and_stays_marked(office: Office) -> None:
    card = agreed(office)
    assert [one.why for one in card.approvals] == [ApprovalWhy.RETROACTIVE]
    assert office.show("Lena", card.goal).content.target.value == 5
    seen = show_change(office.store, office.by("Ines"), card.id)
    assert seen.can_approve
    office.answer_change("Ines", seen, approve_change)
    goal = office.show("Lena", card.goal)
    assert goal.content.target.value == 5.5
    assert [one.reference for one in goal.change_marks] == ["R-1"]
    again = office.ask_change("Jonas", goal, 5.2)
    office.answer_change("Lena", again)
    assert [one.reference for one in office.show("Lena", goal).change_marks] == ["R-1"]


def test_whoever_approves_declines_with_a_reason_and_all_stays(office: Office) -> None:
    card = agreed(office)
    with pytest.raises(AccordError):
        office.answer_change("Mara", card, approve_change)
    settled = office.decline_change("Ines", card)
    assert settled.state is ChangeState.DECLINED
    assert office.show("Lena", card.goal).content.target.value == 5


def test_terms_are_agreed_to_as_they_were_seen(office: Office) -> None:
    goal = office.propose("Lena")
    office.accept("Jonas", office.show("Jonas", goal))
    asked = office.ask_change("Lena", office.show("Lena", goal), 5.5)
    office.answer_change("Lena", office.counter_change("Jonas", asked, 5.2))
    again = office.ask_change("Lena", office.show("Lena", goal), 5.5)
    other = office.counter_change("Lena", office.counter_change("Jonas", again, 5.3), 5.4)
    with pytest.raises(Changed):
        office.answer_change("Jonas", again)
    assert office.answer_change("Jonas", other).content.target.value == 5.4
    with pytest.raises(AlreadyDone):
        office.answer_change("Jonas", other)


class Changes(RuleBasedStateMachine):
    """Everybody acts on a change as they saw it, late or not, often without any right to."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        settle_company(engine)
        self.office = Office(engine)
        goal = self.office.propose("Lena")
        self.office.accept("Jonas", self.office.show("Jonas", goal))
        self.goal = self.office.show("Lena", goal)
        self.manager = "Jonas"
        self.target = 5.0
        self.versions = 1
        self.seen: ChangeCard | None = None
        self.before: ChangeCard | None = None

    def now(self) -> ChangeCard | None:
        return self.seen and show_change(self.office.store, self.office.by("Lena"), self.seen.id)

    def tried(self, act: Callable[[], ChangeCard], *, may: bool) -> None:
        """Done by whoever may; else refused, with nothing recorded."""
        acts = self.office.acts()
        try:
            done = act()
        except AccordError:
            assert not may
            assert self.office.acts() == acts
            return
        assert may
        self.before, self.seen = self.seen, done
        if done.state is ChangeState.ACCEPTED:
            self.target = done.content.target.value
            self.versions += 1

    @rule(
        name=st.sampled_from(("Lena", "Jonas", "Omar", "Ines", "Tarik")),
        hours=st.sampled_from((5.2, 5.5, 8.0, 9.0)),
    )
    def somebody_asks(self, name: str, hours: float) -> None:
        card = self.office.show("Lena", self.goal)
        free = card.state is GoalState.ACTIVE and card.open_change is None
        may = free and name in ("Lena", self.manager) and hours != self.target
        self.tried(lambda: self.office.ask_change(name, card, hours), may=may)

    @rule(
        name=st.sampled_from(("Lena", "Jonas", "Mara", "Clara", "Omar", "Ines", "Tarik")),
        what=st.sampled_from(("accept", "accept", "counter", "approve", "decline", "withdraw")),
        late=st.booleans(),
        hours=st.sampled_from((5.3, 8.5)),
    )
    def somebody_answers(self, name: str, what: str, late: bool, hours: float) -> None:
        now = self.now()
        if now is None or self.seen is None:
            return
        seen = self.before if late and self.before and self.before.id == now.id else now
        may = self.may(name, what, now) and (
            what == "withdraw" or seen.terms.number == now.terms.number
        )
        acts: dict[str, Callable[[], ChangeCard]] = {
            "accept": lambda: self.office.answer_change(name, seen),
            "counter": lambda: self.office.counter_change(name, seen, hours),
            "approve": lambda: self.office.answer_change(name, seen, approve_change),
            "decline": lambda: self.office.decline_change(name, seen),
            "withdraw": lambda: self.office.answer_change(name, seen, withdraw_change),
        }
        if what == "counter" and hours in (seen.content.target.value, self.target):
            return
        self.tried(acts[what], may=may)

    def may(self, name: str, what: str, now: ChangeCard) -> bool:
        if now.state is not ChangeState.OPEN:
            return False
        if what == "withdraw":
            return now.asker.startswith(f"{name} ")
        if now.turn is Turn.APPROVER:
            return what in ("approve", "decline") and (now.waits_for or "").startswith(f"{name} ")
        if what == "approve":
            return False
        if now.turn is Turn.OWNER:
            return name == "Lena"
        return name != "Lena" and self.speaks(name)

    def speaks(self, name: str) -> bool:
        """The manager in line, and whoever was asked and can still answer."""
        if name == self.manager:
            return True
        try:
            card = show_change(self.office.store, self.office.by(name), self.seen.id)  # type: ignore[union-attr] # looked at before
        except AccordError:
            return False
        return card.can_answer

    @rule(move=st.sampled_from((Move.PAUSE, Move.RESUME, Move.COMPLETE, Move.REOPEN)))
    def the_manager_moves_the_goal(self, move: Move) -> None:
        command = filled(move, self.goal, self.office.watch.now.date())
        try:
            move_goal(
                self.office.store,
                self.office.by(self.manager),
                self.goal.id,
                command,
                f"t{len(self.office.acts())}-{move}",
            )
        except AccordError:
            return
        now = self.now()
        assert now is None or now.state is not ChangeState.OPEN

    @rule(days=st.sampled_from((1, 2, 4, 7)))
    def days_pass(self, days: int) -> None:
        self.office.wait(timedelta(days=days))
        self.office.sweep()
        assert self.office.sweep() == 0

    @rule(manager=st.sampled_from(("Jonas", "Nora", "Omar")))
    def somebody_else_leads_lena(self, manager: str) -> None:
        if manager != self.manager:
            self.office.replace_manager("Lena", manager)
            self.manager = manager

    @invariant()
    def the_goal_is_what_was_agreed_last(self) -> None:
        card = self.office.show("Lena", self.goal)
        assert card.content.target.value == self.target
        with self.office.engine.connect() as connection:
            versions = select(func.count()).where(GoalVersion.goal_id == self.goal.id)
            assert connection.scalar(versions) == self.versions
            open_ = select(ChangeRequest.id).where(ChangeRequest.state == ChangeState.OPEN)
            opened = list(connection.scalars(open_))
            assert len(opened) <= 1
            assert (card.open_change is not None) == bool(opened)
            cases = select(GoalCase.change_id).where(
                GoalCase.change_id.is_not(None), GoalCase.closed_at.is_(None)
            )
            assert set(connection.scalars(cases)) <= set(opened)

    @invariant()
    def an_open_change_waits_for_somebody_who_was_asked_and_has_no_other_say(self) -> None:
        now = self.now()
        if now is None or now.state is not ChangeState.OPEN:
            return
        assert now.turn is not None
        if now.waits_for is None:
            return
        name = now.waits_for.split()[0]
        assert NoticeKind.CHANGE_TO_DECIDE in self.office.told(name)
        if now.turn is Turn.APPROVER:
            assert now.waits_for not in (now.asker, now.author, "Lena Novak")
            assert now.waits_for not in [one.name for one in now.approvals]
        if now.turn is Turn.OTHER:
            assert name != "Lena"
            assert id_of(name) != now.terms.author

    def teardown(self) -> None:
        store = self.office.store
        assert verify(self.office.engine, KEYRING).verdict is Verdict.INTACT
        found = check_state(store.engine, KEYRING, lambda _done, _whole: None)
        assert "Goals" not in found.counts, found
        self.office.engine.dispose()


def test_a_change_is_never_in_a_state_it_may_not_have(databases: Databases) -> None:
    class OnAFreshDatabase(Changes):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        OnAFreshDatabase,
        settings=settings(
            max_examples=8,
            stateful_step_count=22,
            deadline=None,
            phases=[phase for phase in Phase if phase is not Phase.explain],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

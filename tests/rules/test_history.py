"""What happened long ago is entered by the same use cases, all at once, and nobody is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from domain.checkins import CheckIn, GoalReport, SeenGoal, goal_key
from domain.errors import AlreadyDone, Refused
from domain.feedback import FeedbackKind, GiveFeedback
from domain.goals import GoalCard
from domain.measures import Measure
from domain.notices import NoticeKind, SubjectType
from domain.sensitivity import Sensitivity
from domain.verification import Verdict
from storage import cover, outbox, past_messages
from storage.audit import entries_about
from storage.history import entering_history
from storage.past_messages import Placed
from storage.sealing import Place
from storage.tables.audit import AuditEntry
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Way
from storage.verify import verify
from tests.company import settle_company, slack_id
from tests.rules.office import KEYRING, MONDAY, Office, id_of
from usecases.checkins import check_in, undo_check_in
from usecases.feedback import give_feedback, list_feedback

LONG_AGO = MONDAY - timedelta(days=90)
TARIK = id_of("Tarik")


def hours(value: float) -> Measure:
    return Measure(value=value, text=f"{value:g}")


@pytest.fixture
def office(engine: Engine) -> Office:
    """Both databases: it is one transaction with savepoints."""
    settle_company(engine)
    return Office(engine)


@contextmanager
def at(office: Office, moment: datetime) -> Iterator[Office]:
    """The same people, entering what they did at that moment."""
    present = office.store
    with entering_history(present, office.watch.now) as history:
        office.store = history
        present.clock.move_to(moment)
        try:
            yield office
        finally:
            present.clock.move_to(office.watch.now)
            office.store = present


def agreed(office: Office) -> GoalCard:
    with at(office, LONG_AGO) as past:
        return past.accept("Jonas", past.propose("Lena"))


def count(office: Office, column: type) -> int:
    with office.engine.connect() as connection:
        found: int = connection.execute(select(func.count()).select_from(column)).scalar_one()
        return found


def test_an_entry_says_when_it_was_made_and_for_when(office: Office) -> None:
    goal = agreed(office)
    with office.store.read(office.operator()) as work:
        acts = entries_about(work.connection, work.sealer, SubjectType.GOAL, goal.id)
    assert [(act.at, act.as_of) for act in acts] == [(MONDAY, LONG_AGO)] * 2
    assert verify(office.engine, KEYRING).verdict is Verdict.INTACT


def test_nobody_is_told_now_or_later(office: Office) -> None:
    agreed(office)
    with office.store.write(office.operator()) as work:
        later = MONDAY + timedelta(days=30)
        assert outbox.materialise_due(work.connection, business_now=later, machine_now=later) == 0
        states = set(work.connection.scalars(select(Notice.state)))
    assert states == {NoticeState.VOID}
    assert count(office, Delivery) == 0


def test_what_is_due_only_later_is_told_then(office: Office) -> None:
    """Tarik is away until next week: the feedback that was given to him waits for his return."""
    back = MONDAY + timedelta(days=7)
    with office.store.write(office.operator()) as work:
        cover.add_leave(work.connection, TARIK, LONG_AGO.date(), back.date())
    with at(office, MONDAY - timedelta(days=3)) as past:
        given = GiveFeedback(
            about=slack_id("Tarik Can"), feedback="Thank you.", kind=FeedbackKind.SUPPORT
        )
        give_feedback(past.store, past.by("Lena"), given, "t-1")
    with office.store.read(office.operator()) as work:
        [kept] = work.connection.execute(select(Notice.state, Notice.way, Notice.due_at))
    assert (kept.state, kept.way, kept.due_at.date()) == (
        NoticeState.WAITING,
        Way.MORNING,
        back.date(),
    )


def test_all_of_it_or_nothing(office: Office) -> None:
    def break_off() -> None:
        with at(office, LONG_AGO) as past:
            past.accept("Jonas", past.propose("Lena"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert count(office, AuditEntry) == 0
    assert office.propose("Lena").number == 1


def test_an_act_that_fails_leaves_nothing_behind_and_the_others_stand(office: Office) -> None:
    """Also of keys: Tarik's first one is made, and gone, with the act that failed."""

    def fail_to_enter(past: Office) -> None:
        with past.store.write(past.by("Tarik")) as work:
            work.sealer.seal(Place("x", TARIK, "y"), TARIK, Sensitivity.INTERNAL, "words")
            raise LookupError

    with at(office, LONG_AGO) as past:
        goal = past.propose("Lena")
        with pytest.raises(AlreadyDone):
            past.accept("Lena", goal)
        with pytest.raises(LookupError):
            fail_to_enter(past)
        past.accept("Omar", past.propose("Tarik"))
        past.accept("Jonas", goal)
    assert office.acts(goal.id) == ["goal.propose", "goal.accept"]
    assert verify(office.engine, KEYRING).verdict is Verdict.INTACT


def test_what_was_done_long_ago_is_not_taken_back(office: Office) -> None:
    goal = agreed(office)
    with at(office, LONG_AGO + timedelta(days=14)) as past:
        draft = past.propose("Emil")
        report = CheckIn(goals={goal_key(goal.number): GoalReport(value=hours(6))})
        seen = {goal_key(goal.number): SeenGoal(goal.id, goal.revision)}
        done = check_in(past.store, past.by("Lena"), report, seen, "t-1", told=None)
        given = GiveFeedback(
            about=slack_id("Lena Novak"), feedback="Thank you.", kind=FeedbackKind.SUPPORT
        )
        give_feedback(past.store, past.by("Tarik"), given, "t-2")
    assert done.id is not None
    with pytest.raises(Refused, match="undo_too_late"):
        office.undo("Emil", draft)
    with pytest.raises(Refused, match="check_in_undo_too_late"):
        undo_check_in(office.store, office.by("Lena"), done.id)
    [card] = list_feedback(office.store, office.by("Tarik")).given
    assert not card.can_undo


def placed_card(office: Office, goal: GoalCard) -> Placed:
    """The owner's own message stands in Slack."""
    with office.store.write(office.operator()) as work:
        [notice] = past_messages.untold(work.connection, NoticeKind.GOAL_TO_OWNER, goal.id)
        placed = Placed(notice, "D1", "1700000000.000100")
        past_messages.place(work.connection, [placed], work.at)
        return placed


def test_a_message_that_stands_in_slack_changes_in_place_like_any_other(office: Office) -> None:
    goal = agreed(office)
    placed_card(office, goal)
    with office.engine.connect() as connection:
        [(state, op)] = connection.execute(select(Delivery.state, Delivery.op)).all()
    assert (state, op) == (DeliveryState.SENT, Op.POST)
    office.update("Lena", goal, 7)
    with office.engine.connect() as connection:
        found = outbox.post_at(connection, outbox.MessageRef("D1", "1700000000.000100"))
        queued = select(Delivery.op).where(Delivery.state == DeliveryState.QUEUED)
        assert list(connection.scalars(queued)) == [Op.UPDATE]
    assert found is not None
    assert (found.kind, found.subject) == (NoticeKind.GOAL_TO_OWNER, goal.id)


def test_a_message_that_does_not_stand_there_after_all_is_forgotten(office: Office) -> None:
    goal = agreed(office)
    placed = placed_card(office, goal)
    with office.store.write(office.operator()) as work:
        past_messages.take_away(work.connection, [placed])
        kinds = [one.kind for one in past_messages.untold(work.connection)]
        assert NoticeKind.GOAL_TO_OWNER in kinds
    office.update("Lena", goal, 7)
    assert count(office, Delivery) == 0

"""A question is checked again when it is sent, and comes again if it never arrived."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from domain.checkins import CheckIn, PromptNotice, SeenGoal, goal_key
from domain.goals import GoalCard
from domain.notices import NoticeKind
from domain.origin import Via
from domain.screens import Notice, Pointless
from storage import cover
from storage.database import for_writing
from storage.tables.checkins import Cadence, CheckInPrompt
from tests.company import person_id
from tests.rules.office import Office
from usecases.checkin_prompts import prompt_check_ins
from usecases.checkins import check_in, nothing_changed, these_goals, undo_check_in
from usecases.notices import read_notice
from usecases.snoozing import snooze

LENA = person_id("Lena Novak")


def sweep(office: Office) -> None:
    prompt_check_ins(office.store, office._origin(Via.CLOCK))


def prompts(office: Office) -> list[UUID]:
    with office.engine.connect() as connection:
        wanted = select(CheckInPrompt.id).where(CheckInPrompt.owner_id == LENA)
        return list(connection.scalars(wanted.order_by(CheckInPrompt.local_date)))


def as_sent(office: Office, prompt: UUID) -> Notice | Pointless:
    origin = office._origin(Via.CLOCK)
    return read_notice(office.store, origin, NoticeKind.CHECK_IN_PROMPT, prompt, LENA, 0)


@pytest.fixture
def asked(office: Office) -> Office:
    """Lena has been asked about an agreed goal, and the message is on its way."""
    office.accept("Jonas", office.propose("Lena"))
    sweep(office)
    office.wait(timedelta(days=15, hours=1))
    sweep(office)
    return office


def test_on_its_way_it_still_says_what_is_asked(asked: Office) -> None:
    assert isinstance(as_sent(asked, prompts(asked)[0]), PromptNotice)


@pytest.mark.parametrize("hours", [9, 24])
def test_it_is_not_sent_outside_of_hours_or_on_another_day(asked: Office, hours: int) -> None:
    asked.wait(timedelta(hours=hours))
    assert as_sent(asked, prompts(asked)[0]) == Pointless("outside_hours")


def test_it_is_not_sent_to_somebody_who_went_on_leave_meanwhile(asked: Office) -> None:
    today = asked.watch.now.date()
    with asked.store.write(asked.operator()) as work:
        cover.add_leave(work.connection, LENA, today, today + timedelta(days=1))
    assert as_sent(asked, prompts(asked)[0]) == Pointless("outside_hours")


def test_it_is_not_sent_once_put_off(asked: Office) -> None:
    snooze(asked.store, asked.by("Lena"), 2)
    assert as_sent(asked, prompts(asked)[0]) == Pointless("snoozed")


def test_it_is_not_sent_once_answered_elsewhere(office: Office) -> None:
    goal = office.accept("Jonas", office.propose("Lena"))
    sweep(office)
    office.wait(timedelta(days=15, hours=1))
    sweep(office)
    office.update("Lena", goal, 7.1)
    assert as_sent(office, prompts(office)[0]) == Pointless("answered_elsewhere")


def test_a_question_that_never_arrived_comes_again_on_the_next_working_day(asked: Office) -> None:
    asked.wait(timedelta(days=1))
    sweep(asked)
    assert len(prompts(asked)) == 2
    assert isinstance(as_sent(asked, prompts(asked)[1]), PromptNotice)


def test_what_was_reported_again_meanwhile_is_not_open_when_the_first_answer_is_taken_back(
    office: Office,
) -> None:
    goal = office.accept("Jonas", office.propose("Lena"))
    sweep(office)
    office.wait(timedelta(days=15, hours=1))
    sweep(office)
    first = nothing_changed(office.store, office.by("Lena"), prompts(office)[0])
    office.wait(timedelta(minutes=3))
    office.update("Lena", goal, 7.1)
    assert first.id is not None
    undo_check_in(office.store, office.by("Lena"), first.id)
    now = as_sent(office, prompts(office)[0])
    assert now == Pointless("answered_elsewhere")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_taking_back_both_answers_in_either_order_opens_the_question_again(
    office: Office, order: tuple[int, int]
) -> None:
    goal = office.accept("Jonas", office.propose("Lena"))
    sweep(office)
    office.wait(timedelta(days=15, hours=1))
    sweep(office)
    made = []
    for value in (7, 8):
        made.append(reported(office, goal, value))
        office.wait(timedelta(minutes=3))
    assert due(office, goal) is None
    for which in order:
        undo_check_in(office.store, office.by("Lena"), made[which])
    assert due(office, goal) is not None
    assert isinstance(as_sent(office, prompts(office)[0]), PromptNotice)


def reported(office: Office, goal: GoalCard, value: float) -> UUID:
    """A check-in about one goal; returns its id."""
    screen = these_goals(office.store, office.by("Lena"), [goal.id])
    key = goal_key(goal.number)
    command = CheckIn.model_validate(
        {"goals": {key: {"value": {"value": value, "text": str(value)}}}}
    )
    seen = {key: SeenGoal(goal.id, screen.goals[0].card.revision)}
    outcome = check_in(office.store, office.by("Lena"), command, seen, uuid4().hex, told=None)
    assert outcome.id is not None
    return outcome.id


def due(office: Office, goal: GoalCard) -> date | None:
    with office.engine.connect() as connection:
        return connection.scalars(select(Cadence.due_since).where(Cadence.goal_id == goal.id)).one()


def test_a_sweep_does_not_go_through_all_that_was_ever_asked(asked: Office) -> None:
    """What grows for ever is read through its indexes, so that a sweep costs what is due."""
    statements: list[tuple[str, Any]] = []

    # What is read before it is written is read by the writer.
    writer = for_writing(asked.engine)

    @event.listens_for(writer, "before_cursor_execute")
    def note(*args: Any) -> None:
        statements.append((args[2], args[3]))

    asked.wait(timedelta(days=14))
    sweep(asked)
    assert len(prompts(asked)) == 2
    event.remove(writer, "before_cursor_execute", note)
    # Those that run for many rows read nothing but what they are given.
    read = [one for one in statements if isinstance(one[1], tuple) and "FROM" in one[0]]
    assert read
    # Some read tables of the sweep's own, which its connection has.
    with writer.connect() as connection:
        for statement, parameters in read:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            whole = [row.detail for row in plan if row.detail.startswith("SCAN ")]
            assert not [one for one in whole if one.split()[1] in ("check_in_asked", "post")]

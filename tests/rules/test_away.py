"""Whoever is away hears nothing until they are back, and somebody else is asked meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from domain.cover import TakeLeave
from domain.goals import Capacity, GoalState
from domain.notices import NoticeKind
from storage import cover
from storage.tables.outbox import Notice
from storage.tables.people import Delegation
from tests.rules.office import MONDAY, Office, id_of
from usecases import own_cover
from usecases.cover import set_leave

DAY = timedelta(days=1)
# Jonas is back on a Monday: half an hour into his day in Berlin.
BACK = MONDAY + timedelta(days=7, minutes=-30)


def away(office: Office, name: str, days: int = 7) -> None:
    today = office.store.clock.business().date()
    with office.store.write(office.operator()) as work:
        cover.add_leave(work.connection, id_of(name), today, today + days * DAY)


def enter(office: Office, name: str, first: int, last: int) -> None:
    """So many days from today, as the person enters them."""
    today = office.store.clock.business().date()
    command = TakeLeave(first_day=today + first * DAY, last_day=today + last * DAY)
    own_cover.take_leave(office.store, office.by(name), command, f"leave-{name}-{first}-{last}")


def email_of(name: str) -> str:
    return f"{name.lower()}@company.example"


def no_deputy(office: Office) -> None:
    with office.store.write(office.operator()) as work:
        work.connection.execute(update(Delegation).values(revoked_at=work.now))


def due(office: Office, name: str, kind: NoticeKind) -> list[datetime]:
    wanted = select(Notice.due_at).where(Notice.person_id == id_of(name), Notice.kind == kind)
    with office.engine.connect() as connection:
        return list(connection.scalars(wanted.order_by(Notice.due_at)))


def test_a_counter_to_somebody_away_is_put_to_their_deputy(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    away(office, "Jonas")
    goal = office.counter("Lena", goal, 5.5)
    assert len(due(office, "Jonas", NoticeKind.GOAL_TO_DECIDE)) == 1
    assert due(office, "Omar", NoticeKind.GOAL_TO_DECIDE) == [office.watch.now]
    asked = office.show("Omar", goal)
    assert asked.capacity is Capacity.DEPUTY
    assert asked.counterpart == "Omar Haddad"
    # Jonas keeps the case, and may answer as soon as he is back.
    assert office.accept("Jonas", goal).state is GoalState.ACTIVE


def test_without_a_deputy_a_counter_waits_for_their_return(office: Office) -> None:
    no_deputy(office)
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    away(office, "Jonas")
    office.counter("Lena", goal, 5.5)
    assert due(office, "Jonas", NoticeKind.GOAL_TO_DECIDE) == [MONDAY, BACK]
    assert not due(office, "Omar", NoticeKind.GOAL_TO_DECIDE)


def test_a_deputy_who_is_away_too_is_not_asked(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    away(office, "Jonas")
    away(office, "Omar")
    office.counter("Lena", goal, 5.5)
    assert due(office, "Jonas", NoticeKind.GOAL_TO_DECIDE) == [MONDAY, BACK]


def test_days_away_do_not_count_for_what_waits_already(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    asked_by = office.show("Lena", goal).answer_by
    assert asked_by is not None
    enter(office, "Lena", 1, 2)
    later = office.show("Lena", goal).answer_by
    assert later == asked_by + timedelta(days=4)  # Thursday to Monday, without Tuesday, Wednesday
    # Reminded a working day before, not on the morning of the return.
    office.wait(timedelta(days=3))
    office.sweep()
    assert not due(office, "Lena", NoticeKind.GOAL_REMINDER)
    office.wait(timedelta(days=1, hours=1))
    office.sweep()
    assert len(due(office, "Lena", NoticeKind.GOAL_REMINDER)) == 1
    assert office.show("Lena", goal).answer_by == later


def test_days_taken_back_count_again(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    before = office.show("Lena", goal).answer_by
    enter(office, "Lena", 1, 2)
    (leave,) = own_cover.own_cover(office.store, office.by("Lena")).away
    own_cover.end_leave(office.store, office.by("Lena"), leave.id)
    assert office.show("Lena", goal).answer_by == before


def test_a_deputy_is_asked_on_the_old_date_where_the_manager_is_away_then(office: Office) -> None:
    goal = office.propose("Lena")
    before = office.show("Jonas", goal).answer_by
    today = office.store.clock.business().date()
    days = today + DAY, today + 12 * DAY
    set_leave(office.store, office.operator(), email_of("Jonas"), *days)
    assert office.show("Jonas", goal).answer_by == before


def test_leave_that_the_operator_enters_counts_the_same(office: Office) -> None:
    goal = office.propose("Lena")
    before = office.show("Jonas", goal).answer_by
    assert before is not None
    today = office.store.clock.business().date()
    set_leave(office.store, office.operator(), email_of("Jonas"), today + DAY, today + 3 * DAY)
    assert office.show("Jonas", goal).answer_by == before + timedelta(days=4)


def test_an_owner_who_is_away_is_asked_once_they_are_back(office: Office) -> None:
    goal = office.propose("Lena")
    away(office, "Lena")
    office.counter("Jonas", goal, 6)
    (asked,) = due(office, "Lena", NoticeKind.GOAL_TO_DECIDE)
    assert asked > MONDAY + timedelta(days=6)

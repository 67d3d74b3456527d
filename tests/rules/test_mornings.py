"""One message a morning: what waits for it, when it goes out, and what it says later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.checkins import PromptNotice
from domain.goals import GoalCard, GoalState
from domain.notices import Lane, NewNotice, NoticeKind, Part, SubjectType
from domain.origin import Via
from domain.screens import GoalNotice, MorningNotice, Notice, Pointless
from storage import cover, outbox
from storage.tables.outbox import Delivery, DeliveryState, NoticeState, Post
from storage.tables.outbox import Notice as NoticeRow
from storage.unit_of_work import TooMany
from tests.rules.office import Office, id_of
from usecases.hours import next_hours
from usecases.notices import read_post

LENA = id_of("Lena")
# Lena's goal is asked about on this Monday, half past nine in Lisbon; and she is reminded.
MORNING = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Told:
    kind: NoticeKind
    state: NoticeState
    post: UUID | None


def told(office: Office) -> list[Told]:
    """What Lena was or is to be told by the clock."""
    kinds = (NoticeKind.CHECK_IN_PROMPT, NoticeKind.GOAL_REMINDER)
    wanted = select(NoticeRow.kind, NoticeRow.state, NoticeRow.post_id).where(
        NoticeRow.person_id == LENA, NoticeRow.kind.in_(kinds)
    )
    with office.engine.connect() as connection:
        rows = connection.execute(wanted.order_by(NoticeRow.kind, NoticeRow.due_at))
        return [Told(*row) for row in rows]


def message(office: Office, post: UUID | None) -> Notice | Pointless:
    """What the message says now."""
    assert post is not None
    with office.engine.connect() as connection:
        kind, subject, about = connection.execute(
            select(Post.kind, Post.subject_id, Post.about).where(Post.id == post)
        ).one()
        parts = outbox.further_parts(connection, post)
    origin = office._origin(Via.CLOCK)
    return read_post(office.store, origin, Part(kind, subject, about), parts, LENA)


def until(office: Office, moment: datetime) -> None:
    office.watch.now = moment


def remind(office: Office, goal: GoalCard, **changes: object) -> None:
    """Something that is to come with Lena's next morning."""
    notice = {
        "kind": NoticeKind.GOAL_REMINDER,
        "dedup_key": f"reminder:{uuid4()}",
        "person": LENA,
        "lane": Lane.REMINDER,
        "subject_type": SubjectType.GOAL,
        "subject": goal.id,
        "due_at": office.watch.now,
        "subject_revision": goal.version,
        "with_morning": True,
    }
    with office.store.write(office.operator()) as work:
        work.notify(NewNotice(**{**notice, **changes}))  # type: ignore[arg-type] # as above


@pytest.fixture
def countered(office: Office) -> tuple[Office, GoalCard]:
    """Lena has an agreed goal, and another that waits for her answer."""
    office.accept("Jonas", office.propose("Lena"))
    office.mornings()
    until(office, MORNING - timedelta(days=4))
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    return office, goal


def test_a_check_in_and_a_reminder_of_one_morning_are_one_message(
    countered: tuple[Office, GoalCard],
) -> None:
    office, _ = countered
    until(office, MORNING)
    office.mornings()
    prompt, reminder = told(office)
    assert (prompt.kind, reminder.kind) == ("check_in_prompt", "goal_reminder")
    assert prompt.post == reminder.post
    now = message(office, prompt.post)
    assert isinstance(now, MorningNotice)
    asked, reminded = now.parts
    assert isinstance(asked, PromptNotice)
    assert isinstance(reminded, GoalNotice)


def test_whichever_sweep_looks_first_it_is_one_message(
    countered: tuple[Office, GoalCard],
) -> None:
    office, _ = countered
    until(office, MORNING)
    office.sweep()
    assert {one.post for one in told(office)} == {None}
    office.mornings()
    assert len({one.post for one in told(office)}) == 1


def test_the_message_follows_each_thing_that_it_tells(
    countered: tuple[Office, GoalCard],
) -> None:
    office, goal = countered
    until(office, MORNING)
    office.mornings()
    office.deliver()
    post = told(office)[0].post
    office.accept("Lena", goal)
    with office.engine.connect() as connection:
        wanted = connection.scalar(select(Post.wanted_rev).where(Post.id == post))
    assert wanted == 2
    now = message(office, post)
    assert isinstance(now, MorningNotice)
    (settled,) = [part for part in now.parts if isinstance(part, GoalNotice)]
    assert settled.card.state is GoalState.ACTIVE


def test_what_comes_later_in_the_day_waits_for_the_next_working_morning(
    countered: tuple[Office, GoalCard],
) -> None:
    office, goal = countered
    until(office, MORNING)
    office.mornings()
    until(office, MORNING + timedelta(hours=1))
    remind(office, goal)
    assert office.mornings() == 0
    until(office, MORNING + DAY - timedelta(minutes=1))
    assert office.mornings() == 0
    until(office, MORNING + DAY)
    assert office.mornings() == 1
    assert len({one.post for one in told(office)}) == 2


def test_nothing_waits_for_ever_in_the_way_of_the_rest(
    countered: tuple[Office, GoalCard],
) -> None:
    office, goal = countered
    until(office, MORNING)
    remind(office, goal, expires_at=MORNING)
    office.mornings()
    assert [one.state for one in told(office)].count(NoticeState.VOID) == 1


def test_a_morning_without_a_check_in_has_one_message_all_the_same(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    for _ in range(3):
        remind(office, goal)
    office.wait(timedelta(hours=1))
    assert office.mornings() == 1
    assert len(told(office)) == 3
    assert len({one.post for one in told(office)}) == 1
    remind(office, goal)
    assert office.mornings() == 0


def test_what_was_not_sent_yesterday_goes_with_what_today_brings(
    countered: tuple[Office, GoalCard],
) -> None:
    office, goal = countered
    until(office, MORNING)
    office.mornings()
    until(office, MORNING + DAY)  # nothing was delivered meanwhile
    remind(office, goal)
    assert office.mornings() == 1
    with office.engine.connect() as connection:
        rows = connection.execute(
            select(Delivery.state, Delivery.error, Post.id)
            .join(Post, Post.id == Delivery.post_id)
            .where(Post.person_id == LENA, Post.morning.is_not(None))
            .order_by(Post.morning)
        ).all()
    assert [(row.state, row.error) for row in rows] == [
        (DeliveryState.VOID, "coalesced"),
        (DeliveryState.QUEUED, None),
    ]
    (question, *reminders) = told(office)[:1] + [
        one for one in told(office) if one.kind == NoticeKind.GOAL_REMINDER
    ]
    assert question.state is NoticeState.VOID
    assert {one.post for one in reminders} == {rows[1].id}
    # The goal that nobody was asked about is asked about now.
    now = message(office, rows[1].id)
    assert isinstance(now, MorningNotice)
    assert any(isinstance(part, PromptNotice) and part.open for part in now.parts)


def test_nothing_can_be_told_beside_the_mornings_message_unless_it_is_urgent(
    office: Office,
) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    for lane in (Lane.DEVIATION, Lane.REMINDER):
        with pytest.raises(TooMany):
            remind(office, goal, lane=lane, with_morning=False)
    for lane in (Lane.INTERACTIVE, Lane.ESCALATION, Lane.BROADCAST):
        remind(office, goal, lane=lane, with_morning=False)


def test_who_is_away_hears_it_when_they_are_back(countered: tuple[Office, GoalCard]) -> None:
    office, goal = countered
    with office.store.write(office.operator()) as work:
        cover.add_leave(work.connection, LENA, MORNING.date(), MORNING.date() + 3 * DAY)
    until(office, MORNING)
    remind(office, goal)
    office.mornings()
    assert {one.post for one in told(office)} == {None}
    until(office, MORNING + 3 * DAY)
    office.mornings()
    (post,) = {one.post for one in told(office)} - {None}
    assert post is not None


def test_hours_are_those_of_the_reader_without_leave_and_holidays(office: Office) -> None:
    def at(moment: datetime) -> datetime | None:
        until(office, moment)
        found = next_hours(office.store, office._origin(Via.CLOCK), LENA)
        return found.begins if found is not None else None

    assert at(MORNING) == MORNING
    assert at(MORNING - timedelta(minutes=1)) == MORNING
    assert at(MORNING + timedelta(hours=8)) == MORNING + DAY
    # Good Friday, then the weekend with the change of the clock, then Easter Monday.
    assert at(datetime(2027, 3, 26, 12, tzinfo=UTC)) == datetime(2027, 3, 30, 8, 30, tzinfo=UTC)

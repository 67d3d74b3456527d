"""What is due and was not dealt with is found, whichever sweep stands still."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, insert, update

from domain.access_reviews import AccessKind, Answer, ReviewState
from domain.announcements import AnnouncementState, RecipientState, Timing
from domain.cycles import CycleKind, PhaseAct
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Via
from domain.rounds import RoundState
from storage.overdue import PATIENCE, Due, overdue
from storage.tables.access_reviews import AccessReview, AccessReviewItem
from storage.tables.checkins import Cadence, CheckInAsked
from storage.tables.cycles import Announcement, AnnouncementRecipient, Cycle, CyclePhase
from storage.tables.rounds import Round
from tests.company import person_id
from tests.rules.office import Office
from usecases.checkin_prompts import prompt_check_ins
from usecases.escalations import escalate_silence


def found(office: Office) -> dict[Due, int]:
    with office.engine.connect() as connection:
        return {due: count for due, count in overdue(connection, office.watch.now).items() if count}


def sweep(office: Office) -> None:
    prompt_check_ins(office.store, office._origin(Via.CLOCK))


def test_a_goal_that_nobody_plans_to_ask_about_is_found(office: Office) -> None:
    office.accept("Jonas", office.propose("Lena"))
    assert found(office) == {}
    office.wait(PATIENCE)
    assert found(office) == {Due.GOALS: 1}
    sweep(office)
    assert found(office) == {}


def test_a_question_that_is_due_and_not_put_is_found(office: Office) -> None:
    office.accept("Jonas", office.propose("Lena"))
    sweep(office)
    office.wait(timedelta(days=15, hours=1))
    assert found(office)[Due.CHECK_INS] == 1
    assert found(office)[Due.LISTS] > 0
    sweep(office)
    assert found(office) == {}


def test_an_answer_owed_to_a_question_that_was_never_put_is_found(office: Office) -> None:
    """A sweep that notes that it has asked, and does not."""
    office.accept("Jonas", office.propose("Lena"))
    sweep(office)
    office.wait(timedelta(days=15, hours=1))
    sweep(office)
    with office.store.write_alone() as connection:
        connection.execute(delete(CheckInAsked))
    assert found(office) == {Due.UNASKED: 1}
    with office.store.write_alone() as connection:
        later = office.watch.now.date() + timedelta(days=1)
        connection.execute(update(Cadence).values(ask_again_on=later))
    assert found(office) == {}


def test_a_proposal_that_nobody_is_reminded_of_is_found(office: Office) -> None:
    office.propose("Lena")
    office.wait(timedelta(days=7))
    assert found(office)[Due.REMINDERS] == 1
    escalate_silence(office.store, office._origin(Via.CLOCK))
    assert Due.REMINDERS not in found(office)


def news(office: Office, *, with_morning: bool) -> None:
    """Something to tell Lena in an hour, or with her next morning's message."""
    with office.store.write(office.operator()) as work:
        work.notify(
            NewNotice(
                kind=NoticeKind.ROLES_PENDING,
                dedup_key="news",
                person=person_id("Lena Novak"),
                lane=Lane.REMINDER if with_morning else Lane.INTERACTIVE,
                subject_type=SubjectType.DIRECTORY,
                subject=person_id("Lena Novak"),
                due_at=work.now + timedelta(hours=1),
                with_morning=with_morning,
            )
        )


def test_something_to_tell_that_has_no_message_is_found(office: Office) -> None:
    news(office, with_morning=False)
    assert found(office) == {}
    office.wait(timedelta(hours=2))
    assert found(office) == {Due.NOTICES: 1}
    office.deliver()
    assert found(office) == {}


def test_what_waits_for_somebodys_morning_is_not_due(office: Office) -> None:
    office.wait(timedelta(hours=12))
    news(office, with_morning=True)
    office.wait(timedelta(hours=2))
    assert found(office)[Due.NOTICES] == 1
    sweep(office)
    assert found(office) == {}


def test_a_round_whose_date_has_come_is_found(office: Office) -> None:
    with office.store.write_alone() as connection:
        connection.execute(
            insert(Round).values(
                id=uuid4(),
                facilitator_id=person_id("Mira Sato"),
                channel="C1",
                channel_name="support",
                topic="Release week",
                question="What should we keep?",
                anonymous=False,
                state=RoundState.OPEN,
                opened_at=office.watch.now,
                closes_at=office.watch.now + timedelta(hours=1),
            )
        )
    office.wait(timedelta(hours=1))
    assert found(office) == {}
    office.wait(PATIENCE)
    assert found(office) == {Due.ROUNDS: 1}


def test_an_announcement_that_nobody_gets_is_found(office: Office) -> None:
    cycle, phase, announcement = uuid4(), uuid4(), uuid4()
    today = office.watch.now.date()
    with office.store.write_alone() as connection:
        connection.execute(
            insert(Cycle).values(
                id=cycle,
                name="Spring",
                kind=next(iter(CycleKind)),
                starts=today,
                ends=today,
                created_by_id=person_id("Ines Duarte"),
                created_at=office.watch.now,
            )
        )
        connection.execute(
            insert(CyclePhase).values(
                id=phase,
                cycle_id=cycle,
                position=1,
                act=next(iter(PhaseAct)),
                starts=today,
                ends=today,
            )
        )
        connection.execute(
            insert(Announcement).values(
                id=announcement,
                phase_id=phase,
                author_id=person_id("Ines Duarte"),
                state=AnnouncementState.EXPANDING,
                audience="{}",
                send_at=Timing.NOW,
                language="en",
                text_version=1,
                drafted_at=office.watch.now,
                confirmed_at=office.watch.now,
                correcting=False,
            )
        )
    assert found(office) == {}
    office.wait(PATIENCE)
    assert found(office) == {Due.ANNOUNCEMENTS: 1}
    with office.store.write_alone() as connection:
        connection.execute(update(Announcement).values(state=AnnouncementState.RUNNING))
    assert found(office) == {}, "nobody is left to get it"
    with office.store.write_alone() as connection:
        connection.execute(
            insert(AnnouncementRecipient).values(
                announcement_id=announcement,
                person_id=person_id("Lena Novak"),
                state=RecipientState.WAITING,
                due_at=office.watch.now,
                short=False,
            )
        )
    assert found(office) == {}, "its turn has only just come"
    office.wait(PATIENCE)
    assert found(office) == {Due.ANNOUNCEMENTS: 1}
    with office.store.write_alone() as connection:
        connection.execute(update(AnnouncementRecipient).values(state=RecipientState.HANDED))
    assert found(office) == {}, "delivery has it"


def test_an_access_review_that_nobody_carries_out_is_found(office: Office) -> None:
    review, now = uuid4(), office.watch.now
    with office.store.write_alone() as connection:
        connection.execute(
            insert(AccessReview).values(id=review, state=ReviewState.PLANNED, starts_at=now)
        )
    assert found(office) == {}
    office.wait(PATIENCE)
    assert found(office) == {Due.REVIEWS: 1}
    begun = {"state": ReviewState.OPEN, "started_at": office.watch.now, "listed": False}
    with office.store.write_alone() as connection:
        connection.execute(update(AccessReview).values(**begun, answer_by=now + timedelta(days=30)))
    assert found(office) == {}
    office.wait(PATIENCE)
    assert found(office) == {Due.REVIEWS: 1}, "nothing is listed"
    with office.store.write_alone() as connection:
        connection.execute(update(AccessReview).values(listed=True))
        connection.execute(
            insert(AccessReviewItem).values(
                review_id=review,
                number=1,
                kind=AccessKind.GRANT,
                object_id=uuid4(),
                holder_id=person_id("Lena Novak"),
                answer=Answer.OPEN,
            )
        )
    assert found(office) == {}
    office.wait(timedelta(days=31))
    assert found(office)[Due.REVIEWS] == 1, "its time is over, and it has not ended"

"""Access reviews by their rules: who answers, what ends, how often, and all at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, insert, select, update

from domain.access_reviews import (
    AccessKind,
    Answer,
    ReviewPage,
    ReviewReport,
    ReviewState,
    RevokeAccess,
)
from domain.errors import AlreadyDone, Busy, NotAllowed, NotShared, Refused
from domain.notices import NoticeKind
from domain.origin import Origin, Via
from domain.people import GrantState, PersonState, Role
from domain.verification import Verdict
from storage import access_reviews
from storage.planned import next_planned
from storage.tables.access_reviews import AccessReviewItem
from storage.tables.goals import GoalShare
from storage.tables.outbox import Notice
from storage.tables.people import Delegation, Leave, Person, RoleGrant
from storage.verify import verify
from tests.company import settle_company
from tests.rules.office import KEYRING, MONDAY, Office, id_of
from usecases.access_review_sweep import run_access_reviews
from usecases.access_reviews import (
    confirm_accesses,
    plan_review,
    review_for,
    review_page,
    revoke_access,
    start_review,
)

# Ten working days, and after the hours of everybody on the last of them.
DEADLINE = timedelta(days=14, hours=12)
NOT_NEEDED = RevokeAccess(reason="Not needed any more")


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    settle_company(engine)
    yield Office(engine)
    assert verify(engine, KEYRING).verdict is Verdict.INTACT


def clock(office: Office) -> Origin:
    return Origin(Via.CLOCK, office.watch.now, uuid4().hex)


def sweep(office: Office) -> int:
    return run_access_reviews(office.store, clock(office))


def patient_sweep(office: Office) -> int:
    """As the clock does, which tries again where the database was busy."""
    for _ in range(20):
        try:
            return sweep(office)
        except Busy:
            continue
    raise AssertionError("busy for too long")


def begin(office: Office) -> UUID:
    """A review that Ines starts, listed and handed round."""
    start_review(office.store, office.by("Ines"))
    sweep(office)
    with office.store.read(clock(office)) as work:
        head = access_reviews.head(work.connection, ReviewState.OPEN)
    assert head is not None
    return head.id


def give_role(office: Office, name: str, role: Role) -> None:
    with office.store.write(office.operator()) as work:
        work.connection.execute(
            insert(RoleGrant).values(
                id=uuid4(),
                person_id=id_of(name),
                role=role,
                state=GrantState.ACTIVE,
                valid_from=date(2020, 1, 1),
            )
        )


def part_of(office: Office, name: str, review: UUID) -> ReviewPage:
    return review_page(office.store, office.by(name), review, 0)


def asked_about(office: Office, name: str, review: UUID) -> set[tuple[AccessKind, str]]:
    """What somebody answers for: kinds, and whose access it is."""
    page = part_of(office, name, review)
    return {(one.kind, one.holder.name.split()[0]) for one in page.accesses}


def report(office: Office) -> ReviewReport:
    found = review_for(office.store, office.by("Ines"))
    assert isinstance(found, ReviewReport)
    return found


def shares(office: Office, many: int) -> None:
    """Lena has goals enough to share that many, one with each of many strangers to her line."""
    goal = office.propose("Lena").id
    people = [uuid4() for _ in range(many)]
    with office.store.write(office.operator()) as work:
        row = work.connection.execute(
            select(Person.__table__).where(Person.id == id_of("Nora"))
        ).one()
        work.connection.execute(
            insert(Person),
            [
                {
                    **row._mapping,
                    "id": person,
                    "email": f"{person}@x.example",
                    "slack_user": f"U{person.hex[:20].upper()}",
                }
                for person in people
            ],
        )
        work.connection.execute(
            insert(GoalShare),
            [{"goal_id": goal, "person_id": person, "shared_at": MONDAY} for person in people],
        )


def test_everybody_answers_for_their_own_and_nobody_for_themselves(office: Office) -> None:
    give_role(office, "Clara", Role.COMPLIANCE)
    review = begin(office)
    grant = AccessKind.GRANT
    assert asked_about(office, "Ines", review) == {(grant, "Clara"), (grant, "Mira")}
    assert asked_about(office, "Clara", review) == {(grant, "Ines")}
    assert asked_about(office, "Jonas", review) == {(AccessKind.DELEGATION, "Omar")}
    with pytest.raises(NotShared):
        part_of(office, "Lena", review)


def test_hundreds_end_in_batches_each_recorded_once_by_whoever_is_first(office: Office) -> None:
    shares(office, 450)
    begin(office)
    before = office.acts().count("goal.unshare")
    office.wait(DEADLINE)
    with ThreadPoolExecutor(2) as pool:
        ended = sum(pool.map(lambda _: patient_sweep(office), range(2)))
    ended += patient_sweep(office)
    assert office.acts().count("goal.unshare") - before == 450
    assert ended <= 450 + 2  # and Omar as deputy, Mira as facilitator; Ines keeps her role
    assert sweep(office) == 0
    counts = report(office).counts[AccessKind.SHARE]
    assert counts == {Answer.ENDED: 450}


def test_many_are_shown_page_by_page_and_an_answer_stays_on_its_page(office: Office) -> None:
    shares(office, 25)
    review = begin(office)
    lena = office.by("Lena")
    seen: list[int] = []
    for offset, many in ((0, 10), (10, 10), (20, 5)):
        page = review_page(office.store, lena, review, offset)
        assert (page.offset, len(page.accesses), page.total) == (offset, many, 25)
        seen += [one.number for one in page.accesses]
    assert seen == sorted(set(seen))
    assert review_page(office.store, lena, review, 2**31 - 1).offset == 20
    page = revoke_access(office.store, lena, review, seen[14], NOT_NEEDED)
    assert page.offset == 10
    assert [one.answer for one in page.accesses][4] is Answer.REVOKED
    assert page.open == 24


def test_what_ended_before_the_deadline_is_not_ended_again(office: Office) -> None:
    review = begin(office)
    with office.store.write(office.operator()) as work:
        work.connection.execute(update(Delegation).values(revoked_at=MONDAY))
    [omar] = part_of(office, "Jonas", review).accesses
    assert not omar.in_force
    page = confirm_accesses(office.store, office.by("Jonas"), review, [omar.number])
    assert page.accesses[0].answer is Answer.ENDED
    assert office.acts().count("review.confirm") == 0
    office.wait(DEADLINE)
    sweep(office)
    assert office.acts().count("delegation.revoke") == 0


def test_nobody_is_asked_about_what_has_ended_meanwhile(office: Office) -> None:
    shares(office, 3)
    review = begin(office)
    with office.store.write(office.operator()) as work:
        work.connection.execute(
            update(Delegation).values(valid_to=(MONDAY - timedelta(days=1)).date())
        )
        work.connection.execute(update(GoalShare).values(revoked_at=MONDAY))
        work.connection.execute(
            update(RoleGrant)
            .where(RoleGrant.person_id == id_of("Mira"))
            .values(state=GrantState.REVOKED)
        )
    sweep(office)
    for name in ("Jonas", "Lena", "Ines"):
        assert part_of(office, name, review).open == 0
    assert part_of(office, "Clara", review).open == 1
    assert not {"goal.unshare", "delegation.revoke", "grant.end"} & set(office.acts())


def test_only_who_is_asked_answers_and_only_in_time(office: Office) -> None:
    review = begin(office)
    [omar] = part_of(office, "Jonas", review).accesses

    def answer(name: str) -> None:
        confirm_accesses(office.store, office.by(name), review, [omar.number])

    for name in ("Omar", "Lena", "Ines"):
        with pytest.raises(NotShared):
            answer(name)
    answer("Jonas")
    answer("Jonas")
    assert office.acts().count("review.confirm") == 1
    office.wait(DEADLINE)
    with pytest.raises(AlreadyDone, match="review_over"):
        answer("Jonas")
    sweep(office)
    assert office.acts().count("delegation.revoke") == 0


def test_whoever_lost_the_role_by_which_they_answered_answers_no_more(office: Office) -> None:
    give_role(office, "Nora", Role.HR)
    review = begin(office)
    held = {one.holder.name: one for one in part_of(office, "Ines", review).accesses}
    assert "Nora Sand" in held
    nora = held["Nora Sand"]
    with office.store.write(office.operator()) as work:
        work.connection.execute(
            update(RoleGrant)
            .where(RoleGrant.person_id == id_of("Ines"))
            .values(state=GrantState.REVOKED)
        )
    with pytest.raises(NotShared):
        revoke_access(office.store, office.by("Ines"), review, nora.number, NOT_NEEDED)


def test_a_role_for_which_nobody_can_answer_is_named_and_stays(office: Office) -> None:
    with office.store.write(office.operator()) as work:
        work.connection.execute(
            update(Person).where(Person.id == id_of("Clara")).values(state=PersonState.LEFT)
        )
    review = begin(office)
    assert report(office).nobody_to_ask == 1
    office.wait(DEADLINE)
    sweep(office)
    assert report(office).counts[AccessKind.GRANT] == {Answer.UNASKED: 1, Answer.ENDED: 1}
    assert report(office).review is not None
    with office.engine.connect() as connection:
        unasked = connection.scalars(
            select(AccessReviewItem.holder_id).where(
                AccessReviewItem.review_id == review, AccessReviewItem.answer == Answer.UNASKED
            )
        ).all()
    assert unasked == [id_of("Ines")]


def test_the_last_who_can_give_roles_keep_theirs(office: Office) -> None:
    give_role(office, "Clara", Role.COMPLIANCE)
    review = begin(office)
    held = {one.holder.name: one for one in part_of(office, "Ines", review).accesses}
    with pytest.raises(Refused, match="role_last_of_two"):
        revoke_access(
            office.store, office.by("Ines"), review, held["Clara Stein"].number, NOT_NEEDED
        )
    office.wait(DEADLINE)
    sweep(office)
    counts = report(office).counts[AccessKind.GRANT]
    assert counts == {Answer.UNASKED: 2, Answer.ENDED: 1}


def test_one_is_planned_each_quarter_and_one_is_open_at_a_time(office: Office) -> None:
    sweep(office)
    with office.store.read(clock(office)) as work:
        assert next_planned(work.connection, MONDAY) == MONDAY.replace(month=6)
    begin(office)
    with pytest.raises(AlreadyDone):
        start_review(office.store, office.by("Ines"))
    with office.store.read(clock(office)) as work:
        usual = MONDAY + timedelta(days=14)
        assert next_planned(work.connection, MONDAY + timedelta(days=12)) == usual
        first = next_planned(work.connection, usual)
        assert first is not None
        assert usual < first <= MONDAY + DEADLINE
    office.watch.now = MONDAY.replace(month=6)
    sweep(office)
    assert office.acts().count("review.start") == 1
    sweep(office)
    sweep(office)
    assert office.acts().count("review.start") == 2
    assert office.acts().count("review.close") == 1


def test_two_who_start_at_once_start_one(office: Office) -> None:
    def start(_: int) -> bool:
        try:
            start_review(office.store, office.by("Ines"))
        except AlreadyDone:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(start, range(4))) == 1


@pytest.mark.parametrize("name", ["Jonas", "Mira", "Gustav"])
def test_only_those_in_charge_of_the_whole_organisation_start_one(
    office: Office, name: str
) -> None:
    with pytest.raises(NotAllowed):
        start_review(office.store, office.by(name))


def test_a_role_for_a_place_is_not_for_the_whole_organisation(office: Office) -> None:
    with office.store.write(office.operator()) as work:
        work.connection.execute(
            update(RoleGrant).where(RoleGrant.person_id == id_of("Ines")).values(region="DE")
        )
    with pytest.raises(NotAllowed):
        start_review(office.store, office.by("Ines"))


def test_all_answered_before_the_deadline_closes_it(office: Office) -> None:
    review = begin(office)
    for name in ("Ines", "Clara", "Jonas"):
        numbers = [one.number for one in part_of(office, name, review).accesses]
        confirm_accesses(office.store, office.by(name), review, numbers)
    sweep(office)
    found = report(office)
    assert found.review is not None
    assert found.review.state is ReviewState.CLOSED
    with office.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(AccessReviewItem)).scalar() == 3


def away(office: Office, name: str, first: date, day_after: date) -> None:
    with office.store.write(office.operator()) as work:
        work.connection.execute(
            insert(Leave).values(
                id=uuid4(), person_id=id_of(name), first_day=first, day_after=day_after
            )
        )


def deadline_of(office: Office, name: str, review: UUID) -> date | None:
    by = part_of(office, name, review).review.answer_by
    return None if by is None else by.date()


def test_leave_and_holidays_do_not_count_and_do_not_hold_others_up(office: Office) -> None:
    monday = MONDAY.date()
    away(office, "Jonas", monday + timedelta(days=7), monday + timedelta(days=14))
    review = begin(office)
    assert deadline_of(office, "Ines", review) == monday + timedelta(days=14)
    assert deadline_of(office, "Jonas", review) == monday + timedelta(days=21)
    office.wait(DEADLINE)
    sweep(office)
    assert office.acts().count("grant.end") == 1
    assert office.acts().count("delegation.revoke") == 0
    office.wait(timedelta(days=7))
    sweep(office)
    assert office.acts().count("delegation.revoke") == 1
    assert office.acts().count("review.close") == 1


def test_leave_entered_meanwhile_puts_the_deadline_off_until_they_are_back(
    office: Office,
) -> None:
    monday = MONDAY.date()
    review = begin(office)
    away(office, "Jonas", monday + timedelta(days=13), monday + timedelta(days=17))
    office.wait(DEADLINE)
    sweep(office)
    assert office.acts().count("delegation.revoke") == 0
    back = monday + timedelta(days=17)
    assert deadline_of(office, "Jonas", review) == back
    with office.store.engine.connect() as connection:
        reminded = connection.scalars(
            select(Notice.due_at).where(
                Notice.kind == NoticeKind.ACCESS_REVIEW_LAST_REMINDER,
                Notice.person_id == id_of("Jonas"),
            )
        ).all()
    assert [due.date() for due in reminded][-1] == back
    office.wait(timedelta(days=3))
    sweep(office)
    assert office.acts().count("delegation.revoke") == 1


def test_another_is_asked_for_whoever_is_away_all_the_time(office: Office) -> None:
    monday = MONDAY.date()
    away(office, "Jonas", monday, monday + timedelta(days=90))
    review = begin(office)
    with pytest.raises(NotShared):
        part_of(office, "Jonas", review)
    assert (AccessKind.DELEGATION, "Omar") in asked_about(office, "Mara", review)


def test_several_are_confirmed_at_once_each_on_record_and_no_more_than_were_shown(
    office: Office,
) -> None:
    shares(office, 12)
    review = begin(office)
    shown = [one.number for one in part_of(office, "Lena", review).accesses]
    revoke_access(office.store, office.by("Lena"), review, shown[3], NOT_NEEDED)
    page = confirm_accesses(office.store, office.by("Lena"), review, shown)
    assert page.open == 2
    assert [one.answer for one in page.accesses].count(Answer.CONFIRMED) == 9
    assert office.acts().count("review.confirm") == 9
    with pytest.raises(NotShared):
        confirm_accesses(office.store, office.by("Jonas"), review, shown)
    with pytest.raises(NotShared):
        confirm_accesses(office.store, office.by("Lena"), review, [])


def test_the_plan_counts_what_the_review_then_asks(office: Office) -> None:
    shares(office, 3)
    plan = plan_review(office.store, office.by("Ines"))
    assert office.acts().count("review.start") == 0
    review = begin(office)
    found = report(office)
    assert plan.counts == {kind: sum(answers.values()) for kind, answers in found.counts.items()}
    assert plan.reviewers == len(found.reviewers) == 4
    assert plan.answer_by is not None
    assert plan.answer_by.date() == deadline_of(office, "Lena", review)

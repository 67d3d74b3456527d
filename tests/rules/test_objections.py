"""Who is told of a change and may object; an objection and the first day cannot both win."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, update

from domain.errors import AccordError, AlreadyDone, Busy, InvalidInput, NotAllowed, Refused
from domain.notices import NoticeKind
from domain.objections import (
    ObjectionState,
    RaiseObjection,
    objection_until,
    places_touched,
)
from domain.people import GrantState, PersonState, Role
from domain.places import lies_in, meets
from domain.policy import Changes, Policy
from domain.policy_versions import PlanState, begins, compare
from domain.roles import RolePlace
from storage.tables.objections import Objection
from storage.tables.outbox import Notice
from storage.tables.people import Person, RoleGrant
from tests.company import settle_company
from tests.rules.office import MONDAY, Office, id_of
from tests.rules.rulebook import (
    approve_version,
    in_force,
    next_minutes,
    note,
    object_to,
    settle_roles,
    standard,
    state_of,
    withdraw,
)
from usecases import objections

DE, BY, PT = RolePlace(region="DE"), RolePlace(region="DE-BY"), RolePlace(region="PT")
SUPPORT, SALES = RolePlace(unit="Company / Support"), RolePlace(unit="Company / Sales")
GROUPS = {("DE-BY", "Company / Support / Chat"), ("PT", "Company / Sales")}


@pytest.mark.parametrize(
    ("held", "touched", "told"),
    [
        (RolePlace(), PT, True),
        (PT, RolePlace(), True),
        (DE, BY, True),
        (BY, DE, True),
        (DE, PT, False),
        (SUPPORT, RolePlace(unit="Company"), True),
        (SUPPORT, RolePlace(unit="Company / Support / Chat"), True),
        (SUPPORT, SALES, False),
        (SUPPORT, RolePlace(unit="Company / Supporters"), False),
        (SUPPORT, DE, True),
        (SUPPORT, PT, False),
        (PT, SALES, True),
        (RolePlace("Company / Sales", "DE"), PT, False),
    ],
)
def test_a_change_concerns_whoever_represents_people_there(
    held: RolePlace, touched: RolePlace, *, told: bool
) -> None:
    assert meets(held, touched, GROUPS) is told


def test_somebody_lies_in_their_country_and_in_every_unit_above_theirs() -> None:
    chat = ("DE-BY", "Company / Support / Chat")
    assert all(lies_in(one, *chat) for one in (DE, BY, SUPPORT, RolePlace()))
    assert not any(lies_in(one, *chat) for one in (PT, SALES, RolePlace("Company / Support", "PT")))
    assert not lies_in(SUPPORT, "DE", None)


def test_what_is_local_is_touched_there_alone() -> None:
    bounds = {"check_ins.minutes_into_day": {"max": 60}}
    local = {"check_ins": {"minutes_into_day": 40}}
    standard_one = Policy.model_validate({"variations": bounds})
    german = Policy.model_validate({"variations": bounds, "regions": {"DE": local}})
    sales = Policy.model_validate({"variations": bounds, "units": {"Company / Sales": local}})
    assert places_touched(compare(standard_one, german)) == {DE}
    assert places_touched(compare(standard_one, sales)) == {SALES}
    assert places_touched(compare(Policy(), standard_one)) == {RolePlace()}


def test_one_can_object_until_the_term_is_over_or_it_holds() -> None:
    base = Policy(changes=Changes(objection_days=10))
    assert objection_until(base, MONDAY, MONDAY + timedelta(days=14)) == MONDAY + timedelta(days=10)
    assert objection_until(base, MONDAY, MONDAY + timedelta(days=1)) == MONDAY + timedelta(days=1)


@pytest.fixture
def company(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


def told_of(office: Office, kind: NoticeKind) -> list[UUID | None]:
    with office.engine.connect() as connection:
        return list(connection.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def test_each_representative_whom_it_concerns_is_told_once(company: Office) -> None:
    settle_roles(company, {"Tarik": None, "Emil": "DE", "Lena": "PT"})
    company.give_role("Tarik", Role.REPRESENTATIVE)
    base = standard(company)
    local = {"check_ins": {"minutes_into_day": 45}}
    bounds = {"check_ins.minutes_into_day": {"max": 60}}
    both = Policy.model_validate({**base.model_dump(mode="json"), "variations": bounds})
    first = approve_version(company, both)
    everybody = sorted((id_of("Tarik"), id_of("Emil"), id_of("Lena")))
    assert sorted(filter(None, told_of(company, NoticeKind.POLICY_CHANGE))) == everybody
    company.wait(timedelta(days=20))
    note(company)
    german = Policy.model_validate({**both.model_dump(mode="json"), "regions": {"DE": local}})
    second = approve_version(company, german)
    assert len(told_of(company, NoticeKind.POLICY_CHANGE)) == len(everybody) + 2
    with pytest.raises(NotAllowed) as refused:
        object_to(company, "Lena", second)
    assert refused.value.code == "objection_of_representatives"
    assert refused.value.params["names"] == ("Emil Berg", "Tarik Can")
    assert first + 1 == second


def test_nobody_else_may_object_and_hears_who_can(company: Office) -> None:
    settle_roles(company)
    number = approve_version(company, next_minutes(company))
    for name in ("Ines", "Nora", "Lena"):
        with pytest.raises(NotAllowed) as refused:
            object_to(company, name, number)
        assert refused.value.params["names"] == ("Tarik Can",)
    assert state_of(company, number) is PlanState.PLANNED


def test_a_dialog_sent_twice_objects_once_and_another_ones_id_is_refused(company: Office) -> None:
    settle_roles(company, {"Tarik": None, "Emil": None})
    number = approve_version(company, next_minutes(company))
    objection, command = uuid4(), RaiseObjection(reason="No.")
    for _ in range(2):
        objections.raise_objection(company.store, company.by("Tarik"), number, objection, command)
    with pytest.raises(InvalidInput):
        objections.raise_objection(company.store, company.by("Emil"), number, objection, command)
    with pytest.raises(AlreadyDone):
        object_to(company, "Tarik", number)
    assert company.acts().count("objection.raise") == 1


def test_two_objections_hold_it_up_until_both_are_settled(company: Office) -> None:
    settle_roles(company, {"Tarik": None, "Emil": None})
    number = approve_version(company, next_minutes(company))
    object_to(company, "Tarik", number)
    object_to(company, "Emil", number)
    withdraw(company, "Tarik", number)
    assert state_of(company, number) is PlanState.HELD
    company.wait(timedelta(days=30))
    note(company)
    assert in_force(company) != number
    withdraw(company, "Emil", number)
    assert state_of(company, number) is PlanState.PLANNED
    assert in_force(company) != number
    tomorrow = begins(company.watch.now.date() + timedelta(days=1))
    assert in_force(company, tomorrow) == number
    assert in_force(company, tomorrow - timedelta(microseconds=1)) != number


def test_undo_ends_with_its_minutes(company: Office) -> None:
    settle_roles(company)
    number = approve_version(company, next_minutes(company))
    object_to(company, "Tarik", number)
    card = objections.look_at_change(company.store, company.by("Tarik"), number)
    company.wait(timedelta(minutes=10, seconds=1))
    with pytest.raises(Refused) as late:
        objections.undo_objection(company.store, company.by("Tarik"), card.standing[0].id)
    assert late.value.code == "objection_undo_too_late"
    assert state_of(company, number) is PlanState.HELD


def test_of_whoever_has_left_another_representative_withdraws_the_objection(
    company: Office,
) -> None:
    settle_roles(company, {"Tarik": None, "Emil": "DE"})
    number = approve_version(company, next_minutes(company))
    object_to(company, "Tarik", number)
    with pytest.raises(NotAllowed) as of_another:
        withdraw(company, "Emil", number, "Tarik")
    assert of_another.value.code == "objection_of_another"
    with company.store.write_alone() as connection:
        connection.execute(
            update(Person).where(Person.id == id_of("Tarik")).values(state=PersonState.LEFT)
        )
    withdraw(company, "Emil", number, "Tarik")
    assert state_of(company, number) is PlanState.PLANNED


def test_a_role_that_ended_ends_the_right_to_object_at_once(company: Office) -> None:
    settle_roles(company)
    number = approve_version(company, next_minutes(company))
    with company.store.write_alone() as connection:
        connection.execute(
            update(RoleGrant)
            .where(RoleGrant.role == Role.REPRESENTATIVE)
            .values(state=GrantState.REVOKED)
        )
    with pytest.raises(NotAllowed) as refused:
        object_to(company, "Tarik", number)
    assert refused.value.code == "objection_nobody"


def test_what_was_held_does_not_hold_when_the_clock_jumps(company: Office) -> None:
    settle_roles(company)
    before = in_force(company)
    number = approve_version(company, next_minutes(company))
    object_to(company, "Tarik", number)
    for moment in (datetime(2031, 1, 1, tzinfo=UTC), MONDAY, datetime(2020, 1, 1, tzinfo=UTC)):
        assert note(company, moment) == 0
        assert in_force(company, moment) == before
    assert state_of(company, number) is PlanState.HELD


def test_an_objection_in_the_last_moment_and_the_first_day_cannot_both_win(
    company: Office,
) -> None:
    settle_roles(company)
    for _ in range(6):
        base = standard(company)
        rules = base.changes.model_copy(update={"objection_days": 365})
        patient = next_minutes(company).model_copy(update={"changes": rules})
        if base.changes != rules:
            approve_version(company, patient)
            company.wait(timedelta(days=20))
            note(company)
        number = approve_version(company, next_minutes(company))
        first = begins((company.watch.now + timedelta(days=14)).date())
        won = _at_once(company, number, first)
        state = state_of(company, number)
        standing = _standing(company, number)
        assert standing == (1 if won else 0)
        assert state is (PlanState.HELD if won else PlanState.IN_FORCE)
        assert (in_force(company, first) == number) is not won
        company.watch.now = first
        if won:
            withdraw(company, "Tarik", number)
            company.wait(timedelta(days=2))
            note(company)
        assert in_force(company) == number


def _at_once(office: Office, number: int, first: datetime) -> bool:
    """Whether the objection won."""
    start = Barrier(2)

    def objects() -> bool:
        start.wait(timeout=10)
        while True:
            try:
                object_to(office, "Tarik", number, first - timedelta(microseconds=1))
            except Busy:
                continue
            except AccordError as refused:
                assert refused.code == "policy_not_waiting"  # noqa: PT017 - one of two outcomes
                return False
            return True

    def notes() -> int:
        start.wait(timeout=10)
        while True:
            try:
                return note(office, first)
            except Busy:
                continue

    with ThreadPoolExecutor(2) as pool:
        told, noted = pool.submit(objects), pool.submit(notes)
        assert told.result() is not bool(noted.result())
        return told.result()


def _standing(office: Office, number: int) -> int:
    with office.engine.connect() as connection:
        rows = connection.execute(
            select(Objection.id).where(
                Objection.number == number, Objection.state == ObjectionState.STANDING
            )
        )
        return len(rows.all())

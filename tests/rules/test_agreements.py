"""Clauses and references in texts; who speaks for whom; days on which an end is looked at."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from domain.agreements import (
    AgreementCard,
    Clause,
    RefuseAgreement,
    RegisterAgreement,
    clauses_in,
    next_day,
    references_in,
)
from domain.errors import AlreadyDone, InvalidInput, NotAllowed, NotShared, Refused
from domain.people import Role
from domain.places import covers
from domain.policy_versions import PlanState
from domain.roles import RolePlace
from tests.company import settle_company
from tests.rules.office import Office
from tests.rules.rulebook import (
    approve_version,
    next_minutes,
    object_to,
    settle_roles,
    state_of,
)
from usecases import agreements

TODAY = date(2027, 3, 1)


def test_clauses_stand_one_a_line_with_their_numbers() -> None:
    text = "1 First,\nand on.\n2.1) Second\n§ 3a: Third"
    assert clauses_in(text) == (
        Clause("1", "First, and on."),
        Clause("2.1", "Second"),
        Clause("3a", "Third"),
    )
    for wrong in ("No number", "1 One\n1 Two"):
        with pytest.raises(ValueError, match=r"^1?$"):
            clauses_in(wrong)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Agreed under A-3 clause 2.", ((3, "2"),)),
        ("nach A-3, Ziffer 2.1 und A\u20134", ((3, "2.1"), (4, None))),
        ("see A-12 § 4a, A-12 § 4a", ((12, "4a"),)),
        ("G-3, BA-4 and A4x", ()),
    ],
)
def test_a_reason_names_agreements(text: str, found: object) -> None:
    assert references_in(text) == found


@given(st.integers(0, 400), st.integers(0, 400))
def test_each_reminder_and_the_end_come_once_and_in_order(length: int, start: int) -> None:
    expires = TODAY + timedelta(days=length)
    seen, day = [], TODAY + timedelta(days=start)
    while (coming := next_day(expires, day)) is not None:
        assert coming > day
        seen.append(coming)
        day = coming
    everything = [expires - timedelta(days=90), expires - timedelta(days=30)]
    everything.append(expires + timedelta(days=1))
    assert seen == [one for one in everything if one > TODAY + timedelta(days=start)]


def test_a_role_covers_what_lies_within_it_alone() -> None:
    support = RolePlace(unit="Company / Support")
    assert covers(RolePlace(), support)
    assert covers(RolePlace(unit="Company"), support)
    assert covers(RolePlace(region="DE"), RolePlace(region="DE-BY"))
    assert not covers(support, RolePlace(unit="Company"))
    assert not covers(support, RolePlace())
    assert not covers(RolePlace(region="DE-BY"), RolePlace(region="DE"))
    assert not covers(RolePlace(region="DE"), support)


@pytest.fixture
def company(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


def draft(**changes: object) -> RegisterAgreement:
    values = {
        "title": "Check-ins",
        "parties": "Company and works council",
        "clauses": "1 In the morning.",
        "valid_from": TODAY,
    }
    return RegisterAgreement.model_validate({**values, **changes})


def register(office: Office, name: str, **changes: object) -> AgreementCard:
    return agreements.register_agreement(office.store, office.by(name), uuid4(), draft(**changes))


def confirm(office: Office, name: str, agreement: UUID, number: int = 1) -> AgreementCard:
    return agreements.confirm_agreement(office.store, office.by(name), agreement, number)


def test_numbers_count_on_and_a_dialog_sent_twice_registers_once(company: Office) -> None:
    settle_roles(company)
    same = uuid4()
    cards = [
        agreements.register_agreement(company.store, company.by("Ines"), same, draft())
        for _ in range(2)
    ]
    assert [one.reference for one in cards] == ["A-1", "A-1"]
    assert register(company, "Tarik").reference == "A-2"
    with pytest.raises(InvalidInput):
        agreements.register_agreement(company.store, company.by("Tarik"), same, draft())


def test_nobody_speaks_for_both_sides(company: Office) -> None:
    settle_roles(company)
    company.give_role("Ines", Role.REPRESENTATIVE)
    card = register(company, "Ines")
    for name in ("Ines", "Nora", "Lena"):
        with pytest.raises((NotAllowed, NotShared)):
            confirm(company, name, card.id)
    assert confirm(company, "Tarik", card.id).current is not None
    with pytest.raises(AlreadyDone):
        confirm(company, "Tarik", card.id)


def test_where_nobody_speaks_for_the_other_side_nothing_is_registered(company: Office) -> None:
    settle_roles(company, {"Ines": None})
    with pytest.raises(Refused):
        register(company, "Ines")


def test_a_representative_of_a_region_registers_for_it_alone(company: Office) -> None:
    settle_roles(company, {"Tarik": "DE"})
    with pytest.raises(InvalidInput):
        register(company, "Tarik")
    with pytest.raises(InvalidInput):
        register(company, "Tarik", region="PT")
    assert register(company, "Tarik", region="DE-BY").place == RolePlace(region="DE-BY")


def test_a_settled_objection_is_the_signing_representatives_alone(company: Office) -> None:
    settle_roles(company, {"Tarik": None, "Emil": None})
    number = approve_version(company, next_minutes(company))
    object_to(company, "Tarik", number)
    object_to(company, "Emil", number)
    card = register(company, "Ines", settles=number)
    confirm(company, "Tarik", card.id)
    assert state_of(company, number) is PlanState.HELD
    mine = register(company, "Emil", settles=number)
    assert state_of(company, number) is PlanState.HELD
    confirm(company, "Ines", mine.id)
    assert state_of(company, number) is PlanState.PLANNED
    assert company.acts().count("objection.settle") == 2


def test_what_was_sent_back_counts_for_nothing(company: Office) -> None:
    settle_roles(company)
    card = register(company, "Ines")
    reason = RefuseAgreement(reason="No.")
    agreements.refuse_agreement(company.store, company.by("Tarik"), card.id, 1, reason)
    with pytest.raises(AlreadyDone):
        confirm(company, "Tarik", card.id)
    with pytest.raises(NotShared):
        agreements.look_at_agreement(company.store, company.by("Lena"), card.id)

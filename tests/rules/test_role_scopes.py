"""A role for a unit or a region reaches as far as it goes, and no further."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from domain.approvals import ApprovalState, ResetCodes
from domain.notices import NoticeKind
from domain.people import GrantState, Role
from domain.roles import GrantRole
from storage.database import WRITING
from storage.tables.outbox import Notice
from storage.tables.people import Leave, RoleGrant
from tests.company import LONG_AGO, person_id, settle_company, slack_id
from tests.rules.office import Office
from tests.rules.test_approvals import FULL, Phones, wanted
from tests.rules.test_step_up import heard
from usecases import approvals
from usecases.code_resets import plan_reset
from usecases.role_grants import plan_grant
from usecases.roles import role_page

SUPPORT = "Company / Support"
SALES = "Company / Sales"


def unit_id(path: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"unit:{path}")


class Organisation:
    """Nobody holds a role but who is named here."""

    def __init__(self, engine: Engine) -> None:
        settle_company(engine)
        self.office = Office(engine)
        self.store = self.office.store
        with self.writing() as connection:
            connection.execute(delete(RoleGrant))
        self.phones = Phones(self.office, "Omar", "Ines", "Nora")

    def writing(self) -> AbstractContextManager[Connection]:
        return self.office.engine.execution_options(**{WRITING: True}).begin()

    def name(
        self, name: str, role: Role, unit: str | None = None, region: str | None = None
    ) -> None:
        with self.writing() as connection:
            connection.execute(
                insert(RoleGrant).values(
                    id=uuid4(),
                    person_id=person_id(FULL[name]),
                    role=role,
                    org_unit_id=unit_id(unit) if unit else None,
                    region=region,
                    state=GrantState.ACTIVE,
                    valid_from=LONG_AGO,
                )
            )

    def plan(self, asker: str = "Omar", unit: str | None = None, region: str | None = None) -> str:
        command = GrantRole(
            who=slack_id("Tarik"),
            role=Role.LEGAL,
            reason="It is needed.",
            org_unit=unit_id(unit) if unit else None,
            region=region,
        )
        return heard(lambda: plan_grant(self.store, self.office.by(asker), command))

    def approvers(self, unit: str | None = None, region: str | None = None) -> set[str]:
        command = GrantRole(
            who=slack_id("Tarik"),
            role=Role.LEGAL,
            reason="It is needed.",
            org_unit=unit_id(unit) if unit else None,
            region=region,
        )
        plan = plan_grant(self.store, self.office.by("Omar"), command)
        return {one.name.split()[0] for one in plan.card.approvers}


@pytest.fixture
def organisation(engine: Engine) -> Organisation:
    return Organisation(engine)


def test_an_administrator_of_a_region_asks_within_it(organisation: Organisation) -> None:
    organisation.name("Omar", Role.ADMINISTRATOR, region="DE")
    organisation.name("Ines", Role.HR)
    assert organisation.plan(region="DE") == "done"
    assert organisation.plan(region="DE-BY") == "done"
    for beyond in ({"region": "PT"}, {"unit": SUPPORT}, {}):
        assert organisation.plan(**beyond) == "role_beyond_yours"


def test_hr_of_a_unit_approves_within_it(organisation: Organisation) -> None:
    organisation.name("Omar", Role.ADMINISTRATOR)
    organisation.name("Ines", Role.HR, unit=SUPPORT)
    organisation.name("Nora", Role.COMPLIANCE, region="DE")
    assert organisation.approvers(unit=SUPPORT) == {"Ines"}
    assert organisation.approvers(region="DE-BY") == {"Nora"}
    for nobody in ({"unit": SALES}, {"region": "PT"}, {}):
        assert organisation.plan(**nobody) == "role_no_second_person"


def test_while_there_is_no_administrator_hr_asks(organisation: Organisation) -> None:
    organisation.name("Ines", Role.HR)
    assert organisation.plan("Ines") == "role_no_second_person"
    organisation.name("Nora", Role.COMPLIANCE)
    assert organisation.plan("Ines") == "done"
    assert organisation.plan("Nora") == "roles_needed_of_hr"
    organisation.name("Omar", Role.ADMINISTRATOR)
    assert organisation.plan("Ines") == "roles_needed"
    assert organisation.plan("Omar") == "done"


def test_a_role_that_has_ended_asks_for_nothing(organisation: Organisation) -> None:
    organisation.name("Omar", Role.ADMINISTRATOR)
    organisation.name("Ines", Role.HR)
    today = organisation.office.watch.now.date()
    with organisation.writing() as connection:
        connection.execute(
            update(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR).values(valid_to=today)
        )
    assert organisation.plan("Omar") == "roles_needed_of_hr"


def test_codes_are_reset_by_who_stands_over_the_person(organisation: Organisation) -> None:
    organisation.name("Omar", Role.ADMINISTRATOR, unit=SALES)
    organisation.name("Ines", Role.HR)
    store, omar = organisation.store, organisation.office.by("Omar")
    why = ResetCodes(reason="Lost.")
    nora, ines = person_id("Nora Sand"), person_id("Ines Duarte")
    assert heard(lambda: plan_reset(store, omar, nora, why)) == "done"
    assert heard(lambda: plan_reset(store, omar, ines, why)) == "role_beyond_yours"
    assert heard(lambda: plan_reset(store, omar, person_id("Omar Haddad"), why)) in (
        "codes_reset_own",
        "role_beyond_yours",
    )


def test_who_is_away_is_asked_only_if_everybody_is(organisation: Organisation) -> None:
    organisation.name("Omar", Role.ADMINISTRATOR)
    organisation.name("Ines", Role.HR)
    organisation.name("Nora", Role.COMPLIANCE)
    today = organisation.office.watch.now.date()
    with organisation.writing() as connection:
        connection.execute(
            insert(Leave).values(
                id=uuid4(),
                person_id=person_id("Ines Duarte"),
                first_day=today,
                day_after=today + timedelta(days=5),
            )
        )
    store, omar = organisation.store, organisation.office.by("Omar")
    plan = plan_grant(store, omar, wanted("Tarik", Role.LEGAL))
    code = organisation.phones.code("Omar")
    card = approvals.ask(store, omar, plan.card.id, plan.challenge, code)
    assert card.state is ApprovalState.OPEN
    with organisation.office.engine.connect() as connection:
        asked = set(
            connection.scalars(
                select(Notice.person_id).where(Notice.kind == NoticeKind.APPROVAL_WANTED)
            )
        )
    assert asked == {person_id("Nora Sand")}
    # Back early, she may approve it all the same.
    assert approvals.look(store, organisation.office.by("Ines"), card.id).card.can_approve


def test_pages_of_roles_follow_one_another(organisation: Organisation) -> None:
    organisation.name("Omar", Role.ADMINISTRATOR)
    for name in ("Ines", "Nora", "Lena", "Emil", "Tarik", "Mira"):
        for role in (Role.HR, Role.LEGAL, Role.FACILITATOR):
            organisation.name(name, role)
    seen: list[UUID] = []
    after = None
    while True:
        page = role_page(organisation.store, organisation.office.by("Omar"), after)
        seen += [one.id for one in page.roles]
        after = page.more_after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 19

"""Anybody, asking for roles, approving, refusing and withdrawing in any order.

What must hold: a role is given only where somebody asked who might, and somebody else approved who
might, both with a code of their own, within a day; once; and exactly as it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, insert, select, update

from domain.approvals import ApprovalState, RefuseApproval, VoidReason
from domain.audit import Action
from domain.errors import AccordError
from domain.one_time_codes import TypedCode
from domain.people import GrantState, Role, Standing
from domain.roles import EndRole, GrantRole
from domain.verification import Verdict
from storage.database import WRITING, open_engine
from storage.tables.approvals import Approval
from storage.tables.audit import AuditEntry
from storage.tables.people import Person, RoleGrant
from storage.verify import verify
from tests.company import LONG_AGO, PEOPLE, person_id, settle_company, slack_id
from tests.databases import Databases, Kind
from tests.rules.office import KEYRING, Office
from tests.rules.test_step_up import STEP, at_once, heard, set_up, shown
from usecases import approvals
from usecases.role_grants import plan_grant
from usecases.roles import end_role, role_page

FULL = {one.name.split(maxsplit=1)[0]: one.name for one in PEOPLE}
# Omar stands in for Jonas.
NAMED = {"Omar": Role.ADMINISTRATOR, "Jonas": Role.ADMINISTRATOR, "Nora": Role.COMPLIANCE}
ASKERS = ("Omar", "Jonas")
APPROVERS = ("Ines", "Nora", "Omar")
EVERYBODY = ("Omar", "Jonas", "Ines", "Nora", "Lena")


def name_roles(engine: Engine) -> None:
    """Two administrators, Ines and Omar in HR, Nora in compliance."""
    named = [*NAMED.items(), ("Omar", Role.HR)]
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        for name, role in named:
            connection.execute(
                insert(RoleGrant).values(
                    id=uuid5(NAMESPACE_URL, f"{name} {role}"),
                    person_id=person_id(FULL[name]),
                    role=role,
                    state=GrantState.ACTIVE,
                    valid_from=LONG_AGO,
                )
            )


class Phones:
    """Everybody's keys; each code is shown when it is needed, half a minute after the last."""

    def __init__(self, office: Office, *names: str) -> None:
        self.office = office
        self.keys = {name: set_up(office, name) for name in names}

    def code(self, name: str) -> TypedCode:
        self.office.wait(STEP)
        return TypedCode(code=shown(self.office, self.keys[name]))


def wanted(name: str, role: Role) -> GrantRole:
    return GrantRole(who=slack_id(name), role=role, reason="It is needed.")


@dataclass
class Request:
    """What the model knows of one request."""

    id: UUID
    asker: str
    who: str
    role: Role
    until: datetime
    state: ApprovalState = ApprovalState.OPEN


class Approving(RuleBasedStateMachine):
    def __init__(self, engine: Engine) -> None:
        super().__init__()
        settle_company(engine)
        name_roles(engine)
        self.office = Office(engine)
        self.store = self.office.store
        self.phones = Phones(self.office, *EVERYBODY)
        self.requests: list[Request] = []
        self.held: set[tuple[str, Role]] = set()
        self.administrators = set(ASKERS)
        self.inactive: set[str] = set()

    @property
    def now(self) -> datetime:
        return self.office.watch.now

    def open_requests(self) -> list[Request]:
        return [one for one in self.requests if one.state is ApprovalState.OPEN]

    @rule(
        asker=st.sampled_from(EVERYBODY),
        who=st.sampled_from(("Lena", "Nora", "Omar")),
        role=st.sampled_from((Role.LEGAL, Role.REPRESENTATIVE)),
    )
    def asks(self, asker: str, who: str, role: Role) -> None:
        if asker in self.inactive:
            return
        fine = (
            asker in self.administrators
            and asker != who
            and who not in self.inactive
            and (who, role) not in self.held
            and any(self.may_approve(asker, who, name) for name in APPROVERS)
        )
        asked: list[UUID] = []

        def ask() -> None:
            by = self.office.by(asker)
            plan = plan_grant(self.store, by, wanted(who, role))
            code = self.phones.code(asker)
            asked.append(approvals.ask(self.store, by, plan.card.id, plan.challenge, code).id)

        assert (heard(ask) == "done") is fine
        for request in asked:
            until = self.now + timedelta(days=1)
            self.requests.append(Request(request, asker, who, role, until))

    def may_approve(self, asker: str, who: str, name: str) -> bool:
        sides = {asker, who}
        barred = sides | ({"Omar"} if "Jonas" in sides else set())
        return name in APPROVERS and name not in barred and name not in self.inactive

    @precondition(lambda self: self.requests)
    @rule(which=st.integers(0, 9), name=st.sampled_from(EVERYBODY))
    def approves(self, which: int, name: str) -> None:
        request = self.requests[which % len(self.requests)]
        fine = (
            request.state is ApprovalState.OPEN
            and self.now < request.until
            and self.may_approve(request.asker, request.who, name)
        )
        by = self.office.by(name)
        try:
            look = approvals.look(self.store, by, request.id)
        except AccordError:
            assert not fine
            return
        assert fine
        card = approvals.approve(self.store, by, request.id, look.challenge, self.phones.code(name))
        given = (
            request.asker in self.administrators
            and request.asker not in self.inactive
            and request.who not in self.inactive
            and (request.who, request.role) not in self.held
        )
        assert card.state is (ApprovalState.DONE if given else ApprovalState.VOID)
        request.state = card.state
        if given:
            self.held.add((request.who, request.role))

    @precondition(lambda self: self.requests)
    @rule(which=st.integers(0, 9), name=st.sampled_from(EVERYBODY), approver=st.booleans())
    def refuses_or_withdraws(self, which: int, name: str, approver: bool) -> None:
        request = self.requests[which % len(self.requests)]
        by = self.office.by(name)
        could = request.state is ApprovalState.OPEN and self.now < request.until
        try:
            if approver:
                card = approvals.refuse(self.store, by, request.id, RefuseApproval(reason="No."))
                fine = could and self.may_approve(request.asker, request.who, name)
                fine = fine or (request.state is ApprovalState.REFUSED)
            else:
                card = approvals.withdraw(self.store, by, request.id)
                fine = could and request.asker == name
        except AccordError:
            assert (
                not could
                or (
                    not self.may_approve(request.asker, request.who, name)
                    if approver
                    else request.asker != name
                )
                or name in self.inactive
            )
            return
        assert fine
        request.state = card.state

    @rule(name=st.sampled_from(ASKERS))
    def is_administrator_no_more(self, name: str) -> None:
        with self.store.write_alone() as connection:
            connection.execute(
                update(RoleGrant)
                .where(
                    RoleGrant.person_id == person_id(FULL[name]),
                    RoleGrant.role == Role.ADMINISTRATOR,
                )
                .values(
                    state=GrantState.REVOKED
                    if name in self.administrators and len(self.administrators) > 1
                    else GrantState.ACTIVE
                )
            )
        if name in self.administrators and len(self.administrators) > 1:
            self.administrators.discard(name)
        else:
            self.administrators.add(name)

    @rule(name=st.sampled_from(("Lena", "Ines")))
    def account_is_switched_off_and_on(self, name: str) -> None:
        self.inactive ^= {name}
        off = name in self.inactive
        with self.store.write_alone() as connection:
            connection.execute(
                update(Person)
                .where(Person.id == person_id(FULL[name]))
                .values(standing=Standing.DEACTIVATED if off else Standing.FULL)
            )

    @rule(hours=st.sampled_from((1, 9, 25)))
    def time_passes(self, hours: int) -> None:
        self.office.wait(timedelta(hours=hours))
        approvals.expire_approvals(self.store, self.office.operator())
        for request in self.open_requests():
            if request.until <= self.now:
                request.state = ApprovalState.EXPIRED

    @invariant()
    def what_was_approved_is_held_and_nothing_else(self) -> None:
        with self.store.engine.connect() as connection:
            found = connection.execute(
                select(Person.name, RoleGrant.role)
                .join(RoleGrant, RoleGrant.person_id == Person.id)
                .where(
                    RoleGrant.state == GrantState.ACTIVE,
                    RoleGrant.role.in_([Role.LEGAL, Role.REPRESENTATIVE]),
                )
            ).all()
            rows = connection.execute(select(Approval.id, Approval.state))
            states = {row.id: row.state for row in rows}
        assert sorted(found) == sorted((FULL[name], role) for name, role in self.held)
        for request in self.requests:
            assert states[request.id] is request.state

    def teardown(self) -> None:
        done = [one for one in self.requests if one.state is ApprovalState.DONE]
        with self.store.engine.connect() as connection:
            given = connection.scalars(
                select(AuditEntry.object_id).where(AuditEntry.action == Action.GRANT_GIVE)
            ).all()
        assert len(given) == len(done)
        assert verify(self.store.engine, KEYRING).verdict is Verdict.INTACT
        self.store.engine.dispose()


@pytest.mark.timeout(300)  # many codes, each of which waits for a commit
def test_a_role_takes_two_people_who_may(databases: Databases) -> None:
    class InAFreshCompany(Approving):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        InAFreshCompany,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


# At the same moment, on both databases


@dataclass
class Desk:
    office: Office
    phones: Phones

    def asked(self) -> UUID:
        plan = plan_grant(self.office.store, self.office.by("Omar"), wanted("Lena", Role.LEGAL))
        code = self.phones.code("Omar")
        by = self.office.by("Omar")
        return approvals.ask(self.office.store, by, plan.card.id, plan.challenge, code).id

    def approving(self, name: str, request: UUID) -> Callable[[], object]:
        """A second person with the dialog open and the code typed."""
        store, by = self.office.store, self.office.by(name)
        challenge = approvals.look(store, by, request).challenge
        code = self.phones.code(name)
        return lambda: approvals.approve(store, by, request, challenge, code)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    settle_company(engine)
    name_roles(engine)
    office = Office(engine)
    return Desk(office, Phones(office, *EVERYBODY))


def given(desk: Desk) -> int:
    with desk.office.engine.connect() as connection:
        return len(
            connection.scalars(select(RoleGrant.id).where(RoleGrant.role == Role.LEGAL)).all()
        )


def test_of_two_who_approve_at_once_one_gives_the_role(desk: Desk) -> None:
    request = desk.asked()
    told = at_once(desk.approving("Ines", request), desk.approving("Nora", request))
    assert sorted(told) == ["approval_over", "done"]
    assert given(desk) == 1
    assert verify(desk.office.engine, KEYRING).verdict is Verdict.INTACT


def test_one_who_approves_and_one_who_refuses_at_once(desk: Desk) -> None:
    request = desk.asked()
    store, nora = desk.office.store, desk.office.by("Nora")
    told = at_once(
        desk.approving("Ines", request),
        lambda: approvals.refuse(store, nora, request, RefuseApproval(reason="No.")),
    )
    assert sorted(told) == ["approval_over", "done"]
    with desk.office.engine.connect() as connection:
        state = connection.scalars(select(Approval.state)).one()
    assert given(desk) == (1 if state is ApprovalState.DONE else 0)


def test_approving_while_whoever_asked_withdraws(desk: Desk) -> None:
    request = desk.asked()
    store, omar = desk.office.store, desk.office.by("Omar")
    told = at_once(
        desk.approving("Ines", request), lambda: approvals.withdraw(store, omar, request)
    )
    assert sorted(told) == ["approval_over", "done"]


def test_the_same_is_asked_for_twice_at_once(desk: Desk) -> None:
    """Two requests, each approved: the second finds the role held, and changes nothing."""
    first, second = desk.asked(), desk.asked()
    acts = desk.approving("Ines", first), desk.approving("Nora", second)
    assert at_once(*acts) == ["done", "done"]
    with desk.office.engine.connect() as connection:
        states = connection.execute(select(Approval.state, Approval.void_reason)).all()
    assert sorted(map(tuple, states), key=str) == [
        (ApprovalState.DONE, None),
        (ApprovalState.VOID, VoidReason.OVERTAKEN),
    ]
    assert given(desk) == 1


def test_a_code_for_one_request_does_not_approve_another(desk: Desk) -> None:
    first = desk.asked()
    store, ines = desk.office.store, desk.office.by("Ines")
    challenge = approvals.look(store, ines, first).challenge
    plan = plan_grant(store, desk.office.by("Omar"), wanted("Emil", Role.LEGAL))
    code = desk.phones.code("Omar")
    second = approvals.ask(store, desk.office.by("Omar"), plan.card.id, plan.challenge, code).id
    code = desk.phones.code("Ines")
    told = heard(lambda: approvals.approve(store, ines, second, challenge, code))
    assert told == "confirmation_over"
    assert given(desk) == 0


def test_a_code_for_one_request_does_not_ask_for_another(desk: Desk) -> None:
    store, omar = desk.office.store, desk.office.by("Omar")
    first = plan_grant(store, omar, wanted("Lena", Role.LEGAL))
    second = plan_grant(store, omar, wanted("Emil", Role.LEGAL))
    code = desk.phones.code("Omar")
    told = heard(lambda: approvals.ask(store, omar, second.card.id, first.challenge, code))
    assert told == "confirmation_over"
    with desk.office.engine.connect() as connection:
        assert set(connection.scalars(select(Approval.state))) == {ApprovalState.DRAFT}


def test_a_draft_is_nothing_to_approve(desk: Desk) -> None:
    store = desk.office.store
    plan = plan_grant(store, desk.office.by("Omar"), wanted("Lena", Role.LEGAL))
    for act in (
        lambda: approvals.look(store, desk.office.by("Ines"), plan.card.id),
        lambda: approvals.withdraw(store, desk.office.by("Omar"), plan.card.id),
        lambda: approvals.look(store, desk.office.by("Ines"), uuid4()),
    ):
        assert heard(act) in ("approval_not_for_you", "approval_not_yours")
    desk.office.wait(timedelta(hours=2))
    approvals.expire_approvals(store, desk.office.operator())
    with desk.office.engine.connect() as connection:
        assert connection.scalars(select(Approval.id)).all() == []


def test_the_last_two_people_cannot_be_taken_away(desk: Desk) -> None:
    """Omar is in HR too; without Ines and Nora, Jonas asks and Omar still approves."""
    store = desk.office.store
    page = role_page(store, desk.office.by("Omar"))
    by_role = {(one.person.name, one.role): one.id for one in page.roles}
    told = []
    for key in (
        ("Ines Duarte", Role.HR),
        ("Nora Sand", Role.COMPLIANCE),
        ("Jonas Brandt", Role.ADMINISTRATOR),
    ):
        command = EndRole(reason="No more.", code=desk.phones.code("Omar").code)
        by, grant = desk.office.by("Omar"), by_role[key]
        told.append(heard(lambda by=by, g=grant, c=command: end_role(store, by, g, c)))  # type: ignore[misc] # mypy cannot tell the defaults' types
    assert told == ["done", "done", "role_last_of_two"]

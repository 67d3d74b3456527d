"""Versions of the rules, made without codes; who proposes is Ines, who approves is Nora."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import insert

from domain.objections import RaiseObjection, WithdrawObjection
from domain.people import GrantState, Role
from domain.policy import Policy
from domain.policy_versions import PlanState
from storage import people, policy
from storage.tables.people import RoleGrant
from tests.company import LONG_AGO
from tests.rules.office import Office, id_of
from usecases import objections
from usecases.guarded import Consent
from usecases.policy import adopt_first_policy
from usecases.policy_changes import CHANGE_POLICY, note_policies_in_force


def settle_roles(office: Office, representatives: Mapping[str, str | None] | None = None) -> None:
    """Ines is in HR, Nora in compliance; representatives by name, each for a region or for all.

    The first rules are adopted, as when a database first starts.
    """
    adopt_first_policy(office.store, office.operator(), Policy())
    held = [("Nora", Role.COMPLIANCE, None)]
    for name, region in (representatives or {"Tarik": None}).items():
        held.append((name, Role.REPRESENTATIVE, region))
    with office.store.write_alone() as connection:
        for name, role, region in held:
            connection.execute(
                insert(RoleGrant).values(
                    id=uuid4(),
                    person_id=id_of(name),
                    role=role,
                    region=region,
                    state=GrantState.ACTIVE,
                    valid_from=LONG_AGO,
                )
            )


def standard(office: Office) -> Policy:
    with office.store.read(office.operator()) as work:
        return work.policy.document


def approve_version(office: Office, document: Policy, day: date | None = None) -> int:
    """Two people agreed on it; returns its number."""
    with office.store.write(office.by("Nora")) as work:
        ines, nora = (people.member(work.connection, id_of(name)) for name in ("Ines", "Nora"))
        base = work.policy.number
        CHANGE_POLICY.carry_out(
            work,
            Consent(uuid4(), ines, nora),
            {
                "document": document.model_dump_json(),
                "base": base,
                "from": day.isoformat() if day else None,
            },
        )
    with office.store.read(office.operator()) as reading:
        return policy.versions(reading.connection, None, 1)[0].number


def next_minutes(office: Office) -> Policy:
    """What holds, with check-ins at another time; that is co-determined."""
    base = standard(office)
    minutes = (base.check_ins.minutes_into_day + 7) % 240
    check_ins = base.check_ins.model_copy(update={"minutes_into_day": minutes})
    return base.model_copy(update={"check_ins": check_ins})


def object_to(office: Office, name: str, number: int, at: datetime | None = None) -> None:
    origin = office.by(name)
    moment = at or origin.now
    objections.raise_objection(
        office.store,
        replace(origin, now=moment),
        number,
        uuid4(),
        RaiseObjection(reason=f"{name} says no."),
    )


def withdraw(office: Office, name: str, number: int, whose: str | None = None) -> None:
    """Somebody withdraws their own objection, or that of somebody else."""
    card = objections.look_at_change(office.store, office.by(name), number)
    standing = [one for one in card.standing if one.person.id == id_of(whose or name)]
    objections.withdraw_objection(
        office.store, office.by(name), standing[0].id, WithdrawObjection(reason="We talked.")
    )


def state_of(office: Office, number: int) -> PlanState:
    with office.store.read(office.operator()) as work:
        stored = policy.version(work.connection, number)
        assert stored is not None
        assert stored.plan is not None
        return stored.plan.state


def in_force(office: Office, at: datetime | None = None) -> int:
    with office.store.read(office.operator()) as work:
        return policy.number_in_force(work.connection, at or work.now) or 0


def note(office: Office, at: datetime | None = None) -> int:
    """The sweep that puts on record that a day has come."""
    origin = office.operator()
    return note_policies_in_force(office.store, replace(origin, now=at or origin.now))

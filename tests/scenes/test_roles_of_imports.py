"""Roles that a later import asks for; the words about roles in German; roles and checkpoints."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.running import operator_origin
from domain.people import Role
from domain.signing import Anchoring
from storage.checkpoints import head, latest
from storage.tables.people import Person
from tests.directory.files import a_file, a_row
from tests.record.anchors import KEYS
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime, set_up_codes
from usecases.directory import import_people


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    return settle_offices(company, machine_time)


def import_roles(company: Company, name: str, roles: str) -> None:
    """A file in which one person has roles and all else is as it was."""
    with company.parts.store.engine.connect() as connection:
        person = connection.execute(select(Person).where(Person.name == name)).one()
    row = a_row(
        person.email,
        name=name,
        unit="Company / Support",
        region="DE",
        timezone=person.timezone,
        slack_user_id=person.slack_user,
        manager_email="omar@company.example",
        roles=roles,
    )
    import_people(company.parts.store, operator_origin(company.parts), a_file(row))


def test_administrators_hear_of_them_and_two_people_give_them(offices: Offices) -> None:
    company = offices.company
    import_roles(company, "Tarik Can", "legal;facilitator@Company / Support")
    told = offices.admin.wait_for("2 roles of an import wait")
    assert not offices.hr.sees("of an import")
    told.press("Roles")
    listed = offices.admin.wait_for("An import asks for it")
    assert "for the unit Company / Support" in listed.text
    listed.press("Confirm")
    offices.admin.dialog.fill({"Reason": "As agreed."}).submit()
    offices.admin.dialog.fill({"Code": offices.code("Omar")}).submit()
    offices.admin.dialog.close()
    offices.approve("Ines")
    assert len(offices.roles_of("Tarik")) == 1
    offices.admin.wait_for("1 role of an import waits")
    offices.admin.command("/accord approvals")
    offices.admin.wait_for("Nothing waits")


def test_what_waits_for_me_can_be_looked_up(offices: Offices) -> None:
    offices.ask()
    offices.wanted("Ines")
    offices.hr.command("/accord approvals")
    waiting = offices.hr.last_message()
    assert "Waiting for your approval" in waiting.text
    waiting.press("Approve")
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert offices.roles_of("Tarik") == {Role.FACILITATOR}
    offices.admin.command("/accord approvals")
    offices.admin.wait_for("Nothing waits")


def test_in_german(company: Company, machine_time: MachineTime) -> None:
    """Emil reads German; he asks, and he is told."""
    offices = settle_offices(company, machine_time)
    name_to_role(company, "Emil", Role.ADMINISTRATOR)
    emil = company.person("Emil")
    phone = set_up_codes(emil, machine_time)
    emil.command("/accord roles")
    emil.last_message().press("Rolle vergeben")
    emil.dialog.fill({"Wer": "Tarik", "Rolle": "Compliance", "Grund": "Vertretung."}).submit()
    assert (
        "bekommt die Rolle Compliance, für die ganze Organisation, bis sie entzogen wird"
        in emil.dialog.text
    )
    emil.dialog.fill({"Code": phone.next_code()}).submit()
    assert emil.dialog.text.startswith("Angefragt.")
    emil.dialog.close()
    offices.approve("Ines")
    emil.wait_for("hat zugestimmt, und es ist geschehen")


def test_a_role_is_checkpointed_as_it_is_given(offices: Offices) -> None:
    store = offices.company.parts.store
    store.anchoring = Anchoring(KEYS)
    offices.ask()
    with store.engine.connect() as connection:
        assert latest(connection) is None
    offices.approve("Ines")
    with store.engine.connect() as connection:
        newest, (size, _) = latest(connection), head(connection)
    assert newest is not None
    assert newest.size == size

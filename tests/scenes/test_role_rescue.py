"""The way back when one person alone is left: an operator asks for a role, that person confirms."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from sqlalchemy import delete

from bot.doctor import rescues
from bot.roles_command import ask_for_role_command
from domain.people import Role
from domain.verification import Verdict
from storage.tables.people import RoleGrant
from storage.verify import verify
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.offices import FULL_NAMES, Offices, settle_offices
from tests.scenes.phones import MachineTime


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    return settle_offices(company, machine_time)


def lose(company: Company, *names: str) -> None:
    """They hold no role any more, as if they had left."""
    with company.parts.store.write_alone() as connection:
        for name in names:
            connection.execute(
                delete(RoleGrant).where(RoleGrant.person_id == person_id(FULL_NAMES[name]))
            )


def ask(company: Company, name: str, role: Role = Role.COMPLIANCE) -> tuple[int, str]:
    """`accord roles ask`: its exit code, and what it says."""
    said = StringIO()
    console = Console(file=said, width=500)
    code = ask_for_role_command(
        company.parts.store,
        f"{name.lower()}@company.example",
        role,
        "Nora and Omar have left.",
        yes=True,
        out=console,
        errors=console,
    )
    return code, said.getvalue()


def test_one_who_is_left_confirms_what_an_operator_asks_for(offices: Offices) -> None:
    company, ines, tarik = offices.company, offices.hr, offices.company.person("Tarik")
    lose(company, "Omar", "Nora")
    code, said = ask(company, "Tarik")
    assert code == 0, said
    assert "Ines Duarte" in said
    assert offices.roles_of("Tarik") == set()
    assert "Waits" not in tarik.command("/accord roles").text

    told = ines.wait_for("Whoever runs Accord asks for a role")
    assert "Compliance: Tarik Can" in told.text
    assert "Nora and Omar have left." in told.text
    assert "one confirms it" in told.text
    told.press("Confirm")
    assert "You confirm it alone" in ines.dialog.text
    ines.dialog.fill({"Code": "000000"}).submit()
    assert "Code" in ines.dialog.errors
    ines.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert "Tarik Can holds the role Compliance now" in ines.dialog.text
    ines.dialog.close()
    assert offices.roles_of("Tarik") == {Role.COMPLIANCE}
    assert "Ines Duarte confirmed it" in tarik.wait_for("You hold the role Compliance now").text
    company.slack.settle()
    assert "Ines Duarte confirmed it, and it is done" in told.again().text
    assert len(company.acts("grant.ask")) == len(company.acts("grant.give")) == 1
    assert verify(company.parts.store.engine, company.parts.store.keyring).verdict is Verdict.INTACT
    # Two people are there again: HR asks, compliance approves.
    code, said = ask(company, "Lena")
    assert code == 1
    assert "Two people can give roles in Slack" in said


def test_whoever_could_confirm_it_can_refuse_it_and_everybody_hears_why(offices: Offices) -> None:
    company, ines = offices.company, offices.hr
    lose(company, "Omar", "Nora")
    assert ask(company, "Tarik")[0] == 0
    told = ines.wait_for("Whoever runs Accord asks for a role")
    told.press("Refuse")
    assert "Nora and Omar have left." in ines.dialog.text
    ines.dialog.fill({"Reason": "Nobody had told me."}).submit()
    assert "Tarik Can does not get the role Compliance" in ines.dialog.text
    ines.dialog.close()
    again = ines.wait_for("Ines Duarte refused it: “Nobody had told me.”")
    assert (again.ts, again.buttons) == (told.ts, [])
    assert offices.roles_of("Tarik") == set()
    assert (company.acts("grant.give"), len(company.acts("grant.end"))) == ([], 1)
    findings = [str(one) for one in rescues(company.parts.store.engine, company.parts.clock)]
    assert any("Ines Duarte refused a role" in one for one in findings)
    assert verify(company.parts.store.engine, company.parts.store.keyring).verdict is Verdict.INTACT


def test_while_two_people_are_there_nothing_is_asked_for(offices: Offices) -> None:
    code, said = ask(offices.company, "Tarik")
    assert (code, offices.company.acts("grant.ask")) == (1, [])
    assert "Two people can give roles in Slack" in said


def test_nobody_confirms_their_own_and_it_waits_for_a_week(offices: Offices) -> None:
    company, ines = offices.company, offices.hr
    lose(company, "Omar", "Nora")
    code, said = ask(company, "Ines", Role.ADMINISTRATOR)
    assert code == 1
    assert "Nobody is left who could confirm it" in said
    assert ask(company, "Tarik")[0] == 0
    first = ines.wait_for("Whoever runs Accord asks for a role")
    assert ask(company, "Lena")[0] == 0
    first.press("Confirm")
    ines.wait_for("This role no longer waits to be confirmed.")
    company.pass_days(8)
    ines.wait_for("Lena Novak").press("Confirm")
    assert company.acts("grant.give") == []
    assert len(company.acts("grant.end")) == 1


def test_others_cannot_confirm_it_and_find_it_in_german(offices: Offices) -> None:
    company, emil = offices.company, offices.company.person("Emil")
    lose(company, "Omar", "Nora")
    assert ask(company, "Emil", Role.HR)[0] == 0
    listed = emil.command("/accord rollen").text
    assert "Wer Accord betreibt, bittet darum; eine Person bestätigt sie." in listed
    told = offices.hr.wait_for("Whoever runs Accord asks for a role")
    value = next(
        one["value"]
        for block in told.blocks
        for one in block.get("elements", [])
        if one.get("action_id") == "roles:rescue"
    )
    action = {
        "type": "button",
        "action_id": "roles:rescue",
        "block_id": "late",
        "value": value,
        "text": {"type": "plain_text", "text": "Confirm"},
        "action_ts": "1.0",
    }
    jonas = company.person("Jonas")
    jonas.command("/goal")
    jonas.wait_for("You have no goals yet").press("New goal", forge={"actions": [action]})
    jonas.wait_for("You can't confirm this.")
    assert company.acts("grant.give") == []

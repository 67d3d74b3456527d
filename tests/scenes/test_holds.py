"""Legal places a hold; two people end it; nobody else learns what it is about."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.errors import Refused
from domain.holds import ReleaseHold
from domain.origin import Origin, Via
from domain.people import Role
from storage.tables.holds import LegalHold
from tests.company import person_id, slack_id
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime, set_up_codes
from tests.scenes.test_my_data import data_of
from usecases.holds import plan_release

MATTER, WHY = "File 12/26 Novak", "A claim about overtime."


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    """Mara is in legal; Nora, in compliance, approves."""
    offices = settle_offices(company, machine_time)
    name_to_role(company, "Mara", Role.LEGAL)
    offices.phones["Mara"] = set_up_codes(company.person("Mara"), machine_time)
    return offices


def place(offices: Offices, **changes: object) -> None:
    mara = offices.company.person("Mara")
    mara.command("/accord hold")
    mara.last_message().press("Place a hold")
    values = {
        "On whom": "Lena",
        "What to keep": "Everything about the person",
        "Matter": MATTER,
        "Reason": WHY,
    }
    mara.dialog.fill({**values, **changes}).submit()


def test_a_hold_is_placed_listed_opened_and_ended_by_two(offices: Offices) -> None:
    company, mara = offices.company, offices.company.person("Mara")
    place(offices)
    assert mara.dialog.text.startswith("The hold stands. Lena Novak")
    mara.dialog.close()
    nora = company.person("Nora")
    nora.command("/accord hold")
    listed = nora.last_message()
    assert "Lena Novak" in listed.text
    assert MATTER not in listed.text
    assert "Place a hold" not in listed.buttons
    listed.press("Open")
    assert MATTER in nora.dialog.text
    assert WHY in nora.dialog.text
    nora.dialog.close()
    assert len(company.acts("read.hold")) == 1

    mara.command("/accord hold")
    mara.last_message().press("Open")
    mara.dialog.fill({"Why it can end": ""}).submit()
    assert "Why it can end" in mara.dialog.errors
    mara.dialog.fill({"Why it can end": "Settled."}).submit()
    mara.dialog.fill({"Code": offices.code("Mara")}).submit()
    assert mara.dialog.text.startswith("Asked.")
    mara.dialog.close()
    wanted = offices.wanted("Nora")
    for told in (wanted, mara.wait_for("You asked for approval"), nora.home()):
        assert "a request about a legal hold" in told.text
        for kept in ("Lena", "Settled.", MATTER):
            assert kept not in told.text
    assert "Lena" not in wanted.notification
    mara.wait_for("You asked for approval").press("Read")
    assert "The legal hold on Lena Novak ends" in mara.dialog.text
    assert "Settled." in mara.dialog.text
    mara.dialog.close()
    said = offices.approve("Nora")
    assert "The legal hold on Lena Novak ends" in said
    assert "it is done" in said
    # Two openings of the hold, one of one's own request, one of somebody else's before approving.
    assert len(company.acts("read.hold")) == 4
    assert "Lena" not in mara.wait_for("What became of your request").text
    assert company.acts("hold.place") == company.acts("hold.release")
    mara.command("/accord hold")
    mara.wait_for("No legal hold stands")


@pytest.mark.parametrize(
    ("changes", "label", "words"),
    [
        ({"On whom": "Ulla Unlisted"}, "On whom", "don't know"),
        ({"On whom": "Mara"}, "On whom", "on themselves"),
        ({"Matter": "  "}, "Matter", "write something"),
        ({"Reason": "  "}, "Reason", "write something"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    offices: Offices, changes: dict[str, object], label: str, words: str
) -> None:
    place(offices, **changes)
    assert words in offices.company.person("Mara").dialog.errors[label]
    assert offices.company.acts("hold.place") == []


def test_a_dialog_sent_twice_places_one_hold(offices: Offices) -> None:
    offices.company.slack.fault("duplicate", method="view_submission", times=1)
    place(offices)
    offices.company.slack.settle()
    assert len(offices.company.acts("hold.place")) == 1


@pytest.mark.parametrize("name", ["Ines", "Omar", "Jonas", "Lena"])
def test_nobody_else_is_told_of_holds(offices: Offices, name: str) -> None:
    place(offices)
    person = offices.company.person(name)
    person.command("/accord hold")
    told = person.last_message()
    assert "for people in legal and compliance" in told.text
    assert "Lena" not in told.text
    assert told.buttons == []


def test_whoever_it_is_on_reads_nothing_of_it_by_a_role_of_theirs(offices: Offices) -> None:
    place(offices, **{"On whom": "Nora"})
    nora = offices.company.person("Nora")
    nora.command("/accord hold")
    assert "No legal hold stands" in nora.last_message().text


def test_the_file_of_whoever_it_is_on_tells_that_it_stands_and_no_reasons(offices: Offices) -> None:
    place(offices)
    mara, nora = offices.company.person("Mara"), offices.company.person("Nora")
    mara.dialog.close()
    mara.command("/accord hold")
    mara.last_message().press("Open")
    mara.dialog.fill({"Why it can end": "Zitronenfalter"}).submit()
    mara.dialog.fill({"Code": offices.code("Mara")}).submit()
    mara.dialog.close()
    offices.wanted("Nora").press("Refuse")
    nora.dialog.fill({nora.dialog.labels[0]: "Trauermantel"}).submit()
    nora.dialog.close()
    data = data_of(offices.company.person("Lena"))
    told = [one["action"] for one in data["record"]]
    assert {"hold.place", "approval.ask", "approval.refuse"} <= set(told)
    for kept in (MATTER, WHY, "Zitronenfalter", "Trauermantel"):
        assert kept not in str(data)


def test_why_the_end_of_a_hold_was_refused_stands_in_a_dialog(offices: Offices) -> None:
    place(offices)
    mara, nora = offices.company.person("Mara"), offices.company.person("Nora")
    mara.dialog.close()
    mara.command("/accord hold")
    mara.last_message().press("Open")
    mara.dialog.fill({"Why it can end": "Settled."}).submit()
    mara.dialog.fill({"Code": offices.code("Mara")}).submit()
    mara.dialog.close()
    nora.command("/accord approvals")
    assert "Lena" not in nora.last_message().text
    nora.last_message().press("Refuse")
    nora.dialog.fill({"Reason": "Lena has appealed."}).submit()
    nora.dialog.close()
    told = mara.wait_for("Nora Sand refused it.")
    assert "appealed" not in told.text
    assert len(offices.company.acts("read.hold")) == 2
    told.press("Read")
    assert "Lena has appealed." in mara.dialog.text
    assert len(offices.company.acts("read.hold")) == 3


def test_matter_and_reason_are_sealed(offices: Offices) -> None:
    place(offices)
    with offices.company.parts.store.engine.connect() as connection:
        stored = connection.execute(select(LegalHold.__table__)).mappings().one()
    assert stored["person_id"] == person_id("Lena Novak")
    assert MATTER.encode() not in stored["matter"]
    assert WHY.encode() not in stored["reason"]


def test_whoever_may_not_end_a_hold_hears_what_they_hear_where_there_is_none(
    offices: Offices,
) -> None:
    """Legal for another country, and legal who is held themselves."""
    company = offices.company
    store = company.parts.store
    place(offices)
    with store.engine.connect() as connection:
        [hold] = connection.scalars(select(LegalHold.id))
    name_to_role(company, "Jonas", Role.LEGAL, region="XX")
    name_to_role(company, "Lena", Role.LEGAL)
    command = ReleaseHold(reason="It is settled.")
    for name in ("Jonas", "Lena"):
        origin = Origin(Via.ACTION, store.clock.business(), "r-hold", slack_id(name))
        for one in (hold, uuid4()):
            with pytest.raises(Refused) as refused:
                plan_release(store, origin, one, command)
            assert refused.value.code == "hold_over"

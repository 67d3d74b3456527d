"""`/accord audit` by role: compliance without content, legal under a hold, nobody else anything."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from domain.audit import Action
from domain.people import Role
from domain.policy import Policy
from domain.retention_rules import Retention
from storage.policy import adopt
from storage.tables.audit import AuditEntry, AuditLeaf
from storage.tables.holds import LegalHold
from storage.tables.people import Person as Directory
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import agree
from tests.scenes.offices import Offices, name_to_role
from tests.scenes.test_ended_rights import change
from tests.scenes.test_holds import offices, place
from tests.scenes.test_looks import give, looks
from tests.scenes.test_my_data import data_of
from tests.slack import Person

__all__ = ["offices"]
SECRET, TITLE = "Zitronenfalter", "Trauermantel"


def a_goal(company: Company) -> None:
    """Lena's, agreed, with a value."""
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company, Title=TITLE, Target="4711")
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "4712", "What changed": SECRET}).submit()
    lena.dialog.close()


def shown(person: Person, words: str) -> str:
    """What the dialog says that the command opens; the answer beside it where there is none."""
    person.dialog.close(everything=True) if person.has_dialog else None
    said = person.command(words).text
    return person.dialog.text if person.has_dialog else said


def test_compliance_sees_who_did_what_to_a_goal_and_nothing_that_it_says(company: Company) -> None:
    a_goal(company)
    name_to_role(company, "Nora", Role.COMPLIANCE)
    nora = company.person("Nora")
    said = shown(nora, "/accord audit G-1")
    for words in (
        "Record of G-1",
        "Lena Novak proposed",
        "Jonas Brandt accepted",
        "Fields:",
        "Target",
    ):
        assert words in said
    assert re.search(r"#\d+  Lena Novak reported a value · .* · [0-9a-f]{12}", said)
    for words in (TITLE, SECRET, "4711", "4,711", "4712", "4,712"):
        assert words not in said
    assert "Nora Sand opened who did what about you and when" in looks(company.person("Lena"))
    # What is shown in full to those who may read it stays so.
    assert SECRET in shown(company.person("Jonas"), "/accord audit G-1")


def test_compliance_sees_a_person_and_an_entry_by_its_number(company: Company) -> None:
    a_goal(company)
    give(company.person("Tarik"), "Lena")
    name_to_role(company, "Nora", Role.COMPLIANCE)
    nora = company.person("Nora")
    said = shown(nora, "/accord audit @Lena")
    assert "What Lena Novak did, and what was done about them" in said
    assert "Tarik Can gave feedback" in said
    assert SECRET not in said
    number = re.findall(r"#(\d+)  Lena Novak reported a value", said)[0]
    for typed in (number, f"#{number}"):
        one = shown(nora, f"/accord audit {typed}")
        assert f"#{number}  Lena Novak reported a value" in one
        assert "G-1 · about Lena Novak" in one
        assert SECRET not in one
    assert len(company.acts("read.metadata")) == 3
    assert "nothing here that your role covers" in shown(nora, "/accord audit 99999")
    assert "nothing here that your role covers" in shown(nora, "/accord audit @Nora")


def test_the_entries_of_a_person_are_paged(company: Company) -> None:
    a_goal(company)
    name_to_role(company, "Nora", Role.COMPLIANCE)
    lena, nora = company.person("Lena"), company.person("Nora")
    for value in range(10):
        lena.command("/goal update G-1")
        lena.dialog.fill({"Value": f"471{value}"}).submit()
        lena.dialog.close()
    first = shown(nora, "/accord audit @Lena")
    assert "proposed" not in first
    nora.dialog.press("Earlier")
    assert "proposed" in nora.dialog.text


def test_a_role_for_a_region_shows_nobody_elsewhere(company: Company) -> None:
    a_goal(company)
    name_to_role(company, "Nora", Role.COMPLIANCE, region="PT")
    nora = company.person("Nora")
    with company.parts.store.engine.connect() as connection:
        last = connection.scalars(select(AuditLeaf.seq).order_by(AuditLeaf.seq.desc())).first()
    for words in ("@Lena", str(last)):
        assert "nothing here that your role covers" in shown(nora, f"/accord audit {words}")
    assert "I can't show you G-1" in shown(nora, "/accord audit G-1")
    assert company.acts("read.metadata") == []


def test_everybody_else_keeps_the_one_refusal(company: Company) -> None:
    a_goal(company)
    name_to_role(company, "Omar", Role.ADMINISTRATOR)
    for name in ("Omar", "Tarik", "Mira", "Clara"):
        person = company.person(name)
        there = {shown(person, f"/accord audit {one}") for one in ("@Lena", "@Emil", "1", "99999")}
        assert len(there) == 1
        assert "This record is for compliance" in there.pop()
    tarik = company.person("Tarik")
    refused, unknown = (shown(tarik, f"/accord audit {one}") for one in ("G-1", "G-77"))
    assert refused == unknown.replace("G-77", "G-1")
    assert company.acts("read.metadata") == company.acts("read.held") == []


def test_alone_it_names_what_it_can_show_this_reader(company: Company) -> None:
    name_to_role(company, "Nora", Role.COMPLIANCE)
    name_to_role(company, "Mara", Role.LEGAL)
    lena, nora, mara = (
        shown(company.person(one), "/accord audit") for one in ("Lena", "Nora", "Mara")
    )
    for said in (lena, nora, mara):
        for words in ("/accord audit G-12", "/accord audit policy", "/accord audit me"):
            assert words in said
    assert "@name" not in lena
    assert "/accord audit @name and /accord audit 1234" in nora
    assert "show what a hold keeps" in mara


def end_hold(company: Company) -> None:
    """As two people end it."""
    now = company.parts.clock.business()
    change(company, update(LegalHold).values(released_at=now))


def test_legal_reads_what_a_hold_keeps_for_as_long_as_it_stands(offices: Offices) -> None:
    company, mara = offices.company, offices.company.person("Mara")
    a_goal(company)
    give(company.person("Jonas"), "Lena", Kind="Evaluation")
    give(company.person("Tarik"), "Lena", Feedback="Nobody's business.")
    assert "I can't show you G-1" in shown(mara, "/accord audit G-1")
    assert "This record is for compliance" in shown(mara, "/accord audit @Lena")
    place(offices)
    said = shown(mara, "/accord audit @Lena")
    for words in ("Kept of Lena Novak", TITLE, "Feedback for an evaluation, from Jonas Brandt"):
        assert words in said
    assert "Tarik" not in said
    mara.dialog.press("Record")
    assert SECRET in mara.dialog.text
    assert "Target: 4,711" in mara.dialog.text
    mara.dialog.close()
    mara.dialog.press("Read")
    assert SECRET in mara.dialog.text
    mara.dialog.close(everything=True)
    assert TITLE in shown(mara, "/accord audit G-1")
    assert len(company.acts("read.held")) == 4
    lena = company.person("Lena")
    assert "Mara Lindt opened what a legal hold keeps of you" in looks(lena)
    lena.dialog.close(everything=True)
    assert "held" in {one["what"] for one in data_of(lena)["who_looked"]}
    assert "I can't show you" in shown(mara, "/accord audit G-99")

    stale = shown(mara, "/accord audit @Lena")
    assert TITLE in stale
    end_hold(company)
    mara.dialog.press("Record")
    assert SECRET not in mara.dialog.text
    mara.dialog.close(everything=True)
    assert "I can't show you G-1" in shown(mara, "/accord audit G-1")
    assert "This record is for compliance" in shown(mara, "/accord audit @Lena")
    assert len(company.acts("read.held")) == 5


def let_it_be_untold(company: Company) -> None:
    """Where Lena works the law forbids telling her."""
    rules = Policy(retention=Retention(holds_untold_in=("PT",)))
    lena = Directory.id == person_id("Lena Novak")
    change(company, update(Directory).where(lena).values(region="PT-11"))
    with company.parts.store.write_alone() as connection:
        adopt(connection, rules, company.parts.clock.machine())


def test_where_the_law_forbids_it_the_person_is_not_told(offices: Offices) -> None:
    company = offices.company
    a_goal(company)
    place(offices)
    shown(company.person("Mara"), "/accord audit @Lena")
    let_it_be_untold(company)
    lena = company.person("Lena")
    assert "legal hold" not in looks(lena)
    lena.dialog.close(everything=True)
    assert data_of(lena)["who_looked"] == []


@pytest.mark.parametrize(
    ("kept", "shows", "hides"),
    [
        ("Goals", (TITLE, "Target: 4,711"), (SECRET, "reported a value")),
        ("Check-ins, without support", (SECRET, "Value: 4,712"), (TITLE, "4,711")),
        ("Feedback and rounds", (), (TITLE, SECRET)),
    ],
)
def test_of_a_goal_legal_reads_what_the_hold_keeps(
    kept: str, shows: tuple[str, ...], hides: tuple[str, ...], offices: Offices
) -> None:
    a_goal(offices.company)
    place(offices, **{"What to keep": kept})
    said = shown(offices.company.person("Mara"), "/accord audit G-1")
    for words in shows:
        assert words in said
    for words in hides:
        assert words not in said


def test_nobody_reads_their_own_file_by_a_role_of_theirs(company: Company) -> None:
    """Who gave feedback about somebody in compliance is not for them to find out there."""
    name_to_role(company, "Nora", Role.COMPLIANCE)
    give(company.person("Tarik"), "Nora")
    nora = company.person("Nora")
    assert len(company.acts("feedback.give")) == 1
    said = shown(nora, "/accord audit @Tarik")
    assert "What Tarik Can did" in said
    assert "gave feedback" not in said
    with company.parts.store.engine.connect() as connection:
        given = select(AuditEntry.seq).where(AuditEntry.action == Action.FEEDBACK_GIVE)
        number = connection.scalars(given).one()
    assert "nothing here that your role covers" in shown(nora, f"/accord audit {number}")


def test_in_german(company: Company) -> None:
    a_goal(company)
    name_to_role(company, "Emil", Role.COMPLIANCE)
    said = shown(company.person("Emil"), "/accord audit G-1")
    assert "Protokoll von G-1" in said
    assert "Lena Novak hat vorgeschlagen" in said or "vorgeschlagen" in said
    assert "Felder:" in said

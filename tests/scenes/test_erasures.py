"""Two people erase what is held on somebody; the record still adds up, and no backup undoes it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, func, insert, select, update

from bot.app import open_parts
from bot.running import forget_again
from bot.settings import Settings, SettingsProblem
from domain.people import PersonState, Role
from domain.verification import Flaw, Verdict, Verification
from storage.database import is_sqlite
from storage.schema import complete_metadata
from storage.tables.audit import AuditEntry, AuditPayload
from storage.tables.erasures import ErasedValue, Erasure
from storage.tables.people import Person as PersonRow
from storage.tables.sealing import DataKey
from storage.unit_of_work import Store
from storage.verify import verify
from tests.company import person_id, slack_id
from tests.record.intruder import intruder
from tests.scenes.conftest import SECRET_KEY, Company
from tests.scenes.goals import agree
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime, set_up_codes
from tests.scenes.test_holds import place
from usecases.state_check import check_state

LENA = person_id("Lena Novak")
WORDS = "You hold the room when it gets loud."
TITLE = "First reply to customers"
# The people of this company were never imported, so nothing on record tells of them.
NEVER_IMPORTED = {"People", "Roles", "Deputies"}
TRACES = ("Novak", "lena@", slack_id("Lena Novak"), WORDS, TITLE, "Median hours")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "erasures"


@pytest.fixture
def offices(company: Company, machine_time: MachineTime, ledger: Path) -> Offices:
    """Lena has a goal and feedback; she has left. Mara is in legal."""
    store = company.parts.store
    store.anchoring = replace(store.anchoring, ledger=ledger)
    offices = settle_offices(company, machine_time)
    name_to_role(company, "Mara", Role.LEGAL)
    offices.phones["Mara"] = set_up_codes(company.person("Mara"), machine_time)
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company)
    jonas.command("/feedback @Lena")
    jonas.dialog.fill({"Feedback": WORDS, "Kind": "Support"}).submit()
    jonas.dialog.close()
    lena.wait_for("has feedback for you")
    company.slack.settle()
    leave(company)
    return offices


def leave(company: Company, **values: object) -> None:
    with company.parts.store.write_alone() as connection:
        connection.execute(
            update(PersonRow)
            .where(PersonRow.id == LENA)
            .values(**{"state": PersonState.LEFT, **values})
        )


def plan(offices: Offices, scope: str = "Everything about the person") -> str:
    """HR picks what to erase; what the dialog says then."""
    offices.hr.command("/accord erase lena@company.example")
    values = {"What to erase": scope, "Where the request is kept": "Ticket 77"}
    offices.hr.dialog.fill(values).submit()
    return offices.hr.dialog.text


def ask(offices: Offices, scope: str = "Everything about the person") -> str:
    shown = plan(offices, scope)
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert offices.hr.dialog.text.startswith("Asked."), offices.hr.dialog.text
    offices.hr.dialog.close()
    return shown


def checked(store: Store, ledger: Path | None = None) -> Verification:
    return verify(store.engine, store.keyring, ledger=ledger)


def everything_stored(store: Store) -> str:
    with store.engine.connect() as connection:
        rows: list[Sequence[object]] = []
        for table in complete_metadata().sorted_tables:
            rows += connection.execute(select(table)).all()
    return repr(rows)


def test_everything_about_a_person_is_erased_and_the_record_still_adds_up(
    offices: Offices, ledger: Path
) -> None:
    company, store = offices.company, offices.company.parts.store
    before = everything_stored(store)
    assert all(trace in before for trace in TRACES if trace != WORDS)
    shown = ask(offices)
    assert "What is held on Lena Novak is erased, for good" in shown
    assert "Goals: 1 on record" in shown
    assert "values of the record go with it." in shown
    assert not offices.admin.sees("asks for your approval")
    assert "it is done" in offices.approve("Nora")

    certificate = offices.hr.wait_for("Certificate of erasure").text
    assert str(LENA) in certificate
    assert "Ines Duarte asked for it, Nora Sand approved it" in certificate
    assert "The request: Ticket 77" in certificate
    assert "+00:00" not in certificate
    company.slack.settle()
    after = everything_stored(store)
    assert [trace for trace in TRACES if trace in after] == []
    with store.engine.connect() as connection:
        assert not connection.scalars(select(DataKey.kid).where(DataKey.subject == LENA)).all()
        name = connection.scalar(select(PersonRow.name).where(PersonRow.id == LENA))
    assert name == "Erased person"
    listed = company.person("Jonas").command("/feedback list")
    assert "Erased person" in listed.text
    assert "erased" in listed.text
    assert "Read" not in company.person("Jonas").last_message().buttons

    found = checked(store)
    assert found.verdict is Verdict.INTACT, found.finding
    state = check_state(store.engine, store.keyring, lambda _done, _whole: None)
    assert set(state.counts) == NEVER_IMPORTED
    [line] = ledger.read_text().splitlines()
    assert json.loads(line)["person"] == str(LENA)
    assert not any(trace in line for trace in TRACES)


def test_a_gap_that_no_approved_erasure_lists_is_tampering(
    offices: Offices, database_url: str
) -> None:
    store = offices.company.parts.store
    ask(offices)
    offices.approve("Nora")
    with store.engine.connect() as connection:
        [erasure] = connection.scalars(select(Erasure.id))
        seq, name = connection.execute(
            select(AuditPayload.seq, AuditPayload.name).order_by(AuditPayload.seq).limit(1)
        ).one()
    with intruder(database_url) as connection:
        # Listing it in the table alone is not enough: the entry of the record does not.
        connection.execute(insert(ErasedValue).values(seq=seq, name=name, erasure_id=erasure))
        connection.execute(
            delete(AuditPayload).where(AuditPayload.seq == seq, AuditPayload.name == name)
        )
    found = checked(store).finding
    assert found is not None
    assert (found.flaw, found.seq) == (Flaw.VALUE_MISSING, seq)


def test_an_erasure_without_its_approval_covers_no_gap(offices: Offices, database_url: str) -> None:
    """Whoever takes the values of the approval away has the erasure stand alone."""
    store = offices.company.parts.store
    ask(offices)
    offices.approve("Nora")
    [approval] = offices.company.acts("approval.give")
    with intruder(database_url) as connection:
        given = select(AuditEntry.seq).where(
            AuditEntry.object_id == approval, AuditEntry.action == "approval.give"
        )
        connection.execute(delete(AuditPayload).where(AuditPayload.seq.in_(given)))
    with store.engine.connect() as connection:
        first_gap = connection.scalar(select(func.min(ErasedValue.seq)))
    found = checked(store).finding
    assert found is not None
    # Not the approval's own gap, which comes later: what the erasure took is covered no more.
    assert (found.flaw, found.seq) == (Flaw.VALUE_MISSING, first_gap)


def test_a_hold_stops_it_and_says_only_that_it_stands(offices: Offices) -> None:
    company = offices.company
    leave(company, state=PersonState.ACTIVE)
    place(offices)
    company.person("Mara").dialog.close()
    leave(company)
    told = plan(offices)
    assert "Nothing of this can be erased now" in told
    assert "a legal hold stands" in told
    assert "File 12/26" not in told
    assert company.acts("erasure.refuse") == [LENA]
    assert company.acts("person.erase") == []


def test_a_hold_placed_after_asking_stops_what_it_keeps(offices: Offices) -> None:
    company, store = offices.company, offices.company.parts.store
    ask(offices)
    place(offices, **{"What to keep": "Goals"})
    company.person("Mara").dialog.close()
    nora = company.person("Nora")
    offices.wanted("Nora").press("Approve")
    stays = "This stays: Goals (a legal hold stands). It stays until two people"
    assert stays in nora.dialog.text
    assert "Mara Lindt can tell more." in nora.dialog.text
    nora.dialog.close()
    assert "it is done" in offices.approve("Nora")
    certificate = offices.hr.wait_for("Certificate of erasure").text
    assert stays in certificate
    assert "Mara Lindt can tell more." in certificate
    after = everything_stored(store)
    assert TITLE in after
    assert "Novak" in after
    with store.engine.connect() as connection:
        assert connection.scalars(select(DataKey.kid).where(DataKey.subject == LENA)).all()
    assert checked(store).verdict is Verdict.INTACT


def test_a_statutory_minimum_keeps_what_it_names(offices: Offices) -> None:
    leave(offices.company, region="US-CA")
    told = plan(offices, "Goals")
    assert "Nothing of this can be erased now" in told
    assert "a law wants it kept for now" in told
    assert "keeps it until" in told
    assert "29 CFR 1602.14 keeps it until" in told
    assert "Mara Lindt can tell more." in told


def test_goals_of_somebody_who_is_still_here_stay(offices: Offices) -> None:
    leave(offices.company, state=PersonState.ACTIVE)
    plan(offices, "Goals")
    assert "still works here" in offices.hr.dialog.errors["What to erase"]
    offices.hr.dialog.fill({"What to erase": "Feedback and rounds"}).submit()
    assert "is erased, for good" in offices.hr.dialog.text


def test_feedback_of_somebody_who_is_here_is_erased_and_they_hear_of_it(offices: Offices) -> None:
    company, lena = offices.company, offices.company.person("Lena")
    leave(company, state=PersonState.ACTIVE)
    there = lena.wait_for("has feedback for you")
    ask(offices, "Feedback and rounds")
    assert "Lena" not in offices.wanted("Nora").text
    offices.approve("Nora")
    told = lena.wait_for("Something that was held on you is erased").text
    assert "Feedback and rounds" in told
    assert "Ines Duarte asked for it" in told
    assert "Ticket 77" not in told
    lena.command("/feedback list")
    assert "erased" in lena.last_message().text
    assert "Read" not in lena.last_message().buttons
    there.press("Read")
    assert "What it said is erased for good." in lena.dialog.text


@pytest.mark.parametrize("name", ["Omar", "Jonas", "Mara"])
def test_nobody_else_erases(offices: Offices, name: str) -> None:
    person = offices.company.person(name)
    person.command("/accord erase lena@company.example")
    assert not person.has_dialog
    person.wait_for("Erasing is for people in HR and compliance")


def test_words_that_name_nobody_get_a_kind_answer(offices: Offices) -> None:
    offices.hr.command("/accord erase nobody@company.example")
    assert not offices.hr.has_dialog
    assert "ask HR" not in offices.hr.wait_for("don't know").text
    offices.hr.command("/accord erase")
    offices.hr.wait_for("Please say whose")
    offices.hr.command("/accord erase @Ines")
    assert not offices.hr.has_dialog
    offices.hr.wait_for("erases what is held on you")


def test_without_a_ledger_nothing_is_erased(offices: Offices) -> None:
    store = offices.company.parts.store
    ask(offices)
    store.anchoring = replace(store.anchoring, ledger=Path("/nowhere/at/all"))
    assert "nothing was changed" in offices.approve("Nora")
    assert offices.company.acts("person.erase") == []
    store.anchoring = replace(store.anchoring, ledger=None)
    offices.hr.command("/accord erase lena@company.example")
    offices.hr.wait_for("ACCORD_ERASURE_LEDGER")


def test_a_restored_backup_does_not_bring_anybody_back(
    offices: Offices, ledger: Path, tmp_path: Path
) -> None:
    store = offices.company.parts.store
    if not is_sqlite(store.engine):
        pytest.skip("the copy of a database is taken with SQLite's own means")
    backup = tmp_path / "backup.db"
    with sqlite3.connect(store.engine.url.database or "") as source:
        source.backup(target := sqlite3.connect(backup))
        target.close()
    ask(offices)
    offices.approve("Nora")
    offices.hr.wait_for("Certificate of erasure")

    settings = Settings(
        _env_file=None,
        accord_database_url=f"sqlite:///{backup}",
        accord_secret_key=SecretStr(SECRET_KEY),
        accord_erasure_ledger=ledger,
    )
    with open_parts(settings) as parts:
        assert TITLE in everything_stored(parts.store)
        forget_again(parts)
        forget_again(parts)
        after = everything_stored(parts.store)
        assert [trace for trace in TRACES if trace in after] == []
        assert checked(parts.store, ledger).verdict is Verdict.INTACT
        assert checked(parts.store).verdict is Verdict.CANNOT_TELL
        ledger.write_text(ledger.read_text().replace(str(LENA), str(person_id("Jonas Brandt"))))
        assert checked(parts.store, ledger).verdict is Verdict.BROKEN
        ledger.write_text("what is this\n")
        with pytest.raises(SettingsProblem, match="ACCORD_ERASURE_LEDGER"):
            forget_again(parts)

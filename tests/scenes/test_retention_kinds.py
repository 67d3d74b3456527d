"""Each kind of record has its time; two people purge what is over, and the record still adds up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, select, update

from bot.running import clock_origin
from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.clock import Clock
from domain.entries import Stamp
from domain.notices import SubjectType
from domain.origin import Via
from domain.people import PersonState, Role
from domain.policy import Policy
from domain.record_file import verify_file
from domain.retention_rules import Kind
from domain.sensitivity import Sensitivity
from domain.verification import Flaw, Verdict
from storage import policy
from storage.audit import append
from storage.proofs import export_lines
from storage.sealing import Opener, Sealer
from storage.tables.audit import AuditEntry, AuditPayload
from storage.tables.checkins import CheckInRow
from storage.tables.feedback import FeedbackReader, SupportFeedback
from storage.tables.goals import Goal, GoalVersion
from storage.tables.retention import Purge, PurgedBody
from tests.company import person_id
from tests.record.intruder import intruder
from tests.scenes import test_erasures
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role
from tests.scenes.test_corrections import ask as ask_for_correction
from tests.scenes.test_erasures import LENA, TITLE, checked, everything_stored, leave
from tests.scenes.test_holds import place
from tests.scenes.test_silence import MONDAY
from usecases.retention_sweep import Kept, keep_terms
from usecases.state_check import check_state

LONG_AGO = datetime(2020, 3, 2, 9, tzinfo=UTC)

ledger = test_erasures.ledger
offices = test_erasures.offices


@pytest.fixture
def old(offices: Offices) -> Offices:
    """The feedback that Lena got is from long ago, and her goal was due then. She is here again."""
    leave(offices.company, state=PersonState.ACTIVE)
    with offices.company.parts.store.write_alone() as connection:
        connection.execute(update(SupportFeedback).values(at=LONG_AGO))
        connection.execute(update(GoalVersion).values(due_date=LONG_AGO.date()))
    return offices


def sweep(company: Company) -> Kept:
    store = company.parts.store
    return keep_terms(store, clock_origin(company.parts))


def preview(offices: Offices) -> str:
    offices.hr.command("/accord retention")
    offices.hr.wait_for("Kinds of record").press("Preview")
    return offices.hr.dialog.text


def ask(offices: Offices, kind: str) -> str:
    shown = preview(offices)
    values = {"What to purge": kind, "Where the purge was decided": "Ticket 79"}
    offices.hr.dialog.fill(values).submit()
    assert "is purged, for good" in offices.hr.dialog.text, offices.hr.dialog.text
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert offices.hr.dialog.text.startswith("Asked."), offices.hr.dialog.text
    offices.hr.dialog.close(everything=True)
    return shown


def count(company: Company, table: type[object]) -> int:
    with company.parts.store.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_two_people_purge_a_kind_and_the_record_still_adds_up(old: Offices) -> None:
    company, store = old.company, old.company.parts.store
    shown = ask(old, "Feedback")
    assert "to purge: 1" in shown
    assert "Everywhere: purged after 36 months" in shown
    assert "US: kept for 12 months at least (29 CFR 1602.14)" in shown
    assert count(company, SupportFeedback) == 1
    assert "it is done" in old.approve("Nora")
    assert sweep(company).purged == 1
    assert count(company, SupportFeedback) == 0
    assert count(company, FeedbackReader) == 0
    assert company.acts("feedback.give") == []
    [purge] = company.acts("retention.purge")
    assert company.acts("retention.finish") == [purge]
    found = checked(store)
    assert found.verdict is Verdict.INTACT, found.finding
    company.slack.settle()
    assert str(purge) in old.hr.wait_for("Purged: Feedback").text
    assert sweep(company).purged == 0
    assert "Feedback (1)" not in preview(old)


def test_goals_lose_their_words_and_keep_their_number(old: Offices) -> None:
    company, store = old.company, old.company.parts.store
    assert "Such as G-1" in ask(old, "Goals that have ended")
    old.approve("Nora")
    assert sweep(company).purged == 1
    assert TITLE not in everything_stored(store)
    found = checked(store)
    assert found.verdict is Verdict.INTACT, found.finding
    state = check_state(store.engine, store.keyring, lambda _done, _whole: None)
    assert set(state.counts) == test_erasures.NEVER_IMPORTED


def test_what_a_hold_or_an_open_case_keeps_by_then_stays(old: Offices) -> None:
    company = old.company
    ask(old, "Feedback")
    place(old)
    company.person("Mara").dialog.close()
    assert "it is done" in old.approve("Nora")
    assert sweep(company).purged == 0
    assert count(company, SupportFeedback) == 1
    assert "Stayed, since something keeps it by now: 1" in old.hr.wait_for("Purged: Feedback").text
    assert "kept by a legal hold: 1" in preview(old)


def test_an_open_case_restricts_what_it_is_about(old: Offices) -> None:
    company = old.company
    ask_for_correction(company.person("Lena"))
    assert "kept while a case about it is open: 1" in preview(old)
    old.hr.dialog.close(everything=True)
    leave(company)
    shown = test_erasures.plan(old)
    assert "Nothing of this can be erased now" in shown
    assert "a case about it is open; until it is answered, it is kept" in shown


def test_a_minimum_beyond_the_maximum_is_shown_and_purges_nothing(old: Offices) -> None:
    """Somebody moved: 48 months of one place meet a law of another that wants more."""
    company = old.company
    rules: list[dict[str, object]] = [
        {"kind": "feedback_given", "region": "US", "min_months": 600, "legal_ref": "a law"},
        {"kind": "feedback_given", "max_months": 36, "legal_ref": "ours"},
    ]
    adopt(company, rules)
    leave(company, state=PersonState.ACTIVE, region="US-CA")
    assert "kept by a law beyond our own term: 1. Please ask counsel" in preview(old)
    old.hr.dialog.close()
    company.move_to(MONDAY)
    assert sweep(company).told == 1
    company.pass_days(1)
    mara = company.person("Mara")
    told = mara.wait_for("Two rules of retention contradict each other")
    told.press("Preview")
    assert "Please ask counsel" in mara.dialog.text
    assert not old.company.person("Nora").sees("contradict")


def adopt(company: Company, rules: list[dict[str, object]]) -> None:
    document = Policy.model_validate({"retention": {"rules": rules}})
    with company.parts.store.write_alone() as connection:
        policy.adopt(connection, document, LONG_AGO)


def test_those_responsible_hear_of_it_once(old: Offices) -> None:
    company = old.company
    company.move_to(MONDAY)
    assert sweep(company).told == 1
    assert sweep(company).told == 0
    company.pass_days(1)
    nora = company.person("Nora")
    told = nora.wait_for("The time of some of what Accord keeps is over")
    assert "Feedback" not in told.text
    told.press("Preview")
    assert "to purge: 1" in nora.dialog.text
    assert not old.hr.sees("The time of some of what Accord keeps")


def test_a_goal_leaves_the_lists_and_is_found_by_its_number(old: Offices) -> None:
    company, lena = old.company, old.company.person("Lena")
    lena.command("/goal list")
    lena.wait_for(TITLE)
    assert sweep(company).archived == 1
    assert sweep(company).archived == 0
    assert TITLE not in lena.command("/goal list").text
    assert TITLE in lena.command("/goal show G-1").text
    assert len(company.acts("retention.archive")) == 1


def read_long_ago(company: Company, about: UUID, times: int = 3) -> None:
    """Somebody opened something, entered as of long ago."""
    stamp = Stamp(at=LONG_AGO, via=Via.ACTION, request="r", policy=1)
    event = AuditEvent(
        Action.READ_FEEDBACK,
        Actor(ActorKind.PERSON, person_id("Jonas Brandt")),
        SubjectType.FEEDBACK,
        uuid4(),
        subject=about,
        sensitivity=Sensitivity.CONFIDENTIAL,
        fields={"why": "curious"},
    )
    store = company.parts.store
    with store.write_alone() as connection:
        append(connection, Sealer(connection, store.keyring, "2020"), stamp, [event] * times)


def purge_reads(offices: Offices) -> list[int]:
    ask(offices, "Who looked at what")
    offices.approve("Nora")
    sweep(offices.company)
    with offices.company.parts.store.engine.connect() as connection:
        return sorted(connection.scalars(select(PurgedBody.seq)))


def test_entries_of_the_access_log_go_with_their_bodies(old: Offices, database_url: str) -> None:
    company, store = old.company, old.company.parts.store
    read_long_ago(company, LENA)
    gone = purge_reads(old)
    assert len(gone) == 3
    assert company.acts("read.feedback") == []
    found = checked(store)
    assert found.verdict is Verdict.INTACT, found.finding
    with store.engine.connect() as connection:
        lines = [*export_lines(connection, None, opener=Opener(connection, store.keyring))]
        unlisted = [*export_lines(connection, None)]
    assert verify_file(lines, []).outcome.verdict is Verdict.INTACT
    altered = [*lines[:-1], lines[-1].replace(f"-{gone[-1]}".encode(), f"-{gone[-1] + 1}".encode())]
    for told in (unlisted, altered):
        outcome = verify_file(told, []).outcome.finding
        assert outcome is not None
        assert (outcome.flaw, outcome.seq) == (Flaw.BODY_MISSING, gone[0])
    # Listing another in the table is not enough: no entry of the record lists it.
    with intruder(database_url) as connection:
        [purge] = set(connection.scalars(select(PurgedBody.purge_id)))
        other = connection.execute(select(func.min(AuditEntry.seq))).scalar_one()
        connection.execute(insert(PurgedBody).values(seq=other, purge_id=purge))
        connection.execute(delete(AuditPayload).where(AuditPayload.seq == other))
        connection.execute(delete(AuditEntry).where(AuditEntry.seq == other))
    flaw = checked(store).finding
    assert flaw is not None
    assert (flaw.flaw, flaw.seq) == (Flaw.BODY_MISSING, other)


def test_a_purge_without_its_approval_covers_nothing(old: Offices, database_url: str) -> None:
    company, store = old.company, old.company.parts.store
    read_long_ago(company, LENA)
    first, *_ = purge_reads(old)
    [approval] = company.acts("approval.give")
    with intruder(database_url) as connection:
        given = select(AuditEntry.seq).where(
            AuditEntry.object_id == approval, AuditEntry.action == "approval.give"
        )
        connection.execute(delete(AuditPayload).where(AuditPayload.seq.in_(given)))
    flaw = checked(store).finding
    assert flaw is not None
    assert (flaw.flaw, flaw.seq) == (Flaw.BODY_MISSING, first)


def test_what_only_the_table_says_is_approved_takes_nothing_away(
    old: Offices, database_url: str
) -> None:
    """Somebody with the database writes a purge beside the record, or another kind into one."""
    company, store = old.company, old.company.parts.store
    ask(old, "Feedback")
    old.approve("Nora")
    with intruder(database_url) as connection:
        approved = connection.execute(select(Purge.__table__)).mappings().one()
        forged = {**approved, "id": uuid4(), "approval_id": uuid4()}
        connection.execute(insert(Purge).values(forged))
        connection.execute(
            update(Purge).where(Purge.id == approved["id"]).values(kind=Kind.GOALS.value)
        )
    assert sweep(company).purged == 0
    assert TITLE in everything_stored(store)
    assert count(company, SupportFeedback) == 1
    with intruder(database_url) as connection:
        connection.execute(
            update(Purge).where(Purge.id == approved["id"]).values(kind=Kind.FEEDBACK.value)
        )
    assert sweep(company).purged == 1
    assert checked(store).verdict is Verdict.INTACT


def test_a_policy_that_changed_meanwhile_stops_it(old: Offices) -> None:
    ask(old, "Feedback")
    adopt(old.company, [])
    assert "nothing was changed" in old.approve("Nora")
    assert sweep(old.company).purged == 0
    assert count(old.company, SupportFeedback) == 1


def test_legal_looks_and_does_not_purge(old: Offices) -> None:
    mara = old.company.person("Mara")
    mara.command("/accord retention")
    mara.wait_for("Kinds of record").press("Preview")
    assert "to purge: 1" in mara.dialog.text
    assert "What to purge" not in mara.dialog.text
    mara.dialog.close()
    omar = old.company.person("Omar")
    omar.command("/accord retention")
    omar.wait_for("Retention is for people in HR, compliance and legal")


def test_technical_rows_go_by_themselves_and_what_is_young_stays(old: Offices) -> None:
    company = old.company
    before = count(company, CheckInRow), count(company, Goal)
    assert sweep(company).forgotten == 0
    store = company.parts.store
    later = Clock(lambda: datetime.now(UTC) + timedelta(days=120))
    store.clock, kept = later, store.clock
    try:
        assert sweep(company).forgotten > 0
    finally:
        store.clock = kept
    assert (count(company, CheckInRow), count(company, Goal)) == before


def test_roles_of_a_part_see_nothing(old: Offices) -> None:
    name_to_role(old.company, "Jonas", Role.LEGAL, region="DE")
    jonas = old.company.person("Jonas")
    jonas.command("/accord retention")
    jonas.wait_for("Retention is for people in HR, compliance and legal")

"""`accord audit verify --state`: whatever is changed beside the record is found, kind by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.sql.util import find_tables

from bot.state_words import differences_told, summary
from domain.verification import Difference, Differences, Flaw, Verdict
from storage.database import open_engine
from storage.schema import complete_metadata
from storage.verify import verify
from tests.databases import Databases, Kind
from tests.record.intruder import intruder
from tests.rules.everything import everything
from tests.rules.office import KEYRING, MONDAY, Office
from usecases.state_check import check_state
from usecases.state_kinds import KINDS

TABLES: Mapping[str, Table] = complete_metadata().tables
LATER = date(2099, 1, 1)

# What is not compared, table by table, and why.
NOT_COMPARED = {
    **dict.fromkeys(
        (
            *("audit_entry", "audit_leaf", "audit_payload", "audit_head", "audit_checkpoint"),
            *("audit_anchor", "data_key", "erased_value", "purged_value", "purged_body"),
        ),
        "the record itself, and what is verified with it",
    ),
    **dict.fromkeys(
        (
            *("notice", "post", "delivery", "attempt_log", "inbound", "form_token"),
            *("pace", "destination_pace"),
            *("cadence", "digest_cadence", "check_in_prompt", "check_in_asked"),
            *("said_words", "typed_answer", "challenge", "export_link", "workspace"),
        ),
        "who is asked and told what, and when: no act of the record",
    ),
    **dict.fromkeys(("round_anonymous_answer", "round_ballot"), "nothing may lead to who answered"),
    **dict.fromkeys(
        (
            *("check_in", "check_in_answer", "support_confidence", "support_note"),
            *("support_reply", "round_reply", "round_private_answer"),
        ),
        "the record tells that somebody wrote, not where that stands; sealed words hold themselves",
    ),
    "goal_step": "repeats the record for those who read a goal",
    "goal_case": "the record tells who was asked anew, not who was asked first",
    "access_review_item": "lists what is compared itself",
    "policy_term": "repeats what the notice of a change says",
    "role_rescue": "who asked for a way back and why, beside the grant, which is compared",
    "role_rescue_refusal": "who refused one and why, beside the grant, which is compared",
    "waiting_import": "its fingerprint stands in its approval, which is compared",
    "bulk_export": "how far it is, beside its approval, which is compared",
    "reference_counter": "a number that was used fails where it is stored",
    "org_unit": "by the path that people, roles and cycles are told with",
}
WITH_THE_POLICY = {"policy_version", "policy_plan", "objection"}
WITH_GOALS = {"goal_version", "goal_value"}


@dataclass
class World:
    office: Office
    url: str

    def compared(self) -> Differences:
        return check_state(self.office.store.engine, KEYRING, lambda _done, _whole: None)

    @contextmanager
    def changed(self, table: Table) -> Iterator[Connection]:
        """Somebody at the database behind our back; afterwards the table is as it was."""
        with intruder(self.url) as connection:
            before = [dict(row) for row in connection.execute(select(table)).mappings()]
            connection.commit()
            yield connection
        with intruder(self.url) as connection:
            connection.execute(delete(table))
            connection.execute(insert(table), before)


@pytest.fixture(
    scope="module", params=[Kind.SQLITE, pytest.param(Kind.POSTGRES, marks=pytest.mark.postgres)]
)
def world(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    url = databases.fresh(request.param)
    engine = open_engine(url)
    office, _phones = everything(engine, tmp_path_factory.mktemp("ledger"))
    yield World(office, url)
    engine.dispose()
    databases.drop(url)


def test_nothing_is_found_where_nothing_was_changed(world: World) -> None:
    """An erased person, taken-back things and all."""
    assert verify(world.office.store.engine, KEYRING).verdict is Verdict.INTACT
    assert world.compared().shown == ()


# Table, the rows to change by their columns, what they become, and what is told of it.
EDITS: tuple[tuple[str, Mapping[str, object], Mapping[str, object], str], ...] = (
    ("goal", {"number": 1}, {"state": "draft"}, "G-1, state"),
    ("goal", {"number": 1}, {"state": "completed"}, "G-1, state"),
    ("goal", {"number": 2}, {"turn": "other"}, "G-2, turn"),
    ("goal", {"number": 2}, {"agreed_version": 2}, "G-2, agreed version"),
    ("goal", {"number": 2}, {"version": 1}, "G-2, version"),
    ("goal", {"number": 2}, {"counters": 0}, "G-2, counters"),
    ("goal", {"number": 1}, {"audience": "everyone"}, "G-1, audience"),
    ("goal", {"number": 1}, {"title_visible": True}, "G-1, title_visible"),
    ("goal", {"number": 1}, {"title_folded": "salaries"}, "G-1, title to search for"),
    ("goal", {"state": "paused"}, {"paused_until": LATER}, "G-3, paused_until"),
    ("goal", {"state": "superseded"}, {"successor_id": None}, "G-5, successor"),
    ("goal_share", {}, {"revoked_at": MONDAY}, "G-1, shared with"),
    ("goal_link", {}, {"contribution": 9000}, "G-2, contribution"),
    ("goal_adoption", {"state": "open"}, {"state": "adopted"}, "G-1, proposed upward"),
    ("goal_evidence", {}, {"sha256": "b" * 64}, "G-1, evidence"),
    ("change_request", {}, {"state": "declined"}, "G-1, a change"),
    ("change_request", {}, {"marked": True}, "G-1, the mark of a change"),
    ("change_terms", {"number": 1}, {"reason": "Never mind."}, "G-1, the terms of a change"),
    ("change_terms", {"number": 2}, {"changes": "{}"}, "G-1, the terms of a change"),
    ("change_approval", {}, {"approved_by_id": "Tarik Can"}, "G-1, an approval of a change"),
    ("person", {"name": "Lena Novak"}, {"state": "left"}, "state"),
    ("person", {"name": "Lena Novak"}, {"level": "executive"}, "level"),
    ("reporting_line", {"kind": "acting"}, {"valid_to": LATER}, "acting manager"),
    ("reporting_line", {"kind": "matrix"}, {"valid_to": date(2027, 3, 1)}, "matrix manager"),
    ("leave", {}, {"day_after": LATER}, "leave"),
    ("role_grant", {"role": "hr"}, {"state": "revoked"}, "state"),
    ("role_grant", {"role": "hr"}, {"valid_to": LATER}, "valid_to"),
    ("role_grant", {"role": "hr"}, {"role": "legal"}, "role"),
    ("delegation", {}, {"valid_to": LATER}, "day_after"),
    ("cycle", {}, {"ends": LATER}, "ends"),
    ("cycle", {}, {"withdrawn_because": "Never mind."}, "because"),
    ("cycle_phase", {"position": 0}, {"ends": LATER}, "phases"),
    ("announcement", {}, {"state": "draft"}, "state"),
    ("announcement", {}, {"state": "stopped"}, "state"),
    ("announcement_text", {}, {"words": "You are all dismissed."}, "text_en"),
    ("announcement_recipient", {}, {"not_for_me_at": None}, "declined"),
    ("feedback_round", {}, {"summary": "All is well."}, "summary"),
    ("feedback_round", {}, {"state": "open"}, "state"),
    ("feedback_round", {}, {"question": "Who is to go?"}, "question"),
    ("support_feedback", {}, {"audience": "hr"}, "visible_to"),
    ("evaluation_feedback", {}, {"permalink": "https://slack.example/p9"}, "permalink"),
    ("feedback_request", {}, {"withdrawn_at": MONDAY}, "withdrawn"),
    ("legal_hold", {}, {"released_at": MONDAY}, "released"),
    ("legal_hold", {}, {"scope": "goals"}, "scope"),
    ("correction", {}, {"state": "refused"}, "state"),
    ("approval", {}, {"parameters": "{}"}, "parameters"),
    ("approval", {}, {"state": "done"}, "state"),
    ("approval", {}, {"digest": b"0" * 32}, "digest"),
    ("erasure", {}, {"parts": '["goals"]'}, "certificate"),
    ("purge", {}, {"kind": "ended_goals"}, "kind"),
    ("purge", {}, {"day": LATER}, "day"),
    ("purge_batch", {}, {"ledger_line": b"0" * 32}, "line of the ledger"),
    ("access_review", {"state": "open"}, {"state": "closed"}, "state"),
    ("policy_version", {}, {"document": "{}"}, "document"),
    ("policy_plan", {}, {"state": "withdrawn"}, "state"),
    ("objection", {}, {"state": "withdrawn"}, "an objection"),
    ("objection", {}, {"state": "moot"}, "an objection"),
    ("agreement", {}, {"current": None}, "the version that counts"),
    ("agreement_version", {}, {"clauses": "1. None."}, "clauses"),
    ("agreement_version", {}, {"state": "refused"}, "state"),
    ("objection", {}, {"reason": "None at all."}, "what was objected"),
    ("policy_plan", {}, {"valid_from": MONDAY}, "valid_from"),
    ("goal_version", {"title": "First reply to customers"}, {"target": 99.0}, "target"),
    ("feedback_reader", {}, {"person_id": "Tarik Can"}, "readers"),
    ("facilitation", {}, {"facilitator_id": "Tarik Can"}, "facilitator"),
    ("mfa", {}, {"enrolled_at": None}, "set up"),
)


@pytest.mark.parametrize(
    ("table", "which", "becomes", "told"), EDITS, ids=[f"{e[0]}-{next(iter(e[2]))}" for e in EDITS]
)
def test_an_edit_is_found(
    world: World,
    table: str,
    which: Mapping[str, object],
    becomes: Mapping[str, object],
    told: str,
) -> None:
    it = TABLES[table]
    with world.changed(it) as connection:
        values = {name: _value(connection, name, value) for name, value in becomes.items()}
        these = [it.c[name] == value for name, value in which.items()]
        assert connection.execute(update(it).where(*these).values(**values)).rowcount > 0
        connection.commit()
        found = world.compared()
    assert found.shown[0].part.endswith(told)


PEOPLE_BY_NAME = ("person_id", "facilitator_id", "asked_id", "approved_by_id")


def _value(connection: Connection, name: str, value: object) -> object:
    """A person by their name, a goal by its number."""
    if name == "goal_id" and isinstance(value, int):
        goal = TABLES["goal"].c
        return connection.scalar(select(goal.id).where(goal.number == value))
    if isinstance(value, str) and name in PEOPLE_BY_NAME:
        person = TABLES["person"].c
        return connection.scalar(select(person.id).where(person.name == value))
    return value


# Of each kind of thing, and of what belongs to one, a row: without it, something is missing.
DELETED = {
    "goal": Flaw.STATE_MISSING,
    "goal_version": Flaw.STATE_MISSING,
    "goal_value": Flaw.STATE_MISSING,
    "goal_share": Flaw.STATE_MISSING,
    "goal_link": Flaw.STATE,
    "goal_adoption": Flaw.STATE_MISSING,
    "goal_evidence": Flaw.STATE_MISSING,
    "change_request": Flaw.STATE_MISSING,
    "change_terms": Flaw.STATE_MISSING,
    "change_approval": Flaw.STATE_MISSING,
    "person": Flaw.STATE_MISSING,
    "reporting_line": Flaw.STATE_MISSING,
    "leave": Flaw.STATE_MISSING,
    "role_grant": Flaw.STATE_MISSING,
    "delegation": Flaw.STATE_MISSING,
    "cycle": Flaw.STATE_MISSING,
    "cycle_phase": Flaw.STATE,
    "announcement": Flaw.STATE_MISSING,
    "announcement_text": Flaw.STATE,
    "announcement_recipient": Flaw.STATE_MISSING,
    "feedback_round": Flaw.STATE_MISSING,
    "support_feedback": Flaw.STATE_MISSING,
    "evaluation_feedback": Flaw.STATE_MISSING,
    "feedback_reader": Flaw.STATE,
    "feedback_request": Flaw.STATE_MISSING,
    "facilitation": Flaw.STATE_MISSING,
    "legal_hold": Flaw.STATE_MISSING,
    "correction": Flaw.STATE_MISSING,
    "approval": Flaw.STATE_MISSING,
    "erasure": Flaw.STATE_MISSING,
    "purge": Flaw.STATE_MISSING,
    "purge_batch": Flaw.STATE_MISSING,
    "access_review": Flaw.STATE_MISSING,
    "mfa": Flaw.STATE_MISSING,
    "policy_version": Flaw.STATE_MISSING,
    "policy_plan": Flaw.STATE_MISSING,
    "objection": Flaw.STATE_MISSING,
    "agreement": Flaw.STATE_MISSING,
    "agreement_version": Flaw.STATE_MISSING,
}


@pytest.mark.parametrize(("table", "flaw"), DELETED.items(), ids=DELETED)
def test_what_was_deleted_is_found(world: World, table: str, flaw: Flaw) -> None:
    it = TABLES[table]
    with world.changed(it) as connection:
        assert connection.execute(delete(it)).rowcount > 0
        connection.commit()
        found = world.compared()
    assert found.shown[0].flaw is flaw, str(found)


# A copy of a row under a key of its own, otherwise as here: nothing on record tells of it.
INSERTED: dict[str, tuple[Mapping[str, object], Flaw]] = {
    "goal": ({"number": 99}, Flaw.STATE_EXTRA),
    "goal_version": ({"number": 99}, Flaw.STATE_EXTRA),
    "goal_value": ({"value": 1.5}, Flaw.STATE_EXTRA),
    "goal_share": ({"person_id": "Tarik Can"}, Flaw.STATE_EXTRA),
    "goal_link": ({"goal_id": 3}, Flaw.STATE),
    "goal_adoption": ({}, Flaw.STATE_EXTRA),
    "goal_evidence": ({"permalink": "https://slack.example/p3"}, Flaw.STATE_EXTRA),
    "change_request": ({"number": 99}, Flaw.STATE_EXTRA),
    "change_terms": ({"number": 9}, Flaw.STATE_EXTRA),
    "change_approval": ({"number": 9}, Flaw.STATE_EXTRA),
    "person": (
        {"email": "m@x.example", "name": "Mallory", "slack_user": "U0MALLORY"},
        Flaw.STATE_EXTRA,
    ),
    "reporting_line": ({"kind": "matrix", "valid_to": LATER}, Flaw.STATE_EXTRA),
    "leave": ({"first_day": date(2027, 8, 1), "day_after": LATER}, Flaw.STATE_EXTRA),
    "role_grant": ({}, Flaw.STATE_EXTRA),
    "delegation": ({}, Flaw.STATE_EXTRA),
    "cycle": ({}, Flaw.STATE_EXTRA),
    "cycle_phase": ({"position": 9}, Flaw.STATE),
    "announcement": ({}, Flaw.STATE_EXTRA),
    "announcement_text": ({"language": "pt"}, Flaw.STATE),
    "feedback_round": ({"channel": "C0OTHER"}, Flaw.STATE_EXTRA),
    "support_feedback": ({}, Flaw.STATE_EXTRA),
    "evaluation_feedback": ({}, Flaw.STATE_EXTRA),
    "feedback_reader": ({"person_id": "Tarik Can"}, Flaw.STATE),
    "feedback_request": ({"asked_id": "Tarik Can"}, Flaw.STATE_EXTRA),
    "facilitation": ({}, Flaw.STATE_EXTRA),
    "legal_hold": ({}, Flaw.STATE_EXTRA),
    "correction": ({}, Flaw.STATE_EXTRA),
    "approval": ({"about_id": "new", "state": "done"}, Flaw.STATE_EXTRA),
    "erasure": ({}, Flaw.STATE_EXTRA),
    "purge": ({}, Flaw.STATE_EXTRA),
    "purge_batch": ({}, Flaw.STATE_EXTRA),
    "access_review": ({"state": "closed"}, Flaw.STATE_EXTRA),
    "mfa": ({"person_id": "Tarik Can"}, Flaw.STATE_EXTRA),
    "policy_version": ({"number": 9}, Flaw.STATE_EXTRA),
    "policy_plan": ({"number": 1}, Flaw.STATE_EXTRA),
    "objection": ({}, Flaw.STATE_EXTRA),
    "agreement": ({"number": 99}, Flaw.STATE_EXTRA),
    "agreement_version": ({"number": 9}, Flaw.STATE_EXTRA),
}


@pytest.mark.parametrize(("table", "as_here"), INSERTED.items(), ids=INSERTED)
def test_what_was_invented_is_found(
    world: World, table: str, as_here: tuple[Mapping[str, object], Flaw]
) -> None:
    it, (becomes, flaw) = TABLES[table], as_here
    with world.changed(it) as connection:
        row = connection.execute(select(it)).mappings().first()
        assert row is not None
        fresh: dict[str, object] = {"id": uuid4()} if "id" in it.c else {}
        for name, value in becomes.items():
            fresh[name] = uuid4() if value == "new" else _value(connection, name, value)
        connection.execute(insert(it).values(**{**row, **fresh}))
        connection.commit()
        found = world.compared()
    assert found.shown[0].flaw is flaw, str(found)


def test_every_table_is_compared_or_tells_why_not() -> None:
    compared = {
        one.name
        for kind in KINDS
        for statement in (kind.rows.wanted, *kind.rows.parts.values())
        for one in find_tables(statement, include_joins=True, check_columns=True)
        if one is not None
    }
    compared |= WITH_THE_POLICY | WITH_GOALS
    compared -= NOT_COMPARED.keys()
    assert compared | NOT_COMPARED.keys() == set(TABLES)
    assert compared - DELETED.keys() == set()
    # Who is told of an announcement is no part of the record; who declined it is.
    assert compared - INSERTED.keys() - {"announcement_recipient"} == set()


def test_all_of_it_is_told_by_kind_with_names_but_of_nothing_said_in_confidence(
    world: World,
) -> None:
    person, feedback, hold = TABLES["person"], TABLES["support_feedback"], TABLES["legal_hold"]
    with (
        world.changed(person) as people,
        world.changed(feedback) as told,
        world.changed(hold) as held,
    ):
        lena = person.c.name == "Lena Novak"
        people.execute(update(person).where(lena).values(name="Lena Nobody", level="executive"))
        people.commit()
        told.execute(update(feedback).values(audience="hr"))
        told.commit()
        held.execute(delete(hold))
        held.commit()
        found = world.compared()
    lines = list(differences_told(found))
    assert summary(found) == "4 differences (Legal holds 1, People 2, Feedback 1)"
    assert lines[0] == "Feedback (1)"
    assert lines[2] == "Legal holds (1)"
    assert lines[4] == "People (2)"
    assert lines[5].startswith("  Lena Novak: not as it was recorded last: ")
    assert "name (entry " in lines[5]
    assert "level (entry " in lines[5]
    assert lines[1].startswith("  feedback ")
    assert "who may read it (entry " in lines[1]
    assert lines[3].startswith("  a hold: recorded, and not there any more: entry ")
    assert "Lena" not in "".join(lines[:4])


def test_what_is_not_listed_is_counted() -> None:
    one = Difference(Flaw.STATE_EXTRA, "Roles", "role hr of", uuid4())
    lines = list(differences_told(Differences((one,), {"Roles": 7, "Goals": 2})))
    assert lines == [
        "Roles (7)",
        f"  role hr of person {one.whose}: nothing on record tells of it",
        "and 8 more",
    ]

"""Erasing a person in the database: their keys, the values sealed with them, and who they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Update,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from domain.canonical import canonical, parse_canonical
from domain.erasure import ERASED_NAME, ERASED_TITLE, KeptBecause, StoredErasure
from domain.notices import SubjectType
from domain.own_hours import ListDay
from domain.people import Employment, Member, PersonState, Standing
from domain.retention import Leaver
from domain.retention_rules import Part
from storage.change_requests import blank_changes
from storage.people import MEMBER_COLUMNS, member_from
from storage.tables.approvals import Approval
from storage.tables.audit import AuditEntry, AuditPayload
from storage.tables.checkin_support import SupportConfidence, SupportNote, SupportReply
from storage.tables.checkins import CheckInAnswer, CheckInRow, TypedAnswer
from storage.tables.conversation import SaidWords
from storage.tables.corrections import Correction
from storage.tables.erasures import ErasedValue, Erasure
from storage.tables.evidence import GoalEvidence
from storage.tables.exports import ExportLink
from storage.tables.feedback import EvaluationFeedback, SupportFeedback
from storage.tables.goals import Facilitation, Goal, GoalStep, GoalValue, GoalVersion
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Post
from storage.tables.people import Leave, Person
from storage.tables.requests import FormToken
from storage.tables.rounds import PrivateAnswer, RoundReply
from storage.tables.sealing import DataKey
from storage.tables.step_up import Challenge, Mfa

ABOUT: Mapping[SubjectType, Part] = {
    SubjectType.GOAL: Part.GOALS,
    SubjectType.FACILITATION: Part.GOALS,
    SubjectType.CHANGE_REQUEST: Part.GOALS,
    SubjectType.CHECK_IN: Part.CHECK_INS,
    SubjectType.CHECK_IN_PROMPT: Part.CHECK_INS,
    SubjectType.SUPPORT_REPLY: Part.CHECK_INS,
    SubjectType.TYPED_ANSWER: Part.CHECK_INS,
    SubjectType.FEEDBACK: Part.FEEDBACK,
    SubjectType.FEEDBACK_REQUEST: Part.FEEDBACK,
    SubjectType.ROUND: Part.FEEDBACK,
    SubjectType.ROUND_DESK: Part.FEEDBACK,
}
"""To which part an entry about a person belongs; all others tell who they are."""

AT_ONCE = 400
_MIDNIGHT = time(0)
_UNSENT = (DeliveryState.QUEUED, DeliveryState.CLAIMED)


def state_of(connection: Connection, person: UUID) -> PersonState:
    return connection.execute(select(Person.state).where(Person.id == person)).scalar_one()


def exists(connection: Connection, person: UUID) -> bool:
    return connection.execute(select(Person.id).where(Person.id == person)).first() is not None


def by_email(connection: Connection, email: str) -> Member | None:
    """Somebody in the directory, whether they are here or have left."""
    wanted = select(*MEMBER_COLUMNS).where(Person.email == email.lower())
    row = connection.execute(wanted).one_or_none()
    return None if row is None else member_from(row)


def newest_records(connection: Connection, person: UUID) -> dict[Part, date]:
    """When the newest entry about each part of the person was made, in machine time."""
    found: dict[Part, date] = {}
    rows = connection.execute(
        select(AuditEntry.object_type, func.max(AuditEntry.at))
        .where(AuditEntry.subject == person)
        .group_by(AuditEntry.object_type)
    )
    for kind, at in rows:
        part, day = ABOUT.get(kind, Part.PERSON), at.date()
        found[part] = max(day, found.get(part, day))
    return found


def things_on_record(connection: Connection, person: UUID) -> dict[Part, int]:
    """How many things about the person the record knows of, by part."""
    rows = connection.execute(
        select(AuditEntry.object_type, func.count(AuditEntry.object_id.distinct()))
        .where(AuditEntry.subject == person)
        .group_by(AuditEntry.object_type)
    )
    found: dict[Part, int] = {}
    for kind, count in rows:
        part = ABOUT.get(kind, Part.PERSON)
        found[part] = found.get(part, 0) + count
    return found


def leavers(connection: Connection) -> list[Leaver]:
    """Everybody who has left and is not erased, by id."""
    gone = PersonState.LEFT
    people = connection.execute(
        select(Person.id, Person.region, Person.leaving_on)
        .where(Person.state == gone, Person.name != ERASED_NAME)
        .order_by(Person.id)
    ).all()
    newest: dict[UUID, dict[Part, date]] = {}
    rows = connection.execute(
        select(AuditEntry.subject, AuditEntry.object_type, func.max(AuditEntry.at))
        .where(AuditEntry.subject.in_(select(Person.id).where(Person.state == gone)))
        .group_by(AuditEntry.subject, AuditEntry.object_type)
    )
    for subject, kind, at in rows:
        if subject is not None:
            part, day = ABOUT.get(kind, Part.PERSON), at.date()
            known = newest.setdefault(subject, {})
            known[part] = max(day, known.get(part, day))
    return [
        Leaver(one.id, one.region, one.leaving_on or max(made.values()), made)
        for one in people
        # Of whom nothing tells when they left, nothing tells when their time is over.
        if (made := newest.get(one.id, {})) or one.leaving_on
    ]


def values_to_erase(
    connection: Connection, person: UUID, parts: Collection[Part]
) -> list[tuple[int, str]]:
    """Entry and name of every value sealed with a key of the person, of these parts."""
    wanted = (
        select(AuditPayload.seq, AuditPayload.name, AuditEntry.object_type)
        .join(AuditEntry, AuditEntry.seq == AuditPayload.seq)
        .where(AuditPayload.kid.in_(select(DataKey.kid).where(DataKey.subject == person)))
        .order_by(AuditPayload.seq, AuditPayload.name)
    )
    return [
        (seq, name)
        for seq, name, kind in connection.execute(wanted)
        if ABOUT.get(kind, Part.PERSON) in parts
    ]


def keys_of(connection: Connection, person: UUID, parts: Collection[Part]) -> list[int]:
    """The keys that go with these parts: all of the person's with who they are, else none."""
    if Part.PERSON not in parts:
        return []
    wanted = select(DataKey.kid).where(DataKey.subject == person).order_by(DataKey.kid)
    return list(connection.scalars(wanted))


def add(
    connection: Connection,
    erasure: StoredErasure,
    values: Sequence[tuple[int, str]],
    ledger_line: bytes,
) -> None:
    """The certificate, and the list without which the database lets go of no value."""
    connection.execute(
        insert(Erasure).values(
            id=erasure.id,
            person_id=erasure.person,
            parts=canonical([part.value for part in erasure.parts]).decode(),
            kept=canonical({part.value: why.value for part, why in erasure.kept.items()}).decode(),
            approval_id=erasure.approval,
            asked_by_id=erasure.asked_by,
            approved_by_id=erasure.approved_by,
            at=erasure.at,
            value_count=erasure.values,
            ledger_line=ledger_line,
        )
    )
    if values:
        rows = [{"seq": seq, "name": name, "erasure_id": erasure.id} for seq, name in values]
        connection.execute(insert(ErasedValue), rows)


def known(connection: Connection) -> set[UUID]:
    """Erasures that this database knows of."""
    return set(connection.scalars(select(Erasure.id)))


def by_id(connection: Connection, erasure: UUID) -> StoredErasure | None:
    row = connection.execute(select(Erasure.__table__).where(Erasure.id == erasure)).one_or_none()
    if row is None:
        return None
    parts: Any = parse_canonical(row.parts.encode())
    kept: Any = parse_canonical(row.kept.encode())
    return StoredErasure(
        row.id,
        row.person_id,
        tuple(Part(one) for one in parts),
        {Part(part): KeptBecause(why) for part, why in kept.items()},
        row.approval_id,
        row.asked_by_id,
        row.approved_by_id,
        row.at,
        row.value_count,
    )


def destroy(
    connection: Connection,
    person: UUID,
    parts: Collection[Part],
    values: Sequence[tuple[int, str]],
) -> None:
    """Take it all away; `values` must have been listed by `add`. With the person, their keys go."""
    place = tuple_(AuditPayload.seq, AuditPayload.name)
    for first in range(0, len(values), AT_ONCE):
        some = values[first : first + AT_ONCE]
        connection.execute(delete(AuditPayload).where(place.in_(some)))
    for part in Part:
        if part in parts:
            for statement in _WAYS[part](person):
                connection.execute(statement)


def _goals(person: UUID) -> list[Delete | Update]:
    own = select(Goal.id).where(Goal.owner_id == person)
    blank = dict.fromkeys(
        (
            *("measure_unit", "baseline", "baseline_text", "threshold", "threshold_text"),
            *("stretch", "stretch_text", "why", "reason", "parts"),
            *("expectation", "own_capacity", "interest"),
        )
    )
    return [
        update(GoalVersion)
        .where(GoalVersion.goal_id.in_(own))
        .values(title=ERASED_TITLE, metric=ERASED_TITLE, target=0, target_text="0", **blank),
        update(Goal).where(Goal.owner_id == person).values(title_folded=ERASED_TITLE.casefold()),
        update(GoalStep).where(GoalStep.goal_id.in_(own)).values(reason=None),
        update(GoalValue)
        .where(GoalValue.goal_id.in_(own))
        .values(value=0, value_text="0", note=None),
        update(Facilitation).where(Facilitation.asker_id == person).values(note=None, answer=None),
        delete(GoalEvidence).where(GoalEvidence.goal_id.in_(own)),
        *blank_changes(own),
    ]


def _check_ins(person: UUID) -> list[Delete | Update]:
    own = select(CheckInRow.id).where(CheckInRow.owner_id == person)
    replies = or_(SupportReply.author_id == person, SupportReply.check_in_id.in_(own))
    return [
        delete(SupportNote).where(SupportNote.check_in_id.in_(own)),
        delete(SupportConfidence).where(SupportConfidence.check_in_id.in_(own)),
        update(SupportReply).where(replies).values(words=None),
        update(CheckInAnswer).where(CheckInAnswer.check_in_id.in_(own)).values(words=None),
        delete(TypedAnswer).where(TypedAnswer.person_id == person),
    ]


def _feedback(person: UUID) -> list[Delete | Update]:
    statements: list[Delete | Update] = []
    for table in (SupportFeedback, EvaluationFeedback):
        about: ColumnElement[bool] = table.about_id == person
        statements += [
            update(table).where(about).values(words=None, permalink=None),
            update(table).where(table.author_id == person).values(permalink=None),
        ]
    return [
        *statements,
        update(RoundReply).where(RoundReply.author_id == person).values(words=None),
        delete(PrivateAnswer).where(PrivateAnswer.author_id == person),
    ]


def _person(person: UUID) -> list[Delete | Update]:
    return [
        # Last of the ways: what the others have left sealed can be opened by nobody now.
        delete(DataKey).where(DataKey.subject == person),
        update(Person).where(Person.id == person).values(**_blank(person)),
        *(
            delete(table).where(table.person_id == person)
            for table in (SaidWords, ExportLink, Mfa, Challenge, FormToken, Leave)
        ),
        delete(Correction).where(Correction.asker_id == person),
        update(Approval).where(Approval.beneficiary_id == person).values(reason="", answer=None),
        update(Notice)
        .where(Notice.person_id == person, Notice.state == NoticeState.WAITING)
        .values(state=NoticeState.VOID, reason="erased"),
        update(Delivery)
        .where(Delivery.person_id == person, Delivery.state.in_(_UNSENT))
        .values(state=DeliveryState.VOID),
        update(Delivery).where(Delivery.person_id == person).values(destination=""),
        update(Post).where(Post.person_id == person).values(channel=None, ts=None, thread_ts=None),
    ]


def _blank(person: UUID) -> dict[str, object]:
    """The row of nobody in particular; its address can meet nobody else's."""
    return {
        "email": f"{person}@erased.invalid",
        "name": ERASED_NAME,
        "name_folded": ERASED_NAME.casefold(),
        "state": PersonState.LEFT,
        "employment": Employment.REGULAR,
        "fte_percent": 100,
        "working_days": "12345",
        "day_start": _MIDNIGHT,
        "timezone": "UTC",
        "locale": "",
        "standing": Standing.FULL,
        "list_day": ListDay.AS_USUAL,
        **dict.fromkeys(
            (
                *("slack_user", "dm_channel", "slack_locale", "home_opened_at", "region"),
                *("legal_entity", "org_unit_id", "start_date", "probation_until", "leaving_on"),
                *("bargaining_unit", "roster", "messages_from", "quiet_from", "quiet_to"),
            )
        ),
    }


_WAYS = {
    Part.GOALS: _goals,
    Part.CHECK_INS: _check_ins,
    Part.FEEDBACK: _feedback,
    Part.PERSON: _person,
}

"""Acts to be recorded, and a record made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue, Receipt
from domain.entries import Stamp
from domain.notices import SubjectType
from domain.origin import Via
from domain.sensitivity import Sensitivity
from storage.audit import append
from storage.database import WRITING
from storage.keyring import Keyring
from storage.sealing import Sealer

SECRET = "the secret of the organisation 32+"
KEYRING = Keyring([SECRET])
COHORT = "2026"
MARA = UUID("6f1c9a52-8a7e-4f0e-9d37-0c7d6b1a2e01")
JOHN = UUID("0b9f3f7e-52a4-4c9b-8f0a-9f6d2f3c4e02")
STAMP = Stamp(
    at=datetime(2026, 3, 2, 9, 30, 0, 120, tzinfo=UTC), via=Via.ACTION, request="r-1", policy=1
)


def an_event(
    goal: UUID,
    version: int | None = 1,
    *,
    action: Action = Action.GOAL_PROPOSE,
    actor: Actor | None = None,
    subject: UUID | None = MARA,
    sensitivity: Sensitivity = Sensitivity.INTERNAL,
    fields: Mapping[str, FieldValue] | None = None,
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=actor or Actor(ActorKind.PERSON, JOHN),
        object_type=SubjectType.GOAL,
        object_id=goal,
        object_version=version,
        subject=subject,
        sensitivity=sensitivity,
        fields={"title": "Answer within a day", "target": "24"} if fields is None else fields,
    )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction of a writer."""
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        yield connection


def record(
    engine: Engine, *events: AuditEvent, keyring: Keyring = KEYRING, stamp: Stamp = STAMP
) -> tuple[Receipt, ...]:
    """Record the events in one transaction."""
    with writing(engine) as connection:
        return append(connection, Sealer(connection, keyring, COHORT), stamp, events)


def record_a_negotiation(engine: Engine) -> UUID:
    """Six entries in four transactions: several versions, classes, actors; one without fields."""
    goal = uuid4()
    record(engine, an_event(goal, 1), an_event(goal, 2, action=Action.GOAL_COUNTER))
    record(
        engine,
        an_event(goal, 3, action=Action.GOAL_ACCEPT, fields={"state": "active", "late": False}),
        an_event(
            goal,
            None,
            action=Action.FACILITATION_ASK,
            sensitivity=Sensitivity.CONFIDENTIAL,
            fields={"note": "We do not agree on the target — please help ☕"},
        ),
    )
    clock = Actor(ActorKind.CLOCK)
    record(
        engine, an_event(uuid4(), action=Action.POLICY_ADOPT, actor=clock, subject=None, fields={})
    )
    record(engine, an_event(goal, 4, subject=None, fields={"value": None, "step": 3}))
    return goal

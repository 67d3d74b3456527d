"""What became of the organisation's goals: versions, steps, values, cadences, messages, entries.

Everybody has five goals: three active, one under discussion, one completed. Made up without regard
for its meaning is only what no benchmark reads: hashes, sealed values and the bodies of entries.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    Engine,
    String,
    cast,
    insert,
    update,
)

from benchmarks.organisation import (
    NEXT_KIND,
    PERSON,
    SLACK_NUMBER,
    Organisation,
    fill_directory,
    learn,
    manager_of,
    open_for_filling,
    person,
)
from benchmarks.sql import chosen, fill, made_up_id, numbers, one_of, the_id
from domain.audit import Action
from domain.goals import Audience, Capacity, Direction, GoalState, Rhythm, Side, StepKind
from domain.merkle import HASH_BYTES
from domain.notices import Lane, NoticeKind, SubjectType
from domain.people import Level
from domain.references import ReferenceKind
from domain.sensitivity import Sensitivity
from storage.keyring import KeyIdentity, Keyring
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf, AuditPayload
from storage.tables.checkins import Cadence, DigestCadence
from storage.tables.goals import (
    Goal,
    GoalCase,
    GoalLink,
    GoalStep,
    GoalValue,
    GoalVersion,
    ReferenceCounter,
)
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post
from storage.tables.sealing import DataKey
from storage.types import EPOCH, MICROSECOND

SECRET_KEY = "a-secret-key-for-benchmarks-long-enough"  # noqa: S105 - it keeps no secret
KEYS_AT_ONCE = 10_000

GOALS_EACH = 5
PROPOSED, COMPLETED = 3, 4
"""Which of somebody's goals, counted from 0, are not active."""
A_REPORTS_SHARE, OWN_SHARE = 1_000, 400
"""What a goal carries of its manager's, and of its owner's first, in basis points."""
VALUES = 3
ENTRIES = 2
"""Values and entries of the record for each goal."""

TITLES = (
    "First reply within half a day",
    "More customers who would recommend us",
    "The six steps of the new onboarding",
    "Returns stay where they belong",
    "Zoë's handbook is translated",
)
METRICS = ("Median first reply", "Net promoters", "Steps", "Share of returns", "Handbook")
MEASURE_UNITS = ("h", "%", None, "%", None)
DIRECTIONS = tuple(
    Direction[name] for name in ("DECREASE", "INCREASE", "MILESTONES", "RANGE", "DONE")
)
BASELINES = (9.0, 40.0, None, None, None)
THRESHOLDS = (None, None, None, 3.0, None)
TARGETS = (5.0, 55.5, 6.0, 5.0, 1.0)
AUDIENCES = (Audience.LINE, Audience.EVERYONE, Audience.UNIT, Audience.LINE, Audience.NAMED)
WHY = "Whoever waits for half a day writes a second time, and then we have two letters to answer."

GOAL, VALUE, CASE, NOTICE, POST, DELIVERY = range(NEXT_KIND, NEXT_KIND + 6)


def fill_organisation(engine: Engine, organisation: Organisation) -> None:
    """Fill the empty database at the current schema, and let it learn its statistics."""
    with open_for_filling(engine) as connection:
        for part in (
            fill_directory,
            _fill_keys,
            _fill_goals,
            _fill_versions,
            _fill_links,
            _fill_steps,
            _fill_values,
            _fill_cases,
            _fill_cadences,
            _fill_messages,
            _fill_record,
        ):
            part(connection, organisation)
            connection.commit()
    learn(engine)


class _Each:
    """A row for each goal, or `times` rows; `k` is which of its owner's goals it is."""

    def __init__(self, organisation: Organisation, times: int = 1) -> None:
        self.rows = numbers(organisation.people * GOALS_EACH * times)
        self.row = self.rows.c.i
        self.number = (self.row - 1) // times + 1
        self.time = (self.row - 1) % times
        self.i = (self.number - 1) // GOALS_EACH + 1
        self.k = (self.number - 1) % GOALS_EACH
        self.goal = made_up_id(GOAL, self.number)
        self.owner = person(self.i)
        self.decider = chosen(
            person(self.i).type, (self.i == 1, person(self.i + 1)), person(manager_of(self.i))
        )
        self.under_discussion = self.k == PROPOSED
        self.active = self.k < PROPOSED


def _before(organisation: Organisation, days: Any) -> ColumnElement[Any]:
    """A moment so many days before the present one, as it is stored."""
    now = (organisation.now - EPOCH) // MICROSECOND
    day = timedelta(days=1) // MICROSECOND
    before: ColumnElement[Any] = cast(now, BigInteger) - days * cast(day, BigInteger)
    return before


def _fill_keys(connection: Connection, organisation: Organisation) -> None:
    """A data key for everybody: the only rows that must be made outside the database."""
    keyring, cohort = Keyring([SECRET_KEY]), str(organisation.now.year)
    for first in range(1, organisation.people + 1, KEYS_AT_ONCE):
        rows = []
        for kid in range(first, min(first + KEYS_AT_ONCE, organisation.people + 1)):
            identity = KeyIdentity(kid, the_id(PERSON, kid), Sensitivity.INTERNAL, cohort)
            wrapped = keyring.wrap(identity, AESGCM.generate_key(256))
            rows.append(
                {
                    "kid": kid,
                    "subject": identity.subject,
                    "sensitivity": identity.sensitivity,
                    "cohort": cohort,
                    "wrapped": wrapped.key,
                    "wrapped_by": wrapped.wrapped_by,
                }
            )
        connection.execute(insert(DataKey), rows)


def _fill_goals(connection: Connection, organisation: Organisation) -> None:
    each = _Each(organisation)
    fill(
        connection,
        Goal,
        each.rows,
        id=each.goal,
        number=each.number,
        owner_id=each.owner,
        proposer_id=each.owner,
        state=chosen(
            Goal.state.type,
            (each.under_discussion, GoalState.PROPOSED),
            (each.active, GoalState.ACTIVE),
            GoalState.COMPLETED,
        ),
        revision=5,
        version=1,
        agreed_version=chosen(Goal.agreed_version.type, (each.under_discussion, None), 1),
        audience=one_of(each.k, Goal.audience.type, *AUDIENCES),
        title_visible=True,
        turn=chosen(Goal.turn.type, (each.under_discussion, Side.OTHER), None),
        counterpart_id=each.decider,
        capacity=chosen(Goal.capacity.type, (each.i == 1, Capacity.ROLE), Capacity.MANAGER),
        counters=0,
        turn_since=_before(organisation, 1),
        answer_by=_before(organisation, -3),
        title_folded=one_of(each.k, String(), *(title.casefold() for title in TITLES)),
    )
    last = organisation.people * GOALS_EACH
    connection.execute(insert(ReferenceCounter).values(kind=ReferenceKind.GOAL.value, last=last))


def _fill_versions(connection: Connection, organisation: Organisation) -> None:
    each = _Each(organisation)
    today = organisation.now.date()
    dates = [today + timedelta(days=days) for days in (20, 50, 80, 110)]
    column = GoalVersion.__table__.c
    fill(
        connection,
        GoalVersion,
        each.rows,
        goal_id=each.goal,
        number=1,
        author_id=each.owner,
        side=Side.OWNER,
        at=_before(organisation, 60),
        policy=1,
        title=one_of(each.k, String(), *TITLES),
        metric=one_of(each.k, String(), *METRICS),
        measure_unit=one_of(each.k, String(), *MEASURE_UNITS),
        direction=one_of(each.k, column.direction.type, *DIRECTIONS),
        baseline=one_of(each.k, column.baseline.type, *BASELINES),
        baseline_text=one_of(each.k, String(), *map(_text, BASELINES)),
        threshold=one_of(each.k, column.threshold.type, *THRESHOLDS),
        threshold_text=one_of(each.k, String(), *map(_text, THRESHOLDS)),
        target=one_of(each.k, column.target.type, *TARGETS),
        target_text=one_of(each.k, String(), *map(_text, TARGETS)),
        due_date=one_of(each.number, column.due_date.type, *dates),
        check_in_every=Rhythm.BIWEEKLY,
        template=Level.INDIVIDUAL,
        why=one_of(each.k, String(), WHY, None),
        # Everybody's first goal serves their manager's first one.
        aligned_to_id=chosen(
            column.aligned_to_id.type,
            (
                (each.k == 0) & (each.i > 1),
                made_up_id(GOAL, (manager_of(each.i) - 1) * GOALS_EACH + 1),
            ),
            None,
        ),
    )


def _fill_links(connection: Connection, organisation: Organisation) -> None:
    """Everybody's other goals serve their first one, and that their manager's: one tree of all."""
    each = _Each(organisation)
    first = (each.i - 1) * GOALS_EACH + 1
    fill(
        connection,
        GoalLink,
        each.rows,
        each.number > 1,
        goal_id=each.goal,
        parent_id=chosen(
            each.goal.type,
            (each.k == 0, made_up_id(GOAL, (manager_of(each.i) - 1) * GOALS_EACH + 1)),
            made_up_id(GOAL, first),
        ),
        contribution=chosen(GoalLink.contribution.type, (each.k == 0, A_REPORTS_SHARE), OWN_SHARE),
    )


def _text(value: float | None) -> str | None:
    return None if value is None else str(value)


def _fill_steps(connection: Connection, organisation: Organisation) -> None:
    """Proposed, accepted, then each value; of a goal under discussion, the first alone."""
    each = _Each(organisation, times=2 + VALUES)
    fill(
        connection,
        GoalStep,
        each.rows,
        ~each.under_discussion | (each.time == 0),
        goal_id=each.goal,
        number=each.time + 1,
        kind=chosen(
            GoalStep.kind.type,
            (each.time == 0, StepKind.PROPOSED),
            (each.time == 1, StepKind.ACCEPTED),
            StepKind.UPDATED,
        ),
        actor_id=chosen(each.owner.type, (each.time == 1, each.decider), each.owner),
        at=_before(organisation, 60 - 10 * each.time),
        version=1,
    )


def _fill_values(connection: Connection, organisation: Organisation) -> None:
    """On the way from what was to what is aimed at."""
    each = _Each(organisation, times=VALUES)
    value = one_of(each.k, GoalValue.value.type, *(t * 0.7 for t in TARGETS)) + (
        cast((each.row * 7919) % 1000, Double) / 250
    )
    fill(
        connection,
        GoalValue,
        each.rows,
        ~each.under_discussion,
        id=made_up_id(VALUE, each.row),
        goal_id=each.goal,
        value=value,
        value_text=cast(value, String),
        reported_by=each.owner,
        at=_before(organisation, 40 - 10 * each.time),
    )


def _fill_cases(connection: Connection, organisation: Organisation) -> None:
    each = _Each(organisation)
    fill(
        connection,
        GoalCase,
        each.rows,
        id=made_up_id(CASE, each.number),
        goal_id=each.goal,
        person_id=each.decider,
        capacity=chosen(GoalCase.capacity.type, (each.i == 1, Capacity.ROLE), Capacity.MANAGER),
        opened_at=_before(organisation, 60),
        closed_at=chosen(BigInteger(), (each.under_discussion, None), _before(organisation, 50)),
    )


def _fill_cadences(connection: Connection, organisation: Organisation) -> None:
    """Nobody is due within the next days: no benchmark waits for a sweep."""
    today = organisation.now.date()
    each = _Each(organisation)
    fill(
        connection,
        Cadence,
        each.rows,
        each.active,
        goal_id=each.goal,
        owner_id=each.owner,
        version=1,
        rhythm=Rhythm.BIWEEKLY,
        anchor=today - timedelta(days=50),
        last=today + timedelta(days=110),
        handled=today - timedelta(days=8),
        next_local=today + timedelta(days=6),
        look_at=_before(organisation, -5),
        reported_at=_before(organisation, 20),
    )
    managers = numbers(organisation.managers)
    fill(
        connection,
        DigestCadence,
        managers,
        manager_id=person(managers.c.i),
        look_at=_before(organisation, -5),
        handled=today - timedelta(days=2),
    )


def _fill_messages(connection: Connection, organisation: Organisation) -> None:
    """The owner's card of every goal, sent long ago and shown as it is."""
    each = _Each(organisation)
    to_owner: dict[str, Any] = {
        "kind": NoticeKind.GOAL_TO_OWNER,
        "person_id": each.owner,
        "subject_type": SubjectType.GOAL,
        "subject_id": each.goal,
    }
    fill(
        connection,
        Post,
        each.rows,
        id=made_up_id(POST, each.number),
        about=0,
        channel=cast("D", String) + cast(each.i + SLACK_NUMBER, String),
        ts=cast(each.number, String) + ".000100",
        wanted_rev=5,
        shown_rev=5,
        **to_owner,
    )
    fill(
        connection,
        Notice,
        each.rows,
        id=made_up_id(NOTICE, each.number),
        dedup_key=cast("benchmark:", String) + cast(each.number, String),
        lane=Lane.INTERACTIVE.value,
        subject_revision=0,
        due_at=_before(organisation, 60),
        state=NoticeState.QUEUED,
        post_id=made_up_id(POST, each.number),
        **to_owner,
    )
    fill(
        connection,
        Delivery,
        each.rows,
        uuid=made_up_id(DELIVERY, each.number),
        op=Op.POST,
        post_id=made_up_id(POST, each.number),
        destination=cast(each.i, String),
        lane=Lane.INTERACTIVE.value,
        state=DeliveryState.SENT,
        not_before=_before(organisation, 60),
        attempt=1,
        failures=0,
        looks=0,
    )


def _fill_record(connection: Connection, organisation: Organisation) -> None:
    """A tree of the right size. Its hashes are made up: what is timed is appending."""
    each = _Each(organisation, times=ENTRIES)
    size = organisation.people * GOALS_EACH * ENTRIES
    fill(connection, AuditLeaf, each.rows, seq=each.row - 1, hash=bytes(HASH_BYTES))
    fill(
        connection,
        AuditEntry,
        each.rows,
        seq=each.row - 1,
        body=bytes(600),
        at=_before(organisation, 60 - each.time),
        actor=each.owner,
        action=one_of(each.time, AuditEntry.action.type, Action.GOAL_PROPOSE, Action.GOAL_ACCEPT),
        object_type=SubjectType.GOAL,
        object_id=each.goal,
        object_version=1,
        subject=each.owner,
        sensitivity=Sensitivity.INTERNAL,
    )
    fill(
        connection,
        AuditPayload,
        each.rows,
        seq=each.row - 1,
        name="title",
        kid=each.i,
        sealed=bytes(100),
    )
    frontier = bytes(HASH_BYTES * size.bit_count())
    connection.execute(
        update(AuditHead).values(size=size, frontier=frontier, root=bytes(HASH_BYTES))
    )

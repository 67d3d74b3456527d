"""Purging things of a kind: their rows, and what the record holds of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Update,
    and_,
    delete,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from domain.audit import Action
from domain.erasure import ERASED_TITLE
from domain.notices import SubjectType
from domain.policy_versions import POLICY_ID
from domain.retention import PurgeState, StoredPurge
from storage.audit import acts_about
from storage.change_requests import blank_changes
from storage.retained import Source
from storage.retention import Key
from storage.sealing import Opener
from storage.tables.agreements import Agreement, AgreementText
from storage.tables.audit import AuditEntry, AuditPayload
from storage.tables.checkin_support import SupportConfidence, SupportNote, SupportReply
from storage.tables.checkins import (
    CheckInAnswer,
    CheckInAsked,
    CheckInPrompt,
    CheckInRow,
    TypedAnswer,
)
from storage.tables.corrections import Correction
from storage.tables.cycles import AnnouncementRecipient
from storage.tables.evidence import GoalEvidence
from storage.tables.feedback import (
    EvaluationFeedback,
    FeedbackAsked,
    FeedbackReader,
    SupportFeedback,
)
from storage.tables.goals import Facilitation, Goal, GoalStep, GoalValue, GoalVersion
from storage.tables.objections import Objection
from storage.tables.retention import Purge, PurgeBatch, PurgedBody, PurgedValue
from storage.tables.rounds import AnonymousAnswer, PrivateAnswer, RoundReply

_T = TypeVar("_T")
AT_ONCE = 400
"""Parameters of one statement, below what SQLite takes."""
_COLUMNS = (
    Purge.id,
    Purge.kind,
    Purge.day,
    Purge.policy,
    Purge.asked_at,
    Purge.approval_id,
    Purge.asked_by_id,
    Purge.approved_by_id,
    Purge.state,
    Purge.asked_count,
    Purge.thing_count,
)


def add(connection: Connection, purge: StoredPurge, approved_at: object) -> None:
    names = [column.key for column in _COLUMNS]
    told = (
        purge.id,
        purge.kind,
        purge.day,
        purge.policy,
        purge.asked_at,
        purge.approval,
        purge.asked_by,
        purge.approved_by,
        purge.state,
        purge.asked_count,
        purge.thing_count,
    )
    row = dict(zip(names, told, strict=True))
    connection.execute(insert(Purge).values(**row, approved_at=approved_at))


def by_id(connection: Connection, purge: UUID, *, lock: bool = False) -> StoredPurge | None:
    wanted = select(*_COLUMNS).where(Purge.id == purge)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else StoredPurge(*row)


def approved(connection: Connection) -> list[UUID]:
    """Purges that are not through yet, the oldest first."""
    wanted = select(Purge.id).where(Purge.state == PurgeState.APPROVED)
    return list(connection.scalars(wanted.order_by(Purge.approved_at, Purge.id)))


def count(connection: Connection, purge: UUID, more: int) -> None:
    connection.execute(
        update(Purge).where(Purge.id == purge).values(thing_count=Purge.thing_count + more)
    )


def add_batch(connection: Connection, batch: UUID, purge: UUID, ledger_line: bytes) -> None:
    connection.execute(insert(PurgeBatch).values(id=batch, purge_id=purge, ledger_line=ledger_line))


def known_batches(connection: Connection) -> set[UUID]:
    """Lines of the ledger that this database knows of."""
    return set(connection.scalars(select(PurgeBatch.id)))


def finish(connection: Connection, purge: UUID, at: object) -> None:
    connection.execute(
        update(Purge).where(Purge.id == purge).values(state=PurgeState.DONE, ended_at=at)
    )


# What the record holds of them


def values_of(connection: Connection, source: Source, keys: Sequence[Key]) -> list[tuple[int, str]]:
    """Values that go, of entries that stay: what is stored is compared with them for ever."""
    if source.name not in ("ended", "overdue"):
        return []
    goals = [key.thing for key in keys]
    facilitations = select(Facilitation.id).where(Facilitation.goal_id.in_(goals))
    about = or_(
        and_(AuditEntry.object_type == SubjectType.GOAL, AuditEntry.object_id.in_(goals)),
        and_(
            AuditEntry.object_type == SubjectType.FACILITATION,
            AuditEntry.object_id.in_(facilitations),
        ),
    )
    rows = connection.execute(
        select(AuditPayload.seq, AuditPayload.name)
        .join(AuditEntry, AuditEntry.seq == AuditPayload.seq)
        .where(about)
        .order_by(AuditPayload.seq, AuditPayload.name)
    )
    return [(seq, name) for seq, name in rows]


_OF_AGREEMENTS = (
    Action.AGREEMENT_REGISTER,
    Action.AGREEMENT_CONFIRM,
    Action.AGREEMENT_REFUSE,
    Action.AGREEMENT_WITHDRAW,
    Action.AGREEMENT_EXPIRE,
)
OBJECTIONS = (
    Action.OBJECTION_RAISE,
    Action.OBJECTION_NONE,
    Action.OBJECTION_WITHDRAW,
    Action.OBJECTION_SETTLE,
)
_ACTIONS: Mapping[str, tuple[Action, ...]] = {
    "support": (
        Action.SUPPORT_GIVE,
        Action.SUPPORT_REPLY,
        Action.SUPPORT_EDIT,
        Action.SUPPORT_WITHDRAW,
    ),
    "support_feedback": (Action.FEEDBACK_GIVE, Action.FEEDBACK_SAVE, Action.FEEDBACK_UNDO),
    "evaluation_feedback": (Action.FEEDBACK_GIVE, Action.FEEDBACK_SAVE, Action.FEEDBACK_UNDO),
    "requests": (Action.FEEDBACK_ASK, Action.FEEDBACK_UNASK),
    "replies": (Action.ROUND_ANSWER, Action.ROUND_EDIT, Action.ROUND_WITHDRAW),
    "private": (Action.ROUND_ANSWER, Action.ROUND_EDIT, Action.ROUND_WITHDRAW),
    "anonymous": (Action.ROUND_ANSWER,),
    "recipients": (Action.ANNOUNCEMENT_DECLINE, Action.ANNOUNCEMENT_TAKE_UP),
    "corrections": (
        Action.CORRECTION_ASK,
        Action.CORRECTION_ANSWER,
        Action.CORRECTION_ESCALATE,
    ),
    "agreements": _OF_AGREEMENTS,
    "never_agreed": _OF_AGREEMENTS,
}
"""Acts that told of a thing and of nothing else: their entries go with it."""


def bodies_of(
    connection: Connection, opener: Opener, source: Source, keys: Sequence[Key]
) -> list[int]:
    """Numbers of entries whose bodies go. Before the things themselves are gone.

    Raise SealingError where what they say would have to be opened to know, and cannot be.
    """
    if source.name == "reads":
        return sorted(key.thing for key in keys)
    if source.name == "objections":
        return _of_objections(connection, opener, {str(key.thing) for key in keys})
    if source.name not in _ACTIONS:
        return []
    wanted = select(AuditEntry.seq).where(
        AuditEntry.action.in_(_ACTIONS[source.name]), _about(source, keys)
    )
    return list(connection.scalars(wanted.order_by(AuditEntry.seq)))


def _of_objections(connection: Connection, opener: Opener, wanted: Collection[str]) -> list[int]:
    """Their entries are about the policy; which objection it was stands in a value."""
    acts = acts_about(connection, opener, SubjectType.POLICY, [POLICY_ID], OBJECTIONS)[POLICY_ID]
    return [act.receipt.seq for act in acts if act.fields.get("objection") in wanted]


def _about(source: Source, keys: Sequence[Key]) -> ColumnElement[bool]:
    things = [key.thing for key in keys]
    if source.per_person:
        return tuple_(AuditEntry.object_id, AuditEntry.actor).in_(_pairs(keys))
    if source.name == "replies":
        answered = select(RoundReply.round_id, RoundReply.author_id).where(
            RoundReply.id.in_(things)
        )
        return tuple_(AuditEntry.object_id, AuditEntry.actor).in_(answered)
    if source.name == "anonymous":
        rounds = select(AnonymousAnswer.round_id).where(AnonymousAnswer.id.in_(things))
        return and_(AuditEntry.actor.is_(None), AuditEntry.object_id.in_(rounds))
    if source.name == "support":
        replies = select(SupportReply.id).where(SupportReply.check_in_id.in_(things))
        return or_(AuditEntry.object_id.in_(things), AuditEntry.object_id.in_(replies))
    return AuditEntry.object_id.in_(things)


def take_from_record(
    connection: Connection,
    purge: UUID,
    values: Sequence[tuple[int, str]],
    bodies: Sequence[int],
) -> None:
    """List what goes, without which the database lets go of nothing, then take it away."""
    for some in _parts(values):
        rows = [{"seq": seq, "name": name, "purge_id": purge} for seq, name in some]
        connection.execute(insert(PurgedValue), rows)
        place = tuple_(AuditPayload.seq, AuditPayload.name)
        connection.execute(delete(AuditPayload).where(place.in_(some)))
    for numbers in _parts(bodies):
        connection.execute(insert(PurgedBody), [{"seq": seq, "purge_id": purge} for seq in numbers])
        connection.execute(delete(AuditPayload).where(AuditPayload.seq.in_(numbers)))
        connection.execute(delete(AuditEntry).where(AuditEntry.seq.in_(numbers)))


def _parts(everything: Sequence[_T]) -> Iterable[Sequence[_T]]:
    for first in range(0, len(everything), AT_ONCE):
        yield everything[first : first + AT_ONCE]


# The things themselves


def destroy(connection: Connection, source: Source, keys: Sequence[Key]) -> None:
    for statement in _WAYS[source.name](keys):
        connection.execute(statement)


def _things(keys: Sequence[Key]) -> list[Any]:
    return [key.thing for key in keys]


def _pairs(keys: Sequence[Key]) -> list[tuple[Any, UUID | None]]:
    return [(key.thing, key.person) for key in keys]


def _goals(keys: Sequence[Key]) -> list[Delete | Update]:
    """Number, owner and steps stay, since other goals and the record refer to them."""
    goals = _things(keys)
    blank = dict.fromkeys(
        (
            *("measure_unit", "baseline", "baseline_text", "threshold", "threshold_text"),
            *("stretch", "stretch_text", "why", "reason", "parts"),
            *("expectation", "own_capacity", "interest"),
        )
    )
    return [
        update(GoalVersion)
        .where(GoalVersion.goal_id.in_(goals))
        .values(title=ERASED_TITLE, metric=ERASED_TITLE, target=0, target_text="0", **blank),
        update(Goal).where(Goal.id.in_(goals)).values(title_folded=ERASED_TITLE.casefold()),
        update(GoalStep).where(GoalStep.goal_id.in_(goals)).values(reason=None),
        update(GoalValue)
        .where(GoalValue.goal_id.in_(goals))
        .values(value=0, value_text="0", note=None),
        update(Facilitation).where(Facilitation.goal_id.in_(goals)).values(note=None, answer=None),
        delete(GoalEvidence).where(GoalEvidence.goal_id.in_(goals)),
        *blank_changes(goals),
    ]


def _support(keys: Sequence[Key]) -> list[Delete | Update]:
    return [
        delete(table).where(table.check_in_id.in_(_things(keys)))
        for table in (SupportNote, SupportConfidence, SupportReply)
    ]


def _check_ins(keys: Sequence[Key]) -> list[Delete | Update]:
    gone = _things(keys)
    return [
        *(
            delete(table).where(table.check_in_id.in_(gone))
            for table in (CheckInAnswer, CheckInAsked, TypedAnswer)
        ),
        delete(CheckInRow).where(CheckInRow.id.in_(gone)),
    ]


def _prompts(keys: Sequence[Key]) -> list[Delete | Update]:
    gone = _things(keys)
    return [
        delete(CheckInAsked).where(CheckInAsked.prompt_id.in_(gone)),
        delete(CheckInPrompt).where(CheckInPrompt.id.in_(gone)),
    ]


def _feedback(
    table: type[SupportFeedback | EvaluationFeedback],
) -> Callable[[Sequence[Key]], list[Delete | Update]]:
    return lambda keys: [
        delete(FeedbackReader).where(FeedbackReader.feedback_id.in_(_things(keys))),
        delete(table).where(table.id.in_(_things(keys))),
    ]


def _rows(
    table: type[
        TypedAnswer | FeedbackAsked | RoundReply | AnonymousAnswer | Correction | Objection
    ],
) -> Callable[[Sequence[Key]], list[Delete | Update]]:
    return lambda keys: [delete(table).where(table.id.in_(_things(keys)))]


def _private(keys: Sequence[Key]) -> list[Delete | Update]:
    place = tuple_(PrivateAnswer.round_id, PrivateAnswer.author_id)
    return [delete(PrivateAnswer).where(place.in_(_pairs(keys)))]


def _recipients(keys: Sequence[Key]) -> list[Delete | Update]:
    place = tuple_(AnnouncementRecipient.announcement_id, AnnouncementRecipient.person_id)
    return [delete(AnnouncementRecipient).where(place.in_(_pairs(keys)))]


def _agreements(keys: Sequence[Key]) -> list[Delete | Update]:
    gone = _things(keys)
    return [
        delete(AgreementText).where(AgreementText.agreement_id.in_(gone)),
        delete(Agreement).where(Agreement.id.in_(gone)),
    ]


def _nothing_else(_keys: Sequence[Key]) -> list[Delete | Update]:
    """Entries of the record are all there is."""
    return []


_WAYS: Mapping[str, Callable[[Sequence[Key]], list[Delete | Update]]] = {
    "ended": _goals,
    "overdue": _goals,
    "support": _support,
    "check_ins": _check_ins,
    "typed": _rows(TypedAnswer),
    "prompts": _prompts,
    "support_feedback": _feedback(SupportFeedback),
    "evaluation_feedback": _feedback(EvaluationFeedback),
    "requests": _rows(FeedbackAsked),
    "replies": _rows(RoundReply),
    "private": _private,
    "anonymous": _rows(AnonymousAnswer),
    "recipients": _recipients,
    "corrections": _rows(Correction),
    "agreements": _agreements,
    "never_agreed": _agreements,
    "objections": _rows(Objection),
    "reads": _nothing_else,
}

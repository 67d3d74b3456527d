"""Everything held on a person, read in one go for them alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, and_, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import KeyedColumnElement

from domain.references import ReferenceKind, reference_text
from storage.holdings import HOLDINGS, Holding, feedback_shared_with
from storage.keyring import KeyGone
from storage.sealing import Opener
from storage.tables.checkin_support import SupportReply
from storage.tables.checkins import CheckInRow
from storage.tables.cycles import Cycle, CyclePhase
from storage.tables.feedback import EvaluationFeedback, FeedbackReader, SupportFeedback
from storage.tables.goals import Goal
from storage.tables.people import OrgUnit, Person
from storage.tables.rounds import Round

Plain = str | int | float | bool | None
PlainRow = dict[str, Plain]
AT_ONCE = 500
_FEEDBACK = (SupportFeedback, EvaluationFeedback)
_FEEDBACK_NAMED = "feedback of either kind"


def held_on(connection: Connection, opener: Opener, person: UUID) -> dict[str, list[PlainRow]]:
    """All rows about the person by section, sealed words opened, ids of things as their names."""
    found = [(one, list(_rows(connection, one, person))) for one in HOLDINGS]
    names = _Names(connection, found)
    sections: dict[str, list[PlainRow]] = {}
    for holding, rows in found:
        section = sections.setdefault(holding.section, [])
        section += [_plain_row(holding, row, opener, names) for row in rows]
    return sections


def _rows(connection: Connection, holding: Holding, person: UUID) -> Iterator[Mapping[str, Any]]:
    table = holding.table.__table__
    wanted = select(table).where(holding.of(person))
    moment = table.c.get("at")
    order = list(table.primary_key) if moment is None else [moment, *table.primary_key]
    for row in connection.execute(wanted.order_by(*order)):
        yield dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name


def _plain_row(holding: Holding, row: Mapping[str, Any], opener: Opener, names: _Names) -> PlainRow:
    plain: PlainRow = dict(holding.also)
    for name in holding.shown:
        column, value = holding.table.__table__.c[name], row[name]
        if isinstance(column.type, LargeBinary):
            plain[name] = _opened(holding, row, value, opener)
        elif name == "number" and holding.table is Goal:
            plain["goal"] = reference_text(ReferenceKind.GOAL, value)
        else:
            plain[name.removesuffix("_id")] = names.named(column, value)
    return plain


def _opened(
    holding: Holding, row: Mapping[str, Any], blob: bytes | None, opener: Opener
) -> str | None:
    """The sealed words; None for those that were taken back or erased."""
    if blob is None or holding.place is None:
        return None
    try:
        return opener.open(holding.place(row), blob)
    except KeyGone:
        return None


class _Names:
    """What the things are called that rows only have the ids of."""

    def __init__(
        self, connection: Connection, found: Sequence[tuple[Holding, list[Mapping[str, Any]]]]
    ) -> None:
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for holding, rows in found:
            for name in holding.shown:
                target = _target(holding.table.__table__.c[name])
                if target in _NAMES or target == _FEEDBACK_NAMED:
                    wanted[target].update(row[name] for row in rows if row[name] is not None)
        read = wanted.pop(_FEEDBACK_NAMED, set())
        self._names = {target: _named(connection, target, ids) for target, ids in wanted.items()}
        self._names[_FEEDBACK_NAMED] = feedback_named(connection, read)

    def named(self, column: KeyedColumnElement[Any], value: Any) -> Plain:
        if value is None:
            return None
        names = self._names.get(_target(column), {})
        return names.get(value) or plain(value)


def plain(value: Any) -> Plain:
    """A stored value as it stands in a file."""
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _target(column: KeyedColumnElement[Any]) -> str:
    """The table that a column's ids are of, empty for none."""
    if column.table is FeedbackReader.__table__ and column.name == "feedback_id":
        return _FEEDBACK_NAMED  # of either kind, so that no key leads there
    return next((key.column.table.name for key in column.foreign_keys), "")


def feedback_named(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Feedback by its giver, whom it is about, and when it was given, as its own rows have them."""
    left, found = iter(sorted(ids)), {}
    giver, about = aliased(Person), aliased(Person)
    while some := list(islice(left, AT_ONCE)):
        for table in _FEEDBACK:
            rows = connection.execute(
                select(table.id, giver.name, about.name, table.at)
                .join(giver, giver.id == table.giver_id)
                .join(about, about.id == table.about_id)
                .where(table.id.in_(some))
            )
            for one, by, whom, at in rows:
                found[one] = f"from {by} about {whom}, {at.isoformat()}"
    return found


# How things of a table are called: their id, and one column or more.
_NAMES: Mapping[str, tuple[Any, ...]] = {
    "person": (Person.id, Person.name),
    "goal": (Goal.id, Goal.number),
    "org_unit": (OrgUnit.id, OrgUnit.path),
    "feedback_round": (Round.id, Round.topic),
    "cycle": (Cycle.id, Cycle.name),
    "cycle_phase": (CyclePhase.id, CyclePhase.act),
}


def _named(connection: Connection, target: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    key, name = _NAMES[target]
    left, found = iter(sorted(ids)), {}
    while some := list(islice(left, AT_ONCE)):
        for one, called in connection.execute(select(key, name).where(key.in_(some))):
            is_goal = target == "goal"
            found[one] = reference_text(ReferenceKind.GOAL, called) if is_goal else str(called)
    return found


def feedback_not_shared(connection: Connection, person: UUID) -> int:
    """How much feedback there is about the person that its giver did not let them read."""
    return sum(
        connection.execute(
            select(func.count())
            .select_from(table)
            .where(
                table.about_id == person,
                table.withdrawn_at.is_(None),
                ~select(FeedbackReader.person_id)
                .where(FeedbackReader.feedback_id == table.id, FeedbackReader.person_id == person)
                .exists(),
            )
        ).scalar_one()
        for table in _FEEDBACK
    )


def shared_feedback(connection: Connection, person: UUID) -> set[UUID]:
    """Feedback about the person that they may read, and have opened."""
    return {
        found
        for table in _FEEDBACK
        for found in connection.scalars(select(table.id).where(feedback_shared_with(table, person)))
    }


def open_everything(
    connection: Connection, person: UUID, at: datetime
) -> tuple[list[UUID], list[UUID]]:
    """The person reads all that is for them at once; returns the feedback and replies new to them.

    Business time. From now on their writers can no longer take them back as unread.
    """
    to_read = or_(
        *(
            FeedbackReader.feedback_id.in_(
                select(table.id).where(table.about_id == person, table.withdrawn_at.is_(None))
            )
            for table in _FEEDBACK
        )
    )
    feedback = connection.scalars(
        update(FeedbackReader)
        .where(FeedbackReader.person_id == person, FeedbackReader.read_at.is_(None), to_read)
        .values(read_at=at)
        .returning(FeedbackReader.feedback_id)
    ).all()
    own = select(CheckInRow.id).where(CheckInRow.owner_id == person)
    replies = connection.scalars(
        update(SupportReply)
        .where(
            and_(
                SupportReply.reader_id == person,
                SupportReply.read_at.is_(None),
                SupportReply.withdrawn_at.is_(None),
                SupportReply.check_in_id.in_(own),
            )
        )
        .values(read_at=at)
        .returning(SupportReply.id)
    ).all()
    return list(feedback), list(replies)

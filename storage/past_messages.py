"""Messages about what is entered long after it happened: nobody is told of it any more.

Their notices are kept as void, so that none is sent later after all. Those that stand in Slack
already (an imported conversation, the past of a demo) become posts there: buttons work, replies are
understood, and they change in place like any other message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.notices import NewNotice, NoticeKind, SubjectType
from storage.conflicts import insert_new
from storage.errands import learn_dm_channel
from storage.handover import notice_row
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post

LONG_AGO = "long_ago"
"""Why a notice is void."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A notice of which nobody was told; fields as in `NewNotice`."""

    id: UUID
    kind: NoticeKind
    person: UUID | None
    channel: str | None
    thread_ts: str | None
    subject_type: SubjectType
    subject: UUID
    subject_revision: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the message of a notice stands in Slack."""

    notice: Untold
    channel: str
    ts: str


def keep_untold(connection: Connection, notices: Iterable[NewNotice]) -> None:
    """Store notices, each once per `dedup_key`, of which nobody is to be told."""
    never = {"state": NoticeState.VOID, "reason": LONG_AGO}
    rows = [notice_row(uuid4(), notice) | never for notice in notices]
    connection.execute(insert_new(connection, Notice), rows)


def untold(
    connection: Connection, kind: NoticeKind | None = None, subject: UUID | None = None
) -> list[Untold]:
    """Notices of which nobody was told, in the order in which they were due."""
    wanted = select(
        Notice.id,
        Notice.kind,
        Notice.person_id,
        Notice.channel,
        Notice.thread_ts,
        Notice.subject_type,
        Notice.subject_id,
        Notice.subject_revision,
        Notice.due_at,
    ).where(Notice.reason == LONG_AGO)
    if kind is not None:
        wanted = wanted.where(Notice.kind == kind)
    if subject is not None:
        wanted = wanted.where(Notice.subject_id == subject)
    rows = connection.execute(wanted.order_by(Notice.due_at, Notice.dedup_key))
    return [Untold(*row) for row in rows]


def place(connection: Connection, placed: Sequence[Placed], machine_now: datetime) -> None:
    """These messages stand in Slack as they are now: from here on they are like any other."""
    if not placed:
        return
    posts = {one.notice.id: uuid4() for one in placed}
    connection.execute(
        insert(Post),
        [
            {
                "id": posts[one.notice.id],
                "kind": one.notice.kind,
                "subject_type": one.notice.subject_type,
                "subject_id": one.notice.subject,
                "person_id": one.notice.person,
                "about": one.notice.subject_revision,
                "channel": one.channel,
                "thread_ts": one.notice.thread_ts,
                "ts": one.ts,
                "wanted_rev": 1,
                "shown_rev": 1,
            }
            for one in placed
        ],
    )
    connection.execute(
        insert(Delivery),
        [
            {
                "uuid": uuid4(),
                "op": Op.POST,
                "post_id": posts[one.notice.id],
                "destination": str(one.notice.person or f"channel:{one.channel}"),
                "lane": 0,
                "state": DeliveryState.SENT,
                "not_before": machine_now,
                "attempt": 0,
                "failures": 0,
                "looks": 0,
            }
            for one in placed
        ],
    )
    connection.execute(
        update(Notice)
        .where(Notice.id == bindparam("notice"))
        .values(state=NoticeState.QUEUED, reason=None, post_id=bindparam("post")),
        [{"notice": notice, "post": post} for notice, post in posts.items()],
    )
    for person, channel in {one.notice.person: one.channel for one in placed}.items():
        if person is not None:
            learn_dm_channel(connection, person, channel)


def take_away(connection: Connection, placed: Sequence[Placed]) -> None:
    """These messages do not stand in Slack after all; nobody is told of them either."""
    notices = [one.notice.id for one in placed]
    posts = list(connection.scalars(select(Notice.post_id).where(Notice.id.in_(notices))))
    connection.execute(
        update(Notice)
        .where(Notice.id.in_(notices))
        .values(state=NoticeState.VOID, reason=LONG_AGO, post_id=None)
    )
    connection.execute(delete(Delivery).where(Delivery.post_id.in_(posts)))
    connection.execute(delete(Post).where(Post.id.in_(posts)))

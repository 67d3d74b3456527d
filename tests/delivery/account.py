"""What people were to be told, against what Slack shows: lost, twice, retracted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, func, select

from domain.announcements import RecipientState
from domain.notices import NoticeKind
from scheduler import marker
from storage.tables.cycles import AnnouncementRecipient
from storage.tables.outbox import AttemptLog, Delivery, DeliveryState, Notice, NoticeState, Op
from tests.slack import SlackWorkspace

# What the tests send; what else comes by itself, such as to an announcement's author, is no wish.
WANTED = (NoticeKind.NOT_LISTED, NoticeKind.ANNOUNCEMENT)
# How an attempt can end so that everybody knows whether Slack has the message.
CLEAR = ("sent", "too_slow", "ratelimited", "unreachable")
HISTORY = ("conversations.history", "conversations.replies")
OF_DELIVERY = ("chat.postMessage", "chat.update", "chat.delete", "conversations.open", *HISTORY)
OPEN = set(DeliveryState) - {DeliveryState.SENT, DeliveryState.VOID, DeliveryState.DEAD}


@dataclass(frozen=True, slots=True)
class Account:
    """Of one run, from the database and from what Slack took in."""

    wanted: int
    """Messages that somebody was to get, each once."""
    lost: int
    duplicates: int
    """Messages that stand in Slack beside the one that was wanted."""
    retracted: int
    """Duplicates that were taken back."""
    unknown: int
    """Messages in Slack that no delivery stands for."""
    dead: int
    limited: int
    """Calls of delivery that Slack answered with 429."""
    uncertain: int
    """Posts whose fate was unknown at least once."""
    history: int
    """Calls that read Slack's history."""

    @property
    def flawless(self) -> bool:
        return not (self.lost or self.duplicates or self.unknown or self.dead)


def account(engine: Engine, slack: SlackWorkspace) -> Account:
    log = slack.log()
    took_in = [one for one in log if one["outcome"] == "ok"]
    deleted = {
        (one["args"]["channel"], one["args"]["ts"])
        for one in took_in
        if one["method"] == "chat.delete"
    }
    shown: Counter[UUID | None] = Counter()
    for one in took_in:
        if one["method"] == "chat.postMessage":
            answer = one["answer"]
            if (answer["channel"], answer["ts"]) not in deleted:
                shown[marker.delivery_of(one["args"])] += 1
    with engine.connect() as connection:
        wanted = connection.execute(
            select(Notice.id, Delivery.uuid)
            .outerjoin(
                Delivery,
                (Delivery.post_id == Notice.post_id) & (Delivery.op == Op.POST),
            )
            .where(Notice.kind.in_(WANTED))
        ).all()
        known = set(connection.scalars(select(Delivery.uuid)))
        dead = connection.execute(
            select(func.count()).where(Delivery.state == DeliveryState.DEAD)
        ).scalar_one()
        uncertain = connection.execute(
            select(func.count(AttemptLog.delivery_id.distinct())).where(
                AttemptLog.outcome.not_in(CLEAR)
            )
        ).scalar_one()
    got: Counter[UUID] = Counter({notice: 0 for notice, _ in wanted})
    for notice, uuid in wanted:
        got[notice] += shown[uuid]
    return Account(
        wanted=len(got),
        lost=sum(times == 0 for times in got.values()),
        duplicates=sum(times - 1 for times in shown.values() if times > 1),
        retracted=len(deleted),
        unknown=sum(times for uuid, times in shown.items() if uuid not in known),
        dead=dead,
        limited=sum(
            one["outcome"] in ("ratelimited", "rate_limited") and one["method"] in OF_DELIVERY
            for one in log
        ),
        uncertain=uncertain,
        history=sum(one["method"] in HISTORY for one in log),
    )


def sent_of_wanted(engine: Engine) -> int:
    """How many of the messages wanted are known to be in Slack."""
    with engine.connect() as connection:
        return connection.execute(
            select(func.count())
            .select_from(Notice)
            .join(Delivery, Delivery.post_id == Notice.post_id)
            .where(
                Notice.kind.in_(WANTED),
                Delivery.op == Op.POST,
                Delivery.state == DeliveryState.SENT,
            )
        ).scalar_one()


def anything_open(engine: Engine) -> bool:
    """Whether somebody still waits for a message, however far it is."""
    still = (
        select(Delivery.id).where(Delivery.state.in_(OPEN)),
        select(Notice.id).where(Notice.state == NoticeState.WAITING),
        select(AnnouncementRecipient.person_id).where(
            AnnouncementRecipient.state.in_((RecipientState.WAITING, RecipientState.HANDED))
        ),
    )
    with engine.connect() as connection:
        return any(connection.execute(one.limit(1)).first() is not None for one in still)

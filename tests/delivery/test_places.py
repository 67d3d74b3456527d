"""What is for one person never reaches a channel, whoever tries."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import insert

from domain.notices import (
    PUBLIC_KINDS,
    Lane,
    NewNotice,
    NoticeKind,
    SubjectType,
    WrongPlace,
    is_direct,
)
from storage.tables.outbox import Delivery, DeliveryState, Op, Post
from tests.delivery.post_office import PostOffice

PRIVATE_KINDS = sorted(set(NoticeKind) - PUBLIC_KINDS)


def intend(kind: NoticeKind, channel: str) -> NewNotice:
    now = datetime(2027, 3, 1, tzinfo=UTC)
    return NewNotice(
        kind, "key", None, Lane.INTERACTIVE, SubjectType.ROUND, uuid4(), now, channel=channel
    )


@pytest.mark.parametrize("kind", PRIVATE_KINDS)
def test_no_message_for_one_person_can_be_meant_for_a_channel(kind: NoticeKind) -> None:
    for channel in ("C0RELEASE", "G0PRIVATE"):
        with pytest.raises(WrongPlace):
            intend(kind, channel)
    assert intend(kind, "D0LENA").channel == "D0LENA"


def test_what_may_stand_in_a_channel_is_known_by_name() -> None:
    assert {"round_question", "round_summary", "audit_checkpoint"} == PUBLIC_KINDS
    assert [is_direct(place) for place in ("U1", "W1", "D1", "C1", "G1")] == [True] * 3 + [
        False
    ] * 2


def test_a_message_that_got_past_is_stopped_before_it_is_sent(office: PostOffice) -> None:
    post = uuid4()
    with office.writing() as connection:
        connection.execute(
            insert(Post).values(
                id=post,
                kind=NoticeKind.FEEDBACK_THERE,
                subject_type=SubjectType.FEEDBACK,
                subject_id=uuid4(),
                about=0,
                channel="C1",
                wanted_rev=1,
                shown_rev=0,
            )
        )
        connection.execute(
            insert(Delivery).values(
                uuid=uuid4(),
                op=Op.POST,
                post_id=post,
                destination="channel:C1",
                lane=0,
                state=DeliveryState.QUEUED,
                not_before=office.now,
                attempt=0,
                failures=0,
                looks=0,
            )
        )
    office.delivery().deliver_until_idle()
    assert office.states() == [DeliveryState.DEAD]
    assert office.calls() == []

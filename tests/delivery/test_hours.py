"""What is late is not sent at night: it waits for its reader's hours, unless it expires before."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from domain.notices import Lane
from storage.tables.outbox import DeliveryState, Notice, NoticeState
from tests.delivery.post_office import PostOffice

HOUR = timedelta(hours=1)


def later(office: PostOffice, time: timedelta) -> None:
    """Business time alone passes."""
    office.clock.move_to(office.clock.business() + time)


def test_what_nobody_caused_waits_for_its_readers_hours(office: PostOffice) -> None:
    person = office.person("U0001")
    office.words.at_work_from = office.clock.business() + 9 * HOUR
    office.enqueue(office.notice(person, lane=Lane.ESCALATION))
    office.delivery().deliver_until_idle()
    assert office.calls() == []
    later(office, 8 * HOUR)
    office.delivery().deliver_until_idle()
    assert office.calls() == []
    later(office, HOUR)
    office.delivery().deliver_until_idle()
    assert len(office.texts()) == 1
    assert office.states() == [DeliveryState.VOID, DeliveryState.SENT]


def test_what_a_person_caused_comes_at_once(office: PostOffice) -> None:
    person = office.person("U0001")
    office.words.at_work_from = office.clock.business() + 9 * HOUR
    office.enqueue(office.notice(person))
    office.delivery().deliver_until_idle()
    assert len(office.texts()) == 1


def test_what_expires_before_those_hours_is_never_sent(office: PostOffice) -> None:
    person = office.person("U0001")
    office.words.at_work_from = office.clock.business() + 9 * HOUR
    office.enqueue(office.notice(person, lane=Lane.REMINDER, expires_in=4 * HOUR))
    office.delivery().deliver_until_idle()
    later(office, 10 * HOUR)
    office.delivery().deliver_until_idle()
    assert office.calls() == []
    with office.engine.connect() as connection:
        assert connection.execute(select(Notice.state, Notice.reason)).all() == [
            (NoticeState.VOID, "expired")
        ]

"""Requests go first, and bulk work goes on nevertheless."""

from __future__ import annotations

import threading

from domain.notices import Lane
from scheduler.courier import Result
from scheduler.right_of_way import RightOfWay
from tests.delivery.post_office import PostOffice

LONG = 60.0
A_MOMENT = 0.2


def test_an_announcement_is_sent_once_nobody_waits_for_an_answer(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001"), lane=Lane.BROADCAST))
    way = RightOfWay(LONG)
    sending = threading.Thread(target=office.delivery(way=way).deliver_until_idle)
    with way.request():
        with way.request():
            sending.start()
        sending.join(A_MOMENT)
        assert sending.is_alive()
        assert office.calls() == []
    sending.join(LONG)
    assert len(office.calls()) == 1


def test_everything_is_sent_even_if_requests_never_cease(office: PostOffice) -> None:
    lena, jonas = office.person("U0001"), office.person("U0002")
    office.enqueue(office.notice(lena, lane=Lane.BROADCAST), office.notice(jonas))
    way = RightOfWay(0.001)
    with way.request():
        report = office.delivery(way=way).deliver_until_idle()
    assert report.results == {Result.SENT: 2}


def test_bulk_work_does_one_step_at_a_time() -> None:
    way = RightOfWay(LONG)
    done: list[str] = []

    def another() -> None:
        with way.step():
            done.append("another")

    step = threading.Thread(target=another)
    with way.step():
        step.start()
        step.join(A_MOMENT)
        done.append("one")
    step.join(LONG)
    assert done == ["one", "another"]


def test_a_step_that_fails_makes_way_for_the_next() -> None:
    way = RightOfWay(LONG)
    try:
        with way.step():
            raise ValueError
    except ValueError:
        pass
    with way.step():
        pass


def test_a_step_that_takes_long_holds_up_nobody_for_longer_than_the_patience() -> None:
    way = RightOfWay(0.001)
    with way.step(), way.step(), way.step():
        pass
    with way.step():
        pass

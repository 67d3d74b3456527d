"""Whoever may not act gets nothing, at any way in, whatever they send."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from domain.people import Standing
from storage.schema import complete_metadata
from storage.tables.people import Person
from tests.abuse.conftest import Entrance
from tests.abuse.every_way_in import EVERY, TEAM, Request, as_somebody
from tests.company import person_id

every_way_in = pytest.mark.parametrize("request_", EVERY.values(), ids=EVERY.keys())
ELSEWHERE = "T0ELSEWHERE"
SENTENCE = "I don't know you yet"
PATIENCE_SECONDS = 5.0
SETTLED_SECONDS = 0.5


@pytest.fixture(scope="module")
def emil_is(entrance: Entrance) -> Iterator[Any]:
    """What Slack says of Emil's account, who is in the directory and no contractor."""

    def become(standing: Standing) -> None:
        with entrance.parts.store.write_alone() as connection:
            connection.execute(
                update(Person).where(Person.id == person_id("Emil Berg")).values(standing=standing)
            )

    yield become
    become(Standing.FULL)


def everything_stored(entrance: Entrance) -> dict[str, list[tuple[Any, ...]]]:
    with entrance.parts.store.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in complete_metadata().sorted_tables
        }


@pytest.fixture(scope="module", autouse=True)
def started(entrance: Entrance) -> None:
    """What the bot learns from Slack as it starts is stored before anybody asks."""
    until, before = time.monotonic() + PATIENCE_SECONDS, everything_stored(entrance)
    while time.monotonic() < until:
        time.sleep(SETTLED_SECONDS)
        now = everything_stored(entrance)
        if now == before:
            return
        before = now


def newest(entrance: Entrance) -> int:
    """The number of the newest dialog in the sandbox's log."""
    return max((int(one["n"]) for one in entrance.slack.log("views.open")), default=0)


def refused(entrance: Entrance, request: Request) -> None:
    """Refused as nobody whom we know, once, and nothing came of it."""
    before, dialogs = everything_stored(entrance), newest(entrance)
    with capture_logs() as logged:
        answer = entrance.door.deliver(*request)
    assert answer.status_code == 200
    assert [one.get("code") for one in logged if one["event"] == "refused"] == ["unknown_person"]
    assert everything_stored(entrance) == before
    # Where there is no message to answer in, a dialog says the one sentence.
    for call in opened(entrance, dialogs):
        assert SENTENCE in str(call["args"])


def opened(entrance: Entrance, after: int) -> list[dict[str, Any]]:
    """The dialogs since then; one that is just arriving stands in the log before its content."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        calls = entrance.slack.log("views.open", after=after)
        if all(call["args"] for call in calls) or time.monotonic() > until:
            return calls
        time.sleep(0.01)


@every_way_in
def test_a_stranger_is_refused_even_with_the_id_of_somebody_we_know(
    entrance: Entrance, request_: Request
) -> None:
    refused(entrance, as_somebody(request_, "U0LENA", ELSEWHERE))


@every_way_in
def test_a_guest_who_is_no_contractor_is_refused(
    entrance: Entrance, emil_is: Any, request_: Request
) -> None:
    emil_is(Standing.GUEST)
    refused(entrance, as_somebody(request_, "U0EMIL", TEAM))


@every_way_in
def test_a_deactivated_account_is_refused(
    entrance: Entrance, emil_is: Any, request_: Request
) -> None:
    emil_is(Standing.DEACTIVATED)
    refused(entrance, as_somebody(request_, "U0EMIL", TEAM))


@every_way_in
def test_an_account_that_the_directory_does_not_list_is_refused(
    entrance: Entrance, request_: Request
) -> None:
    refused(entrance, as_somebody(request_, "U0UNLISTED", TEAM))


@every_way_in
def test_somebody_who_may_act_is_not_refused_as_unknown(
    entrance: Entrance, emil_is: Any, request_: Request
) -> None:
    """The requests are such that it is who asks that decides."""
    emil_is(Standing.FULL)
    with capture_logs() as logged:
        assert entrance.door.deliver(*as_somebody(request_, "U0EMIL", TEAM)).status_code == 200
    assert "unknown_person" not in {one.get("code") for one in logged}

"""Whoever may not act gets nothing, at any way in, whatever they send."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from domain.people import Standing
from storage.tables.people import Person
from tests.abuse.conftest import Entrance
from tests.abuse.every_way_in import EVERY, TEAM, Request, as_somebody
from tests.abuse.stored import Stored
from tests.company import person_id
from tests.databases import Databases
from tests.edge.conftest import open_entrance
from tests.slack import SlackWorkspace

every_way_in = pytest.mark.parametrize("request_", EVERY.values(), ids=EVERY.keys())
ELSEWHERE = "T0ELSEWHERE"
SENTENCE = "I don't know you yet"
PATIENCE_SECONDS = 5.0


@pytest.fixture(scope="module")
def entrance(databases: Databases) -> Iterator[Entrance]:
    """Nothing happens by itself here, so whatever is stored comes of a request."""
    with open_entrance(databases, with_scheduler=False) as entrance:
        yield entrance


@pytest.fixture(scope="module")
def emil_is(entrance: Entrance) -> Iterator[Any]:
    """What Slack says of Emil's account, who is in the directory and no contractor."""

    known: list[Standing] = []

    def become(standing: Standing) -> None:
        if known == [standing]:
            return
        known[:] = [standing]
        with entrance.parts.store.write_alone() as connection:
            connection.execute(
                update(Person).where(Person.id == person_id("Emil Berg")).values(standing=standing)
            )

    yield become
    become(Standing.FULL)


class Dialogs:
    """What Slack was asked to open; its log is read from where it was last read."""

    def __init__(self, slack: SlackWorkspace) -> None:
        self._slack = slack
        self._seen = 0

    def forget(self) -> None:
        """Whatever has come so far is somebody else's."""
        for call in self._slack.log("views.open", after=self._seen):
            self._seen = int(call["n"])

    def opened(self) -> list[dict[str, Any]]:
        """Those since then; one that is just arriving stands in the log before its content."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            calls = self._slack.log("views.open", after=self._seen)
            if all(call["args"] for call in calls) or time.monotonic() > until:
                return calls
            time.sleep(0.01)


@pytest.fixture(scope="module")
def refused(entrance: Entrance, stored: Stored) -> Callable[[Request], None]:
    """Checks that a request is refused as of nobody whom we know, once, and nothing comes of it."""
    dialogs = Dialogs(entrance.slack)

    def check(request: Request) -> None:
        before = stored.everything()
        dialogs.forget()
        with capture_logs() as logged:
            answer = entrance.door.deliver(*request)
        assert answer.status_code == 200
        codes = [one.get("code") for one in logged if one["event"] == "refused"]
        assert codes == ["unknown_person"]
        assert stored.everything() == before
        # Where there is no message to answer in, a dialog says the one sentence.
        for call in dialogs.opened():
            assert SENTENCE in str(call["args"])

    return check


@every_way_in
def test_a_stranger_is_refused_even_with_the_id_of_somebody_we_know(
    refused: Callable[[Request], None], request_: Request
) -> None:
    refused(as_somebody(request_, "U0LENA", ELSEWHERE))


@every_way_in
def test_a_guest_who_is_no_contractor_is_refused(
    refused: Callable[[Request], None], emil_is: Any, request_: Request
) -> None:
    emil_is(Standing.GUEST)
    refused(as_somebody(request_, "U0EMIL", TEAM))


@every_way_in
def test_a_deactivated_account_is_refused(
    refused: Callable[[Request], None], emil_is: Any, request_: Request
) -> None:
    emil_is(Standing.DEACTIVATED)
    refused(as_somebody(request_, "U0EMIL", TEAM))


@every_way_in
def test_an_account_that_the_directory_does_not_list_is_refused(
    refused: Callable[[Request], None], request_: Request
) -> None:
    refused(as_somebody(request_, "U0UNLISTED", TEAM))


@every_way_in
def test_somebody_who_may_act_is_not_refused_as_unknown(
    entrance: Entrance, emil_is: Any, request_: Request
) -> None:
    """The requests are such that it is who asks that decides."""
    emil_is(Standing.FULL)
    with capture_logs() as logged:
        assert entrance.door.deliver(*as_somebody(request_, "U0EMIL", TEAM)).status_code == 200
    assert "unknown_person" not in {one.get("code") for one in logged}

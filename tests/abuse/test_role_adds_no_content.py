"""The administrator's role adds no content: its holder sees what they would see without it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete
from structlog.testing import capture_logs

from domain.people import Role
from storage.tables.people import RoleGrant
from tests.abuse.conftest import Entrance
from tests.abuse.every_way_in import EVERY, TEAM, Request, as_somebody
from tests.abuse.stored import Stored
from tests.abuse.test_neighbours import NAMING, OF_THINGS, about, ids
from tests.edge.door import Door
from tests.scenes.conftest import Company
from tests.scenes.offices import name_to_role
from tests.slack import SlackWorkspace

__all__ = ["ids"]  # a fixture, shared with those who guess ids

ANSWERED_BY_A_DIALOG = ("block_actions", "shortcut")
TOLD_WHY = ("refused", "unforeseen")
SHOWING = ("views.open", "views.push", "views.update", "views.publish")
PATIENCE_SECONDS = 1.0
HOME: Request = (
    "event",
    {
        "type": "event_callback",
        "team_id": TEAM,
        "event": {"type": "app_home_opened", "tab": "home", "channel": "D1", "event_ts": "1.0"},
    },
)
# What people wrote that an administrator must not read, wherever it stands.
WRITTEN = (
    "Replies",
    "Realistic",
    "Please help",
    "Well done",
    "My region",
    "A claim",
    "File 12",
    "Please agree goals",
)
# What the role is for: who holds which, how many people there are, the rules, messages that could
# not be delivered. That none of what people wrote stands there either is looked at all the same.
OF_THE_ROLE = re.compile(
    r"/accord (access-review|cases|people|policy|roles)|(letters|people|policy|roles):\w+|"
    r"access:(start|refresh)|choose roles_grant\.org_unit"
)
# What a dialog says that comes too late for a trigger of a test's making.
_LATE = {"Accord", "Close", "Slack didn't answer in time. Please press again."}
# What differs each time.
_EACH_TIME = re.compile(
    r"\b\d{1,2}:\d{2}\b|otpauth://\S+|([A-Z2-7]{4} ){3,}[A-Z2-7]{4}|([a-z0-9]{5}-){4}[a-z0-9]{5}"
)


class Log:
    """What Slack was asked for; what was read before is not read again."""

    def __init__(self, slack: SlackWorkspace) -> None:
        self._slack = slack
        self._seen = 0

    def unread(self) -> list[Any]:
        return self._slack.log(after=self._seen)

    def read_to(self, calls: list[Any]) -> None:
        self._seen = max((int(call["n"]) for call in calls), default=self._seen)


@pytest.fixture(scope="module")
def log(entrance: Entrance) -> Log:
    return Log(entrance.slack)


@dataclass
class Looking:
    """Somebody who tries a way in."""

    door: Door
    log: Log
    user: str

    def shown(self, request: Request) -> set[str]:
        """Every text that comes of it: in the answer, a dialog or on Home."""
        kind, _ = request
        with capture_logs() as logged:
            answer = self.door.deliver(*_by(request, self.user))
        assert answer.status_code == 200
        # A dialog is opened before the answer; one that tells why not, a moment after it.
        later = kind in ANSWERED_BY_A_DIALOG and any(one["event"] in TOLD_WHY for one in logged)
        said = [json.loads(answer.text)] if answer.text.startswith(("{", "[")) else [answer.text]
        views = self._views(at_least=1 if later else 0)
        return {_EACH_TIME.sub("…", text) for text in _texts([*said, *views])} - _LATE

    def _views(self, *, at_least: int) -> list[Any]:
        """What was opened, once so much of it is there."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            calls = self.log.unread()
            views = [
                call["args"]
                for call in calls
                if call.get("method") in SHOWING and self._is_mine(call)
            ]
            if (len(views) >= at_least and all(views)) or time.monotonic() > until:
                self.log.read_to(calls)
                return views
            time.sleep(0.01)

    def _is_mine(self, call: Any) -> bool:
        about: str = (call["args"] or {}).get("user_id", self.user)
        return about == self.user


def _texts(found: Any) -> Iterator[str]:
    match found:
        case dict():
            for key, value in found.items():
                if isinstance(value, str) and key in ("text", "initial_value"):
                    yield value
                elif key not in ("private_metadata", "value"):
                    yield from _texts(value)
        case list():
            for one in found:
                yield from _texts(one)
        case str() if found.startswith(("{", "[")):
            yield from _texts(json.loads(found))


def _by(request: Request, user: str) -> Request:
    kind, payload = request
    if kind == "event":
        return kind, {**payload, "event": {**payload["event"], "user": user}}
    if kind == "command":
        payload = {**payload, "text": payload["text"].replace("G-12", "G-1")}
    return as_somebody((kind, payload), user, TEAM)


@pytest.fixture(scope="module")
def administrator(entrance: Entrance) -> Callable[[str, bool], None]:
    """Whether somebody holds the role."""
    company = Company(entrance.slack, entrance.parts)

    def become(name: str, holds: bool) -> None:
        if holds:
            name_to_role(company, name, Role.ADMINISTRATOR)
            return
        with entrance.parts.store.write_alone() as connection:
            connection.execute(delete(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR))

    return become


WAYS = {"Home": HOME, **EVERY}
READING = [
    name for name, (kind, _) in WAYS.items() if kind in ("event", "command", "block_suggestion")
]


class Compared:
    """A way in, tried without the role and then with it; a second look, as a first one may act."""

    def __init__(
        self,
        looking: Looking,
        stored: Stored,
        become: Callable[[bool], None],
        requests: Callable[[], list[Request]],
    ) -> None:
        looking.log.read_to(looking.log.unread())
        looking.shown(requests()[0])
        self.without = set[str]().union(*map(looking.shown, requests()))
        self.was = stored.everything()
        become(True)
        try:
            self.beside = set[str]().union(*map(looking.shown, requests()))
            self.now = stored.everything()
        finally:
            become(False)

    def taken_away(self) -> list[str]:
        """Tables that have fewer rows now, or, of what people wrote, other ones."""
        return [
            table
            for table, rows in self.was.items()
            if len(self.now[table]) < len(rows) or (table in OF_THINGS and self.now[table] != rows)
        ]


def written_in(texts: set[str]) -> list[str]:
    return [written for written in WRITTEN if written in "\n".join(texts)]


Compare = Callable[[str, Callable[[], list[Request]]], Compared]


@pytest.fixture
def compare(
    door: Door, log: Log, stored: Stored, administrator: Callable[[str, bool], None]
) -> Compare:
    """Somebody's requests without the role and with it."""

    def compare(name: str, requests: Callable[[], list[Request]]) -> Compared:
        looking = Looking(door, log, f"U0{name.upper()}")
        return Compared(looking, stored, partial(administrator, name), requests)

    return compare


@pytest.mark.parametrize("name", WAYS)
def test_with_the_role_one_reads_nothing_that_one_would_not_read_without(
    compare: Compare, ids: list[UUID], name: str
) -> None:
    """Nora, who has nothing to do with any of it; each button and dialog about each thing."""

    def requests() -> list[Request]:
        things = [about(WAYS[name], thing) for thing in ids] if name in NAMING else []
        return [WAYS[name], *things]

    found = compare("Nora", requests)
    assert written_in(found.beside) == []
    assert found.taken_away() == []
    if not OF_THE_ROLE.fullmatch(name):
        assert found.beside == found.without


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("name", READING)
def test_a_manager_reads_as_administrator_what_they_read_anyway(
    compare: Compare, name: str
) -> None:
    found = compare("Jonas", lambda: [WAYS[name]])
    assert written_in(found.beside) == written_in(found.without)
    assert found.taken_away() == []
    if not OF_THE_ROLE.fullmatch(name):
        assert found.beside == found.without


@pytest.mark.usefixtures("ids")
def test_the_manager_has_something_to_read(door: Door, log: Log) -> None:
    """So that it would show if the role made a difference."""
    looking = Looking(door, log, "U0JONAS")
    seen = set[str]().union(*(looking.shown(WAYS[name]) for name in READING))
    assert "Replies" in written_in(seen)
    assert "Realistic" in written_in(seen)

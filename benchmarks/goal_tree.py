"""What goals serve, in a big organisation: progress from below, and opening a page.

**Roll-up.** How far the goal at the top has come by all others, where nothing but the goals at the
very bottom has a value, so that every level has to be gone through. The baseline is one recursive
statement over the same links that reads the same rows (goal, version, latest value) and adds them
up: no audience, no rule of what counts, no arithmetic. Both on one connection, in turn.

**Opening.** The use case and the dialog or message of `/goal tree`, `/goal tree G-1` (the top),
`/goal show` and `/goal history`, in this process, for people picked at random; told is how many
times longer it takes in the larger organisation, both measured in turn.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from benchmarks.databases import BigDatabases
from benchmarks.history import GOAL, GOALS_EACH, SECRET_KEY
from benchmarks.measuring import Ratios
from benchmarks.organisation import slack_user
from benchmarks.sql import the_id
from domain.clock import Clock
from domain.origin import Origin, Via
from messages.goal_tree import tree_view
from messages.goals import card_message, history_view
from messages.reading import Reader
from storage import people
from storage.database import for_writing, open_engine
from storage.goals import AT_VERSION
from storage.keyring import Keyring
from storage.roll_up import carried
from storage.tables.goals import Goal, GoalLink, GoalValue, GoalVersion
from storage.unit_of_work import Store
from tests.databases import Kind
from usecases import goal_tree, goals

PARTNER = 2
"""HR for everybody: of each goal, every other reason to see it is tried first."""
OPENED = 20
"""Of each, in one round."""


def roll_up(databases: BigDatabases, kind: Kind, size: int, rounds: int) -> Ratios:
    """Roll-ups of all goals in the time of one bare recursive statement."""
    engine = open_engine(databases.filled(kind, size))
    try:
        with for_writing(engine).begin() as connection:
            # What has others below it is measured by them alone.
            connection.execute(
                delete(GoalValue).where(GoalValue.goal_id.in_(select(GoalLink.parent_id)))
            )
        with engine.connect() as connection:
            viewer = people.active_by_slack_user(connection, slack_user(PARTNER))
            if viewer is None:
                raise LookupError(slack_user(PARTNER))
            top, today = the_id(GOAL, 1), viewer.today(datetime.now(UTC))
            if all(row.below is None for row in carried(connection, viewer, today, top)):
                raise AssertionError("nothing was rolled up")
            return Ratios(
                [
                    _seconds(lambda: _bare(connection, top))
                    / _seconds(lambda: carried(connection, viewer, today, top))
                    for _ in range(rounds)
                ]
            )
    finally:
        engine.dispose()


def _bare(connection: Connection, top: UUID) -> None:
    down = select(GoalLink.goal_id).where(GoalLink.parent_id == top).cte("down", recursive=True)
    down = down.union_all(select(GoalLink.goal_id).join(down, GoalLink.parent_id == down.c.goal_id))
    latest = (
        select(GoalValue.value)
        .where(GoalValue.goal_id == Goal.id)
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(1)
        .correlate(Goal)
        .scalar_subquery()
    )
    connection.execute(
        select(func.count(), func.sum(GoalVersion.target), func.sum(latest))
        .select_from(down)
        .join(Goal, Goal.id == down.c.goal_id)
        .join(GoalVersion, AT_VERSION)
    ).one()


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


@dataclass(frozen=True, slots=True)
class _Opener:
    """An organisation of a size, and somebody in it who opens things."""

    store: Store
    people: int
    chance: random.Random

    def __call__(self, what: str) -> None:
        number = self.chance.randint(1, self.people)
        now = datetime.now(UTC)
        origin = Origin(Via.COMMAND, now, "r-bench", slack_user(number))
        own = the_id(GOAL, (number - 1) * GOALS_EACH + 1)
        _LOOKS[what](self.store, origin, own)


def _now() -> datetime:
    return datetime.now(UTC)


_READER = Reader.of_nobody(datetime.now(UTC))


def _tree(store: Store, origin: Origin, _own: UUID) -> None:
    tree_view(goal_tree.top_of_tree(store, origin), _READER)


def _top(store: Store, origin: Origin, _own: UUID) -> None:
    tree_view(goal_tree.tree_at(store, origin, the_id(GOAL, 1)), _READER)


def _show(store: Store, origin: Origin, own: UUID) -> None:
    card_message(goals.show_goal(store, origin, own), _READER)


def _history(store: Store, origin: Origin, own: UUID) -> None:
    history_view(goals.history_of(store, origin, own), _READER)


_LOOKS: Mapping[str, Callable[[Store, Origin, UUID], None]] = {
    "/goal tree": _tree,
    "/goal tree G-1": _top,
    "/goal show": _show,
    "/goal history": _history,
}


def opening(
    databases: BigDatabases, kind: Kind, sizes: tuple[int, int], rounds: int, each: int = OPENED
) -> dict[str, Ratios]:
    """How many times longer each takes in the second organisation than in the first."""
    with _opener(databases, kind, sizes[0]) as small, _opener(databases, kind, sizes[1]) as large:
        found = {}
        for what in _LOOKS:
            for opener in (small, large):
                _opened(opener, what, each)
            slower = [
                _opened(large, what, each) / _opened(small, what, each) for _ in range(rounds)
            ]
            found[what] = Ratios(slower)
        return found


def _opened(opener: _Opener, what: str, each: int) -> float:
    def several() -> None:
        for _ in range(each):
            opener(what)

    return _seconds(several)


@contextmanager
def _opener(databases: BigDatabases, kind: Kind, size: int) -> Iterator[_Opener]:
    engine = open_engine(databases.filled(kind, size))
    try:
        store = Store(engine, Keyring([SECRET_KEY]), Clock(_now))
        yield _Opener(store, size, random.Random(size))
    finally:
        engine.dispose()

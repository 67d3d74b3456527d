"""App Home: what needs me, my goals, my people's goals."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, or_

from domain.goals import GoalCard, GoalState, Side
from domain.origin import Origin
from domain.people import Member
from domain.screens import Home, Pointless
from storage import goals, people
from storage.goals import ListedGoal
from storage.tables.goals import Goal
from storage.unit_of_work import Reading, Store
from storage.visibility import may_decide_goal
from usecases import goal_cards
from usecases.access import require_member

NEEDS_ME = 7
MINE = 10
PEOPLE = 10
GOALS_EACH = 3


def open_home(store: Store, origin: Origin) -> Home:
    """The asker's Home; that it was opened is noted, so that it is refreshed for a while."""
    with store.write(origin) as work:
        reader = require_member(work)
        people.note_home_opened(work.connection, reader.id, work.at)
        return _home(work, reader)


def home_of(store: Store, origin: Origin, person: UUID) -> Home | Pointless:
    """The Home of a person whose goals changed while they had it open."""
    with store.read(origin) as work:
        reader = people.member(work.connection, person)
        return _home(work, reader) if reader.may_act else Pointless("reader_cannot_act")


def _home(work: Reading, reader: Member) -> Home:
    today = reader.today(work.now)
    waiting = goals.list_goals(
        work.connection,
        reader,
        today,
        and_(
            Goal.state == GoalState.PROPOSED,
            or_(
                and_(Goal.turn == Side.OWNER, Goal.owner_id == reader.id),
                and_(Goal.turn == Side.OTHER, may_decide_goal(reader, today)),
            ),
        ),
        limit=NEEDS_ME,
    )
    mine = goals.list_goals(
        work.connection, reader, today, Goal.owner_id == reader.id, limit=MINE + 1
    )
    reports = people.direct_reports(work.connection, reader.id, today)
    theirs = _goals_by_owner(work, reader, reports[:PEOPLE])
    return Home(
        reader=reader,
        now=work.now,
        needs_me=tuple(goal_cards.listed_card(work, waiting)),
        mine=tuple(goal_cards.listed_card(work, mine[:MINE])),
        mine_more=len(mine) > MINE,
        people=tuple((person, theirs.get(person.id, ())) for person in reports[:PEOPLE]),
        people_more=len(reports) > PEOPLE,
    )


def _goals_by_owner(
    work: Reading, reader: Member, reports: list[Member]
) -> dict[UUID, tuple[GoalCard, ...]]:
    if not reports:
        return {}
    found = goals.list_goals(
        work.connection,
        reader,
        reader.today(work.now),
        Goal.owner_id.in_([person.id for person in reports]),
        limit=PEOPLE * 10,
    )
    chosen: dict[UUID, list[ListedGoal]] = {}
    for goal in found:
        of_owner = chosen.setdefault(goal.owner, [])
        if len(of_owner) < GOALS_EACH:
            of_owner.append(goal)
    flat = [goal for of_owner in chosen.values() for goal in of_owner]
    cards = {card.id: card for card in goal_cards.listed_card(work, flat)}
    return {
        owner: tuple(cards[goal.head.id] for goal in of_owner) for owner, of_owner in chosen.items()
    }

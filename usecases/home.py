"""App Home: what needs me, my goals, my people's goals."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

from domain.goals import GoalCard, GoalState, Side
from domain.origin import Origin
from domain.people import Member
from domain.screens import Home, Pointless
from storage import cadences, goals, people
from storage.tables.goals import Goal
from storage.unit_of_work import Reading, Store
from storage.visibility import may_decide_goal
from usecases import checkin_record, goal_cards
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
        _waits_for(reader, today),
        limit=NEEDS_ME + 1,
    )
    mine = goals.list_goals(
        work.connection, reader, today, Goal.owner_id == reader.id, limit=MINE + 1
    )
    reports = people.direct_reports(work.connection, reader.id, today)
    theirs = _goals_by_owner(work, reader, reports[:PEOPLE])
    due = [
        row
        for row in cadences.cadences_of(work.connection, [reader.id])
        if row.active and row.due_since is not None
    ]
    due.sort(key=lambda row: row.due_since or today)
    cards = checkin_record.cards_of(work, reader, [row.goal for row in due])
    later = [row.ask_again_on for row in due if row.ask_again_on is not None]
    return Home(
        reader=reader,
        now=work.now,
        needs_me=tuple(goal_cards.listed_card(work, waiting[:NEEDS_ME])),
        needs_more=len(waiting) > NEEDS_ME,
        mine=tuple(goal_cards.listed_card(work, mine[:MINE])),
        mine_more=len(mine) > MINE,
        people=tuple((person, theirs.get(person.id, ())) for person in reports[:PEOPLE]),
        people_more=len(reports) > PEOPLE,
        check_ins_due=tuple(cards[row.goal] for row in due if row.goal in cards),
        put_off_to=min(later) if later and len(later) == len(due) else None,
    )


def _waits_for(reader: Member, today: date) -> ColumnElement[bool]:
    """A proposal that the reader is to answer, or a draft of theirs that came back."""
    theirs = Goal.owner_id == reader.id
    turn = or_(
        and_(Goal.turn == Side.OWNER, theirs),
        and_(Goal.turn == Side.OTHER, may_decide_goal(reader, today)),
    )
    return or_(
        and_(Goal.state == GoalState.PROPOSED, turn),
        and_(Goal.state == GoalState.DRAFT, theirs),
    )


def _goals_by_owner(
    work: Reading, reader: Member, reports: list[Member]
) -> dict[UUID, tuple[GoalCard, ...]]:
    if not reports:
        return {}
    chosen = goals.first_of_each(
        work.connection,
        reader,
        reader.today(work.now),
        [person.id for person in reports],
        GOALS_EACH,
    )
    cards = {card.id: card for card in goal_cards.listed_card(work, chosen)}
    by_owner: dict[UUID, tuple[GoalCard, ...]] = {}
    for goal in chosen:
        by_owner[goal.owner] = (*by_owner.get(goal.owner, ()), cards[goal.head.id])
    return by_owner

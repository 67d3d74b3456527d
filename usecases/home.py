"""App Home: what needs me, my goals, my people's goals."""

from __future__ import annotations

from uuid import UUID

from domain.checkins import by_urgency
from domain.goals import GoalLine
from domain.origin import Origin
from domain.people import Member
from domain.screens import Home, Pointless
from storage import cadences, goal_lists, people
from storage.unit_of_work import Reading, Store
from usecases import checkin_record, goal_cards
from usecases.access import require_member
from usecases.access_reviews import to_review
from usecases.approvals import to_approve
from usecases.goal_change_cards import changes_waiting

NEEDS_ME = 7
CHANGES = 5
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
    waiting = goal_lists.waiting_for(work.connection, reader, today, limit=NEEDS_ME + 1)
    mine = goal_lists.own_goals(work.connection, reader, limit=MINE + 1)
    reports = people.direct_reports(work.connection, reader.id, today)
    theirs = _goals_by_owner(work, reader, reports[:PEOPLE])
    due = [
        row
        for row in cadences.cadences_of(work.connection, [reader.id])
        if row.active and row.due_since is not None
    ]
    cards = checkin_record.cards_of(work, reader, [row.goal for row in due])
    asked = [(row.due_since, cards[row.goal]) for row in due if row.goal in cards]
    asked.sort(key=lambda one: by_urgency(one[0], one[1].number))
    changes = changes_waiting(work, reader, limit=CHANGES + 1)
    later = [row.ask_again_on for row in due if row.ask_again_on is not None]
    return Home(
        reader=reader,
        now=work.now,
        needs_me=goal_cards.lines(work, reader, waiting[:NEEDS_ME]),
        needs_more=len(waiting) > NEEDS_ME,
        mine=goal_cards.lines(work, reader, mine[:MINE]),
        mine_more=len(mine) > MINE,
        people=tuple((person, theirs.get(person.id, ())) for person in reports[:PEOPLE]),
        people_more=len(reports) > PEOPLE,
        check_ins_due=tuple(card for _, card in asked),
        put_off_to=min(later) if later and len(later) == len(due) else None,
        access_review=to_review(work, reader),
        to_approve=to_approve(work, reader),
        changes=changes[:CHANGES],
        changes_more=len(changes) > CHANGES,
    )


def _goals_by_owner(
    work: Reading, reader: Member, reports: list[Member]
) -> dict[UUID, tuple[GoalLine, ...]]:
    if not reports:
        return {}
    chosen = goal_lists.first_of_each(
        work.connection,
        reader,
        reader.today(work.now),
        [person.id for person in reports],
        GOALS_EACH,
    )
    by_owner: dict[UUID, tuple[GoalLine, ...]] = {}
    for line in goal_cards.lines(work, reader, chosen):
        by_owner[line.owner.id] = (*by_owner.get(line.owner.id, ()), line)
    return by_owner

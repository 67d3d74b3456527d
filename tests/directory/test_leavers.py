"""Whoever leaves loses everything that they were given, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from domain.audit import Action
from domain.cover import NameDeputy
from domain.goal_commands import ProposeGoal
from domain.goal_sharing import ShareGoal
from domain.measures import Measure
from domain.origin import Origin, Via
from domain.people import GrantState, PersonState, Role
from storage import facilitation, goal_cases
from storage.tables.goals import Facilitation, GoalCase, GoalShare
from storage.tables.people import Delegation, Person, RoleGrant
from tests.directory.files import CEO, JONAS, KEYRING, LENA, NOW, ORIGIN, Directory, a_row
from usecases.departures import enter_departure, look_at_departure, take_back
from usecases.leavers import part_with_leavers
from usecases.negotiation import propose_goal
from usecases.own_cover import name_deputy
from usecases.sharing import share_goal
from usecases.state_check import check_state

OMAR = a_row(
    "omar@x.example",
    name="Omar Haddad",
    manager_email="ceo@x.example",
    level="manager",
    slack_user_id="U0OMAR",
)
YESTERDAY = (NOW - timedelta(days=2)).date().isoformat()
STAFF = (CEO, JONAS, LENA, OMAR)
GONE = (CEO, JONAS | {"leaving_on": YESTERDAY}, LENA, OMAR)


def by(name: str) -> Origin:
    return Origin(Via.ACTION, NOW, uuid4().hex, f"U0{name.upper()}")


@pytest.fixture
def company(directory: Directory) -> Directory:
    """Jonas holds a role, decides a goal of Lena's that is shared with him too, is to help with it,
    and stands in for Omar as Omar does for him."""
    directory.take(*STAFF)
    jonas = directory.id_of("jonas@x.example")
    with directory.store.write(ORIGIN) as work:
        work.connection.execute(
            insert(RoleGrant).values(
                id=uuid4(),
                person_id=jonas,
                role=Role.HR,
                state=GrantState.ACTIVE,
                valid_from=date(2020, 1, 1),
            )
        )
    goal = propose(directory)
    with directory.store.write(ORIGIN) as work:
        goal_cases.open_case(work.connection, goal, jonas, None, NOW)
        facilitation.ask(
            work.connection,
            work.sealer,
            goal=goal,
            asker=directory.id_of("lena@x.example"),
            facilitator=jonas,
            note=None,
            at=NOW,
        )
    share_goal(directory.store, by("lena"), ShareGoal(goal=goal, people=["U0JONAS"]), uuid4().hex)
    for delegator, deputy in (("jonas", "omar"), ("omar", "jonas")):
        days = NameDeputy(
            deputy=f"U0{deputy.upper()}",
            first_day=NOW.date(),
            last_day=NOW.date() + timedelta(days=30),
        )
        name_deputy(directory.store, by(delegator), days, uuid4().hex)
    return directory


def propose(directory: Directory) -> UUID:
    command = ProposeGoal(
        title="First reply",
        metric="Hours",
        target=Measure(value=5, text="5"),
        due_date=NOW.date() + timedelta(days=90),
    )
    return propose_goal(directory.store, by("lena"), command, uuid4().hex)


def left_over(company: Directory, person: UUID) -> dict[str, int]:
    """How many accesses of each kind the person still has."""
    with company.store.read(ORIGIN) as reading:
        connection = reading.connection

        def count(*where: object) -> int:
            return len(connection.execute(select(1).where(*where)).all())  # type: ignore[arg-type] # clauses

        return {
            "roles": count(RoleGrant.person_id == person, RoleGrant.state != GrantState.REVOKED),
            "shares": count(GoalShare.person_id == person, GoalShare.revoked_at.is_(None)),
            "given": count(Delegation.delegator_id == person, Delegation.revoked_at.is_(None)),
            "taken": count(Delegation.deputy_id == person, Delegation.revoked_at.is_(None)),
            "requests": count(
                Facilitation.facilitator_id == person, Facilitation.closed_at.is_(None)
            ),
            "cases": count(GoalCase.person_id == person, GoalCase.closed_at.is_(None)),
        }


EVERYTHING = dict.fromkeys(("roles", "shares", "given", "taken", "requests"), 1) | {"cases": 2}
NOTHING = dict.fromkeys(EVERYTHING, 0)


def state_of(company: Directory, person: UUID) -> PersonState:
    with company.store.read(ORIGIN) as reading:
        return reading.connection.execute(
            select(Person.state).where(Person.id == person)
        ).scalar_one()


def test_a_last_day_that_has_passed_takes_everything_with_the_import(company: Directory) -> None:
    jonas = company.id_of("jonas@x.example")
    assert left_over(company, jonas) == EVERYTHING
    plan = company.take(*GONE)
    assert plan.left == {jonas}
    assert state_of(company, jonas) is PersonState.LEFT
    assert left_over(company, jonas) == NOTHING
    told = {
        action: len(company.recorded(action))
        for action in (Action.GRANT_END, Action.GOAL_UNSHARE, Action.DELEGATION_REVOKE)
    }
    assert told == {Action.GRANT_END: 1, Action.GOAL_UNSHARE: 1, Action.DELEGATION_REVOKE: 2}
    # Nobody leads Lena now, and nobody is in HR any more who could be asked instead.
    [passed_on] = company.recorded(Action.GOAL_REASSIGN)
    assert passed_on.fields == {"counterpart": None, "capacity": None}


def test_the_same_file_again_changes_nothing_and_gives_nothing_back(company: Directory) -> None:
    jonas = company.id_of("jonas@x.example")
    company.take(*GONE)
    before = company.entries()
    assert company.take(*GONE).is_empty
    assert company.take(CEO, GONE[1] | {"roles": "hr"}, LENA, OMAR).is_empty
    assert company.entries() == before
    company.take(*STAFF)
    assert state_of(company, jonas) is PersonState.LEFT
    company.take(CEO, JONAS | {"leaving_on": ""}, LENA, OMAR)
    assert state_of(company, jonas) is PersonState.ACTIVE
    assert left_over(company, jonas) == NOTHING


def test_whose_last_day_ends_leaves_by_themselves_once_it_is_over_everywhere(
    company: Directory,
) -> None:
    jonas = company.id_of("jonas@x.example")
    last = NOW.date() + timedelta(days=3)
    company.take(CEO, JONAS | {"leaving_on": last.isoformat()}, LENA, OMAR)
    for days, hours, left in ((3, 0, 0), (4, -1, 0), (4, 13, 1), (4, 14, 0)):
        moment = NOW.replace(hour=0, minute=0) + timedelta(days=days, hours=hours)
        assert part_with_leavers(company.store, replace(ORIGIN, via=Via.CLOCK, now=moment)) == left
    assert state_of(company, jonas) is PersonState.LEFT
    assert left_over(company, jonas) == NOTHING
    assert company.recorded(Action.PERSON_CHANGE)[-1].reason == "left"


def test_somebody_listed_with_a_last_day_long_ago_gets_no_role(directory: Directory) -> None:
    plan = directory.take(CEO, JONAS | {"leaving_on": YESTERDAY, "roles": "hr"})
    assert plan.grants == ()
    assert state_of(directory, directory.id_of("jonas@x.example")) is PersonState.LEFT


def test_who_left_by_hand_on_their_own_date_stays_so_whatever_a_file_says_meanwhile(
    directory: Directory,
) -> None:
    """Their day is over where they are, but not yet everywhere on earth, as imports reckon."""
    early = NOW.replace(hour=9)
    at_nine = replace(ORIGIN, now=early)
    directory.take(CEO | {"roles": "hr"}, JONAS, LENA, origin=at_nine)
    lena, store = directory.id_of("lena@x.example"), directory.store
    hr = replace(by("clara"), now=early)
    last_day = early.date() - timedelta(days=1)
    shown = look_at_departure(store, hr, lena, last_day)
    assert shown.at_once
    enter_departure(
        store, hr, lena, last_day, reason="Gone.", digest=shown.digest, token=uuid4().hex
    )
    assert state_of(directory, lena) is PersonState.LEFT
    directory.take(CEO, JONAS, LENA | {"name": "Lena Nova"}, origin=at_nine)
    assert state_of(directory, lena) is PersonState.LEFT
    assert not check_state(store.engine, KEYRING, lambda _done, _whole: None)
    take_back(store, hr, lena, reason="Back.", token=uuid4().hex)
    assert state_of(directory, lena) is PersonState.ACTIVE
    assert not check_state(store.engine, KEYRING, lambda _done, _whole: None)

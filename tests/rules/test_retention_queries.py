"""What the database counts as due is what the rules say, thing by thing."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from domain.corrections import CorrectionAbout, CorrectionState
from domain.feedback import FeedbackAudience
from domain.holds import HoldScope
from domain.retention_rules import Fate, Kind, Retention, Rule, fate_of
from storage.retained import sources_of
from storage.retention import AsOf, counts, due
from storage.tables.corrections import Correction
from storage.tables.feedback import SupportFeedback
from storage.tables.holds import LegalHold
from storage.tables.people import Person
from tests.company import PEOPLE, person_id, settle_company
from tests.record.acts import writing

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACES = (None, "US", "US-CA", "DE", "DE-BY")
EVERYBODY = [person_id(one.name) for one in PEOPLE]


def a_rule(chance: random.Random) -> Rule:
    term = "min_months" if chance.random() < 0.4 else "max_months"
    return Rule.model_validate(
        {
            "kind": Kind.FEEDBACK,
            "region": chance.choice(PLACES),
            term: chance.randint(1, 60),
            "legal_ref": "any",
        }
    )


def a_hold(connection: Connection, chance: random.Random, person: UUID) -> bool:
    """Some hold on somebody, standing or not; whether it keeps feedback."""
    scope, over = chance.choice(list(HoldScope)), chance.random() < 0.3
    connection.execute(
        insert(LegalHold).values(
            id=uuid4(),
            person_id=person,
            scope=scope,
            matter=b"",
            reason=b"",
            placed_by_id=person,
            placed_at=NOW,
            released_at=NOW if over else None,
        )
    )
    return not over and scope in (HoldScope.EVERYTHING, HoldScope.FEEDBACK)


def a_case(connection: Connection, chance: random.Random, person: UUID, thing: UUID) -> bool:
    """Some case of somebody's; whether it is open and about this feedback, or anything."""
    about, state = chance.choice(list(CorrectionAbout)), chance.choice(list(CorrectionState))
    connection.execute(
        insert(Correction).values(
            id=uuid4(),
            asker_id=person,
            about=about,
            thing_id=None if about is CorrectionAbout.DATA else thing,
            words=b"",
            state=state,
            asked_at=NOW,
            answer_by=NOW,
        )
    )
    return state is CorrectionState.OPEN and about is not CorrectionAbout.GOAL


@pytest.mark.parametrize("seed", range(12))
def test_counted_and_listed_as_the_rules_say(engine: Engine, seed: int) -> None:
    settle_company(engine)
    chance = random.Random(seed)  # noqa: S311 - worlds to try, no secrets
    rules = Retention(rules=tuple(a_rule(chance) for _ in range(chance.randint(0, 6))))
    fates: dict[UUID, Fate] = {}
    with writing(engine) as connection:
        connection.execute(delete(SupportFeedback))
        places = {one: chance.choice(PLACES) for one in EVERYBODY}
        for person, place in places.items():
            connection.execute(update(Person).where(Person.id == person).values(region=place))
        kept_by_hold = {
            person: a_hold(connection, chance, person)
            for person in EVERYBODY
            if chance.random() < 0.15
        }
        things = []
        for _ in range(40):
            thing, since = uuid4(), TODAY - timedelta(days=chance.randint(0, 1_900))
            parties = chance.sample(EVERYBODY, 3 if chance.random() < 0.3 else 2)
            hour = time(chance.choice((0, 23)), 59, tzinfo=UTC)
            connection.execute(
                insert(SupportFeedback).values(
                    id=thing,
                    giver_id=parties[0],
                    about_id=parties[1],
                    author_id=parties[2] if parties[2:] else None,
                    audience=next(iter(FeedbackAudience)),
                    at=datetime.combine(since, hour),
                    made_at=NOW,
                )
            )
            things.append((thing, since, parties))
        # About the very thing, by somebody whom it concerns.
        disputed = {
            thing
            for thing, _, parties in things
            if chance.random() < 0.1 and a_case(connection, chance, parties[1], thing)
        }
        open_data = _askers_of_anything(connection)
        for thing, since, parties in things:
            fates[thing] = fate_of(
                [rules.terms(Kind.FEEDBACK, places[one]) for one in parties],
                since,
                TODAY,
                held=any(kept_by_hold.get(one, False) for one in parties),
                disputed=thing in disputed or bool(open_data & set(parties)),
            )
        expected = Counter(fates.values())
        expected.pop(Fate.NOT_YET, None)
        assert counts(connection, rules, Kind.FEEDBACK, AsOf(TODAY)) == expected
        listed = {
            key.thing
            for source in sources_of(Kind.FEEDBACK)
            for key in due(connection, rules, source, AsOf(TODAY), 100)
        }
        assert listed == {thing for thing, fate in fates.items() if fate is Fate.DUE}


def _askers_of_anything(connection: Connection) -> set[UUID]:
    wanted = select(Correction.asker_id).where(
        Correction.about == CorrectionAbout.DATA, Correction.state == CorrectionState.OPEN
    )
    return set(connection.scalars(wanted))

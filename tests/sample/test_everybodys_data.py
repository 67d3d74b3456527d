"""Everybody in the sample gets their own data, and nobody reads what others said in confidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from domain.feedback import FeedbackKind
from domain.origin import Origin, Via
from domain.people import PersonState
from messages.my_data_file import files_of
from messages.reading import Reader
from storage import checkin_support, feedback
from storage.sealing import Opener
from storage.tables.checkins import CheckInRow
from storage.tables.feedback import EvaluationFeedback, FeedbackReader, SupportFeedback
from storage.tables.people import Person
from storage.unit_of_work import Store
from tests.sample.conftest import NOW, Sample
from usecases.my_data import ask_for_my_data, fetch_my_data

TABLES = {FeedbackKind.SUPPORT: SupportFeedback, FeedbackKind.EVALUATION: EvaluationFeedback}


@dataclass(frozen=True)
class Said:
    """Words said in confidence, and whose file they belong into."""

    words: str
    whose: frozenset[UUID]


def said_in_confidence(store: Store) -> Iterator[Said]:
    with store.engine.connect() as connection:
        opener = Opener(connection, store.keyring)
        readers: dict[UUID, set[UUID]] = {}
        for given, person in connection.execute(
            select(FeedbackReader.feedback_id, FeedbackReader.person_id)
        ):
            readers.setdefault(given, set()).add(person)
        for kind, table in TABLES.items():
            rows = connection.execute(
                select(table.id, table.giver_id, table.about_id, table.words).where(
                    table.words.is_not(None)
                )
            )
            for given, giver, about, words in rows:
                shared = {about} & readers.get(given, set())
                opened = opener.open(feedback.words_place(kind, given), words)
                yield Said(opened, frozenset({giver} | shared))
        for check_in, owner in connection.execute(select(CheckInRow.id, CheckInRow.owner_id)):
            for _, words in checkin_support.open_notes(connection, opener, check_in):  # type: ignore[arg-type] # it opens only
                yield Said(words, frozenset({owner}))


def test_each_file_holds_what_is_theirs_and_nothing_that_is_not(own_sample: Sample) -> None:
    store = own_sample.store
    with store.engine.connect() as connection:
        people = connection.execute(
            select(Person.id, Person.slack_user).where(
                Person.state == PersonState.ACTIVE, Person.slack_user.is_not(None)
            )
        ).all()
    said = list(said_in_confidence(store))
    assert len(people) > 40
    assert len(said) > 20
    for person, slack_user in people:
        origin = Origin(Via.COMMAND, NOW, "a-request", slack_user)
        link = ask_for_my_data(store, origin)
        found = fetch_my_data(store, Origin(Via.LINK, NOW, "a-link"), link.token)
        assert found is not None
        files = files_of(found, Reader.of(found.owner, NOW))
        text = json.dumps(json.loads(files["my-data.json"]), ensure_ascii=False)
        for one in said:
            shown = json.dumps(one.words, ensure_ascii=False)[1:-1] in text
            assert shown == (person in one.whose), (found.owner.name, one)
        assert found.sections["person"][0]["name"] == found.owner.name

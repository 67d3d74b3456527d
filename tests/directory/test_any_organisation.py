"""Whatever an organisation looks like, importing it means the same each time and in any order."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.people import Employment, Level, Role
from storage.database import open_engine
from tests.databases import Databases, Kind
from tests.directory.files import Directory, a_row

ZONES = ["Europe/Lisbon", "Asia/Kathmandu", "America/St_Johns", "UTC"]
UNITS = ["", "Company", "Company / Süd", "Company / Süd / Köln", "東京"]
NAMES = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=30)

Row = dict[str, str]


@st.composite
def organisations(draw: st.DrawFn) -> list[Row]:
    """A forest of people: each reports to somebody earlier, or to nobody."""
    count = draw(st.integers(1, 12))
    rows: list[Row] = []
    for number in range(count):
        above = draw(st.sampled_from([None, *range(number)]))
        matrix = draw(st.lists(st.integers(0, count - 1), max_size=2, unique=True))
        rows.append(
            a_row(
                f"p{number}@x.example",
                name=draw(NAMES),
                manager_email="" if above is None else f"p{above}@x.example",
                level=draw(st.sampled_from(Level)).value,
                unit=draw(st.sampled_from(UNITS)),
                roles=";".join(draw(st.lists(st.sampled_from(Role), max_size=2, unique=True))),
                region=draw(st.sampled_from(["", "PT", "DE-BY"])),
                timezone=draw(st.sampled_from(ZONES)),
                slack_user_id=draw(st.sampled_from(["", f"U0P{number}"])),
                matrix_manager_emails=";".join(
                    f"p{other}@x.example" for other in matrix if other not in (number, above)
                ),
                employment=draw(st.sampled_from(Employment)).value,
                fte=f"{draw(st.integers(1, 100))}%",
                working_days=draw(st.sampled_from(["mon-fri", "sun-thu", "mon,wed"])),
            )
        )
    return rows


@contextmanager
def empty_directory(databases: Databases) -> Iterator[Directory]:
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    try:
        yield Directory.on(engine)
    finally:
        engine.dispose()
        databases.drop(url)


def as_written(directory: Directory) -> object:
    """The directory told by e-mails and paths alone."""
    now = directory.now()
    email = {person.id: person.facts.email for person in now.people.values()}
    return (
        {person.facts.email: person.facts for person in now.people.values()},
        set(now.units),
        {(email[p], email[line.manager]) for p, lines in now.primary.items() for line in lines},
        {(email[p], email[line.manager]) for p, lines in now.matrix.items() for line in lines},
        {(email[key.person], key.role, key.unit, key.region) for key in now.grants},
    )


@settings(max_examples=30, deadline=None)
@given(rows=organisations())
def test_importing_again_is_nothing(databases: Databases, rows: list[Row]) -> None:
    with empty_directory(databases) as directory:
        plan = directory.take(*rows)
        assert len(plan.created) == len(rows)
        before = directory.now(), directory.entries()
        assert directory.take(*rows).is_empty
        assert (directory.now(), directory.entries()) == before


@settings(max_examples=30, deadline=None)
@given(rows=organisations(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    databases: Databases, rows: list[Row], shuffle: random.Random
) -> None:
    shuffled = rows.copy()
    shuffle.shuffle(shuffled)
    with empty_directory(databases) as one, empty_directory(databases) as other:
        one.take(*rows)
        other.take(*shuffled)
        assert as_written(one) == as_written(other)


@settings(max_examples=30, deadline=None)
@given(before=organisations(), after=organisations())
def test_from_any_state_the_file_is_what_holds(
    databases: Databases, before: list[Row], after: list[Row]
) -> None:
    """Of people, units, facts and lines; roles are never taken away by a file."""
    with empty_directory(databases) as directory:
        directory.take(*before)
        directory.take(*after)
        facts = {each.facts.email: each.facts for each in directory.now().people.values()}
        managers = directory.managers()
        for row in after:
            assert facts[row["email"]].name == unicodedata.normalize("NFC", row["name"])
            assert managers.get(row["email"], "") == row["manager_email"]

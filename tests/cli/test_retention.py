"""`accord run retention --dry-run` counts, names nobody, and changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from domain.people import PersonState
from domain.retention_rules import Kind
from storage.checkpoints import head
from storage.tables.outbox import Inbound
from storage.tables.people import Person
from tests.cli.accord import accord, environment
from tests.company import person_id, settle_company
from tests.record.acts import writing


@pytest.fixture
def settings(engine: Engine, database_url: str) -> dict[str, str]:
    """Lena has left years ago, Emil lately."""
    settle_company(engine)
    with writing(engine) as connection:
        for name, day in (("Lena Novak", date(2015, 1, 31)), ("Emil Berg", date(2026, 6, 30))):
            connection.execute(
                update(Person)
                .where(Person.id == person_id(name))
                .values(state=PersonState.LEFT, leaving_on=day)
            )
    return environment(database_url)


def test_it_counts_and_changes_nothing(
    engine: Engine, settings: dict[str, str], tmp_path: Path
) -> None:
    ran = accord("run", "retention", "--dry-run", settings=settings, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "the time of 1 is over" in ran.stdout
    assert "1 have time left" in ran.stdout
    assert "Lena" not in ran.stdout
    with engine.connect() as connection:
        assert head(connection)[0] == 0


def test_the_table_names_every_kind_with_its_rules(
    settings: dict[str, str], tmp_path: Path
) -> None:
    ran = accord("run", "retention", "--dry-run", settings=settings, folder=tmp_path)
    lines = ran.stdout.splitlines()
    assert lines[0].split() == ["kind", "due", "held", "conflict", "disputed"]
    assert "leavers 1 0 0 0" in [" ".join(line.split()) for line in lines]
    for kind in Kind:
        assert any(line.startswith(f"{kind.value}: ") for line in lines), kind
    assert "ended_goals: US at least 12 (29 CFR 1602.14)" in lines
    assert "Nothing was changed." in ran.stdout


def test_without_dry_run_only_what_needs_nobody_is_done(
    engine: Engine, settings: dict[str, str], tmp_path: Path
) -> None:
    with writing(engine) as connection:
        for key, at in (("old", datetime(2020, 1, 1, tzinfo=UTC)), ("new", datetime.now(UTC))):
            connection.execute(insert(Inbound).values(key=key, at=at))
    ran = accord("run", "retention", settings=settings, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "1 technical rows are forgotten, 0 goals archived, 0 things purged" in ran.stdout
    with engine.connect() as connection:
        assert connection.scalars(select(Inbound.key)).all() == ["new"]
        name = connection.scalar(select(Person.name).where(Person.id == person_id("Lena Novak")))
        assert name == "Lena Novak"


def test_doctor_tells_how_the_ledger_is(settings: dict[str, str], tmp_path: Path) -> None:
    def told(**more: str) -> str:
        return accord("doctor", settings=settings | more, folder=tmp_path).stdout

    ledger = tmp_path / "erasures"
    assert "set ACCORD_ERASURE_LEDGER" in told()
    assert "The ledger knows of 0 erasures and 0 purges" in told(ACCORD_ERASURE_LEDGER=str(ledger))
    unmounted = tmp_path / "unmounted" / "erasures"
    assert "cannot be used (ledger_missing)" in told(ACCORD_ERASURE_LEDGER=str(unmounted))
    ledger.write_text("what is this\n")
    assert "cannot be used (ledger_foreign)" in told(ACCORD_ERASURE_LEDGER=str(ledger))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("escalations", "--dry-run"), "for retention alone"),
        (("retention", "--dry-run", "--at", "2050-01-01T09:00Z"), "as of a future moment"),
        (("retention", "--dry-run", "--at", "yesterday"), "needs a moment with its zone"),
    ],
)
def test_what_it_cannot_do_it_says(
    settings: dict[str, str], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ran = accord("run", *words, settings=settings, folder=tmp_path)
    assert ran.returncode == 2
    assert told in ran.stderr

"""The sample organisation, loaded once; tests that change it get a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from bot.sample.history import load_sample
from bot.sample.slack import PastSlack
from domain.clock import Clock
from domain.origin import Origin, Via
from messages.templates import Templates
from storage.database import open_engine
from storage.keyring import Keyring
from storage.unit_of_work import Store
from tests.databases import Databases, Kind

# A Thursday, before anybody's morning.
NOW = datetime(2026, 11, 12, 5, 10, tzinfo=UTC)
KEYRING = Keyring(["the secret of the organisation, 32+"])


@dataclass
class Sample:
    """The loaded organisation, and what was handed over to Slack."""

    store: Store
    slack: PastSlack
    templates: Templates

    def by(self, handle: str, at: datetime = NOW) -> Origin:
        return Origin(Via.COMMAND, at, uuid4().hex, f"U01{handle.upper()}")

    def clock(self, at: datetime = NOW) -> Origin:
        return Origin(Via.CLOCK, at, uuid4().hex)


def permalink(channel: str, ts: str) -> str:
    return f"https://slack.example/archives/{channel}/p{ts}"


@contextmanager
def loaded(url: str) -> Iterator[Sample]:
    """The whole sample in the empty database at `url`."""
    engine = open_engine(url)
    store, templates = Store(engine, KEYRING, Clock(lambda: NOW)), Templates()
    handed: list[PastSlack] = []
    assert load_sample(store, NOW, templates, permalink, handed.append)
    yield Sample(store, handed[0], templates)
    engine.dispose()


@pytest.fixture(scope="session")
def sample(databases: Databases) -> Iterator[Sample]:
    """Loaded once, for those who only look."""
    url = databases.fresh(Kind.SQLITE)
    with loaded(url) as sample:
        yield sample
    databases.drop(url)


@pytest.fixture
def own_sample(sample: Sample, tmp_path: Path) -> Iterator[Sample]:
    """A copy, for those who go on from there."""
    with sample.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "copy.db"
    shutil.copyfile(str(make_url(str(sample.store.engine.url)).database), file)
    engine = open_engine(f"sqlite:///{file}")
    yield Sample(Store(engine, KEYRING, Clock(lambda: NOW)), sample.slack, sample.templates)
    engine.dispose()

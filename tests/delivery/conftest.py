"""Fixtures of the delivery tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sandbox.app import create_sandbox
from tests.delivery.post_office import WORKSPACE, PostOffice
from tests.delivery.scene import Scene
from tests.serving import serving
from tests.slack import SlackWorkspace


@pytest.fixture
def scene(engine: Engine) -> Scene:
    """An empty outbox on a fresh database, on SQLite and on PostgreSQL."""
    return Scene(engine)


@pytest.fixture(scope="session")
def workspace() -> Iterator[SlackWorkspace]:
    """A pretend Slack for all delivery tests of this process."""
    with serving(create_sandbox(WORKSPACE)) as base_url:
        slack = SlackWorkspace(base_url)
        yield slack
        slack.close()


@pytest.fixture
def office(engine: Engine, workspace: SlackWorkspace) -> PostOffice:
    """An empty outbox before an empty Slack, on SQLite and on PostgreSQL."""
    workspace.steer("reset")
    return PostOffice(engine, workspace)


@pytest.fixture
def broken_answers() -> Iterator[None]:
    """For tests marked to ignore it: the SDK leaves the socket of a broken answer to the collector,
    which then warns. It is to warn within the test that broke the answer.
    """
    yield
    gc.collect()

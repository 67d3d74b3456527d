"""A restored backup from before an erasure: who was erased is gone before anybody is served."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.app import open_parts
from bot.running import prepare
from storage.database import is_sqlite
from tests.scenes.conftest import settings_for
from tests.scenes.offices import Offices
from tests.scenes.test_erasures import (
    TITLE,
    TRACES,
    ask,
    everything_stored,
    ledger,
    offices,
)

__all__ = ["ledger", "offices"]  # fixtures, shared with the scene


def test_who_was_erased_is_gone_from_a_restored_backup_as_the_bot_starts(
    offices: Offices,
    ledger: Path,
    tmp_path: Path,
) -> None:
    store = offices.company.parts.store
    if not is_sqlite(store.engine):
        pytest.skip("the copy of a database is taken with SQLite's own means")
    backup = tmp_path / "backup.db"
    with sqlite3.connect(store.engine.url.database or "") as source:
        source.backup(target := sqlite3.connect(backup))
        target.close()
    ask(offices)
    offices.approve("Nora")
    offices.hr.wait_for("Certificate of erasure")

    slack_url = str(offices.company.slack.http.base_url).rstrip("/")
    settings = settings_for(f"sqlite:///{backup}", slack_url).model_copy(
        update={"accord_erasure_ledger": ledger}
    )
    with open_parts(settings) as parts:
        assert TITLE in everything_stored(parts.store)
        prepare(parts)
        after = everything_stored(parts.store)
        assert [trace for trace in TRACES if trace in after] == []

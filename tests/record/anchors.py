"""A store whose record is checkpointed, by a clock that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from bot.app import anchor_at_once
from domain.audit import Action, AuditEvent
from domain.checkpoints import Checkpoint, notes_in, open_checkpoint
from domain.clock import Clock
from domain.origin import Origin, Via
from domain.signing import Anchoring, SigningKeys
from storage.unit_of_work import Store
from tests.record.acts import KEYRING, an_event

KEYS = SigningKeys(["the signing key of the organisation, 32+"], "accord.example/record")
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Watch:
    """Machine time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, span: timedelta) -> None:
        self.now += span


class Archive:
    """The record of one organisation and the file that keeps its checkpoints."""

    def __init__(self, engine: Engine, file: Path | None, keys: SigningKeys | None = KEYS) -> None:
        self.watch = Watch()
        self.file = file
        self.store = Store(
            engine, KEYRING, Clock(self.watch), anchoring=Anchoring(keys, None, file)
        )
        anchor_at_once(self.store)

    @property
    def origin(self) -> Origin:
        return Origin(Via.CLOCK, self.watch.now, "r-9")

    def act(self, action: Action = Action.GOAL_PROPOSE) -> AuditEvent:
        """Something is recorded, as a use case does."""
        event = an_event(uuid4(), action=action)
        with self.store.write(self.origin) as work:
            work.record(event)
        return event

    def anchored(self) -> list[Checkpoint]:
        """What the file holds, each checked."""
        if self.file is None or not self.file.exists():
            return []
        return [open_checkpoint(n, KEYS.verifiers) for n in notes_in(self.file.read_text("utf-8"))]

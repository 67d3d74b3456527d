"""What a process does that delivers, and kills itself without a word on its way."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime, timedelta

from domain.clock import Clock
from scheduler.checkpoints import Checkpoint
from scheduler.delivery import Delivery
from scheduler.slack import open_slack
from storage.database import open_engine
from tests.delivery.post_office import SETTINGS, TOKEN, Words


def deliver_and_die(
    database_url: str, slack_url: str, fatal: str, count: int, shift: float
) -> None:
    """Dies when it reaches the checkpoint for the `count`-th time; its machine clock is `shift`
    seconds ahead. Without a checkpoint (`-`) it delivers until nothing is due.
    """
    reached: list[Checkpoint] = []

    def die_there(checkpoint: Checkpoint) -> None:
        reached.append(checkpoint)
        if fatal != "-" and reached.count(Checkpoint(fatal)) == count:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = open_engine(database_url, lock_wait_ms=10_000)
    Delivery(
        engine,
        open_slack(TOKEN, slack_url, SETTINGS.http_timeout),
        Words(),
        Clock(lambda: datetime.now(UTC) + timedelta(seconds=shift)),
        SETTINGS,
        wake=threading.Event(),
        reached=die_there,
    ).deliver_until_idle()
    engine.dispose()

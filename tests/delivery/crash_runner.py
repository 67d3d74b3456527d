"""Delivers, and kills itself without a word at the named checkpoint.

`python -m tests.delivery.crash_runner DATABASE_URL SLACK_URL CHECKPOINT COUNT SHIFT`: dies when it
reaches the checkpoint for the COUNT-th time; its machine clock is SHIFT seconds ahead. Without a
checkpoint (`-`) it delivers until nothing is due.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta

from domain.clock import Clock
from scheduler.checkpoints import Checkpoint
from scheduler.delivery import Delivery
from scheduler.slack import open_slack
from storage.database import open_engine
from tests.delivery.post_office import SETTINGS, TOKEN, Words


def main(database_url: str, slack_url: str, fatal: str, count: int, shift: float) -> None:
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


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))

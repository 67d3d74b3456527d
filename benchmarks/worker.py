"""Clock and delivery as `accord worker` runs them: `python -m benchmarks.worker`.

python -m benchmarks.worker --database URL --slack URL --posts-per-minute N
"""

from __future__ import annotations

import argparse

from benchmarks.server import settings_for
from bot.app import open_parts
from bot.logs import configure_logs
from bot.running import clock_and_delivery
from bot.stopping import Stop
from scheduler.settings import DeliverySettings


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--slack", required=True)
    parser.add_argument("--posts-per-minute", type=int, required=True)
    told = parser.parse_args()
    configure_logs(human=False)
    stop = Stop()
    paced = DeliverySettings(posts_a_minute=told.posts_per_minute)
    with (
        open_parts(settings_for(told.database, told.slack)) as parts,
        clock_and_delivery(parts, paced),
    ):
        stop.wait()


if __name__ == "__main__":
    main()

"""What so many people need in time, disk and money: the table of docs/capacity.md.

python -m benchmarks.capacity             the table, from the inputs below
python -m benchmarks.capacity --measure   the bytes among them, measured anew on SQLite
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from benchmarks.history import fill_organisation
from benchmarks.organisation import Organisation
from benchmarks.reminders import NOW, fill_reminders, settle
from domain.clock import Clock
from domain.origin import Origin, Via
from domain.pacing import USUAL_POSTS, USUAL_SHARE, WINDOW, interval_for
from domain.spread import window_for
from storage.database import open_engine
from storage.keyring import Keyring
from storage.schema import migrate
from storage.unit_of_work import Store
from usecases.checkin_prompts import prompt_check_ins

SIZES = (1_000, 10_000, 100_000)
MEASURED_WITH = 2_000
YEARS = 3
BYTES_A_PERSON = 29_000
"""With five goals, 15 values, ten entries of the record and five messages: measured."""
BYTES_A_MESSAGE = 1_600
"""A morning's message with its question, notice, post and delivery: measured."""
BYTES_AN_ENTRY = 1_500
"""Of the record, with leaf and sealed values: bodies of 700 bytes, and indexes. An estimate."""
MESSAGES_A_YEAR = 80
"""For each person: 26 check-ins, 40 that another's act causes, lists, four announcements."""
ENTRIES_A_YEAR = 60
"""For each person: three goals with four acts each, 26 check-ins, some accesses."""
CHECKED_IN_A_DAY = 0.1
"""Every other week, on ten working days."""
DISK_COPIES = 3
"""The database, and two backups."""
EUROS_A_GB_MONTH = 0.10
EUROS_A_MONTH = {1_000: 30, 10_000: 150, 100_000: 500}
"""One small machine; two and a PostgreSQL; four and a larger PostgreSQL."""
GB = 10**9


@dataclass(frozen=True, slots=True)
class Needs:
    """Of so many people."""

    people: int

    @property
    def bulk_a_minute(self) -> float:
        return WINDOW / interval_for(USUAL_POSTS * USUAL_SHARE)

    @property
    def announcement_minutes(self) -> int:
        return ceil(self.people / self.bulk_a_minute)

    @property
    def morning_minutes(self) -> int:
        """Until the last of a day's check-ins has left, spread so that dialogs can be opened."""
        asked = round(self.people * CHECKED_IN_A_DAY)
        spread = ceil(window_for(asked).total_seconds() / 60)
        return max(ceil(asked / self.bulk_a_minute), spread)

    @property
    def gigabytes(self) -> float:
        each = BYTES_A_PERSON + YEARS * (
            MESSAGES_A_YEAR * BYTES_A_MESSAGE + ENTRIES_A_YEAR * BYTES_AN_ENTRY
        )
        return self.people * each / GB

    @property
    def euros(self) -> int:
        months = 12 * YEARS
        # The disk fills evenly: half of it on average.
        disk = self.gigabytes / 2 * DISK_COPIES * EUROS_A_GB_MONTH * months
        return round(EUROS_A_MONTH[self.people] * months + disk)


def table() -> str:
    """In Markdown."""
    lines = [
        (
            "| people | an announcement to all | a day's check-ins | disk after three years | "
            "three years |"
        ),
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.people:,} | {_long(one.announcement_minutes)} | {_long(one.morning_minutes)} | "
        f"{one.gigabytes:.1f} GB | {one.euros:,} € |"
        for one in map(Needs, SIZES)
    ]
    return "\n".join(lines)


def _long(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def measure(people: int) -> tuple[int, int]:
    """Bytes for a person with five goals, and for a morning's message."""
    with tempfile.TemporaryDirectory(prefix="accord-capacity-") as folder:
        whole = Path(folder) / "whole.db"
        engine = open_engine(f"sqlite:///{whole}", lock_wait_ms=60_000)
        migrate(engine)
        empty = _size(whole)
        fill_organisation(engine, Organisation(people, datetime.now(UTC)))
        engine.dispose()
        asked = Path(folder) / "asked.db"
        engine = open_engine(f"sqlite:///{asked}", lock_wait_ms=60_000)
        migrate(engine)
        fill_reminders(engine, people)
        settle(engine, people, 1)
        engine.dispose()
        before = _size(asked)
        engine = open_engine(f"sqlite:///{asked}", lock_wait_ms=60_000)
        store = Store(engine, Keyring(["a secret of at least 32 characters"]), Clock(lambda: NOW))
        prompt_check_ins(store, Origin(Via.CLOCK, NOW, "benchmark"))
        engine.dispose()
        return (_size(whole) - empty) // people, (_size(asked) - before) // people


def _size(database: Path) -> int:
    """With its log, which is emptied when the last connection closes."""
    return database.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--measure", action="store_true")
    if parser.parse_args().measure:
        person, message = measure(MEASURED_WITH)
        sys.stdout.write(f"{person:,} bytes for a person, {message:,} for a message\n")
    else:
        sys.stdout.write(table() + "\n")


if __name__ == "__main__":
    main()

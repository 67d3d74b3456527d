"""What HR does with cycles and announcements, in the words of the screens."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from tests.scenes.conftest import Company
from tests.scenes.goals import in_days
from tests.scenes.patience import PATIENCE_SECONDS, POLL
from tests.slack import Message, Person

CYCLE = "Goals for spring"
TEXT = "Please agree two to four goals with your manager; about 20 minutes."


def set_up_cycle(company: Company, name: str = CYCLE, starts: int = -3, ends: int = 87) -> Person:
    """Ines sets a cycle up whose first phase is open; returns Ines."""
    ines = company.person("Ines")
    ines.command("/cycle new")
    ines.dialog.fill(
        {"Name": name, "Starts": in_days(company, starts), "Ends": in_days(company, ends)}
    ).submit()
    assert "is set up" in ines.dialog.text, ines.dialog.errors
    ines.dialog.close()
    return ines


def write_announcement(company: Company, **changes: object) -> Person:
    """Ines writes an announcement to everybody, for now, and looks at it."""
    ines = company.person("Ines")
    ines.command("/cycle announce")
    ines.dialog.fill({"Message": TEXT, "Send at": "Now", **changes}).submit()
    return ines


def announce(company: Company, **changes: object) -> Person:
    """The same, confirmed, and handed out as far as it is due."""
    ines = write_announcement(company, **changes)
    assert ines.dialog.title == "Announcement", ines.dialog.errors
    ines.dialog.submit()
    assert "on its way" in ines.dialog.text, ines.dialog.text
    ines.dialog.close()
    company.pass_days(0)
    return ines


def go_to_morning(company: Company, hour: int = 11, zone: str = "Europe/Berlin") -> datetime:
    """The next working day at that hour; people who work there are at their desks."""
    local = company.parts.clock.business().astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1)
    while day.isoweekday() > 5 or (day.month, day.day) in HOLIDAYS:
        day += timedelta(days=1)
    moment = datetime.combine(day, clock_time(hour), tzinfo=ZoneInfo(zone))
    company.move_to(moment)
    return moment


HOLIDAYS = {(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)}
"""In Germany, as far as they have a date of their own."""


def followed(company: Company, words: str) -> Message:
    """The author's own message once it says this; sweeps run meanwhile."""
    ines = company.person("Ines")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not ines.sees(words):
        company.pass_days(0)
        # What tells the author does so every twenty seconds of the machine's time.
        ines.command("/cycle status")
        time.sleep(POLL)
    return ines.wait_for(words)


def announced(person: Person, cycle: str = CYCLE) -> Message:
    return person.wait_for(lambda message: cycle in message.text)

"""Phones in people's hands, and machine time, which a scene may move a little.

A little: Slack's requests are refused when their stamp is five minutes off.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.app import machine_now
from tests.phone import phone_code
from tests.slack import Person


class MachineTime:
    """The machine's clock; phones follow it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return machine_now() + self.ahead

    def next_code(self) -> None:
        """Half a minute passes."""
        self.ahead += timedelta(seconds=30)


class Phone:
    """An app for one-time codes that was told a key."""

    def __init__(self, key: str, time: MachineTime) -> None:
        self.key = key
        self._time = time

    def code(self) -> str:
        return phone_code(self.key, self._time().timestamp())

    def next_code(self) -> str:
        """The code after the one that was used last."""
        self._time.next_code()
        return self.code()


def key_shown(person: Person) -> str:
    """The key in the open dialog."""
    found = re.search(r"(?:[A-Z2-7]{4} ?){8}", person.dialog.text)
    assert found is not None, person.dialog.text
    return found[0].strip()


def set_up_codes(person: Person, time: MachineTime) -> Phone:
    """The person sets their codes up; returns their phone."""
    person.command("/accord security")
    phone = Phone(key_shown(person), time)
    person.dialog.fill({"Code": phone.code()}).submit()
    person.dialog.close()
    return phone

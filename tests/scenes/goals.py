"""What people do with goals, in the words of the screens."""

from __future__ import annotations

from datetime import date, timedelta

from tests.scenes.conftest import Company
from tests.slack import Message, Person


def in_days(company: Company, days: int) -> str:
    """A date as one picks it, some days from the company's present."""
    return day_in(company, days).isoformat()


def day_in(company: Company, days: int) -> date:
    return (company.parts.clock.business() + timedelta(days=days)).date()


def fill_goal(person: Person, company: Company, **changes: str) -> None:
    """Open *New goal* and fill it; not sent yet."""
    person.command("/goal new")
    values = {
        "Title": "First reply to customers",
        "Metric": "Median hours to first reply",
        "Target": "5 h",
        "Due date": in_days(company, 120),
    }
    person.dialog.fill({**values, **changes})


def propose(person: Person, company: Company, **changes: str) -> None:
    fill_goal(person, company, **changes)
    person.dialog.submit()
    assert not person.has_dialog, person.dialog.errors


def agree(owner: Person, manager: Person, company: Company, **changes: str) -> None:
    """The shortest way to an active goal."""
    propose(owner, company, **changes)
    manager.wait_for("proposes a goal").press("Accept")
    owner.wait_for("accepted G-")


def propose_for_lena(company: Company, **changes: str) -> Person:
    """Jonas asks for a goal of Lena's; she has the question before her."""
    jonas = company.person("Jonas")
    jonas.command("/goal new")
    jonas.dialog.press("More detail")
    jonas.dialog.fill(
        {
            "Title": "First reply to customers",
            "Metric": "Median hours to first reply",
            "Target": "5 h",
            "Due date": in_days(company, 120),
            "For whom": "Lena",
        }
    )
    # Whom it is for decides what one is asked.
    jonas.dialog.fill(changes).submit()
    assert not jonas.has_dialog, jonas.dialog.errors
    return company.person("Lena")


def press_late(message: Message, label: str) -> None:
    """Press a button that this message once had, as a phone does that has not caught up."""
    element = next(
        one
        for block in message.blocks
        for one in block.get("elements", [])
        if one.get("type") == "button" and one["text"]["text"] == label
    )
    action = {
        "type": "button",
        "action_id": element["action_id"],
        "block_id": "late",
        "value": element["value"],
        "text": element["text"],
        "action_ts": "1.0",
    }
    message.again().press("History", forge={"actions": [action]})

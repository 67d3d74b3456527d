"""A run through everything that people say in confidence or type in malice, and where it ends up.

What is confidential stands in dialogs alone: in no message, notification, log, error, or column in
clear. What is hostile stays text: all that Slack reads as markup is ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, update

from domain.people import Role
from storage.tables.people import Person as PersonRow
from tests.archives import opened
from tests.company import person_id
from tests.edge.test_logs import REFERENCE, broken
from tests.messages.slack_markup import UNESCAPED, commands
from tests.scenes import test_corrections as corrections
from tests.scenes.checkins import asked
from tests.scenes.conftest import Company
from tests.scenes.goals import fill_goal
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime, set_up_codes
from tests.scenes.test_confidential import (
    CANARY,
    EVERYWHERE,
    everybody,
    members,
    sent_to_slack,
    stored,
)
from tests.scenes.test_holds import place
from tests.scenes.test_my_data import fetch, offered

HOSTILE = "<!channel> <@U0OMAR> <https://evil.example|x> {{7*7}} {% raw %} &lt;!here&gt; *b*"
OURS = re.compile(
    r"<(?:!date\^\d+\^[^<>|^]+\|[^<>|]+|@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|http://127\.0\.0\.1[^<>]*)>"
)


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    offices = settle_offices(company, machine_time)
    name_to_role(company, "Mara", Role.LEGAL)
    offices.phones["Mara"] = set_up_codes(company.person("Mara"), machine_time)
    return offices


def support_and_help(company: Company) -> None:
    """A check-in with its support, the manager's reply, and a note to a facilitator."""
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill(
        {
            "Value": "7.1",
            "What changed": HOSTILE,
            "Blockers": f"{CANARY} blocker",
            "Support needed": f"{CANARY} support",
        }
    ).submit()
    lena.dialog.close()
    jonas.wait_for("Lena Novak checked in").press("Read")
    assert f"{CANARY} blocker" in jonas.dialog.text
    jonas.dialog.close()
    fill_goal(lena, company, Title=HOSTILE, Metric=HOSTILE)
    lena.dialog.submit()
    jonas.wait_for("Lena Novak proposes a goal").press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": HOSTILE}).submit()
    lena.wait_for("suggests a change").press("Ask a facilitator")
    lena.dialog.fill({"What would help?": f"{CANARY} note"}).submit()
    lena.dialog.close(everything=True)
    mira = company.person("Mira")
    mira.wait_for("Lena Novak asks for your help").press("Read")
    assert f"{CANARY} note" in mira.dialog.text
    mira.dialog.close()
    for words in (
        "/goal",
        "/goal list",
        "/goal show G-2",
        "/goal history G-2",
        "/accord audit G-2",
    ):
        lena.command(words)
        if lena.has_dialog:
            lena.dialog.close(everything=True)
    fill_goal(company.person("Gustav"), company, Title=HOSTILE)
    company.person("Gustav").dialog.submit()
    company.person("Omar").wait_for("proposes a goal")
    lena.say(HOSTILE)
    lena.wait_for("I don't know")
    lena.command(f"/goal {HOSTILE}")
    lena.home()


def case_and_hold(offices: Offices) -> None:
    """A correction that HR answers, and a hold that legal places."""
    company = offices.company
    lena, ines = company.person("Lena"), company.person("Ines")
    corrections.ask(lena, f"{CANARY} wrong")
    ines.wait_for("Lena Novak asks for a correction").press("Read")
    assert f"{CANARY} wrong" in ines.dialog.text
    ines.dialog.fill(
        {"Outcome": "Nothing had to change", "Explanation": f"{CANARY} because"}
    ).submit()
    ines.dialog.close()
    lena.wait_for("answered what you asked to have corrected").press("Read")
    assert f"{CANARY} because" in lena.dialog.text
    lena.dialog.close()
    place(offices, Matter=f"{CANARY} matter", Reason=f"{CANARY} reason")
    company.person("Mara").dialog.close(everything=True)


def when_it_breaks(company: Company, engine: Engine) -> None:
    """An error in the middle of something confidential."""
    omar = company.person("Omar")
    omar.command("/feedback @Lena")
    omar.dialog.fill({"Feedback": f"{CANARY} unsaved", "Kind": "Support"})
    with broken(engine, "support_feedback"):
        omar.dialog.submit()
        assert REFERENCE.search(omar.dialog.text), omar.dialog.text
    omar.dialog.submit()
    omar.dialog.close()
    company.person("Lena").wait_for("has feedback for you").press("Read")
    company.person("Lena").dialog.close()


def own_file(company: Company) -> list[str]:
    """The link is fetched; returns what opens it."""
    link = offered(company.person("Lena"))
    files = opened(fetch(link.url).content, link.passphrase)
    assert CANARY.encode() in b"".join(files.values())
    return [link.url.rpartition("/")[2], link.passphrase]


def test_nothing_confidential_leaks_and_nothing_hostile_acts(
    offices: Offices, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    company = offices.company
    with company.parts.store.write_alone() as connection:
        named = update(PersonRow).where(PersonRow.id == person_id("Gustav Gast"))
        connection.execute(named.values(name=f"Gustav {HOSTILE}"))
    support_and_help(company)
    case_and_hold(offices)
    when_it_breaks(company, engine)
    secrets = [CANARY, *own_file(company)]
    keys = [phone.key for phone in offices.phones.values()]
    secrets += [form for key in keys for form in (key, key.replace(" ", ""))]
    company.slack.settle()

    printed = "".join(capsys.readouterr())
    told = list(sent_to_slack(company))
    for secret in secrets:
        assert secret not in printed
        for entry in told:
            assert secret not in json.dumps(entry, ensure_ascii=False), entry["method"]
        for shown in shown_in_messages(company):
            assert secret not in shown
    for name, value in stored(company):
        text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        assert not any(secret in text for secret in secrets), name
    for entry in company.slack.log():
        if entry["direction"] != "to_bot":
            obeys(entry["method"], entry["args"])


def shown_in_messages(company: Company) -> Iterator[str]:
    for person in [*everybody(company), company.person("Mara")]:
        for place_ in EVERYWHERE:
            if place_ is None or person.id in members(company, place_):
                for message in person.messages(place_):
                    yield message.text + message.notification


def obeys(method: str, arguments: Any) -> None:
    """One thing that the bot sent: its markup is ours, and nothing in it unfurls or links."""
    if method == "chat.postMessage":
        assert (arguments["unfurl_links"], arguments["unfurl_media"]) == (False, False)
    if method in ("chat.postMessage", "chat.update"):
        assert (arguments["parse"], arguments["link_names"]) == ("none", False)
    for text in markup(arguments):
        assert not UNESCAPED.search(OURS.sub("", text)), text
        assert [one for one in commands(text) if not OURS.fullmatch(one)] == []


def markup(content: Any) -> Iterator[str]:
    """All that Slack reads as mrkdwn: such objects, and a message's own text."""
    if isinstance(content, dict):
        if content.get("type") == "mrkdwn":
            assert content["verbatim"] is True
            yield content["text"]
        elif isinstance(content.get("text"), str) and "type" not in content:
            yield content["text"]
        for value in content.values():
            yield from markup(value)
    elif isinstance(content, list):
        for value in content:
            yield from markup(value)

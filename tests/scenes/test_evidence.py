"""*Add to a goal*: a message kept as evidence, by its link."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from storage.tables.evidence import GoalEvidence
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.scenes.patience import dialog_with
from tests.slack import Message

CHANNEL = "C0RELEASE"
SAID = "Median reply was 6.5 h this week & falling."


def said(company: Company) -> Message:
    """What Omar wrote in the channel, as Lena sees it."""
    company.person("Omar").say(SAID, CHANNEL)
    return company.person("Lena").messages(CHANNEL)[-1]


def test_a_message_becomes_evidence_and_the_history_links_to_it(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    message = said(company)
    message.shortcut("add_to_goal")
    assert lena.dialog.suggestions("Goal", "") == ["G-1 First reply to customers"]
    lena.dialog.fill({"Goal": "G-1 First reply to customers", "What it shows": "It works."})
    lena.dialog.submit()
    assert "Added to G-1 First reply to customers" in lena.dialog.text
    lena.dialog.close()

    jonas.command("/goal history G-1")
    assert "Evidence from Lena Novak" in jonas.dialog.text
    assert "It works." in jonas.dialog.text
    assert "Median reply" not in jonas.dialog.text
    assert message.ts.replace(".", "") in str(jonas.dialog.view)
    assert company.acts("goal.evidence") == company.acts("goal.propose")
    with company.parts.store.engine.connect() as connection:
        kept = connection.execute(select(GoalEvidence.sha256)).scalar_one()
    assert kept == hashlib.sha256(str(message.content["text"]).encode()).hexdigest()


def test_only_ones_own_goals_are_offered(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    jonas.wait_for("proposes a goal")
    company.person("Omar").say(SAID, CHANNEL)
    jonas.messages(CHANNEL)[-1].shortcut("add_to_goal")
    dialog_with(jonas, "You have no open goal to add this to")


def test_where_the_bot_cannot_look_it_says_what_to_do(company: Company) -> None:
    lena = company.person("Lena")
    propose(lena, company)
    company.slack.fault("error_before", method="chat.getPermalink", error="channel_not_found")
    said(company).shortcut("add_to_goal")
    dialog_with(lena, "I can't see this message")

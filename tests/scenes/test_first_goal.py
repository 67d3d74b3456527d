"""The first scene: an employee and a manager agree on a goal."""

from __future__ import annotations

from datetime import timedelta

from tests.scenes.conftest import Company
from tests.slack import Person


def propose(person: Person, company: Company, **changes: str) -> None:
    """Fill and send *New goal*."""
    person.command("/goal new")
    due = (company.parts.clock.business() + timedelta(days=120)).date().isoformat()
    values = {
        "Title": "First reply to customers",
        "Metric": "Median hours to first reply",
        "Target": "5 h",
        "Due date": due,
    }
    person.dialog.fill({**values, **changes}).submit()


def test_a_proposal_reaches_the_manager_and_becomes_active_when_accepted(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    assert not lena.has_dialog

    card = lena.wait_for("You proposed G-1")
    assert "Jonas Brandt is asked to answer" in card.text
    question = jonas.wait_for("Lena Novak proposes a goal")
    assert "then Omar Haddad is asked" in question.text
    assert question.buttons[:3] == ["Accept", "Counter", "Decline"]

    question.press("Accept")
    assert "Jonas Brandt accepted G-1" in jonas.wait_for("accepted G-1").text
    assert lena.wait_for("Jonas Brandt accepted G-1")
    assert "Active" in lena.command("/goal").text

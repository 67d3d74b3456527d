"""`/accord audit G-1`: who, what, when, why, before and after, number and fingerprint, paged."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, propose


def test_a_counter_shows_what_was_before_and_after_and_nothing_that_stayed(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    jonas.wait_for("proposes a goal").press("Counter")
    jonas.dialog.fill(Target="6", Reason="No Lisbon hire before March.").submit()
    lena.wait_for("suggests a change")
    lena.command("/accord audit G-1")
    newest, first = re.split(r"\n(?=#)", lena.dialog.text[lena.dialog.text.index("#") :])[:2]
    assert "Jonas Brandt" in newest
    assert "Target: 5 → 6" in newest
    assert "Reason: No Lisbon hire before March." in newest
    assert "Title" not in newest
    assert "Title: First reply to customers" in first
    assert re.search(r"#\d+ .* version 1 · [0-9a-f]{12}", first)


def test_each_value_shows_with_the_one_before_it_across_pages(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company)
    for value in range(8, 0, -1):
        lena.command("/goal update G-1")
        lena.dialog.fill({"Value": str(value)}).submit()
    jonas.command("/accord audit G-1")
    text = jonas.dialog.text
    assert "Value: 8" in text
    assert "Value: 2 → 1" in text
    jonas.dialog.press("Earlier")
    assert "proposed" in jonas.dialog.text
    assert "Value" not in jonas.dialog.text


def test_why_somebody_else_was_asked_is_told(company: Company) -> None:
    lena = company.person("Lena")
    propose(lena, company)
    company.move_to(company.parts.clock.business() + timedelta(days=7))
    lena.command("/accord audit G-1")
    assert "Why: nobody had answered" in lena.dialog.text

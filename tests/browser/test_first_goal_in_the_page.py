"""An employee, her manager, the deputy and a nosy colleague, each with mouse and keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.scenes.conftest import Company
from tests.scenes.goals import in_days
from tests.scenes.test_silence import MONDAY

pytestmark = pytest.mark.browser


def be(page: Page, company: Company, name: str, place: str = "app") -> None:
    """Open the page as somebody, at their conversation with the app."""
    person = company.person(name)
    page.goto(f"{str(company.slack.http.base_url).rstrip('/')}/#/{person.id}/{place}")
    page.reload()
    messages = page.get_by_role("tab", name="Messages").or_(
        page.get_by_role("button", name="Messages", exact=True)
    )
    messages.first.click()


def command(page: Page, words: str) -> None:
    """Type a command and send it with the keyboard."""
    field = page.get_by_placeholder("type / for a command")
    field.fill(words)
    field.press("Escape")
    field.press("Enter")


def test_a_goal_is_proposed_countered_and_agreed_with_mouse_and_keyboard(
    page: Page, company: Company
) -> None:
    be(page, company, "Lena")
    command(page, "/goal new")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("First reply to customers")
    dialog.get_by_label("Metric").fill("Median hours to first reply")
    dialog.get_by_label("Target").fill("abc")
    dialog.get_by_label("Due date").fill(in_days(company, 90))
    dialog.get_by_role("button", name="Propose").click()
    expect(dialog.get_by_text("Please write a number")).to_be_visible()
    dialog.get_by_label("Target").fill("5 h")
    dialog.get_by_role("button", name="More detail").click()
    dialog.get_by_label("Baseline").fill("9")
    expect(dialog.get_by_label("Title")).to_have_value("First reply to customers")
    dialog.get_by_role("button", name="Propose").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("You proposed G-1")).to_be_visible()

    be(page, company, "Jonas")
    expect(page.get_by_text("Lena Novak proposes a goal")).to_be_visible()
    page.get_by_role("button", name="Counter").click()
    dialog.get_by_label("Target").fill("6")
    dialog.get_by_label("Reason").fill("No Lisbon hire before March.")
    dialog.get_by_role("button", name="Suggest").click()
    expect(page.get_by_text("G-1 is waiting for Lena Novak")).to_be_visible()

    be(page, company, "Lena")
    expect(page.get_by_text("No Lisbon hire before March.")).to_be_visible()
    page.get_by_role("button", name="Accept G-1").click()
    expect(page.get_by_text("You accepted G-1").first).to_be_visible()
    expect(page.get_by_role("button", name="Accept G-1")).to_have_count(0)

    be(page, company, "Nora")
    command(page, "/goal show G-1")
    expect(page.get_by_text("I can't show you G-1")).to_be_visible()


def test_the_deputy_is_asked_when_the_manager_stays_silent(page: Page, company: Company) -> None:
    company.move_to(MONDAY)
    be(page, company, "Lena")
    command(page, "/goal new")
    dialog = page.get_by_role("dialog")
    for label, value in (("Title", "Mentor two starters"), ("Metric", "Starters on their own")):
        dialog.get_by_label(label).fill(value)
    dialog.get_by_label("Target").fill("2")
    dialog.get_by_label("Due date").fill(in_days(company, 90))
    dialog.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("You proposed G-1")).to_be_visible()
    company.move_to(MONDAY + timedelta(days=4))
    be(page, company, "Omar")
    expect(page.get_by_text("You are asked as deputy").first).to_be_visible()
    page.get_by_role("button", name="Accept G-1").click()
    expect(page.get_by_text("You accepted G-1").first).to_be_visible()

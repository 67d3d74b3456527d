"""A manager with forty reports reads the weekly list on the page and sees everybody, by page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import be, composer
from tests.scenes.checkins import WEDNESDAY
from tests.scenes.conftest import Company
from tests.scenes.team import reports, silence

pytestmark = pytest.mark.browser


def test_the_weekly_list_the_pages_and_a_goal_for_somebody_without_one(
    page: Page, company: Company
) -> None:
    company.move_to(WEDNESDAY)
    reports(company)
    silence(company)
    company.person("Nora").wait_for("hasn't answered since")

    be(page, company, "Nora", "app")
    weekly = page.get_by_role("article").filter(has_text="28 others are fine.")
    expect(weekly).to_contain_text("Your people this week")
    expect(weekly.get_by_role("button", name="See goals")).to_have_count(7)
    weekly.get_by_role("button", name="See goals").first.click()
    expect(page.get_by_role("article").last).to_contain_text("Report 01")

    composer(page).fill("/checkin team")
    composer(page).press("Enter")
    first = page.get_by_role("article").filter(has_text="1 to 20 of 37")
    expect(first).to_contain_text("Report 40 has no agreed goal")
    first.get_by_role("button", name="More", exact=True).click()
    expect(page.get_by_role("article").filter(has_text="21 to 37 of 37")).to_be_visible()

    first.get_by_role("button", name="New goal").click()
    dialog = page.get_by_role("dialog", name="New goal")
    expect(dialog).to_contain_text("For whom")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

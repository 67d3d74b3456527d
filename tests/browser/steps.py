"""What people do on the page, in the words that stand on it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.scenes.conftest import Company


def be(page: Page, company: Company, name: str, place: str) -> None:
    """Open the page as somebody, at a conversation's id or at `app`, `home` or `threads`."""
    person = company.person(name)
    page.goto("about:blank")
    page.goto(f"{str(company.slack.http.base_url).rstrip('/')}/#/{person.id}/{place}")
    page.locator("#list").wait_for()


def composer(page: Page) -> Locator:
    return page.locator("#composer-text")


def place(page: Page, name: str) -> Locator:
    """An entry of the sidebar."""
    return page.get_by_role("navigation", name="Workspace").locator(".place", has_text=name)


def choose(message: Locator, entry: str) -> None:
    """Take an entry from a message's menu."""
    message.hover()
    message.get_by_role("button", name="More actions").click()
    message.get_by_role("menuitem", name=entry).click()

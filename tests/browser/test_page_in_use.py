"""The page as people use it: threads, shortcuts, completion, the clock, a phone, the keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import be, choose, composer, place
from tests.chromium import PATIENCE_MS
from tests.scenes.checkins import ASKED, begin
from tests.scenes.conftest import Company
from tests.scenes.goals import agree

pytestmark = pytest.mark.browser
CHANNEL = "C0RELEASE"


def test_more_pages_than_a_browser_has_connections_all_hear_what_happens(
    page: Page, company: Company
) -> None:
    lena = company.person("Lena")
    pages = [page, *(page.context.new_page() for _ in range(7))]
    for one in pages:
        one.set_default_timeout(PATIENCE_MS)
        be(one, company, "Jonas", CHANNEL)
    lena.say("Macros are live.", CHANNEL)
    for one in pages:
        expect(one.get_by_role("article").filter(has_text="Macros are live.")).to_be_visible()
    pages[0].close()
    expect(pages[-1].get_by_role("article").first).to_be_visible()


def test_from_an_unread_mention_through_its_thread_to_evidence_for_a_goal(
    page: Page, company: Company
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company)
    lena.say("Macros are live.", CHANNEL)
    question = jonas.say("@Lena, which one saved you most time?", CHANNEL)
    jonas.say("For me it is the refund one.", CHANNEL, thread_ts=question.ts)

    be(page, company, "Lena", "app")
    expect(place(page, "release")).to_contain_text("1")
    expect(place(page, "Threads")).to_contain_text("1")
    place(page, "release").click()
    expect(page.get_by_role("separator", name="New messages")).to_be_visible()
    expect(place(page, "release").locator(".count")).to_have_count(0)

    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("the refund one")).to_be_visible()
    expect(place(page, "Threads").locator(".count")).to_have_count(0)
    reply = thread.get_by_role("combobox", name="Reply")
    reply.fill("/goal new")
    reply.press("Enter")
    expect(thread.get_by_role("alert")).to_have_text("/goal is not supported in threads. Sorry!")
    reply.fill("Mine too: 2 minutes each")
    reply.press("Enter")
    own = thread.get_by_role("article").last
    expect(own).to_contain_text("Mine too")

    choose(own, "Edit message")
    field = own.get_by_role("textbox", name="Edit message")
    field.fill("Mine too: 3 minutes each")
    field.press("Enter")
    expect(own).to_contain_text("3 minutes each (edited)")

    choose(own, "Add to a goal")
    dialog = page.get_by_role("dialog", name="Add to a goal")
    goal = dialog.get_by_label("Goal", exact=True)
    goal.click()
    goal.fill("G-1")
    dialog.get_by_role("option", name="G-1").click()
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_be_hidden()
    kept = page.get_by_role("dialog")
    expect(kept).to_contain_text("G-1")
    page.keyboard.press("Escape")
    expect(kept).to_be_hidden()
    assert [one.text for one in question.replies][-1] == "Mine too: 3 minutes each"


def test_commands_complete_while_one_types_and_time_is_moved_to_see_what_comes(
    page: Page, timed: Company
) -> None:
    begin(timed)
    be(page, timed, "Lena", CHANNEL)
    field = composer(page)
    field.fill("/che")
    expect(page.get_by_role("option", name="/checkin")).to_contain_text("Say how your goals go")
    field.press("Tab")
    page.get_by_role("option", name="/checkin team").click()
    expect(field).to_have_value("/checkin team")
    field.press("Enter")
    expect(page.get_by_text("Only visible to you")).to_be_visible()
    field.press("ArrowUp")
    expect(field).to_have_value("/checkin team")

    clock = page.get_by_role("region", name="The clock")
    expect(clock).to_contain_text("Wednesday, 24 February 2027")
    clock.get_by_text("Another day").click()
    clock.get_by_label("Move the clock to").fill("2027-03-10T09:31")
    clock.get_by_role("button", name="Go").click()
    expect(clock).to_contain_text("Time is passing")
    expect(clock).to_contain_text("Wednesday, 10 March 2027", timeout=20_000)
    expect(clock.get_by_role("button", name="Next working morning")).to_contain_text("Thu 11 Mar")
    rung = page.locator(".toast").filter(has_text="Check-in: one goal")
    expect(rung).to_contain_text("Why now: every two weeks, as agreed.")
    expect(page.get_by_role("status")).to_contain_text("App: Check-in: one goal")
    rung.get_by_text("Check-in").click()
    question = page.get_by_role("article").filter(has_text="Check-in: one goal")
    expect(question.get_by_role("button", name="Nothing changed")).to_be_visible()
    expect(question.locator("time").first).to_have_text("9:30")

    page.get_by_role("button", name="Notifications").click()
    newest = page.get_by_role("dialog", name="Notifications").get_by_role("listitem").first
    expect(newest).to_contain_text("Check-in: one goal, less than a minute")
    expect(newest).not_to_contain_text("*")
    assert timed.parts.clock.business() - ASKED < timedelta(minutes=5)


def test_on_a_phone_one_finds_who_has_to_act_and_answers_with_the_keyboard(
    browser: Browser, company: Company
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    lena.command("/goal new")
    due = (company.parts.clock.business() + timedelta(days=90)).date().isoformat()
    lena.dialog.fill({"Title": "First reply", "Metric": "Hours", "Target": "5 h", "Due date": due})
    lena.dialog.submit()
    jonas.wait_for("proposes a goal")
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    be(page, company, "Lena", "app")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390

    page.get_by_role("button", name="Show the sidebar").tap()
    waiting = page.get_by_role("button", name="Jonas").filter(has=page.locator(".count"))
    expect(waiting).to_be_visible()
    page.get_by_role("button", name="You are Lena").tap()
    switcher = page.get_by_role("dialog", name="Be somebody else")
    expect(switcher.get_by_role("option").first).to_contain_text("Jonas")
    page.keyboard.press("Escape")
    expect(switcher).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("jonas")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Decline").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Decline")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Decline")).to_be_focused()
    page.get_by_role("button", name="Accept G-1").tap()
    expect(page.get_by_text("accepted G-1").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
    assert complaints == []

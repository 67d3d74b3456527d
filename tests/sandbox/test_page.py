"""The page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import PATIENCE_MS
from tests.sandbox.conftest import Scene

pytestmark = pytest.mark.browser
Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def field(block_id: str, label: str, **element: Any) -> Json:
    plain = {"type": "plain_text_input", "action_id": "value"}
    return {
        "type": "input",
        "block_id": block_id,
        "label": text(label),
        "element": {**plain, **element},
    }


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="12" height="8"></svg>'
MORE: Json = {
    "type": "actions",
    "block_id": "more",
    "elements": [{"type": "button", "action_id": "more", "text": text("More detail")}],
}
FORM: Json = {
    "type": "modal",
    "callback_id": "thing",
    "title": text("New thing"),
    "submit": text("Save"),
    "blocks": [field("title", "Title"), field("due", "Due date", type="datepicker"), MORE],
}
CARD: list[Json] = [
    {"type": "header", "text": text("A proposal")},
    {"type": "section", "text": {"type": "mrkdwn", "text": "From <@U_LENA>: *bold* &lt;b&gt;"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "accept", "text": text("Accept")},
            {
                "type": "button",
                "action_id": "decline",
                "text": text("Decline"),
                "confirm": {"title": text("Really?"), "text": text("They will know.")},
            },
        ],
    },
]


@pytest.fixture(scope="module")
def browser_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


@pytest.fixture
def page(browser_page: Page) -> Iterator[Page]:
    """The page, left blank before and after; an error in its scripts fails the test."""
    errors: list[str] = []

    def note(error: Any) -> None:
        errors.append(str(error))

    browser_page.on("pageerror", note)
    yield browser_page
    browser_page.goto("about:blank")
    browser_page.remove_listener("pageerror", note)
    assert errors == []


def be(page: Page, scene: Scene, person: str, place: str = "") -> None:
    page.goto("about:blank")
    page.goto(f"{scene.base_url}/#/{person}/{place}")
    expect(page.get_by_role("button", name="You are")).to_be_visible()


def test_a_form_grows_in_place_shows_errors_and_is_saved(scene: Scene, page: Page) -> None:
    def open_form(payload: Json) -> None:
        scene.bot.api("views.open", trigger_id=payload["trigger_id"], view=FORM)

    def grow(payload: Json) -> None:
        grown = {**FORM, "blocks": [*FORM["blocks"][:2], field("why", "Why it matters")]}
        scene.bot.api("views.update", view_id=payload["view"]["id"], view=grown)

    scene.bot.on |= {"command": open_form, "block_actions": grow}
    be(page, scene, "U_LENA", "C_TEAM")
    composer = page.get_by_role("combobox", name="Message team")
    composer.fill("/th")
    expect(page.get_by_role("option", name="/thing")).to_be_visible()
    composer.press("Tab")
    composer.press("Enter")

    dialog = page.get_by_role("dialog", name="New thing")
    dialog.get_by_label("Title").fill("Typed by hand")
    dialog.get_by_role("button", name="More detail").click()
    expect(dialog.get_by_label("Why it matters")).to_be_visible()
    expect(dialog.get_by_label("Title")).to_have_value("Typed by hand")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Please complete this required field.").first).to_be_visible()
    expect(dialog.get_by_label("Due date")).to_be_focused()

    dialog.get_by_label("Due date").fill("2027-03-31")
    dialog.get_by_label("Why it matters").fill("Because")
    scene.bot.on["view_submission"] = lambda _: {
        "response_action": "errors",
        "errors": {"title": "Say more."},
    }
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Say more.")).to_be_visible()
    scene.bot.on["view_submission"] = lambda _: None
    dialog.get_by_label("Title").press("Enter")
    expect(dialog).not_to_be_visible()
    values = scene.bot.last("view_submission")["view"]["state"]["values"]
    assert values["title"]["value"]["value"] == "Typed by hand"
    assert values["due"]["value"]["selected_date"] == "2027-03-31"


def test_a_message_arrives_by_itself_and_its_buttons_work(scene: Scene, page: Page) -> None:
    scene.bot.api("chat.postMessage", channel="U_JONAS", text="first")
    be(page, scene, "U_JONAS")
    expect(page.get_by_text("first")).to_be_visible()
    scene.bot.api("chat.postMessage", channel="U_JONAS", text="A proposal", blocks=CARD)
    expect(page.get_by_text("From @Lena: bold <b>")).to_be_visible()
    page.get_by_role("button", name="Decline").click()
    question = page.get_by_role("dialog", name="Really?")
    question.get_by_role("button", name="Cancel").click()
    assert "block_actions" not in scene.bot.kinds()

    def accept(payload: Json) -> None:
        where = {"channel": payload["channel"]["id"], "ts": payload["message"]["ts"]}
        scene.bot.api("chat.update", **where, text="Accepted by Jonas")

    scene.bot.on["block_actions"] = accept
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted by Jonas")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def test_a_failing_button_gets_a_warning_sign(scene: Scene, page: Page) -> None:
    scene.bot.on["block_actions"] = lambda _: 500
    scene.bot.api("chat.postMessage", channel="U_JONAS", text="A proposal", blocks=CARD)
    be(page, scene, "U_JONAS")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("img", name=":warning:")).to_be_visible()


def test_one_becomes_somebody_else_with_the_keyboard(scene: Scene, page: Page) -> None:
    be(page, scene, "U_LENA")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search people").fill("jon")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="You are Jonas")).to_be_visible()


def test_a_thread_is_read_and_answered_beside_the_channel(scene: Scene, page: Page) -> None:
    question = scene.jonas.say("What helped?", "team")
    scene.jonas.say("Tea", "team", thread_ts=question.ts)
    be(page, scene, "U_LENA", "C_TEAM")
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("Tea", exact=True)).to_be_visible()
    thread.get_by_role("combobox", name="Reply").fill("Coffee & <i>cake</i>")
    page.keyboard.press("Enter")
    expect(thread.get_by_text("Coffee & <i>cake</i>")).to_be_visible()
    assert [m.text for m in question.replies] == ["Tea", "Coffee & <i>cake</i>"]


def test_pictures_are_shown_with_their_words_and_files_are_sent(scene: Scene, page: Page) -> None:
    question = scene.lena.say("How does it go?", "team")
    place = scene.bot.api(
        "files.getUploadURLExternal",
        filename="chart.svg",
        length=str(len(PICTURE)),
        alt_txt="Falling from 9 to 6",
    )
    httpx.post(place["upload_url"], content=PICTURE)
    where = {"channel_id": "C_TEAM", "thread_ts": question.ts}
    scene.bot.api("files.completeUploadExternal", files=[{"id": place["file_id"]}], **where)
    be(page, scene, "U_LENA", "C_TEAM")
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    shown = thread.get_by_role("img", name="Falling from 9 to 6")
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 12

    note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"words"}
    thread.locator("input[type=file]").set_input_files([note])
    expect(thread.get_by_role("button", name="Remove note.txt")).to_be_visible()
    thread.get_by_role("combobox", name="Reply").press("Enter")
    expect(thread.get_by_role("link", name="note.txt")).to_be_visible()
    scene.slack.settle()
    heard = scene.bot.last("message")["event"]
    assert (heard["subtype"], heard["thread_ts"]) == ("file_share", question.ts)


def test_a_link_to_a_message_leads_to_it_without_leaving_the_page(scene: Scene, page: Page) -> None:
    old = scene.lena.say("The words that are meant", "team")
    for number in range(120):
        scene.lena.say(f"more words {number}", "team")
    link = scene.bot.api("chat.getPermalink", channel="C_TEAM", message_ts=old.ts)["permalink"]
    scene.bot.api("chat.postMessage", channel="U_LENA", text=f"See <{link}|what was said>")
    be(page, scene, "U_LENA")
    page.get_by_role("link", name="what was said").click()
    expect(page.get_by_text("The words that are meant")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="team")).to_be_visible()


def test_the_home_shows_what_the_bot_publishes(scene: Scene, page: Page) -> None:
    def publish(payload: Json) -> None:
        view = {"type": "home", "blocks": [CARD[0], CARD[2]]}
        scene.bot.api("views.publish", user_id=payload["event"]["user"], view=view)

    scene.bot.on["app_home_opened"] = publish
    be(page, scene, "U_LENA", "home")
    expect(page.get_by_role("heading", name="A proposal")).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Accept")).not_to_have_attribute("aria-busy", "true")
    assert scene.bot.last("block_actions")["container"]["type"] == "view"


def test_what_is_only_for_one_person_says_so(scene: Scene, page: Page) -> None:
    scene.bot.on["command"] = lambda _: "Just for you."
    be(page, scene, "U_LENA", "C_TEAM")
    page.get_by_role("combobox", name="Message team").fill("/thing")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Just for you.")).to_be_visible()
    expect(page.get_by_text("Only visible to you")).to_be_visible()

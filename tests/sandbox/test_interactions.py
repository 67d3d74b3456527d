"""Commands, buttons and dialogs: what the bot gets to know, and what the person sees."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.conftest import Scene
from tests.slack import Refused

Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def form(*extra: Json, **changes: Any) -> Json:
    title = {
        "type": "input",
        "block_id": "title",
        "label": text("Title"),
        "element": {"type": "plain_text_input", "action_id": "value"},
    }
    view = {"type": "modal", "title": text("New thing"), "submit": text("Save")}
    return {**view, "callback_id": "thing", "blocks": [title, *extra], **changes}


BUTTON: Json = {
    "type": "actions",
    "block_id": "more",
    "elements": [{"type": "button", "action_id": "go", "text": text("Go"), "value": "7"}],
}


def opens(scene: Scene, view: Json) -> None:
    def handler(payload: Json) -> None:
        scene.bot.api("views.open", trigger_id=payload["trigger_id"], view=view)

    scene.bot.on["command"] = handler
    scene.lena.command("/thing")


def test_a_command_shows_its_text_answer_to_the_person_alone(scene: Scene) -> None:
    scene.bot.on["command"] = lambda _: "Done."
    assert scene.lena.command("/thing new", "team").text == "Done."
    assert scene.lena.last_message("team").ephemeral
    assert not scene.jonas.messages("team")


def test_a_command_answer_in_channel_is_seen_by_all(scene: Scene) -> None:
    scene.bot.on["command"] = lambda _: {"response_type": "in_channel", "text": "Hello *all*"}
    scene.lena.command("/thing", "team")
    assert scene.jonas.last_message("team").text == "Hello all"


def test_an_empty_ack_shows_nothing(scene: Scene) -> None:
    assert scene.lena.command("/thing").text == ""
    assert scene.lena.messages() == []


def test_names_typed_in_a_command_arrive_as_tokens_if_it_asks_for_them(scene: Scene) -> None:
    scene.lena.command("/thing show @Jonas in #team & more")
    expected = "show <@U_JONAS|jonas> in <#C_TEAM|team> &amp; more"
    assert scene.bot.last("command")["text"] == expected
    scene.lena.command("/plain show @Jonas & more")
    assert scene.bot.last("command")["text"] == "show @Jonas & more"


def test_a_slow_bot_makes_slack_say_so(impatient: Scene) -> None:
    impatient.bot.on["command"] = lambda _: time.sleep(0.2)
    assert "operation_timeout" in impatient.lena.command("/thing").text


@pytest.mark.parametrize("answer", [500, 404])
def test_an_http_error_makes_slack_say_so(scene: Scene, answer: int) -> None:
    scene.bot.on["command"] = lambda _: answer
    assert scene.lena.command("/thing").text == (
        ':warning: /thing failed with the error "dispatch_failed"'
    )


def test_a_trigger_opens_one_dialog_only(scene: Scene) -> None:
    trigger = ""

    def handler(payload: Json) -> None:
        nonlocal trigger
        trigger = payload["trigger_id"]
        scene.bot.api("views.open", trigger_id=trigger, view=form())

    scene.bot.on["command"] = handler
    scene.lena.command("/thing")
    again = scene.bot.api("views.open", trigger_id=trigger, view=form())
    assert again["error"] == "exchanged_trigger_id"


def test_a_trigger_is_too_old_after_three_seconds(scene: Scene) -> None:
    scene.lena.command("/thing")
    trigger = scene.bot.last("command")["trigger_id"]
    scene.slack.wait(3.1)
    answer = scene.bot.api("views.open", trigger_id=trigger, view=form())
    assert answer["error"] == "expired_trigger_id"


def test_a_dialog_is_filled_by_label_and_closes_when_submitted(scene: Scene) -> None:
    opens(scene, form())
    dialog = scene.lena.dialog
    assert (dialog.title, dialog.labels) == ("New thing", ["Title"])
    dialog.fill(Title="A good one").submit()
    assert not scene.lena.has_dialog
    values = scene.bot.last("view_submission")["view"]["state"]["values"]
    assert values == {"title": {"value": {"type": "plain_text_input", "value": "A good one"}}}


def test_slack_itself_asks_for_what_is_required(scene: Scene) -> None:
    opens(scene, form())
    scene.lena.dialog.submit()
    assert scene.lena.dialog.errors == {"Title": "Please complete this required field."}
    assert "view_submission" not in scene.bot.kinds()


def test_errors_stand_at_their_fields_and_the_typed_text_stays(scene: Scene) -> None:
    opens(scene, form())
    scene.bot.on["view_submission"] = lambda _: {
        "response_action": "errors",
        "errors": {"title": "Too short"},
    }
    dialog = scene.lena.dialog.fill(Title="x")
    dialog.submit()
    assert dialog.errors == {"Title": "Too short"}
    assert dialog.value("Title") == "x"


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"more": "not an input"}},
        {"response_action": "errors", "errors": {"nowhere": "no such block"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"title": ""}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
        "ok",
        500,
    ],
)
def test_an_ack_that_slack_cannot_use_keeps_the_dialog(scene: Scene, answer: Any) -> None:
    opens(scene, form(BUTTON))
    scene.bot.on["view_submission"] = lambda _: answer
    dialog = scene.lena.dialog.fill(Title="kept")
    dialog.submit()
    assert dialog.banner == "We had some trouble connecting. Try again?"
    assert dialog.value("Title") == "kept"


def test_dialogs_stack_three_high_and_go_back_one_by_one(scene: Scene) -> None:
    opens(scene, form())
    scene.bot.on["view_submission"] = lambda _: {"response_action": "push", "view": form()}
    dialog = scene.lena.dialog
    for _ in range(2):
        dialog.fill(Title="next").submit()
    assert dialog.depth == 3
    dialog.fill(Title="too many").submit()
    assert dialog.banner
    dialog.close()
    assert dialog.depth == 2
    scene.bot.on["view_submission"] = lambda _: {"response_action": "clear"}
    dialog.submit()
    assert not scene.lena.has_dialog


def test_a_dialog_grows_in_place_and_keeps_what_was_typed(scene: Scene) -> None:
    opens(scene, form(BUTTON))
    grown = form(BUTTON, private_metadata="grown")
    grown["blocks"][0]["element"]["initial_value"] = "ignored"

    def handler(payload: Json) -> None:
        view = payload["view"]
        answer = scene.bot.api("views.update", view_id=view["id"], hash=view["hash"], view=grown)
        assert answer["ok"]

    scene.bot.on["block_actions"] = handler
    dialog = scene.lena.dialog.fill(Title="typed")
    dialog.press("Go")
    assert dialog.view["private_metadata"] == "grown"
    assert dialog.value("Title") == "typed"
    stale = scene.bot.last("block_actions")["view"]
    answer = scene.bot.api("views.update", view_id=stale["id"], hash=stale["hash"], view=form())
    assert answer["error"] == "hash_conflict"


def test_another_block_id_resets_a_field(scene: Scene) -> None:
    opens(scene, form(BUTTON))
    other = form()
    other["blocks"][0] |= {"block_id": "title.2"}
    other["blocks"][0]["element"]["initial_value"] = "fresh"
    dialog = scene.lena.dialog.fill(Title="typed")
    scene.bot.api("views.update", view_id=dialog.view["id"], view=other)
    assert dialog.value("Title") == "fresh"


def test_a_dialog_asked_for_inside_a_dialog_is_accepted_but_not_shown(scene: Scene) -> None:
    opens(scene, form(BUTTON))

    def handler(payload: Json) -> None:
        answer = scene.bot.api(
            "views.open", trigger_id=payload["trigger_id"], view=form(title=text("Other"))
        )
        assert answer["ok"]

    scene.bot.on["block_actions"] = handler
    scene.lena.dialog.press("Go")
    assert scene.lena.dialog.title == "New thing"


def test_closing_is_told_only_if_asked_for(scene: Scene) -> None:
    opens(scene, form())
    scene.lena.dialog.close()
    assert "view_closed" not in scene.bot.kinds()
    opens(scene, form(notify_on_close=True))
    scene.lena.dialog.close()
    assert scene.bot.last("view_closed")["is_cleared"] is False


def test_a_press_in_a_message_tells_where_and_its_ack_body_is_ignored(scene: Scene) -> None:
    scene.bot.api("chat.postMessage", channel="U_JONAS", text="Look", blocks=[BUTTON])
    scene.bot.on["block_actions"] = lambda _: {"text": "nobody sees this"}
    message = scene.jonas.last_message()
    assert message.buttons == ["Go"]
    reaction = message.press("Go")
    assert reaction.text == ""
    assert len(scene.jonas.messages()) == 1
    payload = scene.bot.last("block_actions")
    assert payload["container"]["message_ts"] == message.ts
    assert payload["message"]["text"] == "Look"
    action = payload["actions"][0]
    assert (action["block_id"], action["action_id"], action["value"]) == ("more", "go", "7")


def test_an_element_with_a_question_is_not_pressed_without_an_answer(scene: Scene) -> None:
    sure = {"title": text("Sure?"), "text": text("It cannot be undone.")}
    block = {**BUTTON, "elements": [{**BUTTON["elements"][0], "confirm": sure}]}
    scene.bot.api("chat.postMessage", channel="U_JONAS", text="Look", blocks=[block])
    with pytest.raises(Refused, match="Sure"):
        scene.jonas.last_message().press("Go", confirmed=False)
    scene.jonas.last_message().press("Go")
    assert scene.bot.kinds().count("block_actions") == 1


def test_a_failing_button_shows_a_warning(scene: Scene) -> None:
    scene.bot.api("chat.postMessage", channel="U_JONAS", text="Look", blocks=[BUTTON])
    scene.bot.on["block_actions"] = lambda _: 500
    assert scene.jonas.last_message().press("Go").text.startswith(":warning:")

"""What people can do in the client, what they cannot, and what hostile ones might send."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Scene
from tests.slack import Refused

Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def option(words: str) -> Json:
    return {"text": text(words), "value": words.lower()}


def field(
    label: str, kind: str = "plain_text_input", *, optional: bool = True, **element: Any
) -> Json:
    dispatch = element.pop("dispatch_action", None)
    block: Json = {
        "type": "input",
        "block_id": label.lower(),
        "label": text(label),
        "optional": optional,
        "element": {"type": kind, "action_id": "value", **element},
    }
    return block if dispatch is None else {**block, "dispatch_action": dispatch}


def opened(scene: Scene, *blocks: Json, **more: Any) -> None:
    view = {"type": "modal", "title": text("Form"), "submit": text("Send"), "blocks": list(blocks)}

    def handler(payload: Json) -> None:
        answer = scene.bot.api("views.open", trigger_id=payload["trigger_id"], view=view | more)
        assert answer["ok"], answer

    scene.bot.on["command"] = handler
    scene.lena.command("/thing")


def sent(scene: Scene) -> Json:
    scene.lena.dialog.submit()
    values: Json = scene.bot.last("view_submission")["view"]["state"]["values"]
    return {block: content["value"] for block, content in values.items()}


def test_every_kind_of_field_arrives_in_slacks_shape(scene: Scene) -> None:
    colours = [option("Red"), option("Blue")]
    opened(
        scene,
        field("Words"),
        field("Number", "number_input", is_decimal_allowed=True),
        field("Day", "datepicker"),
        field("Moment", "datetimepicker"),
        field("Colour", "static_select", options=colours),
        field("Colours", "multi_static_select", options=colours),
        field("Ticks", "checkboxes", options=colours),
        field("Radio", "radio_buttons", options=colours),
        field("Who", "users_select"),
        field("Whose", "multi_users_select"),
        field("Where", "channels_select"),
        field("Empty", "static_select", options=colours),
    )
    scene.lena.dialog.fill(
        Words="a",
        Number="1.5",
        Day="2027-03-31",
        Moment=1_800_000_000,
        Colour="Red",
        Colours=["Red", "Blue"],
        Ticks=["Blue"],
        Radio="Blue",
        Who="Jonas",
        Whose=["Jonas", "U_LENA"],
        Where="team",
    )
    values = sent(scene)
    assert values["words"] == {"type": "plain_text_input", "value": "a"}
    assert values["number"] == {"type": "number_input", "value": "1.5"}
    assert values["day"] == {"type": "datepicker", "selected_date": "2027-03-31"}
    assert values["moment"]["selected_date_time"] == 1_800_000_000
    assert values["colour"]["selected_option"]["value"] == "red"
    assert [each["value"] for each in values["colours"]["selected_options"]] == ["red", "blue"]
    assert [each["value"] for each in values["ticks"]["selected_options"]] == ["blue"]
    assert values["radio"]["selected_option"]["value"] == "blue"
    assert values["who"]["selected_user"] == "U_JONAS"
    assert values["whose"]["selected_users"] == ["U_JONAS", "U_LENA"]
    assert values["where"]["selected_channel"] == "C_TEAM"
    assert values["empty"] == {"type": "static_select", "selected_option": None}


def test_the_driver_reads_back_what_a_person_sees(scene: Scene) -> None:
    opened(scene, field("Colour", "static_select", options=[option("Red")]), field("Words"))
    dialog = scene.lena.dialog.fill(Colour="Red", Words="seen")
    assert (dialog.value("Colour"), dialog.value("Words")) == ("Red", "seen")
    dialog.fill(Colour=None)
    assert dialog.value("Colour") is None


def test_what_is_not_offered_cannot_be_chosen(scene: Scene) -> None:
    opened(scene, field("Colour", "static_select", options=[option("Red")]))
    with pytest.raises(Refused, match="'Red'"):
        scene.lena.dialog.fill(Colour="Green")


def test_an_external_select_offers_what_the_bot_says(scene: Scene) -> None:
    opened(scene, field("Goal", "external_select", min_query_length=2))
    scene.bot.on["block_suggestion"] = lambda payload: {
        "options": [option(f"{payload['value']} one"), option(f"{payload['value']} two")]
    }
    dialog = scene.lena.dialog
    assert dialog.suggestions("Goal", "x") == []
    assert dialog.suggestions("Goal", "rev") == ["rev one", "rev two"]
    scene.bot.on["block_suggestion"] = lambda _: {"options": [option("Revenue")]}
    dialog.fill(Goal="Revenue")
    assert dialog.value("Goal") == "Revenue"


@pytest.mark.parametrize("answer", [{"options": [{"text": "x"}]}, "", 500])
def test_an_answer_with_options_that_slack_cannot_use_shows_nothing(
    scene: Scene, answer: Any
) -> None:
    opened(scene, field("Goal", "external_select", min_query_length=0))
    scene.bot.on["block_suggestion"] = lambda _: answer
    with pytest.raises(Refused, match="could not be loaded"):
        scene.lena.dialog.suggestions("Goal", "x")


@pytest.mark.parametrize(
    ("element", "typed", "complaint"),
    [
        ({"min_length": 3}, "ab", "at least 3 characters"),
        ({"max_length": 3}, "abcd", "at most 3 characters"),
        ({"kind": "number_input", "is_decimal_allowed": True}, "many", "a number"),
        ({"kind": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
        ({"kind": "number_input", "is_decimal_allowed": True, "max_value": "9"}, "10", "at most 9"),
        ({"kind": "email_text_input"}, "nobody", "valid email"),
        ({"kind": "url_text_input"}, "nowhere", "valid URL"),
    ],
)
def test_slacks_client_checks_before_it_sends(
    scene: Scene, element: Json, typed: str, complaint: str
) -> None:
    opened(scene, field("Field", **element))
    dialog = scene.lena.dialog.fill(Field=typed)
    dialog.submit()
    assert complaint in dialog.errors["Field"]
    assert "view_submission" not in scene.bot.kinds()


def test_only_dispatching_fields_tell_the_bot_at_once(scene: Scene) -> None:
    on_character = {"trigger_actions_on": ["on_character_entered"]}
    opened(
        scene,
        field("Quiet", "static_select", options=[option("Red")]),
        field("Loud", "static_select", options=[option("Red")], dispatch_action=True),
        field("Enter", dispatch_action=True),
        field("Typing", dispatch_action=True, dispatch_action_config=on_character),
    )
    dialog = scene.lena.dialog
    dialog.fill(Quiet="Red", Enter="a")
    assert "block_actions" not in scene.bot.kinds()
    dialog.fill(Loud="Red")
    action = scene.bot.last("block_actions")["actions"][0]
    assert (action["block_id"], action["selected_option"]["value"]) == ("loud", "red")
    dialog.enter("Enter", "ab")
    assert scene.bot.last("block_actions")["actions"][0]["value"] == "ab"
    dialog.fill(Typing="t")
    assert scene.bot.last("block_actions")["actions"][0]["block_id"] == "typing"


def test_a_file_is_given_to_a_dialog(scene: Scene) -> None:
    opened(scene, field("Evidence", "file_input"))
    file = scene.lena.upload("proof.pdf", b"%PDF")
    scene.lena.dialog.fill(Evidence=[file])
    assert sent(scene)["evidence"]["files"][0]["name"] == "proof.pdf"
    assert scene.bot.api("files.info", file=file)["file"]["size"] == 4


def test_menus_and_selects_in_messages_tell_what_was_chosen(scene: Scene) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": [option("History")]}
    select = {"type": "static_select", "action_id": "s", "options": [option("Red")]}
    blocks = [
        {"type": "section", "text": text("A card"), "accessory": overflow},
        {"type": "actions", "block_id": "row", "elements": [select]},
    ]
    scene.bot.api("chat.postMessage", channel="U_LENA", text="A card", blocks=blocks)
    card = scene.lena.last_message()
    card.press("History")
    action = scene.bot.last("block_actions")["actions"][0]
    assert (action["type"], action["selected_option"]["value"]) == ("overflow", "history")
    card.press("Red")
    state = scene.bot.last("block_actions")["state"]["values"]
    assert state["row"]["s"]["selected_option"]["value"] == "red"


def test_shortcuts_tell_where_they_were_used(scene: Scene) -> None:
    scene.lena.shortcut("new_thing")
    assert "response_url" not in scene.bot.last("shortcut")
    said = scene.jonas.say("worth keeping", "team")
    found = scene.lena.messages("team")[-1]
    found.shortcut("keep")
    payload = scene.bot.last("message_action")
    assert (payload["message"]["text"], payload["message_ts"]) == ("worth keeping", said.ts)
    with pytest.raises(Refused):
        scene.lena.shortcut("keep")


def test_commands_are_for_members_of_the_team_outside_threads(scene: Scene) -> None:
    with pytest.raises(Refused, match="another workspace"):
        scene.slack.person("U_ELSE").command("/thing", "team")
    with pytest.raises(Refused, match="deactivated"):
        scene.slack.person("U_GONE").command("/thing")
    with pytest.raises(Refused, match="not supported in threads"):
        scene.lena.command("/thing", "team", thread_ts="1.1")
    with pytest.raises(Refused, match="not a valid command"):
        scene.lena.command("/nothing")
    assert scene.bot.got == []


def test_hostile_requests_can_be_forced(scene: Scene) -> None:
    scene.slack.person("U_GONE").command("/thing", force=True)
    assert scene.bot.last("command")["user_id"] == "U_GONE"
    scene.lena.command("/thing", forge={"user_id": "U_EVIL"})
    assert scene.bot.last("command")["user_id"] == "U_EVIL"
    opened(scene, field("Words"))
    scene.lena.dialog.submit(forge={"view": {"private_metadata": "forged"}})
    view = scene.bot.last("view_submission")["view"]
    assert (view["private_metadata"], view["callback_id"]) == ("forged", "")


def test_strangers_can_press_what_they_see(scene: Scene) -> None:
    button = {"type": "button", "action_id": "go", "text": text("Go")}
    blocks = [{"type": "actions", "elements": [button]}]
    scene.bot.api("chat.postMessage", channel="C_TEAM", text="x", blocks=blocks)
    scene.slack.person("U_ELSE").last_message("team").press("Go")
    assert scene.bot.last("block_actions")["user"]["team_id"] == "T_OTHER"


def test_conversations_are_seen_by_those_who_belong_there(scene: Scene) -> None:
    with pytest.raises(Refused):
        scene.lena.messages("G_SECRET")
    with pytest.raises(Refused):
        scene.slack.person("U_ELSE").messages("quiet")
    with pytest.raises(Refused, match="join"):
        scene.jonas.say("hello", "quiet")


def test_unread_marks_count_what_others_wrote(scene: Scene) -> None:
    def unread() -> int:
        shown = scene.lena.read("conversations")["conversations"]
        return next(int(each["unread"]) for each in shown if each["id"] == "C_TEAM")

    scene.lena.say("mine", "team")
    assert unread() == 0
    scene.jonas.say("yours", "team")
    scene.jonas.say("and more", "team")
    assert unread() == 2
    scene.lena.act("mark_read", channel="team")
    assert unread() == 0


def test_fields_on_the_home_tell_the_bot(scene: Scene) -> None:
    select = {"type": "static_select", "action_id": "s", "options": [option("Red")]}
    blocks = [{"type": "section", "text": text("Colour"), "accessory": select}]
    view = {"type": "home", "blocks": blocks}
    scene.bot.api("views.publish", user_id="U_LENA", view=view)
    scene.lena.home().fill(Colour="Red")
    payload = scene.bot.last("block_actions")
    assert payload["view"]["type"] == "home"
    assert payload["actions"][0]["selected_option"]["value"] == "red"


def test_a_message_to_a_deactivated_person_is_stored_all_the_same(scene: Scene) -> None:
    assert scene.bot.api("chat.postMessage", channel="U_GONE", text="nobody reads this")["ok"]


def test_the_bot_may_ask_for_no_retries(scene: Scene) -> None:
    scene.bot.on["message"] = lambda _: -500
    scene.lena.say("hello", "team")
    scene.slack.settle()
    assert scene.bot.kinds() == ["message"]

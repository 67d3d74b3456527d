"""What is unread, what notifies, and what waits for others: each person has their own."""

from __future__ import annotations

from typing import Any

from tests.sandbox.conftest import Scene
from tests.slack import Person


def place(person: Person, name: str) -> dict[str, Any]:
    """A conversation as the sidebar lists it."""
    listed = person.read("conversations")["conversations"]
    found: dict[str, Any] = next(each for each in listed if each["name"] == name)
    return found


def counts(person: Person, name: str) -> tuple[int, int, int]:
    found = place(person, name)
    return found["unread"], found["pressing"], found["unread_replies"]


def told(person: Person) -> list[str]:
    return [each["text"] for each in person.read("notifications")["notifications"]]


def waiting_for(scene: Scene, user_id: str) -> int:
    people = scene.slack.ask("GET", "/sandbox/people")["people"]
    return int(next(each["waiting"] for each in people if each["id"] == user_id))


def test_a_channel_is_bold_and_a_mention_or_a_direct_message_counts(scene: Scene) -> None:
    scene.jonas.say("Good morning", "team")
    assert counts(scene.lena, "team") == (1, 0, 0)
    scene.jonas.say("@Lena, have you seen it?", "team")
    scene.bot.api("chat.postMessage", channel="C_TEAM", text="<!here> Tea is ready")
    assert counts(scene.lena, "team") == (3, 2, 0)
    assert counts(scene.jonas, "team") == (1, 1, 0)  # he has read up to his own words
    scene.bot.api("chat.postMessage", channel="U_LENA", text="Only you")
    assert counts(scene.lena, "Testbot") == (1, 1, 0)
    assert waiting_for(scene, "U_LENA") == 3
    assert told(scene.lena) == ["Only you", "<!here> Tea is ready", "<@U_LENA>, have you seen it?"]

    scene.lena.act("mark_read", channel="team")
    assert counts(scene.lena, "team") == (0, 0, 0)
    assert counts(scene.jonas, "team") == (1, 1, 0)
    assert waiting_for(scene, "U_LENA") == 1


def test_a_reply_concerns_those_who_take_part_in_the_thread(scene: Scene) -> None:
    question = scene.jonas.say("What helped?", "team")
    scene.lena.act("mark_read", channel="team")
    scene.bot.api("chat.postMessage", channel="C_TEAM", text="Tea", thread_ts=question.ts)
    assert counts(scene.jonas, "team") == (0, 0, 1)
    assert counts(scene.lena, "team") == (0, 0, 0)
    assert told(scene.lena) == []

    scene.lena.say("Coffee", "team", thread_ts=question.ts)
    assert counts(scene.lena, "team") == (0, 0, 0)  # whoever answers has read the thread
    assert counts(scene.jonas, "team") == (0, 0, 2)
    scene.jonas.say("Thanks", "team", thread_ts=question.ts)
    assert told(scene.lena) == ["Thanks"]
    (thread,) = scene.lena.read("threads")["threads"]
    assert (thread["ts"], thread["unread"], len(thread["messages"])) == (question.ts, 1, 4)

    scene.lena.act("mark_read", channel="team", thread_ts=question.ts)
    assert scene.lena.read("threads")["threads"][0]["unread"] == 0
    assert scene.jonas.read("threads")["threads"][0]["unread"] == 0


def test_a_reply_in_a_thread_does_not_read_the_channel(scene: Scene) -> None:
    question = scene.jonas.say("What helped?", "team")
    scene.jonas.say("And what not?", "team")
    scene.lena.say("Tea", "team", thread_ts=question.ts)
    assert counts(scene.lena, "team") == (2, 0, 0)


def test_nobody_is_told_of_their_own_of_hidden_or_of_foreign_words(scene: Scene) -> None:
    scene.bot.api("chat.postEphemeral", channel="C_TEAM", user="U_LENA", text="<@U_LENA> psst")
    scene.lena.say("To myself: @Lena", "team")
    scene.jonas.say("@Lena is not in here", "secret")
    assert told(scene.lena) == []
    assert waiting_for(scene, "U_LENA") == 0
    scene.lena.command("/invite @Jonas", "quiet")
    assert told(scene.jonas) == []
    assert counts(scene.jonas, "quiet") == (0, 0, 0)

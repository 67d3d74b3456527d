"""A restarted workspace remembers what people saw."""

from __future__ import annotations

from pathlib import Path

from sandbox.app import create_sandbox
from tests.sandbox.bot import Bot
from tests.sandbox.conftest import CONFIG
from tests.serving import serving
from tests.slack import SlackWorkspace


def test_messages_homes_files_and_profiles_survive_a_restart(tmp_path: Path) -> None:
    config = CONFIG.with_changes(state_path=tmp_path / "workspace.db")
    bot = Bot(config.signing_secret, config.bot_token)
    with serving(create_sandbox(config)) as base_url:
        bot.base_url = base_url
        slack = SlackWorkspace(base_url)
        sent = bot.api("chat.postMessage", channel="U_LENA", text="keep me")
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        home = bot.api("views.publish", user_id="U_LENA", view=view)["view"]
        lena = slack.person("U_LENA")
        file = lena.upload("note.txt", b"content")
        slack.ask("POST", "/sandbox/as/U_LENA/say", channel="team", text="", files=[file])
        lena.say("thread", "team", thread_ts=lena.last_message("team").ts)
        gone = lena.say("gone", "team")
        lena.delete(gone)
        slack.steer("people", id="U_JONAS", title="Director")
        slack.close()
    with serving(create_sandbox(config)) as base_url:
        bot.base_url = base_url
        slack = SlackWorkspace(base_url)
        lena = slack.person("U_LENA")
        assert [message.text for message in lena.messages()] == ["keep me"]
        (parent,) = lena.messages("team")
        assert parent.content["reply_count"] == 1
        assert [reply.text for reply in parent.replies] == ["thread"]
        found = slack.http.get(f"/sandbox/as/U_LENA/file/{file}")
        assert found.content == b"content"
        again = bot.api("views.publish", user_id="U_LENA", view=view, hash=home["hash"])
        assert again["ok"]
        later = bot.api("chat.postMessage", channel="U_LENA", text="next")
        assert later["channel"] == sent["channel"]
        assert later["ts"] > sent["ts"]
        people = slack.ask("GET", "/sandbox/people")["people"]
        assert next(p["title"] for p in people if p["id"] == "U_JONAS") == "Director"
        slack.close()

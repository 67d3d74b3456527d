"""What Slack does by itself: inviting, new channels, pictures in words, and the passing of time."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.app import create_sandbox
from tests.sandbox.conftest import CONFIG, Scene
from tests.serving import serving
from tests.slack import Refused, SlackWorkspace


def test_an_app_is_invited_by_name_and_hears_of_it(scene: Scene) -> None:
    scene.lena.command("/invite @Testbot", "quiet")
    scene.slack.settle()
    assert scene.bot.last("member_joined_channel")["event"]["channel"] == "C_QUIET"
    assert scene.lena.last_message("quiet").text == "@Testbot was added by @Lena."
    for words, place, why in (
        ("/invite", "quiet", "say whom"),
        ("/invite @Jonas", None, "direct message"),
    ):
        with pytest.raises(Refused, match=why):
            scene.lena.command(words, place)


def test_a_channel_is_made_and_the_app_is_not_in_it_yet(scene: Scene) -> None:
    made = scene.slack.ask("POST", "/sandbox/as/U_LENA/create_channel", name="tea", is_private=True)
    assert scene.lena.say("First", "tea").channel == made["channel"]
    refused = scene.bot.api("chat.postMessage", channel=made["channel"], text="hello")
    assert refused["error"] == "channel_not_found"
    for name, why in (("tea", "name_taken"), ("Two words", "invalid_name"), ("", "invalid_name")):
        with pytest.raises(Refused, match=why):
            scene.slack.ask("POST", "/sandbox/as/U_LENA/create_channel", name=name)


def test_a_picture_in_a_thread_carries_its_words(scene: Scene) -> None:
    question = scene.lena.say("How does it go?", "team")
    picture = b"\x89PNG pretend"
    place = scene.bot.api(
        "files.getUploadURLExternal",
        filename="chart.png",
        length=str(len(picture)),
        alt_txt="Hours to first reply, falling from 9 to 6",
    )
    assert httpx.post(place["upload_url"], content=picture).status_code == 200
    done = scene.bot.api(
        "files.completeUploadExternal",
        files=[{"id": place["file_id"], "title": "First reply"}],
        channel_id="C_TEAM",
        thread_ts=question.ts,
    )
    assert done["ok"]
    (reply,) = question.replies
    (file,) = reply.content["files"]
    assert (file["title"], file["alt_txt"]) == (
        "First reply",
        "Hours to first reply, falling from 9 to 6",
    )
    seen = scene.slack.http.get(f"/sandbox/as/U_JONAS/file/{file['id']}")
    assert (seen.content, seen.headers["content-type"]) == (picture, "image/png")


class PretendClock:
    """What the page's clock requests go to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.refusal: str | None = None

    async def __call__(self, request: Request) -> Response:
        body = (await request.body()).decode()
        self.got.append((request.method, body or request.url.query))
        if self.refusal:
            return JSONResponse({"error": self.refusal}, 409)
        return JSONResponse({"at": 1.0, "steps": {"1d": 2.0}, "passing": None})


def test_time_is_told_moved_and_stopped_where_it_is_kept() -> None:
    keeper = PretendClock()
    methods = ["GET", "POST", "DELETE"]
    with serving(Starlette(routes=[Route("/clock", keeper.__call__, methods=methods)])) as url:
        config = CONFIG.with_changes(clock_url=f"{url}/clock")
        days = 3 * 86_400.0
        with serving(create_sandbox(config, lambda: days)) as base_url:
            slack = SlackWorkspace(base_url)
            assert slack.ask("GET", "/sandbox/time", person="U_LENA")["steps"] == {"1d": 2.0}
            assert slack.steer("advance", advance="1d")["at"] == 1.0
            slack.steer("advance/stop")
            assert [method for method, _ in keeper.got] == ["GET", "POST", "DELETE"]
            assert keeper.got[0][1] == "person=U_LENA"
            assert json.loads(keeper.got[1][1]) == {"advance": "1d"}
            keeper.refusal = "the clock only moves forward"
            with pytest.raises(Refused, match="the clock only moves forward"):
                slack.steer("advance", advance="1d")
            said = slack.person("U_LENA").say("hello", "team")
            assert said.content["shown_at"] - float(said.ts) == days
            slack.close()

"""Reading what somebody uploaded: their own file, from Slack's own hosts, within bounds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from domain.errors import InvalidInput, Unavailable
from domain.uploads import UploadedFile, text_of
from handlers.uploads import Uploads
from tests.serving import serving

FILE, INES, TOKEN = UploadedFile(id="F1"), "U_INES", "xoxb-a-token"
MOST = 1_000
METADATA = "http://169.254.169.254/latest/meta-data/"


@dataclass
class Slack:
    """A pretend Slack that says of a file, and sends of it, whatever a test wants."""

    about: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    answer: Response = field(default_factory=lambda: Response(b"a: 1\n", media_type="text/plain"))
    address: str = ""
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def info(self, _request: Request) -> Response:
        if self.error:
            return JSONResponse({"ok": False, "error": self.error})
        private = f"{self.address}/private"
        file = {"id": "F1", "user": INES, "size": 5, "mode": "hosted", "url_private": private}
        return JSONResponse({"ok": True, "file": {**file, **self.about}})

    async def content(self, request: Request) -> Response:
        self.asked.append((request.url.path, dict(request.headers)))
        return self.answer

    def read(self, person: str | None = INES, seconds: float = 1.5) -> bytes:
        client = WebClient(token=TOKEN, base_url=f"{self.address}/api/", retry_handlers=[])
        return Uploads(client).read(FILE, person, most=MOST, seconds=seconds)

    def refuses(self, code: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            self.read()
        assert (refused.value.code, refused.value.field) == (code, "file")


@pytest.fixture
def slack() -> Iterator[Slack]:
    pretend = Slack()
    app = Starlette(
        routes=[
            Route("/api/files.info", pretend.info, methods=["GET", "POST"]),
            Route("/{rest:path}", pretend.content),
        ]
    )
    with serving(app) as address:
        pretend.address = address
        yield pretend


def test_a_file_is_read_with_the_bots_token_and_never_unpacked(slack: Slack) -> None:
    assert slack.read() == b"a: 1\n"
    ((_, headers),) = slack.asked
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("person", ["U_LENA", "", None])
def test_a_file_is_read_for_nobody_but_whoever_uploaded_it(
    slack: Slack, person: str | None
) -> None:
    with pytest.raises(InvalidInput, match="upload_gone"):
        slack.read(person)
    assert slack.asked == []


@pytest.mark.parametrize("error", ["file_not_found", "file_deleted"])
def test_a_file_that_is_gone_is_told_like_one_of_somebody_else(slack: Slack, error: str) -> None:
    slack.error = error
    slack.refuses("upload_gone")


def test_a_file_deleted_a_moment_ago_is_gone(slack: Slack) -> None:
    slack.about = {"mode": "tombstone"}
    slack.refuses("upload_gone")
    slack.about, slack.answer = {}, Response(status_code=404)
    slack.refuses("upload_gone")


def test_without_the_scope_somebody_hears_whom_to_tell(slack: Slack) -> None:
    slack.error = "missing_scope"
    slack.refuses("upload_closed")


def test_slacks_sign_in_page_is_never_taken_for_the_file(slack: Slack) -> None:
    slack.answer = Response("<html>Sign in</html>", media_type="text/html")
    slack.refuses("upload_closed")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(slack: Slack, status: int) -> None:
    slack.answer = RedirectResponse(f"{slack.address}/elsewhere", status)
    slack.refuses("upload_closed")
    slack.answer = RedirectResponse(METADATA, status)
    slack.refuses("upload_closed")
    assert [path for path, _ in slack.asked] == ["/private", "/private"]


@pytest.mark.parametrize(
    "address",
    [
        METADATA,
        "https://slack.com.evil.example/F1",
        "https://notslack.com/F1",
        "https://files.slack.com@evil.example/F1",
        "http://files.slack.com/F1",
        "https://files.slack.com:8443/F1",
        "https://files.slack.com:port/F1",
        "file:///etc/passwd",
        "//evil.example/F1",
        "",
        None,
    ],
)
def test_the_token_goes_nowhere_but_to_slack(slack: Slack, address: str | None) -> None:
    slack.about = {"url_private": address}
    slack.refuses("upload_closed")


def test_another_port_of_the_same_machine_is_not_slack(slack: Slack) -> None:
    with serving(Starlette(routes=[Route("/{rest:path}", slack.content)])) as elsewhere:
        slack.about = {"url_private": f"{elsewhere}/private"}
        slack.refuses("upload_closed")
    assert slack.asked == []


def test_a_file_that_lies_elsewhere_is_refused(slack: Slack) -> None:
    slack.about = {"is_external": True}
    slack.refuses("upload_closed")
    assert slack.asked == []


def test_a_large_file_is_refused_before_it_is_read(slack: Slack) -> None:
    slack.about = {"size": MOST + 1}
    slack.refuses("upload_too_large")
    assert slack.asked == []


def test_a_file_that_is_larger_than_slack_says_is_not_read_to_its_end(slack: Slack) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += MOST
            yield b"x" * MOST
            await asyncio.sleep(0)

    slack.answer = StreamingResponse(endless(), media_type="text/plain")
    slack.refuses("upload_too_large")
    assert sent < 10_000 * MOST


def test_what_is_packed_is_refused_for_it_may_grow(slack: Slack) -> None:
    slack.answer = Response(b"x", headers={"Content-Encoding": "gzip"}, media_type="text/plain")
    slack.refuses("upload_closed")


def test_a_slow_file_holds_nobody_up(slack: Slack) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    slack.answer = StreamingResponse(dripping(), media_type="text/plain")
    with pytest.raises(Unavailable):
        slack.read(seconds=0.2)
    assert len(slack.asked) == 1


@pytest.mark.parametrize("error", ["ratelimited", "internal_error"])
def test_slacks_own_troubles_can_be_tried_again(slack: Slack, error: str) -> None:
    slack.error = error
    with pytest.raises(Unavailable):
        slack.read()
    slack.error, slack.answer = None, Response(status_code=503)
    with pytest.raises(Unavailable):
        slack.read()


def test_the_log_holds_neither_address_nor_content(
    slack: Slack, capfd: pytest.CaptureFixture[str]
) -> None:
    slack.about = {"url_private": "https://evil.example/secret-name"}
    slack.refuses("upload_closed")
    assert "secret-name" not in json.dumps(capfd.readouterr())


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04rest", b"%PDF-1.7", b"a\x00b", "ä".encode("latin-1"), "a".encode("utf-16")]
)
def test_what_is_no_utf_8_text_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="upload_not_text"):
        text_of(data)


def test_the_mark_before_utf_8_is_no_part_of_the_text() -> None:
    assert text_of("\ufeffä: 1".encode()) == text_of("ä: 1".encode()) == "ä: 1"

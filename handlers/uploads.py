"""Reading a file that somebody uploaded in a dialog, from Slack, and keeping it nowhere.

A submission is believed in one thing: the id of the file. Slack itself says whose file that is and
where it lies; the bot's token goes to Slack's own hosts and nowhere else, whatever an answer says.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

import httpx
import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.errors import InvalidInput, Unavailable
from domain.uploads import FIELD, UploadedFile
from handlers.afterwards import trusted

AT_ONCE = 1.5
"""Seconds that a file may take before an acknowledgement."""
BEHIND = 30.0
"""Seconds that it may take when nobody waits for an acknowledgement."""
MEGABYTE = 1_000_000
SLACK = "slack.com"

_GONE = frozenset({"file_not_found", "file_deleted", "not_visible"})
_CLOSED = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
_PLAIN = {"Accept-Encoding": "identity"}  # what is unpacked may be a thousand times as large

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Uploads:
    """Reads files of people with the bot's own client."""

    slack: WebClient

    def read(
        self, file: UploadedFile, person: str | None, *, most: int, seconds: float = AT_ONCE
    ) -> bytes:
        """The bytes of a file that this person uploaded.

        Raises InvalidInput at the file's field: it is gone or somebody else's (one answer for
        both), larger than `most` bytes, or closed to us; Unavailable if Slack is too slow.
        """
        until = time.monotonic() + seconds
        about = self._about(file)
        if not person or about.get("user") != person or about.get("mode") == "tombstone":
            _refuse("upload_gone")
        size = about.get("size")
        if isinstance(size, int) and size > most:
            _refuse("upload_too_large", megabytes=most / MEGABYTE)
        address = about.get("url_private")
        if about.get("is_external") or not isinstance(address, str) or not self._ours(address):
            log.warning("upload_elsewhere")
            _refuse("upload_closed")
        with _slow_told():
            return self._bytes(address, most, until)

    def _about(self, file: UploadedFile) -> dict[str, object]:
        try:
            told = self.slack.files_info(file=file.id).get("file")
        except SlackApiError as error:
            code = error.response.get("error")
            if code in _GONE:
                _refuse("upload_gone")
            if code in _CLOSED:
                log.warning("upload_closed", slack=code)
                _refuse("upload_closed")
            raise Unavailable(slack=code) from error
        except OSError as error:
            raise Unavailable from error
        return told if isinstance(told, dict) else {}

    def _ours(self, address: str) -> bool:
        """Whether the token may go there: Slack, or whatever stands in for it."""
        try:
            wanted, api = urlsplit(address), urlsplit(self.slack.base_url)
            return _on(wanted, "https", SLACK, 443) or _on(
                wanted, api.scheme, (api.hostname or "").removeprefix("www."), _port(api)
            )
        except ValueError:  # a port that is none
            return False

    def _bytes(self, address: str, most: int, until: float) -> bytes:
        headers = {**_PLAIN, "Authorization": f"Bearer {self.slack.token}"}
        # Half of what is left for each wait, so that the last one ends soon after all of it.
        timeout = max(0.1, (until - time.monotonic()) / 2)
        found = bytearray()
        with (
            httpx.Client(verify=trusted(), timeout=timeout, follow_redirects=False) as http,
            http.stream("GET", address, headers=headers) as answer,
        ):
            _require_content(answer)
            for piece in answer.iter_raw():
                found += piece
                if len(found) > most:
                    _refuse("upload_too_large", megabytes=most / MEGABYTE)
                if time.monotonic() > until:
                    raise Unavailable
        return bytes(found)


def _on(wanted: SplitResult, scheme: str, host: str, port: int | None) -> bool:
    name = wanted.hostname or ""
    inside = bool(host) and (name == host or name.endswith(f".{host}"))
    return inside and wanted.scheme == scheme and _port(wanted) == port


def _port(parts: SplitResult) -> int | None:
    return parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _require_content(answer: httpx.Response) -> None:
    """Slack leads to its sign-in page, or shows it, when the app may not read files."""
    if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        _refuse("upload_gone")
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable
    kind = answer.headers.get("content-type", "").casefold()
    packed = answer.headers.get("content-encoding", "identity").casefold() != "identity"
    if answer.status_code != httpx.codes.OK or packed or kind.startswith("text/html"):
        log.warning("upload_closed", status=answer.status_code)
        _refuse("upload_closed")


@contextmanager
def _slow_told() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise Unavailable from error


def _refuse(code: str, **params: object) -> NoReturn:
    raise InvalidInput(code, field=FIELD, **params)

"""Uploaded files and their bytes."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import PurePosixPath

from sandbox.clock import Clock
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.workspace import new_id

MOST_BYTES = 1_000_000_000


@dataclass
class File:
    """``content`` is None until the bytes have come; ``channels`` is where it was shared."""

    id: str
    name: str
    title: str
    owner: str
    created: int
    length: int
    channels: list[str]
    content: bytes | None = None
    alt: str = ""
    """What a picture shows, in words."""


class Files:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.files: dict[str, File] = {}

    def announce(self, name: str, length: int, owner: str) -> File:
        """A place for bytes to come."""
        file = File(new_id("F"), name, name, owner, int(self._clock.now()), length, [])
        self.files[file.id] = file
        return file

    def uploaded(self, name: str, content: bytes, owner: str) -> File:
        file = self.announce(name, len(content), owner)
        file.content = content
        return file

    def get(self, file_id: str) -> File:
        """Raises SlackError ``file_not_found``."""
        found = self.files.get(file_id)
        if found is None:
            raise SlackError("file_not_found")
        return found


def mimetype(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def file_object(file: File, base_url: str) -> Json:
    """Slack's file object; the private address wants the bot's token."""
    address = f"{base_url}/files/{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype(file.name),
        "filetype": PurePosixPath(file.name).suffix.lstrip(".") or "binary",
        "pretty_type": PurePosixPath(file.name).suffix.lstrip(".").upper() or "Binary",
        "user": file.owner,
        "size": len(file.content) if file.content is not None else file.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
        "channels": file.channels,
        **({"alt_txt": file.alt} if file.alt else {}),
    }

"""The input for files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from messages import elements
from messages.elements import Element
from messages.inputs.base import Answer, Asked, Input, InputError, State
from messages.typed import clean_line

_SLACK_FILE = re.compile(r"F[A-Z0-9]{1,30}")


@dataclass(frozen=True)
class File(Input):
    """Uploaded files. The model gets, for each, `id`, `name`, `url` and `size` as Slack says."""

    _: KW_ONLY
    filetypes: tuple[str, ...] = ()
    most: int = 1
    missing: ClassVar[str] = "missing_file"
    several: ClassVar[bool] = True

    def element(self, asked: Asked) -> Element:
        return elements.file_input(asked.action_id, filetypes=self.filetypes, max_files=self.most)

    def typed(self, state: State) -> None:
        """Slack has no way to show a file again; it keeps it while the block id stays."""

    def read(self, answer: Answer) -> Mapping[str, object]:
        files = answer.state.get("files")
        if not files:
            return {}
        if not isinstance(files, list):
            raise InputError("no_such_file")
        return {self.name: [_file(one) for one in files]}


def _file(one: object) -> Mapping[str, object]:
    if not isinstance(one, Mapping) or not _SLACK_FILE.fullmatch(str(one.get("id"))):
        raise InputError("no_such_file")
    return {
        "id": one["id"],
        "name": clean_line(str(one.get("name", ""))),
        "url": str(one.get("url_private_download") or one.get("url_private") or ""),
        "size": one.get("size"),
    }

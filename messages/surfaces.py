"""A whole message or view. One that exists is one that Slack accepts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from messages import limits
from messages.elements import (
    Block,
    BlockError,
    Element,
    Json,
    given,
    identifier,
    mrkdwn_text,
    plain_text,
    require,
)
from messages.shorten import units

_EVERYWHERE = frozenset(
    {"section", "header", "context", "actions", "divider", "image", "rich_text", "input"}
)
_ONLY_IN_MODALS = frozenset({"file_input"})
_NOT_AT_HOME = _ONLY_IN_MODALS | {"datetimepicker"}


@dataclass(frozen=True)
class Message:
    """What is posted. `text` stands in notifications and is all that a screen reader reads.

    A plain `str` as text is escaped; longer text is cut on a word. Raises BlockError for blocks
    that Slack would reject.
    """

    text: str
    blocks: Sequence[Block] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", mrkdwn_text(self.text, limits.MESSAGE_TEXT))
        _check_blocks(self.blocks, limits.MESSAGE_BLOCKS, _ONLY_IN_MODALS)


@dataclass(frozen=True)
class View:
    """A dialog or a person's Home. Build it by `modal` or `home`; raises BlockError."""

    kind: Literal["modal", "home"]
    blocks: Sequence[Block]
    private_metadata: str = ""
    callback_id: str = ""
    texts: Mapping[str, Element] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)
    external_id: str | None = None

    @classmethod
    def modal(
        cls,
        title: str,
        blocks: Sequence[Block],
        *,
        submit: str | None = None,
        close: str | None = None,
        callback_id: str = "",
        private_metadata: str = "",
        notify_on_close: bool = False,
        clear_on_close: bool = False,
        external_id: str | None = None,
    ) -> View:
        texts = {"title": title, "submit": submit, "close": close}
        flags = {"notify_on_close": notify_on_close, "clear_on_close": clear_on_close}
        return cls(
            "modal",
            blocks,
            private_metadata,
            callback_id,
            {name: plain_text(text, limits.VIEW_TITLE) for name, text in texts.items() if text},
            {name: True for name, wanted in flags.items() if wanted},
            external_id,
        )

    @classmethod
    def home(cls, blocks: Sequence[Block], *, private_metadata: str = "") -> View:
        return cls("home", blocks, private_metadata)

    def __post_init__(self) -> None:
        modal = self.kind == "modal"
        _check_blocks(self.blocks, limits.VIEW_BLOCKS, frozenset() if modal else _NOT_AT_HOME)
        require(not modal or "title" in self.texts, "a dialog needs a title")
        asks = any(block["type"] == "input" for block in self.blocks)
        require(not (modal and asks) or "submit" in self.texts, "inputs need a submit button")
        require(
            units(self.private_metadata) <= limits.PRIVATE_METADATA,
            "private metadata takes 3,000 characters",
        )
        for name in filter(None, (self.callback_id, self.external_id)):
            identifier(name)
        # ASCII-escaped, as the SDK sends it.
        require(len(json.dumps(self.payload())) <= limits.VIEW_BYTES, "a view takes 250 kB")

    def payload(self) -> dict[str, Json]:
        """What views.open, views.push, views.update and views.publish take."""
        return {
            "type": self.kind,
            **self.texts,
            "blocks": list(self.blocks),
            **self.flags,
            **given(
                private_metadata=self.private_metadata or None,
                callback_id=self.callback_id or None,
                external_id=self.external_id,
            ),
        }


def _check_blocks(blocks: Sequence[Block], most: int, refused: frozenset[str]) -> None:
    require(len(blocks) <= most, f"{len(blocks)} blocks; Slack takes {most}")
    for block in blocks:
        if block.get("type") not in _EVERYWHERE:
            raise BlockError(f"an unknown block: {block.get('type')!r}")
        elements = _elements(block)
        wrong = [str(one["type"]) for one in elements if one.get("type") in refused]
        if wrong:
            raise BlockError(f"not possible here: {', '.join(sorted(wrong))}")
        twice = _twice("action_id", elements)
        if twice:
            where = block.get("block_id", block["type"])
            raise BlockError(f"an action id twice in a block ({where}): {', '.join(twice)}")
    twice = _twice("block_id", blocks)
    require(not twice, f"a block id twice: {', '.join(twice)}")


def _elements(block: Block) -> list[Mapping[str, Json]]:
    if block["type"] == "actions" and isinstance(block["elements"], list):
        return block["elements"]
    inside = (block.get("accessory"), block.get("element"))
    return [one for one in inside if isinstance(one, dict)]


def _twice(name: str, things: Sequence[Mapping[str, Json]]) -> list[str]:
    """What several of these have for an id under this name."""
    ids = [str(one[name]) for one in things if name in one]
    if len(set(ids)) == len(ids):
        return []
    return [one for one, count in Counter(ids).items() if count > 1]

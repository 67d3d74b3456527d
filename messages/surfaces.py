"""A whole message or view. One that exists is one that Slack accepts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from messages import limits
from messages.elements import (
    Block,
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
        require(block.get("type") in _EVERYWHERE, f"an unknown block: {block.get('type')!r}")
        elements = list(_elements(block))
        wrong = {str(element.get("type")) for element in elements} & refused
        require(not wrong, f"not possible here: {', '.join(sorted(wrong))}")
        _require_unique(
            [str(one["action_id"]) for one in elements if "action_id" in one],
            f"an action id twice in a block ({block.get('block_id', block['type'])})",
        )
    _require_unique([str(b["block_id"]) for b in blocks if "block_id" in b], "a block id twice")


def _elements(block: Block) -> Iterator[Mapping[str, Json]]:
    candidates: list[Json] = [block.get("accessory"), block.get("element")]
    if block["type"] == "actions" and isinstance(block["elements"], list):
        candidates.extend(block["elements"])
    for candidate in candidates:
        if isinstance(candidate, Mapping):
            yield candidate


def _require_unique(names: Sequence[str], complaint: str) -> None:
    if len(set(names)) < len(names):
        twice = [name for name, count in Counter(names).items() if count > 1]
        require(False, f"{complaint}: {', '.join(twice)}")

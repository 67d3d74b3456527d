"""Rich text: sections, lists, quotes, preformatted text and what stands inside them."""

from __future__ import annotations

from sandbox.blocks_schema import Check, array, boolean, integer, one_of, record, string, tagged

_STYLES: dict[str, Check] = dict.fromkeys(
    ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"),
    boolean,
)
_STYLE = record({}, _STYLES)
_ID = string(255)
_ADDRESS = string(3000)


def _inline(kind: str, required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return record({"type": one_of(kind), **required}, {"style": _STYLE, **optional})


_INLINE = tagged(
    {
        "text": _inline("text", {"text": string()}, {}),
        "link": _inline("link", {"url": _ADDRESS}, {"text": string(), "unsafe": boolean}),
        "emoji": _inline("emoji", {"name": string(255)}, {"unicode": string(), "url": _ADDRESS}),
        "user": _inline("user", {"user_id": _ID}, {}),
        "usergroup": _inline("usergroup", {"usergroup_id": _ID}, {}),
        "channel": _inline("channel", {"channel_id": _ID}, {}),
        "broadcast": _inline("broadcast", {"range": one_of("here", "channel", "everyone")}, {}),
        "color": _inline("color", {"value": string(20)}, {}),
        "date": _inline(
            "date",
            {"timestamp": integer(0), "format": string(255)},
            {"url": _ADDRESS, "fallback": string()},
        ),
    },
    "rich text element",
)
_PLAIN_INLINE = tagged(
    {
        "text": _inline("text", {"text": string()}, {}),
        "link": _inline("link", {"url": _ADDRESS}, {"text": string(), "unsafe": boolean}),
    },
    "preformatted element",
)
_SECTION = record(
    {"type": one_of("rich_text_section"), "elements": array(_INLINE)},
)
_LIST = record(
    {
        "type": one_of("rich_text_list"),
        "style": one_of("bullet", "ordered"),
        "elements": array(tagged({"rich_text_section": _SECTION}, "list item")),
    },
    {"indent": integer(0, 8), "offset": integer(0), "border": integer(0, 1)},
)
_QUOTE = record(
    {"type": one_of("rich_text_quote"), "elements": array(_INLINE)}, {"border": integer(0, 1)}
)
_PREFORMATTED = record(
    {"type": one_of("rich_text_preformatted"), "elements": array(_PLAIN_INLINE)},
    {"border": integer(0, 1), "language": string(50)},
)
_ELEMENTS = array(
    tagged(
        {
            "rich_text_section": _SECTION,
            "rich_text_list": _LIST,
            "rich_text_quote": _QUOTE,
            "rich_text_preformatted": _PREFORMATTED,
        },
        "rich text container",
    )
)

RICH_TEXT: dict[str, Check] = {"elements": _ELEMENTS}
RICH_TEXT_VALUE = record(
    {"type": one_of("rich_text"), "elements": _ELEMENTS}, {"block_id": string(255)}
)

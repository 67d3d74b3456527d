"""What people type, cleaned before anything else looks at it."""

from __future__ import annotations

import re
import unicodedata

# Embeddings, overrides and isolates. They can turn a whole line around, and nobody types them by
# hand; the letters of right-to-left scripts need none of them.
_DIRECTION_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = "".join(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) != "\n")
_DROPPED = re.compile(
    f"[{re.escape(_CONTROLS + _DIRECTION_CONTROLS)}\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_SPACES = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACES_AT_LINE_END = re.compile(r"[^\S\n]+(?=\n)")
# Visible to no reader, though Unicode calls them letters, marks or symbols.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def sendable(text: str) -> str:
    """The text as typed, without what no system can carry or what could turn its direction."""
    if _is_plain(text):
        return text
    return _DROPPED.sub("", _LINE_ENDS.sub("\n", text))


def clean_text(text: str) -> str:
    """Several lines in NFC, trimmed, without control characters, lone surrogates or direction
    overrides; what shows nothing at all becomes the empty string."""
    if _is_plain(text):
        return text.strip()
    text = unicodedata.normalize("NFC", sendable(text.replace("\t", " ")))
    text = _EMPTY_LINES.sub("\n\n", _SPACES_AT_LINE_END.sub("", text)).strip()
    return "" if is_blank(text) else text


def clean_line(text: str) -> str:
    """The same on one line, each run of white space a single space."""
    if _is_plain(text) or _is_clean(text):
        return " ".join(text.split())
    return _SPACES.sub(" ", clean_text(text))


def _is_plain(text: str) -> bool:
    """Whether the text is what most is, and nothing in it needs cleaning but spaces."""
    return text.isascii() and text.isprintable()


def _is_clean(text: str) -> bool:
    """The same for texts in any script; printable characters are neither controls nor spaces."""
    return text.isprintable() and unicodedata.is_normalized("NFC", text) and not is_blank(text)


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: spaces, zero-width and filler characters alone."""
    if "!" <= text[:1] <= "~":
        return False
    return all(
        char in _INVISIBLE
        or unicodedata.category(char)[0] in "ZC"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        for char in text
    )

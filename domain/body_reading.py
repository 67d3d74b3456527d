"""What a body says of the columns beside it, read many times as fast as by parsing it whole.

An entry is written in one way (`domain.entries`), so that one pattern takes in nearly all of them.
Whatever it does not take in (words outside ASCII, anything odd) is for the parser to judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from domain.entries import FORMAT_VERSION, MalformedEntry

# Possessive where nothing behind can match what was taken: then nothing is kept to go back to.
_WORDS = r'"[ !#-\[\]-~]*+"'
_WORD = r'"([ !#-\[\]-~]*+)"'
_UUID = "[0-9a-f-]{36}+"
_MOMENT = r"[0-9T:.-]{26}+Z"
_LINEAGE = (
    rf'\{{"connector":{_WORDS},"fetched_at":"{_MOMENT}","inputs":\[(?:[0-9]{{1,15}}'
    rf'(?:,[0-9]{{1,15}})*)?\],"raw_sha256":"[0-9a-f]{{64}}","source":{_WORDS},'
    rf'"transform":{_WORDS}\}}'
)
_BODIES = re.compile(
    rf'^\{{"action":{_WORD},'
    rf'"actor":\{{"kind":{_WORDS},"on_behalf_of":(?:null|"{_UUID}"),"ref":(?:null|"({_UUID})"),'
    rf'"role":(?:null|{_WORDS})\}},'
    rf'"as_of":(?:null|"{_MOMENT}"),"at":"({_MOMENT})","class":{_WORD},'
    rf'"fields":(\{{(?:{_WORDS}:"[0-9a-f]{{64}}"(?:,{_WORDS}:"[0-9a-f]{{64}}")*)?\}}),'
    rf'"id":"({_UUID})","lineage":(?:null|{_LINEAGE}),"nonce":"[0-9a-f]{{32}}",'
    rf'"object":\{{"id":"({_UUID})","prev":(?:null|"[0-9a-f]{{64}}"),"type":{_WORD},'
    r'"version":(?:null|([1-9][0-9]{0,14}))\},'
    rf'"policy":[0-9]{{1,15}},"reason":(?:null|{_WORDS}),"subject":(?:null|"({_UUID})"),"v":1,'
    rf'"via":\{{"kind":{_WORDS},"req":(?:null|{_WORDS})\}}\}}$',
    re.MULTILINE,
)
NO_FIELDS = "{}"


UsualBody = tuple[str, ...]
"""The parts of a body in the order of BodyRead, as they are written; nothing for a null."""


class BodyRead(NamedTuple):
    """The parts that columns repeat, as they are written, and what opens values."""

    action: str
    actor: str | None
    at: str
    sensitivity: str
    fields: dict[str, str]
    entry_id: str
    object_id: str
    object_type: str
    object_version: int | None
    subject: str | None


def usual_bodies(bodies: Sequence[bytes]) -> list[UsualBody] | None:
    """The parts of each, if all of them are in the usual form; others may be entries too."""
    text = b"\n".join(bodies)
    if text.count(b"\n") != len(bodies) - 1:
        return None
    # No body holds the end of a line, so as many matches as lines are all of them.
    found = _BODIES.findall(text.decode("ascii", "replace"))
    return found if len(found) == len(bodies) else None


def parse_body(body: bytes) -> BodyRead:
    """The same from any body. Raise ValueError, LookupError, TypeError where it is no entry."""
    record = json.loads(body.decode())
    about, fields = record["object"], record["fields"]
    if record["v"] != FORMAT_VERSION or not isinstance(fields, dict):
        raise MalformedEntry("another format")
    return BodyRead(
        record["action"],
        record["actor"]["ref"],
        record["at"],
        record["class"],
        fields,
        record["id"],
        about["id"],
        about["type"],
        about["version"],
        record["subject"],
    )

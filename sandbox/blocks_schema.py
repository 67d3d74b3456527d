"""A small language for saying what Slack accepts, and collecting every complaint with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Surface: TypeAlias = Literal["message", "modal", "home"]
Check: TypeAlias = Callable[[Any, "Place"], None]


@dataclass(frozen=True)
class Place:
    """Where in the JSON we are, on which surface, and the list that complaints go to."""

    surface: Surface
    pointer: str = ""
    complaints: list[str] = field(default_factory=list)

    def at(self, key: str | int) -> Place:
        return Place(self.surface, f"{self.pointer}/{key}", self.complaints)

    def complain(self, words: str) -> None:
        where = f" [json-pointer:{self.pointer}]" if self.pointer else ""
        self.complaints.append(f"[ERROR] {words}{where}")


def string(most: int | None = None, least: int = 1, pattern: str | None = None) -> Check:
    """Text of ``least`` to ``most`` characters, which matches ``pattern`` as a whole."""
    compiled = re.compile(pattern) if pattern else None

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, str):
            place.complain("must provide a string")
        elif len(value) < least:
            place.complain(f"must be more than {least - 1} characters")
        elif most is not None and len(value) > most:
            place.complain(f"must be less than {most + 1} characters")
        elif compiled and not compiled.fullmatch(value):
            place.complain("must match the expected format")

    return check


def integer(least: int, most: int | None = None) -> Check:
    """A whole number between ``least`` and ``most``, both included."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            place.complain("must provide an integer")
        elif value < least or (most is not None and value > most):
            upper = "" if most is None else f" and at most {most}"
            place.complain(f"must be at least {least}{upper}")

    return check


def boolean(value: Any, place: Place) -> None:
    if not isinstance(value, bool):
        place.complain("must provide a boolean")


def one_of(*allowed: str) -> Check:
    def check(value: Any, place: Place) -> None:
        if value not in allowed:
            place.complain(f"must be one of: {', '.join(allowed)}")

    return check


def array(item: Check, least: int = 1, most: int | None = None) -> Check:
    """A list of ``least`` to ``most`` items, each of which passes ``item``."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, list):
            place.complain("must provide an array")
            return
        if len(value) < least:
            place.complain(f"no fewer than {least} items allowed")
        if most is not None and len(value) > most:
            place.complain(f"no more than {most} items allowed")
            return
        for index, each in enumerate(value):
            item(each, place.at(index))

    return check


def record(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    *rules: Check,
) -> Check:
    """An object with exactly these fields; once well-formed, ``rules`` look at the whole of it."""
    known = {**required, **(optional or {})}

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.complain("must provide an object")
            return
        before = len(place.complaints)
        for name in required:
            if name not in value:
                place.complain(f"missing required field: {name}")
        for name, content in value.items():
            if name not in known:
                place.complain(f"invalid additional property: {name}")
            else:
                known[name](content, place.at(name))
        if len(place.complaints) == before:
            for rule in rules:
                rule(value, place)

    return check


def tagged(table: Mapping[str, Check], what: str) -> Check:
    """An object whose ``type`` chooses the check; types outside the table are not allowed here."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.complain("must provide an object")
        elif "type" not in value:
            place.complain("missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in table:
            place.complain(f"unsupported type: {value['type']} is not a valid {what} here")
        else:
            table[value["type"]](value, place)

    return check


def either(*names: str) -> Check:
    """Exactly one of the fields must be there."""

    def check(value: Any, place: Place) -> None:
        present = [name for name in names if name in value]
        if len(present) != 1:
            place.complain(f"must define exactly one of: {', '.join(names)}")

    return check


def only_on(*surfaces: Surface) -> Check:
    """This block or element exists on these surfaces alone."""

    def check(_value: Any, place: Place) -> None:
        if place.surface not in surfaces:
            place.complain(f"not available on this surface ({place.surface})")

    return check

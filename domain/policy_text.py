"""A policy as people write it: YAML, with every mistake at its line, column and path.

The YAML of version 1.2: `NO` is Norway and `1:30` is text. What could mean two things, or could
grow without end (keys given twice, aliases, tags), is refused. Two ways to ask lead here, the
command line and the dialog; the words for each mistake are in `messages/policy_mistakes.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.policy import Policy
from domain.policy_local import Path
from domain.retention_rules import Taken

LONGEST = 100_000
"""Characters of a document; a policy has some thousands."""
DEEPEST = 12
MISTAKES = 50
"""More at once help nobody."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("[\x85\u2028\u2029]")
_LEADING_KEY = "[key]"
_TAGS = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong where. Lines and columns count from 1; `code` and `params` make the words."""

    line: int
    column: int
    path: Path
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyChecked:
    """What a text says: a policy, or the mistakes that keep it from being one, in their order."""

    policy: Policy | None
    mistakes: tuple[Mistake, ...] = ()


class _Loader(yaml.SafeLoader):
    """Reads nodes with their places; of plain words it knows YAML 1.2's core alone."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"0|[-+]?[1-9][0-9]*", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"{_TAGS}{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


class _Found(Exception):
    """Reading cannot go on behind a mistake."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.code)
        self.mistake = mistake


@dataclass(slots=True)
class _Places:
    """Where each key and each value stands, by path."""

    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def of(self, path: Path, *, key: bool) -> tuple[int, int]:
        """The place of what stands there, or of the nearest thing around it."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for end in range(len(path), -1, -1):
            for places in (first, second):
                if path[:end] in places:
                    return places[path[:end]]
        return 1, 1


def read_policy_text(text: str) -> PolicyChecked:
    """The policy that a text says; what it leaves out is as built in. Never raises."""
    # What some take for the end of a line and editors do not; lines are those that people see.
    text = _BREAKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    places = _Places(values={(): (1, 1)})
    mistakes: list[Mistake] = []
    try:
        value = _plain(text, places, mistakes)
    except _Found as found:
        return PolicyChecked(None, (*mistakes, found.mistake))
    if value is None:
        value = {}
    try:
        # Strictly, so that `'3'` is no number.
        policy = Policy.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        known = {_what_where(one) for one in mistakes}
        for one in (error, *_hidden(value)):
            told = [_mistake(each, places) for each in one.errors(include_url=False)]
            mistakes += [each for each in told if _what_where(each) not in known]
            known |= {_what_where(each) for each in told}
    if mistakes:
        return PolicyChecked(None, tuple(sorted(mistakes, key=_place)[:MISTAKES]))
    return PolicyChecked(policy)


_TOGETHER = (("changes",), ("variations", "regions", "units"))
"""Sections of which some rules are judged only once the whole document can be read."""


def _hidden(value: Any) -> Iterator[ValidationError]:
    """What of these sections would be told only once all else is right."""
    for names in _TOGETHER:
        part = {name: value[name] for name in names if isinstance(value, dict) and name in value}
        try:
            Policy.model_validate_json(json.dumps(part), strict=True)
        except ValidationError as error:
            yield error


def _place(mistake: Mistake) -> tuple[int, int]:
    return mistake.line, mistake.column


def _what_where(mistake: Mistake) -> tuple[int, int, Path, str]:
    return mistake.line, mistake.column, mistake.path, mistake.code


ON_ONE_LINE = 4


class _Brief(yaml.SafeDumper):
    """Lists and small tables stand on one line: Slack takes 3,000 characters, not more."""

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        plain = all(isinstance(one, str | int | float) for one in sequence)
        return super().represent_sequence(tag, sequence, flow_style=plain or flow_style)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        plain = all(isinstance(one, str | int | float) for one in mapping.values())
        brief = plain and len(mapping) <= ON_ONE_LINE
        return super().represent_mapping(tag, mapping, flow_style=brief or flow_style)


def policy_text(policy: Policy) -> str:
    """The whole document as YAML that `read_policy_text` reads as the same policy."""
    tree = policy.model_dump(mode="json", exclude_none=True)
    for name in ("variations", "regions", "units"):
        if not tree.get(name):
            tree.pop(name, None)
    for rule in tree["retention"]["rules"]:
        if rule["action"] == Taken.PURGE.value:
            # What a rule does that says nothing else: with it, none would stand on one line.
            del rule["action"]
    for older in ("minimums", "maximums"):
        if not tree["retention"][older]:
            del tree["retention"][older]
    written: str = yaml.dump(
        tree, Dumper=_Brief, sort_keys=False, allow_unicode=True, indent=2, width=200
    )
    return written


# From text to plain values


def _plain(text: str, places: _Places, mistakes: list[Mistake]) -> Any:
    if len(text) > LONGEST:
        line = text.count("\n", 0, LONGEST) + 1
        raise _Found(Mistake(line, 1, (), "policy_too_long", {"most": LONGEST}))
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.reader.ReaderError as error:
        raise _Found(_unreadable(text, error)) from None
    except yaml.MarkedYAMLError as error:
        raise _Found(_broken(text, error)) from None
    except RecursionError:
        raise _Found(Mistake(1, 1, (), "policy_too_deep", {"most": DEEPEST})) from None
    if node is None:
        return None
    return _Reader(places, mistakes).value(node, ())


def _unreadable(text: str, error: yaml.reader.ReaderError) -> Mistake:
    """A character that YAML does not take."""
    before = text[: error.position] if isinstance(error.position, int) else ""
    line = before.count("\n") + 1
    return Mistake(line, len(before.rpartition("\n")[2]) + 1, (), "policy_character")


def _broken(text: str, error: yaml.MarkedYAMLError) -> Mistake:
    """No YAML from here on. At the end of the text the mark stands behind its last line."""
    mark = error.problem_mark or error.context_mark
    lines = max(text.count("\n") + (not text.endswith("\n")), 1)
    problem = error.problem or ""
    code = "policy_yaml"
    if isinstance(error, yaml.composer.ComposerError):
        several = "single document" in (error.context or "")
        code = "policy_documents" if several else "policy_alias"
    elif "\\t" in problem or "'\t'" in problem:
        code = "policy_tab"
    elif "mapping values are not allowed" in problem:
        code = "policy_colon"
    if mark is None:
        return Mistake(1, 1, (), code)
    if mark.line >= lines:
        return Mistake(lines, 1, (), code)
    return Mistake(mark.line + 1, mark.column + 1, (), code)


class _Reader:
    """Turns nodes into plain values, noting where each stands."""

    def __init__(self, places: _Places, mistakes: list[Mistake]) -> None:
        self._places = places
        self._mistakes = mistakes
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        at = _at(node)
        self._places.values.setdefault(path, at)
        if id(node) in self._seen:
            # Written once and meant several times: a short text could stand for a huge one.
            raise _Found(Mistake(*at, path, "policy_alias"))
        self._seen.add(id(node))
        if len(path) > DEEPEST:
            raise _Found(Mistake(*at, path, "policy_too_deep", {"most": DEEPEST}))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, str(n))) for n, one in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            at = _at(key)
            if not isinstance(key, yaml.ScalarNode) or key.tag == f"{_TAGS}null":
                raise _Found(Mistake(*at, path, "policy_key"))
            name = str(key.value)
            self._check_text(name, at, path)
            inside = (*path, name)
            if name in found:
                self._mistakes.append(Mistake(*at, inside, "policy_twice", {"key": name}))
                continue
            self._places.keys[inside] = at
            found[name] = self.value(value, inside)
        return found

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        text, kind = str(node.value), node.tag.removeprefix(_TAGS)
        self._check_text(text, _at(node), path)
        match kind:
            case "null":
                return None
            case "bool":
                return text.casefold() == "true"
            case "int" if len(text) <= 20:  # noqa: PLR2004 - more digits than any number of ours
                return int(text)
            case "str" | "int" | "float":
                return text
        raise _Found(Mistake(*_at(node), path, "policy_tag"))

    def _check_text(self, text: str, at: tuple[int, int], path: Path) -> None:
        if _SURROGATE.search(text) or "\x00" in text:
            raise _Found(Mistake(*at, path, "policy_character"))


def _at(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


# What the document itself finds


def _mistake(error: ErrorDetails, places: _Places) -> Mistake:
    path = tuple(map(str, error["loc"]))
    # A last part of its own says that a key is wrong, unless somebody wrote just that as a key.
    is_key = path[-1:] == (_LEADING_KEY,) and path not in places.keys
    path = path[:-1] if is_key else path
    code, params = error["type"], dict(error.get("ctx") or {})
    about_key = is_key or code in _ABOUT_KEYS
    if code == "extra_forbidden":
        params = _misspelt(path)
    elif code == "enum":
        params = _options(path, error, key=is_key)
    elif code == "missing":
        params, path = {"key": path[-1]}, path[:-1]
    return Mistake(*places.of(path, key=about_key), path, code, params)


_ABOUT_KEYS = frozenset(
    {
        "extra_forbidden",
        "policy_unknown",
        "policy_not_variable",
        "policy_standard_only",
        "policy_region",
        "policy_unit",
        "policy_bounds_kind",
        "policy_bounds_order",
    }
)


def _misspelt(path: Path) -> dict[str, object]:
    """The keys that there are beside the one that is none, and the closest of them."""
    known = list(_keys_at(Policy, path[:-1]))
    close = get_close_matches(path[-1], known, n=1, cutoff=0.5)
    return {"key": path[-1], "close": close[0] if close else "", "known": ", ".join(known)}


def _keys_at(model: object, path: Path) -> Iterator[str]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        if not path:
            yield from model.model_fields
        elif path[0] in model.model_fields:
            yield from _keys_at(model.model_fields[path[0]].annotation, path[1:])
    elif get_origin(model) in (dict, tuple):
        yield from _keys_at(get_args(model)[1 if get_origin(model) is dict else 0], path[1:])


def _options(path: Path, error: ErrorDetails, *, key: bool) -> dict[str, object]:
    """What may stand there, and the closest of it."""
    values = [one.value for one in _enum_at(Policy, path, key=key) or ()]
    given = str(error["input"])
    close = get_close_matches(given, values, n=1, cutoff=0.5)
    known = ", ".join(values) or str((error.get("ctx") or {}).get("expected", ""))
    return {"value": given[:40], "close": close[0] if close else "", "known": known}


def _enum_at(model: object, path: Path, *, key: bool) -> type[Enum] | None:
    """The words that a value, or the key at the end of the path, is chosen from."""
    if isinstance(model, type) and issubclass(model, Enum):
        return model if not path else None
    if isinstance(model, type) and issubclass(model, BaseModel):
        if path and path[0] in model.model_fields:
            return _enum_at(model.model_fields[path[0]].annotation, path[1:], key=key)
        return None
    if get_origin(model) is dict and path:
        keys, values = get_args(model)
        if key and len(path) == 1:
            return keys if isinstance(keys, type) and issubclass(keys, Enum) else None
        return _enum_at(values, path[1:], key=key)
    if get_origin(model) is tuple and path:
        return _enum_at(get_args(model)[0], path[1:], key=key)
    return None

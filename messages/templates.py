"""Words of messages, from `messages/templates/<feature>/<message>.j2`.

A template holds the blocks `text` (required: notifications and screen readers), `body` and
`context`, in mrkdwn, and no logic beyond choosing words. Whatever is put into it is escaped unless
Python built it as `Safe`. A folder of overrides comes first; `messages.template_lint` says whether
an override keeps the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, Undefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from messages import limits
from messages.blocks import context, header, sections
from messages.elements import Block
from messages.reading import Reader
from messages.safe import Safe, escape, escape_long
from messages.surfaces import Message

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
BLOCKS = ("text", "body", "context")
_LOGIC_LINE = re.compile(
    r"^((?:[ \t]*\{%[+-]?\s*(?:block|endblock|if|elif|else|endif|for|endfor)\b(?:(?!%\}).)*%\})+)"
    r"[ \t]*\n",
    re.MULTILINE,
)
_CONDITIONAL_LINE = re.compile(
    r"^([ \t]*\{%[+-]?\s*if\b.*\{%[+-]?\s*endif\b[ \t]*[+-]?%\})[ \t]*$", re.MULTILINE
)
# Ends such a line, so that one which says nothing can be told from a writer's empty line. Nobody's
# text holds it: `escape` drops it.
_MARK = "\x1f"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one message; a block that the template lacks is empty."""

    text: Safe
    body: Safe
    context: Safe

    def message(self, *more: Block, title: str | None = None) -> Message:
        """A message of title, body, then `more` blocks (buttons, quotes), then the small print."""
        blocks = [header(title)] if title else []
        blocks += sections(self.body)
        blocks += more
        if self.context:
            blocks.append(context(self.context))
        return Message(self.text, blocks)


class Templates:
    """All templates, compiled once each for every language. Safe to share between threads."""

    def __init__(self, override: Path | None = None, folder: Path = TEMPLATE_FOLDER) -> None:
        folders = [override, folder] if override else [folder]
        self._environment = environment(folders)

    def render(self, template: str, reader: Reader, **values: object) -> Rendered:
        """The words of `<feature>/<message>` for this reader.

        Raises jinja2.UndefinedError for a value that the template names and nobody gave.
        """
        return self._rendered(self._environment.get_template(f"{template}.j2"), reader, values)

    def render_first(self, templates: Sequence[str], reader: Reader, **values: object) -> Rendered:
        """The words of the first of these that there is, an organisation's own among them."""
        names = [f"{template}.j2" for template in templates]
        return self._rendered(self._environment.select_template(names), reader, values)

    def _rendered(self, found: Template, reader: Reader, values: Mapping[str, object]) -> Rendered:
        room = found.new_context({**values, "reader": reader})
        text, body, small = (
            _tidy(found.blocks[name](room)) if name in found.blocks else Safe() for name in BLOCKS
        )
        return Rendered(text, body, small)


def _tidy(pieces: Iterable[str]) -> Safe:
    """The lines of a block without indentation; the finaliser has escaped what needed it."""
    lines = [line.strip(" \t") for line in "".join(pieces).strip().split("\n")]
    return Safe("\n".join(line.removesuffix(_MARK) for line in lines if line != _MARK).strip())


def environment(folders: Iterable[Path]) -> SandboxedEnvironment:
    """One environment for all languages: the reader stands in each rendering's context."""
    made = _Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        finalize=_finalize,
        # HTML's escaping is not Slack's; the finaliser does ours.
        autoescape=False,
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    # The i18n extension adds this method to the environment.
    made.install_gettext_callables(  # type: ignore[attr-defined] # added at run time by the extension
        pass_context(lambda room, text: Safe(_reader(room).gettext(text))),
        pass_context(lambda room, one, many, count: Safe(_reader(room).ngettext(one, many, count))),
        newstyle=True,
        pgettext=pass_context(
            lambda room, meaning, text: Safe(_reader(room).pgettext(meaning, text))
        ),
    )
    made.filters.update(_FILTERS)
    return made


class _Environment(SandboxedEnvironment):
    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Lines of nothing but logic, and conditions that are not met, leave no empty line; all
        other line ends stay as written.

        The line end goes into a comment, so that errors still name the right line.
        """
        source = super().preprocess(source, name, filename)
        source = _CONDITIONAL_LINE.sub(rf"\1{_MARK}", source)
        return _LOGIC_LINE.sub(r"\1{#\n#}", source)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Jinja would return the type of the pattern, with arguments nobody escaped."""
        pattern = getattr(value, "__self__", None)
        if isinstance(pattern, Safe):
            return super().wrap_str_format(str(pattern).format)
        return super().wrap_str_format(value)


def _finalize(value: Any) -> Any:
    if value is None:
        return ""
    # An undefined value explains itself when it is used.
    return value if isinstance(value, Safe | int | Undefined) else escape(value)


def _reader(room: Context) -> Reader:
    reader = room["reader"]
    if not isinstance(reader, Reader):
        raise TypeError("a template is rendered for a Reader")
    return reader


@pass_context
def _number(room: Context, value: Decimal | float) -> str:
    return _reader(room).number(value)


@pass_context
def _percent(room: Context, fraction: float) -> str:
    return _reader(room).percent(fraction)


@pass_context
def _day(room: Context, day: date) -> str:
    return _reader(room).day(day)


@pass_context
def _moment(room: Context, moment: datetime) -> Safe:
    return _reader(room).token(moment)


@pass_context
def _listed(room: Context, items: Iterable[object]) -> Safe:
    return _reader(room).listed_safe(items)


def _short(text: object, limit: int = 80) -> Safe:
    return escape(text, limit)


def _long(text: object, limit: int = limits.FIELD_TEXT) -> Safe:
    return escape_long(text, limit)


_FILTERS: dict[str, Callable[..., str]] = {
    "number": _number,
    "percent": _percent,
    "day": _day,
    "moment": _moment,
    "listed": _listed,
    "short": _short,
    "long": _long,
}

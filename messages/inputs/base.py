"""What every kind of input promises.

`read` never trusts Slack's state: what is malformed or was not offered raises InputError, what is
empty gives nothing. `typed` returns what stands in the input, for showing the form again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import ClassVar

from messages.elements import Element
from messages.reading import Reader

State = Mapping[str, object]
"""What Slack says of one input: `view.state.values[block_id][action_id]`."""


class InputError(ValueError):
    """An input that cannot be read; `code` and `params` as in `messages.errors`."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = params or {}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option. The label of a choice made at run time is shown as it is."""

    value: str
    label: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An input about to be shown, filled with `value`: the model's own, or what `typed` returned,
    or None. `choices` replace the options that stand in the form."""

    action_id: str
    reader: Reader
    value: object = None
    choices: Sequence[Choice] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack says of one input, and the choices that it was shown with."""

    state: State
    choices: Sequence[Choice] | None = None


@dataclass(frozen=True)
class Input(ABC):
    """A field of the form's model. Texts are marked by N_ and translated when shown.

    `name` is the path of the field (`title`, `goals.0.value`). `optional` follows the model unless
    given. `refilled` inputs, emptied, would only be filled in again: once they are filled they are
    shown without *(optional)*. `dispatch` sends an action as soon as the value changes.
    """

    name: str
    label: str
    _: KW_ONLY
    hint: str | None = None
    placeholder: str | None = None
    optional: bool | None = None
    refilled: bool = False
    dispatch: bool = False

    missing: ClassVar[str] = "missing"
    """The code of the words for an empty required input."""
    several: ClassVar[bool] = False
    """Whether nothing chosen is an empty list rather than no value."""

    @abstractmethod
    def element(self, asked: Asked) -> Element:
        """The element that Slack shows."""

    @abstractmethod
    def typed(self, state: State) -> object | None:
        """What stands in the input, None if nothing does or if it is malformed."""

    @abstractmethod
    def read(self, answer: Answer) -> Mapping[str, object]:
        """The value for the model under `name`; empty if nothing was given. Raises InputError."""

    def _placeholder(self, asked: Asked) -> str | None:
        return asked.reader.gettext(self.placeholder) if self.placeholder else None


def plain_value(value: object) -> str:
    """The value of an option: a choice's, an enum's, or the text of a key."""
    if isinstance(value, Choice):
        return value.value
    return str(value.value) if isinstance(value, Enum) else str(value)

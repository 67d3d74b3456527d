"""Inputs for text, and for numbers, which are typed as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from typing import ClassVar

from messages import elements, limits
from messages.elements import Element
from messages.inputs.base import Answer, Asked, Input, InputError, State
from messages.numbers import NumberError, number_text, parse_number
from messages.typed import clean_line, clean_text


@dataclass(frozen=True)
class Text(Input):
    """One line."""

    _: KW_ONLY
    max_length: int = 150
    missing: ClassVar[str] = "missing_text"
    multiline: ClassVar[bool] = False

    def element(self, asked: Asked) -> Element:
        return elements.text_input(
            asked.action_id,
            multiline=self.multiline,
            initial=self._initial(asked),
            placeholder=self._placeholder(asked),
            max_length=self.max_length,
            dispatch_on_enter=self.dispatch,
        )

    def _initial(self, asked: Asked) -> str | None:
        return None if asked.value is None else str(asked.value)

    def typed(self, state: State) -> str | None:
        value = state.get("value")
        return value or None if isinstance(value, str) else None

    def read(self, answer: Answer) -> Mapping[str, object]:
        cleaned = self._clean(self.typed(answer.state) or "")
        return {self.name: cleaned} if cleaned else {}

    def _clean(self, text: str) -> str:
        return clean_line(text)


@dataclass(frozen=True)
class LongText(Text):
    """Several lines."""

    _: KW_ONLY
    max_length: int = limits.INPUT_TEXT
    multiline: ClassVar[bool] = True

    def _clean(self, text: str) -> str:
        return clean_text(text)


@dataclass(frozen=True)
class Number(Text):
    """A number as text, in any custom; what could mean two numbers is refused.

    `typed_as` and `measure_unit_as` name fields of the model that get the text as typed and the
    unit written beside the number; without the latter a unit is refused.
    """

    _: KW_ONLY
    max_length: int = 60
    typed_as: str | None = None
    measure_unit_as: str | None = None
    missing: ClassVar[str] = "missing_number"

    def _initial(self, asked: Asked) -> str | None:
        if isinstance(asked.value, Decimal | int | float):
            return number_text(asked.value, asked.reader.locale)
        return super()._initial(asked)

    def read(self, answer: Answer) -> Mapping[str, object]:
        if not super().read(answer):
            return {}
        try:
            number = parse_number(self.typed(answer.state) or "")
        except NumberError as error:
            raise InputError(error.code, error.params) from None
        values: dict[str, object] = {self.name: number.value}
        if self.typed_as:
            values[self.typed_as] = number.text
        if number.measure_unit and not self.measure_unit_as:
            raise InputError("number_unit", {"measure_unit": number.measure_unit})
        if number.measure_unit and self.measure_unit_as:
            values[self.measure_unit_as] = number.measure_unit
        return values

    @property
    def paths(self) -> Sequence[str]:
        return tuple(filter(None, (self.name, self.typed_as, self.measure_unit_as)))

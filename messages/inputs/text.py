"""Inputs for text, and for numbers, which are typed as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from typing import ClassVar

from domain.measures import TypedNumber
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
class Verbatim(LongText):
    """Several lines in which spaces and every other sign count: taken exactly as typed."""

    def _clean(self, text: str) -> str:
        return text if text.strip() else ""


@dataclass(frozen=True)
class Number(Text):
    """A number as text, in any custom; what could mean two numbers is refused.

    The model gets a TypedNumber: value, unit and text.
    """

    _: KW_ONLY
    max_length: int = 60
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
        return {self.name: self._for_the_model(number)}

    def _for_the_model(self, number: TypedNumber) -> object:
        return number


@dataclass(frozen=True)
class PlainNumber(Number):
    """A number without a unit. The model gets a Decimal."""

    def _for_the_model(self, number: TypedNumber) -> object:
        if number.unit:
            raise InputError("number_unit", {"unit": number.unit})
        return number.value


@dataclass(frozen=True)
class WholeNumber(PlainNumber):
    """A number without a fraction, as whoever writes none at all is told."""

    def read(self, answer: Answer) -> Mapping[str, object]:
        try:
            return super().read(answer)
        except InputError as error:
            if error.code == "number_not":
                raise InputError("int_parsing") from None
            raise

"""The inputs in which people choose among options of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import ClassVar

from messages import elements
from messages.elements import Element, Option, is_option_value
from messages.inputs.base import Answer, Asked, Choice, Input, InputError, State, plain_value


@dataclass(frozen=True)
class Menu(Input):
    """Options that stand in the form, or that the handler gives when it shows and reads it."""

    _: KW_ONLY
    options: tuple[Choice, ...] = ()
    missing: ClassVar[str] = "missing_choice"

    def _offered(self, asked: Asked) -> list[Option]:
        if asked.choices is not None:
            return [elements.option(one.value, one.label, one.description) for one in asked.choices]
        reader = asked.reader
        return [
            elements.option(
                one.value,
                reader.gettext(one.label),
                reader.gettext(one.description) if one.description else None,
            )
            for one in self.options
        ]

    def _checked(self, values: Sequence[str], choices: Sequence[Choice] | None) -> Sequence[str]:
        offered = {one.value for one in (self.options if choices is None else choices)}
        if not offered.issuperset(values):
            raise InputError("not_offered")
        return values


@dataclass(frozen=True)
class Select(Menu):
    """One of up to a hundred options, in a menu."""

    def element(self, asked: Asked) -> Element:
        options = self._offered(asked)
        return elements.static_select(
            asked.action_id,
            options,
            initial=_matching(options, asked.value),
            placeholder=self._placeholder(asked),
        )

    def typed(self, state: State) -> Choice | None:
        return _choice(state.get("selected_option"))

    def read(self, answer: Answer) -> Mapping[str, object]:
        if not answer.state.get("selected_option"):
            return {}
        chosen = self.typed(answer.state)
        if chosen is None:
            raise InputError("not_offered")
        return {self.name: self._checked([chosen.value], answer.choices)[0]}


@dataclass(frozen=True)
class Radio(Select):
    """One of up to ten options, all in view."""

    def element(self, asked: Asked) -> Element:
        options = self._offered(asked)
        return elements.radio_buttons(
            asked.action_id, options, initial=_matching(options, asked.value)
        )


@dataclass(frozen=True)
class ExternalSelect(Select):
    """One of many, looked up while a person types. The use case judges what comes back.

    Its value is a Choice, since only its label can be shown.
    """

    _: KW_ONLY
    min_query: int = 1

    def element(self, asked: Asked) -> Element:
        chosen = asked.value
        initial = (
            elements.option(chosen.value, chosen.label) if isinstance(chosen, Choice) else None
        )
        return elements.external_select(
            asked.action_id,
            initial=initial,
            placeholder=self._placeholder(asked),
            min_query_length=self.min_query,
        )

    def _checked(self, values: Sequence[str], choices: Sequence[Choice] | None) -> Sequence[str]:
        return values if choices is None else super()._checked(values, choices)


@dataclass(frozen=True)
class Checkboxes(Menu):
    """Any of up to ten options."""

    several: ClassVar[bool] = True

    def element(self, asked: Asked) -> Element:
        options = self._offered(asked)
        chosen = asked.value if isinstance(asked.value, list | tuple | set | frozenset) else ()
        wanted = {plain_value(one) for one in chosen}
        return elements.checkboxes(
            asked.action_id, options, initial=[one for one in options if one["value"] in wanted]
        )

    def typed(self, state: State) -> tuple[Choice, ...]:
        options = state.get("selected_options")
        found = [_choice(one) for one in options] if isinstance(options, list) else []
        return tuple(one for one in found if one)

    def read(self, answer: Answer) -> Mapping[str, object]:
        chosen = answer.state.get("selected_options")
        if not chosen:
            return {}
        values = [one.value for one in self.typed(answer.state)]
        if not isinstance(chosen, list) or len(values) != len(chosen):
            raise InputError("not_offered")
        return {self.name: list(self._checked(values, answer.choices))}


@dataclass(frozen=True)
class MultiSelect(Checkboxes):
    """Any of up to a hundred options, in a menu."""

    def element(self, asked: Asked) -> Element:
        options = self._offered(asked)
        chosen = asked.value if isinstance(asked.value, list | tuple | set | frozenset) else ()
        wanted = {plain_value(one) for one in chosen}
        return elements.multi_static_select(
            asked.action_id,
            options,
            initial=[one for one in options if one["value"] in wanted],
            placeholder=self._placeholder(asked),
        )


@dataclass(frozen=True)
class Tick(Checkboxes):
    """One box for yes or no; its single option says what a tick means."""

    several: ClassVar[bool] = False

    def element(self, asked: Asked) -> Element:
        if isinstance(asked.value, bool):
            asked = replace(asked, value=self.options if asked.value else ())
        return super().element(asked)

    def read(self, answer: Answer) -> Mapping[str, object]:
        return {self.name: bool(super().read(answer))}


def _choice(option: object) -> Choice | None:
    """What Slack says was chosen; its label is only ever shown to the person who chose it."""
    value = option.get("value") if isinstance(option, Mapping) else None
    if not isinstance(option, Mapping) or not isinstance(value, str) or not is_option_value(value):
        return None
    text = option.get("text")
    label = text.get("text") if isinstance(text, Mapping) else None
    return Choice(value, str(label or value))


def _matching(options: Sequence[Option], value: object) -> Option | None:
    wanted = plain_value(value)
    return next((one for one in options if one["value"] == wanted), None)

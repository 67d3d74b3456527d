"""What holds for every form of ours, whichever feature it belongs to."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import messages
from messages.catalogues import catalogues
from messages.errors import UNKNOWN, WORDS
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.inputs import Choice, Menu
from messages.limits import VIEW_TITLE
from messages.reading import Reader
from messages.submissions import FieldErrors, parse_submission, typed_values
from messages.surfaces import View
from sandbox.blocks_views import view_problems
from tests.messages.dialogs import READER, empty, sent
from tests.messages.texts import user_texts

ROOMS = Path(__file__).parents[2]
REFUSALS = {
    "_refuse",
    "PydanticCustomError",
    "Refused",
    "InvalidInput",
    "NotAllowed",
    "AlreadyDone",
    "Changed",
    "Unknown",
}


def every_form() -> Iterator[Form[BaseModel]]:
    names = [module.name for module in pkgutil.iter_modules(messages.__path__)]
    for name in names:
        for value in vars(import_module(f"messages.{name}")).values():
            if isinstance(value, Form):
                yield value


FORMS = {form.name: form for form in every_form()}
CONTEXT = {"today": READER.today}
STAND_INS: Mapping[object, object] = {UUID: UUID(int=1), int: 1}
languages = pytest.mark.parametrize(
    "reader",
    [READER, *(Reader(language, READER.zone, READER.today) for language in catalogues())],
    ids=lambda reader: str(reader.locale),
)
every = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def carried(form: Form[BaseModel]) -> dict[str, object]:
    """What a dialog carries in its state rather than in an input: the record and its version."""
    shown = {one.name for one in form.all_inputs}
    return {
        name: STAND_INS[field.annotation]
        for name, field in form.model.model_fields.items()
        if field.is_required() and name not in shown
    }


def offered(form: Form[BaseModel]) -> dict[str, list[Choice]]:
    """Something to choose from in menus whose options depend on the record."""
    menus = [one for one in form.all_inputs if isinstance(one, Menu) and not one.options]
    return {one.name: [Choice("one", "One"), Choice("two", "Two")] for one in menus}


def rendered(form: Form[BaseModel], state: FormState, reader: Reader = READER, **more: Any) -> View:
    return render_form(form, reader, state, choices=offered(form), **more)


@every
@languages
def test_slack_accepts_it(form: Form[BaseModel], reader: Reader) -> None:
    state = FormState.new(form.name)
    for view in (rendered(form, one, reader) for one in (state, state.expand())):
        assert view_problems(sent(view)) == []


@every
@languages
def test_its_words_fit(form: Form[BaseModel], reader: Reader) -> None:
    words = [reader.gettext(text) for text in (form.title, form.submit, form.close)]
    assert max(map(len, words)) <= VIEW_TITLE


@every
def test_at_most_five_inputs_are_required(form: Form[BaseModel]) -> None:
    assert sum(not form.is_optional(one) for one in form.inputs) <= 5


@every
def test_what_is_required_is_on_the_screen_at_first(form: Form[BaseModel]) -> None:
    assert all(form.is_optional(one) for one in form.details)


@every
@languages
def test_left_empty_it_says_at_each_required_input_what_is_missing(
    form: Form[BaseModel], reader: Reader
) -> None:
    view = empty(rendered(form, FormState.new(form.name), reader))
    required = [one for one in form.inputs if not form.is_optional(one)]
    parsed = parse_submission(form, view, reader, context=CONTEXT, defaults=carried(form))
    if not required:
        return
    assert isinstance(parsed, FieldErrors)
    for one in required:
        assert reader.gettext(one.label) in parsed.errors[form.block(one.name)]


values = st.one_of(
    st.none(),
    user_texts,
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(str),
    st.integers(0, 10**11),
    st.lists(user_texts, max_size=3),
    st.fixed_dictionaries({"value": user_texts}),
    st.lists(st.fixed_dictionaries({"value": user_texts}), max_size=3),
)


@every
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_comes_back_it_answers_in_words_it_has(
    form: Form[BaseModel], data: st.DataObject
) -> None:
    view = empty(rendered(form, FormState.new(form.name).expand()))
    for actions in view["state"]["values"].values():
        for state in actions.values():
            spoil(state, data)
    parsed = parse_submission(form, view, READER, context=CONTEXT, defaults=carried(form))
    if isinstance(parsed, FieldErrors):
        assert UNKNOWN not in " ".join(parsed.errors.values())
        assert set(parsed.errors) <= set(view["state"]["values"])
    again = rendered(form, FormState.new(form.name).expand(), values=typed_values(form, view))
    assert view_problems(sent(again)) == []


def spoil(state: dict[str, Any], data: st.DataObject) -> None:
    """Put something fitting or unfitting into one input's state."""
    name = next(key for key in state if key != "type")
    fitting = {
        "plain_text_input": st.one_of(user_texts, values),
        "datepicker": st.dates().map(str),
        "static_select": st.fixed_dictionaries({"value": user_texts}),
    }
    state[name] = data.draw(st.one_of(fitting.get(state["type"], values), values))


def raised() -> Iterator[tuple[str, str]]:
    """Every code that a rule or a use case can raise, with its place in the source."""
    for path in (*ROOMS.glob("domain/*.py"), *ROOMS.glob("usecases/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in REFUSALS
                and node.args
            ):
                code = node.args[0]
                place = f"{path.relative_to(ROOMS)}:{node.lineno}"
                if isinstance(code, ast.Constant):
                    yield str(code.value), place
                elif isinstance(code, ast.JoinedStr) and isinstance(code.values[0], ast.Constant):
                    yield str(code.values[0].value), place


def test_every_refusal_of_rules_and_use_cases_has_words() -> None:
    wordless = [
        f"{place}: {code}"
        for code, place in raised()
        if not any(known == code or (code[-1] == "_" and known.startswith(code)) for known in WORDS)
    ]
    assert wordless == []

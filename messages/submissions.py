"""What comes back from a form: the model, or words for each field that keeps it from being one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import AccordError, InvalidInputs
from messages.elements import Json
from messages.errors import BEHIND_MORE_DETAIL, OFF_SCREEN, error_words
from messages.forms import NO_CHOICES, NO_VALUES, Form
from messages.inputs import Answer, Choice, Input, InputError, State
from messages.limits import FIELD_ERROR
from messages.reading import Reader
from messages.shorten import shorten

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Words by block id, each of an input that is on the screen."""

    errors: Mapping[str, str]

    def response(self) -> dict[str, Json]:
        """The body of the ack that shows them and keeps what was typed."""
        return {"response_action": "errors", "errors": dict(self.errors)}


@dataclass(frozen=True, slots=True)
class _Problem:
    """One thing wrong: at which path of the model, and the code and parameters of its words."""

    path: str
    code: str
    params: Mapping[str, object]


def parse_submission(
    form: Form[M],
    view: Mapping[str, object],
    reader: Reader,
    *,
    context: Mapping[str, object] | None = None,
    defaults: Mapping[str, object] = NO_VALUES,
    choices: Mapping[str, Sequence[Choice]] = NO_CHOICES,
) -> M | FieldErrors:
    """The model that the view of a submission stands for, or words at each field at fault.

    `view` is the payload's `view`. `context` goes to the model's validators. `defaults` are values
    for inputs that are not on the screen. `choices` as in `render_form`: what was not offered is
    refused. Never raises for anything that the view may hold.
    """
    answers = _answers(form, view)
    values: dict[str, object] = {}
    problems: list[_Problem] = []
    for one in form.all_inputs:
        if one.name not in answers:
            continue
        answer = Answer(answers[one.name].state, choices.get(one.name))
        try:
            found = one.read(answer)
        except InputError as error:
            problems.append(_Problem(one.name, error.code, error.params))
            continue
        if not found and one.several and form.is_optional(one):
            found = {one.name: []}
        values |= found
    unseen = {name: value for name, value in defaults.items() if name not in answers}
    try:
        model = form.model.model_validate(_nested({**unseen, **values}), context=context)
    except ValidationError as error:
        problems += _validation_problems(error, only_fields=bool(problems))
    else:
        if not problems:
            return model
    return _field_errors(form, answers, problems, reader)


def model_troubles(
    model: type[M], values: Mapping[str, object], context: Mapping[str, object]
) -> M | list[tuple[str, str, Mapping[str, object]]]:
    """The model that the values make, or the path, code and parameters of all that is wrong."""
    try:
        return model.model_validate(values, context=dict(context))
    except ValidationError as error:
        found = _validation_problems(error, only_fields=False)
        return [(one.path, one.code, one.params) for one in found]


def _validation_problems(error: ValidationError, *, only_fields: bool) -> Iterator[_Problem]:
    """What the model says; while a field is unread, rules about several would judge half a form."""
    for details in error.errors(include_url=False, include_input=False):
        if details["loc"] or not only_fields:
            yield _Problem(_path(details), details["type"], details.get("ctx", {}))


def _path(details: ErrorDetails) -> str:
    named = details.get("ctx", {}).get("field")
    return named if isinstance(named, str) else ".".join(map(str, details["loc"]))


def field_errors(
    form: Form[M], view: Mapping[str, object], error: AccordError, reader: Reader
) -> FieldErrors:
    """The refusal of a use case, at the field that it names or at the first one in view."""
    each = error.each if isinstance(error, InvalidInputs) else (error,)
    problems = [_Problem(one.field or "", one.code, one.params) for one in each]
    return _field_errors(form, _answers(form, view), problems, reader)


def typed_values(form: Form[M], view: Mapping[str, object]) -> dict[str, object]:
    """What stands in the inputs now, by field name, to show the form again with `render_form`."""
    answers = _answers(form, view)
    typed = {
        one.name: one.typed(answers[one.name].state)
        for one in form.all_inputs
        if one.name in answers
    }
    return {name: value for name, value in typed.items() if value not in (None, ())}


@dataclass(frozen=True, slots=True)
class _OnScreen:
    block_id: str
    state: State


def _answers(form: Form[M], view: Mapping[str, object]) -> Mapping[str, _OnScreen]:
    """The inputs on the screen by field name, with what Slack says of each."""
    states = _mapping(_mapping(view.get("state")).get("values"))
    blocks = view.get("blocks")
    listed = [_mapping(block) for block in blocks] if isinstance(blocks, list) else []
    shown = [str(block.get("block_id")) for block in listed if block.get("type") == "input"]
    found = {block_id.split("#")[0]: block_id for block_id in (*shown, *map(str, states))}
    on_screen: dict[str, _OnScreen] = {}
    for one in form.all_inputs:
        if block_id := found.get(form.block(one.name)):
            state = _mapping(states.get(block_id)).get(form.action(one.name))
            on_screen[one.name] = _OnScreen(block_id, _mapping(state))
    return on_screen


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _field_errors(
    form: Form[M],
    answers: Mapping[str, _OnScreen],
    problems: Sequence[_Problem],
    reader: Reader,
) -> FieldErrors:
    """Each input's first problem; those not in view stand at the first one and name themselves.

    What could not be read comes before the model's complaint that it is missing; an input's own
    problem comes before those of others.
    """
    first = next(iter(answers.values())).block_id if answers else form.block(form.inputs[0].name)
    said: dict[str, dict[Input | None, str]] = {}
    found = [(problem, _input_at(form, problem.path)) for problem in problems]
    # The sort is stable: among those in view the order stays.
    for problem, one in sorted(found, key=lambda it: it[1] is None or it[1].name not in answers):
        words = _words(problem, one, reader)
        if one and one.name in answers:
            block_id = answers[one.name].block_id
        else:
            block_id = first
            if one and problem.code != "missing":  # those words name the field anyway
                place = BEHIND_MORE_DETAIL if one in form.details else OFF_SCREEN
                words = reader.write(place, label=reader.gettext(one.label), problem=words)
        said.setdefault(block_id, {}).setdefault(one, words)
    return FieldErrors(
        {block: shorten(" ".join(words.values()), FIELD_ERROR) for block, words in said.items()}
    )


def _input_at(form: Form[M], path: str) -> Input | None:
    """The input for a path or for what it is inside of (`weights.0` is at fault in `weights`)."""
    inside = (one for one in form.all_inputs if f"{path}.".startswith(f"{one.name}."))
    return max(inside, key=lambda one: len(one.name), default=None)


def _words(problem: _Problem, one: Input | None, reader: Reader) -> str:
    if one is None:
        return error_words(problem.code, problem.params, reader)
    code = one.missing if problem.code == "missing" else problem.code
    return error_words(code, {"label": reader.gettext(one.label), **problem.params}, reader)


def _nested(values: Mapping[str, object]) -> dict[str, object]:
    """Values by path as the model nests them: `{"goals.7.value": 1}` → `{"goals": {"7": …}}`.

    A level whose keys count from nought becomes a list.
    """
    tree: dict[str, object] = {}
    for path, value in values.items():
        branch = tree
        *parents, leaf = path.split(".")
        for parent in parents:
            inner = branch.setdefault(parent, {})
            branch = inner if isinstance(inner, dict) else {}
        branch[leaf] = value
    return {name: _listed(branch) for name, branch in tree.items()}


def _listed(branch: object) -> object:
    if not isinstance(branch, dict):
        return branch
    inner = {name: _listed(value) for name, value in branch.items()}
    if inner and list(inner) == [str(index) for index in range(len(inner))]:
        return list(inner.values())
    return inner

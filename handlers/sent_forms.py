"""A dialog that was sent: read into its command, carried out, what is wrong back at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from domain.errors import InvalidInput
from handlers.answers import turn_page
from handlers.desk import Desk
from handlers.features import AckBody, Asking
from handlers.payloads import Pressed, Submission
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.inputs import Choice
from messages.submissions import FieldErrors, field_errors, parse_submission, typed_values
from messages.surfaces import View

Sent = TypeVar("Sent", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a dialog takes besides its inputs, as `parse_submission` has it."""

    context: Mapping[str, object] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)


def carry_out(
    forms: Mapping[str, Form[Any]],
    submission: Submission,
    asking: Asking,
    act: Callable[[Form[Any], Any, FormState], AckBody],
    reading: Callable[[Form[Any], FormState], Reading] | None = None,
) -> AckBody:
    """Answer the dialog with what `act` makes of its form, command and state.

    Raises InvalidInput for a dialog that is none of `forms`, and for what stands at no field.
    """
    form = forms.get(submission.callback)
    if form is None:
        raise InvalidInput("form_state")

    def read(state: FormState) -> Reading:
        return reading(form, state) if reading is not None else Reading()

    return carry_out_form(
        form, submission, asking, lambda command, state: act(form, command, state), read
    )


def carry_out_form(
    form: Form[Sent],
    submission: Submission,
    asking: Asking,
    act: Callable[[Sent, FormState], AckBody],
    reading: Callable[[FormState], Reading] = lambda _state: Reading(),
) -> AckBody:
    """The same for the one form that it must be. `today` is known to every model."""
    # Whoever may not ask at all hears that, whatever they send.
    reader = asking.reader
    state = FormState.parse(submission.metadata, form.name)
    known = reading(state)
    parsed = parse_submission(
        form,
        submission.view,
        reader,
        context={"today": reader.today, **known.context},
        defaults=known.defaults,
        choices=known.choices,
    )
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    try:
        return act(parsed, state)
    except InvalidInput as error:
        if error.field is None:
            raise
        return field_errors(form, submission.view, error, reader).response()


def in_its_place(view: View) -> AckBody:
    """This dialog instead of the one that was sent."""
    return {"response_action": "update", "view": view.payload()}


def expanded(desk: Desk, pressed: Pressed, asking: Asking, form: Form[Any]) -> None:
    """*More detail*: the rest of the inputs appear, and nothing typed is lost."""
    view = pressed.view or {}
    state = FormState.parse(str(view.get("private_metadata")), form.name).expand()
    turn_page(
        desk, pressed, render_form(form, asking.reader, state, values=typed_values(form, view))
    )

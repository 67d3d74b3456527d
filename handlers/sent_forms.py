"""A dialog that was sent: read into its command, carried out, what is wrong back at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import InvalidInput
from handlers.features import AckBody, Asking
from handlers.payloads import Submission
from messages.form_state import FormState
from messages.forms import Form
from messages.submissions import FieldErrors, field_errors, parse_submission


def carry_out(
    forms: Mapping[str, Form[Any]],
    submission: Submission,
    asking: Asking,
    act: Callable[[Form[Any], Any, FormState], AckBody],
) -> AckBody:
    """Answer the dialog with what `act` makes of its form, command and state.

    Raises InvalidInput for a dialog that is none of `forms`, and for what stands at no field.
    """
    form = forms.get(submission.callback)
    if form is None:
        raise InvalidInput("form_state")
    state = FormState.parse(submission.metadata, form.name)
    context = {"today": asking.reader.today}
    parsed = parse_submission(form, submission.view, asking.reader, context=context)
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    try:
        return act(form, parsed, state)
    except InvalidInput as error:
        if error.field is None:
            raise
        return field_errors(form, submission.view, error, asking.reader).response()

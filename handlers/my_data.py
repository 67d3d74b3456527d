"""`/accord my data` and `/accord audit me`: one's own data, and who looked at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from domain.corrections import AnswerCorrection, AskCorrection, CorrectionAbout
from domain.errors import InvalidInput
from handlers import goal_corrections
from handlers.answers import show_view, stale_message_mended, turn_page
from handlers.dead_letters import letters_for
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import Reading, carry_out, carry_out_form, in_its_place
from messages.corrections import (
    ANSWER,
    ASK,
    ASK_ABOUT_GOALS,
    answer_view,
    answered_view,
    ask_view,
    asked_words,
    cases_message,
    goal_choices,
    own_view,
)
from messages.form_state import FormState
from messages.forms import Form
from messages.goal_corrections import CORRECT_VALUE
from messages.help import reference_needed
from messages.looks import looks_view
from messages.my_data import link_view, my_data_view, rights_view
from messages.my_data_presses import MyDataAction, my_data_button
from messages.outcomes import outcome_view
from messages.presses import Press
from usecases import corrections, looks, my_data
from usecases.access import identify


def my_data_feature(desk: Desk) -> Feature:
    return Feature(
        name="my",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        accord_words={"cases": partial(_cases, desk)},
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord my data` and `/accord my rights`."""
    words = command.words.strip().casefold()
    if words == "rights":
        rights = my_data.my_rights(desk.store, command.origin)
        opener = my_data_button(MyDataAction.RIGHTS, asking.reader)
        return Dialog(rights_view(rights, asking.reader, desk.templates), opener)
    if words not in ("", "data"):
        return reference_needed("accord", "my", asking.reader)
    found = my_data.my_data(desk.store, command.origin)
    opener = my_data_button(MyDataAction.OPEN, asking.reader, style="primary")
    return Dialog(my_data_view(found, asking.reader, desk.templates), opener)


def looks_words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord audit me`."""
    found = looks.looks_at_me(desk.store, command.origin)
    opener = my_data_button(MyDataAction.LOOKS, asking.reader, style="primary")
    return Dialog(looks_view(found, asking.reader), opener)


def _cases(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord cases`."""
    listed = corrections.my_corrections(desk.store, command.origin)
    undelivered = letters_for(desk, command.origin, asking)
    return cases_message(listed, asking.reader, undelivered)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action in goal_corrections.MORE_DETAIL:
        goal_corrections.expand(desk, pressed, asking)
        return
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _open(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = my_data.my_data(desk.store, pressed.origin)
    show_view(desk, pressed, my_data_view(found, asking.reader, desk.templates))


def _rights(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = my_data.my_rights(desk.store, pressed.origin)
    show_view(desk, pressed, rights_view(found, asking.reader, desk.templates))


def _get(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    link = my_data.ask_for_my_data(desk.store, pressed.origin)
    url = f"{desk.address()}/exports/{link.token}"
    show_view(desk, pressed, link_view(link, url, asking.reader))


def _correct(
    about: CorrectionAbout, desk: Desk, pressed: Pressed, asking: Asking, press: Press
) -> None:
    thing = press.subject
    subject = corrections.subject_of(desk.store, pressed.origin, about, thing)
    asker = identify(desk.store, pressed.origin).name
    show_view(desk, pressed, ask_view(subject, thing, asker, asking.reader))


def _read(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        read = corrections.read_correction(desk.store, pressed.origin, press.thing)
    view = own_view if read.viewer.id == read.card.asker.id else answer_view
    show_view(desk, pressed, view(read, asking.reader))


def _answer_after_correcting(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    """In place of what the dialog said: more than three of them Slack does not stack."""
    read = corrections.read_correction(desk.store, pressed.origin, press.thing)
    turn_page(desk, pressed, answer_view(read, asking.reader, stacked=True))


def _looks(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = looks.looks_at_me(desk.store, pressed.origin)
    show_view(desk, pressed, looks_view(found, asking.reader))


def _more_looks(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = looks.looks_at_me(desk.store, pressed.origin, press.number)
    turn_page(desk, pressed, looks_view(found, asking.reader))


_PRESSES: Mapping[MyDataAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    MyDataAction.OPEN: _open,
    MyDataAction.GET: _get,
    MyDataAction.RIGHTS: _rights,
    MyDataAction.CORRECT: partial(_correct, CorrectionAbout.DATA),
    MyDataAction.CORRECT_GOAL: partial(_correct, CorrectionAbout.GOAL),
    MyDataAction.CORRECT_FEEDBACK: partial(_correct, CorrectionAbout.FEEDBACK),
    MyDataAction.READ: _read,
    MyDataAction.ANSWER: _answer_after_correcting,
    MyDataAction.CHOOSE_GOAL: goal_corrections.choose_goal,
    MyDataAction.MORE_TO_CORRECT: goal_corrections.more_goals,
    MyDataAction.FIX_GOAL: goal_corrections.open_goal,
    MyDataAction.FIX_VALUE: goal_corrections.open_values,
    MyDataAction.LOOKS: _looks,
    MyDataAction.MORE_LOOKS: _more_looks,
}


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    submit = _SUBMITTED.get(submission.callback)
    if submit is None:
        raise InvalidInput("form_state")
    return submit(desk, submission, asking)


_ASKING: Mapping[str, Form[AskCorrection]] = {form.name: form for form in (ASK, ASK_ABOUT_GOALS)}


def _ask(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def reading(form: Form[AskCorrection], _state: FormState) -> Reading:
        if form is ASK:
            return Reading()
        found = corrections.own_goals(desk.store, submission.origin)
        return Reading(choices=goal_choices(found))

    def act(_form: Form[AskCorrection], command: AskCorrection, state: FormState) -> AckBody:
        try:
            about = CorrectionAbout(state.refs.get("about", ""))
        except ValueError:
            raise InvalidInput("form_state") from None
        card = corrections.ask_correction(
            desk.store, submission.origin, command, about, state.ids.get("thing"), state.token
        )
        return outcome_view(asked_words(card, asking.reader), asking.reader)

    return carry_out(_ASKING, submission, asking, act, reading)


def _answer(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: AnswerCorrection, state: FormState) -> AckBody:
        card = corrections.answer_correction(
            desk.store, submission.origin, state.id_of("correction"), command, state.token
        )
        return in_its_place(answered_view(card, asking.reader))

    return carry_out_form(ANSWER, submission, asking, act)


_SUBMITTED: Mapping[str, Callable[[Desk, Submission, Asking], AckBody]] = {
    **dict.fromkeys(_ASKING, _ask),
    ANSWER.name: _answer,
    CORRECT_VALUE.name: goal_corrections.submit_value,
    **dict.fromkeys(goal_corrections.GOAL_FORMS, goal_corrections.submit_goal),
}

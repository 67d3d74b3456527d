"""Somebody leaves: from `/accord people`, in two steps; and back again."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from domain.departures import ConfirmLeaving, LastDay
from domain.errors import Changed, InvalidInput
from domain.origin import Origin
from handlers.answers import show_view
from handlers.confirming import next_dialog
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from handlers.sent_forms import carry_out, in_its_place
from messages.departure_presses import DepartureAction, departure_button
from messages.departures import (
    FORMS,
    PICK,
    RETURN,
    confirm_view,
    entered_words,
    pick_view,
    return_view,
    returned_words,
)
from messages.elements import option
from messages.form_state import FormState
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.reading import Reader
from usecases import departures


def departure_feature(desk: Desk) -> Feature:
    return Feature(
        name="departures",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=partial(_look_up, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    departures.require_may_enter(desk.store, command.origin)
    opener = departure_button(DepartureAction.ENTER, asking.reader)
    return Dialog(pick_view(asking.reader), opener)


def _look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    found = departures.people_to_pick(desk.store, lookup.origin, lookup.words)
    return {"options": [option(str(person), name) for person, name in found]}


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    match pressed.action:
        case DepartureAction.ENTER:
            departures.require_may_enter(desk.store, pressed.origin)
            view = pick_view(asking.reader)
        case DepartureAction.STAYS | DepartureAction.BACK:
            person = Press.parse(pressed.value).thing
            leaving = departures.look_at_return(desk.store, pressed.origin, person)
            view = return_view(leaving, asking.reader)
        case _:
            raise InvalidInput("form_state")
    show_view(desk, pressed, view)


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(form: object, command: Any, state: FormState) -> AckBody:
        if form is PICK:
            return _shown(desk, submission.origin, command, asking.reader)
        person = state.id_of("person")
        if form is RETURN:
            back = departures.take_back(
                desk.store,
                submission.origin,
                person,
                reason=command.reason,
                token=state.token,
            )
            return outcome_view(returned_words(back, asking.reader), asking.reader)
        return _entered(desk, submission.origin, person, command, state, asking.reader)

    return carry_out(FORMS, submission, asking, act)


def _shown(desk: Desk, origin: Origin, command: LastDay, reader: Reader) -> AckBody:
    found = departures.look_at_departure(desk.store, origin, command.who, command.last_day)
    return next_dialog(confirm_view(found, reader))


def _entered(
    desk: Desk,
    origin: Origin,
    person: UUID,
    command: ConfirmLeaving,
    state: FormState,
    reader: Reader,
) -> AckBody:
    last_day = _day(state)
    try:
        found = departures.enter_departure(
            desk.store,
            origin,
            person,
            last_day,
            reason=command.reason,
            digest=state.refs.get("digest", ""),
            token=state.token,
        )
    except Changed:
        now = departures.look_at_departure(desk.store, origin, person, last_day)
        return in_its_place(confirm_view(now, reader, moved_on=True))
    return outcome_view(entered_words(found, reader), reader)


def _day(state: FormState) -> date:
    try:
        return date.fromisoformat(state.refs.get("last_day", ""))
    except ValueError:
        raise InvalidInput("form_state") from None

"""`/accord hold`: the legal holds that stand; placing one, opening one, asking that it end."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

from pydantic import BaseModel

from domain.errors import InvalidInput
from domain.holds import PlaceHold, ReleaseHold
from domain.origin import Origin
from handlers.answers import show_view
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out
from messages.approval_forms import ask_view
from messages.form_state import FormState
from messages.hold_presses import HoldAction
from messages.holds import FORMS, holds_message, opened_view, place_view, placed_words
from messages.outcomes import outcome_view
from messages.presses import Press
from usecases import holds


def hold_feature(desk: Desk) -> Feature:
    return Feature(
        name="holds",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        accord_words={"hold": partial(_words, desk)},
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord hold`."""
    return holds_message(holds.hold_page(desk.store, command.origin), asking.reader)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action == HoldAction.PLACE:
        holds.require_may_place(desk.store, pressed.origin)
        show_view(desk, pressed, place_view(uuid4(), asking.reader))
        return
    if pressed.action != HoldAction.OPEN:
        raise InvalidInput("form_state")
    hold = Press.parse(pressed.value).thing
    opened = holds.open_hold(desk.store, pressed.origin, hold)
    show_view(desk, pressed, opened_view(opened, asking.reader))


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(_form: object, command: BaseModel, state: FormState) -> AckBody:
        hold, origin = state.id_of("hold"), submission.origin
        if isinstance(command, PlaceHold):
            placed = holds.place_hold(desk.store, origin, hold, command)
            return outcome_view(placed_words(placed, asking.reader), asking.reader)
        if isinstance(command, ReleaseHold):
            return _to_release(desk, origin, hold, command, asking)
        raise InvalidInput("form_state")

    return carry_out(FORMS, submission, asking, act)


def _to_release(
    desk: Desk, origin: Origin, hold: UUID, command: ReleaseHold, asking: Asking
) -> AckBody:
    view = or_codes_first(
        desk,
        origin,
        asking,
        lambda: ask_view(holds.plan_release(desk.store, origin, hold, command), asking.reader),
    )
    return next_dialog(view)

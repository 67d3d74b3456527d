"""`/accord my data` and `/accord audit me`: one's own data, and who looked at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from domain.errors import InvalidInput
from handlers.answers import show_view, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from messages.help import not_understood
from messages.looks import looks_view
from messages.my_data import link_view, my_data_view
from messages.my_data_presses import MyDataAction, my_data_button
from messages.presses import Press
from usecases import looks, my_data


def my_data_feature(desk: Desk) -> Feature:
    return Feature(
        name="my",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=_submit,
        look_up=_look_up,
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord my data`."""
    words = command.words.strip().casefold()
    if words not in ("", "data"):
        return not_understood("accord", f"my {words}", asking.reader)
    found = my_data.my_data(desk.store, command.origin)
    opener = my_data_button(MyDataAction.OPEN, asking.reader, style="primary")
    return Dialog(my_data_view(found, asking.reader, desk.templates), opener)


def looks_words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord audit me`."""
    found = looks.looks_at_me(desk.store, command.origin)
    opener = my_data_button(MyDataAction.LOOKS, asking.reader, style="primary")
    return Dialog(looks_view(found, asking.reader), opener)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    try:
        act = _PRESSES[MyDataAction(pressed.action)]
    except (ValueError, KeyError):
        raise InvalidInput("form_state") from None
    act(desk, pressed, asking, Press.parse(pressed.value))


def _open(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = my_data.my_data(desk.store, pressed.origin)
    show_view(desk, pressed, my_data_view(found, asking.reader, desk.templates))


def _get(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    link = my_data.ask_for_my_data(desk.store, pressed.origin)
    url = f"{desk.address()}/exports/{link.token}"
    show_view(desk, pressed, link_view(link, url, asking.reader))


def _looks(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = looks.looks_at_me(desk.store, pressed.origin)
    show_view(desk, pressed, looks_view(found, asking.reader))


def _more_looks(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = looks.looks_at_me(desk.store, pressed.origin, press.number)
    turn_page(desk, pressed, looks_view(found, asking.reader))


_PRESSES: Mapping[MyDataAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    MyDataAction.OPEN: _open,
    MyDataAction.GET: _get,
    MyDataAction.LOOKS: _looks,
    MyDataAction.MORE_LOOKS: _more_looks,
}


def _submit(_submission: Submission, _asking: Asking) -> AckBody:
    raise InvalidInput("form_state")


def _look_up(_lookup: Lookup, _asking: Asking) -> AckBody:
    return {"options": []}

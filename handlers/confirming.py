"""Somebody without one-time codes sets them up first, and loses nothing of what they typed."""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import Refused
from domain.origin import Origin
from handlers.desk import Desk
from handlers.features import AckBody, Asking
from messages.security_forms import codes_view
from messages.surfaces import View
from usecases import security
from usecases.step_up import NOT_SET_UP


def or_codes_first(desk: Desk, origin: Origin, asking: Asking, view: Callable[[], View]) -> View:
    """The dialog that asks for a code; instead, for somebody who has none, how to set them up."""
    try:
        return view()
    except Refused as refused:
        if refused.code != NOT_SET_UP:
            raise
    return codes_view(security.my_codes(desk.store, origin), asking.reader)


def next_dialog(view: View) -> AckBody:
    """On top of the dialog that was sent, so that *Back* leads to all that was typed."""
    return {"response_action": "push", "view": view.payload()}

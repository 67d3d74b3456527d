"""App Home: shown when somebody opens it; later changes come through the outbox."""

from __future__ import annotations

from domain.errors import Unknown
from domain.origin import Origin
from handlers.desk import Desk
from handlers.payloads import Payload
from messages.errors import error_said
from messages.home import home_message, home_view, refusal_view
from messages.reading import Reader
from messages.surfaces import Message
from usecases import home


def home_opened(desk: Desk, origin: Origin, event: Payload) -> None:
    """Publish the opener's Home."""
    if event.get("tab", "home") != "home" or origin.slack_user is None:
        return
    try:
        opened = home.open_home(desk.store, origin)
        view = home_view(opened, Reader.of(opened.reader, opened.now))
    except Unknown as refusal:
        view = refusal_view(error_said(refusal, Reader.of_nobody(origin.now)))
    desk.publish_home(origin.slack_user, view)


def home_words(desk: Desk, origin: Origin) -> Message:
    """What needs the asker, as an answer to `/accord`."""
    opened = home.open_home(desk.store, origin)
    return home_message(opened, Reader.of(opened.reader, opened.now))

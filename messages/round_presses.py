"""Buttons about rounds. Each carries a `Press`: the id of the round and where a page begins."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element, confirm
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class RoundAction(StrEnum):
    """What a button does. The values start with `round:`, which routes them."""

    ANSWER_PRIVATELY = "round:answer_privately"
    ANSWER_ANONYMOUSLY = "round:answer_anonymously"
    CLOSE = "round:close"
    ASK_AGAIN = "round:ask_again"
    TAKE_OVER = "round:take_over"
    READ = "round:read"
    MORE_CONFIDENTIAL = "round:more_confidential"
    SHOW_ALL = "round:show_all"
    MORE_OPEN = "round:more_open"
    APPROVE = "round:approve"


LABELS: dict[RoundAction, str] = {
    RoundAction.ANSWER_PRIVATELY: N_("Answer privately"),
    RoundAction.ANSWER_ANONYMOUSLY: N_("Answer anonymously"),
    RoundAction.CLOSE: N_("Close round"),
    RoundAction.ASK_AGAIN: N_("Ask again"),
    RoundAction.TAKE_OVER: N_("Take over"),
    RoundAction.READ: N_("Read"),
    RoundAction.MORE_CONFIDENTIAL: N_("More"),
    RoundAction.SHOW_ALL: N_("Show all"),
    RoundAction.MORE_OPEN: N_("More"),
    RoundAction.APPROVE: N_("Approve"),
}


def _sure(reader: Reader) -> Element:
    return confirm(
        reader.gettext(N_("Close this round?")),
        reader.gettext(
            N_(
                "Nobody can answer any more, and it can't be opened again. Anonymous answers by "
                "fewer than five people are deleted unread."
            )
        ),
        reader.gettext(N_("Close round")),
        reader.gettext(N_("Not yet")),
    )


def round_button(
    action: RoundAction,
    reader: Reader,
    round_: UUID,
    number: int = 0,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers which round. Closing cannot be undone: it asks."""
    return press_button(
        LABELS[action],
        action,
        reader,
        Press(round_, number),
        style=style,
        confirm=_sure(reader) if action is RoundAction.CLOSE else None,
        about=about,
    )

"""Buttons about bulk exports. Each carries a `Press`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class ExportAction(StrEnum):
    """What a button does. The values start with `export:`, which routes them."""

    OPEN = "export:open"
    """The dialog; with a hold as its subject, for the person whom that is on."""
    HOLDS = "export:holds"
    GET = "export:get"


LABELS: Mapping[ExportAction, str] = {
    ExportAction.OPEN: N_("Export"),
    ExportAction.HOLDS: N_("Under a legal hold"),
    ExportAction.GET: N_("Get the file"),
}


def export_button(
    action: ExportAction,
    reader: Reader,
    subject: UUID | None = None,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers whom it concerns."""
    return press_button(LABELS[action], action, reader, Press(subject), style=style, about=about)

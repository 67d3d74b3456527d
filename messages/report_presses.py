"""Buttons of the report. Each carries a `Press` with the number of groups before its page."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.reports import ReportPart
from messages.elements import Element, button
from messages.i18n import N_
from messages.presses import Press, Style
from messages.reading import Reader


class ReportAction(StrEnum):
    """What a button opens. The values start with `report:`, which routes them."""

    OPEN = "report:open"
    ACCESS = "report:access"
    READS = "report:reads"
    LEVELS = "report:levels"
    REGIONS = "report:regions"
    UNITS = "report:units"
    EARLIER = "report:earlier"
    MORE = "report:more"


LABELS: Mapping[ReportAction, str] = {
    ReportAction.OPEN: N_("Report"),
    ReportAction.ACCESS: N_("Access"),
    ReportAction.READS: N_("Openings"),
    ReportAction.LEVELS: N_("Goals by level"),
    ReportAction.REGIONS: N_("Goals by region"),
    ReportAction.UNITS: N_("Goals by unit"),
    ReportAction.EARLIER: N_("Earlier"),
    ReportAction.MORE: N_("More"),
}
OF_PART: Mapping[ReportPart, ReportAction] = {
    ReportPart.ACCESS: ReportAction.ACCESS,
    ReportPart.READS: ReportAction.READS,
    ReportPart.LEVELS: ReportAction.LEVELS,
    ReportPart.REGIONS: ReportAction.REGIONS,
    ReportPart.UNITS: ReportAction.UNITS,
}
_PLACES = tuple(ReportPart)
_FURTHEST = 100_000
"""Groups; a press carries the part and the place in one number."""


def report_button(action: ReportAction, reader: Reader, *, style: Style | None = None) -> Element:
    return button(reader.gettext(LABELS[action]), action, Press(None).encode(), style=style)


def page_button(action: ReportAction, part: ReportPart, offset: int, reader: Reader) -> Element:
    """Another page of a part."""
    number = _PLACES.index(part) * _FURTHEST + min(offset, _FURTHEST - 1)
    return button(reader.gettext(LABELS[action]), action, Press(None, number).encode())


def page_in(press: Press) -> tuple[ReportPart, int]:
    """The part and the place that `page_button` put into its press."""
    place, offset = divmod(press.number, _FURTHEST)
    return _PLACES[min(place, len(_PLACES) - 1)], offset

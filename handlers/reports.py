"""`/accord report`: access and activity, in numbers about groups."""

from __future__ import annotations

from functools import partial

from domain.errors import InvalidInput
from domain.origin import Origin
from domain.reports import ReportPart
from handlers.answers import show_view, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from messages.presses import Press
from messages.report_presses import OF_PART, ReportAction, page_in, report_button
from messages.reports import report_view
from messages.surfaces import View
from usecases import reports

_PARTS = {action: part for part, action in OF_PART.items()}


def report_feature(desk: Desk) -> Feature:
    return Feature(
        name="report", words=partial(_words, desk), press=partial(_press, desk), submit=_submit
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord report`."""
    opener = report_button(ReportAction.OPEN, asking.reader, style="primary")
    return Dialog(_view(desk, command.origin, asking, None, 0), opener)


def _view(desk: Desk, origin: Origin, asking: Asking, part: ReportPart | None, offset: int) -> View:
    return report_view(reports.read_report(desk.store, origin, part, offset), asking.reader)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    try:
        action = ReportAction(pressed.action)
    except ValueError:
        raise InvalidInput("form_state") from None
    part, offset = _PARTS.get(action), 0
    if action in (ReportAction.EARLIER, ReportAction.MORE):
        part, offset = page_in(Press.parse(pressed.value))
    view = _view(desk, pressed.origin, asking, part, offset)
    if pressed.in_dialog:
        turn_page(desk, pressed, view)
    else:
        show_view(desk, pressed, view)


def _submit(_submission: Submission, _asking: Asking) -> AckBody:
    raise InvalidInput("form_state")

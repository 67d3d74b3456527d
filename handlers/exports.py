"""`/accord export`: asking for a bulk export, and getting its file once it is approved."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from domain.errors import InvalidInput
from domain.exports import AskExport, ExportOffer, HoldsToExport
from domain.origin import Origin
from handlers.answers import show, show_view, stale_message_mended, turn_page
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from handlers.sent_forms import Reading, carry_out
from messages.approval_forms import ask_view
from messages.cycle_forms import unit_options
from messages.export_presses import ExportAction, export_button
from messages.exports import FORMS, content_choices, export_view, file_view, holds_message
from messages.form_state import FormState
from messages.forms import Form
from messages.presses import Press
from messages.submissions import typed_values
from messages.surfaces import View
from usecases import export_downloads, exports


def export_feature(desk: Desk) -> Feature:
    return Feature(
        name="export",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=partial(_look_up, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord export`."""
    found = exports.export_offer(desk.store, command.origin, None)
    if isinstance(found, HoldsToExport):
        return holds_message(found, asking.reader)
    opener = export_button(ExportAction.OPEN, asking.reader, style="primary")
    return Dialog(export_view(found, asking.reader), opener)


def _look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    return unit_options(exports.units_to_choose(desk.store, lookup.origin, lookup.words))


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if any(pressed.action == form.more_action for form in FORMS.values()):
        _more_detail(desk, pressed, asking)
        return
    subject = Press.parse(pressed.value).subject
    match pressed.action:
        case ExportAction.HOLDS:
            found = exports.holds_to_export(desk.store, pressed.origin)
            show(desk, pressed, holds_message(found, asking.reader), asking.reader)
        case ExportAction.OPEN:
            offer = _offer(desk, pressed.origin, subject)
            show_view(desk, pressed, export_view(offer, asking.reader))
        case ExportAction.GET if subject is not None:
            with stale_message_mended(desk, pressed):
                link = export_downloads.ask_for_file(desk.store, pressed.origin, subject)
            url = f"{desk.address()}/exports/{link.token}"
            show_view(desk, pressed, file_view(link, url, asking.reader))
        case _:
            raise InvalidInput("form_state")


def _offer(desk: Desk, origin: Origin, hold: UUID | None) -> ExportOffer:
    found = exports.export_offer(desk.store, origin, hold)
    if isinstance(found, HoldsToExport):
        raise InvalidInput("form_state")
    return found


def _more_detail(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    view = pressed.view or {}
    form = FORMS.get(str(view.get("callback_id")))
    if form is None:
        raise InvalidInput("form_state")
    state = FormState.parse(str(view.get("private_metadata")), form.name).expand()
    offer = _offer(desk, pressed.origin, state.ids.get("hold"))
    shown = export_view(offer, asking.reader, state=state, values=typed_values(form, view))
    turn_page(desk, pressed, shown)


# Dialogs


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin = submission.origin

    def reading(_form: Form[AskExport], state: FormState) -> Reading:
        offer = _offer(desk, origin, state.ids.get("hold"))
        return Reading(choices=content_choices(offer, asking.reader))

    def act(_form: Form[AskExport], command: AskExport, state: FormState) -> AckBody:
        def view() -> View:
            hold = state.ids.get("hold")
            return ask_view(exports.plan_export(desk.store, origin, hold, command), asking.reader)

        return next_dialog(or_codes_first(desk, origin, asking, view))

    return carry_out(FORMS, submission, asking, act, reading)

"""`/accord people`: the directory in numbers; a file of people looked at, then imported.

The file is read from Slack each time it is needed and kept nowhere; reading it and all that follows
happens behind a *Working…* dialog, since a large one takes longer than Slack waits.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial

from pydantic import BaseModel

from domain.directory import BadDirectory
from domain.directory_pages import AskImport, UploadPeople
from domain.errors import Changed, InvalidInput
from domain.origin import Origin
from domain.uploads import FIELD, UploadedFile, require_text
from handlers.answers import show_view, turn_page
from handlers.confirming import or_codes_first
from handlers.desk import Desk, Dialog, Reply
from handlers.errors import words_for
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out
from handlers.uploads import BEHIND, MEGABYTE
from messages.approval_forms import ask_view
from messages.blocks import section
from messages.directory_pages import (
    FORMS,
    IMPORT,
    WAIT,
    directory_view,
    imported_words,
    offer_view,
    problems_view,
    trouble_view,
    upload_view,
    waiting_view,
    working_view,
)
from messages.directory_presses import PeopleAction, people_button
from messages.form_state import FormState
from messages.outcomes import message_view
from messages.presses import Press
from messages.reading import Reader
from messages.surfaces import Message, View
from usecases import directory, directory_pages, waiting_imports

MOST_BYTES = 10 * MEGABYTE
"""What Slack's own field takes."""


def people_feature(desk: Desk) -> Feature:
    return Feature(
        name="people",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord people`."""
    page = directory_pages.directory_page(desk.store, command.origin)
    opener = people_button(PeopleAction.OPEN, asking.reader, style="primary")
    return Dialog(directory_view(page, asking.reader), opener)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    match pressed.action:
        case PeopleAction.OPEN:
            page = directory_pages.directory_page(desk.store, pressed.origin)
            show_view(desk, pressed, directory_view(page, asking.reader))
        case PeopleAction.IMPORT:
            directory_pages.require_may_import(desk.store, pressed.origin)
            show_view(desk, pressed, upload_view(asking.reader))
        case PeopleAction.CHANGES | PeopleAction.EARLIER_CHANGES | PeopleAction.MORE_CHANGES:
            _changes(desk, pressed, asking.reader, Press.parse(pressed.value))
        case PeopleAction.EARLIER | PeopleAction.MORE:
            _turn(desk, pressed, asking.reader, Press.parse(pressed.value).number)
        case _:
            raise InvalidInput("form_state")


def _changes(desk: Desk, pressed: Pressed, reader: Reader, press: Press) -> None:
    """A page of what a file changes that waits for a second person."""
    offer = waiting_imports.waiting_offer(desk.store, pressed.origin, press.thing)
    view = waiting_view(offer, press.thing, reader, press.number)
    if pressed.action == PeopleAction.CHANGES:
        show_view(desk, pressed, view)
    else:
        turn_page(desk, pressed, view)


def _turn(desk: Desk, pressed: Pressed, reader: Reader, page: int) -> None:
    """Another page of a plan, made anew: what the next page shows holds now."""
    directory_pages.require_may_import(desk.store, pressed.origin)
    shown = pressed.view or {}
    form = WAIT.name if shown.get("callback_id") == WAIT.name else IMPORT
    state = FormState.parse(str(shown.get("private_metadata")), form)
    file, seen = _file(state), state.refs.get("digest")

    def look() -> View:
        offer = directory_pages.offer_import(
            desk.store, pressed.origin, _read(desk, pressed.origin, file)
        )
        return offer_view(offer, file.id, reader, page, moved_on=offer.digest != seen)

    def job() -> None:
        turn_page(desk, pressed, _or_told(look, pressed.origin, reader))

    desk.afterwards.work(job, pressed.origin.request)


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    directory_pages.require_may_import(desk.store, submission.origin)
    if submission.callback == IMPORT:
        return _import(desk, submission, asking.reader)
    origin, reader = submission.origin, asking.reader

    def act(_form: object, command: BaseModel, state: FormState) -> AckBody:
        if isinstance(command, AskImport):
            make = partial(_ask, desk, origin, asking, command, state)
        elif isinstance(command, UploadPeople):
            make = partial(_look, desk, origin, command.file[0], reader)
        else:
            raise InvalidInput("form_state")
        return _behind(desk, origin, reader, make)

    return carry_out(FORMS, submission, asking, act)


def _ask(desk: Desk, origin: Origin, asking: Asking, command: AskImport, state: FormState) -> View:
    """The request to a second person, before its asker confirms it with a code."""
    file = _file(state)
    data = _read(desk, origin, file)

    def confirm() -> View:
        asked = waiting_imports.plan_waiting_import(
            desk.store,
            origin,
            data,
            digest=state.refs.get("digest", ""),
            reason=command.reason,
        )
        return ask_view(asked, asking.reader)

    try:
        return or_codes_first(desk, origin, asking, confirm)
    except Changed:
        offer = directory_pages.offer_import(desk.store, origin, data)
        return offer_view(offer, file.id, asking.reader, moved_on=True)


def _look(desk: Desk, origin: Origin, file: UploadedFile, reader: Reader) -> View:
    offer = directory_pages.offer_import(desk.store, origin, _read(desk, origin, file))
    return offer_view(offer, file.id, reader)


def _import(desk: Desk, submission: Submission, reader: Reader) -> AckBody:
    origin = submission.origin
    state = FormState.parse(submission.metadata, IMPORT)
    file, digest = _file(state), state.refs.get("digest", "")

    def act() -> View:
        data = _read(desk, origin, file)
        try:
            plan = directory.import_people(desk.store, origin, data, digest=digest)
        except Changed:
            offer = directory_pages.offer_import(desk.store, origin, data)
            return offer_view(offer, file.id, reader, moved_on=True)
        words = imported_words(plan, reader)
        return message_view(Message(words, [section(words)]), reader)

    return _behind(desk, origin, reader, act)


def _behind(desk: Desk, origin: Origin, reader: Reader, make: Callable[[], View]) -> AckBody:
    """Acknowledge with *Working…*; what `make` returns takes its place."""
    external = f"people-{secrets.token_urlsafe(12)}"

    def job() -> None:
        desk.finish_view(external, _or_told(make, origin, reader))

    desk.afterwards.work(job, origin.request)
    return {"response_action": "update", "view": working_view(external, reader).payload()}


def _or_told(make: Callable[[], View], origin: Origin, reader: Reader) -> View:
    """The view, or one that says why there is none and takes another file."""
    try:
        return make()
    except BadDirectory as bad:
        return problems_view(bad.problems, reader)
    except Exception as error:  # noqa: BLE001 - the door for errors behind an acknowledgement
        return trouble_view(words_for(error, reader, origin), reader)


def _read(desk: Desk, origin: Origin, file: UploadedFile) -> bytes:
    data = desk.uploads.read(file, origin.slack_user, most=MOST_BYTES, seconds=BEHIND)
    require_text(data)
    return data


def _file(state: FormState) -> UploadedFile:
    if FIELD not in state.refs:
        raise InvalidInput("form_state")
    return UploadedFile(id=state.refs[FIELD])

"""Goals from a file: looked at, then proposed. The file is read from Slack each time, and kept
nowhere."""

from __future__ import annotations

from hashlib import sha256

from domain.errors import InvalidInput
from domain.goal_file import BadGoals, UploadGoals
from domain.origin import Origin
from domain.uploads import FIELD, UploadedFile, require_text
from handlers.answers import show_view
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out_form, in_its_place
from handlers.uploads import MEGABYTE
from messages.form_state import FormState
from messages.goal_files import (
    PROPOSE,
    UPLOAD,
    offer_view,
    proposed_words,
    read_goals,
    refused_view,
    upload_view,
    wrong_view,
)
from messages.outcomes import outcome_view
from messages.presses import GoalAction, Press, goal_button
from messages.reading import Reader
from messages.surfaces import View
from usecases import goal_files

MOST_BYTES = MEGABYTE // 2
"""A hundred goals with long reasons; what can be read before Slack stops waiting."""
CALLBACKS = frozenset({UPLOAD.name, PROPOSE})


def upload(_desk: Desk, _command: Command, asking: Asking, _rest: str) -> Reply:
    """`/goal import`."""
    return Dialog(upload_view(asking.reader), goal_button(GoalAction.IMPORT, asking.reader))


def upload_pressed(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    show_view(desk, pressed, upload_view(asking.reader))


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin, reader = submission.origin, asking.reader
    if submission.callback == PROPOSE:
        return _propose(desk, submission, reader)

    def act(command: UploadGoals, _state: FormState) -> AckBody:
        if not command.file:
            raise InvalidInput("missing_file", field=FIELD)
        file = command.file[0]
        return in_its_place(_looked_at(desk, origin, file, _read(desk, origin, file), reader))

    return carry_out_form(UPLOAD, submission, asking, act)


def _propose(desk: Desk, submission: Submission, reader: Reader) -> AckBody:
    origin = submission.origin
    state = FormState.parse(submission.metadata, PROPOSE)
    file = UploadedFile(id=state.refs.get("file", ""))
    data = _read(desk, origin, file)
    rows, wrong = read_goals(data, reader)
    if wrong or _digest(data) != state.refs.get("digest"):
        view = _looked_at(desk, origin, file, data, reader, moved_on=True)
        return in_its_place(view)
    try:
        count = goal_files.propose_goals(desk.store, origin, rows, state.token)
    except BadGoals as bad:
        return in_its_place(refused_view(bad, reader))
    return outcome_view(proposed_words(count, reader), reader)


def _looked_at(
    desk: Desk,
    origin: Origin,
    file: UploadedFile,
    data: bytes,
    reader: Reader,
    *,
    moved_on: bool = False,
) -> View:
    rows, wrong = read_goals(data, reader)
    if wrong:
        return wrong_view(wrong, reader)
    try:
        offered = goal_files.offer_goals(desk.store, origin, rows)
    except BadGoals as bad:
        return refused_view(bad, reader)
    return offer_view(offered, file.id, _digest(data), reader, moved_on=moved_on)


def _read(desk: Desk, origin: Origin, file: UploadedFile) -> bytes:
    data = desk.uploads.read(file, origin.slack_user, most=MOST_BYTES)
    require_text(data)
    return data


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()

"""`/cycle`: cycles set up by HR, what is announced of them, and how that goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from domain.errors import InvalidInput, NotAllowed, Refused
from handlers import announcements
from handlers.answers import show_view
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from messages.announcement_forms import CONFIRM
from messages.announcement_forms import FORMS as ANNOUNCEMENT_FORMS
from messages.cycle_forms import NEW, changed_view, new_view, shown_phases, unit_options
from messages.cycle_presses import CycleAction, cycle_button
from messages.cycles import cycles_message, made_words
from messages.form_state import FormState
from messages.help import help_message, not_understood
from messages.outcomes import outcome_view
from messages.submissions import FieldErrors, field_errors, parse_submission, typed_values
from usecases import cycles


def cycle_feature(desk: Desk) -> Feature:
    return Feature(
        name="cycle",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=partial(_look_up, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/cycle …`. With no words: how the last announcement goes, or what is asked of me."""
    verb, _, _rest = command.words.strip().partition(" ")
    if not verb:
        return _most_wanted(desk, command, asking)
    answer = _VERBS.get(verb.casefold())
    if answer is None:
        return not_understood("cycle", verb, asking.reader)
    return answer(desk, command, asking)


def _most_wanted(desk: Desk, command: Command, asking: Asking) -> Reply:
    try:
        return announcements.latest(desk, command.origin, asking)
    except (NotAllowed, Refused):
        return _list(desk, command, asking)


def _list(desk: Desk, command: Command, asking: Asking) -> Reply:
    return cycles_message(cycles.cycles_for(desk.store, command.origin), asking.reader)


def _new(desk: Desk, command: Command, asking: Asking) -> Reply:
    cycles.require_may_plan(desk.store, command.origin)
    opener = cycle_button(CycleAction.NEW, asking.reader, style="primary")
    return Dialog(new_view(asking.reader, asking.reader.today), opener)


def _announce(desk: Desk, command: Command, asking: Asking) -> Reply:
    opener = cycle_button(CycleAction.ANNOUNCE, asking.reader, style="primary")
    return Dialog(announcements.start(desk, command.origin, asking), opener)


def _status(desk: Desk, command: Command, asking: Asking) -> Reply:
    return announcements.latest(desk, command.origin, asking)


def _help(_desk: Desk, _command: Command, asking: Asking) -> Reply:
    return help_message("cycle", asking.reader)


_VERBS: Mapping[str, Callable[[Desk, Command, Asking], Reply]] = {
    "new": _new,
    "announce": _announce,
    "status": _status,
    "list": _list,
    "help": _help,
}


def _look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    return unit_options(cycles.units_to_choose(desk.store, lookup.origin, lookup.words))


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action in _CHANGES_NEW:
        _change_new(desk, pressed, asking)
    elif pressed.action == CycleAction.NEW:
        cycles.require_may_plan(desk.store, pressed.origin)
        show_view(desk, pressed, new_view(asking.reader, asking.reader.today))
    else:
        announcements.press(desk, pressed, asking)


_CHANGES_NEW = frozenset(
    {NEW.more_action, *(NEW.action(name) for name in ("starts", "ends", "kind"))}
)


def _change_new(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """*More detail*, or other days or another kind: phases that nobody touched follow."""
    view = pressed.view or {}
    state = FormState.parse(str(view.get("private_metadata")), NEW.name)
    if pressed.action == NEW.more_action:
        state = state.expand()
    changed = changed_view(asking.reader, state, typed_values(NEW, view))
    desk.update_view(str(view.get("id")), str(view.get("hash")), changed)


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    if submission.callback == NEW.name:
        return _new_sent(desk, submission, asking)
    if submission.callback == CONFIRM or submission.callback in ANNOUNCEMENT_FORMS:
        return announcements.submit(desk, submission, asking)
    raise InvalidInput("form_state")


def _new_sent(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    state = FormState.parse(submission.metadata, NEW.name)
    shown = shown_phases(state)
    context = {"today": asking.reader.today, "shown": shown}
    parsed = parse_submission(NEW, submission.view, asking.reader, context=context)
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    try:
        made = cycles.new_cycle(
            desk.store, submission.origin, parsed.with_phases(shown), state.token
        )
    except InvalidInput as error:
        if error.field is None:
            raise
        return field_errors(NEW, submission.view, error, asking.reader).response()
    return outcome_view(made_words(made, asking.reader), asking.reader)

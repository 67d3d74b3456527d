"""`/cycle`: cycles set up by HR, what is announced of them, and how that goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from domain.cycles import ChangeCycle, CycleToChange, NewCycle, WithdrawCycle
from domain.errors import InvalidInput, NotAllowed, Refused
from handlers import announcements
from handlers.answers import show_view
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from handlers.sent_forms import Reading, carry_out_form
from messages.announcement_forms import CONFIRM
from messages.announcement_forms import FORMS as ANNOUNCEMENT_FORMS
from messages.cycle_forms import (
    CHANGE,
    NEW,
    WITHDRAW,
    change_view,
    changed_view,
    new_view,
    rechanged_view,
    shown_phases,
    unit_options,
    withdraw_view,
)
from messages.cycle_presses import CycleAction, cycle_button
from messages.cycles import changed_words, cycles_message, made_words, withdrawn_words
from messages.form_state import FormState
from messages.help import help_message, not_understood
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.reading import Reader
from messages.submissions import typed_values
from messages.surfaces import View
from usecases import cycle_changes, cycles


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
    elif pressed.action in _CHANGES_OLD:
        _change_old(desk, pressed, asking)
    elif pressed.action == CycleAction.NEW:
        cycles.require_may_plan(desk.store, pressed.origin)
        show_view(desk, pressed, new_view(asking.reader, asking.reader.today))
    elif pressed.action in _DIALOGS:
        cycle = Press.parse(pressed.value).thing
        found = cycle_changes.cycle_to_change(desk.store, pressed.origin, cycle)
        show_view(desk, pressed, _DIALOGS[pressed.action](found, asking.reader))
    else:
        announcements.press(desk, pressed, asking)


_CHANGES_NEW = frozenset(NEW.action(name) for name in ("starts", "ends", "kind"))


_CHANGES_OLD = frozenset(CHANGE.action(name) for name in ("starts", "ends"))
_DIALOGS: Mapping[str, Callable[[CycleToChange, Reader], View]] = {
    CycleAction.EDIT: change_view,
    CycleAction.WITHDRAW: withdraw_view,
}


def _change_old(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """Other days: phases that nobody touched follow."""
    view = pressed.view or {}
    state = FormState.parse(str(view.get("private_metadata")), CHANGE.name)
    found = cycle_changes.cycle_to_change(desk.store, pressed.origin, state.id_of("cycle"))
    changed = rechanged_view(found, asking.reader, state, typed_values(CHANGE, view))
    desk.update_view(str(view.get("id")), str(view.get("hash")), changed)


def _change_new(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """Other days or another kind: phases that nobody touched follow."""
    view = pressed.view or {}
    state = FormState.parse(str(view.get("private_metadata")), NEW.name)
    changed = changed_view(asking.reader, state, typed_values(NEW, view))
    desk.update_view(str(view.get("id")), str(view.get("hash")), changed)


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    if submission.callback == NEW.name:
        return _new_sent(desk, submission, asking)
    if submission.callback == CHANGE.name:
        return _change_sent(desk, submission, asking)
    if submission.callback == WITHDRAW.name:
        return _withdraw_sent(desk, submission, asking)
    if submission.callback == CONFIRM or submission.callback in ANNOUNCEMENT_FORMS:
        return announcements.submit(desk, submission, asking)
    raise InvalidInput("form_state")


def _new_sent(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: NewCycle, state: FormState) -> AckBody:
        plan = command.with_phases(shown_phases(state))
        made = cycles.new_cycle(desk.store, submission.origin, plan, state.token)
        return outcome_view(made_words(made, asking.reader), asking.reader)

    return carry_out_form(NEW, submission, asking, act, _with_shown_phases)


def _with_shown_phases(state: FormState) -> Reading:
    return Reading({"shown": shown_phases(state)})


def _change_sent(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin = submission.origin

    def act(command: ChangeCycle, state: FormState) -> AckBody:
        found = cycle_changes.cycle_to_change(desk.store, origin, state.id_of("cycle"))
        new = command.filled(found.cycle.kind, shown_phases(state))
        done = cycle_changes.change_cycle(
            desk.store, origin, found.cycle.id, new, state.version, state.token
        )
        return outcome_view(changed_words(done, asking.reader), asking.reader)

    return carry_out_form(CHANGE, submission, asking, act, _with_shown_phases)


def _withdraw_sent(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: WithdrawCycle, state: FormState) -> AckBody:
        done = cycle_changes.withdraw_cycle(
            desk.store, submission.origin, state.id_of("cycle"), command, state.token
        )
        return outcome_view(withdrawn_words(done, asking.reader), asking.reader)

    return carry_out_form(WITHDRAW, submission, asking, act)

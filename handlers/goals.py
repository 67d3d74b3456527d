"""`/goal` and everything pressed or sent about goals: payload → command → use case → answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from domain.errors import Refused
from domain.goal_commands import AcceptGoal, UndoProposal
from domain.goal_kinds import GoalKind
from domain.goals import GoalCard
from handlers import (
    goal_adoption,
    goal_alignment,
    goal_changes,
    goal_dialogs,
    goal_files,
    goal_sharing,
    goal_status,
    goal_tree,
)
from handlers.answers import replace, show, show_view, stale_message_mended, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Shortcut, Submission
from handlers.pressed_buttons import meant
from messages.elements import Element
from messages.goal_adoption import LEAVE, OFFER
from messages.goal_alignment import ALIGN
from messages.goal_comparison import comparison_view
from messages.goal_forms import (
    ASK_FACILITATOR,
    COUNTER,
    DECLINE,
    RESERVE,
    REVISE,
    UPDATE,
    GoalForm,
    answer_help_view,
    help_answer_view,
    help_note_view,
)
from messages.goal_past import goal_on_view
from messages.goal_sharing import SHARE
from messages.goal_status import STATUS
from messages.goals import card_message, history_view, list_message
from messages.help import help_message, not_understood, not_yet, reference_needed
from messages.presses import GoalAction, Press, goal_button
from messages.record import record_view
from messages.roll_up import why_view
from messages.surfaces import View
from usecases import facilitation, goal_past, goals, negotiation, record

_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>")


_ON_DAY = re.compile(r"(\S+)\s+(?:on|am|vom|at)\s+(.+)", re.IGNORECASE)


CLOSED = frozenset({"closed", "ended", "beendet", "beendete"})
VERBS_TO_COME = frozenset({"conflict"})


def goal_feature(desk: Desk) -> Feature:
    return Feature(
        name="goal",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=partial(goal_dialogs.look_up, desk),
        shortcuts={"new_goal": partial(_new_from_shortcut, desk)},
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/goal …`. With no words, one's own goals."""
    verb, _, rest = command.words.strip().partition(" ")
    answer = _VERBS.get(verb.casefold())
    if answer is not None:
        return answer(desk, command, asking, rest.strip())
    if not verb:
        return _mine(desk, command)
    if verb.casefold() in VERBS_TO_COME:
        return not_yet(f"/goal {verb.casefold()}", asking.reader)
    return not_understood("goal", verb, asking.reader)


def _mine(desk: Desk, command: Command) -> Reply:
    found = goals.my_goals(desk.store, command.origin)
    # The command asked most often does not look up twice who asks.
    return list_message(found, desk.reader(found.viewer))


def _new(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """`/goal new`, or of one kind: `/goal new okr`."""
    kind = next((one for one in GoalKind if one.value == rest.casefold()), None)
    view = goal_dialogs.new_goal(desk, command.origin, asking, kind)
    return Dialog(view, goal_button(GoalAction.NEW, asking.reader, style="primary"))


def _list(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    if not rest:
        return _mine(desk, command)
    if rest.casefold() in CLOSED:
        return list_message(goals.closed_goals(desk.store, command.origin), asking.reader)
    mention = _MENTION.fullmatch(rest)
    if mention is None:
        return reference_needed("goal", "list", asking.reader)
    return list_message(goals.goals_of(desk.store, command.origin, mention[1]), asking.reader)


def _copy(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """`/goal copy G-12`; with no reference, one's ended goals to choose from."""
    if not rest:
        return list_message(goals.closed_goals(desk.store, command.origin), asking.reader)
    card = goals.show_goal(desk.store, command.origin, rest)
    view = goal_dialogs.copied_goal(desk, command.origin, asking, card)
    return Dialog(view, _opener(GoalAction.COPY, card, asking))


def _assign(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """`/goal assign @Lena`: a goal for somebody who reports to the asker, and has the first say."""
    mention = _MENTION.fullmatch(rest)
    if mention is None:
        return reference_needed("goal", "assign", asking.reader)
    view, person = goal_dialogs.assigned_goal(desk, command.origin, asking, mention[1])
    return Dialog(view, goal_button(GoalAction.NEW, asking.reader, person, style="primary"))


def _show(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    if not rest:
        return reference_needed("goal", "show", asking.reader)
    return card_message(goals.show_goal(desk.store, command.origin, rest), asking.reader)


def _update(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    if not rest:
        return reference_needed("goal", "update", asking.reader)
    card = goals.show_goal(desk.store, command.origin, rest)
    view = goal_dialogs.open_form(UPDATE, card, asking, card.version)
    return Dialog(view, _opener(GoalAction.UPDATE, card, asking))


def _history(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    if not rest:
        return reference_needed("goal", "history", asking.reader)
    on_day = _ON_DAY.fullmatch(rest)
    if on_day is not None:
        return _stood(desk, command, asking, on_day[1], on_day[2])
    found = goals.history_of(desk.store, command.origin, rest)
    opener = _opener(GoalAction.HISTORY, found.card, asking)
    return Dialog(history_view(found, asking.reader), opener)


def _stood(desk: Desk, command: Command, asking: Asking, which: str, day: str) -> Reply:
    """`/goal history G-12 on 2027-03-03`: the goal as it stood that day."""
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise Refused("history_no_date") from None
    found = goal_past.goal_on(desk.store, command.origin, which.strip(), when)
    return Dialog(
        goal_on_view(found, asking.reader), _opener(GoalAction.HISTORY, found.card, asking)
    )


def _opener(action: GoalAction, card: GoalCard, asking: Asking) -> Element:
    return goal_button(action, asking.reader, card.id, card.version, about=card.reference)


def _help(_desk: Desk, _command: Command, asking: Asking, _rest: str) -> Reply:
    return help_message("goal", asking.reader)


_VERBS: Mapping[str, Callable[[Desk, Command, Asking, str], Reply]] = {
    "new": _new,
    "list": _list,
    "assign": _assign,
    "copy": _copy,
    "import": goal_files.upload,
    "show": _show,
    "update": _update,
    "history": _history,
    "change": goal_changes.change,
    "status": goal_status.status,
    "align": goal_alignment.align,
    "share": goal_sharing.share,
    "tree": goal_tree.tree,
    "upward": goal_adoption.offer,
    "help": _help,
}


def _new_from_shortcut(desk: Desk, shortcut: Shortcut, asking: Asking) -> View:
    return goal_dialogs.new_goal(desk, shortcut.origin, asking)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if goal_dialogs.changes_dialog(pressed):
        goal_dialogs.change_dialog(desk, pressed, asking)
        return
    if goal_changes.changes_dialog(pressed):
        goal_changes.change_dialog(desk, pressed, asking)
        return
    if goal_status.changes_dialog(pressed):
        goal_status.change_dialog(desk, pressed, asking)
        return
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _accept(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    command = AcceptGoal(goal=press.thing, version=press.number)
    with stale_message_mended(desk, pressed):
        card = negotiation.accept_goal(desk.store, pressed.origin, command)
    replace(desk, pressed, card_message(card, asking.reader), asking.reader)


def _undo(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    command = UndoProposal(goal=press.thing, version=press.number)
    with stale_message_mended(desk, pressed):
        card = negotiation.undo_proposal(desk.store, pressed.origin, command)
    replace(desk, pressed, card_message(card, asking.reader), asking.reader)


def _withdraw_reservation(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        card = negotiation.withdraw_reservation(desk.store, pressed.origin, press.thing)
    replace(desk, pressed, card_message(card, asking.reader), asking.reader)


def _dialog(form: GoalForm, desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = goals.show_goal(desk.store, pressed.origin, press.thing)
    with stale_message_mended(desk, pressed):
        view = goal_dialogs.open_form(form, card, asking, press.number)
    show_view(desk, pressed, view)


def _new_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    if press.subject is None:
        view = goal_dialogs.new_goal(desk, pressed.origin, asking)
    else:
        view = goal_dialogs.new_goal_for(desk, pressed.origin, asking, press.subject)
    show_view(desk, pressed, view)


def _copy_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = goals.show_goal(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, goal_dialogs.copied_goal(desk, pressed.origin, asking, card))


def _show_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = goals.show_goal(desk.store, pressed.origin, press.thing)
    show(desk, pressed, card_message(card, asking.reader), asking.reader)


def _why_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = goals.show_goal(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, comparison_view(card, asking.reader))


def _how_far_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = goals.show_goal(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, why_view(card, asking.reader))


def _more_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    page = goals.goals_of(desk.store, pressed.origin, press.thing, press.number)
    replace(desk, pressed, list_message(page, asking.reader), asking.reader)


def _more_closed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    page = goals.closed_goals(desk.store, pressed.origin, press.number)
    replace(desk, pressed, list_message(page, asking.reader), asking.reader)


def _history_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = goals.history_of(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, history_view(found, asking.reader))


def _more_history(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = goals.history_of(desk.store, pressed.origin, press.thing, press.number)
    turn_page(desk, pressed, history_view(found, asking.reader))


def _record_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = record.record_of_goal(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, record_view(found, asking.reader))


def _more_record(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = record.record_of_goal(desk.store, pressed.origin, press.thing, press.number)
    turn_page(desk, pressed, record_view(found, asking.reader))


def _read_help(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    note = facilitation.read_help_request(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, help_note_view(note, asking.reader))


def _answer_help(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    note = facilitation.read_help_request(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, answer_help_view(note, asking.reader))


def _read_help_answer(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    answer = facilitation.read_help_answer(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, help_answer_view(answer, asking.reader))


_PRESSES: Mapping[GoalAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    GoalAction.ACCEPT: _accept,
    GoalAction.RESERVE: partial(_dialog, RESERVE),
    GoalAction.WITHDRAW_RESERVATION: _withdraw_reservation,
    GoalAction.WHY: _why_pressed,
    GoalAction.COUNTER: partial(_dialog, COUNTER),
    GoalAction.DECLINE: partial(_dialog, DECLINE),
    GoalAction.UNDO: _undo,
    GoalAction.REVISE: partial(_dialog, REVISE),
    GoalAction.UPDATE: partial(_dialog, UPDATE),
    GoalAction.SHOW: _show_pressed,
    GoalAction.HISTORY: _history_pressed,
    GoalAction.RECORD: _record_pressed,
    GoalAction.ASK_FACILITATOR: partial(_dialog, ASK_FACILITATOR),
    GoalAction.READ_HELP: _read_help,
    GoalAction.ANSWER_HELP: _answer_help,
    GoalAction.READ_HELP_ANSWER: _read_help_answer,
    GoalAction.NEW: _new_pressed,
    GoalAction.COPY: _copy_pressed,
    GoalAction.IMPORT: goal_files.upload_pressed,
    GoalAction.MORE: _more_pressed,
    GoalAction.MORE_CLOSED: _more_closed,
    GoalAction.MORE_HISTORY: _more_history,
    GoalAction.MORE_RECORD: _more_record,
    GoalAction.CHANGE: goal_changes.pressed,
    GoalAction.CHANGE_SHOW: goal_changes.show_pressed,
    GoalAction.CHANGE_ACCEPT: goal_changes.accept_pressed,
    GoalAction.CHANGE_COUNTER: goal_changes.counter_pressed,
    GoalAction.CHANGE_APPROVE: goal_changes.approve_pressed,
    GoalAction.CHANGE_DECLINE: goal_changes.decline_pressed,
    GoalAction.CHANGE_WITHDRAW: goal_changes.withdraw_pressed,
    GoalAction.STATUS: goal_status.status_pressed,
    **goal_tree.PRESSES,
    **goal_adoption.PRESSES,
    GoalAction.HOW_FAR: _how_far_pressed,
    GoalAction.ALIGN: goal_alignment.align_pressed,
    GoalAction.SHARE: goal_sharing.share_pressed,
    GoalAction.STOP_SHARING: goal_sharing.stop_pressed,
    GoalAction.SHOW_TITLE: goal_sharing.show_title_pressed,
    GoalAction.HIDE_TITLE: goal_sharing.hide_title_pressed,
}


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    if submission.callback == SHARE.name:
        return goal_sharing.submit(desk, submission, asking)
    if submission.callback == OFFER.name:
        return goal_adoption.submit_offer(desk, submission, asking)
    if submission.callback == LEAVE.name:
        return goal_adoption.submit_leave(desk, submission, asking)
    if submission.callback == ALIGN.name:
        return goal_alignment.submit(desk, submission, asking)
    if submission.callback in goal_files.CALLBACKS:
        return goal_files.submit(desk, submission, asking)
    if submission.callback in goal_changes.CALLBACKS:
        return goal_changes.submit(desk, submission, asking)
    if submission.callback == STATUS.name:
        return goal_status.submit(desk, submission, asking)
    return goal_dialogs.submit(desk, submission, asking)

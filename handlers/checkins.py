"""`/checkin`, its buttons and its dialog."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from domain.checkins import CheckInScreen, SeenGoal, goal_key
from domain.errors import Changed, Doubtful, InvalidInput
from domain.goals import GoalState
from domain.measures import Doubt
from domain.snoozing import SnoozeCheckIn
from handlers.answers import replace, show, show_view, stale_message_mended, turn_page
from handlers.checkin_typing import hear
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Shortcut, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out_form, in_its_place
from messages.checkin_forms import (
    CHECK_IN,
    NO_DOUBTS,
    NO_NUMBERS,
    check_in_form,
    check_in_view,
    goals_in,
    other_reader_note,
    reader_in,
    sure_in,
)
from messages.checkin_presses import EVERYTHING, REPLY_OWN, SKIPPING, CheckInAction, checkin_button
from messages.checkin_snooze import span_days
from messages.checkin_snooze_form import SNOOZE, snooze_view
from messages.checkin_support import support_view
from messages.checkin_team import team_message
from messages.checkins import (
    conflict_note,
    no_goals,
    nothing_due,
    open_again_message,
    outcome_dialog,
    outcome_message,
    sent_alone_message,
    snooze_example,
    snoozed_message,
    taken_back_message,
)
from messages.form_state import FormState
from messages.goal_words import DOUBTED
from messages.goals import list_message
from messages.help import help_message, not_understood
from messages.outcomes import message_view
from messages.presses import Press
from messages.safe import Safe
from messages.submissions import FieldErrors, field_errors, parse_submission, typed_values
from messages.surfaces import View
from usecases import checkin_support, checkin_team, checkins, goals, snoozing

_REFERENCE = re.compile(r"[Gg]\s?[-‐‑–—−]?\s?\d{1,9}")  # noqa: RUF001 - people paste every kind of dash


def checkin_feature(desk: Desk) -> Feature:
    return Feature(
        name="checkin",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        shortcuts={"check_in": partial(_from_shortcut, desk)},
        hear=partial(hear, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/checkin …`. With no words, what is due."""
    words = command.words.strip()
    if not words:
        return _offered(checkins.what_is_due(desk.store, command.origin), asking)
    if _REFERENCE.fullmatch(words):
        return _offered(checkins.one_goal(desk.store, command.origin, words), asking)
    verb, _, rest = words.partition(" ")
    answer = _VERBS.get(verb.casefold())
    if answer is None:
        return not_understood("checkin", verb, asking.reader)
    return answer(desk, command, asking, rest.strip())


def _offered(screen: CheckInScreen, asking: Asking) -> Reply:
    if not screen.goals:
        return nothing_due(screen, asking.reader)
    opener = checkin_button(CheckInAction.OPEN, asking.reader, style="primary")
    return Dialog(check_in_view(screen, asking.reader), opener)


def _snooze(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    days = span_days(rest)
    if days is None:
        return snooze_example(asking.reader)
    done = snoozing.snooze(desk.store, command.origin, days)
    return snoozed_message(done, asking.reader, undo=True)


def _team(desk: Desk, command: Command, asking: Asking, _rest: str) -> Reply:
    return team_message(checkin_team.my_team(desk.store, command.origin), asking.reader)


def _help(_desk: Desk, _command: Command, asking: Asking, _rest: str) -> Reply:
    return help_message("checkin", asking.reader)


_VERBS: Mapping[str, Callable[[Desk, Command, Asking, str], Reply]] = {
    "snooze": _snooze,
    "team": _team,
    "help": _help,
}


def _from_shortcut(desk: Desk, shortcut: Shortcut, asking: Asking) -> View:
    return _view_of(checkins.what_is_due(desk.store, shortcut.origin), asking)


def _view_of(screen: CheckInScreen, asking: Asking) -> View:
    if screen.goals:
        return check_in_view(screen, asking.reader)
    return message_view(nothing_due(screen, asking.reader), asking.reader)


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action == SNOOZE.action("until"):
        _change_snooze(desk, pressed, asking)
        return
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _open(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    everything = press.number == EVERYTHING
    screen = checkins.what_is_due(
        desk.store,
        pressed.origin,
        everything=everything,
        skip=max(press.number - SKIPPING, 0),
    )
    if everything and not screen.goals:
        show(desk, pressed, no_goals(asking.reader), asking.reader)
    elif pressed.in_dialog:
        # In place: Slack stacks three dialogs at most, and there may be more pages than that.
        turn_page(desk, pressed, _view_of(screen, asking))
    else:
        show_view(desk, pressed, _view_of(screen, asking))


def _nothing_changed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        # In Home there is no question: all that is due is meant.
        outcome = checkins.nothing_changed(desk.store, pressed.origin, press.subject)
    replace(desk, pressed, outcome_message(outcome, asking.reader), asking.reader)


def _snooze_pressed(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    with stale_message_mended(desk, pressed):
        offer = snoozing.snooze_offer(desk.store, pressed.origin)
    show_view(desk, pressed, snooze_view(offer, asking.reader))


def _change_snooze(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """Another choice in the dialog: *another date* asks for one."""
    offer = snoozing.snooze_offer(desk.store, pressed.origin)
    typed = typed_values(SNOOZE, pressed.view or {})
    turn_page(desk, pressed, snooze_view(offer, asking.reader, typed))


def _undo_snooze(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    with stale_message_mended(desk, pressed):
        snoozing.undo_snooze(desk.store, pressed.origin)
    replace(desk, pressed, open_again_message(asking.reader), asking.reader)


def _undo(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        checkins.undo_check_in(desk.store, pressed.origin, press.thing)
    replace(desk, pressed, taken_back_message(asking.reader), asking.reader)


def _undo_reply(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        checkin_support.undo_reply(desk.store, pressed.origin, press.thing)
    replace(desk, pressed, taken_back_message(asking.reader), asking.reader)


def _read(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = checkin_support.read_support(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, support_view(found, asking.reader))


def _answer(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    reply = press.number == REPLY_OWN
    checkin_support.send_alone(desk.store, pressed.origin, press.thing, reply=reply)
    show(desk, pressed, sent_alone_message(asking.reader), asking.reader)


def _goals(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = goals.goals_of(desk.store, pressed.origin, press.thing)
    show(desk, pressed, list_message(found, asking.reader), asking.reader)


def _team_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    team = checkin_team.my_team(desk.store, pressed.origin)
    show(desk, pressed, team_message(team, asking.reader, press.number), asking.reader)


_PRESSES: Mapping[CheckInAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    CheckInAction.OPEN: _open,
    CheckInAction.NOTHING_CHANGED: _nothing_changed,
    CheckInAction.SNOOZE: _snooze_pressed,
    CheckInAction.UNDO_SNOOZE: _undo_snooze,
    CheckInAction.UNDO: _undo,
    CheckInAction.UNDO_REPLY: _undo_reply,
    CheckInAction.READ: _read,
    CheckInAction.GOALS: _goals,
    CheckInAction.TEAM: _team_pressed,
    CheckInAction.ANSWER: _answer,
}


# The dialog


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    """Read all fields before anything is saved; then say what was saved and what was not."""
    if submission.callback == SNOOZE.name:
        return _put_off(desk, submission, asking)
    if submission.callback != CHECK_IN.name:
        raise InvalidInput("form_state")
    state = FormState.parse(submission.metadata, CHECK_IN.name)
    seen = goals_in(state)
    units = checkins.units_of(
        desk.store, submission.origin, {key: one.goal for key, one in seen.items()}
    )
    form = check_in_form({key: key for key in seen}, asking.reader)
    parsed = parse_submission(form, submission.view, asking.reader, context={"units": units})
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    told, sure = reader_in(state), sure_in(state)
    try:
        outcome = checkins.check_in(
            desk.store, submission.origin, parsed, seen, state.token, told=told, sure=sure
        )
    except Changed as changed:
        note = other_reader_note(str(changed.params["name"]), asking.reader)
        return _asked_again(desk, submission, asking, seen.values(), [note], sure=sure)
    except Doubtful as asked:
        first = [asking.reader.say(DOUBTED)]
        return _asked_again(
            desk, submission, asking, seen.values(), first, sure=sure, doubts=asked.doubts
        )
    except InvalidInput as error:
        return field_errors(form, submission.view, error, asking.reader).response()
    missed = [one.card.id for one in outcome.conflicts if one.card.state is GoalState.ACTIVE]
    if missed:
        again = [one for one in seen.values() if one.goal in missed]
        note_them = conflict_note(outcome, asking.reader)
        return _asked_again(desk, submission, asking, again, note_them, notes=False)
    lost = {one.card.id for one in outcome.conflicts}
    words = [
        said.what_changed
        for key, said in parsed.goals.items()
        if key in seen and seen[key].goal in lost and said.what_changed
    ]
    if outcome.support_unread:
        words += [note for note in (parsed.blockers, parsed.support) if note]
    return in_its_place(outcome_dialog(outcome, asking.reader, words))


def _put_off(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: SnoozeCheckIn, _state: FormState) -> AckBody:
        done = snoozing.snooze_as_chosen(desk.store, submission.origin, command)
        shown = snoozed_message(done, asking.reader, undo=True)
        return in_its_place(message_view(shown, asking.reader))

    return carry_out_form(SNOOZE, submission, asking, act)


def _asked_again(
    desk: Desk,
    submission: Submission,
    asking: Asking,
    seen: Collection[SeenGoal],
    first: Sequence[Safe],
    *,
    notes: bool = True,
    sure: Mapping[str, float] = NO_NUMBERS,
    doubts: Mapping[str, Doubt] = NO_DOUBTS,
) -> AckBody:
    """The same dialog as things stand now, with everything that was typed still in it."""
    screen = checkins.these_goals(desk.store, submission.origin, [one.goal for one in seen])
    form = check_in_form({goal_key(due.card.number): "" for due in screen.goals}, asking.reader)
    values = typed_values(form, submission.view)
    view = check_in_view(
        screen,
        asking.reader,
        first=first,
        values=values,
        notes=notes,
        sure=sure,
        doubts=doubts,
    )
    return in_its_place(view)

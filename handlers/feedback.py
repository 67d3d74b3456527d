"""`/feedback`, its buttons, dialogs and shortcuts: payload → command → use case → answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace as changed
from functools import partial
from uuid import UUID

from pydantic import BaseModel

from domain.errors import InvalidInput, Refused
from domain.feedback import FeedbackCard, FeedbackList, GiveFeedback, MessageSource, SaveFeedback
from domain.origin import Origin
from handlers.answers import replace, show_view, stale_message_mended
from handlers.channel_words import plain_words
from handlers.channels import permalink
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Shortcut, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out, in_its_place
from messages.feedback import (
    asked_reply,
    list_message,
    sent_view,
    taken_back_message,
    taken_back_request,
)
from messages.feedback_forms import FORMS, give_view, read_view, save_view
from messages.feedback_presses import FeedbackAction, feedback_button
from messages.form_state import FormState
from messages.help import help_message, not_understood, reference_needed
from messages.options import goal_options
from messages.presses import Press
from messages.surfaces import View
from usecases import feedback, goals
from usecases.store import Store

_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>")
_MENTION_AND_MORE = re.compile(_MENTION.pattern + r"\s*(.*)", re.DOTALL)


def feedback_feature(desk: Desk, ask_round: Callable[[Command, Asking], Reply]) -> Feature:
    """`ask_round` answers `/feedback round [topic]`: rounds are a feature of their own."""
    return Feature(
        name="feedback",
        words=partial(_words, desk, ask_round),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=partial(_look_up, desk),
        shortcuts={
            "give_feedback": partial(_give_from_shortcut, desk),
            "save_as_feedback": partial(_save_from_shortcut, desk),
        },
    )


def _words(
    desk: Desk, ask_round: Callable[[Command, Asking], Reply], command: Command, asking: Asking
) -> Reply:
    """Answer `/feedback …`. With no words, the dialog."""
    words = command.words.strip()
    if not words:
        return _give(desk, command, asking)
    mention = _MENTION_AND_MORE.fullmatch(words)
    if mention is not None:
        typed = plain_words(desk.store, command.origin, mention[2])
        return _give(desk, command, asking, mention[1], typed)
    verb, _, rest = words.partition(" ")
    if (rest if verb.casefold() == "ask" else verb).lstrip().startswith("@"):
        # Slack makes a mention only of a name that was picked from its list.
        raise InvalidInput("name_not_picked")
    match verb.casefold():
        case "ask":
            return _ask(desk, command, asking, rest.strip())
        case "list":
            return list_message(feedback.list_feedback(desk.store, command.origin), asking.reader)
        case "round":
            return ask_round(changed(command, words=rest), asking)
        case "help":
            return help_message("feedback", asking.reader)
    return not_understood("feedback", verb, asking.reader)


def _give(
    desk: Desk, command: Command, asking: Asking, about: str | None = None, typed: str = ""
) -> Reply:
    subject = feedback.person_for_feedback(desk.store, command.origin, about) if about else None
    opener = feedback_button(FeedbackAction.GIVE, asking.reader, subject, style="primary")
    return Dialog(give_view(asking.reader, about, typed), opener)


def _ask(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    mention = _MENTION.fullmatch(rest)
    if mention is None:
        return reference_needed("feedback", "ask", asking.reader)
    asked = feedback.ask_for_feedback(desk.store, command.origin, mention[1])
    return asked_reply(asked, asking.reader)


def _give_from_shortcut(_desk: Desk, _shortcut: Shortcut, asking: Asking) -> View:
    return give_view(asking.reader, None)


def _save_from_shortcut(desk: Desk, shortcut: Shortcut, asking: Asking) -> View:
    # First, or a stranger in a shared channel could find out which messages the bot can see.
    reader = asking.reader
    chosen = shortcut.message
    if chosen is None or chosen.author is None:
        raise Refused("feedback_author_unknown")
    # Asked now, so that nobody fills a dialog in vain; asked again when it is sent.
    permalink(desk, chosen.channel, chosen.ts)
    return save_view(reader, chosen.channel, chosen.ts, chosen.author)


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _give_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    about = None
    if press.subject is not None:
        with stale_message_mended(desk, pressed):
            about = feedback.slack_user_of(desk.store, pressed.origin, press.subject)
    show_view(desk, pressed, give_view(asking.reader, about))


def _read(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        found = feedback.read_feedback(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, read_view(found, asking.reader))


def _undo(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = feedback.undo_feedback(desk.store, pressed.origin, press.thing)
    replace(desk, pressed, taken_back_message(card, asking.reader), asking.reader)


def _unask(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    request = feedback.take_back_request(desk.store, pressed.origin, press.thing)
    replace(desk, pressed, taken_back_request(request, asking.reader), asking.reader)


def _more(
    page: Callable[[Store, Origin, UUID], FeedbackList],
    desk: Desk,
    pressed: Pressed,
    asking: Asking,
    press: Press,
) -> None:
    listed = page(desk.store, pressed.origin, press.thing)
    replace(desk, pressed, list_message(listed, asking.reader), asking.reader)


_PRESSES: Mapping[FeedbackAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    FeedbackAction.GIVE: _give_pressed,
    FeedbackAction.READ: _read,
    FeedbackAction.UNDO: _undo,
    FeedbackAction.UNASK: _unask,
    FeedbackAction.MORE_RECEIVED: partial(_more, feedback.earlier_received),
    FeedbackAction.MORE_GIVEN: partial(_more, feedback.earlier_given),
}


# Dialogs


def _look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    """Goals that the giver may read, as they type."""
    return goal_options(goals.goals_to_name(desk.store, lookup.origin, lookup.words))


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(_form: object, command: BaseModel, state: FormState) -> AckBody:
        card = _kept(desk, submission.origin, command, state)
        return in_its_place(sent_view(card, asking.reader))

    return carry_out(FORMS, submission, asking, act)


def _kept(desk: Desk, origin: Origin, command: BaseModel, state: FormState) -> FeedbackCard:
    if isinstance(command, SaveFeedback):
        source = _source(desk, state)
        return feedback.save_feedback(desk.store, origin, command, source, state.token)
    if isinstance(command, GiveFeedback):
        return feedback.give_feedback(desk.store, origin, command, state.token)
    raise InvalidInput("form_state")


def _source(desk: Desk, state: FormState) -> MessageSource:
    try:
        channel, ts, author = (state.refs[name] for name in ("channel", "ts", "author"))
    except KeyError:
        raise InvalidInput("form_state") from None
    return MessageSource(author, permalink(desk, channel, ts))

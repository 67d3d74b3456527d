"""Rounds of feedback: opening one in a channel, answering, closing, the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast
from uuid import UUID

from domain.origin import Origin
from domain.rounds import AnswerRound, ApproveSummary, OpenRound
from handlers.answers import replace, show_view, stale_message_mended, turn_page
from handlers.channel_words import plain_words
from handlers.channels import is_in, round_place, summary_place
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Payload, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.round_replies import author_of, read_reply
from handlers.sent_forms import carry_out
from messages.feedback_presses import FeedbackAction, feedback_button
from messages.form_state import FormState
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.round_forms import (
    ANONYMOUS,
    FORMS,
    OPEN,
    PRIVATE,
    SUMMARY,
    answer_view,
    confidential_view,
    open_answers_view,
    open_view,
    summary_view,
)
from messages.round_presses import RoundAction
from messages.rounds import (
    answered_words,
    asked_again_message,
    closing_message,
    open_round_message,
    opened_words,
    posted_words,
    taken_over_message,
)
from messages.typed import clean_line
from usecases import round_answers, round_handover, round_trouble, rounds

_NEW_REPLY = frozenset({None, "thread_broadcast", "file_share"})


def round_feature(desk: Desk) -> Feature:
    return Feature(
        name="round",
        words=partial(ask_round, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        hear=partial(hear, desk),
    )


def ask_round(desk: Desk, command: Command, asking: Asking) -> Reply:
    """`/feedback round [topic]`: the dialog, or the round that is open in the channel."""
    rounds.require_facilitator(desk.store, command.origin)
    place = round_place(desk, command.origin, command.channel)
    plan = rounds.plan_round(desk.store, command.origin, place)
    if plan.open is not None:
        return open_round_message(plan.open, asking.reader, adrift=plan.adrift)
    topic = clean_line(plain_words(desk.store, command.origin, command.words))
    view = open_view(plan, place, topic, asking.reader)
    # Never shown: typed as plain words there is no channel, and that was refused above.
    return Dialog(view, feedback_button(FeedbackAction.GIVE, asking.reader))


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    act = meant(_PRESSES, pressed)
    press = Press.parse(pressed.value)
    act(desk, pressed, asking, press.thing, press.number)


def _answer(
    desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, _number: int, *, anonymous: bool
) -> None:
    asked = _is_asked(desk, pressed.origin, round_)
    screen = round_answers.open_to_answer(
        desk.store, pressed.origin, round_, anonymous=anonymous, asked=asked
    )
    form = ANONYMOUS if anonymous else PRIVATE
    show_view(desk, pressed, answer_view(form, screen, asking.reader))


def _is_asked(desk: Desk, origin: Origin, round_: UUID) -> bool:
    """Whether the round's channel has them as a member: those it asks."""
    return is_in(desk, origin, round_answers.channel_of(desk.store, origin, round_))


def _close(desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, _number: int) -> None:
    with stale_message_mended(desk, pressed):
        head = rounds.close_round(desk.store, pressed.origin, round_)
    adrift = round_handover.is_adrift(desk.store, pressed.origin, head)
    replace(desk, pressed, closing_message(head, asking.reader, adrift=adrift), asking.reader)


def _ask_again(desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, _number: int) -> None:
    with stale_message_mended(desk, pressed):
        channel = round_trouble.channel_to_ask_again(desk.store, pressed.origin, round_)
        round_place(desk, pressed.origin, channel)
        head = round_trouble.ask_again(desk.store, pressed.origin, round_)
    replace(desk, pressed, asked_again_message(head, asking.reader), asking.reader)


def _take_over(desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, _number: int) -> None:
    with stale_message_mended(desk, pressed):
        head = round_handover.take_over(desk.store, pressed.origin, round_)
    replace(desk, pressed, taken_over_message(head, asking.reader), asking.reader)


def _read(desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, _number: int) -> None:
    found = round_answers.read_confidential(desk.store, pressed.origin, round_)
    show_view(desk, pressed, confidential_view(found, asking.reader))


def _more_confidential(
    desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, start: int
) -> None:
    found = round_answers.read_confidential(desk.store, pressed.origin, round_)
    turn_page(desk, pressed, confidential_view(found, asking.reader, start))


def _show_all(desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, _number: int) -> None:
    found = round_answers.answers_in_thread(desk.store, pressed.origin, round_)
    show_view(desk, pressed, open_answers_view(found, asking.reader))


def _more_open(desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, start: int) -> None:
    found = round_answers.answers_in_thread(desk.store, pressed.origin, round_)
    turn_page(desk, pressed, open_answers_view(found, asking.reader, start))


def _approve(desk: Desk, pressed: Pressed, asking: Asking, round_: UUID, _number: int) -> None:
    with stale_message_mended(desk, pressed):
        result = rounds.result_to_summarise(desk.store, pressed.origin, round_)
    show_view(desk, pressed, summary_view(result, asking.reader))


_PRESSES: Mapping[RoundAction, Callable[[Desk, Pressed, Asking, UUID, int], None]] = {
    RoundAction.ANSWER_PRIVATELY: partial(_answer, anonymous=False),
    RoundAction.ANSWER_ANONYMOUSLY: partial(_answer, anonymous=True),
    RoundAction.CLOSE: _close,
    RoundAction.ASK_AGAIN: _ask_again,
    RoundAction.TAKE_OVER: _take_over,
    RoundAction.READ: _read,
    RoundAction.MORE_CONFIDENTIAL: _more_confidential,
    RoundAction.SHOW_ALL: _show_all,
    RoundAction.MORE_OPEN: _more_open,
    RoundAction.APPROVE: _approve,
}


# Dialogs


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    return carry_out(
        FORMS,
        submission,
        asking,
        lambda form, command, state: _SENT[form.name](
            desk, submission.origin, command, state, asking
        ),
    )


def _open_sent(
    desk: Desk, origin: Origin, command: object, state: FormState, asking: Asking
) -> AckBody:
    # Asked again: who is in the channel, and whether the bot still is, may have changed.
    place = round_place(desk, origin, state.refs.get("channel"))
    asked = cast("OpenRound", command)
    head = rounds.open_round(desk.store, origin, asked, place, state.token)
    return outcome_view(opened_words(head, asking.reader), asking.reader)


def _private_sent(
    desk: Desk, origin: Origin, command: object, state: FormState, asking: Asking
) -> AckBody:
    answer, round_ = cast("AnswerRound", command), state.id_of("round")
    asked = _is_asked(desk, origin, round_)
    first = round_answers.answer_privately(
        desk.store, origin, round_, answer, state.token, asked=asked
    )
    words = answered_words(asking.reader, replaced=not first, anonymous=False)
    return outcome_view(words, asking.reader)


def _anonymous_sent(
    desk: Desk, origin: Origin, command: object, state: FormState, asking: Asking
) -> AckBody:
    answer, round_ = cast("AnswerRound", command), state.id_of("round")
    asked = _is_asked(desk, origin, round_)
    round_answers.answer_anonymously(desk.store, origin, round_, answer, state.token, asked=asked)
    words = answered_words(asking.reader, replaced=False, anonymous=True)
    return outcome_view(words, asking.reader)


def _summary_sent(
    desk: Desk, origin: Origin, command: object, state: FormState, asking: Asking
) -> AckBody:
    approved, round_ = cast("ApproveSummary", command), state.id_of("round")
    # Asked now, while what was written stands in the dialog: it could not be posted later.
    summary_place(desk, round_answers.channel_of(desk.store, origin, round_))
    head = rounds.approve_summary(desk.store, origin, round_, approved, state.token)
    return outcome_view(posted_words(head, asking.reader), asking.reader)


_SENT: Mapping[str, Callable[[Desk, Origin, object, FormState, Asking], AckBody]] = {
    OPEN.name: _open_sent,
    PRIVATE.name: _private_sent,
    ANONYMOUS.name: _anonymous_sent,
    SUMMARY.name: _summary_sent,
}


# The thread


def hear(desk: Desk, origin: Origin, event: Payload) -> bool:
    """Take a reply under a question, follow its edits and deletion; False for anything else."""
    channel = event.get("channel")
    if event.get("channel_type") not in ("channel", "group") or not isinstance(channel, str):
        return False
    subtype = event.get("subtype")
    if subtype in _NEW_REPLY:
        return _heard(desk, origin, channel, event)
    if subtype == "message_changed":
        message = event.get("message")
        if not isinstance(message, Mapping):
            return False
        if message.get("subtype") == "tombstone":
            # A deleted message that has replies.
            return _question_gone(desk, origin, channel, message.get("ts"))
        return _heard(desk, origin, channel, message, edited=True)
    if subtype == "message_deleted":
        ts = event.get("deleted_ts")
        reply_gone = _gone(desk, origin, channel, event.get("previous_message"), ts)
        return reply_gone or _question_gone(desk, origin, channel, ts)
    return False


def _question_gone(desk: Desk, origin: Origin, channel: str, ts: object) -> bool:
    return isinstance(ts, str) and round_trouble.question_deleted(desk.store, origin, channel, ts)


def _heard(
    desk: Desk, origin: Origin, channel: str, message: Payload, *, edited: bool = False
) -> bool:
    thread, author = message.get("thread_ts"), author_of(origin, message)
    if author is None or not isinstance(thread, str) or thread == message.get("ts"):
        return False
    reply = read_reply(desk.store, author, message, edited=edited)
    if reply is None:
        # Whoever takes all words out of an answer takes it back.
        return _gone(desk, origin, channel, message, message.get("ts"))
    return round_answers.hear_reply(desk.store, author, channel, thread, reply)


def _gone(desk: Desk, origin: Origin, channel: str, message: object, ts: object) -> bool:
    thread = message.get("thread_ts") if isinstance(message, Mapping) else None
    if not isinstance(thread, str) or not isinstance(ts, str):
        return False
    return round_answers.follow_deletion(desk.store, origin, channel, thread, ts)

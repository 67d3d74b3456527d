"""Answers to `/checkin` and its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from domain.checkins import CheckInOutcome, CheckInScreen, ReaderAway, Snoozed
from domain.people import Member
from messages.blocks import actions, context, section
from messages.checkin_presses import EVERYTHING, SKIPPING, CheckInAction, checkin_button
from messages.checkin_words import answer_line, read_by
from messages.elements import Block
from messages.i18n import N_
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View


def nothing_due(screen: CheckInScreen, reader: Reader) -> Message:
    """Nothing is asked right now: when the next question comes, and a way to report anyway."""
    if screen.next_on is None:
        words = reader.say(
            N_("Nothing is due. Goals that you agree on are asked about by themselves: `/goal`.")
        )
    else:
        words = reader.say(
            N_("Nothing is due. Your next check-in comes on %(day)s."),
            day=reader.weekday(screen.next_on),
        )
    button = checkin_button(CheckInAction.OPEN, reader, None, EVERYTHING)
    return Message(words, [section(words), actions(button)])


def no_goals(reader: Reader) -> Message:
    words = reader.say(N_("You have no active goal to report on. `/goal new` proposes one."))
    return Message(words, [section(words)])


def outcome_blocks(outcome: CheckInOutcome, reader: Reader) -> list[Block]:
    """What was saved and what was not."""
    blocks = [section(_told(outcome, reader))]
    if outcome.id is not None:
        blocks.append(actions(checkin_button(CheckInAction.UNDO, reader, outcome.id)))
        blocks.append(context(read_by(outcome.manager, reader)))
    return blocks


def outcome_message(outcome: CheckInOutcome, reader: Reader) -> Message:
    return Message(_told(outcome, reader), outcome_blocks(outcome, reader))


def outcome_dialog(outcome: CheckInOutcome, reader: Reader, unsaved: Sequence[str] = ()) -> View:
    """What became of it; `unsaved` are words that could not be saved, for keeping elsewhere."""
    blocks = outcome_blocks(outcome, reader)
    blocks += [rich_text(quote(words)) for words in unsaved]
    if outcome.due:
        words = reader.ngettext(
            "%(count)s goal still waits for a check-in.",
            "%(count)s goals still wait for a check-in.",
            outcome.due,
        )
        # Those left empty just now come after the others.
        button = checkin_button(
            CheckInAction.OPEN, reader, None, SKIPPING + outcome.left_out, style="primary"
        )
        blocks.append(section(words % {"count": reader.number(outcome.due)}, accessory=button))
    return View.modal(reader.gettext(N_("Check-in")), blocks, close=reader.gettext(N_("Close")))


def conflict_note(outcome: CheckInOutcome, reader: Reader) -> list[Safe]:
    """Above the dialog that asks again about goals that have moved on meanwhile."""
    words = reader.say(
        N_(
            "%(goals)s changed since you opened this, so nothing was saved about it yet. What you "
            "typed is still here: please look again, then save."
        ),
        goals=[one.card.reference for one in outcome.conflicts],
    )
    saved = [] if outcome.id is None else [_told(outcome, reader, conflicts=False)]
    return [*saved, words]


def _told(outcome: CheckInOutcome, reader: Reader, *, conflicts: bool = True) -> Safe:
    lines = []
    if outcome.id is not None:
        lines.append(reader.say(N_("Saved.")))
        lines += [answer_line(one, reader) for one in outcome.answers]
    if outcome.support_kept and outcome.manager is not None:
        lines.append(_who_reads(outcome.manager, outcome.away, reader))
    if outcome.support_unread:
        lines.append(
            reader.say(
                N_(
                    "Blockers and support were not kept: nobody leads you right now who could read "
                    "them. Please ask HR."
                )
            )
        )
    lines += [
        reader.say(
            N_(
                "Not saved: *%(reference)s* has changed since you opened this. "
                "`/checkin %(reference)s` shows it as it is now."
            ),
            reference=missed.card.reference,
        )
        for missed in (outcome.conflicts if conflicts else ())
    ]
    return Safe("\n").join(lines or [reader.say(N_("Nothing was saved."))])


def _who_reads(manager: Member, away: ReaderAway | None, reader: Reader) -> Safe:
    """Who can read what was written for them, and whom to turn to while they are away."""
    if away is None:
        words = N_("%(manager)s can read what you wrote about blockers and support.")
        return reader.say(words, manager=manager.name)
    if away.deputy is None:
        words = N_(
            "%(manager)s is away until %(day)s and can read what you wrote about blockers and "
            "support after that. If it can't wait, please ask your HR partner."
        )
        return reader.say(words, manager=manager.name, day=away.last_day)
    words = N_(
        "%(manager)s is away until %(day)s and can read what you wrote about blockers and "
        "support after that. If it can't wait, please turn to %(deputy)s."
    )
    return reader.say(words, manager=manager.name, day=away.last_day, deputy=away.deputy.name)


def snoozed_message(snoozed: Snoozed, reader: Reader, *, undo: bool = False) -> Message:
    """Until when it is put off; with *Undo* where the press can change this very message."""
    words = reader.say(
        N_("Put off: I ask again on %(day)s. `/checkin` works before that too."),
        day=reader.weekday(snoozed.until),
    )
    buttons = [actions(checkin_button(CheckInAction.UNDO_SNOOZE, reader))] if undo else []
    return Message(words, [section(words), *buttons])


def open_again_message(reader: Reader) -> Message:
    words = reader.say(N_("Taken back: your check-in is open again. `/checkin` opens it."))
    return Message(words, [section(words)])


def taken_back_message(reader: Reader) -> Message:
    words = reader.say(N_("Taken back: it doesn't count any more."))
    return Message(words, [section(words)])


def sent_alone_message(reader: Reader) -> Message:
    words = reader.say(
        N_("It stands in a message of its own below. What you reply in its thread is your answer.")
    )
    return Message(words, [section(words)])


def snooze_example(reader: Reader) -> Message:
    words = reader.say(
        N_("For how long? For example: `/checkin snooze 3d`, or `2w` for two weeks.")
    )
    return Message(words, [section(words)])

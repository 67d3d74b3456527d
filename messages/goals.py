"""Goals as people read them: the card, lists, the history, answers to presses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.goal_kinds import GoalKind
from domain.goal_status import ENDED
from domain.goals import (
    Audience,
    ChangeMark,
    GoalCard,
    GoalLine,
    GoalState,
    Step,
    StepKind,
    differences,
)
from domain.screens import GoalHistory, GoalList, HistoryEntry
from messages.blocks import actions, context, divider, fields, section, sections
from messages.checkin_presses import CheckInAction, checkin_button
from messages.elements import Block
from messages.evidence import evidence_blocks
from messages.goal_alignment import served_text
from messages.goal_comparison import comparison_blocks
from messages.goal_forms import advice_text
from messages.goal_notices import card_buttons, settled_words, was_due_words
from messages.goal_words import (
    ASKED_AS,
    GOAL_LINE,
    READ_BY,
    READ_BY_YOURS,
    aim_text,
    change_line,
    goal_facts,
    goal_line,
    measure_text,
    progress_bar,
    progress_text,
    said_blocks,
    state_text,
    value_corrected_line,
    was_due,
)
from messages.i18n import N_
from messages.inputs.parts import part_line
from messages.my_data_presses import MyDataAction, my_data_button
from messages.names import NAMES
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.roll_up import rolled_line
from messages.safe import Safe, escape
from messages.surfaces import Message, View

# Why it rests or has ended is part of the card.
RESTING = ENDED | {GoalState.PAUSED}
# Of those it is shared with; more are counted.
NAMED = 5


def card_message(card: GoalCard, reader: Reader, said: Safe | None = None) -> Message:
    """The one card, the same for every department; `said` is what has just happened."""
    line = goal_line(card, reader)
    progress = _progress_line(card, reader)
    text = Safe("\n").join([*([said] if said else []), line, progress])
    return Message(text, [*([section(said)] if said else []), *card_blocks(card, reader)])


def card_blocks(card: GoalCard, reader: Reader) -> list[Block]:
    title = reader.say(
        N_("*%(reference)s  %(title)s*"), reference=card.reference, title=card.content.title
    )
    how_far = [_progress_line(card, reader)]
    if card.rolled is not None:
        how_far.append(rolled_line(card.rolled, reader))
    blocks = [section(Safe("\n").join([title, *how_far])), _facts(card, reader)]
    if card.content.parts:
        blocks += sections(_parts_words(card, reader))
    if card.content.why:
        blocks.append(rich_text(quote(card.content.why)))
    if card.reservation is not None and card.reservation.reason:
        blocks += _reservation_blocks(card.reservation, card, reader)
    if card.state in RESTING and card.settled is not None and card.settled.reason:
        blocks.append(rich_text(quote(card.settled.reason)))
    if card.can_update and was_due(card, reader):
        blocks.append(section(was_due_words(card, reader)))
    blocks += said_blocks(card.said, card, reader)
    blocks += comparison_blocks(card, reader)
    if card.advice:
        blocks.append(context(_advice_words(card, reader)))
    blocks.append(actions(*card_buttons(card, reader)))
    blocks.append(context(_small_print(card, reader)))
    return blocks


def _progress_line(card: GoalLine, reader: Reader) -> Safe:
    state = state_text(card, reader)
    if card.state in (GoalState.DRAFT, GoalState.PROPOSED):
        return escape(state)
    told = progress_text(card.progress, card.content, reader)
    bar = progress_bar(card.progress)
    return escape(f"{bar}  {told} · {state}" if bar else f"{told} · {state}")


def _parts_words(card: GoalCard, reader: Reader) -> Safe:
    """The key results or milestones, a line each."""
    okr = card.content.kind is GoalKind.OKR
    head = reader.say(N_("*Key results*") if okr else N_("*Milestones*"))
    lines = (Safe("• ") + escape(part_line(part, reader)) for part in card.content.parts)
    return Safe("\n").join([head, *lines])


def _reservation_blocks(step: Step, card: GoalCard, reader: Reader) -> list[Block]:
    """What the owner accepted it with, for the two sides and HR."""
    own = step.by is not None and step.by == card.viewer
    words = _RESERVED_BY_YOU if own else _RESERVED
    said = reader.say(words, name=step.actor or "", when=reader.moment(step.at))
    return [section(said), rich_text(quote(step.reason or ""))]


def _advice_words(card: GoalCard, reader: Reader) -> Safe:
    told = "; ".join(advice_text(one, reader) for one in card.advice)
    return reader.say(N_("To make it stronger: %(advice)s. Only you see this."), advice=told)


def _facts(card: GoalCard, reader: Reader) -> Block:
    content = card.content
    facts = [
        *(() if content.parts else ((N_("Metric"), content.metric),)),
        (N_("Target"), aim_text(content, reader)),
        (N_("Due date"), reader.day(content.due_date)),
        (N_("Owner"), card.owner.name),
    ]
    for label, anchor in ((N_("Threshold"), content.threshold), (N_("Stretch"), content.stretch)):
        if anchor is not None:
            facts.append((label, measure_text(anchor, content.measure_unit, reader)))
    if content.check_in_every is not None:
        facts.append((N_("Check in every"), reader.gettext(NAMES[content.check_in_every])))
    if card.paused_until is not None:
        facts.append((N_("Counts again from"), reader.day(card.paused_until)))
    elif card.successor is not None:
        facts.append((N_("In its place"), f"{card.successor.reference} {card.successor.title}"))
    elif card.next_check_in is not None:
        facts.append((N_("Next check-in"), reader.day(card.next_check_in)))
    if card.aligned is not None:
        facts.append((N_("Aligned to"), served_text(card.aligned, reader)))
    return fields(
        [Safe("*%s*\n%s") % (reader.gettext(label), escape(value)) for label, value in facts]
    )


def _small_print(card: GoalCard, reader: Reader) -> Safe:
    own = card.owner.id == card.viewer
    read_by = READ_BY_YOURS.get(card.audience) if own else None
    parts = [reader.say(read_by or READ_BY[card.audience], owner=card.owner.name)]
    if card.settled is not None:
        parts.append(settled_words(card, reader) + Safe("."))
    if card.shared_with:
        parts.append(_shared_with(card, reader))
    if card.open_change is not None:
        asked = N_("A change of it is asked for: %(change)s.")
        parts.append(reader.say(asked, change=card.open_change.reference))
    parts += [_mark_words(mark, reader) for mark in card.change_marks]
    if card.title_visible and card.audience is not Audience.EVERYONE:
        parts.append(reader.say(N_("Everybody can see its title.")))
    latest = card.latest
    if latest is not None and own and latest.by == card.owner.name:
        parts.append(reader.say(N_("Value from you, %(when)s."), when=reader.moment(latest.at)))
    elif latest is not None:
        parts.append(
            reader.say(
                N_("Value from %(name)s, %(when)s."), name=latest.by, when=reader.moment(latest.at)
            )
        )
    return Safe(" ").join(parts)


def _mark_words(mark: ChangeMark, reader: Reader) -> Safe:
    """A change that stays marked for ever."""
    return reader.say(
        N_("Changed on %(day)s, counting from %(start)s, while a review was near (%(change)s)."),
        day=mark.agreed_at.astimezone(reader.zone).date(),
        start=mark.effective_on,
        change=mark.reference,
    )


def _shared_with(card: GoalCard, reader: Reader) -> Safe:
    if len(card.shared_with) <= NAMED:
        return reader.say(N_("Shared with %(names)s."), names=card.shared_with)
    return reader.say(N_("Shared with %(count)s people."), count=len(card.shared_with))


def list_message(goals: GoalList, reader: Reader) -> Message:
    """Somebody's goals, each with its progress and a button."""
    own = goals.viewer.id == goals.person.id
    if not goals.lines:
        return _empty_list(goals, reader, own=own)
    headline = reader.say(N_("Your goals"))
    if goals.closed:
        headline = reader.say(N_("Your goals that have ended"))
    elif not own:
        headline = reader.say(N_("Goals of %(name)s"), name=goals.person.name)
    blocks: list[Block] = [section(Safe("*%s*") % headline)]
    told = [(card, goal_facts(card, reader)) for card in goals.lines]
    blocks.extend(_row(card, facts, reader) for card, facts in told)
    last = []
    if own:
        last.append(goal_button(GoalAction.NEW, reader))
    if goals.more_after is not None:
        more = GoalAction.MORE_CLOSED if goals.closed else GoalAction.MORE
        last.append(goal_button(more, reader, goals.person.id, goals.more_after))
    if last:
        blocks.append(actions(*last))
    text = Safe("\n").join([headline, *(reader.say(GOAL_LINE, **facts) for _, facts in told)])
    return Message(text, blocks)


def row(card: GoalLine, reader: Reader) -> Block:
    """A goal in a list."""
    return _row(card, goal_facts(card, reader), reader)


def _row(card: GoalLine, facts: Mapping[str, Safe], reader: Reader) -> Block:
    return section(
        reader.say(
            N_("*%(reference)s*  %(title)s\n%(aim)s by %(due)s · %(progress)s"),
            progress=_progress_line(card, reader),
            **facts,
        ),
        accessory=goal_button(GoalAction.SHOW, reader, card.id, card.version, about=card.reference),
    )


def _empty_list(goals: GoalList, reader: Reader, *, own: bool) -> Message:
    if not own:
        text = reader.say(
            N_("There are no goals of %(name)s that are shared with you."), name=goals.person.name
        )
        return Message(text, [section(text)])
    if goals.closed:
        text = reader.say(N_("None of your goals has ended yet."))
        return Message(text, [section(text)])
    text = reader.say(N_("You have no goals yet. The first one takes about two minutes."))
    return Message(
        text, [section(text), actions(goal_button(GoalAction.NEW, reader, style="primary"))]
    )


_STEPS = {
    StepKind.PROPOSED: N_("*%(name)s proposed* · %(when)s"),
    StepKind.COUNTERED: N_("*%(name)s suggested a change* · %(when)s"),
    StepKind.ACCEPTED: N_("*%(name)s accepted* · %(when)s"),
    StepKind.DECLINED: N_("*%(name)s declined* · %(when)s"),
    StepKind.WITHDRAWN: N_("*%(name)s withdrew the last proposal* · %(when)s"),
    StepKind.REMINDED: N_("*A reminder was due* · %(when)s"),
    StepKind.ASKED: N_("*The %(asked)s was asked* · %(when)s"),
    StepKind.UPDATED: N_("*%(name)s reported a value* · %(when)s"),
    StepKind.CHECKED_IN: N_("*%(name)s checked in* · %(when)s"),
    StepKind.TAKEN_BACK: N_("*%(name)s took their last check-in back* · %(when)s"),
    StepKind.CORRECTED: N_("*%(name)s corrected it* · %(when)s"),
    StepKind.VALUE_CORRECTED: N_("*%(name)s corrected a value* · %(when)s"),
    StepKind.PAUSED: N_("*%(name)s paused it* · %(when)s"),
    StepKind.RESUMED: N_("*%(name)s took it up again* · %(when)s"),
    StepKind.COMPLETED: N_("*%(name)s completed it* · %(when)s"),
    StepKind.ABANDONED: N_("*%(name)s gave it up* · %(when)s"),
    StepKind.SUPERSEDED: N_("*%(name)s put another goal in its place* · %(when)s"),
    StepKind.DEPRECATED: N_("*%(name)s said that it is no longer needed* · %(when)s"),
    StepKind.REOPENED: N_("*%(name)s reopened it* · %(when)s"),
    StepKind.RESERVATION_WITHDRAWN: N_("*%(name)s withdrew their reservation* · %(when)s"),
    StepKind.OFFERED: N_("*%(name)s proposed it upward* · %(when)s"),
    StepKind.ADOPTED: N_("*%(name)s took it up as a goal of their own* · %(when)s"),
    StepKind.NOT_ADOPTED: N_("*%(name)s did not take it up* · %(when)s"),
    StepKind.ALIGNED: N_("*%(name)s changed what it serves* · %(when)s"),
    StepKind.CHANGE_ASKED: N_("*%(name)s asked for a change* · %(when)s"),
    StepKind.CHANGE_COUNTERED: N_("*%(name)s suggested another change* · %(when)s"),
    StepKind.CHANGE_AGREED: N_("*%(name)s agreed to the change* · %(when)s"),
    StepKind.CHANGE_APPROVED: N_("*%(name)s approved the change* · %(when)s"),
    StepKind.CHANGED: N_("*%(name)s agreed, and the change counts* · %(when)s"),
    StepKind.CHANGE_DECLINED: N_("*%(name)s declined the change* · %(when)s"),
    StepKind.CHANGE_WITHDRAWN: N_("*%(name)s withdrew the change* · %(when)s"),
    StepKind.CHANGE_ENDED: N_("*The request for a change ended with this* · %(when)s"),
}


_STEPS_OF_YOURS = {
    StepKind.PROPOSED: N_("*You proposed* · %(when)s"),
    StepKind.COUNTERED: N_("*You suggested a change* · %(when)s"),
    StepKind.ACCEPTED: N_("*You accepted* · %(when)s"),
    StepKind.DECLINED: N_("*You declined* · %(when)s"),
    StepKind.WITHDRAWN: N_("*You withdrew the last proposal* · %(when)s"),
    StepKind.UPDATED: N_("*You reported a value* · %(when)s"),
    StepKind.CHECKED_IN: N_("*You checked in* · %(when)s"),
    StepKind.TAKEN_BACK: N_("*You took your last check-in back* · %(when)s"),
    StepKind.CORRECTED: N_("*You corrected it* · %(when)s"),
    StepKind.VALUE_CORRECTED: N_("*You corrected a value* · %(when)s"),
    StepKind.PAUSED: N_("*You paused it* · %(when)s"),
    StepKind.RESUMED: N_("*You took it up again* · %(when)s"),
    StepKind.COMPLETED: N_("*You completed it* · %(when)s"),
    StepKind.ABANDONED: N_("*You gave it up* · %(when)s"),
    StepKind.SUPERSEDED: N_("*You put another goal in its place* · %(when)s"),
    StepKind.DEPRECATED: N_("*You said that it is no longer needed* · %(when)s"),
    StepKind.REOPENED: N_("*You reopened it* · %(when)s"),
    StepKind.RESERVATION_WITHDRAWN: N_("*You withdrew your reservation* · %(when)s"),
    StepKind.OFFERED: N_("*You proposed it upward* · %(when)s"),
    StepKind.ADOPTED: N_("*You took it up as a goal of your own* · %(when)s"),
    StepKind.NOT_ADOPTED: N_("*You did not take it up* · %(when)s"),
    StepKind.ALIGNED: N_("*You changed what it serves* · %(when)s"),
    StepKind.CHANGE_ASKED: N_("*You asked for a change* · %(when)s"),
    StepKind.CHANGE_COUNTERED: N_("*You suggested another change* · %(when)s"),
    StepKind.CHANGE_AGREED: N_("*You agreed to the change* · %(when)s"),
    StepKind.CHANGE_APPROVED: N_("*You approved the change* · %(when)s"),
    StepKind.CHANGED: N_("*You agreed, and the change counts* · %(when)s"),
    StepKind.CHANGE_DECLINED: N_("*You declined the change* · %(when)s"),
    StepKind.CHANGE_WITHDRAWN: N_("*You withdrew the change* · %(when)s"),
}
_RESERVED = N_("*%(name)s accepted with a reservation* · %(when)s")
_RESERVED_BY_YOU = N_("*You accepted with a reservation* · %(when)s")
_STEPS_OF_THE_CLOCK = {StepKind.RESUMED: N_("*Its pause was over* · %(when)s")}


def history_view(history: GoalHistory, reader: Reader) -> View:
    """What happened to a goal, newest first, with both versions of every change."""
    blocks: list[Block] = [section(goal_line(history.card, reader))]
    if history.readings:
        values = ", ".join(
            measure_text(reading.value, history.card.content.measure_unit, reader)
            for reading in history.readings
        )
        blocks.append(section(reader.say(N_("Values so far: %(values)s"), values=values)))
    blocks += evidence_blocks(history.evidence, reader)
    blocks.append(divider())
    for entry in history.entries:
        own = entry.step.by is not None and entry.step.by == history.card.viewer
        blocks.extend(_entry_blocks(entry, history.card.content.measure_unit, reader, own=own))
        blocks += said_blocks(entry.said, history.card, reader)
    blocks.append(context(_small_print(history.card, reader)))
    about = history.card.reference
    last = [
        goal_button(GoalAction.RECORD, reader, history.card.id, about=about),
        my_data_button(MyDataAction.CORRECT_GOAL, reader, history.card.id, about=about),
    ]
    if history.more_before is not None:
        last.append(
            goal_button(GoalAction.MORE_HISTORY, reader, history.card.id, history.more_before)
        )
    blocks.append(actions(*last))
    title = reader.write(N_("History of %(reference)s"), reference=history.card.reference)
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


_MARKED = N_("Counts from %(start)s, agreed while a review was near (%(change)s).")


def _entry_blocks(
    entry: HistoryEntry, unit: str | None, reader: Reader, *, own: bool
) -> list[Block]:
    lines = [_step_line(entry, reader, own=own)]
    if entry.content is not None:
        if entry.before is None:
            lines.append(
                reader.say(
                    N_("%(title)s: %(aim)s by %(due)s"),
                    title=entry.content.title,
                    aim=aim_text(entry.content, reader),
                    due=entry.content.due_date,
                )
            )
        else:
            lines += [
                change_line(change, entry.content, reader)
                for change in differences(entry.before, entry.content)
            ]
    if entry.corrected is not None:
        lines.append(value_corrected_line(entry.corrected, unit, reader))
    if entry.mark is not None:
        words = _MARKED if entry.near_review else N_("Counts from %(start)s (%(change)s).")
        lines.append(reader.say(words, start=entry.mark.effective_on, change=entry.mark.reference))
    blocks = sections(Safe("\n").join(lines))
    if entry.step.reason:
        blocks.append(rich_text(quote(entry.step.reason)))
    return blocks


_WITH_VALUE = {
    StepKind.UPDATED: N_("*%(name)s reported %(value)s* · %(when)s"),
    StepKind.CHECKED_IN: N_("*%(name)s checked in: still %(value)s* · %(when)s"),
}


_WITH_VALUE_OF_YOURS = {
    StepKind.UPDATED: N_("*You reported %(value)s* · %(when)s"),
    StepKind.CHECKED_IN: N_("*You checked in: still %(value)s* · %(when)s"),
}


def _step_line(entry: HistoryEntry, reader: Reader, *, own: bool) -> Safe:
    """What happened, when, and by whom; `own` if it was the reader."""
    step, value = entry.step, entry.value
    words = _STEPS[step.kind]
    reserved = step.kind is StepKind.ACCEPTED and step.reason
    with_value = _WITH_VALUE_OF_YOURS if own else _WITH_VALUE
    if reserved:
        words = _RESERVED_BY_YOU if own else _RESERVED
    elif own:
        words = _STEPS_OF_YOURS.get(step.kind, words)
    elif step.actor is None:
        words = _STEPS_OF_THE_CLOCK.get(step.kind, words)
    return reader.say(
        words if value is None else with_value.get(step.kind, words),
        name=step.actor or "",
        value="" if value is None else measure_text(value, value.measure_unit, reader),
        when=reader.moment(step.at),
        asked=reader.gettext(ASKED_AS[step.capacity]) if step.capacity else "",
    )


def already_words(card: GoalCard, reader: Reader) -> Safe:
    """What somebody hears who presses again: what has already happened, and when."""
    if card.state is GoalState.PROPOSED:
        return reader.say(
            N_("%(reference)s: %(state)s. There is nothing for you to answer right now."),
            reference=card.reference,
            state=state_text(card, reader),
        )
    return settled_words(card, reader) + Safe(". ") + reader.say(N_("Nothing more to do."))


def changed_words(card: GoalCard, reader: Reader) -> Safe:
    """What changed between looking and pressing."""
    lines: Sequence[Safe] = [
        reader.say(
            N_("%(reference)s has changed since you opened it. As it is now:"),
            reference=card.reference,
        ),
        goal_line(card, reader),
        *(change_line(change, card.content, reader) for change in card.changes),
        reader.say(N_("Nothing was saved. Please look at it and answer again.")),
    ]
    return Safe("\n").join(lines)


def saved_message(card: GoalCard, check_in: UUID, reader: Reader) -> Message:
    """After a value was reported, which can be taken back."""
    words = reader.say(
        N_("Saved. %(reference)s: %(progress)s."),
        reference=card.reference,
        progress=progress_text(card.progress, card.content, reader),
    )
    return Message(
        words, [section(words), actions(checkin_button(CheckInAction.UNDO, reader, check_in))]
    )

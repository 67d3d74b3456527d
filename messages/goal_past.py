"""A goal as it stood on a day: its state and terms then, whose they were, and why."""

from __future__ import annotations

from domain.goal_past import GoalOnDay
from domain.goals import COMPARED_FIELDS, Change
from messages.blocks import actions, context, divider, section, sections
from messages.elements import Block
from messages.goal_words import change_line
from messages.i18n import N_
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.surfaces import View

# What it served is no part of its terms, and changes by itself.
SHOWN = tuple(name for name in COMPARED_FIELDS if name != "aligned_to")


def goal_on_view(found: GoalOnDay, reader: Reader) -> View:
    """Its terms at the end of that day, and what counts for it by now."""
    reference = found.card.reference
    head = reader.say(
        N_("*%(reference)s* as it stood at the end of %(day)s: *%(state)s*"),
        reference=reference,
        day=found.day,
        state=found.stood.state,
    )
    content = found.content
    terms = [
        change_line(Change(name, None, value), content, reader)
        for name in SHOWN
        if (value := getattr(content, name)) not in (None, ())
    ]
    blocks: list[Block] = [section(head), *sections(Safe("\n").join(terms))]
    if found.reason:
        blocks.append(rich_text(quote(f"{found.author}: {found.reason}")))
    version = N_("Version %(number)s, written by %(name)s.")
    blocks.append(context(reader.say(version, number=str(found.stood.version), name=found.author)))
    if found.later:
        blocks.append(divider())
    for one in found.later:
        words = N_("Later, on %(when)s, %(change)s changed it with effect from %(start)s.")
        told = reader.say(
            words,
            when=reader.moment(one.agreed_at),
            change=one.reference,
            start=one.effective_on,
        )
        blocks.append(section(told))
    card = found.card
    blocks.append(actions(goal_button(GoalAction.HISTORY, reader, card.id, about=reference)))
    title = reader.write(N_("History of %(reference)s"), reference=reference)
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))

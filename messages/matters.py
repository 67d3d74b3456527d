"""What a legal hold keeps of somebody, for legal; the words of feedback open one at a time."""

from __future__ import annotations

from domain.goals import GoalLine
from domain.holds import HoldScope
from domain.record_views import HeldFeedback, HeldFeedbackOpened, Matter
from messages.audit_presses import AuditAction, audit_button
from messages.blocks import actions, context, section
from messages.elements import Block
from messages.goal_words import goal_line
from messages.i18n import N_
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.rich_text import paragraph, quote, rich_text
from messages.safe import Safe, escape
from messages.surfaces import View

_GOALS = frozenset({HoldScope.EVERYTHING, HoldScope.GOALS})


def matter_view(found: Matter, reader: Reader) -> View:
    """The goals and the feedback that are kept of one person."""
    name = found.person.name
    blocks: list[Block] = [section(reader.say(N_("*Kept of %(name)s*"), name=name))]
    blocks += [_goal(found, card, reader) for card in found.goals]
    blocks += [_feedback(one, reader) for one in found.feedback]
    if len(blocks) == 1:
        blocks.append(section(reader.say(N_("Nothing is there that the hold keeps."))))
    words = N_(
        "You see this while the hold stands. Each opening is an entry of the record; %(name)s sees "
        "it where the rules of their place tell them. What was written as support is not shown."
    )
    blocks.append(context(reader.say(words, name=name)))
    if found.more_after is not None:
        more = audit_button(
            AuditAction.MORE_MATTER, reader, found.person.id, found.more_after, about=name
        )
        blocks.append(actions(more))
    title = reader.gettext(N_("Under a legal hold"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _goal(found: Matter, card: GoalLine, reader: Reader) -> Block:
    # Where the hold keeps check-ins alone, the goal itself is not part of it.
    line = goal_line(card, reader) if _GOALS & found.scopes else escape(card.reference)
    button = goal_button(GoalAction.RECORD, reader, card.id, about=card.reference)
    return section(line, accessory=button)


def _feedback(one: HeldFeedback, reader: Reader) -> Block:
    button = audit_button(AuditAction.READ, reader, one.id, about=one.giver)
    return section(_feedback_line(one, reader), accessory=button)


def _feedback_line(one: HeldFeedback, reader: Reader) -> Safe:
    return reader.say(
        N_("Feedback for an evaluation, from %(giver)s, %(day)s"),
        giver=one.giver,
        day=reader.day(one.at.astimezone(reader.zone).date()),
    )


def held_feedback_view(opened: HeldFeedbackOpened, reader: Reader) -> View:
    """The words of one piece of feedback."""
    about = reader.say(N_("*About %(name)s*"), name=opened.person.name)
    blocks: list[Block] = [
        section(about + Safe("\n") + _feedback_line(opened.feedback, reader)),
    ]
    if opened.words is not None:
        blocks.append(rich_text(quote(opened.words)))
    if opened.permalink is not None:
        blocks.append(rich_text(paragraph(opened.permalink)))
    if len(blocks) == 1:
        blocks.append(section(reader.say(N_("What it said is gone."))))
    title = reader.gettext(N_("Under a legal hold"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))

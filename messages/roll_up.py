"""How far a goal has come by the goals that serve it: the line on its card, and *Why?*."""

from __future__ import annotations

from domain.goals import GoalCard
from domain.roll_up import WHOLE, Carried, RollUp
from messages.blocks import context, section, sections
from messages.elements import Block
from messages.goal_alignment import share_text
from messages.goal_words import goal_line
from messages.i18n import N_
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import View

LISTED = 20
"""Goals told one by one; of more, the rest is counted."""


def rolled_line(rolled: RollUp, reader: Reader) -> Safe:
    """`By the goals that serve it: 53 %`."""
    if rolled.share is None:
        return reader.say(N_("By the goals that serve it: not measured yet"))
    return reader.say(
        N_("By the goals that serve it: %(share)s"), share=reader.percent(rolled.share)
    )


def why_view(card: GoalCard, reader: Reader) -> View:
    """The arithmetic, goal by goal, in an order in which one can follow it."""
    blocks: list[Block] = [section(goal_line(card, reader))]
    if card.rolled is None:
        blocks.append(section(reader.say(N_("No goal carries a part of it at the moment."))))
    else:
        told = [
            rolled_line(card.rolled, reader),
            *_parts(card.rolled, reader),
            *_sum(card.rolled, reader),
        ]
        blocks += sections(Safe("\n").join(told))
        small = N_(
            "Each goal counts as much as its weight says, while it is active and after it is "
            "completed. A goal without a value of its own is as far as the goals that serve it. "
            "What isn't shared with you is left out, so others may see another number."
        )
        blocks.append(context(reader.say(small)))
    title = reader.write(N_("Progress of %(reference)s"), reference=card.reference)
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _parts(rolled: RollUp, reader: Reader) -> list[Safe]:
    known = [one for one in rolled.parts if one.title is not None]
    lines = [Safe("• ") + _part(one, reader) for one in known[:LISTED]]
    if len(known) > LISTED:
        lines.append(reader.say(N_("• and %(count)s more"), count=len(known) - LISTED))
    hidden = [one for one in rolled.parts if one.title is None]
    if hidden:
        carry = sum(one.weight or 0 for one in hidden)
        words = N_("• Goals that aren't shared with you: %(count)s, with a weight of %(weight)s")
        lines.append(reader.say(words, count=len(hidden), weight=share_text(carry, reader)))
    return lines


def _part(one: Carried, reader: Reader) -> Safe:
    facts: dict[str, object] = {"goal": f"{one.reference} {one.title}"}
    if one.weight is None:
        return reader.say(N_("%(goal)s: no weight, so it doesn't count"), **facts)
    facts["weight"] = share_text(one.weight, reader)
    if one.share is None:
        return reader.say(N_("%(goal)s: weight %(weight)s, not measured yet"), **facts)
    facts |= {
        "share": reader.percent(one.share),
        "part": reader.percent(one.share * one.weight / WHOLE),
    }
    if one.own:
        words = N_("%(goal)s: %(share)s of its weight, %(weight)s, makes %(part)s")
    else:
        words = N_(
            "%(goal)s: %(share)s by the goals below it, of its weight, %(weight)s, makes %(part)s"
        )
    return reader.say(words, **facts)


def _sum(rolled: RollUp, reader: Reader) -> list[Safe]:
    lines = []
    if rolled.share is not None:
        lines.append(
            reader.say(
                N_("Together: %(reached)s of the %(measured)s that is measured."),
                reached=reader.percent(rolled.reached),
                measured=share_text(rolled.measured, reader),
            )
        )
    if rolled.share is not None and rolled.measured < min(rolled.weight, WHOLE):
        words = N_(
            "What is not measured yet is left out, and the others stand for it: "
            "%(reached)s · %(weight)s ÷ %(measured)s = %(share)s."
        )
        lines.append(_ratio(words, rolled, reader))
    elif rolled.share is not None and rolled.measured > WHOLE:
        words = N_(
            "Their weights come to more than the whole, so they are cut down to it: "
            "%(reached)s · %(weight)s ÷ %(measured)s = %(share)s."
        )
        lines.append(_ratio(words, rolled, reader))
    if rolled.weight < WHOLE:
        lines.append(short_words(rolled.weight, reader))
    return lines


def _ratio(words: str, rolled: RollUp, reader: Reader) -> Safe:
    return reader.say(
        words,
        reached=reader.percent(rolled.reached),
        weight=share_text(min(rolled.weight, WHOLE), reader),
        measured=share_text(rolled.measured, reader),
        share=reader.percent(rolled.share or 0.0),
    )


def short_words(weight: int, reader: Reader) -> Safe:
    """That all goals which serve it can succeed and it can fail nevertheless."""
    return reader.say(
        N_("Even if all of them are reached, %(weight)s of it is; no goal carries the rest."),
        weight=share_text(weight, reader),
    )

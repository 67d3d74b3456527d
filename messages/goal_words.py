"""How a goal reads in a line: measures, dates, directions, states, progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum

from domain.goal_corrections import ValueCorrected
from domain.goals import (
    Audience,
    Capacity,
    Change,
    Direction,
    GoalCard,
    GoalContent,
    GoalLine,
    GoalOutline,
    GoalState,
    Progress,
    SaidWords,
    Side,
)
from domain.measures import Doubt, Measure
from domain.word_differences import Piece, PieceKind, keeps_enough, word_differences
from messages.elements import Block
from messages.errors import WORDS
from messages.i18n import N_
from messages.inputs.parts import part_line
from messages.names import NAMES
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe, escape
from messages.shorten import ELLIPSIS, shorten

BAR_CELLS = 10

LINE_READS = N_(
    "Read by %(owner)s, their managers and deputies, the HR partner, whoever is asked to decide or "
    "help, and those it is shared with."
)
READ_BY_YOURS: dict[Audience, str] = {
    Audience.UNIT: N_(
        "Read by you and your unit, your managers and deputies, the HR partner, whoever is asked "
        "to decide or help, and those it is shared with."
    ),
    **dict.fromkeys(
        (Audience.LINE, Audience.NAMED),
        N_(
            "Read by you, your managers and deputies, the HR partner, whoever is asked to decide "
            "or help, and those it is shared with."
        ),
    ),
}
"""Of the reader's own goals."""
READ_BY: dict[Audience, str] = {
    Audience.EVERYONE: N_("Read by everyone in the organisation except guests."),
    Audience.UNIT: N_(
        "Read by %(owner)s and their unit, their managers and deputies, the HR partner, whoever is "
        "asked to decide or help, and those it is shared with."
    ),
    **dict.fromkeys((Audience.LINE, Audience.NAMED), LINE_READS),
}

ASKED_AS: dict[Capacity, str] = {
    Capacity.MANAGER: N_("manager"),
    Capacity.DEPUTY: N_("deputy"),
    Capacity.MANAGERS_MANAGER: N_("next manager up"),
    Capacity.ROLE: N_("role that stands in"),
}

FIELDS: dict[str, str] = {
    "title": N_("Title"),
    "metric": N_("Metric"),
    "target": N_("Target"),
    "due_date": N_("Due date"),
    "why": N_("Why it matters"),
    "measure_unit": N_("Unit of measure"),
    "direction": N_("Direction"),
    "baseline": N_("Baseline"),
    "threshold": N_("Threshold"),
    "stretch": N_("Stretch"),
    "start_date": N_("Start date"),
    "check_in_every": N_("Check in every"),
    "template": N_("Template"),
    "aligned_to": N_("Aligned to"),
    "kind": N_("Kind of goal"),
    "parts": N_("Key results or milestones"),
}


def measure_text(measure: Measure, measure_unit: str | None, reader: Reader) -> str:
    """`5 h`, in the reader's digits."""
    number = reader.number(measure.value)
    return f"{number} {measure_unit}" if measure_unit else number


def doubt_text(doubt: Doubt, reader: Reader) -> str:
    """Asks back about a value: `100,000 is far from the target of 2. …`, for a place at a field."""
    value, target = (
        measure_text(one, doubt.measure_unit, reader) for one in (doubt.value, doubt.target)
    )
    return reader.write(WORDS["far_from_target"], value=value, target=target)


DOUBTED = N_("*Nothing was saved yet.* Please look at the question at the number, then save.")


def aim_text(content: GoalOutline, reader: Reader) -> str:
    """From where to where: `9 h → 5 h`, `3 to 5 %`, `6 milestones`."""
    target = measure_text(content.target, content.measure_unit, reader)
    if content.direction is Direction.DONE:
        return reader.gettext(N_("done"))
    if content.direction is Direction.MILESTONES:
        count = int(content.target.value)
        return reader.ngettext("%(count)s milestone", "%(count)s milestones", count) % {
            "count": reader.number(count)
        }
    if content.direction is Direction.RANGE and content.threshold is not None:
        low = reader.number(content.threshold.value)
        return reader.write(N_("%(low)s to %(high)s"), low=low, high=target)
    if content.baseline is not None:
        return f"{measure_text(content.baseline, content.measure_unit, reader)} → {target}"
    return target


GOAL_LINE = N_("%(title)s: %(aim)s by %(due)s (%(reference)s)")


def goal_facts(card: GoalLine, reader: Reader) -> dict[str, Safe]:
    """What every line about a goal names, ready for several lines."""
    facts = {
        "title": card.content.title,
        "aim": aim_text(card.content, reader),
        "due": reader.day(card.content.due_date),
        "reference": card.reference,
    }
    return {name: escape(text) for name, text in facts.items()}


def goal_line(card: GoalLine, reader: Reader) -> Safe:
    """One goal in one line: `First reply: 9 h → 5 h by 31 March (G-12)`."""
    return reader.say(GOAL_LINE, **goal_facts(card, reader))


def progress_text(progress: Progress, content: GoalOutline, reader: Reader) -> str:
    """What is measured and how far that is: `7.1 h, 49 %`."""
    if progress.value is None:
        return reader.gettext(N_("no value yet"))
    value = measure_text(progress.value, content.measure_unit, reader)
    if content.direction is Direction.DONE:
        done = progress.value.value >= 1
        return reader.gettext(N_("done, 100 %%") if done else N_("not done yet, 0 %%")) % ()
    if progress.share is None:
        if progress.baseline_assumed:
            return reader.write(N_("%(value)s, taken as the baseline"), value=value)
        return value
    share = reader.percent(progress.share)
    if content.measure_unit == "%":
        # A value in percent, and how far that is, look alike: said apart, and spaced alike.
        share = f"{share.removesuffix('%').rstrip()} %"
        return reader.write(N_("%(value)s, %(share)s of the way"), value=value, share=share)
    return reader.write(N_("%(value)s, %(share)s"), value=value, share=share)


def progress_bar(progress: Progress) -> str | None:
    """Ten cells: all of them from the target on alone, none at the baseline and before it alone.

    Never colour alone, never without the number beside it.
    """
    if progress.share is None:
        return None
    if 0 < progress.share < 1:
        filled = min(max(round(progress.share * BAR_CELLS), 1), BAR_CELLS - 1)
    else:
        filled = BAR_CELLS if progress.share > 0 else 0
    return "▰" * filled + "▱" * (BAR_CELLS - filled)


def was_due(card: GoalLine, reader: Reader) -> bool:
    """Whether the goal's due date has passed in the reader's days while it is still active."""
    return card.state is GoalState.ACTIVE and card.content.due_date < reader.today


def state_text(card: GoalLine, reader: Reader) -> str:
    """The state and, while it is negotiated, whose turn it is."""
    name = reader.gettext(NAMES[card.state])
    if card.state is not GoalState.PROPOSED or card.turn is None:
        return name
    if card.can_decide or (card.turn is Side.OWNER and card.owner.id == card.viewer):
        return reader.write(N_("%(state)s, waiting for you"), state=name)
    waiting = card.owner.name if card.turn is Side.OWNER else None
    if card.turn is Side.OTHER and card.counterpart is not None:
        waiting = card.counterpart
    if waiting is None:
        return name
    return reader.write(N_("%(state)s, waiting for %(name)s"), state=name, name=waiting)


def change_line(change: Change, content: GoalContent, reader: Reader) -> Safe:
    """`Target ~5 h~ → *6 h*`."""
    label = reader.gettext(FIELDS[change.field])
    before = _value_text(change.before, content, reader)
    after = _value_text(change.after, content, reader)
    if isinstance(change.before, str | tuple) and not isinstance(change.before, Enum):
        pieces = word_differences(before or "", after or "")
        if keeps_enough(pieces):
            return Safe("%s: %s") % (label, pieces_line(pieces))
    if before is None:
        return reader.say(N_("%(label)s: *%(after)s*"), label=label, after=after or "")
    if after is None:
        return reader.say(N_("%(label)s: ~%(before)s~ taken out"), label=label, before=before)
    return reader.say(
        N_("%(label)s: ~%(before)s~ → *%(after)s*"), label=label, before=before, after=after
    )


SHOWN_AROUND = 5
"""Words that stay, on each side of what changes; more of them are left out."""


def pieces_line(pieces: Sequence[Piece]) -> Safe:
    """`First reply to ~customers~ *partners* in …`: what goes struck, what comes bold."""
    shown = []
    for place, piece in enumerate(pieces):
        words = piece.text.split()
        if not words:
            continue
        if piece.kind is PieceKind.KEPT:
            shown.append(escape(_around(words, place, len(pieces) - 1)))
        else:
            form = Safe("~%s~") if piece.kind is PieceKind.GONE else Safe("*%s*")
            shown.append(form % escape(" ".join(words), CHANGED_LETTERS))
    return Safe(" ").join(shown)


CHANGED_LETTERS = 600


def _around(words: list[str], place: int, last: int) -> str:
    """Words that stay, without those that are far from any change."""
    ends = [] if place == 0 else words[:SHOWN_AROUND]
    begins = [] if place == last else words[-SHOWN_AROUND:]
    if len(words) <= len(ends) + len(begins):
        return " ".join(words)
    return " ".join([*ends, ELLIPSIS, *begins])


SAID = {
    "expectation": N_("What the manager expects"),
    "own_capacity": N_("What %(owner)s can take on"),
    "interest": N_("What %(owner)s would like to learn"),
}
SAID_BY_YOU = {
    "own_capacity": N_("What you can take on"),
    "interest": N_("What you would like to learn"),
}
SAID_LETTERS = 600


def said_blocks(said: SaidWords, card: GoalCard, reader: Reader) -> list[Block]:
    """What the two sides say to each other; all of something long is in the history."""
    blocks: list[Block] = []
    for name, words in said.fields().items():
        own = card.owner.id == card.viewer
        label = (SAID_BY_YOU.get(name) if own else None) or SAID[name]
        told = reader.write(label, owner=card.owner.name)
        blocks.append(rich_text(quote(f"{told}: {shorten(words, SAID_LETTERS)}")))
    return blocks


def value_corrected_line(corrected: ValueCorrected, unit: str | None, reader: Reader) -> Safe:
    """`Value of 2 March: ~7 h~ → *6 h*`."""
    return reader.say(
        N_("Value of %(when)s: ~%(before)s~ → *%(after)s*"),
        when=reader.moment(corrected.reported_at),
        before=measure_text(corrected.before, unit, reader),
        after=measure_text(corrected.after, unit, reader),
    )


def _value_text(value: object, content: GoalContent, reader: Reader) -> str | None:
    match value:
        case None:
            return None
        case Measure():
            return measure_text(value, content.measure_unit, reader)
        case ():
            return None
        case tuple():
            return "; ".join(part_line(part, reader) for part in value)
        case date():
            return reader.day(value)
        case Enum():
            return reader.gettext(NAMES[value])
        case _:
            return str(value)


def deadline_words(card: GoalCard, reader: Reader) -> Safe:
    """By when the reader's answer is asked for, and who is asked after that."""
    if card.answer_by is None:
        return reader.say(N_("Please answer when you can."))
    day = card.answer_by.astimezone(reader.zone).date()
    today = day == reader.today
    if card.next_in_line and card.viewer_side is Side.OTHER:
        words = N_("Please answer by %(day)s; then %(name)s is asked.")
        if today:
            words = N_("Please answer today; then %(name)s is asked.")
        return reader.say(words, day=reader.weekday(day), name=card.next_in_line)
    words = N_("Please answer today.") if today else N_("Please answer by %(day)s.")
    return reader.say(words, day=reader.weekday(day))

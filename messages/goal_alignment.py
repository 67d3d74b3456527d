"""Which goal another one serves: the dialog, and what came of it."""

from __future__ import annotations

from domain.alignment import AlignGoal, AlignmentShown, GoalAboveNotice, percent
from domain.goals import AlignedGoal, GoalCard
from messages.blocks import actions, context, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_words import goal_line
from messages.i18n import N_
from messages.inputs import Choice, ExternalSelect, Number, Tick
from messages.names import NAMES
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

ALIGNED_TO = ExternalSelect("aligned_to", N_("Aligned to"), min_query=1)
CONTRIBUTION = Number(
    "contribution",
    N_("Weight"),
    hint=N_("How much of that goal this one carries, in per cent: 40 %. Empty: it counts nothing."),
)

ALIGN = Form(
    name="goal_align",
    title=N_("Align"),
    submit=N_("Save"),
    model=AlignGoal,
    inputs=(
        ALIGNED_TO,
        CONTRIBUTION,
        Tick(
            "nothing",
            N_("Or"),
            options=(Choice("yes", N_("It serves no other goal")),),
            optional=True,
        ),
    ),
)


def align_view(found: AlignmentShown, reader: Reader) -> View:
    """What the goal serves now, to change."""
    card = found.card
    small = reader.say(N_("Both sides of the goal see it, and it is on record."))
    return render_form(
        ALIGN,
        reader,
        FormState.new(ALIGN.name, version=card.version, ids={"goal": card.id}),
        values=alignment_values(card, reader),
        intro=[section(goal_line(card, reader))],
        outro=[context(small)],
    )


def alignment_values(card: GoalCard, reader: Reader) -> dict[str, object]:
    """What stands in the inputs of a goal that serves one already."""
    values: dict[str, object] = {}
    if card.content.aligned_to is not None:
        known = card.aligned
        hidden = reader.gettext(N_("a goal that isn't shared with you"))
        label = f"{known.reference} {known.title}" if known else hidden
        values["aligned_to"] = Choice(str(card.content.aligned_to), label)
    if card.contribution is not None:
        values["contribution"] = percent(card.contribution)
    return values


def served_text(served: AlignedGoal, reader: Reader) -> str:
    """`G-1 Faster support`, and how much of it is carried."""
    named = f"{served.reference} {served.title}"
    if served.contribution is None:
        return named
    share = share_text(served.contribution, reader)
    return reader.write(N_("%(goal)s (%(share)s of it)"), goal=named, share=share)


def share_text(basis_points: int, reader: Reader) -> str:
    """`40%`, to the hundredth where it has any."""
    sign = reader.percent(0).removeprefix(reader.number(0))
    return f"{reader.number(percent(basis_points))}{sign}"


def aligned_message(done: AlignmentShown, reader: Reader) -> Message:
    """What the goal serves from now on; where its parent is shared out more than once, that too."""
    card = done.card
    if card.content.aligned_to is None:
        words = reader.say(
            N_("Saved. %(reference)s serves no other goal now."), reference=card.reference
        )
    else:
        hidden = reader.gettext(N_("a goal that isn't shared with you"))
        words = reader.say(
            N_("Saved. %(reference)s serves %(goal)s."),
            reference=card.reference,
            goal=served_text(card.aligned, reader) if card.aligned else hidden,
        )
    if done.carried is not None:
        words += Safe("\n") + over_words(done.carried, card.aligned, reader)
    show = goal_button(GoalAction.SHOW, reader, card.id, card.version, about=card.reference)
    return Message(words, [section(words), actions(show)])


def over_words(carried: int, served: AlignedGoal | None, reader: Reader) -> Safe:
    """That the goals which serve one promise more than all of it."""
    return reader.say(
        N_(
            "All goals that serve %(reference)s carry %(share)s of it together, more than all of "
            "it. Please talk about who carries what."
        ),
        reference=served.reference if served else "",
        share=share_text(carried, reader),
    )


def above_message(notice: GoalAboveNotice, reader: Reader, templates: Templates) -> Message:
    """Tells somebody what became of the goal that theirs serve, with *Align* at each of them."""
    above = notice.above
    rendered = templates.render(
        "goals/above",
        reader,
        above=f"{above.reference} {above.title}" if above else None,
        ended=notice.ended,
        state=reader.gettext(NAMES[notice.state]),
        due=reader.day(notice.due),
        goals=[goal_line(card, reader) for card in notice.cards],
    )
    rows: list[Block] = []
    for card in notice.cards:
        align = goal_button(GoalAction.ALIGN, reader, card.id, card.version, about=card.reference)
        rows.append(section(goal_line(card, reader), accessory=align))
    return rendered.message(*rows)

"""A goal proposed upward: asking for it, the manager's question, and what came of it."""

from __future__ import annotations

from domain.adoption import AdoptionNotice, AdoptionState, LeaveGoal, Offered, OfferGoal
from domain.goal_commands import PROSE_LIMIT
from messages.blocks import actions, section
from messages.elements import Block, Element
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_words import goal_line
from messages.i18n import N_
from messages.inputs import LongText
from messages.presses import GoalAction, Style, goal_button
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

OFFER = Form(
    name="goal_offer",
    title=N_("Propose upward"),
    submit=N_("Propose"),
    model=OfferGoal,
    inputs=(
        LongText(
            "note",
            N_("Why it should be your manager's, too"),
            max_length=PROSE_LIMIT,
            hint=N_("Whoever can see this goal reads this."),
        ),
    ),
)
LEAVE = Form(
    name="goal_leave",
    title=N_("Don't take it up"),
    submit=N_("Send"),
    model=LeaveGoal,
    inputs=(
        LongText(
            "reason",
            N_("Reason"),
            max_length=PROSE_LIMIT,
            hint=N_("Whoever can see this goal reads this."),
        ),
    ),
)


def offer_view(offered: Offered, reader: Reader) -> View:
    """Who will be asked for what."""
    words = reader.say(
        N_(
            "%(name)s is asked to take this up as a goal of their own, which yours then serves. "
            "Yours goes on as it is, whatever they answer."
        ),
        name=offered.asked.name,
    )
    line = goal_line(offered.card, reader)
    state = FormState.new(OFFER.name, ids={"goal": offered.card.id})
    return render_form(OFFER, reader, state, intro=[section(line + Safe("\n") + words)])


def leave_view(goal: AdoptionNotice | Offered, reader: Reader) -> View:
    state = FormState.new(LEAVE.name, ids={"goal": goal.card.id})
    return render_form(LEAVE, reader, state, intro=[section(goal_line(goal.card, reader))])


def offered_words(offered: Offered, reader: Reader) -> Safe:
    return reader.say(
        N_("%(name)s is asked to take %(reference)s up as a goal of their own."),
        name=offered.asked.name,
        reference=offered.card.reference,
    )


def left_words(reader: Reader) -> Safe:
    return reader.say(N_("Saved. Its owner is told, with your reason."))


def adoption_message(notice: AdoptionNotice, reader: Reader, templates: Templates) -> Message:
    """The question while it is open, else what came of it; of whom, its reader sees themselves."""
    own = notice.reader.id == notice.card.owner.id
    rendered = templates.render(
        "goals/offered",
        reader,
        asks=notice.asks,
        own=own,
        adopted=notice.state is AdoptionState.ADOPTED,
        declined=notice.state is AdoptionState.DECLINED,
        owner=notice.card.owner.name,
        asked=notice.asked.name,
        reference=notice.card.reference,
        goal=goal_line(notice.card, reader),
        words=notice.words,
    )
    extra: list[Block] = [rich_text(quote(notice.words))] if notice.words else []
    extra.append(actions(*_buttons(notice, reader)))
    return rendered.message(*extra)


def _buttons(notice: AdoptionNotice, reader: Reader) -> list[Element]:
    card = notice.card

    def one(action: GoalAction, style: Style | None = None) -> Element:
        return goal_button(action, reader, card.id, card.version, style=style, about=card.reference)

    if notice.asks:
        return [one(GoalAction.ADOPT, "primary"), one(GoalAction.LEAVE), one(GoalAction.SHOW)]
    return [one(GoalAction.SHOW)]

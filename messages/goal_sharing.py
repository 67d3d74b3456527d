"""Sharing a goal: the dialog in which its owner does, and what the others are told."""

from __future__ import annotations

from domain.goal_sharing import MOST_AT_ONCE, GoalSharedNotice, GoalSharing, ShareGoal
from domain.goals import GoalCard
from messages.blocks import actions, context, divider, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_words import goal_line
from messages.i18n import N_
from messages.inputs import Users
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

SHARE = Form(
    name="goal_share",
    title=N_("Share a goal"),
    submit=N_("Share"),
    model=ShareGoal,
    inputs=(
        Users(
            "people",
            N_("Share with"),
            hint=N_("They are told, and read the goal until you take it back."),
            most=MOST_AT_ONCE,
        ),
    ),
    close=N_("Close"),
)


def share_view(sharing: GoalSharing, reader: Reader, said: Safe | None = None) -> View:
    """With whom it is shared, each to take back, and with whom else; `said` has just happened."""
    card = sharing.card
    blocks: list[Block] = [section(said), divider()] if said else []
    blocks.append(section(goal_line(card, reader)))
    for person, since in sharing.shared_with:
        words = reader.say(
            N_("*%(name)s* reads it since %(day)s."),
            name=person.name,
            day=since.astimezone(reader.zone).date(),
        )
        button = goal_button(GoalAction.STOP_SHARING, reader, person.id, about=person.name)
        blocks.append(section(words, accessory=button))
    blocks.append(_title(card, reader))
    if not sharing.can_share:
        title = reader.gettext(SHARE.title)
        return View.modal(title, blocks, close=reader.gettext(N_("Close")))
    small = reader.say(
        N_(
            "They see its values, its history and who agreed to it, never what you write for your "
            "manager alone. What Slack has shown them already stays in Slack."
        )
    )
    state = FormState.new(SHARE.name, version=card.version, ids={"goal": card.id})
    return render_form(SHARE, reader, state, intro=blocks, outro=[context(small)])


def _title(card: GoalCard, reader: Reader) -> Block:
    """Whether everybody sees the title, with the button that changes it."""
    if card.title_visible:
        words = N_("Everybody can find its title and align goals of their own to it.")
        action = GoalAction.HIDE_TITLE
    else:
        words = N_("Others don't see that this goal exists. Its title alone can be shown to them.")
        action = GoalAction.SHOW_TITLE
    button = goal_button(action, reader, card.id, about=card.reference)
    return section(reader.say(words), accessory=button)


def title_words(sharing: GoalSharing, reader: Reader) -> Safe:
    if sharing.card.title_visible:
        words = N_("Saved. Everybody sees the title of %(reference)s, and nothing else of it.")
    else:
        words = N_("Saved. The title of %(reference)s is hidden from others again.")
    return reader.say(words, reference=sharing.card.reference)


def shared_words(sharing: GoalSharing, reader: Reader) -> Safe:
    return reader.say(
        N_("Saved. %(reference)s is shared; they are told."), reference=sharing.card.reference
    )


def taken_back_words(reader: Reader) -> Safe:
    return reader.say(N_("Taken back. They can't read it any more."))


def shared_message(notice: GoalSharedNotice, reader: Reader, templates: Templates) -> Message:
    """Tells somebody that a goal is shared with them; once taken back, nothing of the goal."""
    card = notice.card
    rendered = templates.render(
        "goals/shared",
        reader,
        owner=notice.owner.name,
        goal=goal_line(card, reader) if card is not None else None,
    )
    if card is None:
        return rendered.message()
    show, history = (
        goal_button(action, reader, card.id, card.version, about=card.reference)
        for action in (GoalAction.SHOW, GoalAction.HISTORY)
    )
    return rendered.message(actions(show, history))

"""The dialogs about feedback: giving it, keeping a message as feedback, reading it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from domain.feedback import (
    FeedbackAudience,
    FeedbackKind,
    FeedbackRead,
    GiveFeedback,
    SaveFeedback,
)
from domain.goal_commands import PROSE_LIMIT
from messages.blocks import actions, context, section
from messages.elements import Block, Element
from messages.feedback_presses import FeedbackAction, feedback_button
from messages.feedback_words import about_line, kind_promise, opened_line, readers_line
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, ExternalSelect, LongText, Radio, Select, User
from messages.my_data_presses import MyDataAction, my_data_button
from messages.reading import Reader
from messages.rich_text import paragraph, quote, rich_text
from messages.surfaces import View

_ABOUT = User("about", N_("About"))
_KIND = Radio(
    "kind",
    N_("Kind"),
    options=(
        Choice(
            FeedbackKind.SUPPORT.value,
            N_("Support"),
            N_("For their work; never counts in an evaluation."),
        ),
        Choice(FeedbackKind.EVALUATION.value, N_("Evaluation"), N_("May count in an evaluation.")),
    ),
)
_GOAL = ExternalSelect(
    "goal", N_("Goal"), min_query=1, hint=N_("If it is about one. Type a word of its title.")
)
AUDIENCES: Mapping[FeedbackAudience, str] = {
    FeedbackAudience.PERSON: N_("The person"),
    FeedbackAudience.PERSON_AND_MANAGER: N_("The person and their manager"),
    FeedbackAudience.PRIVATE: N_("Only me"),
    FeedbackAudience.HR: N_("HR"),
}


def _audience(*offered: FeedbackAudience) -> Select:
    return Select(
        "visible_to",
        N_("Visible to"),
        options=tuple(Choice(one.value, AUDIENCES[one]) for one in offered),
        hint=N_("Nobody else reads it. Whoever reads it sees your name."),
    )


GIVE = Form(
    name="feedback_give",
    title=N_("Feedback"),
    submit=N_("Send"),
    model=GiveFeedback,
    inputs=(
        _ABOUT,
        LongText("feedback", N_("Feedback"), max_length=PROSE_LIMIT),
        _KIND,
        _audience(*FeedbackAudience),
        _GOAL,
    ),
)

SAVE = Form(
    name="feedback_save",
    title=N_("Save as feedback"),
    submit=N_("Save"),
    model=SaveFeedback,
    inputs=(
        _ABOUT,
        _KIND,
        # Whom it is about is always told, so no other choice would keep its promise.
        _audience(FeedbackAudience.PERSON, FeedbackAudience.PERSON_AND_MANAGER),
        LongText("feedback", N_("Feedback"), max_length=PROSE_LIMIT),
        _GOAL,
    ),
)

FeedbackForm = Form[BaseModel]
FORMS: Mapping[str, FeedbackForm] = {form.name: form for form in (GIVE, SAVE)}


def give_view(reader: Reader, about: str | None, typed: str = "") -> View:
    """*Feedback*, with whom it is about (Slack's id) and what was typed already, if anything."""
    values: dict[str, object] = {"about": about, "visible_to": FeedbackAudience.PERSON}
    if typed:
        values["feedback"] = typed[:PROSE_LIMIT]
    words = reader.say(N_("Whoever opens it is noted, and you can see who has looked."))
    return render_form(
        GIVE, reader, FormState.new(GIVE.name), values=values, intro=(context(words),)
    )


def save_view(reader: Reader, channel: str, ts: str, author: str) -> View:
    """*Save as feedback* for the message that Slack names so, about its author at first."""
    words = reader.say(
        N_(
            "A link to the message is kept, not its text. Its author and the person it is about "
            "are told."
        )
    )
    return render_form(
        SAVE,
        reader,
        FormState.new(SAVE.name, refs={"channel": channel, "ts": ts, "author": author}),
        values={"about": author, "visible_to": FeedbackAudience.PERSON},
        intro=(context(words),),
    )


def read_view(read: FeedbackRead, reader: Reader) -> View:
    """Feedback in a dialog, the only place that shows it."""
    card = read.card
    blocks: list[Block] = [section(about_line(card, reader))]
    if card.goal:
        blocks.append(section(reader.say(N_("About the goal %(goal)s"), goal=card.goal)))
    if card.erased:
        gone = N_("What it said is erased for good. HR can tell why.")
        blocks.append(section(reader.say(gone)))
    if read.words:
        blocks.append(rich_text(quote(read.words)))
    if read.permalink:
        link: Element = {
            "type": "link",
            "url": read.permalink,
            "text": reader.gettext(N_("Open the message")),
        }
        blocks.append(rich_text(paragraph(link)))
    if read.viewer.id != card.giver.id:
        answer = feedback_button(
            FeedbackAction.GIVE, reader, card.giver.id, label=N_("Answer"), about=card.giver.name
        )
        wrong = my_data_button(MyDataAction.CORRECT_FEEDBACK, reader, card.id)
        about_me = [wrong] if card.about.id == read.viewer.id else []
        blocks.append(actions(answer, *about_me))
    small = [kind_promise(card.kind, reader), readers_line(card, reader)]
    if card.readers:
        small.append(opened_line(card, reader))
    if read.viewer.id != card.giver.id:
        small.append(
            reader.say(
                N_("That you opened it is noted, and %(name)s can see it."), name=card.giver.name
            )
        )
    blocks.append(context(*small))
    return View.modal(reader.gettext(N_("Feedback")), blocks, close=reader.gettext(N_("Close")))

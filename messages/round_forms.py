"""The dialogs about rounds: asking, answering, reading what is confidential, the summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel

from domain.goal_commands import PROSE_LIMIT, TITLE_LIMIT
from domain.rounds import (
    FEWEST_FOR_ANONYMITY,
    AnswerRound,
    AnswerScreen,
    ApproveSummary,
    ConfidentialAnswers,
    OpenAnswers,
    OpenRound,
    RoundPlace,
    RoundPlan,
    RoundResult,
)
from messages.blocks import actions, context, section
from messages.elements import Block, Element
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Date, LongText, Text, Tick
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.round_presses import RoundAction, round_button
from messages.round_words import answer_line, draft_summary, question_blocks
from messages.surfaces import View

OPEN = Form(
    name="round_open",
    title=N_("Feedback round"),
    submit=N_("Ask"),
    model=OpenRound,
    inputs=(
        Text("topic", N_("Topic"), max_length=TITLE_LIMIT, placeholder=N_("Release week")),
        LongText(
            "question",
            N_("Question"),
            max_length=PROSE_LIMIT,
            placeholder=N_("What should we keep, what change?"),
        ),
        Date("closes_on", N_("Closes on"), hint=N_("At 17:00 in your own time zone.")),
        Tick(
            "anonymous",
            N_("Anonymous"),
            options=(Choice("yes", N_("People may also answer anonymously")),),
            optional=True,
        ),
    ),
)
_NAMED_ONLY = replace(OPEN, inputs=OPEN.inputs[:-1])

PRIVATE = Form(
    name="round_private",
    title=N_("Answer privately"),
    submit=N_("Send"),
    model=AnswerRound,
    inputs=(LongText("answer", N_("Your answer"), max_length=PROSE_LIMIT),),
)

ANONYMOUS = Form(
    name="round_anonymous",
    title=N_("Answer anonymously"),
    submit=N_("Send"),
    model=AnswerRound,
    inputs=(LongText("answer", N_("Your answer"), max_length=PROSE_LIMIT),),
)

SUMMARY = Form(
    name="round_summary",
    title=N_("Summary"),
    submit=N_("Approve and post"),
    model=ApproveSummary,
    inputs=(LongText("summary", N_("Summary"), max_length=PROSE_LIMIT),),
)

RoundForm = Form[BaseModel]
FORMS: Mapping[str, RoundForm] = {form.name: form for form in (OPEN, PRIVATE, ANONYMOUS, SUMMARY)}
PAGE = 10
USUAL_TIME = timedelta(days=7)


def open_view(plan: RoundPlan, place: RoundPlace, topic: str, reader: Reader) -> View:
    """*Feedback round*; anonymity is offered only where it can hold."""
    form, outro = OPEN, []
    if not plan.can_be_anonymous:
        form = _NAMED_ONLY
        words = reader.say(
            N_(
                "Anonymous answers need at least %(few)s people here who could give one; there are "
                "%(eligible)s, you apart. So answers come under names or to you alone."
            ),
            few=FEWEST_FOR_ANONYMITY,
            eligible=plan.eligible,
        )
        outro = [context(words)]
    state = FormState.new(OPEN.name, refs={"channel": place.channel})
    values: dict[str, object] = {"closes_on": reader.today + USUAL_TIME}
    if topic:
        values["topic"] = topic[:TITLE_LIMIT]
    intro = [context(reader.say(N_("You ask #%(channel)s."), channel=place.name))]
    return render_form(form, reader, state, values=values, intro=intro, outro=outro)


def answer_view(form: RoundForm, screen: AnswerScreen, reader: Reader) -> View:
    """The dialog for an answer, which says who reads it before it is sent."""
    head, facilitator = screen.round, screen.facilitator
    intro = list(question_blocks(head, reader))
    if form.name == ANONYMOUS.name:
        promise = reader.say(
            N_(
                "Your name is not stored with this answer; nobody can look it up, administrators "
                "included. That you took part is noted separately, and erased at closing. "
                "%(name)s gets answers after closing, shuffled, without times, if five or more "
                "people answered; otherwise they are deleted unread. Should %(name)s leave, "
                "whoever takes over the round gets them. You cannot change it later. "
                "Your style or details may still give you away."
            ),
            name=facilitator.name,
        )
    else:
        promise = reader.say(
            N_(
                "Only %(name)s reads this, after closing, with your name; that they opened it is "
                "noted. It never counts in an evaluation. Until closing you can send another, "
                "which replaces it. Should %(name)s leave, it is deleted and you hear of it."
            ),
            name=facilitator.name,
        )
    values: dict[str, object] = {}
    if screen.earlier is not None:
        values["answer"] = screen.earlier
        intro.append(context(reader.say(N_("This is what you sent; you can change it here."))))
    state = FormState.new(form.name, ids={"round": head.id})
    return render_form(form, reader, state, values=values, intro=intro, outro=(context(promise),))


def summary_view(result: RoundResult, reader: Reader) -> View:
    """The draft, to be changed and approved. What is sent is what is posted."""
    words = reader.say(
        N_(
            "Everybody in #%(channel)s reads this, under the question. The draft holds nothing "
            "of private or anonymous answers; you decide what of them is fit to tell."
        ),
        channel=result.round.channel_name,
    )
    state = FormState.new(SUMMARY.name, ids={"round": result.round.id})
    values = {"summary": draft_summary(result, reader)}
    return render_form(SUMMARY, reader, state, values=values, intro=(context(words),))


def confidential_view(answers: ConfidentialAnswers, reader: Reader, start: int = 0) -> View:
    """Private answers by name, then anonymous ones, ten to a page."""
    items = [
        (reader.say(N_("*%(name)s*, privately"), name=author.name), words)
        for author, words in answers.private
    ] + [(reader.say(N_("*Anonymous*")), words) for words in answers.anonymous]
    blocks: list[Block] = []
    for title, words in items[start : start + PAGE]:
        blocks += [section(title), rich_text(quote(words))]
    if not items:
        blocks.append(section(reader.say(N_("There are no private or anonymous answers."))))
    more = round_button(RoundAction.MORE_CONFIDENTIAL, reader, answers.round.id, start + PAGE)
    blocks += _more(more, items, start)
    blocks.append(
        context(reader.say(N_("Only you can read this, and that you opened it is noted.")))
    )
    return _view(blocks, reader)


def open_answers_view(answers: OpenAnswers, reader: Reader, start: int = 0) -> View:
    """The replies of the thread in full, ten to a page."""
    blocks: list[Block] = []
    for answer in answers.answers[start : start + PAGE]:
        blocks.append(section(answer_line(answer, reader)))
        if answer.words:
            blocks.append(rich_text(quote(answer.words)))
    if not answers.answers:
        blocks.append(section(reader.say(N_("Nobody answered in the thread."))))
    more = round_button(RoundAction.MORE_OPEN, reader, answers.round.id, start + PAGE)
    return _view([*blocks, *_more(more, answers.answers, start)], reader)


def _more(more: Element, items: Sequence[object], start: int) -> list[Block]:
    return [actions(more)] if len(items) > start + PAGE else []


def _view(blocks: Sequence[Block], reader: Reader) -> View:
    return View.modal(reader.gettext(N_("Answers")), blocks, close=reader.gettext(N_("Close")))

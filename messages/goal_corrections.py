"""Correcting a goal or a reported value: the dialogs of HR, and what owner and manager are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.goal_commands import PROSE_LIMIT
from domain.goal_corrections import (
    CorrectGoal,
    CorrectValue,
    GoalCorrectedNotice,
    GoalToCorrect,
    ToCorrect,
)
from domain.goal_kinds import GoalKind
from domain.goals import GoalCard, GoalLine, GoalState
from messages.blocks import actions, context, section
from messages.elements import Block, Element
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_forms import (
    AIMS,
    DUE_DATE,
    MEASURE_UNIT,
    TITLE,
    aim_values,
    more_of,
    name_of,
)
from messages.goal_words import change_line, goal_line, measure_text, value_corrected_line
from messages.i18n import N_
from messages.inputs import Choice, LongText, Number, Select
from messages.my_data_presses import MyDataAction, my_data_button
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.shorten import shorten
from messages.surfaces import Message, View
from messages.templates import Templates

_REASON = LongText(
    "reason",
    N_("Reason"),
    max_length=PROSE_LIMIT,
    hint=N_("Whoever can read the goal reads this in its history."),
)
_staying = replace(MEASURE_UNIT, hint=N_("Emptied, it stays as it is."))
CORRECT_GOAL: Mapping[GoalKind, Form[CorrectGoal]] = {
    kind: Form(
        name=name_of("my_correct_goal", kind),
        title=N_("Correct a goal"),
        submit=N_("Correct"),
        model=CorrectGoal,
        inputs=(TITLE, *aim, DUE_DATE, _REASON),
        details=tuple(_staying if one is MEASURE_UNIT else one for one in more_of(kind)),
    )
    for kind, aim in AIMS.items()
}
CORRECT_VALUE = Form(
    name="my_correct_value",
    title=N_("Correct a value"),
    submit=N_("Correct"),
    model=CorrectValue,
    inputs=(
        Select("which", N_("Which value")),
        Number("value", N_("What it should have been")),
        _REASON,
    ),
)
# A message is for knowing; all of a long reason is in the history.
QUOTED = 600


_DISCUSSED = N_(
    "Under discussion: %(owner)s and whoever agrees with them can still change it themselves, with "
    "*Counter*. Please tell them what is wrong."
)
_NOT_AGREED = N_(
    "Never agreed on, so it counts for nothing. %(owner)s can propose it again as it should be."
)


def to_correct_view(found: ToCorrect, reader: Reader) -> View:
    """The goals that a case is about, each with what can be corrected in it."""
    case = found.case
    blocks: list[Block] = []
    for card in found.goals:
        blocks.append(section(goal_line(card, reader)))
        buttons = _buttons(found, card, reader)
        if buttons:
            blocks.append(actions(*buttons))
        if card.id not in found.agreed:
            words = _DISCUSSED if card.state is GoalState.PROPOSED else _NOT_AGREED
            blocks.append(context(reader.say(words, owner=card.owner.name)))
    if not blocks:
        words = N_("There is no goal here that you can correct.")
        blocks.append(section(reader.say(words)))
    if found.more_after is not None:
        more = my_data_button(
            MyDataAction.MORE_TO_CORRECT, reader, case.id, found.more_after, about=case.asker.name
        )
        blocks.append(actions(more))
    return View.modal(
        reader.gettext(N_("Correct a goal")), blocks, close=reader.gettext(N_("Close"))
    )


def _buttons(found: ToCorrect, card: GoalLine, reader: Reader) -> list[Element]:
    wanted = [MyDataAction.FIX_GOAL] if card.id in found.agreed else []
    if card.progress.value is not None:
        wanted.append(MyDataAction.FIX_VALUE)
    return [
        my_data_button(one, reader, found.case.id, card.number, about=card.reference)
        for one in wanted
    ]


def correct_goal_view(found: GoalToCorrect, reader: Reader, state: FormState | None = None) -> View:
    """One goal as it is now, to be put right."""
    card = found.card
    form = CORRECT_GOAL[card.content.kind]
    ids = {"correction": found.case.id, "goal": card.id}
    return render_form(
        form,
        reader,
        state or FormState.new(form.name, version=card.version, ids=ids),
        values=aim_values(card),
        intro=(section(goal_line(card, reader)),),
        outro=(context(_told(card, reader)),),
    )


def value_choices(found: GoalToCorrect, reader: Reader) -> Sequence[Choice]:
    """The latest values, each with when it was reported."""
    unit = found.card.content.measure_unit
    return [
        Choice(
            str(one.id),
            reader.write(
                N_("%(value)s, %(when)s"),
                value=measure_text(one.reading.value, unit, reader),
                when=reader.moment(one.reading.at),
            ),
        )
        for one in found.values
    ]


def correct_value_view(found: GoalToCorrect, reader: Reader) -> View:
    """The values that were reported of one goal, one of which is to be put right."""
    card = found.card
    choices = value_choices(found, reader)
    state = FormState.new(
        CORRECT_VALUE.name,
        version=card.revision,
        ids={"correction": found.case.id, "goal": card.id},
    )
    return render_form(
        CORRECT_VALUE,
        reader,
        state,
        values={"which": choices[0].value},
        choices={"which": choices},
        intro=(section(goal_line(card, reader)),),
        outro=(context(_told(card, reader)),),
    )


def _told(card: GoalCard, reader: Reader) -> Safe:
    return reader.say(
        N_(
            "%(owner)s and their manager are told what you correct and why. What stood there "
            "before is kept in the record."
        ),
        owner=card.owner.name,
    )


def corrected_view(card: GoalCard, correction: UUID, reader: Reader) -> View:
    """What the dialog says once it was sent: the case still waits for its answer."""
    words = reader.say(
        N_("%(reference)s is corrected. %(owner)s and their manager are told. Now you can answer."),
        reference=card.reference,
        owner=card.owner.name,
    )
    answer = my_data_button(
        MyDataAction.ANSWER, reader, correction, style="primary", about=card.reference
    )
    return View.modal(
        reader.gettext(N_("Correct a goal")),
        [section(words), actions(answer)],
        close=reader.gettext(N_("Close")),
    )


def corrected_message(notice: GoalCorrectedNotice, reader: Reader, templates: Templates) -> Message:
    """What was corrected in a goal, by whom and why, for its owner and their manager."""
    card, step = notice.card, notice.step
    rendered = templates.render(
        "goals/corrected",
        reader,
        name=step.actor or "",
        reference=card.reference,
        goal=goal_line(card, reader),
        changes=_changes(notice, reader),
        words=step.reason,
    )
    extra: list[Block] = []
    if step.reason:
        extra.append(rich_text(quote(shorten(step.reason, QUOTED))))
    history = goal_button(GoalAction.HISTORY, reader, card.id, about=card.reference)
    return rendered.message(*extra, actions(history))


def _changes(notice: GoalCorrectedNotice, reader: Reader) -> list[Safe]:
    if notice.value is None:
        return [change_line(one, notice.content, reader) for one in notice.changes]
    return [value_corrected_line(notice.value, notice.content.measure_unit, reader)]

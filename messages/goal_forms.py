"""The dialogs about goals: which input stands for which field of which command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import BaseModel

from domain.goal_commands import (
    PROSE_LIMIT,
    TITLE_LIMIT,
    AskFacilitator,
    CounterGoal,
    DeclineGoal,
    ProposeGoal,
    ReviseGoal,
    UpdateGoal,
)
from domain.goals import Audience, Direction, GoalCard, Rhythm
from domain.measures import Doubt, Measure
from domain.people import Level
from domain.policy import GoalTemplate
from domain.screens import HelpAsked, HelpNote
from messages.blocks import context, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_words import DOUBTED, aim_text, doubt_text, goal_line, measure_text
from messages.i18n import N_
from messages.inputs import Choice, Date, ExternalSelect, LongText, Number, Select, Text, User
from messages.names import NAMES
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.surfaces import View


def _choices(words: type[Level | Direction | Rhythm | Audience]) -> tuple[Choice, ...]:
    return tuple(Choice(word.value, NAMES[word]) for word in words)


TITLE = Text(
    "title", N_("Title"), max_length=TITLE_LIMIT, placeholder=N_("First reply to customers")
)
METRIC = Text(
    "metric", N_("Metric"), max_length=TITLE_LIMIT, placeholder=N_("Median hours to first reply")
)
TARGET = Number("target", N_("Target"), hint=N_("A number, with its unit if you like: 5 h, 20 %."))
DUE_DATE = Date("due_date", N_("Due date"))
WHY = LongText("why", N_("Why it matters"), max_length=PROSE_LIMIT)
MEASURE_UNIT = Text("measure_unit", N_("Unit of measure"), max_length=20, placeholder=N_("h"))
DIRECTION = Select(
    "direction",
    N_("Direction"),
    options=_choices(Direction),
    hint=N_("Leave it empty and it follows from baseline and target."),
)
BASELINE = Number(
    "baseline", N_("Baseline"), hint=N_("Where you start. Without one, the first value is taken.")
)
THRESHOLD = Number(
    "threshold", N_("Threshold"), hint=N_("Where it counts as missed; for a range, its lower end.")
)
STRETCH = Number("stretch", N_("Stretch"), hint=N_("Better than the target, if all goes well."))
START_DATE = Date("start_date", N_("Start date"))

NEW_GOAL = Form(
    name="goal_new",
    title=N_("New goal"),
    submit=N_("Propose"),
    model=ProposeGoal,
    inputs=(TITLE, METRIC, TARGET, DUE_DATE),
    details=(
        Select("template", N_("Template"), options=_choices(Level), dispatch=True),
        WHY,
        MEASURE_UNIT,
        DIRECTION,
        BASELINE,
        THRESHOLD,
        STRETCH,
        START_DATE,
        Select("check_in_every", N_("Check in every"), options=_choices(Rhythm)),
        ExternalSelect("aligned_to", N_("Aligned to"), min_query=1),
        Select(
            "visible_to",
            N_("Visible to"),
            options=tuple(
                Choice(audience.value, NAMES[audience])
                for audience in (Audience.LINE, Audience.NAMED, Audience.UNIT, Audience.EVERYONE)
            ),
        ),
        User(
            "owner",
            N_("For whom"),
            hint=N_("Leave it empty for yourself."),
            dispatch=True,
        ),
    ),
)

_AIM = (TITLE, METRIC, TARGET, DUE_DATE)
_AIM_DETAILS = (MEASURE_UNIT, DIRECTION, BASELINE, THRESHOLD, STRETCH, START_DATE)

COUNTER = Form(
    name="goal_counter",
    title=N_("Counter"),
    submit=N_("Suggest"),
    model=CounterGoal,
    inputs=(TARGET, DUE_DATE, LongText("reason", N_("Reason"), max_length=PROSE_LIMIT)),
    # Both stay as they are unless somebody changes them.
    details=(replace(TITLE, optional=True), replace(METRIC, optional=True), *_AIM_DETAILS),
)

REVISE = Form(
    name="goal_revise",
    title=N_("Propose again"),
    submit=N_("Propose"),
    model=ReviseGoal,
    inputs=_AIM,
    details=(WHY, *_AIM_DETAILS),
)

DECLINE = Form(
    name="goal_decline",
    title=N_("Decline"),
    submit=N_("Decline"),
    model=DeclineGoal,
    inputs=(
        LongText(
            "reason",
            N_("Reason"),
            max_length=PROSE_LIMIT,
            hint=N_("The other side reads this. What would you agree to?"),
        ),
    ),
)

UPDATE = Form(
    name="goal_update",
    title=N_("Update"),
    submit=N_("Save"),
    model=UpdateGoal,
    inputs=(
        Number("value", N_("Value")),
        LongText("note", N_("What changed"), max_length=PROSE_LIMIT),
    ),
)

ASK_FACILITATOR = Form(
    name="goal_ask_facilitator",
    title=N_("Ask a facilitator"),
    submit=N_("Ask"),
    model=AskFacilitator,
    inputs=(
        LongText(
            "note",
            N_("What would help?"),
            max_length=PROSE_LIMIT,
            hint=N_("Only the facilitator reads this. It never counts in an evaluation."),
        ),
    ),
)

GoalForm = Form[BaseModel]

FORMS: Mapping[str, GoalForm] = {
    form.name: form for form in (NEW_GOAL, COUNTER, REVISE, DECLINE, UPDATE, ASK_FACILITATOR)
}


def new_goal_view(reader: Reader, state: FormState, values: Mapping[str, object]) -> View:
    """*New goal*: four inputs; behind *More detail* the level's template is filled in."""
    return render_form(NEW_GOAL, reader, state, values=values, intro=_read_by(reader))


def template_values(level: Level, settings: GoalTemplate) -> dict[str, object]:
    """What the template of a level fills in."""
    return {
        "template": level,
        "check_in_every": settings.rhythm,
        "visible_to": settings.audience,
    }


def _read_by(reader: Reader) -> tuple[Block, ...]:
    words = reader.say(
        N_(
            "Read by you, your managers and deputies, the HR partner and whoever is asked to "
            "decide or help, unless you choose otherwise under *More detail*. It may count in an "
            "evaluation once you both agree."
        )
    )
    return (context(words),)


def aim_values(card: GoalCard) -> dict[str, object]:
    """What a dialog about an existing goal starts from."""
    content = card.content
    return {
        "title": content.title,
        "metric": content.metric,
        "target": content.target.value,
        "due_date": content.due_date,
        "why": content.why,
        "measure_unit": content.measure_unit,
        "direction": content.direction,
        "baseline": _value(content.baseline),
        "threshold": _value(content.threshold),
        "stretch": _value(content.stretch),
        "start_date": content.start_date,
    }


def _value(measure: Measure | None) -> float | None:
    return None if measure is None else measure.value


def goal_view(form: GoalForm, card: GoalCard, reader: Reader, state: FormState) -> View:
    """A dialog about one goal, which is named above its inputs."""
    values = aim_values(card) if form in (COUNTER, REVISE) else {}
    return render_form(
        form, reader, state, values=values, intro=(section(_intro(form, card, reader)),)
    )


def doubted_view(
    form: GoalForm,
    card: GoalCard,
    reader: Reader,
    state: FormState,
    values: Mapping[str, object],
    doubts: Mapping[str, Doubt],
) -> View:
    """The dialog again, with what was typed (`values`) and a question under each doubted number."""
    return render_form(
        form,
        reader,
        state.asked_about({name: doubt.value.value for name, doubt in doubts.items()}),
        values=values,
        intro=(section(reader.say(DOUBTED)), section(_intro(form, card, reader))),
        notes={name: doubt_text(doubt, reader) for name, doubt in doubts.items()},
    )


def _intro(form: GoalForm, card: GoalCard, reader: Reader) -> Safe:
    line = goal_line(card, reader)
    if form is COUNTER:
        more = reader.say(N_("Change what you want to change. Both versions are kept."))
    elif form is UPDATE:
        latest = card.progress.latest
        last = (
            measure_text(latest.value, card.content.measure_unit, reader)
            if latest
            else reader.gettext(N_("none yet"))
        )
        more = reader.say(
            N_(
                "Last value: %(last)s. Target: %(target)s. Whoever can see this goal reads this; "
                "it may count in an evaluation."
            ),
            last=last,
            target=aim_text(card.content, reader),
        )
    elif form is ASK_FACILITATOR:
        more = reader.say(N_("Somebody neutral looks at it with you. The other side is not told."))
    else:
        return line
    return line + Safe("\n") + more


def help_note_view(note: HelpNote, reader: Reader) -> View:
    """What somebody wrote to a facilitator; shown in a dialog only."""
    blocks = [
        section(goal_line(note.card, reader)),
        section(reader.say(N_("*%(name)s writes:*"), name=note.asker.name)),
        rich_text(quote(note.note or reader.gettext(N_("(no note)")))),
        context(
            reader.say(
                N_("Only you can read this, and that you opened it is noted. Please write to them.")
            )
        ),
    ]
    title = reader.gettext(N_("Asked for help"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def help_asked_words(asked: HelpAsked, reader: Reader) -> Safe:
    return reader.say(
        N_("%(name)s is asked to help with %(reference)s. The other side is not told."),
        name=asked.facilitator.name,
        reference=asked.card.reference,
    )

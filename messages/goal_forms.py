"""The dialogs about goals: which input stands for which field of which command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from domain.goal_advice import Advice, Criterion, Strictness
from domain.goal_commands import (
    PROSE_LIMIT,
    TITLE_LIMIT,
    AcceptWithReservation,
    AnswerHelp,
    AskFacilitator,
    CounterGoal,
    DeclineGoal,
    ProposeGoal,
    ReviseGoal,
    UpdateGoal,
)
from domain.goal_kinds import GoalKind
from domain.goal_quality import QualityRules
from domain.goals import Audience, Direction, GoalCard, Rhythm, Side
from domain.measures import Doubt, Measure
from domain.people import Level
from domain.policy import GoalTemplate
from domain.screens import HelpAnswer, HelpAsked, HelpNote
from messages.blocks import context, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_alignment import ALIGNED_TO, CONTRIBUTION, alignment_values
from messages.goal_words import DOUBTED, aim_text, doubt_text, goal_line, measure_text
from messages.i18n import N_
from messages.inputs import (
    Choice,
    Date,
    Input,
    LongText,
    Number,
    Parts,
    Select,
    Text,
    User,
)
from messages.names import NAMES
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.surfaces import View


def _choices(words: type[Level | Direction | Rhythm | Audience | GoalKind]) -> tuple[Choice, ...]:
    return tuple(Choice(word.value, NAMES[word]) for word in words)


PARTS_LIMIT = 1_500
"""So that what was typed can be kept while another kind of goal is looked at."""

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

EXPECTATION = LongText(
    "expectation",
    N_("What I expect"),
    max_length=PROSE_LIMIT,
    hint=N_(
        "Read by whoever the goal is for, whoever agrees to it, and HR; kept with this version."
    ),
)
OWN_CAPACITY = LongText(
    "own_capacity",
    N_("What I can take on"),
    max_length=PROSE_LIMIT,
    hint=N_("Read by whoever agrees to the goal and HR; kept with this version."),
)
INTEREST = LongText(
    "interest",
    N_("What I would like to learn"),
    max_length=PROSE_LIMIT,
    hint=N_("Read by whoever agrees to the goal and HR; kept with this version."),
)
_SAID = (EXPECTATION, OWN_CAPACITY, INTEREST)


def _of_side(form: GoalForm, side: Side | None) -> GoalForm:
    """The form with what that side may say, and without what is the other one's to say."""
    mine = {Side.OWNER: (OWN_CAPACITY, INTEREST), Side.OTHER: (EXPECTATION,)}.get(
        side or Side.OWNER
    )
    details = [one for one in form.details if one not in _SAID or one in (mine or ())]
    return replace(form, details=details)


KIND = Select("kind", N_("Kind of goal"), options=_choices(GoalKind), dispatch=True)
OF_ONE_NUMBER = (MEASURE_UNIT, DIRECTION, BASELINE, THRESHOLD, STRETCH)
_AROUND = (
    Select("check_in_every", N_("Check in every"), options=_choices(Rhythm), refilled=True),
    ALIGNED_TO,
    CONTRIBUTION,
    Select(
        "visible_to",
        N_("Visible to"),
        options=tuple(
            Choice(audience.value, NAMES[audience])
            for audience in (Audience.LINE, Audience.NAMED, Audience.UNIT, Audience.EVERYONE)
        ),
        refilled=True,
    ),
    User("owner", N_("For whom"), hint=N_("Leave it empty for yourself."), dispatch=True),
)
_TEMPLATE = Select(
    "template", N_("Template"), options=_choices(Level), refilled=True, dispatch=True
)

# What each kind asks for at first, and what waits.
AIMS: Mapping[GoalKind, tuple[Input, ...]] = {
    GoalKind.KPI: (METRIC, TARGET),
    GoalKind.OKR: (
        Parts(
            "parts",
            N_("Key results"),
            measured=True,
            optional=False,
            max_length=PARTS_LIMIT,
            placeholder=N_("Median hours to first reply: 9 h → 5 h"),
            hint=N_("One in each line, ten at most: what it is, a colon, from where to where."),
        ),
    ),
    GoalKind.MILESTONE: (
        Parts(
            "parts",
            N_("Milestones"),
            optional=False,
            max_length=PARTS_LIMIT,
            placeholder=N_("Contract signed"),
            hint=N_("One in each line, ten at most."),
        ),
    ),
    GoalKind.DEVELOPMENT: (
        Text(
            "metric",
            N_("What will show it"),
            max_length=TITLE_LIMIT,
            placeholder=N_("I lead the next review on my own"),
        ),
    ),
}


def name_of(base: str, kind: GoalKind) -> str:
    """The name of a form for a kind of goal: the one for a number has the bare one."""
    return base if kind is GoalKind.KPI else f"{base}_{kind}"


def more_of(kind: GoalKind) -> tuple[Input, ...]:
    """What of its aim waits behind *More detail*."""
    return (*(OF_ONE_NUMBER if kind is GoalKind.KPI else ()), START_DATE)


NEW: Mapping[GoalKind, Form[ProposeGoal]] = {
    kind: Form(
        name=name_of("goal_new", kind),
        title=N_("New goal"),
        submit=N_("Propose"),
        model=ProposeGoal,
        inputs=(TITLE, *aim, DUE_DATE),
        details=(KIND, _TEMPLATE, WHY, *_SAID, *more_of(kind), *_AROUND),
    )
    for kind, aim in AIMS.items()
}
_COUNTERS: Mapping[GoalKind, Form[CounterGoal]] = {
    kind: Form(
        name=name_of("goal_counter", kind),
        title=N_("Counter"),
        submit=N_("Suggest"),
        model=CounterGoal,
        inputs=(
            *(one for one in aim if one.name != "metric"),
            DUE_DATE,
            LongText("reason", N_("Reason"), max_length=PROSE_LIMIT),
        ),
        # Both stay as they are unless somebody changes them.
        details=(
            replace(TITLE, optional=True),
            *(replace(one, optional=True) for one in aim if one.name == "metric"),
            WHY,
            *_SAID,
            *more_of(kind),
        ),
    )
    for kind, aim in AIMS.items()
}
_REVISIONS: Mapping[GoalKind, Form[ReviseGoal]] = {
    kind: Form(
        name=name_of("goal_revise", kind),
        title=N_("Propose again"),
        submit=N_("Propose"),
        model=ReviseGoal,
        inputs=(TITLE, *aim, DUE_DATE),
        details=(WHY, *more_of(kind), ALIGNED_TO, CONTRIBUTION),
    )
    for kind, aim in AIMS.items()
}
NEW_GOAL, COUNTER, REVISE = (forms[GoalKind.KPI] for forms in (NEW, _COUNTERS, _REVISIONS))

RESERVE = Form(
    name="goal_reserve",
    title=N_("Accept with reservation"),
    submit=N_("Accept"),
    model=AcceptWithReservation,
    inputs=(
        LongText(
            "reservation",
            N_("Reservation"),
            max_length=PROSE_LIMIT,
            hint=N_("What do you doubt, or need, so that this can succeed?"),
        ),
    ),
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
            hint=N_("Only whoever is asked reads this. It never counts in an evaluation."),
        ),
        User(
            "helper",
            N_("Whom"),
            hint=N_(
                "A facilitator, somebody in HR, or a colleague who leads neither of you. Leave it "
                "empty for the facilitator who has most time."
            ),
        ),
    ),
)

ANSWER_HELP = Form(
    name="goal_answer_help",
    title=N_("Answer privately"),
    submit=N_("Send"),
    model=AnswerHelp,
    inputs=(
        LongText(
            "answer",
            N_("Your answer"),
            max_length=PROSE_LIMIT,
            hint=N_("Only whoever asked you reads this. It never counts in an evaluation."),
        ),
    ),
)

GoalForm = Form[BaseModel]

_BY_KIND: tuple[Mapping[GoalKind, GoalForm], ...] = (NEW, _COUNTERS, _REVISIONS)
_KINDS: Mapping[str, GoalKind] = {
    form.name: kind for forms in _BY_KIND for kind, form in forms.items()
}
_BASES: Mapping[str, GoalForm] = {
    form.name: forms[GoalKind.KPI] for forms in _BY_KIND for form in forms.values()
}
FORMS: Mapping[str, GoalForm] = {
    form.name: form
    for form in (
        *(form for forms in _BY_KIND for form in forms.values()),
        *(RESERVE, DECLINE, UPDATE, ASK_FACILITATOR, ANSWER_HELP),
    )
}


def base_of(form: GoalForm) -> GoalForm:
    """What the dialog is for, whatever the kind of goal: `NEW_GOAL`, `COUNTER`, `UPDATE` …"""
    return _BASES.get(form.name, form)


def kind_of(form: GoalForm) -> GoalKind | None:
    """The kind of goal that a dialog asks for; None where that is all one."""
    return _KINDS.get(form.name)


def of_kind(form: GoalForm, kind: GoalKind) -> GoalForm:
    """The dialog for the same, for that kind of goal."""
    base = base_of(form)
    return next((forms[kind] for forms in _BY_KIND if forms[GoalKind.KPI] is base), form)


def new_goal_view(
    reader: Reader,
    state: FormState,
    values: Mapping[str, object],
    quality: QualityRules,
    kinds: Sequence[GoalKind],
) -> View:
    """*New goal*: few inputs; behind *More detail* the level's template is filled in.

    What the rules ask for stands under its input.
    """
    form = FORMS[state.form]
    return render_form(
        _of_side(form, Side.OTHER if values.get("owner") else Side.OWNER),
        reader,
        state,
        values={"kind": kind_of(form), **values},
        choices={
            "kind": [Choice(one.value, reader.gettext(NAMES[one])) for one in dict.fromkeys(kinds)]
        },
        intro=_read_by(reader),
        notes=quality_notes(quality, kind_of(form) or GoalKind.KPI, reader),
    )


def template_values(level: Level, settings: GoalTemplate) -> dict[str, object]:
    """What the template of a level fills in."""
    return {
        "template": level,
        "check_in_every": settings.rhythm,
        "visible_to": settings.audience,
    }


ADVICE: Mapping[Criterion, str] = {
    Criterion.TIME_BOUND: N_("due within %(months)s months; else set the first part of the way"),
    Criterion.MEASURABLE: N_("say where it starts, for example 9 h for a target of 5 h"),
    Criterion.ALIGNED: N_("say which goal it serves, for example one of your manager's"),
    Criterion.REASONED: N_("say why it matters, for example: customers who wait a day leave"),
}
_STRICTNESS = {
    Strictness.REQUIRED: N_("Our rules ask for this: %(advice)s."),
    Strictness.ADVISED: N_("Good to have: %(advice)s."),
}


def quality_notes(quality: QualityRules, kind: GoalKind, reader: Reader) -> dict[str, str]:
    """By input, what the rules ask for or advise there."""
    return {
        one.field: reader.write(_STRICTNESS[one.strictness], advice=advice_text(one, reader))
        for one in quality.told(kind)
    }


def advice_text(advice: Advice, reader: Reader) -> str:
    return reader.write(ADVICE[advice.criterion], months=reader.number(advice.months))


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
        "parts": content.parts or None,
    }


def copied_values(card: GoalCard, reader: Reader) -> dict[str, object]:
    """What a new goal takes over from an earlier one: not its days, unless they are to come."""
    values = aim_values(card)
    del values["start_date"]
    if card.content.due_date < reader.today:
        del values["due_date"]
    if card.aligned is not None and card.content.aligned_to is not None:
        served = f"{card.aligned.reference} {card.aligned.title}"
        values["aligned_to"] = Choice(str(card.content.aligned_to), served)
    return {name: value for name, value in values.items() if value is not None}


def _value(measure: Measure | None) -> float | None:
    return None if measure is None else measure.value


def goal_view(form: GoalForm, card: GoalCard, reader: Reader, state: FormState) -> View:
    """A dialog about one goal, which is named above its inputs."""
    values = aim_values(card) if base_of(form) in (COUNTER, REVISE) else {}
    if base_of(form) is REVISE:
        values |= alignment_values(card, reader)
    return render_form(
        _of_side(form, card.viewer_side),
        reader,
        state,
        values=values,
        intro=(section(_intro(form, card, reader)),),
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
    if base_of(form) is COUNTER:
        more = reader.say(N_("Change what you want to change. Both versions are kept."))
    elif form is UPDATE:
        latest = card.latest
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
    elif form is RESERVE:
        more = reader.say(
            N_(
                "The goal counts as with *Accept*. What you write stays with the agreement: you, "
                "your manager and your HR partner read it, and you can withdraw it at any time."
            )
        )
    elif form is ASK_FACILITATOR:
        more = reader.say(N_("Somebody neutral looks at it with you. The other side is not told."))
    else:
        return line
    return line + Safe("\n") + more


def help_note_view(note: HelpNote, reader: Reader) -> View:
    """What somebody wrote to a neutral person; shown in a dialog only."""
    blocks = [
        section(goal_line(note.card, reader)),
        section(reader.say(N_("*%(name)s writes:*"), name=note.asker.name)),
        rich_text(quote(note.note or reader.gettext(N_("(no note)")))),
        context(
            reader.say(
                N_(
                    "Only you can read this, and that you opened it is noted. Please write to "
                    "them, or *Answer privately*."
                )
            )
        ),
    ]
    title = reader.gettext(N_("Asked for help"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def answer_help_view(note: HelpNote, reader: Reader) -> View:
    """The dialog in which a neutral person answers whoever asked them."""
    state = FormState.new(ANSWER_HELP.name, ids={"request": note.request})
    intro = (
        section(goal_line(note.card, reader)),
        section(reader.say(N_("*%(name)s writes:*"), name=note.asker.name)),
        rich_text(quote(note.note or reader.gettext(N_("(no note)")))),
    )
    return render_form(ANSWER_HELP, reader, state, intro=intro)


def help_answer_view(answer: HelpAnswer, reader: Reader) -> View:
    """What the neutral person answered; shown in a dialog only."""
    blocks = [
        section(goal_line(answer.card, reader)),
        section(reader.say(N_("*%(name)s writes:*"), name=answer.helper.name)),
        rich_text(quote(answer.words or reader.gettext(N_("(no note)")))),
        context(reader.say(N_("Only you can read this, and that you opened it is noted."))),
    ]
    title = reader.gettext(N_("Private answer"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def help_answered_words(note: HelpNote, reader: Reader) -> Safe:
    return reader.say(
        N_("Sent. Only %(name)s can read it; the other side is not told."), name=note.asker.name
    )


def help_asked_words(asked: HelpAsked, reader: Reader) -> Safe:
    return reader.say(
        N_("%(name)s is asked to help with %(reference)s. The other side is not told."),
        name=asked.facilitator.name,
        reference=asked.card.reference,
    )

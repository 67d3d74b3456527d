"""Asking for a change of an active goal: the dialogs, which show what is to change and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.change_requests import (
    AskChange,
    ChangeCard,
    ChangeKind,
    ChangeRules,
    CounterChange,
    DeclineChange,
    Ground,
    What,
)
from domain.goal_commands import PROSE_LIMIT
from domain.goal_kinds import WITH_PARTS, GoalKind
from domain.goals import GoalCard
from messages.blocks import context, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_forms import (
    AIMS,
    DUE_DATE,
    OF_ONE_NUMBER,
    START_DATE,
    TITLE,
    GoalForm,
    aim_values,
)
from messages.goal_words import goal_line
from messages.i18n import N_
from messages.inputs import Choice, Date, Input, LongText, Select, Text
from messages.names import NAMES
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import View

_WHAT: Mapping[What, str] = {
    What.AIM: N_("Target"),
    What.DUE_DATE: N_("Due date"),
    What.BOTH: N_("Target and due date"),
    What.MORE: N_("Something else, too"),
}
_OF_PARTS: Mapping[GoalKind, Mapping[What, str]] = {
    GoalKind.OKR: {
        What.AIM: N_("Key results"),
        What.BOTH: N_("Key results and due date"),
    },
    GoalKind.MILESTONE: {
        What.AIM: N_("Milestones"),
        What.BOTH: N_("Milestones and due date"),
    },
    GoalKind.DEVELOPMENT: {
        What.AIM: N_("What will show it"),
        What.BOTH: N_("What will show it, and due date"),
    },
}
_WHAT_INPUT = Select(
    "what",
    N_("What changes"),
    options=tuple(Choice(one.value, words) for one, words in _WHAT.items()),
    optional=False,
    dispatch=True,
)
_GROUNDS = (
    Select(
        "change_kind",
        N_("Kind"),
        options=tuple(Choice(kind.value, NAMES[kind]) for kind in ChangeKind),
        optional=True,
        hint=N_("Leave it empty and it follows from how far target and date move."),
    ),
    LongText(
        "reason",
        N_("Reason"),
        max_length=PROSE_LIMIT,
        hint=N_("Whoever can read the goal reads this in its history."),
    ),
    Select(
        "ground",
        N_("What is different around it?"),
        options=tuple(Choice(ground.value, NAMES[ground]) for ground in Ground),
        hint=N_("A target or a date moves only where scope, resources or the market have."),
    ),
    LongText(
        "evidence",
        N_("Evidence"),
        max_length=PROSE_LIMIT,
        hint=N_("What shows it, so that others can look it up. The other side reads this."),
    ),
    Text("link", N_("Link"), max_length=500, hint=N_("Where it can be looked up.")),
    Date(
        "effective_on",
        N_("Counts from"),
        hint=N_("Leave it empty and it counts from when you all agree."),
    ),
)


def _aim(kind: GoalKind) -> tuple[Input, ...]:
    """What a target is of that kind; a metric can stay as it is."""
    return tuple(
        replace(one, optional=True) if one.name == "metric" and kind is GoalKind.KPI else one
        for one in AIMS[kind]
    )


def _inputs(kind: GoalKind) -> tuple[Input, ...]:
    more = OF_ONE_NUMBER if kind is GoalKind.KPI else ()
    return (
        _WHAT_INPUT,
        replace(TITLE, optional=True),
        *_aim(kind),
        DUE_DATE,
        *more,
        START_DATE,
        *_GROUNDS,
    )


def _name(base: str, kind: GoalKind) -> str:
    return base if kind is GoalKind.KPI else f"{base}_{kind}"


ASKS: Mapping[GoalKind, Form[AskChange]] = {
    kind: Form(
        name=_name("goal_change", kind),
        title=N_("Change request"),
        submit=N_("Ask"),
        model=AskChange,
        inputs=_inputs(kind),
    )
    for kind in GoalKind
}
COUNTERS: Mapping[GoalKind, Form[CounterChange]] = {
    kind: Form(
        name=_name("goal_counter_change", kind),
        title=N_("Counter"),
        submit=N_("Suggest"),
        model=CounterChange,
        inputs=_inputs(kind),
    )
    for kind in GoalKind
}
DECLINE_CHANGE = Form(
    name="goal_decline_change",
    title=N_("Decline"),
    submit=N_("Decline"),
    model=DeclineChange,
    inputs=(
        LongText(
            "reason",
            N_("Reason"),
            max_length=PROSE_LIMIT,
            hint=N_("The other side reads this. What would you agree to?"),
        ),
    ),
)
FORMS: Mapping[str, GoalForm] = {
    form.name: form for form in (*ASKS.values(), *COUNTERS.values(), DECLINE_CHANGE)
}
KINDS: Mapping[str, GoalKind] = {
    form.name: kind for forms in (ASKS, COUNTERS) for kind, form in forms.items()
}


def ask_view(
    card: GoalCard,
    rules: ChangeRules,
    reader: Reader,
    state: FormState | None = None,
    typed: Mapping[str, object] | None = None,
) -> View:
    """*Change request*, filled with the goal as it is."""
    kind = card.content.kind
    state = state or FormState.new(ASKS[kind].name, version=card.version, ids={"goal": card.id})
    return _view(
        ASKS[kind], kind, card, rules, reader, state, {**aim_values(card), **(typed or {})}
    )


def counter_view(
    change: ChangeCard,
    rules: ChangeRules,
    reader: Reader,
    state: FormState | None = None,
    typed: Mapping[str, object] | None = None,
) -> View:
    """*Counter*, filled with what is on the table."""
    kind = change.content.kind
    wanted = replace(change.goal, content=change.content)
    state = state or FormState.new(
        COUNTERS[kind].name, version=change.terms.number, ids={"change": change.id}
    )
    values = {
        **aim_values(wanted),
        "ground": change.terms.ground,
        "evidence": change.terms.evidence,
        "link": change.terms.link,
        "effective_on": change.terms.effective_on,
        "what": What.MORE.value,
        **(typed or {}),
    }
    return _view(COUNTERS[kind], kind, change.goal, rules, reader, state, values)


def _view(
    form: GoalForm,
    kind: GoalKind,
    card: GoalCard,
    rules: ChangeRules,
    reader: Reader,
    state: FormState,
    values: Mapping[str, object],
) -> View:
    what = _chosen(values.get("what"))
    words = {**_WHAT, **_OF_PARTS.get(kind, {})}
    choices = [Choice(one.value, reader.gettext(label)) for one, label in words.items()]
    return render_form(
        replace(form, inputs=_shown(form, kind, what)),
        reader,
        state,
        values={**values, "what": what.value},
        choices={"what": choices},
        intro=_intro(card, rules, reader),
    )


def _chosen(value: object) -> What:
    """What is chosen in the dialog, else the target alone."""
    plain = value.value if isinstance(value, Choice) else value
    return next((one for one in What if one.value == plain), What.AIM)


def _shown(form: GoalForm, kind: GoalKind, what: What) -> tuple[Input, ...]:
    """The inputs for that part of the goal, and those for why it changes."""
    aim = {one.name for one in AIMS[kind] if one.name != "metric" or kind not in _ASKS_TARGET}
    wanted = {
        What.AIM: aim,
        What.DUE_DATE: {"due_date"},
        What.BOTH: {*aim, "due_date"},
        What.MORE: {one.name for one in form.inputs},
    }[what]
    always = {"what", *(one.name for one in _GROUNDS)}
    return tuple(one for one in form.inputs if one.name in wanted | always)


_ASKS_TARGET = frozenset({GoalKind.KPI, *WITH_PARTS})
"""Kinds whose metric is one thing and the target another."""


def _intro(card: GoalCard, rules: ChangeRules, reader: Reader) -> tuple[Block, ...]:
    line = goal_line(card, reader)
    stays = reader.say(
        N_("It stays as it is until everybody has agreed. What was agreed before is kept.")
    )
    told = reader.say(
        N_(
            "A target that moves by up to %(share)s of its way, and a date by up to %(days)s days, "
            "is a tactical adjustment: the two of you agree. More is a formal renegotiation, which "
            "others approve, too."
        ),
        share=reader.percent(rules.percent / 100),
        days=rules.days,
    )
    return section(line + Safe("\n") + stays), context(told)


def decline_view(change: ChangeCard, reader: Reader) -> View:
    state = FormState.new(
        DECLINE_CHANGE.name, version=change.terms.number, ids={"change": change.id}
    )
    return render_form(
        DECLINE_CHANGE, reader, state, intro=(section(goal_line(change.goal, reader)),)
    )

"""The dialog *New cycle*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.cycles import (
    ChangeCycle,
    CycleKind,
    CycleToChange,
    NewCycle,
    PhasePlan,
    WithdrawCycle,
    default_phases,
    next_quarter,
)
from messages.blocks import context, section
from messages.cycle_words import KINDS
from messages.cycles import told_words
from messages.elements import option
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import (
    Answer,
    Choice,
    Date,
    ExternalSelect,
    InputError,
    LongText,
    Phases,
    Select,
    Text,
)
from messages.reading import Reader
from messages.surfaces import View

_UNIT = ExternalSelect(
    "org_unit",
    N_("Unit"),
    hint=N_("Whose rhythm it is."),
    optional=False,
    min_query=0,
)

NEW = Form(
    name="cycle_new",
    title=N_("New cycle"),
    submit=N_("Set up"),
    model=NewCycle,
    inputs=(
        Text("name", N_("Name"), placeholder=N_("Goals for January to March")),
        Date("starts", N_("Starts"), dispatch=True),
        Date("ends", N_("Ends"), dispatch=True),
        Select(
            "kind",
            N_("Kind"),
            options=tuple(Choice(kind.value, KINDS[kind]) for kind in CycleKind),
            dispatch=True,
        ),
        _UNIT,
        Phases(
            "phases",
            N_("Phases"),
            hint=N_(
                "A line for each: what is asked (Set goals or Check in), a name if you like, first "
                "and last day."
            ),
        ),
    ),
    renewed=("phases",),
)
# All other kinds concern everybody.
_WITHOUT_UNIT = replace(NEW, inputs=tuple(one for one in NEW.inputs if one is not _UNIT))

CHANGE = Form(
    name="cycle_change",
    title=N_("Change the cycle"),
    submit=N_("Save"),
    model=ChangeCycle,
    inputs=tuple(one for one in _WITHOUT_UNIT.inputs if one.name != "kind"),
    renewed=NEW.renewed,
)

WITHDRAW = Form(
    name="cycle_withdraw",
    title=N_("Withdraw the cycle"),
    submit=N_("Withdraw"),
    model=WithdrawCycle,
    inputs=(
        LongText(
            "reason",
            N_("Reason"),
            max_length=500,
            hint=N_("Everybody who was told of this cycle reads it."),
        ),
    ),
)


def new_view(reader: Reader, today: date) -> View:
    """The dialog with the next quarter filled in."""
    starts, ends = next_quarter(today)
    values: dict[str, object] = {"starts": starts, "ends": ends, "kind": CycleKind.QUARTERLY}
    return _view(reader, FormState.new(NEW.name), values)


def changed_view(reader: Reader, state: FormState, typed: Mapping[str, object]) -> View:
    """The same after its dates or its kind changed: phases that nobody touched follow.

    For days that no cycle can have they stay as they are. A unit's own rhythm asks for the unit.
    """
    kept = _as_typed(typed) != shown_phases(state) or not _proposed(_kind(typed), typed)
    return _view(reader, state if kept else state.reset(), typed, keep_phases=kept)


def _view(
    reader: Reader, state: FormState, values: Mapping[str, object], *, keep_phases: bool = False
) -> View:
    starts, ends, kind = values.get("starts"), values.get("ends"), _kind(values)
    filled = dict(values)
    if not keep_phases and isinstance(starts, date) and isinstance(ends, date):
        filled["phases"] = _proposed(kind, values)
        refs = {"starts": starts.isoformat(), "ends": ends.isoformat(), "kind": kind.value}
        state = state.model_copy(update={"refs": refs})
    outro = context(
        reader.say(N_("Everybody sees cycles and their phases. Announce them: `/cycle announce`."))
    )
    form = NEW if kind is CycleKind.UNIT else _WITHOUT_UNIT
    return render_form(form, reader, state, values=filled, outro=[outro])


def change_view(found: CycleToChange, reader: Reader) -> View:
    """The cycle as it is. While its phases are the usual ones, they follow its days."""
    cycle = found.cycle
    plans = tuple(phase.plan for phase in cycle.phases)
    refs = {"kind": cycle.kind.value}
    if plans == default_phases(cycle.kind, cycle.starts, cycle.ends):
        refs |= {"starts": cycle.starts.isoformat(), "ends": cycle.ends.isoformat()}
    state = FormState.new(CHANGE.name, version=cycle.version, ids={"cycle": cycle.id}, refs=refs)
    values: dict[str, object] = {
        "name": cycle.name,
        "starts": cycle.starts,
        "ends": cycle.ends,
        "phases": plans,
    }
    return _changing(found, reader, state, values)


def rechanged_view(
    found: CycleToChange, reader: Reader, state: FormState, typed: Mapping[str, object]
) -> View:
    """The same after its dates changed: phases that nobody touched follow."""
    shown, values = shown_phases(state), dict(typed)
    starts, ends = values.get("starts"), values.get("ends")
    proposed = _proposed(found.cycle.kind, typed)
    follows = shown and proposed and _as_typed(typed) == shown
    if follows and isinstance(starts, date) and isinstance(ends, date):
        values["phases"] = proposed
        refs = {**state.refs, "starts": starts.isoformat(), "ends": ends.isoformat()}
        state = state.reset().model_copy(update={"refs": refs})
    return _changing(found, reader, state, values)


def _changing(
    found: CycleToChange, reader: Reader, state: FormState, values: Mapping[str, object]
) -> View:
    intro = [context(told_words(found.told, reader, saved=False))] if found.told else []
    return render_form(CHANGE, reader, state, values=values, intro=intro)


def withdraw_view(found: CycleToChange, reader: Reader) -> View:
    """What withdrawing does, and the field for why."""
    words = reader.say(
        N_(
            "*%(name)s* disappears from the list, and announcements of it that are under way stop. "
            "Messages about it change where they are and say why; nobody is notified. This can't "
            "be taken back. Goals that people have set stay as they are."
        ),
        name=found.cycle.name,
    )
    state = FormState.new(WITHDRAW.name, ids={"cycle": found.cycle.id})
    return render_form(WITHDRAW, reader, state, intro=[section(words)])


def _proposed(kind: CycleKind, values: Mapping[str, object]) -> tuple[PhasePlan, ...]:
    """The usual phases of the chosen days; nothing where no cycle can have them."""
    starts, ends = values.get("starts"), values.get("ends")
    if not isinstance(starts, date) or not isinstance(ends, date):
        return ()
    return default_phases(kind, starts, ends)


def _kind(values: Mapping[str, object]) -> CycleKind:
    chosen = values.get("kind")
    value = chosen.value if isinstance(chosen, Choice) else str(chosen)
    return CycleKind(value) if value in set(CycleKind) else CycleKind.QUARTERLY


def _as_typed(typed: Mapping[str, object]) -> tuple[PhasePlan, ...]:
    """The phases in the dialog; nothing for lines that cannot be read."""
    text = typed.get("phases")
    try:
        read = Phases("phases", "").read(Answer({"value": text}))
    except InputError:
        return ()
    found = read.get("phases")
    return tuple(PhasePlan.model_validate(one) for one in found) if isinstance(found, list) else ()


def shown_phases(state: FormState) -> tuple[PhasePlan, ...]:
    """The phases that the dialog filled in by itself."""
    try:
        starts = date.fromisoformat(state.refs.get("starts", ""))
        ends = date.fromisoformat(state.refs.get("ends", ""))
        return default_phases(CycleKind(state.refs.get("kind", "")), starts, ends)
    except ValueError:
        return ()


def unit_options(units: list[tuple[UUID, str]]) -> dict[str, object]:
    """Slack's answer to a search for a unit."""
    return {"options": [option(str(unit), path) for unit, path in units]}

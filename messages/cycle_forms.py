"""The dialog *New cycle*."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from domain.cycles import CycleKind, NewCycle, PhasePlan, default_phases, next_quarter
from messages.blocks import context
from messages.cycle_words import KINDS
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
    Phases,
    Select,
    Text,
)
from messages.reading import Reader
from messages.surfaces import View

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
        Phases(
            "phases",
            N_("Phases"),
            hint=N_(
                "A line for each: what is asked (Set goals or Check in), a name if you like, first "
                "and last day."
            ),
        ),
    ),
    details=(
        ExternalSelect(
            "org_unit",
            N_("Unit"),
            hint=N_("For a unit's own rhythm: whose it is."),
            min_query=0,
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

    A unit's own rhythm asks for the unit.
    """
    if _kind(typed) is CycleKind.UNIT:
        state = state.expand()
    kept = _as_typed(typed) != shown_phases(state)
    return _view(reader, state if kept else state.reset(), typed, keep_phases=kept)


def _view(
    reader: Reader, state: FormState, values: Mapping[str, object], *, keep_phases: bool = False
) -> View:
    starts, ends, kind = values.get("starts"), values.get("ends"), _kind(values)
    filled = dict(values)
    if not keep_phases and isinstance(starts, date) and isinstance(ends, date):
        filled["phases"] = default_phases(kind, starts, ends)
        refs = {"starts": starts.isoformat(), "ends": ends.isoformat(), "kind": kind.value}
        state = state.model_copy(update={"refs": refs})
    outro = context(
        reader.say(N_("Everybody sees cycles and their phases. Announce them: `/cycle announce`."))
    )
    return render_form(NEW, reader, state, values=filled, outro=[outro])


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

"""Words about cycles, phases and audiences, alike in dialogs and messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.announcements import AudienceRule, Reach, Timing
from domain.cycles import CycleHead, CycleKind, Phase, PhaseAct, PhasePlan
from messages.i18n import N_
from messages.reading import Reader
from messages.safe import Safe

KINDS: Mapping[CycleKind, str] = {
    CycleKind.ANNUAL: N_("Annual, with quarterly check-ins"),
    CycleKind.QUARTERLY: N_("Quarterly"),
    CycleKind.CONTINUOUS: N_("Continuous"),
    CycleKind.UNIT: N_("A unit's own rhythm"),
}
ACTS: Mapping[PhaseAct, str] = {
    PhaseAct.SET_GOALS: N_("Set goals"),
    PhaseAct.CHECK_IN: N_("Check in"),
}
REACHES: Mapping[Reach, str] = {
    Reach.EVERYONE: N_("Everyone"),
    Reach.UNIT: N_("Unit"),
    Reach.REGION: N_("Region"),
}
TIMINGS: Mapping[Timing, str] = {
    Timing.NOW: N_("Now"),
    Timing.START_OF_DAY: N_("At start of day"),
    Timing.AT: N_("At a time"),
}


def phase_name(phase: Phase | PhasePlan, reader: Reader) -> str:
    """Its own name, else the act's."""
    return phase.name or reader.gettext(ACTS[phase.act])


def phase_title(phase: Phase, reader: Reader) -> str:
    """`Goals Q1: Set goals, until 31 January`, as plain text; no day once it is withdrawn."""
    if phase.withdrawn is not None:
        return reader.write(
            N_("%(cycle)s: %(phase)s"), cycle=phase.cycle_name, phase=phase_name(phase, reader)
        )
    return reader.write(
        N_("%(cycle)s: %(phase)s, until %(day)s"),
        cycle=phase.cycle_name,
        phase=phase_name(phase, reader),
        day=phase.ends,
    )


def phase_span(phase: Phase, reader: Reader) -> str:
    return reader.write(
        N_("%(phase)s: %(starts)s to %(ends)s"),
        phase=phase_name(phase, reader),
        starts=phase.starts,
        ends=phase.ends,
    )


def audience_name(rule: AudienceRule, place: str | None, reader: Reader) -> str:
    """Whom it is for, before anybody is left out."""
    match rule.reach:
        case Reach.EVERYONE:
            return reader.gettext(REACHES[Reach.EVERYONE])
        case Reach.UNIT:
            return place or reader.gettext(REACHES[Reach.UNIT])
        case Reach.REGION:
            return rule.region or reader.gettext(REACHES[Reach.REGION])


def cycle_lines(cycle: CycleHead, today: date, reader: Reader) -> Safe:
    """A cycle with its phases; the present one stands out."""
    head = reader.say(
        N_("*%(name)s* · %(kind)s · %(starts)s to %(ends)s"),
        name=cycle.name,
        kind=cycle.org_unit or reader.gettext(KINDS[cycle.kind]),
        starts=cycle.starts,
        ends=cycle.ends,
    )
    present = cycle.phase_on(today)
    lines = []
    for phase in cycle.phases:
        span = phase_span(phase, reader)
        words = N_("• *%(span)s* (now)") if phase == present else N_("• %(span)s")
        lines.append(reader.say(words, span=span))
    return Safe("\n").join([head, *lines])

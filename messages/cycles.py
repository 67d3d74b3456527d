"""What people read about cycles: which there are, and what is asked of them now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.cycles import CycleHead, CycleList, CycleToChange, Phase, PhaseAct
from messages.blocks import actions, section
from messages.checkin_presses import CheckInAction, checkin_button
from messages.cycle_presses import CycleAction, cycle_button
from messages.cycle_words import cycle_lines, phase_name, phase_span, phase_title
from messages.elements import Block, Element
from messages.i18n import N_
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message


def cycles_message(found: CycleList, reader: Reader) -> Message:
    """Every cycle that concerns the reader, and the one thing that is asked today."""
    if not found.cycles:
        return _none(found, reader)
    words = [cycle_lines(cycle, found.today, reader) for cycle in found.cycles]
    blocks: list[Block] = []
    for cycle, lines in zip(found.cycles, words, strict=True):
        blocks.append(section(lines))
        if cycle.id in found.may_change:
            blocks.append(actions(*change_buttons(cycle.id, cycle.name, reader, short=True)))
    if found.more:
        blocks.append(section(reader.say(N_("There are more; they show once these are over."))))
    buttons = _buttons(found, reader)
    if buttons:
        blocks.append(actions(*buttons))
    return Message(Safe("\n").join(words), blocks)


def _none(found: CycleList, reader: Reader) -> Message:
    if found.can_add:
        words = reader.say(N_("There is no cycle yet. `/cycle new` sets one up."))
        return Message(words, [section(words), actions(*_buttons(found, reader))])
    words = reader.say(N_("There is no cycle right now."))
    if found.ask:
        words = words + Safe(" ") + reader.say(N_("HR sets them up: %(names)s."), names=found.ask)
    return Message(words, [section(words)])


def _buttons(found: CycleList, reader: Reader) -> list[Element]:
    buttons: list[Element] = []
    present = [cycle.phase_on(found.today) for cycle in found.cycles]
    acts = {phase.act for phase in present if phase is not None}
    if PhaseAct.SET_GOALS in acts:
        buttons.append(
            goal_button(GoalAction.NEW, reader, label=N_("Set my goals"), style="primary")
        )
    if PhaseAct.CHECK_IN in acts:
        buttons.append(checkin_button(CheckInAction.OPEN, reader, style="primary"))
    if found.can_add:
        buttons.append(cycle_button(CycleAction.NEW, reader))
        if found.cycles:
            buttons.append(cycle_button(CycleAction.ANNOUNCE, reader))
    return buttons


def change_buttons(cycle: UUID, name: str, reader: Reader, *, short: bool = False) -> list[Element]:
    """What whoever may can do with a cycle; `short` where it stands right above them."""
    labels = {CycleAction.EDIT: N_("Change"), CycleAction.WITHDRAW: N_("Withdraw")}
    return [
        cycle_button(
            action,
            reader,
            cycle,
            label=reader.gettext(words) if short else None,
            about=name if short else None,
        )
        for action, words in labels.items()
    ]


def changed_words(done: CycleToChange, reader: Reader) -> Safe:
    """What the dialog says once a cycle is changed, and what people have heard of it so far."""
    words = reader.say(N_("*%(name)s* is changed."), name=done.cycle.name)
    return words + Safe(" ") + told_words(done.told, reader, saved=True) if done.told else words


def told_words(told: Sequence[Phase], reader: Reader, *, saved: bool) -> Safe:
    """That people were told of these phases as they are, or were until now."""
    if saved:
        return reader.say(
            N_(
                "People were told %(phases)s otherwise: the first line of their messages changes "
                "now, and nobody is notified. What you wrote in them stays. To tell everybody, "
                "announce it again: `/cycle announce`."
            ),
            phases=[phase_name(phase, reader) for phase in told],
        )
    return reader.say(
        N_(
            "People were told of this already: %(phases)s. When you change it, the first line of "
            "their messages changes, and nobody is notified; what you wrote in them stays."
        ),
        phases=[phase_span(phase, reader) for phase in told],
    )


def withdrawn_words(cycle: CycleHead, reader: Reader) -> Safe:
    """What the dialog says once a cycle is withdrawn."""
    return reader.say(
        N_(
            "*%(name)s* is withdrawn. Nobody else gets its announcements, and messages about it "
            "say why. Goals that people have set stay."
        ),
        name=cycle.name,
    )


def made_words(cycle: CycleHead, reader: Reader) -> Safe:
    """What the dialog says once a cycle is set up."""
    first = cycle.phases[0]
    return reader.say(
        N_("*%(name)s* is set up. Its first phase is %(phase)s. Announce it: `/cycle announce`."),
        name=cycle.name,
        phase=phase_title(first, reader),
    )

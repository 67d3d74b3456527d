"""What people read about cycles: which there are, and what is asked of them now."""

from __future__ import annotations

from domain.cycles import CycleHead, CycleList, PhaseAct
from messages.blocks import actions, section
from messages.checkin_presses import CheckInAction, checkin_button
from messages.cycle_presses import CycleAction, cycle_button
from messages.cycle_words import cycle_lines, phase_title
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
    blocks: list[Block] = [section(lines) for lines in words]
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


def made_words(cycle: CycleHead, reader: Reader) -> Safe:
    """What the dialog says once a cycle is set up."""
    first = cycle.phases[0]
    return reader.say(
        N_("*%(name)s* is set up. Its first phase is %(phase)s. Announce it: `/cycle announce`."),
        name=cycle.name,
        phase=phase_title(first, reader),
    )

"""`/accord audit`: the record, as far as it concerns whoever asks, or as their role may see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from domain.errors import InvalidInput, NotShared
from handlers.answers import show_view, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from messages.audit_presses import AuditAction, audit_button
from messages.help import record_needed
from messages.matters import held_feedback_view, matter_view
from messages.metadata import metadata_view
from messages.presses import GoalAction, Press, goal_button
from messages.record import record_view
from messages.verbs import verb_meant
from usecases import matters, metadata, record

_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>")
_ENTRY = re.compile(r"#?\s?([0-9]{1,9})", re.ASCII)

OtherRecords = Mapping[str, Callable[[Command, Asking], Reply]]


def audit_feature(desk: Desk, other_records: OtherRecords) -> Feature:
    """`other_records` answer `/accord audit WORD`: who looked at me, the rules; by that word."""
    return Feature(
        name="audit",
        words=partial(_words, desk, other_records),
        press=partial(_press, desk),
        submit=_submit,
    )


def _words(desk: Desk, other_records: OtherRecords, command: Command, asking: Asking) -> Reply:
    typed = command.words.strip()
    if not typed:
        offered = metadata.records_offered(desk.store, command.origin)
        return record_needed(offered, asking.reader)
    other = other_records.get(verb_meant("audit", typed).casefold())
    if other is not None:
        return other(command, asking)
    if mention := _MENTION.fullmatch(typed):
        return _of_person(desk, command, asking, mention[1])
    if number := _ENTRY.fullmatch(typed):
        found = metadata.metadata_of_entry(desk.store, command.origin, int(number[1]))
        opener = audit_button(AuditAction.OF_ENTRY, asking.reader, number=int(number[1]))
        return Dialog(metadata_view(found, asking.reader), opener)
    return _of_goal(desk, command, asking, typed)


def _of_goal(desk: Desk, command: Command, asking: Asking, reference: str) -> Reply:
    try:
        found = record.record_of_goal(desk.store, command.origin, reference)
    except NotShared:
        seen = metadata.metadata_of_goal(desk.store, command.origin, reference)
        if seen is None:
            raise
        about = seen.reference
        opener = audit_button(AuditAction.OF_GOAL, asking.reader, seen.goal, about=about)
        return Dialog(metadata_view(seen, asking.reader), opener)
    card = found.card
    opener = goal_button(
        GoalAction.RECORD, asking.reader, card.id, card.version, about=card.reference
    )
    return Dialog(record_view(found, asking.reader), opener)


def _of_person(desk: Desk, command: Command, asking: Asking, who: str) -> Reply:
    kept = matters.matter_of(desk.store, command.origin, who)
    if kept is not None:
        person = kept.person
        opener = audit_button(AuditAction.MATTER, asking.reader, person.id, about=person.name)
        return Dialog(matter_view(kept, asking.reader), opener)
    found = metadata.metadata_of_person(desk.store, command.origin, who)
    whom = found.person
    opener = audit_button(AuditAction.OF_PERSON, asking.reader, whom.id if whom else None)
    return Dialog(metadata_view(found, asking.reader), opener)


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _goal(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = metadata.metadata_of_goal(desk.store, pressed.origin, press.thing)
    if found is None:
        raise NotShared
    show_view(desk, pressed, metadata_view(found, asking.reader))


def _more_of_goal(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = metadata.metadata_of_goal(desk.store, pressed.origin, press.thing, press.number)
    if found is None:
        raise NotShared
    turn_page(desk, pressed, metadata_view(found, asking.reader))


def _person(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = metadata.metadata_of_person(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, metadata_view(found, asking.reader))


def _more_of_person(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = metadata.metadata_of_person(desk.store, pressed.origin, press.thing, press.number)
    turn_page(desk, pressed, metadata_view(found, asking.reader))


def _entry(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = metadata.metadata_of_entry(desk.store, pressed.origin, press.number)
    show_view(desk, pressed, metadata_view(found, asking.reader))


def _matter(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = matters.matter_of(desk.store, pressed.origin, press.thing)
    if found is None:
        raise NotShared
    show_view(desk, pressed, matter_view(found, asking.reader))


def _more_matter(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = matters.matter_of(desk.store, pressed.origin, press.thing, press.number)
    if found is None:
        raise NotShared
    turn_page(desk, pressed, matter_view(found, asking.reader))


def _read(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    opened = matters.read_held_feedback(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, held_feedback_view(opened, asking.reader))


_PRESSES: Mapping[AuditAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    AuditAction.OF_GOAL: _goal,
    AuditAction.MORE_OF_GOAL: _more_of_goal,
    AuditAction.OF_PERSON: _person,
    AuditAction.MORE_OF_PERSON: _more_of_person,
    AuditAction.OF_ENTRY: _entry,
    AuditAction.MATTER: _matter,
    AuditAction.MORE_MATTER: _more_matter,
    AuditAction.READ: _read,
}


def _submit(_submission: Submission, _asking: Asking) -> AckBody:
    """The record has no dialogs to send."""
    raise InvalidInput("form_state")

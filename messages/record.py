"""The audited record in words: who, what, when, why; the entry's number and short hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from domain.audit import Action, ActorKind, FieldValue, RecordedAct
from domain.change_requests import ChangeKind, Ended, Ground
from domain.goals import AlignedGoal, Audience, Direction, Rhythm
from domain.people import Level
from domain.screens import ActShown, RecordOfGoal
from messages.blocks import actions, context, section, sections
from messages.elements import Block
from messages.goal_words import FIELDS, goal_line
from messages.i18n import N_
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe, escape
from messages.surfaces import View

ACTS: dict[Action, str] = {
    Action.GOAL_PROPOSE: N_("proposed"),
    Action.GOAL_COUNTER: N_("suggested a change"),
    Action.GOAL_ACCEPT: N_("accepted"),
    Action.GOAL_DECLINE: N_("declined"),
    Action.GOAL_WITHDRAW: N_("withdrew"),
    Action.GOAL_UPDATE: N_("reported a value"),
    Action.CHECK_IN_CONFIRM: N_("confirmed the last value"),
    Action.CHECK_IN_UNDO: N_("took a check-in back"),
    Action.GOAL_REASSIGN: N_("passed the question on"),
    Action.GOAL_EVIDENCE: N_("added evidence"),
    Action.GOAL_SHARE: N_("shared it"),
    Action.GOAL_UNSHARE: N_("stopped sharing it"),
    Action.GOAL_SHOW_TITLE: N_("showed its title to everybody"),
    Action.GOAL_HIDE_TITLE: N_("hid its title from others"),
    Action.GOAL_CORRECT: N_("corrected it"),
    Action.GOAL_CORRECT_VALUE: N_("corrected a value"),
    Action.GOAL_OFFER: N_("proposed it upward"),
    Action.GOAL_ADOPT: N_("took it up as a goal of their own"),
    Action.GOAL_NOT_ADOPT: N_("did not take it up"),
    Action.GOAL_ALIGN: N_("changed what it serves"),
    Action.GOAL_PAUSE: N_("paused it"),
    Action.GOAL_RESUME: N_("took it up again"),
    Action.GOAL_COMPLETE: N_("completed it"),
    Action.GOAL_ABANDON: N_("abandoned it"),
    Action.GOAL_SUPERSEDE: N_("put another goal in its place"),
    Action.GOAL_DEPRECATE: N_("said that it no longer matters"),
    Action.GOAL_REOPEN: N_("reopened it"),
    Action.GOAL_WITHDRAW_RESERVATION: N_("withdrew their reservation"),
    Action.GOAL_CHANGE_ASK: N_("asked for a change"),
    Action.GOAL_CHANGE_COUNTER: N_("suggested another change"),
    Action.GOAL_CHANGE_AGREE: N_("agreed to the change"),
    Action.GOAL_CHANGE_APPROVE: N_("approved the change"),
    Action.GOAL_CHANGE_DECLINE: N_("declined the change"),
    Action.GOAL_CHANGE_WITHDRAW: N_("withdrew the change"),
    Action.GOAL_CHANGE_END: N_("ended the request for a change"),
    Action.GOAL_CHANGE_REASSIGN: N_("passed the question about the change on"),
    Action.GOAL_CHANGE: N_("made the change count"),
}

OTHER_FIELDS: dict[str, str] = {
    "rationale": N_("Reason"),
    "reservation": N_("Reservation"),
    "expectation": N_("What is expected"),
    "own_capacity": N_("What the owner can take on"),
    "interest": N_("What the owner would like to learn"),
    "value": N_("Value"),
    "note": N_("What changed"),
    "permalink": N_("Link"),
    "sha256": N_("Fingerprint"),
    "audience": N_("Visible to"),
    "reported_at": N_("Reported"),
    "paused_until": N_("Counts again from"),
    "successor": N_("In its place"),
    "contribution": N_("Share of it, in per cent"),
    "change_kind": N_("Kind of change"),
    "ground": N_("What has changed around it"),
    "evidence_words": N_("Evidence"),
    "evidence_link": N_("Link"),
    "effective_on": N_("Counts from"),
}

REASONS: dict[str, str] = {
    "silence": N_("nobody had answered"),
    "manager_changed": N_("the manager had changed"),
    "left": N_("they have left"),
    Ended.MOVED.value: N_("the goal was paused or has ended"),
    Ended.CORRECTED.value: N_("HR corrected the goal"),
    "departure": N_("their last day was entered"),
    "departure_taken_back": N_("their last day was taken back"),
}

_READ: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("target", "baseline", "threshold", "stretch", "value"), float),
    **dict.fromkeys(("due_date", "start_date", "paused_until"), date.fromisoformat),
    "contribution": lambda basis_points: int(basis_points) / 100,
    "direction": Direction,
    "check_in_every": Rhythm,
    "template": Level,
    "audience": Audience,
    "reported_at": datetime.fromisoformat,
    "effective_on": date.fromisoformat,
    "change_kind": ChangeKind,
    "ground": Ground,
}

FIELD_LETTERS = 200
# Ids are for machines; people read names elsewhere.
UNSHOWN = frozenset(
    {
        *("asked", "capacity", "counterpart", "shared_with", "state", "title_visible"),
        *("correction", "value_before", "change", "terms", "marked", "approval"),
        *("offer", "offered_to"),
    }
)


def record_view(record: RecordOfGoal, reader: Reader) -> View:
    blocks: list[Block] = [section(_heading(record, reader))]
    for shown in record.acts:
        blocks += sections(_act(_with_goals_named(shown, record.aligned, reader), reader))
    blocks.append(
        context(
            reader.say(
                N_(
                    "Each line is an entry of the audited record: its number, and the start of its "
                    "fingerprint, which no longer fits if the entry is changed."
                )
            )
        )
    )
    if record.more_before is not None:
        blocks.append(
            actions(goal_button(GoalAction.MORE_RECORD, reader, record.card.id, record.more_before))
        )
    title = reader.write(N_("Record of %(reference)s"), reference=record.card.reference)
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _heading(record: RecordOfGoal, reader: Reader) -> Safe:
    if record.check_ins_alone:
        return escape(record.card.reference)
    return goal_line(record.card, reader)


def _with_goals_named(
    shown: ActShown, known: Mapping[str, AlignedGoal], reader: Reader
) -> ActShown:
    """With other goals by reference and title, where the viewer may know them."""

    def name_of(recorded: FieldValue) -> str:
        goal = known.get(str(recorded))
        return f"{goal.reference} {goal.title}" if goal else reader.gettext(N_("another goal"))

    def named(fields: Mapping[str, FieldValue]) -> Mapping[str, FieldValue]:
        others = {one: fields[one] for one in ("aligned_to", "successor") if fields.get(one)}
        return {**fields, **{one: name_of(recorded) for one, recorded in others.items()}}

    act = replace(shown.act, fields=named(shown.act.fields))
    return replace(shown, act=act, before=named(shown.before))


def _act(shown: ActShown, reader: Reader) -> Safe:
    act = shown.act
    head = reader.say(
        N_("*#%(seq)s*  %(name)s *%(what)s* · %(when)s · version %(version)s · `%(hash)s`"),
        seq=str(act.receipt.seq),
        name=_name(shown, reader),
        what=reader.gettext(ACTS[act.action]) if act.action in ACTS else act.action.value,
        when=_when(act, reader),
        version=str(act.object_version),
        hash=act.receipt.short_hash,
    )
    lines = [head]
    if told := _told(shown, reader):
        lines.append(Safe(" · ").join(told))
    if act.erased:
        lines.append(reader.say(N_("Part of this entry was erased; its fingerprint is kept.")))
    return Safe("\n").join(lines)


def _told(shown: ActShown, reader: Reader) -> list[Safe]:
    """Why it was done, and what changed: each field before and after."""
    act, told = shown.act, list[Safe]()
    if act.reason in REASONS:
        told.append(reader.say(N_("Why: %(why)s"), why=reader.gettext(REASONS[act.reason])))
    for name in dict.fromkeys((*act.fields, *shown.before)):
        before, after = shown.before.get(name), act.fields.get(name)
        # A value that was measured anew is told, though it is the same.
        same = before == after and name != "value"
        if not (same or name in UNSHOWN or name in act.erased):
            told.append(_field(name, None if before == after else before, after, reader))
    return told


def _when(act: RecordedAct, reader: Reader) -> str:
    """When it happened and, where that is another time, when it was entered."""
    if act.as_of is None:
        return reader.moment(act.at)
    return reader.write(
        N_("%(when)s, entered %(entered)s"),
        when=reader.moment(act.as_of),
        entered=reader.moment(act.at),
    )


def _field(name: str, before: FieldValue, after: FieldValue, reader: Reader) -> Safe:
    words = FIELDS.get(name) or OTHER_FIELDS.get(name)
    label = reader.gettext(words) if words else name
    was, now = (_short(name, value, reader) for value in (before, after))
    if was is None:
        return Safe("%s: %s") % (label, now or Safe(""))
    if now is None:
        return reader.say(N_("%(label)s: ~%(before)s~ taken out"), label=label, before=was)
    return reader.say(
        N_("%(label)s: ~%(before)s~ → *%(after)s*"), label=label, before=was, after=now
    )


def _short(name: str, value: FieldValue, reader: Reader) -> Safe | None:
    return None if value is None else escape(_value(name, str(value), reader), FIELD_LETTERS)


def _value(name: str, recorded: str, reader: Reader) -> str:
    """A recorded text as the reader writes it; the record itself holds the same for everybody."""
    try:
        return reader.shown(_READ[name](recorded)) if name in _READ else recorded
    except ValueError:
        # Recorded for ever, perhaps by a version that wrote it otherwise.
        return recorded


def _name(shown: ActShown, reader: Reader) -> str:
    if shown.name is not None and shown.for_whom is not None:
        words = N_("%(name)s, for %(other)s,")
        return reader.write(words, name=shown.name, other=shown.for_whom)
    if shown.name is not None:
        return shown.name
    if shown.act.actor.kind is ActorKind.CLOCK:
        return reader.gettext(N_("Accord"))
    return reader.gettext(N_("An operator"))

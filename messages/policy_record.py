"""The audited record of the rules in words: who, what, when, why; number and short hash."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from domain.audit import Action, ActorKind
from domain.policy_record import PolicyRecord
from domain.policy_versions import FieldChange
from domain.screens import ActShown
from messages.blocks import actions, context, section, sections
from messages.elements import Block
from messages.i18n import N_
from messages.policy_presses import PolicyAction, policy_button
from messages.policy_words import change_line
from messages.reading import Reader
from messages.safe import Safe, escape
from messages.surfaces import View

ACTS: Mapping[Action, str] = {
    Action.POLICY_ADOPT: N_("adopted the first rules"),
    Action.POLICY_PROPOSE: N_("proposed a change"),
    Action.POLICY_APPROVE: N_("approved a version"),
    Action.POLICY_ACTIVATE: N_("put a version into force"),
    Action.POLICY_HOLD: N_("held a version up"),
    Action.POLICY_RELEASE: N_("let a version go on"),
    Action.POLICY_WITHDRAW: N_("withdrew a version"),
    Action.OBJECTION_RAISE: N_("objected to a version"),
    Action.OBJECTION_NONE: N_("had no objection to a version"),
    Action.OBJECTION_WITHDRAW: N_("withdrew an objection"),
    Action.OBJECTION_SETTLE: N_("settled an objection by an agreement"),
}
OTHER = N_("did something about the rules")
CHANGES_LETTERS = 1_500


def policy_record_view(record: PolicyRecord, reader: Reader) -> View:
    blocks: list[Block] = []
    for shown in record.acts:
        blocks += sections(_act(shown, reader))
    if not blocks:
        blocks.append(section(reader.say(N_("Nothing is on record about the rules yet."))))
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
        more = policy_button(PolicyAction.MORE_RECORD, reader, record.more_before)
        blocks.append(actions(more))
    title = reader.gettext(N_("Record of the rules"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _act(shown: ActShown, reader: Reader) -> Safe:
    act = shown.act
    head = reader.say(
        N_("*#%(seq)s*  %(name)s *%(what)s* · %(when)s · `%(hash)s`"),
        seq=str(act.receipt.seq),
        name=_name(shown, reader),
        what=reader.gettext(ACTS.get(act.action, OTHER)),
        when=reader.moment(act.at),
        hash=act.receipt.short_hash,
    )
    lines = [head, *_told(shown, reader)]
    if act.erased:
        lines.append(reader.say(N_("Part of this entry was erased; its fingerprint is kept.")))
    return Safe("\n").join(lines)


def _told(shown: ActShown, reader: Reader) -> list[Safe]:
    """Which version, from when, why, and what changed, as it is recorded."""
    act, fields, lines = shown.act, shown.act.fields, list[Safe]()
    if act.object_version is not None:
        lines.append(reader.say(N_("Version: %(number)s"), number=str(act.object_version)))
    valid_from = fields.get("valid_from")
    if isinstance(valid_from, str):
        day = datetime.fromisoformat(valid_from).date()
        lines.append(reader.say(N_("Holds from %(day)s on"), day=day))
    if fields.get("rationale"):
        lines.append(reader.say(N_("Reason: %(reason)s"), reason=str(fields["rationale"])))
    if fields.get("changes"):
        changes = str(fields["changes"]).splitlines()
        lines += _changes(changes, reader)
    return lines


def _changes(lines: Sequence[str], reader: Reader) -> list[Safe]:
    """The settings that differ, in words, until there are too many to read."""
    found, letters = list[Safe](), 0
    for number, line in enumerate(lines):
        words = _change(line, reader)
        letters += len(words)
        if letters > CHANGES_LETTERS:
            rest = len(lines) - number
            more = reader.ngettext("and %(count)s more", "and %(count)s more", rest)
            return [*found, Safe(more) % {"count": reader.number(rest)}]
        found.append(words)
    return found


def _change(line: str, reader: Reader) -> Safe:
    """One setting as the record tells it, `negotiation.undo_minutes: 10 -> 5`."""
    setting, told, values = line.partition(": ")
    before, arrow, after = values.partition(" -> ")
    if not (told and arrow):
        return escape(line, CHANGES_LETTERS)
    path = tuple(setting.split("."))
    return change_line(FieldChange(path, _value(before), _value(after)), reader)


def _value(told: str) -> JsonValue:
    if told == "none":
        return None
    try:
        value: JsonValue = literal_eval(told)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return told
    return value


def _name(shown: ActShown, reader: Reader) -> str:
    if shown.name is not None:
        return shown.name
    if shown.act.actor.kind is ActorKind.CLOCK:
        return reader.gettext(N_("Accord"))
    return reader.gettext(N_("An operator"))

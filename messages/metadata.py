"""Entries of the record without what they say: who, which act, when, number and short hash."""

from __future__ import annotations

from domain.audit import ActorKind
from domain.record_views import EntryShown, Metadata
from domain.sensitivity import Sensitivity
from messages.act_words import ACTS
from messages.audit_presses import AuditAction, audit_button
from messages.blocks import actions, context, section, sections
from messages.elements import Block, Element
from messages.goal_words import FIELDS
from messages.i18n import N_
from messages.reading import Reader
from messages.record import OTHER_FIELDS, REASONS
from messages.safe import Safe, escape
from messages.surfaces import View

FIELD_LETTERS = 40
FIELDS_SHOWN = 20


def metadata_view(found: Metadata, reader: Reader) -> View:
    """One page of entries, newest first."""
    blocks: list[Block] = [section(_heading(found, reader))]
    for entry in found.entries:
        blocks += sections(_entry(entry, reader))
    if not found.entries:
        blocks.append(section(reader.say(N_("Nothing is on record about this."))))
    words = N_(
        "Shown is who did what and when, and which fields an entry has; never what they hold. That "
        "you opened this is an entry, too, and whom it is about can see it."
    )
    blocks.append(context(reader.say(words)))
    if found.more_before is not None:
        blocks.append(actions(_more(found, found.more_before, reader)))
    return View.modal(reader.gettext(N_("Record")), blocks, close=reader.gettext(N_("Close")))


def _heading(found: Metadata, reader: Reader) -> Safe:
    if found.reference is not None:
        return reader.say(N_("*Record of %(reference)s*"), reference=found.reference)
    if found.person is not None:
        words = N_("*What %(name)s did, and what was done about them*")
        return reader.say(words, name=found.person.name)
    return reader.say(N_("*One entry of the record*"))


def _more(found: Metadata, before: int, reader: Reader) -> Element:
    if found.person is not None:
        return audit_button(
            AuditAction.MORE_OF_PERSON, reader, found.person.id, before, about=found.person.name
        )
    return audit_button(AuditAction.MORE_OF_GOAL, reader, found.goal, before, about=found.reference)


def _entry(entry: EntryShown, reader: Reader) -> Safe:
    seq, short = str(entry.receipt.seq), entry.receipt.short_hash
    if entry.gone or entry.action is None or entry.at is None:
        words = N_("*#%(seq)s* · `%(hash)s`\nWhat it said is over and was purged.")
        return reader.say(words, seq=seq, hash=short)
    act = ACTS.get(entry.action)
    head = reader.say(
        N_("*#%(seq)s*  %(name)s *%(what)s* · %(when)s · `%(hash)s`"),
        seq=seq,
        name=_name(entry, reader),
        what=reader.gettext(act) if act else entry.action.value,
        when=reader.moment(entry.at),
        hash=short,
    )
    facts = [escape(entry.reference)] if entry.reference else []
    if entry.subject is not None:
        facts.append(reader.say(N_("about %(name)s"), name=entry.subject))
    if entry.version is not None:
        facts.append(reader.say(N_("version %(number)s"), number=str(entry.version)))
    if entry.as_of is not None:
        facts.append(reader.say(N_("as of %(when)s"), when=reader.moment(entry.as_of)))
    if entry.reason is not None:
        why = reader.gettext(REASONS[entry.reason]) if entry.reason in REASONS else entry.reason
        facts.append(reader.say(N_("Why: %(why)s"), why=why))
    if entry.sensitivity not in (None, Sensitivity.INTERNAL):
        facts.append(reader.say(N_("confidential")))
    lines = [head, *([Safe(" · ").join(facts)] if facts else [])]
    if entry.fields:
        lines.append(reader.say(N_("Fields: %(names)s"), names=_fields(entry, reader)))
    return Safe("\n").join(lines)


def _fields(entry: EntryShown, reader: Reader) -> tuple[str, ...]:
    known = {**FIELDS, **OTHER_FIELDS}
    return tuple(
        reader.gettext(known[name]) if name in known else name[:FIELD_LETTERS]
        for name in entry.fields[:FIELDS_SHOWN]
    )


def _name(entry: EntryShown, reader: Reader) -> str:
    if entry.name is not None and entry.for_whom is not None:
        words = N_("%(name)s, for %(other)s,")
        return reader.write(words, name=entry.name, other=entry.for_whom)
    if entry.name is not None:
        return entry.name
    if entry.actor is ActorKind.CLOCK:
        return reader.gettext(N_("Accord"))
    if entry.actor is ActorKind.ANONYMOUS:
        return reader.gettext(N_("Somebody who is not named"))
    return reader.gettext(N_("An operator"))

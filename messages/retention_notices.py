"""Messages of retention: that something is due, and what a purge took."""

from __future__ import annotations

from domain.retention import PurgeReport, RetentionDue
from messages.blocks import actions, section
from messages.i18n import N_
from messages.reading import Reader
from messages.retention_kinds import preview_button
from messages.safe import Safe
from messages.surfaces import Message


def due_message(told: RetentionDue, reader: Reader) -> Message:
    """That something is due; what, opens with *Preview*."""
    lines = []
    if told.due:
        lines.append(reader.say(N_("*The time of some of what Accord keeps is over*")))
        lines.append(reader.say(N_("Two people can purge it. Nothing goes by itself.")))
    if told.conflict:
        lines.append(reader.say(N_("*Two rules of retention contradict each other*")))
        lines.append(
            reader.say(N_("A law wants some things kept beyond our own term. They stay meanwhile."))
        )
    if not lines:
        lines.append(reader.say(N_("Nothing is due any more.")))
    said = Safe("\n").join(lines)
    return Message(said, [section(said), actions(preview_button(reader, primary=True))])


def report_of_purge(told: PurgeReport, reader: Reader) -> Message:
    """What went, and what stayed of what was asked for."""
    purge = told.purge
    lines = [
        reader.say(N_("*Purged: %(kind)s*"), kind=purge.kind),
        reader.say(
            N_(
                "%(count)s, over on %(day)s. %(name)s approved it. "
                "The record can still be verified."
            ),
            count=purge.thing_count,
            day=purge.day,
            name=told.approved_by,
        ),
    ]
    left = purge.asked_count - purge.thing_count
    if left > 0:
        lines.append(
            reader.say(N_("Stayed, since something keeps it by now: %(count)s."), count=left)
        )
    lines.append(reader.say(N_("Number of this purge: `%(number)s`"), number=str(purge.id)))
    said = Safe("\n").join(lines)
    return Message(said, [section(said)])

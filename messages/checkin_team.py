"""A manager's list: at most seven who need them, each with a button; the rest is a number."""

from __future__ import annotations

from domain.checkins import Need, Team, TeamMember
from messages.blocks import context, section, sections
from messages.checkin_presses import CheckInAction, checkin_button
from messages.elements import Block, Element
from messages.i18n import N_
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message

MOST_SHOWN = 7
_ALL_SHOWN = 40

_NEEDS: dict[Need, str] = {
    Need.SUPPORT_ASKED: N_("asked for support"),
    Need.LOW_CONFIDENCE: N_("is not confident"),
    Need.OVERDUE: N_("has not checked in since %(day)s"),
    Need.NO_GOAL: N_("has no agreed goal"),
}


def team_line(one: TeamMember, reader: Reader) -> Safe:
    day = reader.weekday(one.due_since) if one.due_since else ""
    needs = [reader.write(_NEEDS[need], day=day) for need in one.needs]
    return reader.say(N_("*%(name)s* %(needs)s"), name=one.person.name, needs=needs)


def _button(one: TeamMember, reader: Reader) -> Element:
    name = one.person.name
    if Need.SUPPORT_ASKED in one.needs:
        return checkin_button(CheckInAction.READ, reader, one.check_in, about=name)
    return checkin_button(CheckInAction.GOALS, reader, one.person.id, about=name)


def rest_line(team: Team, reader: Reader, hidden: int = 0) -> Safe:
    """`33 fine. Not asked: Emil Berg.`"""
    parts = []
    if hidden:
        words = reader.ngettext("%(count)s more needs you.", "%(count)s more need you.", hidden)
        parts.append(reader.say("%(words)s", words=words % {"count": reader.number(hidden)}))
    fine = len(team.fine)
    words = reader.ngettext("%(count)s fine.", "%(count)s fine.", fine)
    parts.append(reader.say("%(words)s", words=words % {"count": reader.number(fine)}))
    if team.not_asked:
        names = [person.name for person in team.not_asked]
        parts.append(reader.say(N_("Not asked: %(names)s."), names=names))
    return Safe(" ").join(parts)


def digest_text(team: Team, reader: Reader) -> Safe:
    """The weekly list as it stands in a notification."""
    shown = team.need[:MOST_SHOWN]
    lines = [reader.say(N_("Your people this week"))]
    lines += [team_line(one, reader) for one in shown]
    lines.append(rest_line(team, reader, len(team.need) - len(shown)))
    return Safe("\n").join(lines)


def digest_blocks(team: Team, reader: Reader) -> list[Block]:
    """Up to seven people with a button each, then the rest in a line."""
    shown = team.need[:MOST_SHOWN]
    blocks: list[Block] = [section(reader.say(N_("*Your people this week*")))]
    blocks += [section(team_line(one, reader), accessory=_button(one, reader)) for one in shown]
    blocks.append(section(rest_line(team, reader, len(team.need) - len(shown))))
    blocks.append(
        context(
            reader.say(
                N_(
                    "Confidence and support are for you to help with; they never count in an "
                    "evaluation. `/checkin team` shows everybody."
                )
            )
        )
    )
    return blocks


def team_message(team: Team, reader: Reader) -> Message:
    """Everybody who reports to the reader, as an answer to `/checkin team`."""
    if team.empty:
        words = reader.say(
            N_("Nobody reports to you, so there is no list. Your own check-ins: `/checkin`.")
        )
        return Message(words, [section(words)])
    head = reader.say(N_("Your people"))
    blocks: list[Block] = [section(Safe("*%s*") % head)]
    shown = team.need[:_ALL_SHOWN]
    blocks += [section(team_line(one, reader), accessory=_button(one, reader)) for one in shown]
    lines = [_fine_line(one, reader) for one in team.fine[:_ALL_SHOWN]]
    if lines:
        blocks += sections(Safe("\n").join(lines))
    rest = rest_line(team, reader, len(team.need) - len(shown))
    blocks.append(context(rest))
    told = [head, *(team_line(one, reader) for one in shown), *lines, rest]
    return Message(Safe("\n").join(told), blocks)


def _fine_line(one: TeamMember, reader: Reader) -> Safe:
    if one.last_at is None:
        return reader.say(N_("%(name)s: nothing asked yet"), name=one.person.name)
    return reader.say(
        N_("%(name)s: checked in on %(day)s"),
        name=one.person.name,
        day=one.last_at.astimezone(reader.zone).date(),
    )

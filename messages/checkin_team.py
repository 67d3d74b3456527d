"""A manager's list: at most seven who need them, each with a button; the rest is a number."""

from __future__ import annotations

from domain.checkins import Need, Team, TeamMember
from messages.blocks import actions, context, section
from messages.checkin_presses import CheckInAction, checkin_button
from messages.elements import Block, Element
from messages.i18n import N_
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message

MOST_SHOWN = 7
_A_PAGE = 20
_NAMED = 10

_NEEDS: dict[Need, str] = {
    Need.SUPPORT_ASKED: N_("asked for support"),
    Need.BLOCKERS_NAMED: N_("named blockers"),
    Need.LOW_CONFIDENCE: N_("is not confident"),
    Need.OVERDUE: N_("hasn't answered since %(day)s"),
    Need.NO_GOAL: N_("has no agreed goal"),
}


def team_line(one: TeamMember, reader: Reader) -> Safe:
    day = reader.weekday(one.due_since) if one.due_since else ""
    needs = [reader.write(_NEEDS[need], day=day) for need in one.needs]
    return reader.say(N_("*%(name)s* %(needs)s"), name=one.person.name, needs=needs)


def _button(one: TeamMember, reader: Reader) -> Element:
    """What helps with the first of their needs."""
    name, first = one.person.name, next(iter(one.needs), None)
    if first in (Need.SUPPORT_ASKED, Need.BLOCKERS_NAMED, Need.LOW_CONFIDENCE):
        return checkin_button(CheckInAction.READ, reader, one.check_in, about=name)
    if first is Need.NO_GOAL:
        return goal_button(GoalAction.NEW, reader, one.person.id, about=name)
    return checkin_button(CheckInAction.GOALS, reader, one.person.id, about=name)


def rest_line(team: Team, reader: Reader, hidden: int = 0) -> Safe:
    """`2 more people need you. 33 others are fine. Not asked: Emil Berg.`"""
    parts = []
    if hidden:
        words = reader.ngettext(
            "%(count)s more person needs you.", "%(count)s more people need you.", hidden
        )
        parts.append(reader.say("%(words)s", words=words % {"count": reader.number(hidden)}))
    if team.fine:
        parts.append(_fine(len(team.fine), reader, others=bool(team.need)))
    return Safe(" ").join([*parts, *_not_asked(team, reader)])


def _fine(count: int, reader: Reader, *, others: bool) -> Safe:
    words = (
        reader.ngettext("%(count)s other is fine.", "%(count)s others are fine.", count)
        if others
        else reader.ngettext(
            "Nobody needs help right now: %(count)s person is fine.",
            "Nobody needs help right now: all %(count)s are fine.",
            count,
        )
    )
    return reader.say("%(words)s", words=words % {"count": reader.number(count)})


def _not_asked(team: Team, reader: Reader) -> list[Safe]:
    if not team.not_asked:
        return []
    names = [person.name for person in team.not_asked[:_NAMED]]
    if left := len(team.not_asked) - len(names):
        words = reader.ngettext("%(count)s more", "%(count)s more", left)
        names.append(words % {"count": reader.number(left)})
    return [reader.say(N_("Not asked: %(names)s."), names=names)]


def digest_text(team: Team, reader: Reader) -> Safe:
    """The weekly list as it stands in a notification."""
    shown = team.need[:MOST_SHOWN]
    lines = [reader.say(N_("Your people this week"))]
    lines += [team_line(one, reader) for one in shown]
    lines.append(rest_line(team, reader, len(team.need) - len(shown)))
    return Safe("\n").join(line for line in lines if line)


def digest_blocks(team: Team, reader: Reader) -> list[Block]:
    """Up to seven people with a button each, then the rest in a line."""
    shown = team.need[:MOST_SHOWN]
    blocks: list[Block] = [section(reader.say(N_("*Your people this week*")))]
    blocks += [section(team_line(one, reader), accessory=_button(one, reader)) for one in shown]
    rest = rest_line(team, reader, len(team.need) - len(shown))
    blocks += [section(rest)] if rest else []
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


def team_message(team: Team, reader: Reader, start: int = 0) -> Message:
    """A page of those who report to the reader, as an answer to `/checkin team`.

    Those who need them come first, then those who are fine; `start` is the first one shown.
    """
    if team.empty:
        words = reader.say(
            N_("Nobody reports to you, so there is no list. Your own check-ins: `/checkin`.")
        )
        return Message(words, [section(words)])
    everybody = [*team.need, *team.fine]
    page = everybody[start : start + _A_PAGE]
    head = reader.say(N_("Your people"))
    if len(everybody) > _A_PAGE:
        place = reader.say(
            N_("%(first)s to %(last)s of %(all)s"),
            first=start + 1,
            last=start + len(page),
            all=len(everybody),
        )
        head = reader.say(N_("%(head)s: %(place)s"), head=head, place=place)
    blocks: list[Block] = [section(Safe("*%s*") % head)]
    told = [head]
    for one in page:
        if one.needs:
            line = team_line(one, reader)
            blocks.append(section(line, accessory=_button(one, reader)))
        else:
            line = _fine_line(one, reader)
            blocks.append(section(line))
        told.append(line)
    for rest in _not_asked(team, reader):
        blocks.append(context(rest))
        told.append(rest)
    if start + _A_PAGE < len(everybody):
        more = checkin_button(CheckInAction.TEAM, reader, None, start + _A_PAGE, label=N_("More"))
        blocks.append(actions(more))
    return Message(Safe("\n").join(told), blocks)


def _fine_line(one: TeamMember, reader: Reader) -> Safe:
    if one.last_at is None:
        return reader.say(N_("%(name)s: nothing asked yet"), name=one.person.name)
    return reader.say(
        N_("%(name)s: checked in on %(day)s"),
        name=one.person.name,
        day=one.last_at.astimezone(reader.zone).date(),
    )

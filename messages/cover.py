"""What people read about days away and deputies: their own settings, and what they are told."""

from __future__ import annotations

from domain.cover import (
    Delegation,
    DelegationEnded,
    DeputyNotice,
    LeaveDays,
    OwnCover,
    StandIn,
)
from domain.own_hours import OwnTimes
from messages.blocks import actions, context, divider, section
from messages.cover_presses import CoverAction, cover_button
from messages.elements import Block, Element, confirm
from messages.i18n import N_
from messages.own_hours import hours_blocks
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

# What fits into one view with its buttons; nobody needs more at a time.
SHOWN = 20


def settings_view(
    cover: OwnCover, times: OwnTimes, reader: Reader, said: Safe | None = None
) -> View:
    """One's own settings; `said` is what has just happened."""
    blocks: list[Block] = [section(said), divider()] if said else []
    blocks += hours_blocks(times, reader)
    blocks.append(divider())
    blocks += _away(cover, reader)
    blocks.append(divider())
    blocks += _deputies(cover, reader)
    if cover.stands_in_for:
        blocks.append(divider())
        blocks += _stands_in(cover, reader)
    title = reader.gettext(N_("Settings"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _away(cover: OwnCover, reader: Reader) -> list[Block]:
    blocks: list[Block] = [section(reader.say(N_("*When you are away*")))]
    if not cover.away:
        blocks.append(section(reader.say(N_("No days are entered."))))
    for leave in cover.away[:SHOWN]:
        began = leave.first_day <= cover.today
        span = _span(leave, reader)
        button = cover_button(
            CoverAction.END_LEAVE,
            reader,
            leave.id,
            label=None if began else N_("Take back"),
            about=span,
        )
        blocks.append(section(reader.say("%(span)s", span=span), accessory=button))
    blocks.append(actions(cover_button(CoverAction.TAKE_LEAVE, reader)))
    words = N_("I ask you nothing on these days. Why you are away is not asked and not stored.")
    blocks.append(context(reader.say(words)))
    return blocks


def _deputies(cover: OwnCover, reader: Reader) -> list[Block]:
    blocks: list[Block] = [section(reader.say(N_("*Who stands in for you*")))]
    if not cover.deputies:
        blocks.append(section(reader.say(N_("Nobody right now."))))
    blocks += [
        section(
            _who(one, reader),
            accessory=cover_button(
                CoverAction.END_DEPUTY,
                reader,
                one.delegation.id,
                about=one.other.name,
                confirm=_sure(one, reader),
            ),
        )
        for one in cover.deputies[:SHOWN]
    ]
    blocks.append(actions(cover_button(CoverAction.NAME_DEPUTY, reader)))
    if not cover.leads:
        words = N_("Nobody reports to you right now, so a deputy would have nothing to do.")
        blocks.append(context(reader.say(words)))
    return blocks


def _stands_in(cover: OwnCover, reader: Reader) -> list[Block]:
    return [
        section(reader.say(N_("*For whom you stand in*"))),
        *(
            section(
                _who(one, reader),
                accessory=cover_button(
                    CoverAction.STEP_DOWN,
                    reader,
                    one.delegation.id,
                    about=one.other.name,
                    confirm=_sure(one, reader),
                ),
            )
            for one in cover.stands_in_for[:SHOWN]
        ),
    ]


def _who(one: StandIn, reader: Reader) -> Safe:
    name = one.other.name
    return reader.say(N_("*%(name)s*: %(days)s"), name=name, days=days_of(one.delegation, reader))


def _span(leave: LeaveDays, reader: Reader) -> str:
    if leave.first_day == leave.last_day:
        return reader.day(leave.first_day)
    words = N_("%(first)s to %(last)s")
    return reader.write(words, first=leave.first_day, last=leave.last_day)


def days_of(delegation: Delegation, reader: Reader) -> str:
    """`2 March to 13 March`, or since when without an end."""
    first, last = delegation.first_day, delegation.last_day
    if last is None:
        return reader.write(N_("since %(first)s, until one of you ends it"), first=first)
    if first == last:
        return reader.day(first)
    return reader.write(N_("%(first)s to %(last)s"), first=first, last=last)


def _sure(one: StandIn, reader: Reader) -> Element:
    return confirm(
        reader.gettext(N_("End it?")),
        reader.write(N_("%(name)s is told."), name=one.other.name),
        reader.gettext(N_("End it")),
        reader.gettext(N_("Cancel")),
    )


def leave_entered(cover: OwnCover, reader: Reader) -> Safe:
    """Asks for a deputy only where there is something to stand in for, and nobody who does."""
    if not cover.nobody_for:
        return reader.say(N_("Saved."))
    return reader.say(N_("Saved. Who should stand in for you? You can name a deputy below."))


def leave_ended(reader: Reader) -> Safe:
    return reader.say(N_("Saved. From today on I write to you again as usual."))


def deputy_named(reader: Reader) -> Safe:
    return reader.say(N_("Saved. Your deputy is told."))


def delegation_over(reader: Reader) -> Safe:
    return reader.say(N_("Ended. The other side is told."))


def deputy_message(notice: DeputyNotice, reader: Reader, templates: Templates) -> Message:
    """Tells somebody that they stand in for another, and what that means."""
    rendered = templates.render(
        "cover/named",
        reader,
        name=notice.delegator.name,
        days=days_of(notice.delegation, reader),
        over=notice.over,
    )
    if notice.over:
        return rendered.message()
    stand_in = StandIn(notice.delegation, notice.delegator)
    step_down = cover_button(
        CoverAction.STEP_DOWN,
        reader,
        notice.delegation.id,
        about=notice.delegator.name,
        confirm=_sure(stand_in, reader),
    )
    return rendered.message(actions(step_down))


def ended_message(notice: DelegationEnded, reader: Reader, templates: Templates) -> Message:
    """Tells the other side that it is over, and what they can do."""
    gave = notice.reader.id == notice.delegator.id
    other = notice.deputy if gave else notice.delegator
    rendered = templates.render("cover/ended", reader, name=other.name, gave=gave)
    if not gave:
        return rendered.message()
    return rendered.message(actions(cover_button(CoverAction.NAME_DEPUTY, reader)))

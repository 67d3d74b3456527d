"""Who holds which role, as a list."""

from __future__ import annotations

from domain.people import GrantState
from domain.roles import Lacking, RescueNotice, RoleHeld, RolePage
from messages.blocks import actions, context, section
from messages.elements import Block, Element
from messages.i18n import N_
from messages.reading import Reader
from messages.role_forms import held_words
from messages.role_presses import RoleAction, role_button
from messages.safe import Safe
from messages.surfaces import Message
from messages.templates import Templates

_LACKING = {
    Lacking.ASKER: N_(
        "Nobody can give roles for the whole organisation: there is no administrator of it, and "
        "nobody in HR. Whoever runs Accord finds what to do in its README, under “Two people”."
    ),
    Lacking.APPROVER: N_(
        "Roles for the whole organisation can't be given now. Two people are needed: an "
        "administrator who asks, and somebody else in HR or compliance who approves, both for the "
        "whole organisation. Whoever runs Accord finds what to do in its README, under “Two "
        "people”."
    ),
}


def roles_message(page: RolePage, reader: Reader) -> Message:
    """A page of roles, with *Revoke* and *Confirm* for those who may."""
    lines: list[Safe] = []
    blocks: list[Block] = []
    if page.roles:
        heading = N_("*Who holds which role*") if page.all_of_them else N_("*Your roles*")
        lines.append(reader.say(heading))
        blocks.append(section(lines[0]))
    for held in page.roles:
        line = _line(held, page, reader)
        lines.append(line)
        buttons = _buttons(held, page, reader)
        if len(buttons) == 1:
            blocks.append(section(line, accessory=buttons[0]))
        else:
            blocks.append(section(line))
            blocks += [actions(*buttons)] if buttons else []
    if not lines:
        lines = [
            reader.say(N_("Nobody holds a role."))
            if page.all_of_them
            else reader.say(N_("You have no role here. Goals, check-ins and feedback need none."))
        ]
        blocks = [section(lines[0])]
    below = [role_button(RoleAction.MORE, reader, page.more_after)] if page.more_after else []
    if page.can_change:
        below.append(role_button(RoleAction.GRANT, reader, style="primary"))
    if below:
        blocks.append(actions(*below))
    small = _small_print(page, reader)
    return Message(Safe("\n").join([*lines, *small]), [*blocks, *map(context, small)])


def _line(held: RoleHeld, page: RolePage, reader: Reader) -> Safe:
    line = held_words(held, reader)
    if held.waiting:
        return line + Safe("\n") + reader.say(N_("Waits for a second person's approval."))
    if held.by_operator and held.state is GrantState.PENDING:
        words = N_("Whoever runs Accord asks for it; one person confirms it.")
        return line + Safe("\n") + reader.say(words)
    if held.state is GrantState.PENDING:
        return line + Safe("\n") + reader.say(N_("An import asks for it; two people confirm it."))
    if held.valid_from > page.today:
        return line + Safe("\n") + reader.say(N_("From %(day)s on."), day=held.valid_from)
    return line


def _buttons(held: RoleHeld, page: RolePage, reader: Reader) -> list[Element]:
    about = held.person.name
    if held.by_operator and held.state is GrantState.PENDING:
        drop = role_button(RoleAction.DROP, reader, held.id, about=about)
        confirm = role_button(RoleAction.RESCUE, reader, held.id, style="primary", about=about)
        mine = held.person.id == page.viewer.id
        return [*([] if mine else [confirm]), *([drop] if page.can_change else [])]
    if not page.can_change or held.waiting:
        return []
    if held.state is GrantState.PENDING:
        buttons = [role_button(RoleAction.DROP, reader, held.id, about=about)]
        if held.person.id != page.viewer.id:
            confirm = role_button(RoleAction.CONFIRM, reader, held.id, style="primary", about=about)
            buttons.insert(0, confirm)
        return buttons
    return [role_button(RoleAction.END, reader, held.id, about=about)]


def _small_print(page: RolePage, reader: Reader) -> list[Safe]:
    if page.lacking is not None:
        return [reader.say(_LACKING[page.lacking])]
    if page.can_change or not page.ask:
        return []
    if page.all_of_them:
        return [reader.say(N_("%(names)s can give roles."), names=page.ask)]
    return [
        reader.say(
            N_("These are your own. %(names)s can tell who holds which, and give roles."),
            names=page.ask,
        )
    ]


def rescue_message(rescue: RescueNotice, reader: Reader, _templates: Templates) -> Message:
    """Tells of a role that an operator asked for, with *Confirm* for those who may."""
    head = reader.say(N_("*Whoever runs Accord asks for a role*"))
    why = reader.say(N_("The reason given: “%(reason)s”"), reason=rescue.reason)
    lines = [head, held_words(rescue.held, reader), why, rescue_state(rescue, reader)]
    words = Safe("\n").join(lines)
    if not rescue.can_confirm:
        return Message(words, [section(words)])
    name = rescue.held.person.name
    confirm = role_button(RoleAction.RESCUE, reader, rescue.held.id, style="primary", about=name)
    refuse = role_button(RoleAction.REFUSE_RESCUE, reader, rescue.held.id, about=name)
    return Message(words, [section(words), actions(confirm, refuse)])


def rescue_state(rescue: RescueNotice, reader: Reader) -> Safe:
    """Who has confirmed it, or who can and until when."""
    if rescue.confirmed_by is not None:
        return reader.say(N_("%(name)s confirmed it, and it is done."), name=rescue.confirmed_by)
    if rescue.refused_by is not None:
        return reader.say(
            N_("%(name)s refused it: “%(reason)s”"),
            name=rescue.refused_by,
            reason=rescue.refusal,
        )
    if not rescue.waits:
        return reader.say(N_("It no longer waits."))
    return reader.say(
        N_("No two people can give roles now, so one confirms it, until %(until)s: %(names)s."),
        until=rescue.until,
        names=rescue.confirming,
    )


def rescued_words(rescue: RescueNotice, reader: Reader) -> Safe:
    """What the dialog says once it is confirmed."""
    return reader.say(
        N_("%(name)s holds the role %(role)s now."),
        name=rescue.held.person.name,
        role=rescue.held.role,
    )


def refused_words(rescue: RescueNotice, reader: Reader) -> Safe:
    """What the dialog says once it is refused."""
    return reader.say(
        N_("%(name)s does not get the role %(role)s. Everybody who was told of it hears why."),
        name=rescue.held.person.name,
        role=rescue.held.role,
    )


def ended_words(held: RoleHeld, reader: Reader) -> Safe:
    """What the dialog says once a role has ended."""
    return reader.say(
        N_("%(name)s no longer holds the role %(role)s."), name=held.person.name, role=held.role
    )

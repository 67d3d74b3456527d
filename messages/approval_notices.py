"""Messages about requests for approval, about one's roles and codes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from domain.approvals import ApprovalCard, ApprovalList, ApprovalNotice, ApprovalState
from domain.notices import NoticeKind
from domain.roles import PendingRolesNotice, RoleEnd, RoleNotice
from domain.step_up import CodesLockedNotice
from messages.approval_presses import ApprovalAction, approval_button
from messages.approval_words import (
    approvers_line,
    is_confidential,
    message_line,
    outcome_line,
    place_words,
    short_words,
    until_line,
    until_words,
)
from messages.blocks import actions, section
from messages.elements import Block
from messages.i18n import N_
from messages.limits import SECTION_TEXT
from messages.reading import Reader
from messages.role_presses import RoleAction, role_button
from messages.safe import Safe, shorten_safe
from messages.surfaces import Message
from messages.templates import Templates

HOW: Mapping[RoleEnd, str] = {
    RoleEnd.NOT_CONFIRMED: N_("Nobody confirmed it in an access review, so it ended by itself."),
    RoleEnd.REVOKED_IN_REVIEW: N_("It was revoked in an access review."),
    RoleEnd.LAST_DAY: N_("Its last day has passed."),
}


def approval_message(notice: ApprovalNotice, reader: Reader, templates: Templates) -> Message:
    """Asks a second person, tells whoever asked; afterwards says what became of it."""
    card = notice.card
    if notice.kind is NoticeKind.CODES_RESET:
        approver = card.decided_by.name if card.decided_by else card.asker.name
        return templates.render(
            "approvals/codes_reset", reader, asker=card.asker.name, approver=approver
        ).message()
    waits = card.state is ApprovalState.OPEN and bool(card.approvers)
    wanted = notice.kind is NoticeKind.APPROVAL_WANTED
    hidden = is_confidential(card.matter)
    rendered = templates.render(
        "approvals/wanted" if wanted else "approvals/asked",
        reader,
        asker=card.asker.name,
        matter=message_line(card.matter, reader),
        reason=None if hidden else card.reason,
        waits=waits,
        answer=notice.kind is NoticeKind.APPROVAL_ANSWERED,
        state=_state(notice, reader, waits=waits),
    )
    if wanted and card.can_approve:
        return rendered.message(_decide(card, reader))
    buttons = []
    # Whoever approved or refused it has read it; who may approve it no more need not.
    if hidden and not wanted:
        buttons.append(approval_button(ApprovalAction.READ, reader, card.id))
    if not wanted and card.can_withdraw:
        buttons.append(approval_button(ApprovalAction.WITHDRAW, reader, card.id))
    if notice.kind is NoticeKind.APPROVAL_ANSWERED and card.can_ask_again:
        about = short_words(card.matter, reader)
        again = approval_button(ApprovalAction.AGAIN, reader, card.id, style="primary", about=about)
        buttons.append(again)
    return rendered.message(*([actions(*buttons)] if buttons else []))


def _state(notice: ApprovalNotice, reader: Reader, *, waits: bool) -> Safe:
    card = notice.card
    if waits:
        return approvers_line(card, reader)
    told_apart = card.state not in (ApprovalState.OPEN, ApprovalState.WITHDRAWN)
    if notice.kind is NoticeKind.APPROVAL_ASKED and told_apart:
        return reader.say(N_("It no longer waits; what became of it is in a message of its own."))
    return outcome_line(card, reader)


def _decide(card: ApprovalCard, reader: Reader) -> Block:
    about = short_words(card.matter, reader)
    return actions(
        approval_button(ApprovalAction.APPROVE, reader, card.id, style="primary", about=about),
        approval_button(ApprovalAction.REFUSE, reader, card.id, about=about),
    )


def role_message(notice: RoleNotice, reader: Reader, templates: Templates) -> Message:
    """Tells somebody which role they hold now, or no more."""
    return templates.render(
        "roles/told",
        reader,
        role=reader.shown(notice.held.role),
        ended=notice.ended,
        place=place_words(notice.held.place, reader),
        until=until_words(notice.held.last_day, reader),
        by=reader.listed(notice.by) if notice.by else "",
        how=reader.say(HOW[notice.how]) if notice.ended and notice.how else None,
        ask=reader.listed(notice.ask) if notice.ask else "",
    ).message()


def pending_message(notice: PendingRolesNotice, reader: Reader, _templates: Templates) -> Message:
    """Tells an administrator how many roles of imports wait for two people."""
    if notice.waiting == 0:
        words = reader.say(N_("No role of an import waits any more."))
        return Message(words, [section(words)])
    counted = reader.ngettext(
        "%(count)s role of an import waits for two people: you ask, somebody else approves.",
        "%(count)s roles of an import wait for two people: you ask, somebody else approves.",
        notice.waiting,
    )
    said = Safe(counted) % {"count": reader.number(notice.waiting)}
    return Message(said, [section(said), actions(role_button(RoleAction.LIST, reader))])


def locked_message(_notice: CodesLockedNotice, reader: Reader, templates: Templates) -> Message:
    """Warns whoever's codes were guessed at."""
    return templates.render("approvals/codes_locked", reader).message()


def to_approve_blocks(card: ApprovalCard, reader: Reader) -> list[Block]:
    """What somebody asks for and the reader may approve, with the way to it; for Home."""
    words = reader.say(N_("*%(name)s asks for your approval.* "), name=card.asker.name)
    said = shorten_safe(words + _waiting(card, reader), SECTION_TEXT)
    return [section(said), _decide(card, reader)]


def _waiting(card: ApprovalCard, reader: Reader) -> Safe:
    """What is asked for, why and until when, short enough for one section."""
    what = shorten_safe(message_line(card.matter, reader), SECTION_TEXT // 2)
    return shorten_safe(what + Safe("\n") + until_line(card, reader), SECTION_TEXT)


_OPENED = N_(
    "You have opened it. If you close it without an answer, `/accord approvals` shows it again."
)


def approvals_message(found: ApprovalList, reader: Reader, opened: UUID | None = None) -> Message:
    """What waits: to be approved by the reader, and asked for by them.

    The one that was `opened` in a dialog has no buttons here any more.
    """
    lines: list[Safe] = []
    blocks: list[Block] = []
    for heading, cards in (
        (N_("*Waiting for your approval*"), found.to_approve),
        (N_("*You asked for*"), found.asked),
    ):
        if cards:
            lines.append(reader.say(heading))
            blocks.append(section(lines[-1]))
        for card in cards:
            if card.id == opened:
                lines.append(_waiting(card, reader) + Safe("\n") + reader.say(_OPENED))
                blocks.append(section(shorten_safe(lines[-1], SECTION_TEXT)))
                continue
            if card.can_approve:
                blocks += to_approve_blocks(card, reader)
                lines.append(_waiting(card, reader))
                continue
            lines.append(_waiting(card, reader))
            buttons = [approval_button(ApprovalAction.WITHDRAW, reader, card.id)]
            if is_confidential(card.matter):
                buttons.insert(0, approval_button(ApprovalAction.READ, reader, card.id))
            blocks += [section(lines[-1]), actions(*buttons)]
    if not lines:
        lines = [reader.say(N_("Nothing waits to be approved."))]
        blocks = [section(lines[0])]
    return Message(Safe("\n").join(lines), blocks)

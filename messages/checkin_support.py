"""What *Read* shows of the support side of a check-in: in a dialog only, never in a message."""

from __future__ import annotations

import json

from domain.checkins import SupportKind, SupportRead, SupportWords
from messages.blocks import actions, context, section
from messages.checkin_presses import CheckInAction, checkin_button
from messages.elements import Block
from messages.i18n import N_
from messages.limits import RICH_TEXT, VIEW_BLOCKS, VIEW_BYTES
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.shorten import units
from messages.surfaces import View
from messages.typed import clean_text

_KINDS = {
    SupportKind.BLOCKERS: N_("Blockers"),
    SupportKind.SUPPORT: N_("Support needed"),
}
# Room for the rest of the view: its title, the line at its end, the ids that Slack adds.
_BLOCKS = VIEW_BLOCKS - 10
_BYTES = VIEW_BYTES - 20_000


def support_view(read: SupportRead, reader: Reader) -> View:
    """How sure the owner is, what is in the way, what would help, and the newest replies.

    All of each is shown; replies for which there is no room are left out, the oldest first.
    """
    blocks = [
        *_sure(read, reader),
        *(one for said in read.notes for one in _said(said, read, reader)),
    ]
    replies: list[Block] = []
    left = len(read.replies)
    for said in reversed(read.replies):
        more = _said(said, read, reader)
        if not _fits([*blocks, *more, *replies]):
            break
        replies = [*more, *replies]
        left -= 1
    if left:
        words = reader.say(N_("Earlier replies stand in the thread of the message."))
        blocks.append(context(words))
    blocks += replies
    if not blocks:
        blocks.append(section(reader.say(N_("There is nothing here any more."))))
    title = reader.gettext(N_("Support"))
    blocks.append(context(_readers(read, reader)))
    if read.viewer == read.manager.id != read.owner.id:
        name = read.owner.name
        blocks.append(actions(checkin_button(CheckInAction.ANSWER, reader, read.id, about=name)))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _sure(read: SupportRead, reader: Reader) -> list[Block]:
    lines = [
        reader.say(
            N_("%(reference)s %(title)s: confidence %(level)s of 5"),
            reference=card.reference,
            title=card.content.title,
            level=level,
        )
        for card, level in read.sure
    ]
    return [section(Safe("\n").join(lines))] if lines else []


def _said(said: SupportWords, read: SupportRead, reader: Reader) -> list[Block]:
    title = reader.gettext(_KINDS[said.kind]) if said.kind else reader.gettext(N_("Reply"))
    as_written, edited = (
        N_("*%(title)s* · %(name)s, %(when)s"),
        N_("*%(title)s* · %(name)s, %(when)s (edited)"),
    )
    if said.author.id == read.viewer:
        as_written = N_("*%(title)s* · you, %(when)s")
        edited = N_("*%(title)s* · you, %(when)s (edited)")
    head = section(
        reader.say(
            edited if said.edited else as_written,
            title=title,
            name=said.author.name,
            when=said.at,
        )
    )
    text = reader.gettext(N_("(taken back)")) if said.text is None else said.text
    return [head, *(rich_text(quote(piece)) for piece in _pieces(text))]


def _pieces(text: str) -> list[str]:
    """A long text in as many parts as it takes; Slack lets people write 40,000 characters."""
    pieces: list[str] = []
    rest = clean_text(text)
    while units(rest) > RICH_TEXT:
        piece = rest[: RICH_TEXT // 2]
        # At a space where one is near, so that no word is torn.
        end = piece.rfind(" ") if " " in piece[-200:] else len(piece)
        pieces.append(rest[:end])
        rest = rest[end:].lstrip()
    return [*pieces, rest or "…"]


def _fits(blocks: list[Block]) -> bool:
    return len(blocks) <= _BLOCKS and len(json.dumps(blocks)) <= _BYTES


def _readers(read: SupportRead, reader: Reader) -> Safe:
    other = read.manager if read.viewer == read.owner.id else read.owner
    told = reader.say(
        N_(
            "Read by you and %(other)s alone, never in an evaluation. That you opened it is noted; "
            "both of you can see that. To answer, reply in the thread of the message; what is "
            "typed there also lives in Slack."
        ),
        other=other.name,
    )
    looked = [
        reader.say(
            N_("Opened by you, %(when)s.")
            if who.id == read.viewer
            else N_("Opened by %(name)s, %(when)s."),
            name=who.name,
            when=at,
        )
        for who, at in read.opened
    ]
    return Safe(" ").join([told, *looked])

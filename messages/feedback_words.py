"""Sentences about feedback that messages, lists and dialogs share. None tells what was said."""

from __future__ import annotations

from enum import Enum

from domain.feedback import FeedbackCard, FeedbackKind
from messages.i18n import N_
from messages.reading import Reader
from messages.safe import Safe, person_name

KINDS: dict[FeedbackKind, str] = {
    FeedbackKind.SUPPORT: N_("support"),
    FeedbackKind.EVALUATION: N_("evaluation"),
}
_PROMISES: dict[FeedbackKind, str] = {
    FeedbackKind.SUPPORT: N_("Support: it never counts in an evaluation."),
    FeedbackKind.EVALUATION: N_("Evaluation: it may count in an evaluation."),
}


def kind_promise(kind: FeedbackKind, reader: Reader) -> Safe:
    return reader.say(_PROMISES[kind])


def about_line(card: FeedbackCard, reader: Reader) -> Safe:
    """Who gave feedback to whom, and when."""
    kept, given = _ABOUT[_part(card)]
    return reader.say(
        kept if card.saved else given,
        giver=card.giver.name,
        about=card.about.name,
        when=reader.moment(card.at),
    )


class Part(Enum):
    """What the reader has to do with feedback."""

    GIVER = "giver"
    SUBJECT = "subject"
    NEITHER = "neither"


def _part(card: FeedbackCard) -> Part:
    if card.viewer == card.giver.id:
        return Part.GIVER
    return Part.SUBJECT if card.viewer == card.about.id else Part.NEITHER


_ABOUT: dict[Part, tuple[str, str]] = {
    Part.GIVER: (
        N_("*You kept a message as feedback for %(about)s* · %(when)s"),
        N_("*You gave feedback to %(about)s* · %(when)s"),
    ),
    Part.SUBJECT: (
        N_("*%(giver)s kept a message as feedback for you* · %(when)s"),
        N_("*%(giver)s gives feedback to you* · %(when)s"),
    ),
    Part.NEITHER: (
        N_("*%(giver)s kept a message as feedback for %(about)s* · %(when)s"),
        N_("*%(giver)s gives feedback to %(about)s* · %(when)s"),
    ),
}
"""For a message that was kept, and for feedback in words."""

_ROWS: dict[Part, str] = {
    Part.GIVER: N_("To %(about)s · %(kind)s · %(when)s"),
    Part.SUBJECT: N_("From %(giver)s · %(kind)s · %(when)s"),
    Part.NEITHER: N_("%(giver)s to %(about)s · %(kind)s · %(when)s"),
}


def row_line(card: FeedbackCard, reader: Reader) -> Safe:
    """One line of a list."""
    line = reader.say(
        _ROWS[_part(card)],
        giver=card.giver.name,
        about=card.about.name,
        kind=reader.gettext(KINDS[card.kind]),
        when=reader.moment(card.at),
    )
    return line + Safe(" · ") + reader.say(N_("erased")) if card.erased else line


def opened_line(card: FeedbackCard, reader: Reader) -> Safe:
    """Who has looked, and when first."""
    if not card.opened:
        return reader.say(N_("Nobody has opened it yet."))
    opened = [
        reader.say(
            N_("you on %(when)s") if one.id == card.viewer else N_("%(name)s on %(when)s"),
            name=one.name,
            when=reader.moment(at),
        )
        for one, at in card.opened
    ]
    return reader.say(N_("Opened by %(readers)s."), readers=reader.listed_safe(opened))


def readers_line(card: FeedbackCard, reader: Reader) -> Safe:
    """Everybody who may read it."""
    others = [one for one in (card.giver, *card.readers) if one.id != card.viewer]
    names = [person_name(one.name) for one in others]
    if len(others) == len(card.readers):
        # One of them is the reader.
        if not names:
            return reader.say(N_("Read by you alone."))
        return reader.say(N_("Read by you and %(readers)s."), readers=reader.listed_safe(names))
    if not card.readers:
        return reader.say(N_("Read by %(giver)s alone."), giver=card.giver.name)
    return reader.say(
        N_("Read by %(giver)s and %(readers)s."),
        giver=card.giver.name,
        readers=reader.listed_safe(names[1:]),
    )

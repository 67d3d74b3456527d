"""Sentences about feedback that messages, lists and dialogs share. None tells what was said."""

from __future__ import annotations

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
    words = (
        N_("*%(giver)s kept a message as feedback for %(about)s* · %(when)s")
        if card.saved
        else N_("*%(giver)s gives feedback to %(about)s* · %(when)s")
    )
    return reader.say(
        words, giver=card.giver.name, about=card.about.name, when=reader.moment(card.at)
    )


def opened_line(card: FeedbackCard, reader: Reader) -> Safe:
    """Who has looked, and when first."""
    if not card.opened:
        return reader.say(N_("Nobody has opened it yet."))
    opened = [
        reader.say(N_("%(name)s on %(when)s"), name=one.name, when=reader.moment(at))
        for one, at in card.opened
    ]
    return reader.say(N_("Opened by %(readers)s."), readers=reader.listed_safe(opened))


def readers_line(card: FeedbackCard, reader: Reader) -> Safe:
    """Everybody who may read it."""
    names = [person_name(one.name) for one in card.readers]
    if not names:
        return reader.say(N_("Read by %(giver)s alone."), giver=card.giver.name)
    return reader.say(
        N_("Read by %(giver)s and %(readers)s."),
        giver=card.giver.name,
        readers=reader.listed_safe(names),
    )

"""Retention: how many have which fate, and asking to purge those whose time is over."""

from __future__ import annotations

from collections.abc import Mapping

from domain.holds import MATTER_LIMIT
from domain.retention import AskPurge, RetentionPage
from domain.retention_rules import Fate, Maximum
from messages.blocks import actions, context, section
from messages.elements import Block, Element, button
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Text
from messages.presses import Press
from messages.reading import Reader
from messages.retention_kinds import due_line, preview_button
from messages.safe import Safe, person_name
from messages.surfaces import Message, View

OPEN = "retention:open"
PURGE = Form(
    name="retention_purge",
    title=N_("Purge"),
    submit=N_("Continue"),
    model=AskPurge,
    inputs=(
        Text(
            "matter",
            N_("Where the purge was decided"),
            max_length=MATTER_LIMIT,
            hint=N_("A ticket's number, without names: it stays in the record."),
        ),
    ),
)
_COUNTED: Mapping[Fate, str] = {
    Fate.DUE: N_("Their time is over: *%(count)s*"),
    Fate.HELD: N_("Their time is over, and a legal hold keeps them: %(count)s"),
    Fate.CONFLICT: N_(
        "Their time is over, and a law wants some of it kept longer: %(count)s. Please ask counsel."
    ),
    Fate.DISPUTED: N_("Their time is over, and a case of theirs is open: %(count)s"),
    Fate.NOT_YET: N_("They have time left: %(count)s"),
}


def retention_message(page: RetentionPage, reader: Reader) -> Message:
    """People who have left, by what retention says of them."""
    head = reader.say(N_("*People who have left, and what is held on them*"))
    lines = [
        reader.say(words, count=page.preview.counts.get(what, 0))
        for what, words in _COUNTED.items()
    ]
    said = Safe("\n").join([head, *lines])
    blocks: list[Block] = [section(said)]
    if page.names and page.can_ask:
        names = reader.listed_safe([person_name(one) for one in page.names])
        first = reader.say(N_("First of those whose time is over: %(names)s."), names=names)
        blocks.append(section(first))
        blocks.append(actions(purge_button(reader)))
    kinds = due_line(page.preview.kinds, reader)
    blocks += [section(kinds), actions(preview_button(reader))]
    blocks.append(
        context(*[_rule_words(one, reader) for one in page.preview.rules][:9] or [_none(reader)])
    )
    return Message(Safe("\n").join([said, kinds]), blocks)


def _none(reader: Reader) -> Safe:
    return reader.say(N_("Policy sets no maximum yet."))


def _rule_words(rule: Maximum, reader: Reader) -> Safe:
    """A maximum of policy's, as it is applied."""
    counted = reader.ngettext(
        "%(region)s: %(count)s month after leaving (%(reference)s).",
        "%(region)s: %(count)s months after leaving (%(reference)s).",
        rule.months,
    )
    return Safe(counted) % {
        "region": rule.region or reader.gettext(N_("Everywhere")),
        "count": reader.number(rule.months),
        "reference": rule.reference,
    }


def purge_button(reader: Reader) -> Element:
    return button(reader.gettext(PURGE.title), OPEN, Press(None).encode())


def purge_view(page: RetentionPage, reader: Reader) -> View:
    """Who is to be purged, before anybody is asked for it."""
    counted = reader.ngettext(
        "%(count)s person is purged by this request: %(names)s.",
        "%(count)s people are purged by this request, among them %(names)s.",
        len(page.preview.due),
    )
    names = reader.listed_safe([person_name(one) for one in page.names])
    intro = Safe(counted) % {"count": reader.number(len(page.preview.due)), "names": names}
    words = reader.say(
        N_(
            "Two people purge: you ask with a code, somebody else in HR or compliance approves. "
            "Everything on them is erased, for good. Whom a hold or a law keeps then is left out."
        )
    )
    return render_form(
        PURGE, reader, FormState.new(PURGE.name), intro=(section(intro),), outro=(context(words),)
    )

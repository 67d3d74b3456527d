"""Dead letters: their part of `/accord cases`, those of one cause, dismissing, the daily news."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel

from domain.dead_letters import (
    DeadLetter,
    DeadLettersNotice,
    DismissLetters,
    LetterGroup,
    LetterPage,
    LettersOfCause,
    Settled,
    TriedAgain,
)
from domain.roles import REASON_LIMIT
from messages.blocks import actions, context, section
from messages.dead_letter_presses import LetterAction, cause_button, letter_button
from messages.dead_letter_words import WHY, group_words, letter_words, pointless_words
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import LongText
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View

DISMISS = Form(
    name="letters_dismiss",
    title=N_("Dismiss"),
    submit=N_("Dismiss"),
    model=DismissLetters,
    inputs=(
        LongText(
            "reason",
            N_("Reason"),
            max_length=REASON_LIMIT,
            hint=N_("It stays in the record."),
        ),
    ),
)
FORMS: Mapping[str, Form[BaseModel]] = {DISMISS.name: DISMISS}
_CLOSE = N_("Close")
CAUSES = 10


def letters_message(page: LetterPage, reader: Reader) -> Message:
    """What could not be delivered, a part for each cause; at most half of what a message holds."""
    lines = [_counted(page.count, reader)]
    blocks: list[Block] = [section(lines[0])]
    for group in page.groups[:CAUSES]:
        lines.append(group_words(group, reader))
        blocks += [section(lines[-1]), _acts(group, reader)]
    if len(page.groups) > CAUSES:
        lines.append(reader.say(N_("Rarer causes come up when these are dealt with.")))
        blocks.append(context(lines[-1]))
    if page.again.any:
        lines.append(_again_words(page.again, reader))
        blocks.append(context(lines[-1]))
    return Message(Safe("\n").join(lines), blocks)


def _counted(count: int, reader: Reader) -> Safe:
    if not count:
        return reader.say(N_("Every message was delivered, or waits for its time."))
    counted = reader.ngettext(
        "*%(count)s message could not be delivered*",
        "*%(count)s messages could not be delivered*",
        count,
    )
    return Safe(counted) % {"count": reader.number(count)}


def _acts(group: LetterGroup, reader: Reader) -> Block:
    if group.only is not None:
        return actions(
            letter_button(LetterAction.AGAIN, reader, group.only.id, style="primary"),
            letter_button(LetterAction.DISMISS, reader, group.only.id),
        )
    about = reader.gettext(WHY[group.cause])
    return actions(
        *(
            cause_button(action, group.cause, reader, about=about)
            for action in (LetterAction.AGAIN_ALL, LetterAction.EACH, LetterAction.DISMISS_ALL)
        )
    )


def _again_words(again: TriedAgain, reader: Reader) -> Safe:
    told = []
    if again.sent:
        told.append(reader.write(N_("%(count)s sent"), count=again.sent))
    if again.waiting:
        told.append(reader.write(N_("%(count)s under way"), count=again.waiting))
    for reason, count in sorted((again.pointless or {}).items()):
        why = pointless_words(reason, reader)
        told.append(reader.write(N_("%(count)s not sent, %(why)s"), count=count, why=why))
    if again.dead:
        told.append(reader.write(N_("%(count)s refused again"), count=again.dead))
    return reader.say(N_("Tried again within a day: %(told)s."), told="; ".join(told))


def each_view(page: LettersOfCause, offset: int, reader: Reader) -> View:
    """Those of one cause, each with its buttons."""
    group = page.group
    blocks: list[Block] = [section(reader.say(WHY[group.cause]))]
    for letter in page.letters:
        blocks += [section(letter_words(letter, reader)), _one(letter, reader)]
    if page.more:
        after = offset + len(page.letters)
        blocks.append(context(reader.say(N_("%(count)s more"), count=page.more)))
        blocks.append(actions(cause_button(LetterAction.MORE, group.cause, reader, after)))
    title = reader.gettext(N_("Not delivered"))
    return View.modal(title, blocks, close=reader.gettext(_CLOSE))


def _one(letter: DeadLetter, reader: Reader) -> Block:
    return actions(
        letter_button(LetterAction.AGAIN, reader, letter.id, about=letter.person),
        letter_button(LetterAction.DISMISS, reader, letter.id, about=letter.person),
    )


def dismiss_view(letter: UUID, reader: Reader) -> View:
    """Asks why nobody is to get this message any more."""
    words = reader.say(N_("Nobody gets this message any more."))
    return render_form(
        DISMISS,
        reader,
        FormState.new(DISMISS.name, ids={"letter": letter}),
        outro=(context(words),),
    )


def dismiss_all_view(group: LetterGroup, reader: Reader) -> View:
    """The same for all of a cause that were there by now: what dies later is not meant."""
    words = reader.say(N_("Nobody gets these %(count)s messages any more."), count=group.count)
    return render_form(
        DISMISS,
        reader,
        FormState.new(DISMISS.name, version=group.newest, refs={"cause": group.cause.value}),
        outro=(context(words),),
    )


def again_words(settled: Settled, reader: Reader) -> Safe:
    """What was done, before it is known what comes of it."""
    counted = reader.ngettext(
        "%(count)s message is tried again; what no longer needs to be told is left out. "
        "`/accord cases` says what became of it.",
        "%(count)s messages are tried again; what no longer needs to be told is left out. "
        "`/accord cases` says what became of them.",
        settled.count,
    )
    return Safe(counted) % {"count": reader.number(settled.count)}


def again_message(settled: Settled, page: LetterPage | None, reader: Reader) -> Message:
    """The same above what is left."""
    words = again_words(settled, reader)
    left = () if page is None else letters_message(page, reader).blocks
    return Message(words, [section(words), *left])


def dismissed_words(settled: Settled, reader: Reader) -> Safe:
    counted = reader.ngettext(
        "%(count)s message is dismissed.", "%(count)s messages are dismissed.", settled.count
    )
    return Safe(counted) % {"count": reader.number(settled.count)}


def news_message(told: DeadLettersNotice, reader: Reader) -> Message:
    """That letters wait; which, opens with the button."""
    if not told.count:
        said = reader.say(N_("All that could not be delivered is dealt with."))
        return Message(said, [section(said)])
    lines = [_counted(told.count, reader)]
    lines += [
        reader.say(N_("%(count)s: %(why)s"), count=one.count, why=reader.say(WHY[one.cause]))
        for one in told.groups
    ]
    said = Safe("\n").join(lines)
    return Message(said, [section(said), actions(letter_button(LetterAction.LIST, reader))])

"""Messages about rounds: the question in the channel, the facilitator's own, the summary."""

from __future__ import annotations

from collections.abc import Sequence

from domain.rounds import (
    AnswerReturned,
    RoundAdrift,
    RoundDesk,
    RoundHead,
    RoundNotice,
    RoundQuestion,
    RoundResult,
    RoundSummary,
    RoundTrouble,
)
from messages.blocks import actions, divider, section
from messages.elements import Block, Element
from messages.i18n import N_
from messages.reading import Reader
from messages.rich_text import paragraph, quote, rich_text
from messages.round_presses import RoundAction, round_button
from messages.round_words import (
    anonymous_outcome,
    answer_line,
    counted,
    fits_headline,
    headline,
    trouble_words,
)
from messages.safe import Safe, escape_long
from messages.shorten import shorten
from messages.surfaces import Message
from messages.templates import Templates

SHOWN_ANSWERS = 10
SHOWN_LETTERS = 700
TOLD_LETTERS = 300


def round_message(notice: RoundNotice, reader: Reader, templates: Templates) -> Message:
    """The message of its kind, as things stand."""
    match notice:
        case RoundQuestion():
            return _question(notice, reader, templates)
        case RoundDesk():
            return _desk(notice, reader, templates)
        case RoundAdrift():
            return _adrift(notice, reader, templates)
        case AnswerReturned():
            return _returned(notice, reader, templates)
        case RoundResult():
            return _result(notice, reader, templates)
        case RoundSummary():
            return _summary(notice, reader, templates)


def _question(notice: RoundQuestion, reader: Reader, templates: Templates) -> Message:
    head = notice.round
    rendered = templates.render(
        "rounds/question",
        reader,
        headline=headline(head, reader),
        question=None if fits_headline(head) else head.question,
        open=head.open,
        status=_status(notice, reader),
        facilitator=notice.reader.name,
        anonymous=head.anonymous,
    )
    extra: list[Block] = []
    if not fits_headline(head):
        extra += [rich_text(paragraph(head.question)), section(_status(notice, reader))]
    if head.open:
        extra.append(actions(*_ways(head, reader)))
    return rendered.message(*extra)


def _status(notice: RoundQuestion, reader: Reader) -> Safe:
    """Until when, or that it is closed and where the summary is."""
    head = notice.round
    if head.open:
        return reader.say(
            N_("%(facilitator)s collects answers until %(closes)s."),
            facilitator=notice.reader.name,
            closes=reader.token(head.closes_at),
        )
    closed = reader.say(N_("*Closed.*"))
    if head.summary_posted_at is None:
        return closed
    return closed + Safe(" ") + reader.say(N_("The summary is in the thread."))


def _ways(head: RoundHead, reader: Reader) -> list[Element]:
    ways = [RoundAction.ANSWER_PRIVATELY]
    if head.anonymous:
        ways.append(RoundAction.ANSWER_ANONYMOUSLY)
    return _buttons(ways, head, reader)


def _buttons(ways: Sequence[RoundAction], head: RoundHead, reader: Reader) -> list[Element]:
    return [round_button(way, reader, head.id, about=head.topic) for way in ways]


def _desk(notice: RoundDesk, reader: Reader, templates: Templates) -> Message:
    head = notice.round
    rendered = templates.render(
        "rounds/desk",
        reader,
        topic=head.topic,
        channel=head.channel_name,
        state=head.state.value,
        closes=reader.token(head.closes_at),
        counted=counted(notice.counts, reader),
        anonymous=head.anonymous,
        trouble=trouble_words(head, reader) if head.open else None,
    )
    if not head.open:
        return rendered.message()
    ways = [RoundAction.CLOSE]
    if head.trouble in (RoundTrouble.NOT_ASKED, RoundTrouble.DELETED):
        ways.insert(0, RoundAction.ASK_AGAIN)
    return rendered.message(actions(*_buttons(ways, head, reader)))


def _adrift(notice: RoundAdrift, reader: Reader, templates: Templates) -> Message:
    head = notice.round
    rendered = templates.render(
        "rounds/adrift",
        reader,
        topic=head.topic,
        channel=head.channel_name,
        facilitator=notice.facilitator.name,
        own=notice.facilitator.id == notice.reader.id,
        adrift=notice.adrift,
        may_take=notice.may_take,
    )
    if not (notice.adrift and notice.may_take):
        return rendered.message()
    return rendered.message(actions(*_buttons([RoundAction.TAKE_OVER], head, reader)))


def _returned(notice: AnswerReturned, reader: Reader, templates: Templates) -> Message:
    head = notice.round
    rendered = templates.render(
        "rounds/returned",
        reader,
        topic=head.topic,
        open=head.open,
        facilitator=notice.facilitator.name,
    )
    if not head.open:
        return rendered.message()
    return rendered.message(actions(*_buttons([RoundAction.ANSWER_PRIVATELY], head, reader)))


def open_round_message(head: RoundHead, reader: Reader, *, adrift: bool) -> Message:
    """What a facilitator hears who would open a second round in a channel."""
    words = reader.say(
        N_(
            "A round is open here already: *%(topic)s*, until %(closes)s. "
            "It has to be closed before another can be opened."
        ),
        topic=head.topic,
        closes=reader.token(head.closes_at),
    )
    ways = [RoundAction.TAKE_OVER, RoundAction.CLOSE] if adrift else [RoundAction.CLOSE]
    return Message(words, [section(words), actions(*_buttons(ways, head, reader))])


def closing_message(head: RoundHead, reader: Reader, *, adrift: bool) -> Message:
    """What the one who closed it is told at once; the results come by themselves."""
    words = reader.say(
        N_(
            "*%(topic)s* is closed. Its facilitator can't go on: whoever takes it over gets the "
            "answers."
        )
        if adrift
        else N_("*%(topic)s* is closed. Its facilitator gets the answers in a moment."),
        topic=head.topic,
    )
    if not adrift:
        return Message(words, [section(words)])
    taking = actions(*_buttons([RoundAction.TAKE_OVER], head, reader))
    return Message(words, [section(words), taking])


def asked_again_message(head: RoundHead, reader: Reader) -> Message:
    words = reader.say(
        N_("The question of *%(topic)s* is put to #%(channel)s again."),
        topic=head.topic,
        channel=head.channel_name,
    )
    return Message(words, [section(words)])


def taken_over_message(head: RoundHead, reader: Reader) -> Message:
    words = reader.say(
        N_("*%(topic)s* is yours now. What comes next stands in a message of its own."),
        topic=head.topic,
    )
    return Message(words, [section(words)])


def _result(notice: RoundResult, reader: Reader, templates: Templates) -> Message:
    head, counts = notice.round, notice.counts
    shown = notice.answers[:SHOWN_ANSWERS]
    lines = [
        answer_line(answer, reader)
        + (Safe(": ") + escape_long(answer.words, TOLD_LETTERS) if answer.words else Safe())
        for answer in shown
    ]
    rendered = templates.render(
        "rounds/result",
        reader,
        topic=head.topic,
        counted=counted(counts, reader),
        deleted=anonymous_outcome(head, reader),
        trouble=trouble_words(head, reader),
        lines=lines,
        posted=head.summary_posted_at is not None,
        confidential=bool(counts.private or counts.anonymous),
    )
    blocks: list[Block] = []
    for answer in shown:
        blocks.append(section(answer_line(answer, reader)))
        if answer.words:
            blocks.append(rich_text(quote(shorten(answer.words, SHOWN_LETTERS))))
    if head.summary_posted_at is None:
        blocks += [divider(), section(_draft_words(notice, reader))]
    buttons = _result_buttons(notice, reader)
    if buttons:
        blocks.append(actions(*buttons))
    return rendered.message(*blocks)


def _draft_words(notice: RoundResult, reader: Reader) -> Safe:
    """What the draft is made of; its words stand above already, and in the dialog that opens."""
    said = sum(bool(answer.words) for answer in notice.answers)
    if not said:
        return reader.say(N_("*Draft summary*: how many answered. You can add what matters."))
    words = reader.ngettext(
        "*Draft summary*: the answer above, without its name.",
        "*Draft summary*: the %(count)s open answers, without names.",
        said,
    )
    return Safe(words) % {"count": reader.number(said)}


def _result_buttons(notice: RoundResult, reader: Reader) -> list[Element]:
    head, buttons = notice.round, []
    if notice.counts.private or notice.counts.anonymous:
        buttons.append(round_button(RoundAction.READ, reader, head.id, about=head.topic))
    cut = any(len(answer.words or "") > SHOWN_LETTERS for answer in notice.answers)
    if len(notice.answers) > SHOWN_ANSWERS or cut:
        buttons.append(round_button(RoundAction.SHOW_ALL, reader, head.id, about=head.topic))
    if head.summary_posted_at is None:
        buttons.append(
            round_button(RoundAction.APPROVE, reader, head.id, style="primary", about=head.topic)
        )
    return buttons


def _summary(notice: RoundSummary, reader: Reader, templates: Templates) -> Message:
    head = notice.round
    rendered = templates.render(
        "rounds/summary",
        reader,
        topic=head.topic,
        summary=head.summary or "",
        facilitator=notice.reader.name,
        count=notice.counts.total,
    )
    return rendered.message(rich_text(paragraph(head.summary or "…")))


def answered_words(reader: Reader, *, replaced: bool, anonymous: bool) -> Safe:
    """What the dialog says once an answer was sent."""
    if anonymous:
        return reader.say(N_("Thank you. Your answer is kept without your name."))
    if replaced:
        return reader.say(N_("Thank you. It replaces your earlier answer."))
    return reader.say(N_("Thank you. Only the facilitator reads it, after closing."))


def posted_words(head: RoundHead, reader: Reader) -> Safe:
    return reader.say(
        N_("The summary is posted under the question in #%(channel)s."), channel=head.channel_name
    )


def opened_words(head: RoundHead, reader: Reader) -> Safe:
    """What the dialog says once the question is on its way."""
    return reader.say(
        N_("Your question is put to #%(channel)s. In our own conversation you find *Close round*."),
        channel=head.channel_name,
    )

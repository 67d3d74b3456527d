"""Messages about feedback: that it is there, asked for, sent. Never what it says."""

from __future__ import annotations

from domain.feedback import (
    FeedbackAskedNotice,
    FeedbackCard,
    FeedbackList,
    FeedbackNotice,
    FeedbackRequest,
    FeedbackSavedNotice,
)
from messages.blocks import actions, context, section
from messages.elements import Block, Element
from messages.feedback_presses import FeedbackAction, feedback_button
from messages.feedback_words import kind_promise, readers_line, row_line
from messages.i18n import N_
from messages.reading import Reader
from messages.rich_text import paragraph, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

# What fits into one message, each card given with its *Undo*.
SHOWN = 10
FEW = 5


def feedback_message(notice: FeedbackNotice, reader: Reader, templates: Templates) -> Message:
    """Tells a reader that feedback is there, and of which kind."""
    card = notice.card
    rendered = templates.render(
        "feedback/there",
        reader,
        giver=card.giver.name,
        about=card.about.name,
        own=card.about.id == notice.reader.id,
        saved=card.saved,
        withdrawn=card.withdrawn,
        erased=card.erased,
        promise=kind_promise(card.kind, reader),
        readers=readers_line(card, reader),
    )
    if card.withdrawn or card.erased:
        return rendered.message()
    read = feedback_button(
        FeedbackAction.READ, reader, card.id, style="primary", about=card.giver.name
    )
    return rendered.message(actions(read))


def asked_message(notice: FeedbackAskedNotice, reader: Reader, templates: Templates) -> Message:
    """Asks for feedback; once given, says so."""
    request = notice.request
    rendered = templates.render(
        "feedback/asked",
        reader,
        asker=request.asker.name,
        answered=request.answered_at is not None,
        withdrawn=request.withdrawn_at is not None,
    )
    if not request.open:
        return rendered.message()
    give = feedback_button(
        FeedbackAction.GIVE, reader, request.asker.id, style="primary", about=request.asker.name
    )
    return rendered.message(actions(give))


def saved_message(notice: FeedbackSavedNotice, reader: Reader, templates: Templates) -> Message:
    """Tells the author of a message that a link to it is kept as feedback."""
    card = notice.card
    rendered = templates.render(
        "feedback/saved",
        reader,
        saver=card.giver.name,
        about=card.about.name,
        withdrawn=card.withdrawn,
        promise=kind_promise(card.kind, reader),
        readers=readers_line(card, reader),
    )
    if notice.permalink is None:
        return rendered.message()
    link: Element = {
        "type": "link",
        "url": notice.permalink,
        "text": reader.gettext(N_("Open the message")),
    }
    return rendered.message(rich_text(paragraph(link)))


def sent_view(card: FeedbackCard, reader: Reader) -> View:
    """What the dialog says once feedback was sent."""
    return View.modal(
        reader.gettext(N_("Feedback")), _sent(card, reader), close=reader.gettext(N_("Close"))
    )


def _sent(card: FeedbackCard, reader: Reader) -> list[Block]:
    words = reader.say(N_("Saved.")) if card.saved or not card.readers else reader.say(N_("Sent."))
    blocks = [section(words + Safe(" ") + readers_line(card, reader))]
    if card.can_undo:
        blocks.append(actions(feedback_button(FeedbackAction.UNDO, reader, card.id)))
        blocks.append(
            context(reader.say(N_("You can undo it for a few minutes, while nobody has read it.")))
        )
    return blocks


def taken_back_message(card: FeedbackCard, reader: Reader) -> Message:
    words = reader.say(
        N_("Taken back: your feedback to %(about)s is erased, and nobody has read it."),
        about=card.about.name,
    )
    return Message(words, [section(words)])


def asked_reply(request: FeedbackRequest, reader: Reader) -> Message:
    """What the asker is told."""
    words = (
        N_("You have asked %(name)s already; they haven't answered yet.")
        if request.repeated
        else N_("%(name)s is asked for feedback on your work. You hear from me when it is there.")
    )
    said = reader.say(words, name=request.asked.name)
    undo = feedback_button(FeedbackAction.UNASK, reader, request.id, about=request.asked.name)
    return Message(said, [section(said), actions(undo)])


def taken_back_request(request: FeedbackRequest, reader: Reader) -> Message:
    """What the asker is told once they ask no longer."""
    words = reader.say(
        N_("Taken back: %(name)s is no longer asked for feedback on your work."),
        name=request.asked.name,
    )
    return Message(words, [section(words)])


def list_message(listed: FeedbackList, reader: Reader) -> Message:
    """What one received and gave, without words; each opens in a dialog."""
    give = actions(feedback_button(FeedbackAction.GIVE, reader))
    listed_any = listed.given or listed.received or listed.more_given or listed.more_received
    if not (listed_any or listed.asking or listed.asked):
        words = reader.say(N_("There is no feedback yet, neither given nor received."))
        return Message(words, [section(words), give])
    blocks: list[Block] = []
    lines: list[Safe] = []
    for title, cards, more, last in (
        (
            reader.say(N_("*Received*")),
            listed.received[:SHOWN],
            FeedbackAction.MORE_RECEIVED,
            listed.more_received,
        ),
        (
            reader.say(N_("*Given*")),
            listed.given[:SHOWN],
            FeedbackAction.MORE_GIVEN,
            listed.more_given,
        ),
    ):
        if cards or last:
            blocks.append(section(title))
            lines.append(title)
        for card in cards:
            line = row_line(card, reader)
            lines.append(line)
            opener = None if card.erased else _open(card, reader)
            blocks.append(section(line, accessory=opener))
            if card.can_undo and card.giver.id == listed.viewer.id:
                undo = feedback_button(FeedbackAction.UNDO, reader, card.id, about=card.about.name)
                blocks.append(actions(undo))
        if last is not None:
            blocks.append(actions(feedback_button(more, reader, last)))
    for heading, sentence, requests, accessory in (
        (N_("*You are asked*"), N_("%(asker)s asks for feedback"), listed.asked[:FEW], _give_to),
        (N_("*You asked*"), N_("%(asked)s hasn't answered yet"), listed.asking[:FEW], _take_back),
    ):
        said = [
            reader.say(sentence, asker=one.asker.name, asked=one.asked.name) for one in requests
        ]
        if said:
            lines += [reader.say(heading), *said]
            blocks.append(section(reader.say(heading)))
        blocks += [
            section(line, accessory=accessory(one, reader))
            for line, one in zip(said, requests, strict=True)
        ]
    return Message(Safe("\n").join(lines), [*blocks, give])


def _give_to(request: FeedbackRequest, reader: Reader) -> Element:
    asker = request.asker
    return feedback_button(FeedbackAction.GIVE, reader, asker.id, about=asker.name)


def _take_back(request: FeedbackRequest, reader: Reader) -> Element:
    return feedback_button(FeedbackAction.UNASK, reader, request.id, about=request.asked.name)


def _open(card: FeedbackCard, reader: Reader) -> Element:
    return feedback_button(FeedbackAction.READ, reader, card.id, about=card.giver.name)

"""Sentences about rounds that messages and dialogs share."""

from __future__ import annotations

from domain.goal_commands import PROSE_LIMIT
from domain.rounds import (
    AnonymousFate,
    AnswerCounts,
    OpenAnswer,
    RoundHead,
    RoundResult,
    RoundTrouble,
)
from messages.blocks import section
from messages.elements import Block
from messages.i18n import N_
from messages.reading import Reader
from messages.rich_text import paragraph, rich_text
from messages.safe import Safe, escape
from messages.shorten import shorten

ONE_LINE = 150
DRAFTED = 200


def headline(head: RoundHead, reader: Reader) -> Safe:
    """`Topic: question`, or the topic alone where the question is long."""
    if fits_headline(head):
        return reader.say(N_("%(topic)s: %(question)s"), topic=head.topic, question=head.question)
    return escape(head.topic)


def fits_headline(head: RoundHead) -> bool:
    return len(head.question) <= ONE_LINE and "\n" not in head.question


def question_blocks(head: RoundHead, reader: Reader) -> list[Block]:
    """Topic and question, whatever their length."""
    blocks = [section(Safe("*%s*") % headline(head, reader))]
    if not fits_headline(head):
        blocks.append(rich_text(paragraph(head.question)))
    return blocks


def answer_line(answer: OpenAnswer, reader: Reader) -> Safe:
    """Who answered, and what happened to the answer."""
    marks: list[str] = []
    if answer.words is None:
        marks.append(reader.gettext(N_("withdrawn")))
    elif answer.edited:
        marks.append(reader.gettext(N_("edited")))
    if answer.late:
        marks.append(reader.gettext(N_("late")))
    name = reader.say(N_("*%(name)s*"), name=answer.author.name)
    return name + reader.say(" (%(marks)s)", marks=", ".join(marks)) if marks else name


def counted(counts: AnswerCounts, reader: Reader) -> Safe:
    """`7 in the thread, 3 private, 5 anonymous`; anonymous ones only once they may be told."""
    parts = [
        reader.write(N_("%(count)s in the thread"), count=counts.in_thread),
        reader.write(N_("%(count)s private"), count=counts.private),
    ]
    if counts.anonymous:
        parts.append(reader.write(N_("%(count)s anonymous"), count=counts.anonymous))
    return escape(", ".join(parts))


def anonymous_outcome(head: RoundHead, reader: Reader) -> Safe | None:
    """What became of anonymous answers, where they were deleted."""
    if head.anonymous_fate is not AnonymousFate.DELETED:
        return None
    return reader.say(
        N_("Fewer than five people answered anonymously: those answers were deleted unread.")
    )


_TROUBLES_WHILE_OPEN: dict[RoundTrouble, str] = {
    RoundTrouble.NOT_ASKED: N_(
        "I couldn't put the question to #%(channel)s: Slack didn't let me write there. Is the "
        "channel archived, or am I no longer a member? Then type `/invite @Accord` there."
    ),
    RoundTrouble.DELETED: N_(
        "The question was deleted in #%(channel)s. What was answered so far is kept."
    ),
    RoundTrouble.UNREADABLE: N_(
        "I can't read #%(channel)s any more, so I don't hear what is said in the thread. Please "
        "type `/invite @Accord` there."
    ),
}
_TROUBLES_AT_CLOSING: dict[RoundTrouble, str] = {
    RoundTrouble.NOT_ASKED: N_("The question never reached #%(channel)s."),
    RoundTrouble.DELETED: N_("The question was deleted in #%(channel)s."),
    RoundTrouble.UNREADABLE: N_(
        "I couldn't read the thread in #%(channel)s at closing, so the last answers may be missing."
    ),
}


def trouble_words(head: RoundHead, reader: Reader) -> Safe | None:
    """What stands between the round and its channel, and what helps."""
    if head.trouble is None:
        return None
    words = _TROUBLES_WHILE_OPEN if head.open else _TROUBLES_AT_CLOSING
    return reader.say(words[head.trouble], channel=head.channel_name)


def draft_summary(result: RoundResult, reader: Reader) -> str:
    """A draft from the open answers alone, without names: the facilitator completes it."""
    said = [answer.words for answer in result.answers if answer.words]
    if not said:
        return reader.write(N_("Answers: %(count)s."), count=result.counts.total)
    lines = [reader.gettext(N_("Said in the thread:"))]
    for words in said:
        line = f"• {shorten(' '.join(words.split()), DRAFTED)}"
        if len("\n".join([*lines, line])) > PROSE_LIMIT:
            break
        lines.append(line)
    return "\n".join(lines)

"""Messages about check-ins. Each kind has one home here; what is confidential is never in one."""

from __future__ import annotations

from domain.checkins import (
    MOST_AT_ONCE,
    AnsweredNotice,
    CheckInNotice,
    KeptNotice,
    PromptNotice,
    ReplyNotice,
    TypedNotice,
)
from domain.goals import GoalCard
from domain.measures import Doubt, Measure
from messages.blocks import actions, context, divider, section
from messages.checkin_presses import CheckInAction, checkin_button
from messages.checkin_team import digest_blocks, digest_text
from messages.checkin_typed import NOT_A_NUMBER, read_typed
from messages.checkin_words import answer_line, last_value_line, prompt_line, read_by, why_now
from messages.checkins import snooze_example, snoozed_message
from messages.elements import Block, Element
from messages.errors import WORDS, error_words
from messages.goal_words import doubt_text
from messages.i18n import N_
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe, escape
from messages.surfaces import Message
from messages.templates import Templates


def check_in_message(notice: CheckInNotice, reader: Reader, templates: Templates) -> Message:
    """The message of its kind, as things stand."""
    match notice:
        case PromptNotice():
            return _prompt(notice, reader, templates)
        case AnsweredNotice():
            return _answered(notice, reader, templates)
        case ReplyNotice():
            return _reply(notice, reader, templates)
        case KeptNotice():
            return _kept(notice, reader, templates)
        case TypedNotice():
            return _typed(notice, reader)


def _prompt(notice: PromptNotice, reader: Reader, templates: Templates) -> Message:
    if not notice.goals and notice.team is not None:
        return Message(digest_text(notice.team, reader), digest_blocks(notice.team, reader))
    asking = bool(notice.open) and notice.asked_again is None
    small = _small_print(notice, reader)
    rendered = templates.render(
        "checkins/prompt",
        reader,
        headline=_headline(notice, reader),
        lines=_lines(notice, reader),
        why=_why_and_when_next(notice, reader),
        small=small,
        team=digest_text(notice.team, reader) if notice.team else None,
    )
    blocks: list[Block] = []
    buttons = _prompt_buttons(notice, reader, asking=asking)
    if buttons:
        blocks.append(actions(*buttons))
    blocks.append(context(small))
    if notice.team is not None:
        blocks += [divider(), *digest_blocks(notice.team, reader)]
    return rendered.message(*blocks)


def _why_and_when_next(notice: PromptNotice, reader: Reader) -> Safe | None:
    """Why it comes now, while it asks, and when the next one comes."""
    if notice.asked_again is not None and notice.open:
        return None
    why = why_now(notice.open, reader)
    snoozed = notice.snoozed_to is not None and notice.open
    told = [why] if why is not None else []
    if notice.next_on is not None and not snoozed:
        told.append(reader.say(N_("The next one comes on %(day)s."), day=notice.next_on))
    return Safe(" ").join(told) if told else None


def _headline(notice: PromptNotice, reader: Reader) -> Safe:
    count = len(notice.open)
    if notice.asked_again is not None and count:
        return reader.say(
            N_("This check-in was asked again on %(day)s; please answer there"),
            day=notice.asked_again,
        )
    if not count:
        return reader.say(N_("Checked in. Thank you"))
    if notice.snoozed_to is not None:
        return reader.say(
            N_("Check-in: put off until %(day)s"), day=reader.weekday(notice.snoozed_to)
        )
    return reader.say(
        _opening(notice, count), goals=_how_many(count, reader), count=_minutes(count)
    )


def _opening(notice: PromptNotice, count: int) -> str:
    if notice.after_leave:
        if count == 1:
            return N_("Welcome back. Check-in: %(goals)s, less than a minute")
        if _minutes(count) == 1:
            return N_("Welcome back. Check-in: %(goals)s, about a minute")
        return N_("Welcome back. Check-in: %(goals)s, about %(count)s minutes")
    if count == 1:
        return N_("Check-in: %(goals)s, less than a minute")
    if _minutes(count) == 1:
        return N_("Check-in: %(goals)s, about a minute")
    return N_("Check-in: %(goals)s, about %(count)s minutes")


_GOALS = (
    N_("one goal"),
    N_("two goals"),
    N_("three goals"),
    N_("four goals"),
    N_("five goals"),
    N_("six goals"),
    N_("seven goals"),
    N_("eight goals"),
)
_GOALS_A_MINUTE = 4


def _how_many(count: int, reader: Reader) -> str:
    if count <= len(_GOALS):
        return reader.gettext(_GOALS[count - 1])
    words = reader.ngettext("%(count)s goal", "%(count)s goals", count)
    return words % {"count": reader.number(count)}


def _minutes(count: int) -> int:
    return -(-count // _GOALS_A_MINUTE)


def _lines(notice: PromptNotice, reader: Reader) -> list[Safe]:
    """The goals, those still open first where there are more than one message can name."""
    goals = notice.goals
    if len(goals) > MOST_AT_ONCE:
        goals = tuple(sorted(goals, key=lambda goal: goal.answered))
    lines = [prompt_line(goal, reader) for goal in goals[:MOST_AT_ONCE]]
    left = len(goals) - len(lines)
    if left:
        words = reader.ngettext("… and %(count)s more.", "… and %(count)s more.", left)
        lines.append(reader.say("%(words)s", words=words % {"count": reader.number(left)}))
    return lines


def _small_print(notice: PromptNotice, reader: Reader) -> Safe:
    told = read_by(notice.manager, reader)
    if not notice.open:
        return told
    example = notice.open[0].card.reference
    return (
        told
        + Safe(" ")
        + reader.say(
            N_("You can also reply with a number: `7.1`, or `%(reference)s 7.1`."),
            reference=example,
        )
    )


def _prompt_buttons(notice: PromptNotice, reader: Reader, *, asking: bool) -> list[Element]:
    if asking:
        buttons = [
            checkin_button(CheckInAction.OPEN, reader, notice.id, style="primary"),
            checkin_button(CheckInAction.NOTHING_CHANGED, reader, notice.id),
        ]
        after = CheckInAction.SNOOZE if notice.snoozed_to is None else CheckInAction.UNDO_SNOOZE
        return [*buttons, checkin_button(after, reader, notice.id)]
    if notice.undo is not None:
        return [checkin_button(CheckInAction.UNDO, reader, notice.undo)]
    return []


def _answered(notice: AnsweredNotice, reader: Reader, templates: Templates) -> Message:
    notes = None
    if notice.notes and not notice.taken_back:
        notes = reader.say(
            N_("%(owner)s also wrote what is in the way or would help. *Read* opens it."),
            owner=notice.owner.name,
        )
    rendered = templates.render(
        "checkins/answered",
        reader,
        owner=notice.owner.name,
        taken_back=notice.taken_back,
        lines=[] if notice.taken_back else [answer_line(one, reader) for one in notice.answers],
        notes=notes,
    )
    blocks: list[Block] = []
    if not notice.taken_back:
        blocks += [
            rich_text(quote(f"{one.card.reference}: {one.words}"))
            for one in notice.answers
            if one.words
        ]
        if notice.notes or notice.replies:
            blocks.append(
                actions(
                    checkin_button(CheckInAction.READ, reader, notice.id, about=notice.owner.name)
                )
            )
    return rendered.message(*blocks)


def _reply(notice: ReplyNotice, reader: Reader, templates: Templates) -> Message:
    words = N_("%(author)s answered (edited)") if notice.edited else N_("%(author)s answered")
    if notice.withdrawn:
        words = N_("%(author)s took an answer back")
    rendered = templates.render(
        "checkins/support_answered",
        reader,
        headline=reader.say(words, author=notice.author.name),
        small=_about(notice, reader),
    )
    if notice.withdrawn or not notice.can_read:
        return rendered.message()
    read = checkin_button(CheckInAction.READ, reader, notice.check_in, about=notice.author.name)
    return rendered.message(actions(read))


def _about(notice: ReplyNotice, reader: Reader) -> Safe:
    """Which check-in, who reads it, and how to answer as long as one can."""
    mine = notice.owner.id == notice.reader.id
    day = notice.checked_in_at.astimezone(reader.zone).date()
    about = (
        N_("It is about your check-in of %(day)s.")
        if mine
        else N_("It is about %(owner)s's check-in of %(day)s.")
    )
    told = reader.say(about, owner=notice.owner.name, day=day)
    if not notice.can_read:
        over = reader.say(N_("Who leads has changed since, so this conversation has ended."))
        return Safe(" ").join([told, over])
    alone = reader.say(
        N_(
            "Only you two can read it; it never counts in an evaluation. To answer, reply in this "
            "thread."
        )
    )
    return Safe(" ").join([told, alone])


def _kept(notice: KeptNotice, reader: Reader, templates: Templates) -> Message:
    if notice.withdrawn:
        told = reader.say(
            N_(
                "Taken back: %(other)s can't read it any more. If it still stands in this thread, "
                "Slack keeps it until you delete it there."
            ),
            other=notice.other.name,
        )
    elif notice.read_at is not None:
        told = reader.say(
            N_("Read by %(other)s on %(when)s. Only you two can read it."),
            other=notice.other.name,
            when=notice.read_at,
        )
    else:
        told = reader.say(
            N_(
                "%(other)s is told that you answered. Only you two can read it; it never counts in "
                "an evaluation. Change or delete your message, and it changes for %(other)s too."
            ),
            other=notice.other.name,
        )
    rendered = templates.render("checkins/support_kept", reader, told=told)
    blocks = [context(rendered.context)]
    if notice.can_undo:
        blocks.append(actions(checkin_button(CheckInAction.UNDO_REPLY, reader, notice.id)))
    return Message(rendered.text, blocks)


def _typed(notice: TypedNotice, reader: Reader) -> Message:
    """What became of a number, in the thread where it was typed."""
    if notice.saved is not None:
        lines = [
            reader.say(N_("Saved.")),
            *(answer_line(one, reader) for one in notice.saved.answers),
        ]
        text = Safe("\n").join(lines)
        blocks = [section(text)]
        if notice.undo is not None:
            blocks.append(actions(checkin_button(CheckInAction.UNDO, reader, notice.undo)))
        blocks.append(context(read_by(notice.saved.manager, reader)))
        return Message(text, blocks)
    if notice.put_off is not None:
        return snoozed_message(notice.put_off, reader)
    if notice.outcome == "snooze_for_how_long":
        return snooze_example(reader)
    text = _not_saved(notice, reader)
    return Message(text, [section(text)])


_ANSWERS = {
    "nothing_due": N_("You have no active goal to report on. `/goal new` proposes one."),
    "check_in_taken_back": N_("Taken back: it doesn't count any more."),
    "support_ended": N_(
        "Nobody was told of this: who leads has changed since that check-in, so this conversation "
        "has ended. What you wrote stands in Slack, and only you see it. What your manager is to "
        "read can go into your next check-in: `/checkin`."
    ),
    "support_which": N_(
        "Nobody was told of this: the message above tells of several people. Press *Answer* beside "
        "the one you mean, and reply in the thread of what I send you then."
    ),
    "support_taken_back": N_(
        "Nobody was told of this: that check-in was taken back. What you wrote stands in Slack, "
        "and only you see it."
    ),
    NOT_A_NUMBER: N_(
        "Here I can read numbers: `7.1`, or `%(example)s 7.1`. `snooze 3d` puts it off. For words, "
        "press *Check in*."
    ),
}


def _not_saved(notice: TypedNotice, reader: Reader) -> Safe:
    typed = read_typed(notice.words)
    example = notice.due[0].reference if notice.due else "G-12"
    if notice.outcome == "which_goal":
        head = reader.say(
            N_("Which goal do you mean? Please write it before the number: `%(example)s 7.1`."),
            example=example,
        )
        return Safe("\n").join(
            [head, *(last_value_line(card, reader, stays=True) for card in notice.due)]
        )
    if notice.about is not None and typed is not None and typed.measure is not None:
        return _unfitting(notice.about, typed.measure, reader)
    if notice.outcome == "not_shared":
        reference = typed.reference if typed and typed.reference else ""
        return reader.say(WORDS["not_shared"], reference=reference)
    if notice.outcome in _ANSWERS:
        return reader.say(_ANSWERS[notice.outcome], example=example)
    if notice.outcome == "snooze_bounds":
        return reader.say(WORDS["snooze_bounds"], most=notice.most_days or 1)
    params = typed.params if typed and typed.params else {}
    return escape(error_words(notice.outcome, params, reader))


def _unfitting(goal: GoalCard, value: Measure, reader: Reader) -> Safe:
    """A number that does not fit its goal: it has another unit, or lies far from its target."""
    unit = goal.content.measure_unit
    if value.measure_unit is None:
        return escape(doubt_text(Doubt(value, goal.content.target, unit), reader))
    if unit is None:
        return reader.say(
            N_(
                "Nothing was saved: %(reference)s has no unit of measure. Please write the number "
                "alone."
            ),
            reference=goal.reference,
        )
    return reader.say(
        N_(
            "Nothing was saved: %(reference)s is measured in “%(unit)s”, not in “%(typed)s”. "
            "Please write the number alone."
        ),
        reference=goal.reference,
        unit=unit,
        typed=value.measure_unit,
    )

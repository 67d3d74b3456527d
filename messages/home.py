"""App Home: what needs me first, then my goals, then my people's."""

from __future__ import annotations

from domain.change_requests import ChangeCard
from domain.goals import GoalLine, GoalState
from domain.people import Member
from domain.screens import Home
from messages.access_reviews import to_review_block
from messages.approval_notices import to_approve_blocks
from messages.blocks import actions, context, divider, header, section
from messages.checkin_presses import CheckInAction, checkin_button
from messages.checkin_words import last_value_line
from messages.elements import Block
from messages.goal_change_notices import answer_wanted, change_headline
from messages.goal_words import goal_line
from messages.goals import row
from messages.i18n import N_
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View

CHECK_INS_NAMED = 3
APPROVALS_SHOWN = 5


def home_view(home: Home, reader: Reader) -> View:
    """The whole tab, within a hundred blocks."""
    blocks = [*_needs_me(home, reader), *_mine(home, reader)]
    if home.people:
        blocks += _people(home, reader)
    blocks.append(
        context(reader.say(N_("`/goal help` and `/accord help` say what else I can do.")))
    )
    return View.home(blocks)


def refusal_view(words: Safe) -> View:
    """The tab of somebody whom the directory does not know."""
    return View.home([section(words)])


def home_message(home: Home, reader: Reader) -> Message:
    """What needs the reader and their goals, as a reply."""
    count = len(home.needs_me)
    words = reader.ngettext(
        "%(count)s goal needs your answer.", "%(count)s goals need your answer.", count
    ) % {"count": reader.number(count)}
    if home.needs_more:
        words = reader.write(N_("More than %(count)s goals need your answer."), count=count)
    if not count:
        nothing, due = N_("Nothing needs you right now."), N_("A check-in waits for you.")
        review = N_("An access review waits for you.")
        approval = N_("Somebody waits for your approval.")
        change = N_("A change of a goal waits for your answer.")
        waits = next(
            (
                words
                for words, there in (
                    (change, home.changes),
                    (due, home.check_ins_due),
                    (approval, home.to_approve),
                    (review, home.access_review),
                )
                if there
            ),
            nothing,
        )
        words = reader.gettext(waits)
    return Message(words, [*_needs_me(home, reader), *_mine(home, reader)])


def _needs_me(home: Home, reader: Reader) -> list[Block]:
    blocks: list[Block] = [header(reader.gettext(N_("What needs you")))]
    waits = (
        home.needs_me,
        home.changes,
        home.check_ins_due,
        home.access_review,
        home.to_approve,
    )
    if not any(waits):
        blocks.append(section(reader.say(N_("Nothing right now."))))
    if home.check_ins_due:
        blocks += _check_ins(home, reader)
    if home.access_review is not None:
        blocks.append(to_review_block(home.access_review, reader))
    for request in home.to_approve[:APPROVALS_SHOWN]:
        blocks += to_approve_blocks(request, reader)
    if len(home.to_approve) > APPROVALS_SHOWN:
        more = N_("More wait for your approval: `/accord approvals` lists them.")
        blocks.append(context(reader.say(more)))
    for card in home.needs_me:
        words = _whose(card, home, reader) + goal_line(card, reader)
        if card.answer_by is not None:
            day = card.answer_by.astimezone(reader.zone).date()
            today = day == reader.today
            asked = N_("Please answer today.") if today else N_("Please answer by %(day)s.")
            words = words + Safe("\n") + reader.say(asked, day=reader.weekday(day))
        button = goal_button(
            GoalAction.SHOW,
            reader,
            card.id,
            card.version,
            label=N_("Show") if card.state is GoalState.DRAFT else N_("Answer"),
            style="primary",
            about=card.reference,
        )
        blocks.append(section(words, accessory=button))
    blocks += [_change(change, reader) for change in home.changes]
    if home.needs_more or home.changes_more:
        blocks.append(context(reader.say(N_("There are more; they show once these are answered."))))
    return blocks


def _change(change: ChangeCard, reader: Reader) -> Block:
    button = goal_button(
        GoalAction.CHANGE_SHOW,
        reader,
        change.id,
        change.terms.number,
        label=N_("Answer"),
        style="primary",
        about=change.reference,
    )
    words = change_headline(change, reader) + Safe("\n") + answer_wanted(change, reader)
    return section(words, accessory=button)


def _check_ins(home: Home, reader: Reader) -> list[Block]:
    """The goals that wait for a check-in, and what can be done about it here."""
    count = len(home.check_ins_due)
    words = reader.ngettext(
        "%(count)s goal waits for your check-in.",
        "%(count)s goals wait for your check-in.",
        count,
    ) % {"count": reader.number(count)}
    lines = [reader.say("*%(words)s*", words=words)]
    lines += [last_value_line(card, reader) for card in home.check_ins_due[:CHECK_INS_NAMED]]
    if home.put_off_to is not None:
        day = reader.weekday(home.put_off_to)
        lines.append(reader.say(N_("Put off until %(day)s."), day=day))
    buttons = [
        checkin_button(CheckInAction.OPEN, reader, style="primary"),
        checkin_button(CheckInAction.NOTHING_CHANGED, reader),
    ]
    after = CheckInAction.SNOOZE if home.put_off_to is None else CheckInAction.UNDO_SNOOZE
    buttons.append(checkin_button(after, reader))
    return [section(Safe("\n").join(lines)), actions(*buttons)]


def _whose(card: GoalLine, home: Home, reader: Reader) -> Safe:
    if card.state is GoalState.DRAFT:
        return reader.say(N_("*Your draft*: "))
    if card.owner.id != home.reader.id:
        return reader.say(N_("*%(owner)s*: "), owner=card.owner.name)
    if card.counterpart is None:
        return Safe()
    return reader.say(N_("*%(name)s suggests a change*: "), name=card.counterpart)


def _mine(home: Home, reader: Reader) -> list[Block]:
    blocks: list[Block] = [divider(), header(reader.gettext(N_("My goals")))]
    if not home.mine:
        blocks.append(
            section(reader.say(N_("You have no goals yet. The first takes about two minutes.")))
        )
    blocks += [row(card, reader) for card in home.mine]
    if home.mine_more:
        blocks.append(context(reader.say(N_("There are more: `/goal` lists them all."))))
    blocks.append(actions(goal_button(GoalAction.NEW, reader, style="primary")))
    return blocks


def _people(home: Home, reader: Reader) -> list[Block]:
    blocks: list[Block] = [divider(), header(reader.gettext(N_("My people")))]
    for person, cards in home.people:
        blocks.append(section(_person_line(person, cards, reader)))
    if home.people_more:
        blocks.append(
            context(reader.say(N_("There are more: `/goal list @name` shows anybody's goals.")))
        )
    return blocks


def _person_line(person: Member, cards: tuple[GoalLine, ...], reader: Reader) -> Safe:
    name = reader.say(N_("*%(name)s*"), name=person.name)
    if not cards:
        return name + Safe("\n") + reader.say(N_("No goals yet."))
    lines = [_short_line(card, reader) for card in cards]
    return Safe("\n").join([name, *lines])


def _short_line(card: GoalLine, reader: Reader) -> Safe:
    if card.state is GoalState.ACTIVE and card.progress.share is not None:
        told = reader.percent(card.progress.share)
    elif card.state is GoalState.ACTIVE:
        told = reader.gettext(N_("no progress yet"))
    else:
        told = reader.gettext(N_("not agreed yet"))
    return reader.say(
        N_("%(reference)s %(title)s · %(told)s"),
        reference=card.reference,
        title=card.content.title,
        told=told,
    )

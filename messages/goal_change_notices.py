"""A request for a change as people read it: the question, how it stands, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.change_requests import (
    ApprovalShown,
    ApprovalWhy,
    ChangeCard,
    ChangeState,
    Ended,
    GoalChangeNotice,
    GoalTouchedNotice,
    Impact,
)
from domain.goals import AlignedGoal
from domain.notices import NoticeKind
from messages.blocks import actions, section, sections
from messages.elements import Block, Element
from messages.goal_notices import ASKED_BECAUSE
from messages.goal_words import change_line, goal_line
from messages.i18n import N_
from messages.presses import GoalAction, Style, goal_button
from messages.reading import Reader
from messages.rich_text import paragraph, quote, rich_text
from messages.safe import Safe
from messages.shorten import shorten
from messages.surfaces import Message
from messages.templates import Templates

# A message is for answering; all of a long reason is in the history.
QUOTED = 600
NAMED = 5
"""Of the goals that it touches; more are counted."""


def change_message(notice: GoalChangeNotice, reader: Reader, templates: Templates) -> Message:
    """The message as things stand: a question while it is open, else what became of it."""
    card = notice.card
    reminder = notice.kind is NoticeKind.CHANGE_REMINDER
    next_ = _next(card, reader, reminder=reminder)
    if notice.kind is NoticeKind.CHANGE_UNANSWERED and card.state is ChangeState.OPEN:
        next_ = reader.say(
            N_("Nobody has answered yet. Please talk to %(name)s, or ask HR for help."),
            name=card.waits_for or reader.gettext(N_("the other side")),
        )
    rendered = templates.render(
        "goals/change",
        reader,
        headline=change_headline(card, reader),
        goal=goal_line(card.goal, reader),
        changes=_change_lines(card, reader),
        facts=Safe("\n").join(_facts(card, reader)),
        words=card.terms.reason or None,
        author=card.author,
        next=next_,
    )
    return rendered.message(*_rest(card, reader, next_))


def change_card_message(card: ChangeCard, reader: Reader) -> Message:
    """The same as an answer to a command or a press."""
    headline = change_headline(card, reader)
    lines = [
        Safe("*%s*") % headline,
        goal_line(card.goal, reader),
        *_change_lines(card, reader),
        *_facts(card, reader),
    ]
    return Message(headline, [*sections(Safe("\n").join(lines)), *_rest(card, reader)])


def _change_lines(card: ChangeCard, reader: Reader) -> list[Safe]:
    return [change_line(one, card.content, reader) for one in card.changes]


def _rest(card: ChangeCard, reader: Reader, next_: Safe | None = None) -> list[Block]:
    """Words, impact, what is asked, and what can be done."""
    blocks: list[Block] = []
    if card.terms.reason:
        blocks.append(rich_text(quote(f"{card.author}: {shorten(card.terms.reason, QUOTED)}")))
    blocks += _evidence(card, reader)
    if card.answer:
        named = f"{card.answered_by}: " if card.answered_by else ""
        blocks.append(rich_text(quote(f"{named}{shorten(card.answer, QUOTED)}")))
    if card.impact is not None and (told := impact_lines(card.impact, reader)):
        blocks += sections(Safe("\n").join([reader.say(N_("*What it touches*")), *told]))
    blocks.append(section(next_ if next_ is not None else _next(card, reader)))
    blocks.append(actions(*change_buttons(card, reader)))
    return blocks


def _evidence(card: ChangeCard, reader: Reader) -> list[Block]:
    terms = card.terms
    if not terms.evidence and not terms.link:
        return []
    label = reader.gettext(N_("Evidence"))
    told = f"{label}: {shorten(terms.evidence, QUOTED)}" if terms.evidence else label
    if not terms.link or (terms.evidence and terms.link in terms.evidence):
        return [rich_text(paragraph(told))]
    link: Element = {"type": "link", "url": terms.link, "text": reader.gettext(N_("Link"))}
    return [rich_text(paragraph(f"{told} ", link))]


def change_headline(card: ChangeCard, reader: Reader) -> Safe:
    """Who asks for what, or what became of it."""
    known = {"change": card.reference, "reference": card.goal.reference}
    if card.state is ChangeState.OPEN:
        if card.terms.number == 1:
            words = N_("%(name)s asks for a change of %(reference)s (%(change)s)")
            if card.goal.viewer == card.terms.author:
                words = N_("You ask for a change of %(reference)s (%(change)s)")
        else:
            words = N_("%(name)s suggests another change of %(reference)s (%(change)s)")
            if card.goal.viewer == card.terms.author:
                words = N_("You suggest another change of %(reference)s (%(change)s)")
        return reader.say(words, name=card.author, **known)
    if card.state is ChangeState.ENDED and card.ended is not None:
        return reader.say(_ENDED[card.ended], **known)
    return reader.say(
        _SETTLED[card.state],
        name=card.answered_by or "",
        when=reader.moment(card.answered_at) if card.answered_at else "",
        **known,
    )


_SETTLED = {
    ChangeState.ACCEPTED: N_(
        "%(change)s is agreed: %(reference)s is changed since %(when)s; %(name)s agreed last"
    ),
    ChangeState.DECLINED: N_("%(name)s declined the change of %(reference)s on %(when)s"),
    ChangeState.WITHDRAWN: N_("%(name)s withdrew the change of %(reference)s on %(when)s"),
    ChangeState.ENDED: N_("The change of %(reference)s is no longer asked for"),
}
_ENDED = {
    Ended.MOVED: N_("The change of %(reference)s is over: the goal was paused or has ended"),
    Ended.CORRECTED: N_("The change of %(reference)s is over: HR corrected the goal meanwhile"),
    Ended.LEFT: N_("The change of %(reference)s is over: somebody concerned has left"),
}


def _facts(card: ChangeCard, reader: Reader) -> list[Safe]:
    """How large it is, what it rests on, from when it counts, and who else agrees."""
    kind = reader.say("*%(kind)s*", kind=card.terms.kind)
    size = _size(card, reader)
    facts = [kind + Safe(": ") + size if size else kind]
    if card.terms.ground is not None:
        facts.append(reader.say(N_("What is different: %(ground)s"), ground=card.terms.ground))
    if card.terms.effective_on is not None:
        words = N_("Counts from %(day)s.")
        if card.marked:
            words = N_(
                "Counts from %(day)s, which was over when it was asked for, while a review is "
                "near: this stays marked for ever."
            )
        elif card.retroactive:
            words = N_("Counts from %(day)s, which was over when it was asked for.")
        facts.append(reader.say(words, day=card.terms.effective_on))
    facts += [_approval(one, reader) for one in card.approvals]
    return facts


def _size(card: ChangeCard, reader: Reader) -> Safe | None:
    """How far target and date move; None where neither does."""
    found, told = card.deviation, list[Safe]()
    if found.share is None:
        told.append(reader.say(N_("something else is measured, or from elsewhere")))
    elif found.share > 0:
        share = reader.percent(found.share)
        told.append(reader.say(N_("the target moves by %(share)s of its way"), share=share))
    if found.days:
        words = reader.ngettext(
            "the date moves by %(count)s day", "the date moves by %(count)s days", found.days
        )
        told.append(reader.say("%(words)s", words=words % {"count": reader.number(found.days)}))
    return reader.listed_safe(told) if told else None


def _approval(one: ApprovalShown, reader: Reader) -> Safe:
    if one.name is not None and one.approved_at is not None:
        return reader.say(
            N_("Approved by %(name)s on %(when)s."),
            name=one.name,
            when=reader.moment(one.approved_at),
        )
    if one.why is ApprovalWhy.RETROACTIVE:
        return reader.say(N_("One more person approves, since it counts from a past day."))
    return reader.say(N_("Once both sides agree, somebody above or in HR approves it, too."))


def impact_lines(impact: Impact, reader: Reader) -> list[Safe]:
    """What else a change touches: names of what the reader may know, a count for the rest."""
    told: list[Safe] = []
    if impact.served is not None:
        words = N_("It serves %(goal)s.")
        if impact.outlives_served:
            words = N_("It serves %(goal)s, and would be due after it.")
        told.append(reader.say(words, goal=_one(impact.served)))
    if impact.serving or impact.serving_others:
        told.append(
            _goals(N_("Served by: %(goals)s"), impact.serving, impact.serving_others, reader)
        )
        told.append(reader.say(N_("Their owners are told once it counts.")))
    if impact.outlived_by:
        words = reader.ngettext(
            "%(count)s of them would be due after it.",
            "%(count)s of them would be due after it.",
            impact.outlived_by,
        )
        told.append(
            reader.say("%(words)s", words=words % {"count": reader.number(impact.outlived_by)})
        )
    if impact.same_metric or impact.same_metric_others:
        told.append(
            _goals(
                N_("Measured alike: %(goals)s"),
                impact.same_metric,
                impact.same_metric_others,
                reader,
            )
        )
    if impact.check_ins is not None:
        told.append(
            reader.say(
                N_("Check-ins to come: ~%(before)s~ → *%(after)s*"),
                before=impact.check_ins[0],
                after=impact.check_ins[1],
            )
        )
    return told


def _goals(words: str, named: Sequence[AlignedGoal], others: int, reader: Reader) -> Safe:
    shown = [_one(goal) for goal in named[:NAMED]]
    rest = others + max(len(named) - NAMED, 0)
    if rest:
        counted = reader.ngettext("%(count)s more goal", "%(count)s more goals", rest)
        shown.append(counted % {"count": reader.number(rest)})
    return reader.say(words, goals=shown)


def _one(goal: AlignedGoal) -> str:
    return f"{goal.reference} {goal.title}"


def _next(card: ChangeCard, reader: Reader, *, reminder: bool = False) -> Safe:
    """What is asked of the reader by when, or what happens next."""
    if card.state is not ChangeState.OPEN:
        return reader.say(_AFTER[card.state])
    told = [reader.say(N_("This is your only reminder."))] if reminder else []
    if card.can_answer or card.can_approve:
        if card.can_approve:
            told.append(reader.say(N_("Both sides agree; it counts once you approve it, too.")))
        else:
            if card.capacity in ASKED_BECAUSE:
                owner = card.goal.owner.name
                told.append(reader.say(ASKED_BECAUSE[card.capacity], owner=owner))
            told.append(reader.say(N_("No answer is not a yes. The goal stays as it is.")))
        told.append(answer_wanted(card, reader))
        return Safe(" ").join(told)
    if card.waits_for is None:
        words = N_("Nobody can be asked yet. Please ask HR who should. I look again by %(day)s.")
        return reader.say(words, day=_day(card, reader))
    if card.answer_by is None:
        words = N_("%(name)s has not answered yet. Talk to them, or ask HR who can decide.")
        return reader.say(words, name=card.waits_for)
    if card.next_in_line:
        words = N_("%(name)s is asked to answer by %(day)s; then %(after)s is asked.")
        return reader.say(
            words, name=card.waits_for, day=_day(card, reader), after=card.next_in_line
        )
    words = N_("%(name)s is asked to answer by %(day)s.")
    return reader.say(words, name=card.waits_for, day=_day(card, reader))


_AFTER = {
    ChangeState.ACCEPTED: N_("What was agreed before is kept; *History* shows it."),
    ChangeState.DECLINED: N_("The goal stays as it was agreed."),
    ChangeState.WITHDRAWN: N_("The goal stays as it was agreed."),
    ChangeState.ENDED: N_("If it is still wanted, it can be asked for anew."),
}


def answer_wanted(card: ChangeCard, reader: Reader) -> Safe:
    """Until when, and who is asked then."""
    if card.answer_by is None:
        return reader.say(N_("Please answer when you can."))
    day = card.answer_by.astimezone(reader.zone).date()
    today = day == reader.today
    if card.next_in_line:
        words = N_("Please answer by %(day)s; then %(name)s is asked.")
        if today:
            words = N_("Please answer today; then %(name)s is asked.")
        return reader.say(words, day=reader.weekday(day), name=card.next_in_line)
    words = N_("Please answer today.") if today else N_("Please answer by %(day)s.")
    return reader.say(words, day=reader.weekday(day))


def _day(card: ChangeCard, reader: Reader) -> str:
    if card.answer_by is None:
        return ""
    day: date = card.answer_by.astimezone(reader.zone).date()
    return reader.weekday(day)


def change_buttons(card: ChangeCard, reader: Reader) -> list[Element]:
    """What the reader can do with it now; *History* of the goal always."""

    def one(action: GoalAction, style: Style | None = None) -> Element:
        return goal_button(
            action, reader, card.id, card.terms.number, style=style, about=card.reference
        )

    buttons: list[Element] = []
    if card.can_approve:
        buttons += [one(GoalAction.CHANGE_APPROVE, "primary"), one(GoalAction.CHANGE_DECLINE)]
    elif card.can_answer:
        buttons += [
            one(GoalAction.CHANGE_ACCEPT, "primary"),
            one(GoalAction.CHANGE_COUNTER),
            one(GoalAction.CHANGE_DECLINE),
        ]
    if card.can_withdraw:
        buttons.append(one(GoalAction.CHANGE_WITHDRAW))
    goal = card.goal
    buttons.append(goal_button(GoalAction.HISTORY, reader, goal.id, about=goal.reference))
    return buttons


def settled_change(card: ChangeCard, reader: Reader) -> Safe:
    """What somebody hears who presses after it was settled."""
    return change_headline(card, reader) + Safe(". ") + reader.say(N_("Nothing more to do."))


def touched_message(notice: GoalTouchedNotice, reader: Reader, _templates: Templates) -> Message:
    """To the owner of goals that serve one that has changed."""
    if notice.changed is None:
        words = reader.say(N_("*A goal that yours serves has changed.*"))
    else:
        words = reader.say(N_("*%(goal)s has changed.*"), goal=_one(notice.changed))
    lines = [words]
    if notice.due_date is not None:
        lines.append(reader.say(N_("It is due on %(day)s now."), day=notice.due_date))
    served = [_one(goal) for goal in notice.goals[:NAMED]]
    lines.append(reader.say(N_("These goals of yours serve it: %(goals)s."), goals=served))
    lines.append(reader.say(N_("Nothing of yours has changed. Please see whether it still fits.")))
    text = Safe("\n").join(lines)
    return Message(text, [section(text)])

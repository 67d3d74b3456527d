"""Messages about a goal's negotiation. Each kind has one home here and one template."""

from __future__ import annotations

from domain.goal_status import ENDED
from domain.goals import Capacity, GoalCard, GoalState, Side, StepKind
from domain.notices import NoticeKind
from domain.screens import GoalNotice, HelpAnsweredNotice, HelpNotice
from messages.blocks import actions, section
from messages.elements import Block, Element
from messages.goal_alignment import served_text
from messages.goal_comparison import comparison_blocks
from messages.goal_words import (
    change_line,
    deadline_words,
    goal_line,
    measure_text,
    progress_bar,
    progress_text,
    said_blocks,
    was_due,
)
from messages.i18n import N_
from messages.presses import GoalAction, Style, goal_button
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.shorten import shorten
from messages.surfaces import Message
from messages.templates import Templates

ONLY_A_DRAFT = N_("It is a draft that only you see. Change it and propose it again, or talk first.")

# A message is for answering; all of a long reason is in the history.
QUOTED = 600


def goal_message(notice: GoalNotice, reader: Reader, templates: Templates) -> Message:
    """The message as things stand: a question while it is open, else what became of it."""
    card = notice.card
    if card.state is not GoalState.PROPOSED:
        if notice.kind is NoticeKind.GOAL_TO_OWNER:
            return _owners_card(card, reader, templates)
        return _settled(notice, reader, templates)
    if notice.kind is NoticeKind.GOAL_TO_OWNER:
        return _owners_card(card, reader, templates)
    if notice.kind is NoticeKind.GOAL_UNANSWERED:
        return _unanswered(card, reader, templates)
    if card.can_decide and notice.latest:
        return _question(notice, reader, templates)
    return _waiting(card, reader, templates)


def _question(notice: GoalNotice, reader: Reader, templates: Templates) -> Message:
    card = notice.card
    counter = card.counters > 0
    words = card.version_reason if counter else card.content.why
    author = card.version_by or ""
    rendered = templates.render(
        "goals/to_decide",
        reader,
        counter=counter,
        author=author,
        reference=card.reference,
        goal=goal_line(card, reader),
        changes=[change_line(change, card.content, reader) for change in card.changes],
        serves=served_text(card.aligned, reader) if card.aligned else None,
        facts=_facts(card, reader),
        words=words,
        ask=(ask := _ask(notice, reader)),
    )
    extra: list[Block] = []
    if words:
        extra.append(rich_text(quote(f"{author}: {shorten(words, QUOTED)}")))
    extra += said_blocks(card.said, card, reader)
    extra += comparison_blocks(card, reader)
    extra.append(section(ask))
    extra.append(actions(*_decision_buttons(card, reader)))
    return rendered.message(*extra)


def _facts(card: GoalCard, reader: Reader) -> Safe:
    """What else one agrees to: how it is measured, and from where to where it counts."""
    content = card.content
    facts = [reader.say(N_("Measured by %(metric)s"), metric=content.metric)]
    for words, anchor in (
        (N_("threshold %(value)s"), content.threshold),
        (N_("stretch %(value)s"), content.stretch),
    ):
        if anchor is not None:
            value = measure_text(anchor, content.measure_unit, reader)
            facts.append(reader.say(words, value=value))
    return Safe(" · ").join(facts)


ASK_FIRST = N_("Ask a neutral person first")


def _decision_buttons(card: GoalCard, reader: Reader) -> list[Element]:
    def one(action: GoalAction, style: Style | None = None, label: str | None = None) -> Element:
        return goal_button(
            action,
            reader,
            card.id,
            card.version,
            label=label,
            style=style,
            about=card.reference,
        )

    buttons = [
        one(GoalAction.ACCEPT, "primary"),
        one(GoalAction.COUNTER),
        one(GoalAction.DECLINE),
    ]
    if card.can_ask_facilitator:
        label = ASK_FIRST if card.counters == 0 else None
        buttons.append(one(GoalAction.ASK_FACILITATOR, label=label))
    if card.can_reserve:
        buttons.append(one(GoalAction.RESERVE))
    buttons.append(_history_button(card, reader))
    return buttons


def _ask(notice: GoalNotice, reader: Reader) -> Safe:
    """What is asked, by when, and what happens after."""
    card = notice.card
    parts = []
    if notice.kind is NoticeKind.GOAL_REMINDER:
        parts.append(reader.say(N_("This is your only reminder.")))
    if card.viewer_side is Side.OTHER and card.capacity in ASKED_BECAUSE:
        parts.append(reader.say(ASKED_BECAUSE[card.capacity], owner=card.owner.name))
    if card.counters == 0:
        parts.append(reader.say(N_("It counts once you both agree.")))
    else:
        parts.append(reader.say(N_("No answer is not a yes. Both versions are kept.")))
    parts.append(deadline_words(card, reader))
    if card.can_ask_facilitator and card.viewer_side is Side.OWNER:
        parts.append(
            reader.say(
                N_("You can ask a neutral person first; %(name)s is not told."),
                name=card.counterpart or "",
            )
        )
    return Safe(" ").join(parts)


ASKED_BECAUSE = {
    Capacity.DEPUTY: N_("You are asked as deputy of %(owner)s's manager."),
    Capacity.MANAGERS_MANAGER: N_("You are asked as the next manager up from %(owner)s."),
    Capacity.ROLE: N_("You are asked because your role stands in where nobody else answers."),
}


def _owners_card(card: GoalCard, reader: Reader, templates: Templates) -> Message:
    """The owner's own message: the same card for the life of the goal, changed in place."""
    bar = progress_bar(card.progress)
    progress = None
    if card.state is GoalState.ACTIVE:
        told = progress_text(card.progress, card.content, reader)
        progress = f"{bar} {told}" if bar else told
    rendered = templates.render(
        "goals/to_owner",
        reader,
        headline=_headline(card, reader),
        goal=goal_line(card, reader),
        progress=progress,
        next=_next(card, reader),
    )
    extra: list[Block] = []
    if card.state is GoalState.DRAFT and card.settled and card.settled.reason:
        named = f"{card.settled.actor}: " if card.settled.actor else ""
        extra.append(rich_text(quote(f"{named}{card.settled.reason}")))
    # While it is the owner's turn, the question itself stands in a message of its own.
    buttons = [_history_button(card, reader)] if card.can_decide else card_buttons(card, reader)
    extra.append(actions(*buttons))
    return rendered.message(*extra)


def _history_button(card: GoalCard, reader: Reader) -> Element:
    return goal_button(GoalAction.HISTORY, reader, card.id, card.version, about=card.reference)


def card_buttons(card: GoalCard, reader: Reader) -> list[Element]:
    """What this viewer may do with the goal now; *History* always."""

    def one(action: GoalAction, style: Style | None = None) -> Element:
        return goal_button(action, reader, card.id, card.version, style=style, about=card.reference)

    if card.can_decide:
        return _decision_buttons(card, reader)
    revises = card.state is GoalState.DRAFT and card.viewer_side is Side.OWNER
    linked = card.aligned is not None or card.rolled is not None
    copies = card.state in ENDED and card.owner.id == card.viewer
    offers: list[tuple[bool, GoalAction, Style | None]] = [
        (card.can_update, GoalAction.UPDATE, "primary"),
        (revises, GoalAction.REVISE, "primary"),
        (card.can_undo, GoalAction.UNDO, None),
        (card.can_ask_facilitator, GoalAction.ASK_FACILITATOR, None),
        (card.can_withdraw_reservation, GoalAction.WITHDRAW_RESERVATION, None),
        (card.may_move, GoalAction.STATUS, None),
        (copies, GoalAction.COPY, None),
        (card.rolled is not None, GoalAction.HOW_FAR, None),
        (linked, GoalAction.TREE, None),
        (card.can_align, GoalAction.ALIGN, None),
        (card.can_offer, GoalAction.OFFER, None),
        (card.can_share, GoalAction.SHARE, None),
    ]
    buttons = [one(action, style) for offered, action, style in offers if offered]
    buttons += _change_buttons(card, reader)
    buttons.append(_history_button(card, reader))
    return buttons


def _change_buttons(card: GoalCard, reader: Reader) -> list[Element]:
    """Asking for a change of an active goal, or the request that is open."""
    change = card.open_change
    if change is not None:
        return [goal_button(GoalAction.CHANGE_SHOW, reader, change.id, about=change.reference)]
    if not card.can_change:
        return []
    return [goal_button(GoalAction.CHANGE, reader, card.id, card.version, about=card.reference)]


def _headline(card: GoalCard, reader: Reader) -> Safe:
    reference = card.reference
    if card.state is GoalState.PROPOSED:
        if card.turn is Side.OWNER:
            return reader.say(
                N_("%(reference)s: it's your turn to answer %(name)s"),
                reference=reference,
                name=card.version_by or "",
            )
        if card.counters:
            return reader.say(N_("You suggested a change to %(reference)s"), reference=reference)
        return reader.say(N_("You proposed %(reference)s"), reference=reference)
    return settled_words(card, reader)


def _next(card: GoalCard, reader: Reader) -> Safe:
    """What happens next, with a person and a date."""
    if card.state is GoalState.DRAFT:
        return reader.say(ONLY_A_DRAFT)
    if card.state is GoalState.ACTIVE:
        counts = N_("It counts from now on. Say how it goes with *Update* or `/goal`.")
        return was_due_words(card, reader) if was_due(card, reader) else reader.say(counts)
    if card.state is not GoalState.PROPOSED:
        return _how_it_rests(card, reader)
    if card.turn is Side.OWNER:
        return deadline_words(card, reader)
    if card.counterpart is None:
        return reader.say(
            N_(
                "Nobody can be asked to agree yet. Please ask HR who should. "
                "I look again by %(day)s."
            ),
            day=reader.weekday(card.answer_by.astimezone(reader.zone).date())
            if card.answer_by
            else "",
        )
    asked = card.counterpart
    if card.answer_by is None:
        return reader.say(
            N_("%(name)s has not answered yet. Talk to them, or ask HR who can decide."), name=asked
        )
    day = reader.weekday(card.answer_by.astimezone(reader.zone).date())
    if card.next_in_line:
        return reader.say(
            N_("%(name)s is asked to answer by %(day)s; then %(after)s is asked."),
            name=asked,
            day=day,
            after=card.next_in_line,
        )
    return reader.say(N_("%(name)s is asked to answer by %(day)s."), name=asked, day=day)


def was_due_words(card: GoalCard, reader: Reader) -> Safe:
    """To the owner of a goal whose due date has passed, and what they can do about it."""
    return reader.say(
        N_(
            "It was due on %(day)s. Report its last value with *Update*, then close it with "
            "*Change status*."
        ),
        day=card.content.due_date,
    )


def _settled(notice: GoalNotice, reader: Reader, templates: Templates) -> Message:
    card = notice.card
    words = card.settled.reason if card.settled is not None else None
    rendered = templates.render(
        "goals/settled",
        reader,
        headline=settled_words(card, reader),
        goal=goal_line(card, reader),
        words=words,
        next=after_settling(card, reader),
    )
    extra: list[Block] = [rich_text(quote(words))] if words else []
    # Once agreed, only the owner's own card keeps buttons for the owner.
    owns = card.viewer_side is Side.OWNER and card.state is GoalState.DRAFT
    decided = card.viewer_side is Side.OTHER and card.state is not GoalState.DRAFT
    moved = notice.kind is NoticeKind.GOAL_MOVED
    if owns or moved or (decided and notice.kind is not NoticeKind.GOAL_ANSWERED):
        extra.append(actions(*card_buttons(card, reader)))
    return rendered.message(*extra)


def settled_words(card: GoalCard, reader: Reader) -> Safe:
    """Who settled it, how and when: `Jonas Brandt accepted G-12 on 3 March, 10:02 (Berlin)`."""
    if card.settled is None:
        return reader.say(N_("%(reference)s is settled"), reference=card.reference)
    kind = card.settled.kind
    own = card.settled.by is not None and card.settled.by == card.viewer
    if kind is StepKind.RESUMED and card.settled.actor is None:
        words = _PAUSE_OVER
    elif kind is StepKind.ACCEPTED and card.settled.reason:
        words = _RESERVED_BY_YOU if own else _RESERVED
    elif own:
        words = _SETTLED_BY_YOU.get(kind, N_("You changed %(reference)s on %(when)s"))
    else:
        words = _SETTLED.get(kind, N_("%(reference)s was changed by %(name)s on %(when)s"))
    return reader.say(
        words,
        name=card.settled.actor or "",
        reference=card.reference,
        when=reader.moment(card.settled.at),
    )


_SETTLED = {
    StepKind.ACCEPTED: N_("%(name)s accepted %(reference)s on %(when)s"),
    StepKind.DECLINED: N_("%(name)s declined %(reference)s on %(when)s"),
    StepKind.WITHDRAWN: N_("%(name)s withdrew %(reference)s on %(when)s"),
    StepKind.PAUSED: N_("%(name)s paused %(reference)s on %(when)s"),
    StepKind.RESUMED: N_("%(name)s took %(reference)s up again on %(when)s"),
    StepKind.COMPLETED: N_("%(name)s completed %(reference)s on %(when)s"),
    StepKind.ABANDONED: N_("%(name)s gave %(reference)s up on %(when)s"),
    StepKind.SUPERSEDED: N_("%(name)s replaced %(reference)s on %(when)s"),
    StepKind.DEPRECATED: N_("%(name)s said on %(when)s that %(reference)s is no longer needed"),
    StepKind.REOPENED: N_("%(name)s reopened %(reference)s on %(when)s"),
}


_SETTLED_BY_YOU = {
    StepKind.ACCEPTED: N_("You accepted %(reference)s on %(when)s"),
    StepKind.DECLINED: N_("You declined %(reference)s on %(when)s"),
    StepKind.WITHDRAWN: N_("You withdrew %(reference)s on %(when)s"),
    StepKind.PAUSED: N_("You paused %(reference)s on %(when)s"),
    StepKind.RESUMED: N_("You took %(reference)s up again on %(when)s"),
    StepKind.COMPLETED: N_("You completed %(reference)s on %(when)s"),
    StepKind.ABANDONED: N_("You gave %(reference)s up on %(when)s"),
    StepKind.SUPERSEDED: N_("You replaced %(reference)s on %(when)s"),
    StepKind.DEPRECATED: N_("You said on %(when)s that %(reference)s is no longer needed"),
    StepKind.REOPENED: N_("You reopened %(reference)s on %(when)s"),
}
_RESERVED = N_("%(name)s accepted %(reference)s with a reservation on %(when)s")
_RESERVED_BY_YOU = N_("You accepted %(reference)s with a reservation on %(when)s")
_PAUSE_OVER = N_("The pause of %(reference)s was over on %(when)s")


def after_settling(card: GoalCard, reader: Reader) -> Safe:
    if card.state is GoalState.ACTIVE:
        return reader.say(N_("It is active now."))
    if card.state is GoalState.DRAFT and card.viewer_side is Side.OWNER:
        return reader.say(ONLY_A_DRAFT)
    if card.state is GoalState.DRAFT:
        return reader.say(N_("It is back with %(owner)s as a draft."), owner=card.owner.name)
    return _how_it_rests(card, reader)


def _how_it_rests(card: GoalCard, reader: Reader) -> Safe:
    """Of a goal that is paused or has ended: until when, or what counts instead."""
    if card.paused_until is not None:
        return reader.say(N_("It counts again from %(day)s."), day=card.paused_until)
    if card.successor is not None:
        return reader.say(
            N_("In its place: %(reference)s %(title)s."),
            reference=card.successor.reference,
            title=card.successor.title,
        )
    if card.may_move:
        return reader.say(N_("It stays to be read. *Change status* opens it again."))
    return reader.say(N_("Nothing more to do."))


def _waiting(card: GoalCard, reader: Reader, templates: Templates) -> Message:
    """An earlier question of the same negotiation: says where it stands now."""
    name = card.owner.name if card.turn is Side.OWNER else ""
    if card.turn is Side.OTHER and card.counterpart is not None:
        name = card.counterpart
    if card.can_decide:
        headline = reader.say(
            N_("There is a newer proposal for %(reference)s below"), reference=card.reference
        )
    else:
        headline = reader.say(
            N_("%(reference)s is waiting for %(name)s"), reference=card.reference, name=name
        )
    rendered = templates.render(
        "goals/settled",
        reader,
        headline=headline,
        goal=goal_line(card, reader),
        words=None,
        next=reader.say(N_("This message changes when there is an answer.")),
    )
    return rendered.message(actions(*_waiting_buttons(card, reader)))


def _waiting_buttons(card: GoalCard, reader: Reader) -> list[Element]:
    buttons = []
    if card.can_undo:
        buttons.append(
            goal_button(GoalAction.UNDO, reader, card.id, card.version, about=card.reference)
        )
    buttons.append(_history_button(card, reader))
    return buttons


def _unanswered(card: GoalCard, reader: Reader, templates: Templates) -> Message:
    rendered = templates.render(
        "goals/settled",
        reader,
        headline=reader.say(
            N_("Nobody has answered about %(reference)s yet"), reference=card.reference
        ),
        goal=goal_line(card, reader),
        words=None,
        next=_unanswered_next(card, reader),
    )
    return rendered.message(actions(*card_buttons(card, reader)))


def _unanswered_next(card: GoalCard, reader: Reader) -> Safe:
    if card.turn is Side.OWNER:
        return reader.say(
            N_("%(name)s has not answered. No answer is not a yes: please talk to them."),
            name=card.owner.name,
        )
    return reader.say(
        N_("Everybody who could answer was asked. Please talk to them, or ask HR for help.")
    )


def help_message(notice: HelpNotice, reader: Reader, templates: Templates) -> Message:
    """Tells a facilitator that help is asked for; what was written opens in a dialog only."""
    open_ = notice.goal is not None
    rendered = templates.render(
        "goals/help_asked",
        reader,
        asker=notice.asker.name,
        goal=goal_line(notice.goal, reader) if notice.goal else None,
        open=open_,
    )
    if notice.goal is None:
        return rendered.message()
    return rendered.message(
        actions(
            goal_button(GoalAction.READ_HELP, reader, notice.request, style="primary"),
            goal_button(GoalAction.ANSWER_HELP, reader, notice.request),
            goal_button(GoalAction.HISTORY, reader, notice.goal.id, about=notice.goal.reference),
        )
    )


def help_answered_message(
    notice: HelpAnsweredNotice, reader: Reader, templates: Templates
) -> Message:
    """Tells whoever asked a neutral person that there is an answer; it opens in a dialog only."""
    rendered = templates.render(
        "goals/help_answered",
        reader,
        helper=notice.helper.name,
        reference=notice.goal.reference,
        goal=goal_line(notice.goal, reader),
    )
    read = goal_button(GoalAction.READ_HELP_ANSWER, reader, notice.request, style="primary")
    return rendered.message(actions(read))

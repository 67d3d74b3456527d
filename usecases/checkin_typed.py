"""A number typed as a reply to a prompt, or to the bot, counts as a check-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from domain.checkins import AnswerKind
from domain.errors import InvalidInput, NotShared, Refused, Unavailable
from domain.goals import GoalCard, GoalState, doubt_about
from domain.measures import Measure, unit_fits
from domain.notices import NoticeKind
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, parse_reference
from storage import cadences, checkin_prompts, checkins, goals, outbox
from storage.outbox import MessageRef
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import may_read_goal
from usecases import checkin_record, goal_cards, goal_values
from usecases.access import require_member
from usecases.snoozing import put_off

SAVED = "saved"
OTHER_UNIT = "unit_differs"
FAR_OFF = "far_from_target"
PUT_OFF = "snoozed"
SUPPORT_KINDS = frozenset({NoticeKind.CHECK_IN_ANSWERED, NoticeKind.SUPPORT_ANSWERED})
HOW_LONG = "snooze_for_how_long"
REMEMBERED = timedelta(days=1)
"""For how long a number that was asked back about is taken when it comes again."""


def take_number(
    store: Store,
    origin: Origin,
    words: str,
    *,
    reference: str | None,
    value: Measure | None,
    problem: str | None,
    prompt: UUID | None = None,
    thread: str | None = None,
) -> None:
    """Save the value for the goal that is meant, and answer; or answer what is missing.

    A value that is far off is asked back about, and saved when it comes again.

    `problem` is the code for what could not be read as a number; nothing is saved then. Without a
    `reference` the only open goal of the prompt (of all that is due, without a prompt) is meant.
    """
    with store.write(origin) as work:
        owner = require_member(work)
        work.arrive()
        became = _Became(problem or "")
        if value is not None and problem is None:
            try:
                became = _save(work, owner, reference, value, prompt)
            except NotShared:
                # Between the look and the lock; nothing has been written by then.
                became = _Became("not_shared")
        checkin_record.answer_words(
            work, owner.id, became.understood or words, became.outcome, became.check_in, thread
        )


def take_snooze(
    store: Store, origin: Origin, words: str, days: int | None, thread: str | None = None
) -> None:
    """Put off all that is due, as *Snooze* does, and answer; without days, ask for how long."""
    with store.write(origin) as work:
        owner = require_member(work)
        work.arrive()
        outcome = HOW_LONG
        if days is not None:
            try:
                put_off(work, owner, days)
            except (InvalidInput, Refused) as refused:
                outcome = refused.code
            else:
                outcome = PUT_OFF
        checkin_record.answer_words(work, owner.id, words, outcome, None, thread)


@dataclass(frozen=True, slots=True)
class _Became:
    """What became of typed words, as a code; the check-in that they made.

    `understood` are the goal and the number that were meant, where both are asked back about.
    """

    outcome: str
    check_in: UUID | None = None
    understood: str | None = None


def _save(
    work: Work, owner: Member, reference: str | None, value: Measure, prompt: UUID | None
) -> _Became:
    goal = _meant(work, owner, reference, prompt)
    if isinstance(goal, str):
        return _Became(goal)
    head = goal_cards.locked_head(work, owner, goal)
    if head.owner != owner.id:
        return _Became("only_owner_updates")
    if head.state is not GoalState.ACTIVE:
        return _Became("not_active")
    card = goal_cards.card(work, owner, head)
    understood = f"{card.reference} {value.text}"
    if value.measure_unit and not unit_fits(value.measure_unit, card.content.measure_unit):
        return _Became(OTHER_UNIT, understood=f"{understood} {value.measure_unit}")
    far = doubt_about(card.content, value, card.progress.value) is not None
    if far and not checkins.answered_so(
        work.connection, owner.id, understood, FAR_OFF, since=work.now - REMEMBERED
    ):
        return _Became(FAR_OFF, understood=understood)
    before = checkin_record.due_before(work, owner).get(head.id)
    stored = checkin_record.begin(work, owner, uuid4())
    identity = goal_values.report_value(work, owner, head, value, None, stored.id)
    answer = checkin_record.answer(head.id, AnswerKind.VALUE, identity, None, before)
    checkins.add_answer(work.connection, stored.id, answer)
    checkin_record.tell_manager(work, stored)
    return _Became(SAVED, stored.id)


def goal_understood(work: Reading, owner: Member, words: str) -> GoalCard | None:
    """The goal that is named first in kept words."""
    number = parse_reference(words.partition(" ")[0], ReferenceKind.GOAL)
    readable = may_read_goal(owner, owner.today(work.now))
    head = goals.head_by_number(work.connection, number, readable) if number else None
    return None if head is None else goal_cards.card(work, owner, head)


def _meant(work: Reading, owner: Member, reference: str | None, prompt: UUID | None) -> UUID | str:
    """The goal that is meant, or the code of what to ask."""
    if reference is not None:
        number = parse_reference(reference, ReferenceKind.GOAL)
        readable = may_read_goal(owner, owner.today(work.now))
        head = goals.head_by_number(work.connection, number, readable) if number else None
        return head.id if head else "not_shared"
    wanted = due_goals(work, owner, prompt)
    if len(wanted) == 1:
        return wanted[0]
    return "which_goal" if wanted else "nothing_due"


def due_goals(work: Reading, owner: Member, prompt: UUID | None = None) -> list[UUID]:
    """What a number without a reference can mean: what is still open, else what was asked."""
    rows = cadences.cadences_of(work.connection, [owner.id])
    if prompt is not None:
        asked = checkin_prompts.asked_goals(work.connection, prompt)
        active = {row.goal for row in rows if row.active}
        still_open = [one.goal for one in asked if one.answered_at is None and one.goal in active]
        # Whoever types another number under a question that they have answered corrects it.
        return still_open or [one.goal for one in asked if one.goal in active]
    due = [row.goal for row in rows if row.active and row.due_since is not None]
    # Nobody need wait for the question: with a single goal there is nothing to ask back.
    return due or [row.goal for row in rows if row.active]


@dataclass(frozen=True, slots=True)
class NumberThread:
    """A thread in which numbers are expected, under a prompt or (None) under an answer of ours.

    `measure_units` are those of the goals that a number there can mean. `tells_of_others`: words
    there may be for somebody whose check-in the same message tells of.
    """

    prompt: UUID | None
    measure_units: frozenset[str | None]
    tells_of_others: bool = False


def number_thread(store: Store, origin: Origin, channel: str, thread: str) -> NumberThread | None:
    """What our message that stands there expects of the asker; None where it is no number.

    Raises Unavailable for a message that Slack has, but has not named to us yet.
    """
    with store.read(origin) as work:
        owner = require_member(work)
        post = outbox.post_at(work.connection, MessageRef(channel, thread))
        if post is None:
            raise Unavailable
        if post.person != owner.id:
            return None
        if post.kind not in (NoticeKind.CHECK_IN_PROMPT, NoticeKind.TYPED_ANSWER):
            return None
        prompt = post.subject if post.kind is NoticeKind.CHECK_IN_PROMPT else None
        cards = checkin_record.cards_of(work, owner, due_goals(work, owner, prompt))
        units = frozenset(card.content.measure_unit for card in cards.values())
        told = {part.kind for part in outbox.further_parts(work.connection, post.id)}
        return NumberThread(prompt, units, tells_of_others=bool(told & SUPPORT_KINDS))

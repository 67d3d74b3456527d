"""What the messages about check-ins are about, read anew when each is sent or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.checkins import (
    AnsweredNotice,
    CheckInNotice,
    KeptNotice,
    PromptGoal,
    PromptNotice,
    ReplyNotice,
    Snoozed,
    TypedNotice,
    by_urgency,
)
from domain.goals import GoalState
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import cadences, checkin_prompts, checkin_support, checkins, outbox, people
from storage.checkin_prompts import AskedGoal, Prompt
from storage.unit_of_work import Reading
from usecases import checkin_record
from usecases.checkin_decisions import rota_now
from usecases.checkin_support import can_undo_reply, takes_part
from usecases.checkin_team import team_of
from usecases.checkin_typed import (
    FAR_OFF,
    OTHER_UNIT,
    PUT_OFF,
    SAVED,
    due_goals,
    goal_understood,
)


def _prompt(
    work: Reading, _kind: NoticeKind, subject: UUID, reader: Member, _revision: int
) -> CheckInNotice | Pointless:
    """The morning's message; not sent at all once it is answered, or outside the reader's hours."""
    prompt = checkin_prompts.prompt_by_id(work.connection, subject)
    if prompt is None:
        return Pointless("prompt_gone")
    asked = checkin_prompts.asked_goals(work.connection, subject)
    cards = checkin_record.cards_of(work, reader, [one.goal for one in asked])
    goals = [
        PromptGoal(
            cards[one.goal],
            cards[one.goal].content.check_in_every,
            answered=one.answered_at is not None or cards[one.goal].state is not GoalState.ACTIVE,
        )
        for one in asked
        if one.goal in cards
    ]
    rows = [row for row in cadences.cadences_of(work.connection, [reader.id]) if row.goal in cards]
    since = {row.goal: row.due_since for row in rows}
    ahead = [row.next_local for row in rows if row.active and row.next_local is not None]
    goals.sort(key=lambda goal: by_urgency(since.get(goal.card.id), goal.card.number))
    team = team_of(work, reader) if prompt.with_digest else None
    if team is not None and team.empty:
        team = None
    notice = PromptNotice(
        reader,
        prompt.id,
        tuple(goals),
        checkin_record.manager_of(work, reader),
        prompt.after_leave,
        snoozed_to=prompt.snoozed_to,
        asked_again=checkin_prompts.asked_again(work.connection, prompt),
        undo=_undoable(work, asked),
        team=team,
        next_on=min(ahead, default=None),
    )
    if checkin_prompts.never_shown(work.connection, [subject]):
        return _first_sight(work, prompt, notice)
    return notice


def _first_sight(work: Reading, prompt: Prompt, notice: PromptNotice) -> CheckInNotice | Pointless:
    if not notice.open and notice.team is None:
        return Pointless("answered_elsewhere")
    if prompt.snoozed_to is not None and notice.team is None:
        return Pointless("snoozed")
    if rota_now(work, notice.reader).shift_at(work.now) != prompt.local_date:
        return Pointless("outside_hours")
    return notice


def _undoable(work: Reading, asked: list[AskedGoal]) -> UUID | None:
    """The one check-in that answered, while it can be taken back."""
    made = {one.check_in for one in asked if one.check_in is not None}
    for check_in in made:
        stored = checkins.check_in_by_id(work.connection, check_in)
        if stored is not None and checkin_record.can_undo(work, stored):
            return check_in
    return None


def _seen(work: Reading, kind: NoticeKind, subject: UUID, reader: Member) -> bool:
    """Whether they were told already: what was taken back before that is not worth a word."""
    return outbox.was_shown(work.connection, kind, subject, reader.id)


def _answered(
    work: Reading, kind: NoticeKind, subject: UUID, reader: Member, _revision: int
) -> CheckInNotice | Pointless:
    stored = checkins.check_in_by_id(work.connection, subject)
    if stored is None or not takes_part(work, stored, reader):
        return Pointless("no_longer_shared")
    if stored.undone_at is not None and not _seen(work, kind, subject, reader):
        return Pointless("check_in_taken_back")
    owner = people.member(work.connection, stored.owner)
    kinds = checkin_support.note_kinds(work.connection, [subject])
    replies = checkin_support.replies(work.connection, subject)
    return AnsweredNotice(
        reader,
        subject,
        owner,
        checkin_record.answers_of(work, reader, stored),
        kinds.get(subject, frozenset()),
        taken_back=stored.undone_at is not None,
        replies=sum(reply.withdrawn_at is None for reply in replies),
    )


def _support_answered(
    work: Reading, kind: NoticeKind, subject: UUID, reader: Member, _revision: int
) -> CheckInNotice | Pointless:
    reply = checkin_support.reply_by_id(work.connection, subject)
    if reply is None or (reply.withdrawn_at is not None and not _seen(work, kind, subject, reader)):
        return Pointless("reply_gone")
    stored = checkins.check_in_by_id(work.connection, reply.check_in)
    if stored is None:
        return Pointless("check_in_gone")
    return ReplyNotice(
        reader,
        reply.id,
        people.member(work.connection, reply.author),
        people.member(work.connection, stored.owner),
        stored.id,
        stored.at,
        edited=reply.edited_at is not None,
        withdrawn=reply.withdrawn_at is not None,
        can_read=takes_part(work, stored, reader),
    )


def _support_kept(
    work: Reading, _kind: NoticeKind, subject: UUID, reader: Member, _revision: int
) -> CheckInNotice | Pointless:
    reply = checkin_support.reply_by_id(work.connection, subject)
    if reply is None:
        return Pointless("reply_gone")
    return KeptNotice(
        reader,
        reply.id,
        people.member(work.connection, reply.reader),
        reply.read_at,
        withdrawn=reply.withdrawn_at is not None,
        can_undo=can_undo_reply(work, reply),
    )


def _typed(
    work: Reading, _kind: NoticeKind, subject: UUID, reader: Member, _revision: int
) -> CheckInNotice | Pointless:
    found = checkins.typed_by_id(work.connection, subject)
    if found is None:
        return Pointless("words_gone")
    words, outcome, check_in = found
    due = checkin_record.cards_of(work, reader, due_goals(work, reader))
    cards = tuple(sorted(due.values(), key=lambda card: card.number))
    if outcome == PUT_OFF:
        return _put_off(work, reader, words)
    if outcome in (OTHER_UNIT, FAR_OFF):
        about = goal_understood(work, reader, words)
        if about is None:
            return Pointless("no_longer_shared")
        return TypedNotice(reader, words, outcome, cards, about=about)
    if outcome != SAVED or check_in is None:
        most = work.rules_of(reader).check_ins.snooze_days_at_most
        return TypedNotice(reader, words, outcome, cards, most_days=most)
    stored = checkins.check_in_by_id(work.connection, check_in)
    if stored is None or stored.undone_at is not None:
        return TypedNotice(reader, words, "check_in_taken_back", cards)
    return TypedNotice(
        reader,
        words,
        outcome,
        cards,
        saved=checkin_record.outcome_of(work, reader, check_in),
        undo=check_in if checkin_record.can_undo(work, stored) else None,
    )


def _put_off(work: Reading, reader: Member, words: str) -> CheckInNotice | Pointless:
    rows = cadences.cadences_of(work.connection, [reader.id])
    days = [row.ask_again_on for row in rows if row.active and row.ask_again_on is not None]
    if not days:
        return Pointless("answered_elsewhere")
    return TypedNotice(reader, words, PUT_OFF, (), put_off=Snoozed(max(days), len(days)))


_Reader = Callable[[Reading, NoticeKind, UUID, Member, int], CheckInNotice | Pointless]

CHECK_IN_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.CHECK_IN_PROMPT: _prompt,
    NoticeKind.CHECK_IN_ANSWERED: _answered,
    NoticeKind.SUPPORT_ANSWERED: _support_answered,
    NoticeKind.SUPPORT_KEPT: _support_kept,
    NoticeKind.TYPED_ANSWER: _typed,
}

"""From the stories of the sample organisation to acts with moments. Pure, and always the same.

Every moment lies within the working hours of whoever acts, and before the day of loading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from zlib import crc32

from bot.sample.acts import (
    Act,
    AnswerRound,
    Ask,
    AskFeedback,
    CheckIn,
    CloseRound,
    Enter,
    Give,
    Keep,
    OpenRound,
    PassOn,
    Propose,
    Read,
    ReadFeedback,
    Say,
    SetUp,
    Snooze,
    Summarise,
    Support,
    Talk,
)
from bot.sample.days import (
    A_WHILE,
    AMERICA_IS_ASKED,
    EUROPE_IS_ASKED,
    Colleague,
    Company,
    asked_days,
    begins_before,
    step_back,
)
from bot.sample.story import (
    Acting,
    Away,
    Deputy,
    Entry,
    Extra,
    GoalStory,
    RoundStory,
    Stories,
    TalkStep,
)
from domain.cadence import DAY, Plan

LISTED_BEFORE = 215
"""Days before today on which the directory was imported: before anybody does anything."""
ASKED_FOR = 28
"""Days for which the clock's own questions are part of the past. Earlier ones left no trace."""
EVERY_DAY_FOR = 12
SPREAD = 9
_ENTERED_BEFORE = 10
SATURDAY = 6
_LEAD, _LEAD_FOR_EACH = 3, 5
_FURTHEST_LEAD = 60


def history_begins(today: date) -> datetime:
    return datetime.combine(today - DAY * LISTED_BEFORE, time(9), tzinfo=UTC)


def plan(extra: Extra, stories: Stories, today: date) -> list[Act]:
    """All that happened before `today`, in order; what somebody would do later is left out."""
    company = Company(extra, today)
    said = list(_sayings(stories, company))
    acts: list[Act] = [
        *_facts(extra, company),
        *_goals(stories.goals, company),
        *said,
        *_feedback(stories, said, company),
    ]
    for story in stories.rounds:
        acts += _round(story, company)
    for cycle in stories.cycles:
        day = company[cycle.who].back_to_work(company.day(cycle.day))
        acts.append(SetUp(at=company[cycle.who].moment(day, cycle.name), cycle=cycle))
    midnight = datetime.combine(today, time(), tzinfo=UTC)
    return sorted((act for act in acts if act.at < midnight), key=attrgetter("at"))


def _facts(extra: Extra, company: Company) -> Iterator[Act]:
    first = history_begins(company.today)
    last = datetime.combine(company.day(-1), time(0, 10), tzinfo=UTC)
    facts: tuple[Away | Deputy | Acting, ...] = (
        *extra.deputies,
        *extra.leave,
        *extra.acting_managers,
    )
    for fact in facts:
        entered = datetime.combine(company.day(fact.from_day - _ENTERED_BEFORE), time(9))
        yield Enter(at=min(max(entered.replace(tzinfo=UTC), first), last), fact=fact)


def _goals(stories: tuple[GoalStory, ...], company: Company) -> Iterator[Act]:
    asked: dict[str, dict[date, list[GoalStory]]] = defaultdict(lambda: defaultdict(list))
    below = _levels_below(stories)
    for goal in stories:
        owner = company[goal.owner]
        begins = _begins(goal, owner, company)
        yield from _negotiation(goal, begins, below[goal.key], company)
        if begins is not None:
            due, rhythm = company.day(goal.due), goal.every or owner.rhythm
            for day in asked_days(Plan(begins, rhythm, due), owner.rota, company.today):
                asked[goal.owner][day].append(goal)
    yield from _questions(asked, company)
    for handle, days in asked.items():
        yield from _check_ins(company[handle], days, company)


def _begins(goal: GoalStory, owner: Colleague, company: Company) -> date | None:
    """So long ago that the owner was asked as often as the story has values."""
    if not goal.values:
        return None
    rhythm, times = goal.every or owner.rhythm, sum(one.snooze is None for one in goal.values)
    if goal.due < 0:
        return begins_before(company.day(goal.due), rhythm, times)
    ahead = 1 + crc32(goal.owner.encode()) % SPREAD
    through = owner.workday(company.today, goal.asks if goal.asks is not None else ahead)
    return begins_before(step_back(through, rhythm, company.today), rhythm, times)


def _levels_below(stories: tuple[GoalStory, ...]) -> dict[str, int]:
    """How many levels of goals serve each one: what others serve is agreed before them."""
    parents = {goal.key: goal.serves for goal in stories}
    below = dict.fromkeys(parents, 0)
    for above in parents.values():
        parent, level = above, 1
        while parent is not None:
            below[parent] = max(below[parent], level)
            parent, level = parents[parent], level + 1
    return below


def _negotiation(
    goal: GoalStory, begins: date | None, below: int, company: Company
) -> Iterator[Act]:
    proposer = company[goal.by or goal.owner]
    if begins is None:
        day = proposer.back_to_work(company.day(goal.proposed or -1))
        yield from _talk(goal, proposer, day, None, company)
        return
    for lead in range(_LEAD + len(goal.talk or ()) + _LEAD_FOR_EACH * below, _FURTHEST_LEAD):
        day = proposer.back_to_work(begins - DAY * lead)
        acts = list(_talk(goal, proposer, day, begins, company))
        if acts[-1].at.date() < begins:
            break
    yield from acts


def _talk(
    goal: GoalStory, proposer: Colleague, day: date, begins: date | None, company: Company
) -> Iterator[Act]:
    at = proposer.moment(day, f"{goal.key}:proposed")
    yield Propose(at=at, goal=goal, begins=begins)
    steps = goal.talk if goal.talk is not None else (_plain_yes(goal, day, company),)
    for number, step in enumerate(steps):
        who = company[step.who]
        if step.day is not None:
            day = who.back_to_work(company.day(step.day))
        else:
            day = who.workday(day + DAY, step.after - 1) if step.after else day
        at = who.moment(day, f"{goal.key}:{number}", after=at if at.date() == day else None)
        if step.passed_on:
            yield PassOn(at=at - timedelta(minutes=5))
        yield Talk(at=at, goal=goal.key, step=step)


def _plain_yes(goal: GoalStory, day: date, company: Company) -> TalkStep:
    """Whoever leads the owner agrees on their next working day; the owner, if they were asked."""
    who = goal.owner if goal.by else company.manager(goal.owner, day)
    return TalkStep(who=who or goal.owner, does="accept")


def _questions(asked: dict[str, dict[date, list[GoalStory]]], company: Company) -> Iterator[Act]:
    """The clock asks whenever somebody's day has come, and every day of late."""
    moments = {
        datetime.combine(day, company[handle].asked_at, tzinfo=UTC)
        for handle, days in asked.items()
        for day in days
        if day >= company.day(-ASKED_FOR)
    }
    for back in range(1, EVERY_DAY_FOR + 1):
        if company.day(-back).isoweekday() < SATURDAY:
            for clock in (EUROPE_IS_ASKED, AMERICA_IS_ASKED):
                moments.add(datetime.combine(company.day(-back), clock, tzinfo=UTC))
    for moment in moments:
        yield Ask(at=moment)


def _check_ins(
    owner: Colleague, days: dict[date, list[GoalStory]], company: Company
) -> Iterator[Act]:
    """What the owner said on each day on which they were asked."""
    left = {goal.key: list(goal.values) for goals in days.values() for goal in goals}
    for day in iter(lambda: min(days, default=None), None):
        goals = days.pop(day)
        entries = {goal.key: left[goal.key].pop(0) for goal in goals if left[goal.key]}
        at = owner.moment(day, f"check-in:{day - company.today}", after=owner.answers_after(day))
        asked = day >= company.day(-ASKED_FOR)
        put_off = next((one.snooze for one in entries.values() if one.snooze is not None), None)
        if put_off is not None:
            again = owner.rota.next_working(day + DAY * put_off)
            if asked:
                yield Snooze(at=at, owner=owner.handle, days=put_off)
            if again is not None and again < company.today:
                days.setdefault(again, []).extend(goals)
            continue
        said = {key: entry for key, entry in entries.items() if not entry.miss}
        if said:
            yield CheckIn(at=at, owner=owner.handle, entries=said, asked=asked)
            yield from _support(owner, day, at, list(said.values()), company)


def _support(
    owner: Colleague, day: date, at: datetime, said: list[Entry], company: Company
) -> Iterator[Act]:
    """The manager opens what was asked and answers it, the owner reads that and may reply."""
    handle = company.manager(owner.handle, day)
    answer = next((one.answer for one in said if one.answer), None)
    if handle is None or answer is None:
        return
    manager, seed = company[handle], f"support:{owner.handle}:{day - company.today}"
    opened = manager.next_chance(at, seed)
    if any(one.words_for_manager for one in said):
        yield Read(at=opened, owner=owner.handle, day=day, who=handle)
    answered = opened + timedelta(minutes=3)
    yield Support(at=answered, owner=owner.handle, day=day, who=handle, words=answer, to_owner=True)
    read = owner.next_chance(answered, seed)
    yield Read(at=read, owner=owner.handle, day=day, who=owner.handle)
    reply = next((one.reply for one in said if one.reply), None)
    if reply is not None:
        yield Support(
            at=read + timedelta(minutes=2),
            owner=owner.handle,
            day=day,
            who=owner.handle,
            words=reply,
            to_owner=False,
        )


def _sayings(stories: Stories, company: Company) -> Iterator[Say]:
    for number, saying in enumerate(stories.sayings):
        who = company[saying.who]
        at = _on_or_after(who, company.day(saying.day), f"saying:{number}")
        yield Say(at=at, saying=saying)
        last = at
        for place, reply in enumerate(saying.thread):
            seed = f"saying:{number}:{place}"
            last = _on_or_after(company[reply.who], company.day(reply.day), seed, last)
            yield Say(at=last, saying=reply, under=at)


def _on_or_after(who: Colleague, day: date, seed: str, after: datetime | None = None) -> datetime:
    """On that day of theirs (or the last one before), unless that is not after something else."""
    at = who.moment(who.back_to_work(day), seed)
    return at if after is None or at > after + A_WHILE else who.next_chance(after, seed)


def _feedback(stories: Stories, said: list[Say], company: Company) -> Iterator[Act]:
    written = {one.saying.key: one.at for one in said if one.saying.key}
    for number, given in enumerate(stories.feedback.given):
        who, about = company[given.who], company[given.about]
        about_what = written[given.message] if given.message else None
        at = _on_or_after(who, company.day(given.day), f"feedback:{number}", about_what)
        yield Give(at=at, given=given)
        if given.read is not None:
            read = _on_or_after(about, company.day(given.read), f"read:{number}", at)
            yield ReadFeedback(at=read, given=given)
    for number, asked in enumerate(stories.feedback.asked):
        at = _on_or_after(company[asked.who], company.day(asked.day), f"asked:{number}")
        yield AskFeedback(at=at, asked=asked)
    for number, kept in enumerate(stories.feedback.evidence):
        seed, after = f"evidence:{number}", written[kept.message]
        at = _on_or_after(company[kept.who], company.day(kept.day), seed, after)
        yield Keep(at=at, evidence=kept)


def _round(story: RoundStory, company: Company) -> Iterator[Act]:
    facilitator = company[story.facilitator]
    day = facilitator.back_to_work(company.day(story.day))
    # Early in the day, so that everybody can answer on the same one.
    opened = facilitator.rota.opening(day) + timedelta(minutes=20)
    yield OpenRound(at=opened, round=story)
    answers = [("thread", one.who, one.day, one.words) for one in story.in_thread]
    answers += [("private", one.who, one.day, one.words) for one in story.privately]
    if (unnamed := story.anonymously) is not None:
        answers += [
            ("anonymous", who, unnamed.day, words)
            for who, words in zip(unnamed.who, unnamed.words, strict=True)
        ]
    for way, handle, offset, words in answers:
        seed = f"{story.topic}:{way}"
        at = _on_or_after(company[handle], company.day(offset), seed, opened)
        yield AnswerRound(at=at, round=story, who=handle, words=words, way=way)
    if story.closed is not None:
        day = facilitator.back_to_work(company.day(story.closed))
        at = facilitator.rota.opening(day) + timedelta(hours=6)
        yield CloseRound(at=at, round=story)
        if story.summary is not None:
            yield Summarise(at=at + timedelta(minutes=50), round=story)

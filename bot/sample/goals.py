"""Goals of the sample organisation: how they were agreed, how people said that they go, and what
the operator and HR entered for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from bot.sample.acts import Ask, CheckIn, Enter, PassOn, Propose, Read, SetUp, Snooze, Support, Talk
from bot.sample.slack import direct_of
from bot.sample.stage import Stage
from bot.sample.story import Acting, Away, Entry, TalkStep
from domain.checkins import CheckIn as CheckInCommand
from domain.checkins import CheckInOutcome, GoalReport, SeenGoal, goal_key
from domain.cycles import NewCycle, PhasePlan
from domain.goal_commands import (
    AcceptGoal,
    AskFacilitator,
    CounterGoal,
    DeclineGoal,
    ProposeGoal,
    ReviseGoal,
)
from domain.goals import GoalCard, GoalContent
from domain.measures import Measure
from domain.notices import NoticeKind
from storage import checkin_prompts, checkin_support, past_messages
from usecases.checkin_prompts import prompt_check_ins
from usecases.checkin_support import keep_reply, read_support
from usecases.checkins import check_in, nothing_changed, these_goals
from usecases.cover import set_acting_manager, set_delegation, set_leave
from usecases.cycles import new_cycle
from usecases.escalations import escalate_silence
from usecases.facilitation import ask_facilitator
from usecases.goals import show_goal
from usecases.negotiation import (
    accept_goal,
    counter_goal,
    decline_goal,
    propose_goal,
    revise_goal,
)
from usecases.snoozing import snooze

_MEASURES = {"from": "baseline", "to": "target", "low": "threshold", "best": "stretch"}


@dataclass
class Goals:
    """Remembers every goal by its key as the last act left it, and every check-in."""

    stage: Stage
    cards: dict[str, GoalCard] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    check_ins: dict[tuple[str, date], UUID] = field(default_factory=dict)

    def enter(self, act: Enter) -> None:
        store, origin, day = self.stage.store, self.stage.operator(act.at), self.stage.company.day
        match act.fact:
            case Away(person=person):
                set_leave(
                    store, origin, email(person), day(act.fact.from_day), day(act.fact.to_day)
                )
            case Acting(manager=manager, acting=acting):
                set_acting_manager(
                    store,
                    origin,
                    email(manager),
                    email(acting),
                    day(act.fact.from_day),
                    day(act.fact.to_day),
                )
            case deputy:
                set_delegation(
                    store,
                    origin,
                    email(deputy.delegator),
                    email(deputy.deputy),
                    day(deputy.from_day),
                    None if deputy.to_day is None else day(deputy.to_day),
                )

    def set_up(self, act: SetUp) -> None:
        cycle, day = act.cycle, self.stage.company.day
        new = NewCycle(
            name=cycle.name,
            starts=day(cycle.starts),
            ends=day(cycle.ends),
            phases=tuple(
                PhasePlan(
                    act=phase.act, starts=day(phase.starts), ends=day(phase.ends), name=phase.name
                )
                for phase in cycle.phases
            ),
        )
        new_cycle(self.stage.store, self.stage.by(cycle.who, act.at), new, self.stage.token())

    def propose(self, act: Propose) -> None:
        goal = act.goal
        command = ProposeGoal(
            title=goal.title,
            metric=goal.metric,
            target=_measure(goal.to),
            due_date=self.stage.company.day(goal.due),
            measure_unit=goal.unit,
            direction=goal.kind,
            baseline=None if goal.start is None else _measure(goal.start),
            threshold=None if goal.low is None else _measure(goal.low),
            stretch=None if goal.best is None else _measure(goal.best),
            start_date=act.begins,
            why=goal.why,
            check_in_every=goal.every,
            aligned_to=self.cards[goal.serves].id if goal.serves else None,
            visible_to=goal.seen_by,
            owner=self.stage.slack_user(goal.owner) if goal.by else None,
        )
        origin = self.stage.by(goal.by or goal.owner, act.at)
        proposed = propose_goal(self.stage.store, origin, command, self.stage.token())
        self.cards[goal.key] = show_goal(self.stage.store, origin, proposed)

    def talk(self, act: Talk) -> None:
        store, step, card = self.stage.store, act.step, self.cards[act.goal]
        origin, token = self.stage.by(step.who, act.at), self.stage.token()
        seen: dict[str, Any] = {"goal": card.id, "version": card.version}
        match step.does:
            case "accept":
                card = accept_goal(store, origin, AcceptGoal(**seen))
            case "decline":
                declined = DeclineGoal(**seen, reason=step.because or "")
                card = decline_goal(store, origin, declined, token)
            case "counter":
                changed = self._aim(card.content, step)
                counter = CounterGoal(**seen, **changed, reason=step.because or "")
                card = counter_goal(store, origin, counter, token)
            case "revise":
                same = {"why": card.content.why, "aligned_to": card.content.aligned_to}
                revised = ReviseGoal(**seen, **self._aim(card.content, step), **same)
                card = revise_goal(store, origin, revised, token)
            case _:
                asked = AskFacilitator(goal=card.id, note=step.because)
                card = ask_facilitator(store, origin, asked, token).card
        self.cards[act.goal] = card

    def _aim(self, content: GoalContent, step: TalkStep) -> dict[str, Any]:
        """What is negotiated, with the changes of this step."""
        aim: dict[str, Any] = {
            name: getattr(content, name)
            for name in (
                "title",
                "metric",
                "target",
                "due_date",
                "measure_unit",
                "direction",
                "baseline",
                "threshold",
                "stretch",
                "start_date",
            )
        }
        for name, value in step.change.items():
            if name in _MEASURES:
                aim[_MEASURES[name]] = _measure(value)
            elif name == "due":
                aim["due_date"] = self.stage.company.day(value)
            else:
                aim[name] = value
        return aim

    def pass_on(self, act: PassOn) -> None:
        escalate_silence(self.stage.store, self.stage.clock(act.at))

    def ask(self, act: Ask) -> None:
        """Whoever was asked has the message since their own half hour into the day."""
        stage = self.stage
        prompt_check_ins(stage.store, stage.clock(act.at))
        prompts = past_messages.untold(stage.store.connection, NoticeKind.CHECK_IN_PROMPT)
        for notice in sorted(prompts, key=stage.order):
            asked = stage.colleague(notice.person)
            stage.place(notice, asked.rota.opening(asked.member.today(act.at)))

    def check_in(self, act: CheckIn) -> None:
        entries = act.entries
        prompt = self._prompt(act) if act.asked else None
        if prompt is not None and all(entry.same for entry in entries.values()):
            origin = self.stage.by(act.owner, act.at)
            outcome = nothing_changed(self.stage.store, origin, prompt)
        else:
            outcome = self._report(act)
        keys = {self.cards[key].id: key for key in entries}
        for answer in outcome.answers:
            self.cards[keys[answer.card.id]] = answer.card
        if outcome.id is not None:
            self.check_ins[act.owner, self._day(act)] = outcome.id

    def _day(self, act: CheckIn) -> date:
        return self.stage.company[act.owner].member.today(act.at)

    def _prompt(self, act: CheckIn) -> UUID | None:
        """The question that asks about just these goals."""
        connection = self.stage.store.connection
        goals = {self.cards[key].id for key in act.entries}
        owner = next(iter(self.cards[key].owner.id for key in act.entries))
        prompts = checkin_prompts.open_prompts(connection, owner)
        asked = checkin_prompts.open_goals(connection, prompts)
        return next((one for one, about in asked.items() if set(about) == goals), None)

    def _report(self, act: CheckIn) -> CheckInOutcome:
        goals, seen = {}, {}
        for key, entry in act.entries.items():
            card = self.cards[key]
            value = self.last.get(key) if entry.same else entry.value
            if value is not None:
                self.last[key] = value
            goals[goal_key(card.number)] = GoalReport(
                value=None if value is None else _measure(value),
                what_changed=entry.said,
                confidence=entry.sure,
            )
            seen[goal_key(card.number)] = SeenGoal(card.id, card.revision)
        command = CheckInCommand(
            goals=goals,
            blockers=_first(act.entries, "blockers"),
            support=_first(act.entries, "support"),
        )
        origin = self.stage.by(act.owner, act.at)
        shown = these_goals(self.stage.store, origin, [one.goal for one in seen.values()])
        told = None if shown.manager is None else shown.manager.id
        return check_in(self.stage.store, origin, command, seen, self.stage.token(), told=told)

    def snooze(self, act: Snooze) -> None:
        snooze(self.stage.store, self.stage.by(act.owner, act.at), act.days)

    def support(self, act: Support) -> None:
        """Words under the message about the check-in, or under the one about the answer to it."""
        stage = self.stage
        about = self.check_ins[act.owner, act.day]
        kind, subject = NoticeKind.CHECK_IN_ANSWERED, about
        if not act.to_owner:
            kind = NoticeKind.SUPPORT_ANSWERED
            subject = checkin_support.replies(stage.store.connection, about)[-1].id
        thread = stage.place_one(kind, subject)
        channel = direct_of(stage.slack_user(act.who))
        ts = stage.says(act.who, channel, act.at, act.words, thread)
        keep_reply(stage.store, stage.by(act.who, act.at), (channel, ts), thread, act.words)

    def read(self, act: Read) -> None:
        about = self.check_ins[act.owner, act.day]
        read_support(self.stage.store, self.stage.by(act.who, act.at), about)


def email(handle: str) -> str:
    return f"{handle}@brightwater.example"


def _first(entries: Mapping[str, Entry], name: str) -> str | None:
    return next((words for one in entries.values() if (words := getattr(one, name))), None)


def _measure(value: float) -> Measure:
    return Measure(value=value, text=f"{value:g}")

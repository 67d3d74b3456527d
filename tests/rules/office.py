"""A company at work without Slack: people act through the use cases, at a time that we set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, insert, select, update

from domain.audit import Actor, ActorKind
from domain.change_requests import (
    AnswerChange,
    AskChange,
    ChangeCard,
    CounterChange,
    DeclineChange,
)
from domain.clock import Clock
from domain.goal_commands import (
    AcceptGoal,
    AskFacilitator,
    CounterGoal,
    DeclineGoal,
    ProposeGoal,
    ReviseGoal,
    UndoProposal,
    UpdateGoal,
)
from domain.goals import Audience, GoalCard, GoalContent, Rhythm
from domain.measures import Measure
from domain.origin import Origin, Via
from domain.people import GrantState, LineKind, Role
from storage.keyring import Keyring
from storage.outbox import materialise_due
from storage.tables.audit import AuditEntry
from storage.tables.outbox import Notice, Post
from storage.tables.people import ReportingLine, RoleGrant
from storage.unit_of_work import Store
from tests.company import PEOPLE, person_id, slack_id
from usecases.checkin_prompts import prompt_check_ins
from usecases.escalations import escalate_silence
from usecases.facilitation import ask_facilitator
from usecases.goal_changes import accept_change, ask_change, counter_change, decline_change
from usecases.goals import show_goal, update_goal
from usecases.negotiation import (
    accept_goal,
    counter_goal,
    decline_goal,
    propose_goal,
    revise_goal,
    undo_proposal,
)
from usecases.readdress import readdress_proposals

# A Monday, 10:00 in Berlin.
MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
DUE = date(2027, 6, 30)
KEYRING = Keyring(["the secret of the organisation, 32+"])


@dataclass
class Watch:
    """The machine's time, which passes when we say so."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """Every act is by a person, called by their first name, on a goal as they saw it."""

    engine: Engine
    watch: Watch = field(default_factory=Watch)
    store: Store = field(init=False)
    _requests: Iterator[int] = field(default_factory=count, init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.engine, KEYRING, Clock(self.watch))

    def by(self, name: str) -> Origin:
        return self._origin(Via.ACTION, slack_id(name))

    def operator(self) -> Origin:
        return self._origin(Via.CLI)

    def _origin(self, via: Via, slack_user: str | None = None) -> Origin:
        request = f"r-{next(self._requests)}"
        return Origin(via, self.store.clock.business(), request, slack_user)

    def wait(self, time: timedelta) -> None:
        """Time passes and nothing happens by itself."""
        self.watch.now += time

    def sweep(self) -> int:
        return escalate_silence(self.store, self._origin(Via.CLOCK))

    def mornings(self) -> int:
        """Whoever is to hear something this morning does; returns how many they are."""
        return prompt_check_ins(self.store, self._origin(Via.CLOCK))

    def deliver(self) -> None:
        """What is due by now has reached Slack."""
        clock = self.store.clock
        with self.store.write(self.operator()) as work:
            materialise_due(
                work.connection, business_now=clock.business(), machine_now=clock.machine()
            )
            unsent = work.connection.scalars(select(Post.id).where(Post.ts.is_(None))).all()
            for post in unsent:
                work.connection.execute(
                    update(Post).where(Post.id == post).values(channel="D0SENT", ts=str(post)[:30])
                )

    def propose(
        self,
        name: str,
        target: float = 5,
        *,
        owner: str | None = None,
        audience: Audience | None = None,
        rhythm: Rhythm | None = None,
    ) -> GoalCard:
        command = ProposeGoal(
            title="First reply to customers",
            metric="Hours",
            target=_hours(target),
            due_date=DUE,
            owner=slack_id(owner) if owner else None,
            visible_to=audience,
            check_in_every=rhythm,
        )
        goal = propose_goal(self.store, self.by(name), command, _token())
        return show_goal(self.store, self.by(name), goal)

    def counter(
        self, name: str, goal: GoalCard, target: float, token: str | None = None
    ) -> GoalCard:
        command = CounterGoal(
            goal=goal.id,
            version=goal.version,
            title=goal.content.title,
            metric=goal.content.metric,
            target=_hours(target),
            due_date=DUE,
            reason="It fits our plan better.",
        )
        return counter_goal(self.store, self.by(name), command, token or _token())

    def revise(self, name: str, goal: GoalCard, target: float = 5) -> GoalCard:
        command = ReviseGoal(
            goal=goal.id,
            version=goal.version,
            title=goal.content.title,
            metric=goal.content.metric,
            target=_hours(target),
            due_date=DUE,
        )
        return revise_goal(self.store, self.by(name), command, _token())

    def accept(self, name: str, goal: GoalCard) -> GoalCard:
        command = AcceptGoal(goal=goal.id, version=goal.version)
        return accept_goal(self.store, self.by(name), command)

    def decline(self, name: str, goal: GoalCard, token: str | None = None) -> GoalCard:
        command = DeclineGoal(goal=goal.id, version=goal.version, reason="Not this quarter.")
        return decline_goal(self.store, self.by(name), command, token or _token())

    def ask_change(self, name: str, goal: GoalCard, target: float, **more: object) -> ChangeCard:
        """A change of the target alone, on evidence that can be looked up."""
        command = AskChange(
            goal=goal.id, version=goal.version, **self._aim(goal.content, target, more)
        )
        return ask_change(self.store, self.by(name), command, _token())

    def counter_change(
        self, name: str, change: ChangeCard, target: float, **more: object
    ) -> ChangeCard:
        aim = self._aim(change.content, target, more)
        command = CounterChange(change=change.id, terms=change.terms.number, **aim)
        return counter_change(self.store, self.by(name), command, _token())

    def _aim(
        self, content: GoalContent, target: float, more: Mapping[str, object]
    ) -> dict[str, Any]:
        return {
            "title": content.title,
            "metric": content.metric,
            "target": _hours(target),
            "due_date": content.due_date,
            "measure_unit": content.measure_unit,
            "reason": "The second hire was put off.",
            "ground": "resources",
            "evidence": "The letter: https://wiki.example/hiring",
            **more,
        }

    def answer_change(
        self, name: str, change: ChangeCard, act: Callable[..., ChangeCard] = accept_change
    ) -> ChangeCard:
        """Accept, or do what else takes no words: approve, withdraw."""
        command = AnswerChange(change=change.id, terms=change.terms.number)
        return act(self.store, self.by(name), command)

    def decline_change(self, name: str, change: ChangeCard) -> ChangeCard:
        command = DeclineChange(change=change.id, terms=change.terms.number, reason="Not for this.")
        return decline_change(self.store, self.by(name), command, _token())

    def undo(self, name: str, goal: GoalCard) -> GoalCard:
        command = UndoProposal(goal=goal.id, version=goal.version)
        return undo_proposal(self.store, self.by(name), command)

    def update(self, name: str, goal: GoalCard, value: float) -> GoalCard:
        command = UpdateGoal(goal=goal.id, value=_hours(value))
        return update_goal(self.store, self.by(name), command, _token()).card

    def ask_for_help(self, name: str, goal: GoalCard, token: str | None = None) -> str:
        command = AskFacilitator(goal=goal.id, note="We do not agree on the target.")
        asked = ask_facilitator(self.store, self.by(name), command, token or _token())
        return asked.facilitator.name

    def show(self, name: str, goal: GoalCard) -> GoalCard:
        return show_goal(self.store, self.by(name), goal.id)

    def replace_manager(self, name: str, manager: str | None) -> None:
        """From today on the person reports to somebody else, or to nobody."""
        today = self.watch.now.date()
        with self.store.write(self.operator()) as work:
            work.connection.execute(
                update(ReportingLine)
                .where(
                    ReportingLine.person_id == id_of(name),
                    ReportingLine.kind == LineKind.PRIMARY,
                    ReportingLine.valid_to.is_(None),
                )
                .values(valid_to=today)
            )
            if manager is not None:
                work.connection.execute(
                    insert(ReportingLine).values(
                        id=uuid4(),
                        person_id=id_of(name),
                        manager_id=id_of(manager),
                        kind=LineKind.PRIMARY,
                        valid_from=today,
                        source="test",
                    )
                )
            readdress_proposals(work, Actor(ActorKind.OPERATOR), {id_of(name)})

    def give_role(self, name: str, role: Role) -> None:
        with self.store.write(self.operator()) as work:
            work.connection.execute(
                insert(RoleGrant).values(
                    id=uuid4(),
                    person_id=id_of(name),
                    role=role,
                    state=GrantState.ACTIVE,
                    valid_from=self.watch.now.date(),
                )
            )

    def acts(self, goal: UUID | None = None) -> list[str]:
        """The recorded acts about a goal (or about all) in order."""
        wanted = select(AuditEntry.action).order_by(AuditEntry.seq)
        if goal is not None:
            wanted = wanted.where(AuditEntry.object_id == goal)
        with self.engine.connect() as connection:
            return [action.value for action in connection.scalars(wanted)]

    def told(self, name: str) -> list[str]:
        """The kinds of messages for a person, in the order of their business time."""
        wanted = (
            select(Notice.kind)
            .where(Notice.person_id == id_of(name))
            .order_by(Notice.due_at, Notice.kind)
        )
        with self.engine.connect() as connection:
            return [kind.value for kind in connection.scalars(wanted)]


def id_of(first_name: str) -> UUID:
    return next(person_id(one.name) for one in PEOPLE if one.name.startswith(f"{first_name} "))


def _hours(value: float) -> Measure:
    return Measure(value=value, text=f"{value:g}")


def _token() -> str:
    return uuid4().hex

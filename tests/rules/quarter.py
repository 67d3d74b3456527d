"""A company round the world for a quarter, what Slack was sent meanwhile, and an oracle of hours.

The oracle knows nothing of the product's own rules of time: it asks the `holidays` and `zoneinfo`
libraries, and counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from holidays import country_holidays
from slack_sdk import WebClient
from sqlalchemy import Engine, insert, select, update

from bot.app import Address, Parts, renderer
from bot.settings import Settings
from domain.notices import Lane
from domain.people import Employment, GrantState, Level, LineKind, PersonState, Role
from messages.templates import Templates
from scheduler import marker
from scheduler.delivery import Delivery
from scheduler.settings import DeliverySettings
from storage import cover, goals
from storage.database import WRITING
from storage.tables.outbox import Delivery as DeliveryRow
from storage.tables.outbox import DeliveryState, Notice, Op
from storage.tables.people import OrgUnit, Person, ReportingLine, RoleGrant
from tests.rules.office import Office

BEGINS, ENDS = datetime(2026, 9, 1, 6, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
SETTLE_IN, WORKDAY, DAY = timedelta(minutes=30), timedelta(hours=8), timedelta(days=1)


@dataclass(frozen=True)
class Somebody:
    """`days` as ISO weekdays; `leave` as first day and day after."""

    name: str
    manager: str | None
    zone: str
    region: str
    days: str = "12345"
    start: time = time(9)
    leave: tuple[tuple[date, date], ...] = ()
    role: Role | None = None

    @property
    def id(self) -> UUID:
        return UUID(int=1 + [one.name for one in WORLD].index(self.name))

    @property
    def slack(self) -> str:
        return f"U0{self.name.upper()}"

    def works(self, day: date) -> bool:
        country, _, subdivision = self.region.partition("-")
        free = country_holidays(country, subdiv=subdivision or None, years=day.year)
        away = any(first <= day < after for first, after in self.leave)
        return str(day.isoweekday()) in self.days and day not in free and not away

    def shift_of(self, moment: datetime) -> date | None:
        """The working day in whose hours the moment lies, from half an hour into it."""
        today = moment.astimezone(ZoneInfo(self.zone)).date()
        for day in (today - DAY, today):
            ends = self.opening(day) - SETTLE_IN + WORKDAY
            if self.works(day) and self.opening(day) <= moment < ends:
                return day
        return None

    def opening(self, day: date) -> datetime:
        start = datetime.combine(day, self.start, ZoneInfo(self.zone)).astimezone(UTC)
        return start + SETTLE_IN

    def first_working(self, day: date) -> date:
        while not self.works(day):
            day += DAY
        return day


# Clocks change in Chile on 6 September, New Zealand on 27 September, Australia on 4 October (Lord
# Howe by half an hour), Germany and Portugal on 25 October, New York on 1 November.
WORLD = (
    Somebody("Mara", None, "Europe/Berlin", "DE", leave=((date(2026, 10, 26), date(2026, 11, 3)),)),
    Somebody("Hana", "Mara", "Europe/Berlin", "DE-BE", role=Role.HR),
    Somebody("Kiri", "Mara", "Pacific/Kiritimati", "KI"),
    Somebody("Berit", "Mara", "Europe/Berlin", "DE-BY"),
    Somebody("Nick", "Mara", "America/New_York", "US-NY", days="1234"),
    Somebody("Lou", "Kiri", "Australia/Lord_Howe", "AU-NSW"),
    Somebody("Ana", "Kiri", "Pacific/Auckland", "NZ-AUK", days="23"),
    Somebody("Kumar", "Kiri", "Asia/Kathmandu", "NP", days="71234"),
    Somebody("Nils", "Mara", "Europe/Berlin", "DE-BE", start=time(22)),
    Somebody("Sol", "Mara", "America/Santiago", "CL", days="67123", start=time(0)),
    Somebody(
        "Zoe", "Kiri", "Europe/Lisbon", "PT", leave=((date(2026, 10, 5), date(2026, 10, 19)),)
    ),
)
BY_NAME = {one.name: one for one in WORLD}


@dataclass(frozen=True)
class Sent:
    """A message as it reached Slack: to whom, when in business time, and what it told."""

    person: Somebody
    at: datetime
    lane: int
    kinds: tuple[str, ...]
    subjects: tuple[UUID, ...]


class PretendSlack(WebClient):
    """Takes every message, and remembers when in business time it came."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(token="xoxb-quarter")
        self._now = now
        self._numbers = count(1)
        self.posted: list[tuple[UUID, datetime]] = []

    def api_call(self, api_method: str, **how: Any) -> Any:
        arguments = how["json"]
        if api_method == "chat.postMessage":
            delivery = marker.delivery_of(arguments)
            assert delivery is not None
            self.posted.append((delivery, self._now()))
        to = str(arguments.get("channel") or arguments.get("user_id"))
        channel = to if to.startswith("D") else f"D{to}"
        return {"ok": True, "channel": channel, "ts": f"{next(self._numbers)}.0"}


@dataclass
class Quarter:
    """The company at work; `let_pass` moves from one planned moment to the next."""

    engine: Engine
    office: Office = field(init=False)
    slack: PretendSlack = field(init=False)
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        settle(self.engine)
        self.office = Office(self.engine)
        self.office.watch.now = BEGINS
        self.slack = PretendSlack(self.office.store.clock.business)
        store = self.office.store
        parts = Parts(Settings(_env_file=None), store.clock, store, Templates(), Address())
        self.delivery = Delivery(
            self.engine,
            self.slack,
            renderer(parts),
            self.office.store.clock,
            DeliverySettings(senders=1, posts_a_minute=0),
            wake=threading.Event(),
            monotonic=lambda: self.office.watch.now.timestamp(),  # noqa: PLW0108 - the watch moves on
        )

    def happen(self) -> bool:
        """All that is due now; whether anything was sent that nobody's act has caused.

        What somebody's act has caused counts as sent: it is not at issue.
        """
        with self.engine.connect() as connection:
            silent = goals.silent(connection, self.office.watch.now, 1)
        if silent:
            self.office.sweep()
        self.office.mornings()
        self.delivery.materialise()
        urgent = DeliveryRow.lane == Lane.INTERACTIVE
        with self.engine.execution_options(**{WRITING: True}).begin() as connection:
            queued = DeliveryRow.state == DeliveryState.QUEUED
            sent = update(DeliveryRow).where(queued, urgent).values(state=DeliveryState.SENT)
            connection.execute(sent)
            anything = connection.execute(select(DeliveryRow.id).where(queued).limit(1)).first()
        if anything is not None:
            self.delivery.deliver_until_idle()
        return anything is not None

    def sent(self) -> Iterator[Sent]:
        """What reached Slack, in order."""
        with self.engine.connect() as connection:
            for delivery, at in self.slack.posted:
                rows = connection.execute(
                    select(Notice.person_id, DeliveryRow.lane, Notice.kind, Notice.subject_id)
                    .join(DeliveryRow, DeliveryRow.post_id == Notice.post_id)
                    .where(DeliveryRow.uuid == delivery, DeliveryRow.op == Op.POST)
                    .order_by(Notice.kind)
                ).all()
                person = next(one for one in WORLD if one.id == rows[0].person_id)
                kinds = tuple(row.kind.value for row in rows)
                subjects = tuple(row.subject_id for row in rows)
                yield Sent(person, at, rows[0].lane, kinds, subjects)


def settle(engine: Engine) -> None:
    """Everybody in the directory, with their leave."""
    unit = uuid4()
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(insert(OrgUnit).values(id=unit, path="World", name="World"))
        for one in WORLD:
            connection.execute(
                insert(Person).values(
                    id=one.id,
                    email=f"{one.name.lower()}@world.example",
                    name=one.name,
                    name_folded=one.name.casefold(),
                    slack_user=one.slack,
                    state=PersonState.ACTIVE,
                    level=Level.INDIVIDUAL,
                    employment=Employment.REGULAR,
                    fte_percent=100,
                    working_days=one.days,
                    day_start=one.start,
                    region=one.region,
                    org_unit_id=unit,
                    timezone=one.zone,
                    locale="en-GB",
                )
            )
        for one in WORLD:
            if one.manager is not None:
                connection.execute(
                    insert(ReportingLine).values(
                        id=uuid4(),
                        person_id=one.id,
                        manager_id=BY_NAME[one.manager].id,
                        kind=LineKind.PRIMARY,
                        valid_from=date(2020, 1, 1),
                        source="test",
                    )
                )
            if one.role is not None:
                connection.execute(
                    insert(RoleGrant).values(
                        id=uuid4(),
                        person_id=one.id,
                        role=one.role,
                        state=GrantState.ACTIVE,
                        valid_from=date(2020, 1, 1),
                    )
                )
            for first, after in one.leave:
                cover.add_leave(connection, one.id, first, after)

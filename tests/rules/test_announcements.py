"""Announcements to many: the list, whose turn it is, and what happens when a process dies."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from domain.announcements import (
    Announce,
    AnnouncementState,
    LeaveOut,
    Reach,
    RecipientState,
    Timing,
)
from domain.cycles import CycleKind, NewCycle, default_phases
from domain.errors import InvalidInput, NotAllowed
from domain.notices import NoticeKind
from domain.people import Employment, GrantState, Level, PersonState, Role, Standing
from storage import announcement_audience, announcements
from storage.database import WRITING
from storage.tables.cycles import AnnouncementRecipient
from storage.tables.outbox import Notice, NoticeState
from storage.tables.people import Person, RoleGrant
from tests.rules.office import MONDAY, Office
from usecases.announcement_steering import send_the_rest, stop_announcement
from usecases.announcement_sweep import WITH_DELIVERY, list_people, send_announcements
from usecases.announcements import (
    confirm_announcement,
    plan_announcement,
    start_announcement,
)
from usecases.cycles import new_cycle

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Auckland")
MANY = 2_300


def crowd(office: Office, count: int = MANY, **facts: object) -> None:
    """People in several zones; every seventh begins at night."""
    rows = [
        {
            "id": uuid4(),
            "email": f"p{number}@crowd.example",
            "name": f"Person {number}",
            "name_folded": f"person {number}",
            "slack_user": f"UCROWD{number}",
            "state": PersonState.ACTIVE,
            "standing": Standing.FULL,
            "level": Level.INDIVIDUAL,
            "employment": Employment.REGULAR,
            "fte_percent": 100,
            "working_days": "12345" if number % 5 else "1234",
            "day_start": time(9) if number % 7 else time(22),
            "region": "DE-BY" if number % 3 else None,
            "timezone": ZONES[number % len(ZONES)],
            "locale": "de" if number % 2 else "",
            **facts,
        }
        for number in range(count)
    ]
    with office.engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(insert(Person), rows)


def token() -> str:
    return uuid4().hex


def phase(office: Office) -> UUID:
    """The first phase of a cycle that has begun."""
    starts, ends = date(2027, 2, 20), date(2027, 5, 20)
    new = NewCycle(name="Spring", starts=starts, ends=ends).with_phases()
    assert new.phases == default_phases(CycleKind.QUARTERLY, starts, ends)
    new_cycle(office.store, office.by("Ines"), new, token())
    return start_announcement(office.store, office.by("Ines")).phases[0].id


def confirmed(office: Office, **changes: object) -> UUID:
    wanted: dict[str, object] = {
        "phase": phase(office),
        "audience": Reach.EVERYONE,
        "message": "Please agree your goals.",
        "send_at": Timing.NOW,
    }
    asked = Announce.model_validate({**wanted, **changes})
    plan = plan_announcement(office.store, office.by("Ines"), asked, "en", None)
    confirm_announcement(office.store, office.by("Ines"), plan.head.id, token())
    return plan.head.id


def sweep(office: Office) -> int:
    return send_announcements(office.store, office.by("Ines"))


def states(office: Office, announcement: UUID) -> Counter[RecipientState]:
    with office.engine.connect() as connection:
        rows = connection.execute(
            select(AnnouncementRecipient.state, func.count())
            .where(AnnouncementRecipient.announcement_id == announcement)
            .group_by(AnnouncementRecipient.state)
        )
        return Counter({state: count for state, count in rows})  # noqa: C416 - rows are not tuples


def test_everybody_is_listed_once_each_due_as_their_own_day_begins(office: Office) -> None:
    crowd(office)
    announcement = confirmed(office, send_at=Timing.START_OF_DAY)
    sweep(office)
    with office.engine.connect() as connection:
        rows = connection.execute(
            select(
                Person.timezone,
                Person.working_days,
                Person.day_start,
                AnnouncementRecipient.due_at,
            ).join(Person, Person.id == AnnouncementRecipient.person_id)
        ).all()
    assert len(rows) == MANY + 11
    for zone, days, start, due_at in rows:
        local = due_at.astimezone(ZoneInfo(zone))
        assert str(local.isoweekday()) in days
        begins = datetime.combine(local.date(), start, tzinfo=ZoneInfo(zone))
        assert local - begins == timedelta(minutes=30)
        assert timedelta() < due_at - MONDAY < timedelta(days=4)
    assert states(office, announcement).total() == MANY + 11


def test_who_works_by_a_roster_is_due_as_a_day_of_their_turn_begins(office: Office) -> None:
    """On the Monday itself they are off, and so until the Saturday."""
    crowd(office, 5, timezone="Europe/Berlin", day_start=time(9), roster="2027-03-01 5off 3on")
    confirmed(office, send_at=Timing.START_OF_DAY)
    sweep(office)
    with office.engine.connect() as connection:
        moments = connection.scalars(
            select(AnnouncementRecipient.due_at)
            .join(Person, Person.id == AnnouncementRecipient.person_id)
            .where(Person.roster.is_not(None))
        ).all()
    assert len(moments) == 5
    assert {moment.date() for moment in moments} == {date(2027, 3, 6)}


def test_who_never_has_a_working_day_is_not_listed(office: Office) -> None:
    crowd(office, 5, working_days="")
    announcement = confirmed(office, send_at=Timing.START_OF_DAY)
    sweep(office)
    assert states(office, announcement).total() == 11


def test_a_list_that_was_cut_short_is_made_again_without_anybody_twice(office: Office) -> None:
    crowd(office)
    announcement = confirmed(office)
    with office.store.read(office.by("Ines")) as reading:
        head = announcements.by_id(reading.connection, announcement)
    assert head is not None
    assert head.state is AnnouncementState.EXPANDING
    with office.store.write(office.by("Ines")) as work:
        everybody = Person.state == PersonState.ACTIVE
        classes = announcement_audience.rota_classes(
            work.connection, head.rule, head.phase.id, date(2027, 3, 1)
        )
        moments = [(one, MONDAY) for one in classes]
        listing = announcement_audience.Listing(work.connection, announcement, everybody, moments)
        start = announcement_audience.BEFORE_ALL
        middle = listing.chunk_end(work.connection, start, 1_000)
        assert middle is not None
        listing.list_between(work.connection, start, middle)
        last = listing.chunk_end(work.connection, middle, MANY)
        assert last is not None
        assert last == work.connection.scalar(select(func.max(Person.id)))
        assert listing.chunk_end(work.connection, last, 1_000) is None
    assert 900 < states(office, announcement)[RecipientState.WAITING] <= 1_000
    list_people(office.store, office.by("Ines"), head)
    assert states(office, announcement)[RecipientState.WAITING] == MANY + 11


def test_delivery_gets_no_more_at_a_time_than_it_can_send_soon(office: Office) -> None:
    crowd(office, 1_000, timezone="Europe/Berlin", day_start=time(9), working_days="12345")
    office.wait(timedelta(hours=1))
    announcement = confirmed(office)
    assert sweep(office) == WITH_DELIVERY
    assert sweep(office) == 0
    stop_announcement(office.store, office.by("Ines"), announcement)
    assert states(office, announcement)[RecipientState.STOPPED] == 1_011 - WITH_DELIVERY
    office.wait(timedelta(days=2))
    assert sweep(office) == 0


def test_who_is_stopped_while_waiting_for_their_morning_hears_nothing(office: Office) -> None:
    crowd(office, 50, timezone="Pacific/Auckland", region=None, day_start=time(9))
    office.wait(timedelta(hours=1))
    announcement = confirmed(office)
    sweep(office)
    # 20:30 in UTC is 9:30 in Auckland; it is handed over half an hour before.
    office.wait(datetime(2027, 3, 1, 20, 15, tzinfo=UTC) - office.watch.now)
    assert sweep(office) == 50
    stop_announcement(office.store, office.by("Ines"), announcement)
    assert states(office, announcement)[RecipientState.STOPPED] == 50
    with office.engine.connect() as connection:
        voided = connection.scalars(select(Notice.id).where(Notice.reason == "stopped")).all()
    assert len(voided) == 50


def test_who_was_stopped_on_the_way_gets_a_message_of_its_own_when_the_rest_is_sent(
    office: Office,
) -> None:
    crowd(office, 50, timezone="Pacific/Auckland", region=None, day_start=time(9))
    office.wait(timedelta(hours=1))
    announcement = confirmed(office)
    office.wait(datetime(2027, 3, 1, 20, 15, tzinfo=UTC) - office.watch.now)
    assert sweep(office) == 50
    stop_announcement(office.store, office.by("Ines"), announcement)
    assert sweep(office) == 0
    people = states(office, announcement)[RecipientState.STOPPED]
    assert send_the_rest(office.store, office.by("Ines"), announcement) == people
    assert sweep(office) == 50
    with office.engine.connect() as connection:
        waiting = connection.scalars(
            select(Notice.person_id).where(
                Notice.subject_id == announcement,
                Notice.kind == NoticeKind.ANNOUNCEMENT,
                Notice.state == NoticeState.WAITING,
            )
        ).all()
    assert len(waiting) == len(set(waiting)) == 50


def test_whoever_has_got_another_announcement_since_is_not_sent_the_rest(office: Office) -> None:
    crowd(office, 20, timezone="Pacific/Auckland", region=None, day_start=time(9))
    first = confirmed(office, leave_out=(LeaveOut.ANNOUNCED,))
    sweep(office)
    stop_announcement(office.store, office.by("Ines"), first)
    with office.store.read(office.by("Ines")) as work:
        same = announcements.stored(work.connection, first).phase.id
    asked = Announce(
        phase=same, audience=Reach.EVERYONE, message="Anew", send_at=Timing.START_OF_DAY
    )
    plan = plan_announcement(office.store, office.by("Ines"), asked, "en", None)
    confirm_announcement(office.store, office.by("Ines"), plan.head.id, token())
    sweep(office)
    assert send_the_rest(office.store, office.by("Ines"), first) == 0


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"probation_until": date(2027, 3, 1)}, LeaveOut.PROBATION),
        ({"leaving_on": date(2027, 3, 31)}, LeaveOut.NOTICE),
        ({"employment": Employment.CONTRACTOR}, LeaveOut.CONTRACTORS),
    ],
)
def test_people_are_left_out_for_what_the_directory_says(
    office: Office, facts: dict[str, object], reason: LeaveOut
) -> None:
    crowd(office, 20, **facts)
    already = 1 if reason is LeaveOut.CONTRACTORS else 0
    asked = Announce(
        phase=phase(office),
        audience=Reach.EVERYONE,
        message="x",
        send_at=Timing.NOW,
        leave_out=(reason,),
    )
    plan = plan_announcement(office.store, office.by("Ines"), asked, "en", None)
    assert plan.count.people == 11 - already
    assert plan.count.left_out[reason] == 20 + already


def test_nobody_left_is_said_at_the_audience(office: Office) -> None:
    asked = Announce(
        phase=phase(office), audience=Reach.REGION, region="JP", message="x", send_at=Timing.NOW
    )
    with pytest.raises(InvalidInput) as refused:
        plan_announcement(office.store, office.by("Ines"), asked, "en", None)
    assert (refused.value.code, refused.value.field) == ("audience_empty", "audience")


def test_hr_of_a_region_announces_within_it_only(office: Office) -> None:
    with office.engine.execution_options(**{WRITING: True}).begin() as connection:
        nora = connection.execute(select(Person.id).where(Person.name == "Nora Sand")).scalar_one()
        connection.execute(
            insert(RoleGrant).values(
                id=uuid4(),
                person_id=nora,
                role=Role.HR,
                region="DE-BY",
                state=GrantState.ACTIVE,
                valid_from=date(2020, 1, 1),
            )
        )
    crowd(office, 9, region="DE-BY")
    first = phase(office)

    def ask(reach: Reach, region: str | None = None) -> int:
        asked = Announce(
            phase=first, audience=reach, region=region, message="x", send_at=Timing.NOW
        )
        plan = plan_announcement(office.store, office.by("Nora"), asked, "en", None)
        return plan.count.people

    assert ask(Reach.REGION, "DE-BY") == 9
    for reach, region in ((Reach.EVERYONE, None), (Reach.REGION, "DE"), (Reach.REGION, "DE-BE")):
        with pytest.raises(InvalidInput, match="audience_beyond_role"):
            ask(reach, region)
    with pytest.raises(NotAllowed, match="hr_needed"):
        start_announcement(office.store, office.by("Lena"))

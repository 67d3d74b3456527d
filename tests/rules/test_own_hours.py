"""What people choose of when they are written to: it narrows their day, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.cadence import Rota
from domain.errors import InvalidInput
from domain.notices import NoticeKind
from domain.origin import Via
from domain.own_hours import ChooseHours, ListDay, OwnHours, Span
from domain.policy import CheckIns, OwnList
from storage.tables.audit import AuditEntry
from tests.rules.office import Office, id_of
from tests.rules.test_cadence import HALF_AN_HOUR, MONDAY, member
from usecases.checkin_decisions import list_weekday
from usecases.hours import AtWork, next_hours
from usecases.own_hours import choose_hours, hours_as_usual, own_times

DAY = timedelta(days=1)
BERLIN = timedelta(hours=1)


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """That time of the wall in Berlin, in March before the clocks change."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC) - BERLIN


def rota(hours: OwnHours, **somebody: object) -> Rota:
    return Rota(replace(member(**somebody), own_hours=hours), (), HALF_AN_HOUR)  # type: ignore[arg-type] # as in `member`


def spans(*pairs: tuple[datetime, datetime]) -> list[Span]:
    return [Span(*pair) for pair in pairs]


def test_quiet_hours_are_half_open_and_cut_the_day_in_two() -> None:
    lunch = rota(OwnHours(quiet_from=time(12), quiet_to=time(13)))
    assert lunch.hours(MONDAY) == spans((at(9, 30), at(12)), (at(13), at(17)))
    assert lunch.shift_at(at(11, 59)) == MONDAY
    assert lunch.shift_at(at(12)) is None
    assert lunch.shift_at(at(13)) == MONDAY
    assert lunch.opening_after(at(12, 30), MONDAY) == at(13)


def test_quiet_hours_may_pass_midnight() -> None:
    evening = rota(OwnHours(quiet_from=time(16), quiet_to=time(11)))
    assert evening.hours(MONDAY) == spans((at(11), at(16)))
    night = rota(OwnHours(quiet_from=time(23), quiet_to=time(1)), start=time(22))
    assert night.hours(MONDAY) == spans((at(22, 30), at(23)), (at(1, day=2), at(6, day=2)))


def test_who_starts_later_is_written_to_later_also_on_a_night_shift() -> None:
    assert rota(OwnHours(starts=time(11))).opening(MONDAY) == at(11)
    assert rota(OwnHours(starts=time(8))).opening(MONDAY) == at(9, 30)
    assert rota(OwnHours(starts=time(1)), start=time(22)).opening(MONDAY) == at(1, day=2)


def test_what_leaves_nothing_of_a_day_is_not_followed_so_that_nothing_is_lost() -> None:
    usual = rota(OwnHours()).hours(MONDAY)
    assert rota(OwnHours(starts=time(18))).hours(MONDAY) == usual
    assert rota(OwnHours(quiet_from=time(8), quiet_to=time(18))).hours(MONDAY) == usual


def test_managers_choose_of_their_list_what_the_rules_leave_them() -> None:
    manager = replace(member(), own_hours=OwnHours(list_day=ListDay.THURSDAY))
    without = replace(member(), own_hours=OwnHours(list_day=ListDay.NEVER))
    usual = member()
    found = {
        own_list: [
            list_weekday(one, CheckIns(digest_weekday=2, own_list=own_list))
            for one in (usual, manager, without)
        ]
        for own_list in OwnList
    }
    assert found == {
        OwnList.FREE: [2, 4, None],
        OwnList.DAY: [2, 4, 2],
        OwnList.FIXED: [2, 2, 2],
    }


zones = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"}))
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
clocks = st.times().map(lambda one: one.replace(second=0, microsecond=0))
maybe = st.none() | clocks
chosen = st.builds(
    lambda starts, quiet: OwnHours(starts, *(quiet or (None, None))),
    maybe,
    st.none() | st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]),
)


def quiet_at(hours: OwnHours, local: time) -> bool:
    if hours.quiet_from is None or hours.quiet_to is None:
        return False
    if hours.quiet_from < hours.quiet_to:
        return hours.quiet_from <= local < hours.quiet_to
    return local >= hours.quiet_from or local < hours.quiet_to


@settings(max_examples=300, deadline=None)
@given(zone=zones, day=days, start=clocks, hours=chosen)
def test_what_is_left_lies_within_the_day_and_outside_of_quiet_hours(
    zone: str, day: date, start: time, hours: OwnHours
) -> None:
    one = rota(hours, zone=zone, days="1234567", start=start)
    whole, left = one.whole(day), one.hours(day)
    assert whole.begins <= left[0].begins
    assert left[-1].ends <= whole.ends
    assert all(span.begins < span.ends for span in left)
    assert all(before.ends < after.begins for before, after in pairwise(left))
    if left == [whole]:
        return
    changes = one.member.zone.utcoffset
    if changes(whole.begins.astimezone(one.member.zone)) != changes(
        whole.ends.astimezone(one.member.zone)
    ):
        return  # that hour exists twice, or not at all
    for span in left:
        for moment in (span.begins, span.ends - timedelta(minutes=1)):
            assert not quiet_at(hours, moment.astimezone(one.member.zone).time())


def choose(office: Office, name: str, **command: object) -> None:
    chosen_hours = ChooseHours.model_validate(command)
    choose_hours(office.store, office.by(name), chosen_hours, f"hours-{office.watch.now}-{name}")


def asked(office: Office, name: str) -> bool:
    """Whether the person is asked, once the clock has looked."""
    office.mornings()
    return NoticeKind.CHECK_IN_PROMPT in office.told(name)


def test_the_morning_comes_when_they_chose_and_is_told_beforehand(office: Office) -> None:
    office.accept("Jonas", office.propose("Lena"))
    office.mornings()
    choose(office, "Lena", starts=time(11))
    times = own_times(office.store, office.by("Lena"))
    assert times.opens == time(11)
    assert times.next_check_in == date(2027, 3, 15)
    office.watch.now = datetime(2027, 3, 15, 10, 59, tzinfo=UTC)  # Lisbon
    assert not asked(office, "Lena")
    office.wait(timedelta(minutes=1))
    assert asked(office, "Lena")


def test_whoever_wants_it_earlier_again_gets_it_that_day(office: Office) -> None:
    office.accept("Jonas", office.propose("Lena"))
    choose(office, "Lena", starts=time(15))
    office.watch.now = datetime(2027, 3, 15, 10, tzinfo=UTC)
    assert not asked(office, "Lena")
    hours_as_usual(office.store, office.by("Lena"))
    assert asked(office, "Lena")


def test_delivery_looks_at_quiet_hours_once_more(office: Office) -> None:
    choose(office, "Lena", quiet_from=time(12), quiet_to=time(13))
    noon = datetime(2027, 3, 1, 12, 20, tzinfo=UTC)
    office.watch.now = noon
    found = next_hours(office.store, office._origin(Via.CLOCK), id_of("Lena"))
    assert found == AtWork(datetime(2027, 3, 1, 13, tzinfo=UTC), None)


def test_who_leaves_less_than_an_hour_is_told_at_the_field_and_nothing_is_saved(
    office: Office,
) -> None:
    for command, field in (
        ({"starts": time(16, 30)}, "starts"),
        ({"quiet_from": time(6), "quiet_to": time(16, 30)}, "quiet_from"),
    ):
        with pytest.raises(InvalidInput) as refused:
            choose(office, "Lena", **command)
        assert refused.value.field == field
    assert own_times(office.store, office.by("Lena")).hours == OwnHours()


def test_what_was_chosen_is_recorded_once(office: Office) -> None:
    for _ in range(2):
        choose(office, "Lena", starts=time(11))
        office.wait(timedelta(minutes=1))
    with office.engine.connect() as connection:
        recorded = connection.scalars(
            select(AuditEntry.object_id).where(AuditEntry.object_id == id_of("Lena"))
        ).all()
    assert len(recorded) == 1


def test_a_manager_without_a_list_gets_none(office: Office) -> None:
    choose(office, "Jonas", list_day=ListDay.NEVER)
    office.mornings()
    office.watch.now = datetime(2027, 3, 8, 9, tzinfo=UTC)
    assert not asked(office, "Jonas")
    choose(office, "Jonas")
    assert asked(office, "Jonas")

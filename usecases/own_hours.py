"""When the clock may write to somebody, as they choose it themselves: `/accord settings`."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.cadence import Rota
from domain.errors import InvalidInput
from domain.notices import SubjectType
from domain.origin import Origin
from domain.own_hours import AS_USUAL, ChooseHours, ListDay, OwnHours, OwnTimes, clock
from domain.people import Member
from domain.policy import CheckIns, OwnList
from storage import cadences, people, requests
from storage.unit_of_work import Reading, Store, Work
from usecases.absences import look_anew
from usecases.access import require_member
from usecases.checkin_decisions import list_weekday, rota_of

_OFFERED = {
    OwnList.FIXED: (),
    OwnList.DAY: tuple(one for one in ListDay if one is not ListDay.NEVER),
    OwnList.FREE: tuple(ListDay),
}


def own_times(store: Store, origin: Origin) -> OwnTimes:
    """When the asker is written to, and when they are asked next."""
    with store.read(origin) as work:
        return _own_times(work, require_member(work))


def _own_times(work: Reading, member: Member) -> OwnTimes:
    rules = work.rules_of(member).check_ins
    today = member.today(work.now)
    leads = bool(people.direct_reports(work.connection, member.id, today))
    rota = rota_of(member, (), rules)
    day = rota.next_working(today) or today
    weekday = list_weekday(member, rules)
    return OwnTimes(
        member.own_hours,
        rota.opening(day).astimezone(member.zone).time(),
        _leaves_enough(rota, day, member.own_hours),
        cadences.next_question(work.connection, member.id),
        ListDay(str(weekday)) if leads and weekday is not None else None,
        _OFFERED[rules.own_list] if leads else (),
    )


def choose_hours(store: Store, origin: Origin, command: ChooseHours, token: str) -> OwnTimes:
    """What the clock writes comes within these hours from now on.

    Raises InvalidInput where they leave too little of a working day, or for a day of the list that
    the rules do not leave to them.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        earlier = requests.consume_token(work.connection, token, actor.id, None, work.at)
        if earlier is not None:
            earlier.require(actor.id, None)
            return _own_times(work, actor)
        rules = work.rules_of(actor).check_ins
        hours = command.hours
        _require_fit(work, actor, rules, hours)
        return _save(work, actor, hours)


def hours_as_usual(store: Store, origin: Origin) -> OwnTimes:
    """Nothing of the asker's own holds any more."""
    with store.write(origin) as work:
        return _save(work, require_member(work), AS_USUAL)


def _require_fit(work: Reading, actor: Member, rules: CheckIns, hours: OwnHours) -> None:
    if hours.list_day not in (ListDay.AS_USUAL, *_OFFERED[rules.own_list]):
        raise InvalidInput("list_day_fixed", field="list_day")
    rota = rota_of(actor, (), rules)
    day = rota.next_working(actor.today(work.now))
    if day is not None and not _leaves_enough(rota, day, hours):
        whole = rota.whole(day)
        begins, ends = (
            clock(each.astimezone(actor.zone).time()) for each in (whole.begins, whole.ends)
        )
        field = "starts" if hours.starts is not None else "quiet_from"
        raise InvalidInput("hours_leave_nothing", field=field, begins=begins, ends=ends)


def _leaves_enough(rota: Rota, day: date, hours: OwnHours) -> bool:
    return hours.leaves_enough(rota.whole(day), rota.member.zone)


def _save(work: Work, actor: Member, hours: OwnHours) -> OwnTimes:
    if hours != actor.own_hours:
        people.choose_hours(work.connection, actor.id, hours)
        work.record(_event(actor.id, hours))
        look_anew(work, actor)
    return _own_times(work, people.member(work.connection, actor.id))


def _event(person: UUID, hours: OwnHours) -> AuditEvent:
    return AuditEvent(
        Action.PERSON_CHANGE,
        Actor(ActorKind.PERSON, person),
        SubjectType.PERSON,
        person,
        subject=person,
        reason="own_hours",
        fields={
            "messages_from": _clock(hours.starts),
            "quiet_from": _clock(hours.quiet_from),
            "quiet_to": _clock(hours.quiet_to),
            "list_day": hours.list_day.value,
        },
    )


def _clock(at: time | None) -> str | None:
    return None if at is None else clock(at)

"""Deciding once for all who are alike: the sweep of check-ins for a hundred thousand people.

What becomes of somebody's cadences follows from their zone, days, hours and plans, which thousands
share. So one of each group is decided about, by the same rules as a single person, and the database
writes it for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from domain.cadence import FRESH
from domain.spread import MORNING, place_of
from domain.workdays import end_of_day, local_moment
from storage import cadences, checkin_group_questions, checkin_groups
from storage.checkin_groups import CadenceDecided, CadenceGroup, Group, GroupMorning
from storage.crowds import Crowds
from storage.unit_of_work import Work
from usecases.checkin_decisions import (
    JUST_BACK,
    Asked,
    Decision,
    Desk,
    Look,
    decide,
    list_due,
    rota_of,
)


@dataclass(frozen=True, slots=True)
class Looked:
    """How many got a message, how many were decided about in groups, and who is left."""

    made: int
    in_groups: int
    apart: Sequence[UUID]


def look_at_groups(work: Work, crowds: Crowds, limit: int) -> Looked:
    """Decide about some of those who are due, and write it; those `apart` are left as they were."""
    if work.untold_until is not None:
        # What is entered later is told to nobody, which is decided notice by notice.
        return Looked(0, 0, cadences.people_to_look_at(work.connection, work.now, limit))
    connection = work.connection
    picked = checkin_groups.pick(connection, work.now, limit)
    if not picked:
        return Looked(0, 0, ())
    checkin_groups.hold_cadences(connection)
    groups = checkin_groups.group_people(
        connection,
        work.now,
        work.at,
        back_since=work.now.date() - JUST_BACK,
        by_unit=bool(work.policy.document.units),
    )
    desks: dict[tuple[int, bool], Desk] = {}
    mornings = []
    for group in groups:
        for up, desk in _desks(work, group, crowds):
            desks[group.number, up] = desk
            mornings.append(_morning(work, group, desk, up=up))
    checkin_groups.set_mornings(connection, mornings)
    placed = {one.group for one in mornings if one.turns or one.look[1]}
    _place(work, placed)
    decided = []
    for alike in checkin_groups.cadence_groups(connection):
        decided += _decided(alike, desks[alike.group, alike.up])
    spread = {one.group.group for one in decided if one.look is not None and one.look[1]}
    _place(work, spread - placed)
    checkin_groups.decide_for(connection, decided)
    made = checkin_group_questions.save(connection, work.now, work.at)
    if made:
        work.send_at_once()
    alone = checkin_groups.apart(connection)
    return Looked(made, picked - len(alone), alone)


def _desks(work: Work, group: Group, crowds: Crowds) -> list[tuple[bool, Desk]]:
    """Those whose time in the spread has come, and, where that differs, the others."""
    member = group.member
    rota = rota_of(member, (), work.rules_of(member).check_ins)
    shift = rota.shift_at(work.now)
    if shift is not None and group.asked_on is not None and group.asked_on >= shift:
        shift = None
    if not (group.can_act and member.slack_user is not None):
        shift = None
    desk = Desk(rota, work.now, shift, None, crowds)
    if shift is None:
        return [(True, desk)]
    turns = desk.turns_on(shift)
    if turns.begins + turns.spread <= work.now:
        return [(True, desk)]
    return [(True, desk), (False, desk.waiting(turns))]


def _morning(work: Work, group: Group, desk: Desk, *, up: bool) -> GroupMorning:
    member = group.member
    rules = work.rules_of(member).check_ins
    nothing_handled = desk.now.date() - timedelta(days=400)
    shift = desk.shift
    return GroupMorning(
        group=group.number,
        up=up,
        shift=shift,
        expires=None if shift is None else end_of_day(member, shift),
        turns=None if desk.later is None else (desk.later.begins, desk.later.spread),
        list_day=list_due(member, rules, nothing_handled, shift),
        look=_told(desk.look_again(member.today(work.now))),
    )


def _decided(alike: CadenceGroup, desk: Desk) -> list[CadenceDecided]:
    """One decision, or two where it depends on when the owner has last said how it goes."""
    asked = Asked(
        plan=alike.plan,
        handled=alike.handled,
        due_since=alike.due_since,
        ask_again_on=alike.ask_again_on,
        reported_at=None,
        active=alike.active,
        finished=alike.finished,
        lost=False,
    )
    silent = decide(asked, desk)
    if silent.nominal is None or alike.finished:
        return [_as_row(alike, silent, None, None)]
    fresh_on = silent.nominal - FRESH[alike.plan.rhythm]
    fresh_from = local_moment(desk.rota.member, fresh_on, time.min)
    fresh = decide(replace(asked, reported_at=fresh_from), desk)
    return [
        _as_row(alike, silent, None, fresh_from),
        _as_row(alike, fresh, fresh_from, None),
    ]


def _as_row(
    alike: CadenceGroup, done: Decision, since: datetime | None, until: datetime | None
) -> CadenceDecided:
    return CadenceDecided(
        group=alike,
        reported_from=since,
        reported_to=until,
        handled=done.handled,
        next_local=done.next_local,
        look=None if done.look is None else _told(done.look),
        due_since=done.due_since,
        ask_again_on=done.ask_again_on,
        wanted=done.wanted,
    )


def _told(look: Look) -> tuple[datetime, timedelta]:
    # Where even the first of them is looked at a day later, nobody's place matters.
    if look.begins >= look.latest:
        return look.latest, timedelta()
    return look.begins, look.spread


def _place(work: Work, groups: Collection[int]) -> None:
    """Find where everybody in these groups stands in the spread of a morning."""
    if groups:
        ids = checkin_groups.ids_of(work.connection, sorted(groups))
        places = {person: place_of(person, MORNING) for person in ids}
        checkin_groups.set_places(work.connection, places, work.now)

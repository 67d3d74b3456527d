"""Putting off what is due: a person's questions come again on another working day of theirs."""

from __future__ import annotations

from datetime import timedelta

from domain.checkins import Snoozed
from domain.errors import AlreadyDone, InvalidInput, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.snoozing import SnoozeCheckIn, SnoozeOffer
from storage import cadences, checkin_prompts
from storage.unit_of_work import Store, Work
from usecases.access import require_member
from usecases.checkin_decisions import rota_now


def snooze(store: Store, origin: Origin, days: int) -> Snoozed:
    """Put off all that is due by some days, to the next working day from there.

    Raises InvalidInput outside of policy's bounds, Refused where nothing is due.
    """
    with store.write(origin) as work:
        member = require_member(work)
        work.arrive()
        return put_off(work, member, days)


def snooze_offer(store: Store, origin: Origin) -> SnoozeOffer:
    """How far the asker can put off what is due. Raises Refused where nothing is."""
    with store.read(origin) as work:
        member = require_member(work)
        rows = cadences.cadences_of(work.connection, [member.id])
        if not any(row.active and row.due_since is not None for row in rows):
            raise Refused("nothing_to_snooze")
        most = work.policy.document.check_ins.snooze_days_at_most
        return SnoozeOffer(member.today(work.now), most)


def snooze_as_chosen(store: Store, origin: Origin, command: SnoozeCheckIn) -> Snoozed:
    """As `snooze`; what lies beyond policy's bounds is refused at its field."""
    with store.write(origin) as work:
        member = require_member(work)
        today = member.today(work.now)
        most = work.policy.document.check_ins.snooze_days_at_most
        days = command.days(today)
        if days > most:
            field = "until" if command.day is None else "day"
            raise InvalidInput("snooze_too_far", field=field, last=today + timedelta(days=most))
        return put_off(work, member, days)


def undo_snooze(store: Store, origin: Origin) -> None:
    """What the asker has put off is open again at once. Raises AlreadyDone where nothing is."""
    with store.write(origin) as work:
        member = require_member(work)
        work.arrive()
        rows = cadences.cadences_of(work.connection, [member.id], lock=True)
        today = member.today(work.now)
        later = [
            row.goal
            for row in rows
            if row.active and row.ask_again_on is not None and row.ask_again_on > today
        ]
        if not later:
            raise AlreadyDone("snooze_over")
        for prompt in checkin_prompts.undo_snooze(work.connection, member.id, later, work.now):
            work.touch(SubjectType.CHECK_IN_PROMPT, prompt)
        work.refresh_homes([member.id])


def put_off(work: Work, member: Member, days: int) -> Snoozed:
    """As `snooze`, within a transaction of the caller's; whatever it refuses it leaves as it is."""
    most = work.rules_of(member).check_ins.snooze_days_at_most
    if not 1 <= days <= most:
        raise InvalidInput("snooze_bounds", most=most)
    rows = cadences.cadences_of(work.connection, [member.id], lock=True)
    due = [row.goal for row in rows if row.active and row.due_since is not None]
    if not due:
        raise Refused("nothing_to_snooze")
    rota = rota_now(work, member)
    until = rota.next_working(member.today(work.now) + timedelta(days=days))
    if until is None:
        raise InvalidInput("snooze_bounds", most=most)
    for prompt in checkin_prompts.snooze(work.connection, member.id, due, until, work.now):
        work.touch(SubjectType.CHECK_IN_PROMPT, prompt)
    work.refresh_homes([member.id])
    return Snoozed(until, len(due))

"""Entering leave, deputies and acting managers, as the operator."""

from __future__ import annotations

from datetime import date

from domain.audit import Action, Actor, AuditEvent, FieldValue
from domain.errors import InvalidInput, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from storage import cover
from storage.unit_of_work import Store, Work
from usecases.operator import require_operator
from usecases.readdress import readdress_proposals
from usecases.recounting import recount_deadlines


def set_leave(store: Store, origin: Origin, email: str, first_day: date, day_after: date) -> None:
    """The person is away from `first_day` until the day before `day_after`.

    Raises InvalidInput for an unknown e-mail or an empty range, Refused where they are away on
    one of these days already.
    """
    actor = require_operator(origin)
    _require_days(first_day, day_after)
    with store.write(origin) as work:
        person = _require_person(work, email, "email")
        if cover.has_leave(work.connection, person.id, first_day, day_after):
            raise Refused("leave_overlaps", name=person.name)
        cover.add_leave(work.connection, person.id, first_day, day_after)
        _record_change(work, actor, person, "leave", first_day, day_after)
        recount_deadlines(work, person)


def set_delegation(
    store: Store,
    origin: Origin,
    delegator_email: str,
    deputy_email: str,
    first_day: date,
    day_after: date | None,
) -> None:
    """The deputy may answer for the delegator on these days; without an end until revoked.

    Raises InvalidInput for an unknown e-mail, an empty range or oneself as deputy, Refused where
    the two agreed on one of these days already.
    """
    actor = require_operator(origin)
    _require_days(first_day, day_after)
    with store.write(origin) as work:
        delegator = _require_person(work, delegator_email, "delegator")
        deputy = _require_person(work, deputy_email, "deputy")
        if delegator.id == deputy.id:
            raise InvalidInput("deputy_is_self", field="deputy", name=deputy.name)
        if cover.has_delegation(work.connection, delegator.id, deputy.id, first_day, day_after):
            raise Refused("delegation_overlaps", name=delegator.name, deputy=deputy.name)
        delegation = cover.add_delegation(
            work.connection, delegator.id, deputy.id, first_day, day_after
        )
        work.record(
            AuditEvent(
                Action.DELEGATION_GIVE,
                actor,
                SubjectType.DELEGATION,
                delegation,
                subject=delegator.id,
                fields={"deputy": str(deputy.id), **_days(first_day, day_after)},
            )
        )


def set_acting_manager(
    store: Store,
    origin: Origin,
    manager_email: str,
    acting_email: str,
    first_day: date,
    day_after: date,
) -> int:
    """The people who report to the manager report to the acting one on these days; how many.

    Their open proposals go to the acting manager where these days have begun.
    The acting manager's own line stays as it is. Raises InvalidInput for an unknown e-mail, an
    empty range or the manager themself, Refused where nobody reports to the manager, or somebody
    has an acting manager on one of these days already.
    """
    actor = require_operator(origin)
    _require_days(first_day, day_after)
    with store.write(origin) as work:
        manager = _require_person(work, manager_email, "manager")
        acting = _require_person(work, acting_email, "acting")
        if manager.id == acting.id:
            raise InvalidInput("acting_is_self", field="acting", name=manager.name)
        day = max(first_day, manager.today(work.now))
        reports = [
            report
            for report in cover.primary_reports(work.connection, manager.id, day)
            if report.id != acting.id
        ]
        if not reports:
            raise Refused("nobody_reports", name=manager.name)
        for report in reports:
            if cover.has_acting_manager(work.connection, report.id, first_day, day_after):
                raise Refused("acting_overlaps", name=report.name)
            cover.add_acting_manager(work.connection, report.id, acting.id, first_day, day_after)
            who: dict[str, FieldValue] = {"acting_manager": str(acting.id)}
            _record_change(work, actor, report, "acting_manager", first_day, day_after, who)
        readdress_proposals(work, actor, {report.id for report in reports})
        return len(reports)


def _require_days(first_day: date, day_after: date | None) -> None:
    if day_after is not None and day_after <= first_day:
        raise InvalidInput("no_days", field="day_after")


def _require_person(work: Work, email: str, field: str) -> Member:
    person = cover.active_by_email(work.connection, email)
    if person is None:
        raise InvalidInput("email_unknown", field=field, email=email)
    return person


def _record_change(
    work: Work,
    actor: Actor,
    person: Member,
    what: str,
    first_day: date,
    day_after: date | None,
    more: dict[str, FieldValue] | None = None,
) -> None:
    work.record(
        AuditEvent(
            Action.PERSON_CHANGE,
            actor,
            SubjectType.PERSON,
            person.id,
            subject=person.id,
            reason=what,
            fields={**(more or {}), **_days(first_day, day_after)},
        )
    )


def _days(first_day: date, day_after: date | None) -> dict[str, FieldValue]:
    return {
        "first_day": first_day.isoformat(),
        "day_after": day_after.isoformat() if day_after else None,
    }

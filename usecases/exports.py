"""`/accord export`: taking data out in bulk. One person asks, a second approves, both with a code.

What is approved is so many rows: what grows is cut off at the moment of asking, and where there are
more all the same, it is to be asked for again. The file is made while it is fetched
(`usecases/export_downloads.py`). Compliance, and HR of those whose data it is, hear of it.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from domain.announcements import Reach
from domain.approvals import Parameters, ToConfirm, written
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import InvalidInput, NotAllowed, Refused
from domain.exports import (
    FETCH_WITHIN,
    AskExport,
    ExportAsked,
    ExportContent,
    ExportFormat,
    ExportOffer,
    HoldsToExport,
    HoldToExport,
    Population,
)
from domain.holds import HoldScope
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.roles import earliest_date
from storage import bulk_exports, cycles, holds, people, roles
from storage.bulk_exports import StoredExport, Table
from storage.holds import StoredHold
from storage.people import RoleScope
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.guarded import Consent, GuardedAct
from usecases.holds import hold_read
from usecases.hr_rights import covers

ACT = "export.bulk"
UNITS = 100
PAGE = 500
DAY = timedelta(hours=24)
MAY_HAVE = {
    ExportContent.GOALS: Role.HR,
    ExportContent.CHECK_INS: Role.HR,
    ExportContent.ACCESS: Role.COMPLIANCE,
    ExportContent.RECORD: Role.COMPLIANCE,
}
"""Who may ask for what. Legal may for goals and check-ins of somebody under a hold."""
APPROVING = (Role.HR, Role.COMPLIANCE)
UNDER_HOLD = {
    ExportContent.GOALS: (HoldScope.EVERYTHING, HoldScope.GOALS),
    ExportContent.CHECK_INS: (HoldScope.EVERYTHING, HoldScope.CHECK_INS),
}


# What somebody may ask for


def export_offer(store: Store, origin: Origin, hold: UUID | None) -> ExportOffer | HoldsToExport:
    """What the asker may ask for; for legal, without `hold`, under which holds.

    Raises NotAllowed for everybody else, administrators included, and for a hold that is over.
    """
    with store.read(origin) as work:
        asker = require_member(work)
        most = work.policy.document.exports.rows_at_most
        if hold is not None:
            stored = _require_hold(work, asker, hold)
            contents = tuple(one for one, scopes in UNDER_HOLD.items() if stored.scope in scopes)
            person = people.member(work.connection, stored.person)
            return ExportOffer(asker, contents, most, hold, person)
        contents = tuple(one for one, role in MAY_HAVE.items() if _scopes(work, asker, role))
        legal = bool(_scopes(work, asker, Role.LEGAL))
        if contents:
            return ExportOffer(asker, contents, most, more_under_holds=legal)
        if not legal:
            raise NotAllowed("exports_of_hr")
    return holds_to_export(store, origin)


def holds_to_export(store: Store, origin: Origin) -> HoldsToExport:
    """The holds under which the asker may export; for legal."""
    with store.read(origin) as work:
        asker = require_member(work)
        if not _scopes(work, asker, Role.LEGAL):
            raise NotAllowed("exports_of_hr")
        found = []
        for one in holds.standing(work.connection):
            if any(one.scope in scopes for scopes in UNDER_HOLD.values()):
                person = people.member(work.connection, one.person)
                if one.person != asker.id and _covers(work, asker, person):
                    found.append(HoldToExport(one.id, person, one.placed_at))
        return HoldsToExport(asker, tuple(found))


def units_to_choose(store: Store, origin: Origin, words: str) -> list[tuple[UUID, str]]:
    """Units whose path holds the words, for somebody who may export something."""
    with store.read(origin) as work:
        asker = require_member(work)
        if not any(_scopes(work, asker, role) for role in MAY_HAVE.values()):
            raise NotAllowed("exports_of_hr")
        return cycles.units_like(work.connection, words.strip(), UNITS)


def _scopes(work: Reading, member: Member, role: Role) -> list[RoleScope]:
    return people.role_scopes(work.connection, member.id, role, member.today(work.now))


def _covers(work: Reading, legal: Member, person: Member) -> bool:
    holders = people.role_holders(work.connection, Role.LEGAL, person, legal.today(work.now))
    return any(one.id == legal.id for one in holders)


def _require_hold(work: Reading, asker: Member, hold: UUID) -> StoredHold:
    stored = holds.by_id(work.connection, hold)
    if stored is None or stored.released_at is not None or stored.person == asker.id:
        raise NotAllowed("exports_of_hr")
    if not _covers(work, asker, people.member(work.connection, stored.person)):
        raise NotAllowed("exports_of_hr")
    return stored


# Asking


def plan_export(store: Store, origin: Origin, hold: UUID | None, command: AskExport) -> ToConfirm:
    """The request, to be confirmed with a code.

    Raises NotAllowed for what the asker's role does not have; InvalidInput at `org_unit` or
    `region` beyond what it covers; Refused where there is nothing, or more than policy allows.
    """
    with store.write(origin) as work:
        asker = require_member(work)
        told: dict[str, str | int | None] = {
            "content": command.content.value,
            "format": command.file_format.value,
            "unit": str(command.org_unit) if command.org_unit else None,
            "region": command.region,
            "first_day": command.first_day.isoformat() if command.first_day else None,
            "last_day": command.last_day.isoformat() if command.last_day else None,
            "hold": str(hold) if hold else None,
        }
        # The same is asked for once at a time, whoever asks.
        about = UUID(bytes=hashlib.sha256(written(told).encode()).digest()[:16])
        return draft(work, EXPORT, asker, about, _counted(work, asker, told), command.matter, None)


def _counted(work: Reading, asker: Member, told: Parameters) -> Parameters:
    """With how many rows there are now. What only ever grows ends here: a second person approves
    these rows, not what comes after them."""
    _may_ask(work, asker, told)
    bound = {
        **told,
        "before": work.now.isoformat(),
        "entries": bulk_exports.entries_now(work.connection),
    }
    return {**bound, "rows": require_few_enough(work, asker, bound)}


def _renewed(work: Reading, asker: Member, parameters: Parameters) -> Parameters:
    """Asked for again, it is counted anew."""
    bound = ("before", "entries", "rows")
    told = {name: value for name, value in parameters.items() if name not in bound}
    return _counted(work, asker, told)


def _given(parameters: Parameters, name: str) -> str | None:
    value = parameters.get(name)
    return None if value is None else str(value)


def _day(parameters: Parameters, name: str) -> date | None:
    value = _given(parameters, name)
    return None if value is None else date.fromisoformat(value)


def _content(parameters: Parameters) -> ExportContent:
    return ExportContent(str(parameters["content"]))


def _hold_in(parameters: Parameters) -> UUID | None:
    value = _given(parameters, "hold")
    return None if value is None else UUID(value)


def _path(work: Reading, parameters: Parameters) -> str | None:
    unit = _given(parameters, "unit")
    if unit is None:
        return None
    path = cycles.unit_named(work.connection, UUID(unit))
    if path is None:
        raise InvalidInput("not_offered", field="org_unit")
    return path


def _population(work: Reading, parameters: Parameters) -> Population:
    hold, last = _hold_in(parameters), _day(parameters, "last_day")
    stored = None if hold is None else holds.by_id(work.connection, hold)
    before, entries = _given(parameters, "before"), _given(parameters, "entries")
    return Population(
        path=_path(work, parameters),
        region=_given(parameters, "region"),
        person=stored.person if stored else None,
        first_day=_day(parameters, "first_day"),
        # Behind the last day of all there is no other.
        day_after=last + timedelta(days=1) if last and last < date.max else None,
        before=datetime.fromisoformat(before) if before else None,
        entries=None if entries is None else int(entries),
    )


def tables_of(work: Reading, asker: Member, parameters: Parameters) -> list[Table]:
    found = _population(work, parameters)
    return bulk_exports.tables(_content(parameters), found, asker, asker.today(work.now))


def require_few_enough(work: Reading, asker: Member, parameters: Parameters) -> int:
    """How many rows there are; raises Refused for none, for more than policy allows, and for more
    than were approved."""
    rows = bulk_exports.count(work.connection, tables_of(work, asker, parameters))
    most = work.policy.document.exports.rows_at_most
    if rows > most:
        raise Refused("export_too_long", rows=rows, most=most)
    if not rows:
        raise Refused("export_empty")
    approved = parameters.get("rows")
    if approved is not None and rows > int(str(approved)):
        raise Refused("export_grown", rows=rows, approved=int(str(approved)))
    return rows


# The act that takes two people


def _may_ask(work: Reading, asker: Member, parameters: Parameters) -> None:
    require_right(work, asker, parameters)
    since, most = work.now - DAY, work.policy.document.exports.exports_a_day
    if bulk_exports.done_lately(work.connection, ACT, asker.id, since) >= most:
        raise Refused("export_enough_today", most=most)


def require_right(work: Reading, asker: Member, parameters: Parameters) -> None:
    content, hold = _content(parameters), _hold_in(parameters)
    if hold is not None:
        stored = _require_hold(work, asker, hold)
        if stored.scope not in UNDER_HOLD.get(content, ()):
            raise NotAllowed("exports_of_hr")
    else:
        scopes = _scopes(work, asker, MAY_HAVE[content])
        if not scopes:
            raise NotAllowed("exports_of_hr")
        if not _within(work, scopes, parameters):
            places = tuple(dict.fromkeys(one for s in scopes for one in (s.path, s.region) if one))
            field = "region" if _given(parameters, "region") else "org_unit"
            raise InvalidInput("export_beyond_role", field=field, places=places)


def _within(work: Reading, scopes: list[RoleScope], parameters: Parameters) -> bool:
    region = _given(parameters, "region")
    path = _path(work, parameters)
    if path is not None:
        return covers(scopes, Reach.UNIT, path, None)
    if region is not None:
        return covers(scopes, Reach.REGION, None, region)
    return covers(scopes, Reach.EVERYONE, None, None)


def _approvers(work: Reading, parameters: Parameters) -> list[Member]:
    hold = _hold_in(parameters)
    if hold is not None:
        stored = holds.by_id(work.connection, hold)
        if stored is None:
            return []
        person = people.member(work.connection, stored.person)
        among = (Role.LEGAL, Role.COMPLIANCE)
        found = [
            one
            for role in among
            for one in people.role_holders(work.connection, role, person, person.today(work.now))
        ]
        # What is kept of somebody is no business of theirs to approve.
        return [one for one in found if one.id != person.id]
    holders = roles.holders(work.connection, APPROVING, earliest_date(work.now))
    return [one.member for one in holders if _within(work, [one.scope], parameters)]


def export_asked(work: Reading, parameters: Parameters) -> ExportAsked:
    population = _population(work, parameters)
    return ExportAsked(
        content=_content(parameters),
        file_format=ExportFormat(str(parameters["format"])),
        unit=population.path,
        region=population.region,
        person=people.member(work.connection, population.person) if population.person else None,
        first_day=population.first_day,
        last_day=_day(parameters, "last_day"),
        rows=int(str(parameters.get("rows") or 0)),
    )


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    # One at a time: two at once might each be the last that is allowed today.
    people.lock(work.connection, consent.asker.id)
    _may_ask(work, consent.asker, parameters)
    rows = require_few_enough(work, consent.asker, parameters)
    until = work.now + FETCH_WITHIN
    bulk_exports.add(work.connection, StoredExport(consent.approval, rows, until, None))
    fields: dict[str, FieldValue] = {"rows": rows, "asked_by": str(consent.asker.id)}
    work.record(
        export_event(Action.EXPORT_MAKE, consent.approver, consent.approval, parameters, fields)
    )
    _tell(work, NoticeKind.EXPORT_READY, consent.approval, consent.asker.id)
    for one in _to_be_told(work, parameters):
        if one.id != consent.asker.id:
            _tell(work, NoticeKind.EXPORT_MADE, consent.approval, one.id)


def _to_be_told(work: Reading, parameters: Parameters) -> list[Member]:
    """Compliance and HR of any of those whose data it is."""
    hold = _hold_in(parameters)
    if hold is not None:
        return _approvers(work, parameters)
    region, path = _given(parameters, "region"), _path(work, parameters)
    holders = roles.holders(work.connection, APPROVING, earliest_date(work.now))
    found = [one.member for one in holders if _touches(one.scope, path, region)]
    return list({one.id: one for one in found}.values())


def _touches(scope: RoleScope, path: str | None, region: str | None) -> bool:
    """Whether a role for this place is for anybody of these people, as far as places tell."""
    if path is not None and scope.path is not None:
        return f"{path} / ".startswith(f"{scope.path} / ") or f"{scope.path} / ".startswith(
            f"{path} / "
        )
    if region is not None and scope.region is not None:
        return f"{region}-".startswith(f"{scope.region}-") or f"{scope.region}-".startswith(
            f"{region}-"
        )
    return True


def _tell(work: Work, kind: NoticeKind, approval: UUID, person: UUID) -> None:
    work.notify(
        NewNotice(
            kind=kind,
            dedup_key=f"{kind.value}:{approval}:{person}",
            person=person,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.APPROVAL,
            subject=approval,
            due_at=work.now,
        )
    )


def export_event(
    action: Action,
    by: Member,
    approval: UUID,
    parameters: Parameters,
    also: dict[str, FieldValue],
    reason: str | None = None,
) -> AuditEvent:
    fields: dict[str, FieldValue] = {
        name: cast("str | int | None", parameters.get(name))
        for name in ("content", "format", "unit", "region", "first_day", "last_day", "hold")
    }
    return AuditEvent(
        action,
        Actor(ActorKind.PERSON, by.id),
        SubjectType.APPROVAL,
        approval,
        reason=reason,
        fields=fields | also,
    )


def _opened(work: Work, reader: Member, parameters: Parameters) -> None:
    """Under a hold it says whom one is on."""
    hold = _hold_in(parameters)
    if hold is not None:
        work.record(hold_read(reader, hold))


EXPORT = GuardedAct(
    name=ACT,
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=export_asked,
    carry_out=_carry_out,
    nobody="export_no_second_person",
    opened=_opened,
    renewed=_renewed,
)

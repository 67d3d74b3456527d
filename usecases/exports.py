"""`/accord export`: taking data out in bulk. One person asks, a second approves, both with a code.

The file is made while it is fetched, once, by whoever asked; whether they still may have it is
looked at again then. Compliance, and HR of those whose data it is, hear of it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from domain.announcements import Reach
from domain.approvals import ApprovalState, Parameters, StoredApproval, ToConfirm, written
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import InvalidInput, NotAllowed, Refused
from domain.exports import (
    FETCH_WITHIN,
    AskExport,
    ExportAsked,
    ExportContent,
    ExportFile,
    ExportFormat,
    ExportOffer,
    HoldsToExport,
    HoldToExport,
    Population,
    Sheet,
)
from domain.holds import HoldScope
from domain.my_data import ExportKind, FileLink, Plain
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.roles import earliest_date
from storage import approvals, bulk_exports, cycles, exports, holds, people, roles
from storage.bulk_exports import StoredExport, Table
from storage.holds import StoredHold
from storage.people import RoleScope
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.guarded import Consent, GuardedAct, parameters_of
from usecases.hr_rights import covers
from usecases.my_data import OPEN_FOR, new_passphrase

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
        _may_ask(work, asker, told)
        told["rows"] = _require_few_enough(work, asker, told)
        # The same is asked for once at a time, whoever asks.
        about = UUID(bytes=hashlib.sha256(written(told).encode()).digest()[:16])
        return draft(work, EXPORT, asker, about, told, command.matter, None)


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
    return Population(
        path=_path(work, parameters),
        region=_given(parameters, "region"),
        person=stored.person if stored else None,
        first_day=_day(parameters, "first_day"),
        # Behind the last day of all there is no other.
        day_after=last + timedelta(days=1) if last and last < date.max else None,
    )


def _tables(work: Reading, asker: Member, parameters: Parameters) -> list[Table]:
    found = _population(work, parameters)
    return bulk_exports.tables(_content(parameters), found, asker, asker.today(work.now))


def _require_few_enough(work: Reading, asker: Member, parameters: Parameters) -> int:
    rows = bulk_exports.count(work.connection, _tables(work, asker, parameters))
    most = work.policy.document.exports.rows_at_most
    if rows > most:
        raise Refused("export_too_long", rows=rows, most=most)
    if not rows:
        raise Refused("export_empty")
    return rows


# The act that takes two people


def _may_ask(work: Reading, asker: Member, parameters: Parameters) -> None:
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
    since, most = work.now - DAY, work.policy.document.exports.exports_a_day
    if bulk_exports.done_lately(work.connection, ACT, asker.id, since) >= most:
        raise Refused("export_enough_today", most=most)


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
    rows = _require_few_enough(work, consent.asker, parameters)
    until = work.now + FETCH_WITHIN
    bulk_exports.add(work.connection, StoredExport(consent.approval, rows, until, None))
    fields: dict[str, FieldValue] = {"rows": rows, "asked_by": str(consent.asker.id)}
    work.record(_event(Action.EXPORT_MAKE, consent.approver, consent.approval, parameters, fields))
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


def _event(
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


EXPORT = GuardedAct(
    name=ACT,
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=export_asked,
    carry_out=_carry_out,
    nobody="export_no_second_person",
)


# The file


def ask_for_file(store: Store, origin: Origin, approval: UUID) -> FileLink:
    """Make the link to an approved export: it opens once, within ten minutes of machine time.

    An earlier one that was not opened leads nowhere any more. Raises NotAllowed for anybody but
    whoever asked, and where they may no more; Refused where it was fetched or is over.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        stored = _require_done(work, viewer, approval)
        parameters = parameters_of(stored)
        export = bulk_exports.by_approval(work.connection, approval)
        if export is None or export.fetched_at is not None or export.expires_at <= work.now:
            raise Refused("export_over")
        _require_still(work, viewer, parameters)
        token, passphrase = secrets.token_urlsafe(32), new_passphrase()
        exports.add_link(
            work.connection,
            work.sealer,
            token=token,
            person=viewer.id,
            kind=ExportKind.BULK,
            passphrase=passphrase,
            made_at=work.at,
            expires_at=work.at + OPEN_FOR,
            approval=approval,
        )
        work.record(_event(Action.EXPORT_LINK, viewer, approval, parameters, {}))
        return FileLink(viewer, token, passphrase, OPEN_FOR)


def _require_done(work: Reading, viewer: Member, approval: UUID) -> StoredApproval:
    stored = approvals.by_id(work.connection, approval, lock=isinstance(work, Work))
    if stored is None or stored.act != ACT or stored.asker != viewer.id:
        raise NotAllowed("exports_of_hr")
    if stored.state is not ApprovalState.DONE or not stored.is_as_asked:
        raise Refused("export_over")
    return stored


def _require_still(work: Reading, asker: Member, parameters: Parameters) -> None:
    """The same that was asked before, but for how many a day: this one is among them."""
    try:
        _may_ask(work, asker, parameters)
    except Refused as refused:
        if refused.code != "export_enough_today":
            raise
    _require_few_enough(work, asker, parameters)


def where_it_leads(store: Store, origin: Origin, token: str) -> ExportKind | None:
    """What kind of file a link leads to; None where it leads nowhere."""
    with store.read(origin) as reading:
        # Whoever tries tokens must not hold up those who write.
        return exports.leads_to(reading.connection, token, reading.at)


def fetch_export(store: Store, origin: Origin, token: str) -> ExportFile | None:
    """What the link leads to, once; None where it leads nowhere, or its owner may no more.

    That it was fetched is recorded, with a checkpoint, before anything is read.
    """
    with store.write(origin) as work:
        approval = exports.approval_behind(work.connection, token)
        # In this order: whoever makes another link locks the request first, too.
        if approval is None or approvals.by_id(work.connection, approval, lock=True) is None:
            return None
        taken = exports.take_link(work.connection, work.sealer, token, ExportKind.BULK, work.at)
        if taken is None:
            return None
        owner = people.member(work.connection, taken.person)
        why_not = _mark_fetched(work, owner, approval)
        if why_not is not None:
            return None
        stored = _require_done(work, owner, approval)
        parameters = parameters_of(stored)
        found = _tables(work, owner, parameters)
        most = work.policy.document.exports.rows_at_most
        matter = export_asked(work, parameters)
        approver = people.member(work.connection, cast("UUID", stored.decided_by))
    return ExportFile(
        owner=owner,
        approver=approver,
        receipt=work.receipts[0],
        made_at=work.at,
        passphrase=taken.passphrase,
        matter=matter,
        decided_in=stored.reason,
        sheets=tuple(_sheets(store, origin, found, most)),
    )


def _mark_fetched(work: Work, owner: Member, approval: UUID) -> str | None:
    """Record that it is fetched, or why it is not: a code."""
    stored = approvals.by_id(work.connection, approval)
    parameters = parameters_of(stored) if stored else {}
    try:
        if not people.can_act(work.connection, owner.id):
            raise NotAllowed("exports_of_hr")
        _require_done(work, owner, approval)
        _require_still(work, owner, parameters)
        if not bulk_exports.mark_fetched(work.connection, approval, work.now):
            raise Refused("export_over")
    except (NotAllowed, Refused, InvalidInput) as error:
        refusal = _event(Action.EXPORT_REFUSE, owner, approval, parameters, {}, error.code)
        work.record(refusal)
        return error.code
    work.record(_event(Action.EXPORT_FETCH, owner, approval, parameters, {}))
    work.touch(SubjectType.APPROVAL, approval)
    return None


def _sheets(store: Store, origin: Origin, found: list[Table], most: int) -> Iterator[Sheet]:
    left = [most]
    for table in found:
        yield Sheet(table.name, table.heads, _pages(store, origin, table, left))


def _pages(
    store: Store, origin: Origin, table: Table, left: list[int]
) -> Iterator[list[tuple[Plain, ...]]]:
    """Page by page, each in a transaction of its own: a slow reader holds nothing open.

    `left` is how many rows there may be still, in all tables together.
    """
    after = None
    while left[0] > 0:
        with store.read(origin) as reading:
            page = bulk_exports.page(reading.connection, table, after, min(PAGE, left[0]))
        left[0] -= len(page.rows)
        yield page.rows
        after = page.last
        if after is None:
            return

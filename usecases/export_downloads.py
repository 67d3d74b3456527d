"""The file of an approved export: its link, and the file while it is fetched, once.

Whether whoever asked still may have it is looked at again with the link, with the fetching, and
with every page.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from domain.approvals import ApprovalState, Parameters, StoredApproval
from domain.audit import Action, FieldValue
from domain.errors import InvalidInput, NotAllowed, Refused
from domain.exports import ExportFile, Sheet
from domain.my_data import ExportKind, FileLink, Plain
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from storage import approvals, bulk_exports, exports, people
from storage.bulk_exports import Table
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.exports import (
    ACT,
    export_asked,
    export_event,
    require_few_enough,
    require_right,
    tables_of,
)
from usecases.guarded import parameters_of
from usecases.my_data import OPEN_FOR, new_passphrase

PAGE = 500


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
        work.record(export_event(Action.EXPORT_LINK, viewer, approval, parameters, {}))
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
    require_right(work, asker, parameters)
    require_few_enough(work, asker, parameters)


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
        found = tables_of(work, owner, parameters)
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
        sheets=tuple(_sheets(_Download(store, origin, approval, found))),
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
        refusal = export_event(Action.EXPORT_REFUSE, owner, approval, parameters, {}, error.code)
        work.record(refusal)
        return error.code
    work.record(export_event(Action.EXPORT_FETCH, owner, approval, parameters, {}))
    work.touch(SubjectType.APPROVAL, approval)
    return None


class ExportStopped(Exception):
    """A download was broken off: whoever fetches it may no more, or it has grown meanwhile.

    It bears a code and nothing of what was read.
    """


@dataclass(slots=True)
class _Download:
    """A file on its way out, table by table, page by page."""

    store: Store
    origin: Origin
    approval: UUID
    tables: list[Table]
    taken: int = 0
    """How many rows have gone out."""


def _sheets(download: _Download) -> Iterator[Sheet]:
    for table in download.tables:
        yield Sheet(table.name, table.heads, _pages(download, table))


def _pages(download: _Download, table: Table) -> Iterator[list[tuple[Plain, ...]]]:
    """Page by page, each in a transaction of its own: a slow reader holds nothing open.

    Whether they still may have it is looked at with each. Raises ExportStopped, and puts it on
    record, where they may not, and where there are more rows than were approved.
    """
    after = None
    while True:
        try:
            with download.store.read(download.origin) as reading:
                approved = _may_go_on(reading, download.approval)
                page = bulk_exports.page(reading.connection, table, after, PAGE)
            download.taken += len(page.rows)
            if download.taken > approved:
                raise Refused("export_grown", rows=download.taken, approved=approved)
        except (NotAllowed, Refused, InvalidInput) as error:
            _record_stop(download, error.code)
            raise ExportStopped(error.code) from None
        yield page.rows
        after = page.last
        if after is None:
            return


def _may_go_on(work: Reading, approval: UUID) -> int:
    """How many rows were approved; raises what says that whoever asked may have none of them."""
    stored = approvals.by_id(work.connection, approval)
    if stored is None or not people.can_act(work.connection, stored.asker):
        raise NotAllowed("exports_of_hr")
    parameters = parameters_of(stored)
    require_right(work, people.member(work.connection, stored.asker), parameters)
    return int(str(parameters["rows"]))


def _record_stop(download: _Download, code: str) -> None:
    with download.store.write(download.origin) as work:
        stored = approvals.by_id(work.connection, download.approval)
        if stored is not None:
            owner = people.member(work.connection, stored.asker)
            parameters = parameters_of(stored)
            also: dict[str, FieldValue] = {"rows": download.taken}
            work.record(
                export_event(Action.EXPORT_REFUSE, owner, stored.id, parameters, also, code)
            )

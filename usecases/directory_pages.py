"""`/accord people`: the directory in numbers, and importing a file by somebody in HR.

HR of the whole organisation imports; an administrator looks, but may not: whoever can put people
above others, or give somebody an account, can read what others wrote.
"""

from __future__ import annotations

from uuid import UUID

from domain.audit import ActorKind, FieldValue, RecordedAct
from domain.directory_guard import plan_digest
from domain.directory_pages import DirectoryPage, ImportOffer, LastImport
from domain.origin import Origin
from domain.roles import earliest_date
from storage import people, roles
from storage.directory_numbers import directory_numbers, last_import
from storage.unit_of_work import Reading, Store
from usecases.access import require_member
from usecases.departures import who_leaves
from usecases.directory import may_import, plan_of_file, require_importer, require_looker, what_bars


def directory_page(store: Store, origin: Origin) -> DirectoryPage:
    """The numbers. Raises NotAllowed, which says who can look, for others than HR and
    administrators."""
    with store.read(origin) as work:
        viewer = require_member(work)
        require_looker(work, viewer)
        today = earliest_date(work.now)
        act = last_import(work.connection, work.sealer)
        return DirectoryPage(
            viewer=viewer,
            numbers=directory_numbers(work.connection, today),
            roles_waiting=roles.waiting(work.connection, today),
            last=_last(work, act) if act else None,
            can_import=may_import(work, viewer),
            leaving=who_leaves(work, viewer),
        )


def _last(work: Reading, act: RecordedAct) -> LastImport:
    by_person = act.actor.kind is ActorKind.PERSON and act.actor.ref is not None
    by = people.member(work.connection, act.actor.ref) if by_person and act.actor.ref else None
    asked_by = act.fields.get("asked_by")
    if isinstance(asked_by, str):
        by = people.member(work.connection, UUID(asked_by))
    created, changed, lines = (_count(act.fields.get(n)) for n in ("created", "changed", "lines"))
    return LastImport(act.at, by, created, changed, lines)


def _count(value: FieldValue) -> int:
    return value if isinstance(value, int) else 0


def require_may_import(store: Store, origin: Origin) -> None:
    """Before a dialog opens. Raises NotAllowed, which says who can."""
    with store.read(origin) as work:
        require_importer(work)


def offer_import(store: Store, origin: Origin, data: bytes) -> ImportOffer:
    """What the file would change, every change of it; nothing is changed yet.

    Raises BadDirectory with every fault of the file, NotAllowed for whoever may not import.
    """
    plan = plan_of_file(store, origin, data)
    with store.read(origin) as work:
        viewer = require_member(work)
        return ImportOffer(viewer, plan, plan_digest(plan), what_bars(work, plan, viewer.id))

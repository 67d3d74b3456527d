"""Live scope for employee representatives: whom they represent, in numbers, and the rules."""

from __future__ import annotations

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.errors import NotAllowed
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Role
from domain.scope import ScopePage
from storage import people
from storage.unit_of_work import Store
from usecases.access import require_member
from usecases.reports import people_in_sight


def scope_page(store: Store, origin: Origin) -> ScopePage:
    """What the viewer's role covers. That it was read is recorded first, as of the report.

    Raises NotAllowed for whoever represents nobody.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        today = viewer.today(work.now)
        if not people.holds_role(work.connection, viewer.id, Role.REPRESENTATIVE, today):
            raise NotAllowed("scope_of_representatives")
        work.record(
            AuditEvent(
                Action.REPORT_READ,
                Actor(ActorKind.PERSON, viewer.id),
                SubjectType.PERSON,
                viewer.id,
                reason="scope",
            )
        )
    with store.read(origin) as reading:
        found = people_in_sight(reading, viewer, Role.REPRESENTATIVE)
        return ScopePage(
            viewer,
            {part: tuple(groups) for part, groups in found.items()},
            reading.policy.document,
            reading.policy.number,
        )

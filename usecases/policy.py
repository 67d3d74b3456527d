"""The policy in force: adopted as a version of the record."""

from __future__ import annotations

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.notices import SubjectType
from domain.origin import Origin
from domain.policy import Policy
from domain.policy_versions import POLICY_ID
from storage import policy
from storage.unit_of_work import Store


def adopt_first_policy(store: Store, origin: Origin, document: Policy) -> bool:
    """Make `document` version 1 of a record that has no policy yet; False if it has one.

    A changed file does nothing on its own: later versions are approved by people.
    """
    with store.write(origin) as work:
        if work.policy.number:
            return False
        number = policy.adopt(work.connection, document, work.at)
        work.record(
            AuditEvent(
                action=Action.POLICY_ADOPT,
                actor=Actor(ActorKind.OPERATOR),
                object_type=SubjectType.POLICY,
                object_id=POLICY_ID,
                object_version=number,
                fields={"document": document.model_dump_json()},
            )
        )
        return True

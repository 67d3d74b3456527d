"""Comparing what the business tables hold with what was recorded: `accord audit verify --state`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from domain.audit import Action, FieldValue
from domain.directory import PersonFacts
from domain.directory_record import facts_told
from domain.notices import SubjectType
from domain.people import GrantState
from domain.state import Fields, StoredGoal, StoredThing, goal_flaw, thing_flaw
from domain.verification import Finding, Flaw
from storage import state
from storage.audit import acts_about
from storage.directory import people_page
from storage.keyring import Keyring
from storage.sealing import Opener
from storage.verify import snapshot
from usecases.goal_record import content_fields, field_text
from usecases.policy import POLICY_ID

GIVEN = frozenset({Action.GRANT_GIVE})
ENDED = frozenset({Action.GRANT_END})
FACTS = tuple(PersonFacts.__dataclass_fields__)

# What tells how a version that two people made stands.
OF_PLANS = frozenset(
    {
        Action.POLICY_APPROVE,
        Action.POLICY_ACTIVATE,
        Action.POLICY_HOLD,
        Action.POLICY_RELEASE,
        Action.POLICY_WITHDRAW,
    }
)

Page = Callable[[Connection, UUID | None], Sequence[Any]]


def check_state(
    engine: Engine, keyring: Keyring, on_progress: Callable[[int, int], None]
) -> Finding | None:
    """The first goal, person, role, deputy or policy that is not as it was recorded last.

    Of a record that is itself intact. Raise SealingError where its values cannot be opened.
    """
    with snapshot(engine) as connection:
        return _Check(connection, keyring, on_progress).run()


class _Check:
    def __init__(
        self, connection: Connection, keyring: Keyring, on_progress: Callable[[int, int], None]
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._on_progress = on_progress
        self._whole = state.count(connection)
        self._done = 0

    def run(self) -> Finding | None:
        missing = state.first_missing(self._connection)
        if missing is not None:
            return Finding(Flaw.STATE_MISSING, missing[0], missing[1].value)
        for findings in (
            self._goals(),
            self._things(SubjectType.PERSON, people_page, _person),
            self._things(SubjectType.GRANT, state.grants, _grant),
            self._things(SubjectType.DELEGATION, state.delegations, _delegation),
            self._policies(),
        ):
            if (found := next(findings, None)) is not None:
                return found
        return None

    def _pages(self, page: Page) -> Iterator[Sequence[Any]]:
        after = None
        while rows := page(self._connection, after):
            yield rows
            after = rows[-1].id
            self._done += len(rows)
            self._on_progress(self._done, self._whole)

    def _opener(self) -> Opener:
        """One for each page, so that the keys held at a time stay few."""
        return Opener(self._connection, self._keyring)

    def _things(
        self, kind: SubjectType, page: Page, thing: Callable[[Any], StoredThing]
    ) -> Iterator[Finding]:
        for rows in self._pages(page):
            ids = [row.id for row in rows]
            acts = acts_about(self._connection, self._opener(), kind, ids)
            for row in rows:
                if (found := thing_flaw(thing(row), acts[row.id])) is not None:
                    yield found

    def _goals(self) -> Iterator[Finding]:
        for rows in self._pages(state.goals):
            ids = [row.id for row in rows]
            acts = acts_about(self._connection, self._opener(), SubjectType.GOAL, ids)
            versions = state.versions(self._connection, ids)
            values = state.values(self._connection, ids)
            for row in rows:
                goal = StoredGoal(
                    row.id,
                    f"G-{row.number}",
                    row.owner_id,
                    row.agreed_version,
                    {number: content_fields(one) for number, one in versions[row.id].items()},
                    [_value(measure, note) for measure, note in values[row.id]],
                )
                if (found := goal_flaw(goal, acts[row.id])) is not None:
                    yield found

    def _policies(self) -> Iterator[Finding]:
        acts = acts_about(self._connection, self._opener(), SubjectType.POLICY, [POLICY_ID])
        for row in state.policies(self._connection):
            told = [act for act in acts[POLICY_ID] if act.object_version == row.number]
            fields: dict[str, FieldValue] = {"document": row.document}
            told_by = frozenset({Action.POLICY_ADOPT})
            if row.state is not None:
                fields |= {"state": row.state.value, "valid_from": row.valid_from.isoformat()}
                told_by = OF_PLANS
            policy = StoredThing(POLICY_ID, f"policy {row.number}", fields, told_by)
            if (found := thing_flaw(policy, told)) is not None:
                yield found


def _value(measure: object, note: str | None) -> Fields:
    return {"value": field_text(measure), "note": note}


def _person(row: Any) -> StoredThing:
    return StoredThing(
        row.id,
        f"person {row.id}",
        {**dict.fromkeys(FACTS), **facts_told(row.facts)},
        frozenset({Action.PERSON_CREATE, Action.PERSON_CHANGE}),
        subject=row.id,
    )


def _grant(row: Any) -> StoredThing:
    active = row.state is GrantState.ACTIVE
    return StoredThing(
        row.id,
        f"role {row.id}",
        {"role": row.role.value, "unit": row.path, "region": row.region},
        frozenset({Action.GRANT_GIVE, Action.GRANT_ASK}),
        subject=row.person_id,
        backed_by=GIVEN if active else frozenset(),
        refuted_by=frozenset() if row.state is GrantState.REVOKED else ENDED,
    )


def _delegation(row: Any) -> StoredThing:
    days = {
        "first_day": row.valid_from.isoformat(),
        "day_after": row.valid_to.isoformat() if row.valid_to else None,
    }
    return StoredThing(
        row.id,
        f"deputy {row.id}",
        {"deputy": str(row.deputy_id), **days},
        frozenset({Action.DELEGATION_GIVE}),
        subject=row.delegator_id,
        refuted_by=frozenset() if row.revoked_at else frozenset({Action.DELEGATION_REVOKE}),
    )

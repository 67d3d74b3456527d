"""Comparing what the business tables hold with what was recorded: `accord audit verify --state`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, Engine

from domain.audit import Action, FieldValue, RecordedAct
from domain.notices import SubjectType
from domain.objections import ObjectionState
from domain.policy_versions import PlanState
from domain.state import StoredGoal, StoredThing, goal_flaw, thing_flaw
from domain.state_told import objection as objection_told
from domain.state_told import policies as policies_told
from domain.verification import Finding, Flaw
from storage import state, state_rows
from storage.audit import acts_about
from storage.keyring import Keyring
from storage.sealing import Opener
from storage.state import StoredRow
from storage.verify import snapshot
from usecases.goal_record import content_fields, field_text
from usecases.policy import POLICY_ID
from usecases.state_kinds import KINDS, Kind

# What tells how a version of the policy stands, one that two people made in particular.
OF_POLICIES = frozenset(
    {
        Action.POLICY_ADOPT,
        Action.POLICY_APPROVE,
        Action.POLICY_ACTIVATE,
        Action.POLICY_HOLD,
        Action.POLICY_RELEASE,
        Action.POLICY_WITHDRAW,
        Action.OBJECTION_RAISE,
        Action.OBJECTION_NONE,
        Action.OBJECTION_WITHDRAW,
        Action.OBJECTION_SETTLE,
    }
)
Acts = Mapping[UUID, Sequence[RecordedAct]]


def check_state(
    engine: Engine, keyring: Keyring, on_progress: Callable[[int, int], None]
) -> Finding | None:
    """The first thing that is not as it was recorded last, missing, or not recorded at all.

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
        self._whole = state.count(connection, [kind.rows for kind in KINDS])
        self._done = 0

    def run(self) -> Finding | None:
        missing = state.first_missing(self._connection, [kind.rows for kind in KINDS])
        if missing is not None:
            return Finding(Flaw.STATE_MISSING, missing[0], missing[1].value)
        for kind in KINDS:
            if (found := next(self._flaws(kind), None)) is not None:
                return found
        return self._policies()

    def _flaws(self, kind: Kind) -> Iterator[Finding]:
        after = None
        while rows := state.page(self._connection, kind.rows, after):
            ids = [row.id for row in rows]
            acts = self._acts(kind.rows.about, ids, kind.told_by)
            for row in rows:
                thing = kind.thing(row, acts[row.id])
                if thing is not None and (found := thing_flaw(thing, acts[row.id])) is not None:
                    yield found
            if kind.rows is state_rows.GOALS:
                yield from self._contents(rows, acts)
            after = rows[-1].id
            self._done += len(rows)
            self._on_progress(self._done, self._whole)

    def _acts(self, about: SubjectType, ids: Sequence[UUID], told_by: frozenset[Action]) -> Acts:
        # An opener for each page, so that the keys held at a time stay few.
        opener = Opener(self._connection, self._keyring)
        return acts_about(self._connection, opener, about, ids, told_by)

    def _contents(self, rows: Sequence[StoredRow], acts: Acts) -> Iterator[Finding]:
        ids = [row.id for row in rows]
        versions = state.versions(self._connection, ids)
        values = state.values(self._connection, ids)
        for row in rows:
            goal = StoredGoal(
                f"G-{row.row.number}",
                {number: content_fields(one) for number, one in versions[row.id].items()},
                [{"value": field_text(one), "note": note} for one, note in values[row.id]],
            )
            if (found := goal_flaw(goal, acts[row.id])) is not None:
                yield found

    def _policies(self) -> Finding | None:
        """All versions together: the policy is one thing of the record."""
        acts = self._acts(SubjectType.POLICY, [POLICY_ID], OF_POLICIES)[POLICY_ID]
        fields: dict[str, FieldValue] = {}
        withdrawn = set()
        for row in state.policies(self._connection):
            name = f"version {row.number}"
            fields[f"{name}, document:"] = row.document
            if row.state is not None:
                fields[f"{name}, state:"] = row.state.value
                fields[f"{name}, valid_from:"] = row.valid_from.isoformat()
                fields[f"{name}, rationale:"] = row.reason
                withdrawn |= {row.number} if row.state is PlanState.WITHDRAWN else set()
        for row in state.objections(self._connection):
            # With its version an objection has become pointless, by no act of its own.
            moot = row.state is ObjectionState.MOOT and row.number in withdrawn
            stands = ObjectionState.STANDING if moot else row.state
            fields[f"an objection:{row.id}"] = stands.value
            said = objection_told(row.number, str(row.person_id), row.reason)
            fields[f"what was objected:{row.id}"] = said
        whole = {
            f"version {act.object_version}, {one}"
            for act in acts
            for one in ("document", "state", "valid_from", "rationale")
        } | {"an objection", "what was objected"}
        if not fields and not acts:
            return None
        policy = StoredThing(
            POLICY_ID, "policy", fields, OF_POLICIES, policies_told, whole=frozenset(whole)
        )
        return thing_flaw(policy, acts)

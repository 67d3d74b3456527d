"""Comparing what the business tables hold with what was recorded: `accord audit verify --state`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, Engine

from domain.audit import Action, FieldValue, RecordedAct
from domain.notices import SubjectType
from domain.objections import ObjectionState
from domain.policy_versions import POLICY_ID, PlanState
from domain.state import Differs, StoredGoal, StoredThing, goal_differs, thing_differs
from domain.state_told import objection as objection_told
from domain.state_told import policies as policies_told
from domain.verification import Difference, Differences, Flaw
from storage import state, state_rows
from storage.audit import acts_about
from storage.keyring import Keyring
from storage.sealing import Opener
from storage.verify import snapshot
from usecases.goal_record import content_fields, field_text
from usecases.state_kinds import KINDS, Kind

MOST_SHOWN = 100
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
) -> Differences:
    """Everything that is not as it was recorded last, missing, or not recorded at all.

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

    def run(self) -> Differences:
        shown: list[Difference] = []
        counts: Counter[str] = Counter()
        for one in self._differences():
            counts[one.kind] += 1
            if len(shown) < MOST_SHOWN:
                shown.append(one)
        people = sorted({one.whose for one in shown if one.whose is not None})
        return Differences(tuple(shown), counts, self._names(people) if people else {})

    def _differences(self) -> Iterator[Difference]:
        gone: set[UUID] = set()
        for kind in KINDS:
            for seq, thing, subject in state.missing(self._connection, kind.rows):
                if thing not in gone:
                    gone.add(thing)
                    whose = subject if kind.names_whose else None
                    yield Difference(
                        Flaw.STATE_MISSING, kind.heading, kind.one, whose=whose, seq=seq
                    )
        for kind in KINDS:
            yield from self._of_kind(kind)
        yield from self._policies()

    def _names(self, people: Sequence[UUID]) -> Mapping[UUID, str]:
        """As the record has them: what the directory says may be what was changed."""
        told_by = frozenset({Action.PERSON_CREATE, Action.PERSON_CHANGE})
        found: dict[UUID, str] = {}
        for person, acts in self._acts(SubjectType.PERSON, people, told_by).items():
            for act in acts:
                name = act.fields.get("name")
                if isinstance(name, str):
                    found[person] = name
        return found

    def _of_kind(self, kind: Kind) -> Iterator[Difference]:
        after = None
        while rows := state.page(self._connection, kind.rows, after):
            ids = [row.id for row in rows]
            acts = self._acts(kind.rows.about, ids, kind.told_by)
            contents = self._contents(ids) if kind.rows is state_rows.GOALS else {}
            for row in rows:
                thing = kind.thing(row, acts[row.id])
                if thing is None:
                    continue
                yield from _told(kind, thing, thing_differs(thing, acts[row.id]))
                if row.id in contents:
                    yield from _told(kind, thing, goal_differs(contents[row.id], acts[row.id]))
            after = rows[-1].id
            self._done += len(rows)
            self._on_progress(self._done, self._whole)

    def _acts(self, about: SubjectType, ids: Sequence[UUID], told_by: frozenset[Action]) -> Acts:
        # An opener for each page, so that the keys held at a time stay few.
        opener = Opener(self._connection, self._keyring)
        return acts_about(self._connection, opener, about, ids, told_by)

    def _contents(self, goals: Sequence[UUID]) -> dict[UUID, StoredGoal]:
        versions = state.versions(self._connection, goals)
        values = state.values(self._connection, goals)
        return {
            goal: StoredGoal(
                {
                    number: {**content_fields(content), **said.fields()}
                    for number, (content, said) in versions[goal].items()
                },
                [{"value": field_text(one), "note": note} for one, note in values[goal]],
            )
            for goal in goals
        }

    def _policies(self) -> Iterator[Difference]:
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
            return
        policy = StoredThing(
            POLICY_ID, "policy", fields, OF_POLICIES, policies_told, whole=frozenset(whole)
        )
        for one in thing_differs(policy, acts):
            yield Difference(one.flaw, "Policy", policy.what, field=one.field, seq=one.seq)


def _told(kind: Kind, thing: StoredThing, differs: Iterable[Differs]) -> Iterator[Difference]:
    whose = thing.subject if kind.names_whose else None
    for one in differs:
        yield Difference(one.flaw, kind.heading, thing.what, whose, one.field, one.seq)

"""One transaction = one intention: state, record and outbox are written together or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.audit import CHECKPOINTED, Action, AuditEvent, Receipt
from domain.clock import Clock
from domain.entries import Stamp
from domain.errors import AlreadyDone, Busy, NoRoom
from domain.notices import Lane, NewNotice, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.policy import Policy, PolicyInForce
from domain.signing import Anchoring
from storage import audit, checkpoints, hints, inbound, outbox, past_messages, people
from storage.database import for_writing, is_full
from storage.keyring import Keyring
from storage.mornings import Morning, send_mornings
from storage.outbox import MessageRef
from storage.policy import PolicyShelf
from storage.readers import Readers
from storage.sealing import Sealer

# PostgreSQL: lock_not_available, serialization_failure, deadlock_detected, query_canceled.
_WAITED_TOO_LONG = frozenset({"55P03", "40001", "40P01", "57014"})


@dataclass(slots=True)
class Reading:
    """What one use case reads: on SQLite all as of one moment, on PostgreSQL each statement sees
    what was committed when it began."""

    connection: Connection
    origin: Origin
    sealer: Sealer
    at: datetime
    """Machine time at which the transaction began."""
    _policies: PolicyShelf
    _policy: PolicyInForce | None = None
    _unit_paths: Mapping[UUID, str] | None = None

    @property
    def policy(self) -> PolicyInForce:
        """The policy in force now, looked up when it is needed first, the same from then on."""
        if self._policy is None:
            self._policy = self._policies.in_force(self.connection, self.now)
        return self._policy

    def policy_version(self, number: int) -> PolicyInForce:
        """Another version, by its number in the record."""
        return self._policies.version(self.connection, number)

    def rules_of(self, member: Member) -> Policy:
        """The rules that hold for somebody: the standard, as their region and unit vary it."""
        return self.rules_at(member.region, member.org_unit)

    def rules_at(self, region: str | None, org_unit: UUID | None) -> Policy:
        """The same for a place."""
        document = self.policy.document
        if not document.varies:
            return document
        path = self.unit_path(org_unit) if document.units else None
        return self.policy.for_place(region, path).document

    def unit_path(self, org_unit: UUID | None) -> str | None:
        """The path of a unit of the directory; all are read when one is needed first."""
        if org_unit is None:
            return None
        if self._unit_paths is None:
            self._unit_paths = people.unit_paths(self.connection)
        return self._unit_paths.get(org_unit)

    @property
    def now(self) -> datetime:
        """Business time of the request."""
        return self.origin.now


class TooMany(Exception):
    """A message that is neither urgent, nor an announcement, nor part of a morning's was about to
    be made: everybody gets one a day at most."""


@dataclass(slots=True)
class Work(Reading):
    """A transaction that writes; what is recorded and notified is stored as it commits.

    Where it enters what happened long ago, nobody is told any more of what was due by
    `untold_until` (business time).
    """

    anchoring: Anchoring = field(default_factory=Anchoring)
    receipts: tuple[Receipt, ...] = ()
    checkpointed: bool = False
    """Whether a checkpoint was made in this transaction."""
    urgent: bool = False
    """Whether something that somebody waits for is due, once `finish` is done."""
    untold_until: datetime | None = None
    _events: list[Iterable[AuditEvent]] = field(default_factory=list)
    _notices: list[NewNotice] = field(default_factory=list)
    _mornings: list[Morning] = field(default_factory=list)
    _touched: dict[tuple[SubjectType, UUID], None] = field(default_factory=dict)
    _touched_keys: dict[str, None] = field(default_factory=dict)
    _homes: set[UUID] = field(default_factory=set)
    _due: bool = False
    _anonymous: bool = False

    def be_anonymous(self) -> None:
        """What this transaction records names the day alone, and not the request behind it."""
        self._anonymous = True

    @property
    def done_at(self) -> datetime:
        """When the act was done, in machine time: what is entered later was done back then.

        It begins the minutes for *Undo*, and says which answers came after closing.
        """
        as_of = self.origin.as_of
        return self.at if as_of is None else min(self.at, as_of)

    @property
    def day(self) -> datetime:
        """Machine time, rounded down to the day: the moment itself could lead to a person."""
        return self.at.replace(hour=0, minute=0, second=0, microsecond=0)

    def arrive(self) -> None:
        """Take note of the request; raises AlreadyDone if this very request was handled before."""
        key = self.origin.delivery_key
        if key is not None and not inbound.arrive(self.connection, key, self.at):
            raise AlreadyDone("request_repeated")

    def record(self, event: AuditEvent) -> None:
        self._events.append((event,))

    def record_each(self, events: Iterable[AuditEvent]) -> None:
        """Record many, which are told one after the other only when the record is written."""
        self._events.append(events)

    def notify(self, notice: NewNotice) -> None:
        """Tell it when it is due. Raises TooMany for what would be a second message of a day."""
        alone = notice.person is not None and not notice.with_morning
        if alone and notice.lane in (Lane.DEVIATION, Lane.REMINDER):
            raise TooMany(notice.kind.value)
        self._notices.append(notice)

    def send_morning(self, morning: Morning) -> None:
        """The person's one message of today; the caller has made sure that it is their first."""
        self._mornings.append(morning)

    def touch(self, subject_type: SubjectType, subject: UUID) -> None:
        """Every message about the subject is to show its new state."""
        self._touched[subject_type, subject] = None

    def touch_listed(self, notice_keys: Iterable[str]) -> None:
        """Single messages are to show their new state, by the keys of their notices."""
        self._touched_keys.update(dict.fromkeys(notice_keys))

    def refresh_homes(self, people: Iterable[UUID | None]) -> None:
        self._homes.update(person for person in people if person is not None)

    def send_at_once(self) -> None:
        """Something was queued beside the notices, which delivery is to look at soon."""
        self._due = True

    def today(self, member: Member) -> date:
        return member.today(self.now)

    def finish(self) -> bool:
        """Write outbox and record; the audit head is locked last. True if a message is due now.

        For the store alone: a transaction closes its own book once.
        """
        due = self._tell() if self.untold_until is None else self._keep(self.untold_until)
        if self._events:
            stamp = Stamp(
                at=self.day if self._anonymous else self.at,
                via=self.origin.via,
                request=None if self._anonymous else self.origin.request,
                policy=self.policy.number,
                as_of=None if self._anonymous else self.origin.as_of,
            )
            seen: set[Action] = set()
            events = _noting(seen, chain.from_iterable(self._events))
            self.receipts = audit.append(self.connection, self.sealer, stamp, events)
            if seen & CHECKPOINTED:
                due = self.checkpoint() or due
        self.urgent = self.urgent or self._due
        return due or self._due

    def checkpoint(self) -> bool:
        """Sign the record as it stands, if there is a key and it has grown since the last time.

        True if that makes a message that is due now.
        """
        if self.anchoring.keys is None:
            return False
        made = checkpoints.make(self.connection, self.anchoring.keys, self.at)
        if made is None:
            return False
        self.checkpointed = True
        if self.anchoring.channel is None:
            return False
        sent = checkpoints.send_to_channel(
            self.connection,
            made,
            self.anchoring.channel,
            business_now=self.now,
            machine_now=self.at,
        )
        return sent > 0

    def _keep(self, until: datetime) -> bool:
        """Tell nobody; what is due later than `until` waits for its time like anything else."""
        notices = [*self._notices, *(one.prompt for one in self._mornings if one.prompt)]
        past = [notice for notice in notices if notice.due_at <= until]
        if past:
            past_messages.keep_untold(self.connection, past)
        later = [notice for notice in notices if notice.due_at > until]
        if later:
            outbox.enqueue(self.connection, later, business_now=until, machine_now=self.at)
        return False

    def _tell(self) -> bool:
        due = 0
        self.urgent = any(
            one.lane is Lane.INTERACTIVE and one.due_at <= self.now for one in self._notices
        )
        if self._notices:
            due += outbox.enqueue(
                self.connection, self._notices, business_now=self.now, machine_now=self.at
            )
        due += send_mornings(
            self.connection, self._mornings, business_now=self.now, machine_now=self.at
        )
        updated = 0
        for subject_type, subject in self._touched:
            updated += len(
                outbox.refresh_posts(
                    self.connection,
                    subject_type,
                    subject,
                    machine_now=self.at,
                    clicked=MessageRef(*self.origin.clicked) if self.origin.clicked else None,
                )
            )
        if self._touched_keys:
            updated += outbox.refresh_listed(
                self.connection,
                list(self._touched_keys),
                machine_now=self.at,
                clicked=MessageRef(*self.origin.clicked) if self.origin.clicked else None,
            )
        if self._homes:
            updated += outbox.refresh_home(self.connection, self._homes, machine_now=self.at)
        self.urgent = self.urgent or updated > 0
        return due + updated > 0


def _noting(seen: set[Action], events: Iterable[AuditEvent]) -> Iterator[AuditEvent]:
    """The same events; `seen` takes in what kinds they are of."""
    for event in events:
        seen.add(event.action)
        yield event


class Store:
    """The database together with what is needed to write the record: keys, policy and clock."""

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        clock: Clock,
        initial_policy: Policy | None = None,
        anchoring: Anchoring | None = None,
    ) -> None:
        self.engine = engine
        self.anchoring = anchoring or Anchoring()
        self.keyring = keyring
        self.clock = clock
        self.initial_policy = initial_policy or Policy()
        self.wake = threading.Event()
        self.after_checkpoint: Callable[[], object] = lambda: None
        self._writer = for_writing(engine)
        self._readers = Readers(engine)
        self._policies = PolicyShelf(self.initial_policy)

    @contextmanager
    def read(self, origin: Origin) -> Iterator[Reading]:
        """Reading without a lock. Raises Busy where the database does not answer in time."""
        with _busy_told(), self._readers.connection() as connection:
            yield Reading(
                connection,
                origin,
                self._sealer(connection, origin),
                self.clock.machine(),
                self._policies,
            )

    @contextmanager
    def write(self, origin: Origin) -> Iterator[Work]:
        """A write transaction, committed at the end of the block unless it raises.

        Raises Busy where a lock or a connection cannot be had in time, or where there is no room;
        then nothing was written.
        """
        with _busy_told():
            with self._writer.begin() as connection:
                work = Work(
                    connection,
                    origin,
                    self._sealer(connection, origin),
                    self.clock.machine(),
                    self._policies,
                    anchoring=self.anchoring,
                )
                yield work
                due = work.finish()
                if work.urgent:
                    hints.hint(connection)
            if due:
                self.wake.set()
        if work.checkpointed:
            self.after_checkpoint()

    @contextmanager
    def write_alone(self) -> Iterator[Connection]:
        """A bare transaction that writes, committed at the end of the block unless it raises."""
        with _busy_told(), self._writer.begin() as connection:
            yield connection

    def _sealer(self, connection: Connection, origin: Origin) -> Sealer:
        return Sealer(connection, self.keyring, cohort=str(origin.now.year))


@contextmanager
def _busy_told() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise Busy from error
    except OperationalError as error:
        if is_full(error):
            raise NoRoom from error
        if _waited_too_long(error):
            raise Busy from error
        raise


def _waited_too_long(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _WAITED_TOO_LONG or "database is locked" in str(error.orig)

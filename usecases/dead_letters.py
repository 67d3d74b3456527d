"""Dead letters: what could not be delivered, for administrators, who try it again or dismiss it."""

from __future__ import annotations

from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.dead_letters import (
    ALL_LETTERS,
    Cause,
    DeadLettersNotice,
    DismissLetters,
    LetterPage,
    LettersOfCause,
    Picked,
    Settled,
)
from domain.errors import AlreadyDone, NotAllowed
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.screens import Pointless
from storage import dead_letters
from storage.dead_letters import Dead
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.asking import can_answer
from usecases.retention_offices import officers

SHOWN = 8
"""Letters on a page of their own dialog."""
AT_ONCE = 2_000
"""Letters dealt with by one press, so that Slack gets its answer in time."""


def letter_page(store: Store, origin: Origin) -> LetterPage | None:
    """What could not be delivered, by cause; None for somebody who is no administrator."""
    with store.read(origin) as work:
        if not _is_administrator(work, require_member(work)):
            return None
        return _page(work)


def letters_of(store: Store, origin: Origin, cause: Cause, offset: int) -> LettersOfCause:
    """One page of those that share a cause. Raises AlreadyDone where there are none any more."""
    with store.read(origin) as work:
        _require_administrator(work)
        groups = dead_letters.groups(work.connection)
        group = next((one for one in groups if one.cause is cause), None)
        if group is None:
            raise AlreadyDone("letters_settled")
        listed = dead_letters.letters(work.connection, cause, offset, SHOWN)
        more = max(group.count - offset - len(listed), 0)
        return LettersOfCause(group, tuple(listed), more)


def try_letters_again(store: Store, origin: Origin, picked: Picked) -> Settled:
    """Send them anew: each is checked and put into words as things stand then.

    Raises AlreadyDone where nothing of it is dead any more.
    """
    with store.write(origin) as work:
        administrator = _require_administrator(work)
        dead = _taken(work, picked)
        settled = _settled(picked, dead)
        dead_letters.try_again(work.connection, dead, work.at)
        _close(work, Action.DELIVERY_RETRY, administrator, picked, settled, {})
        work.send_at_once()
        return settled


def dismiss_letters(
    store: Store, origin: Origin, picked: Picked, command: DismissLetters
) -> Settled:
    """Nothing more is to be done about them; the reason is recorded.

    Raises AlreadyDone where nothing of it is dead any more.
    """
    with store.write(origin) as work:
        administrator = _require_administrator(work)
        dead = _taken(work, picked)
        settled = _settled(picked, dead)
        dead_letters.dismiss(work.connection, dead)
        told: dict[str, FieldValue] = {"rationale": command.reason}
        _close(work, Action.DELIVERY_DISMISS, administrator, picked, settled, told)
        return settled


def tell_of_dead_letters(store: Store, origin: Origin) -> int:
    """Put what has died before administrators, with their next morning; returns to how many.

    Nobody hears twice of the same, nor of nothing. Idempotent.
    """
    with store.read(origin) as reading:
        if not dead_letters.untold(reading.connection):
            return 0
    with store.write(origin) as work:
        fresh = dead_letters.untold(work.connection)
        readers = {one.id: one for one in _administrators(work) if can_answer(one)}
        if not fresh or not readers:
            return 0
        about = dead_letters.uuid_of(work.connection, fresh[0])
        know_soon = dead_letters.hear_soon(work.connection, readers)
        for reader in readers.keys() - know_soon:
            work.notify(
                NewNotice(
                    kind=NoticeKind.DEAD_LETTERS,
                    dedup_key=f"dead-letters:{reader}:{fresh[0]}",
                    person=reader,
                    lane=Lane.REMINDER,
                    subject_type=SubjectType.DEAD_LETTERS,
                    subject=about,
                    due_at=work.now,
                    with_morning=True,
                )
            )
        dead_letters.note_told(work.connection, fresh, work.at)
        return len(readers)


def dead_letters_notice(
    work: Reading, _kind: NoticeKind, _subject: UUID, reader: Member, _revision: int
) -> DeadLettersNotice | Pointless:
    """How many wait, as it stands."""
    if not _is_administrator(work, reader):
        return Pointless("not_responsible")
    return DeadLettersNotice(reader, dead_letters.groups(work.connection))


def _page(work: Reading) -> LetterPage:
    return LetterPage(
        dead_letters.groups(work.connection), dead_letters.tried_again(work.connection, work.at)
    )


def _administrators(work: Reading) -> list[Member]:
    return officers(work, [Role.ADMINISTRATOR])


def _is_administrator(work: Reading, member: Member) -> bool:
    return any(one.id == member.id for one in _administrators(work))


def _require_administrator(work: Reading) -> Member:
    member = require_member(work)
    if not _is_administrator(work, member):
        raise NotAllowed("letters_of_administrators")
    return member


def _taken(work: Work, picked: Picked) -> list[Dead]:
    dead = dead_letters.take(work.connection, picked, AT_ONCE)
    if not dead:
        raise AlreadyDone("letters_settled")
    return dead


def _settled(picked: Picked, dead: list[Dead]) -> Settled:
    return Settled(picked.cause or dead[0].cause, len(dead))


def _close(
    work: Work,
    action: Action,
    administrator: Member,
    picked: Picked,
    settled: Settled,
    told: dict[str, FieldValue],
) -> None:
    work.record(
        AuditEvent(
            action,
            Actor(ActorKind.PERSON, administrator.id),
            SubjectType.DEAD_LETTERS,
            picked.letter or ALL_LETTERS,
            fields={"cause": settled.cause.value, "count": settled.count, **told},
        )
    )
    last = dead_letters.last_told(work.connection)
    if last is not None:
        work.touch(SubjectType.DEAD_LETTERS, last)

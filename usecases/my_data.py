"""Everything held on oneself, as a file: `/accord my data`, and the link that it makes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from domain.audit import READS, Action, Actor, ActorKind, AuditEvent, RecordedAct
from domain.my_data import DataFile, ExportKind, FileLink, MyData, MyRights, Rows
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from storage import audit, exports, people, personal_data
from storage.exports import Taken
from storage.unit_of_work import Reading, Store, Work
from usecases import looks, names_in_file
from usecases.access import require_member
from usecases.asking import can_answer

OPEN_FOR = timedelta(minutes=10)
NAMED = 3
PAGE = 500
# What cannot be mistaken for another sign when it is typed from one screen into another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 5, 5
"""31 signs, 25 times: about 123 bits, since the archive's own format slows nobody's guessing."""


def my_data(store: Store, origin: Origin) -> MyData:
    """What the dialog needs before anything is asked for."""
    with store.read(origin) as work:
        viewer = require_member(work)
        return MyData(viewer, contacts(work, viewer))


def my_rights(store: Store, origin: Origin) -> MyRights:
    """What the sheet of the viewer's country needs: whom the rules of their place name."""
    with store.read(origin) as work:
        viewer = require_member(work)
        return MyRights(viewer, work.rules_of(viewer).rights.ask, contacts(work, viewer))


def contacts(work: Reading, person: Member) -> tuple[str, ...]:
    """Who in HR answers for somebody, nearest first: never the person themselves."""
    holders = people.role_holders(work.connection, Role.HR, person, person.today(work.now))
    names = [one.name for one in holders if one.id != person.id and can_answer(one)]
    return tuple(dict.fromkeys(names))[:NAMED]


def ask_for_my_data(store: Store, origin: Origin) -> FileLink:
    """Make a link to the asker's own data: it opens once, within ten minutes of machine time.

    An earlier one that was not opened leads nowhere any more.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        token, passphrase = secrets.token_urlsafe(32), new_passphrase()
        exports.add_link(
            work.connection,
            work.sealer,
            token=token,
            person=viewer.id,
            kind=ExportKind.MY_DATA,
            passphrase=passphrase,
            made_at=work.at,
            expires_at=work.at + OPEN_FOR,
        )
        work.record(_event(Action.DATA_ASK, viewer))
        return FileLink(viewer, token, passphrase, OPEN_FOR)


def new_passphrase() -> str:
    """Five groups of five signs, joined by hyphens."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def fetch_my_data(store: Store, origin: Origin, token: str) -> DataFile | None:
    """What the link leads to, once; None where it leads nowhere: unknown, used or too old.

    That it was fetched is recorded before anything is read. What was for the person to read counts
    as read from now on, so that nobody believes they can still take it back unread.
    """
    with store.write(origin) as work:
        taken = exports.take_link(work.connection, work.sealer, token, ExportKind.MY_DATA, work.at)
        if taken is None or not people.can_act(work.connection, taken.person):
            return None
        owner = people.member(work.connection, taken.person)
        _open_everything(work, owner)
        work.record(_event(Action.DATA_FETCH, owner))
    with store.read(origin) as reading:
        return _file(reading, owner, taken)


def _open_everything(work: Work, owner: Member) -> None:
    feedback, replies = personal_data.open_everything(work.connection, owner.id, work.now)
    for given in feedback:
        work.touch(SubjectType.FEEDBACK, given)
    for reply in replies:
        work.touch(SubjectType.SUPPORT_REPLY, reply)


def _event(action: Action, person: Member) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=Actor(ActorKind.PERSON, person.id),
        object_type=SubjectType.PERSON,
        object_id=person.id,
        subject=person.id,
    )


def _file(work: Reading, owner: Member, taken: Taken) -> DataFile:
    sections: dict[str, Rows] = dict(personal_data.held_on(work.connection, work.sealer, owner.id))
    shared = personal_data.shared_feedback(work.connection, owner.id)
    acts = [act for act in _acts(work, owner) if _may_know(act, owner, shared)]
    names = names_in_file.names_for(work, owner, acts, sections)
    sections = names_in_file.with_names(sections, names)
    sections["record"] = [names_in_file.act_row(act, owner, names) for act in acts]
    found = looks.told_reads(work, owner)
    sections["who_looked"] = [
        {
            "entry": look.receipt.seq,
            "at": look.at.isoformat(),
            "who": look.reader,
            "what": look.what.value,
            "about": look.thing,
            "of": look.made_at.isoformat() if look.made_at else None,
        }
        for look in reversed(looks.looks(work, owner, found))
    ]
    return DataFile(
        owner=owner,
        made_at=work.at,
        passphrase=taken.passphrase,
        sections=sections,
        feedback_not_shared=personal_data.feedback_not_shared(work.connection, owner.id),
        contacts=contacts(work, owner),
    )


def _acts(work: Reading, owner: Member) -> Iterator[RecordedAct]:
    after = -1
    while page := audit.entries_of_person(
        work.connection, work.sealer, owner.id, after=after, limit=PAGE
    ):
        yield from page
        after = page[-1].receipt.seq


def _may_know(act: RecordedAct, owner: Member, shared: set[UUID]) -> bool:
    """Entries about feedback that is kept from them would tell who gave it."""
    if act.actor.ref == owner.id:
        return True
    if act.action in READS:
        return False  # they stand in a section of their own
    return act.object_type is not SubjectType.FEEDBACK or act.object_id in shared

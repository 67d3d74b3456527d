"""Somebody leaves, entered by hand in `/accord people`; HR for those whom their role covers.

What ends is shown before and confirmed as shown. A day that is over takes everything at once, in
this transaction, as a leaver in an import; a later one waits for the clock, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.departures import Departure, DepartureNotice, Holdings, Leaving
from domain.directory_record import BEFORE
from domain.errors import AlreadyDone, Changed, InvalidInput, NotAllowed
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, PersonState, Role
from domain.roles import earliest_date
from domain.screens import Pointless
from storage import access_in_review, cover, departures, goal_shares, people, requests, roles
from storage.directory import lock_directory
from storage.people import RoleScope
from storage.unit_of_work import Reading, Store, Work
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.hr_rights import NAMED, require_hr
from usecases.leavers import take_everything
from usecases.readdress import misaddressed_owners, readdress_proposals
from usecases.role_grants import lacking_people

LEAVES = "departure"
STAYS = "departure_taken_back"
OFFERED = 50
LISTED = 10


def require_may_enter(store: Store, origin: Origin) -> None:
    """Before a dialog opens. Raises NotAllowed, which says who can."""
    with store.read(origin) as work:
        require_hr(work, require_member(work))


def people_to_pick(store: Store, origin: Origin, words: str) -> list[tuple[UUID, str]]:
    """People who are here, within what the asker's role covers, as they are typed."""
    with store.read(origin) as work:
        scopes = require_hr(work, require_member(work))
        return departures.people_like(work.connection, words, scopes, OFFERED)


def who_leaves(work: Reading, viewer: Member) -> tuple[Leaving, ...] | None:
    """Whose last day is entered, for HR within what their role covers; None for others."""
    today = viewer.today(work.now)
    scopes = people.role_scopes(work.connection, viewer.id, Role.HR, today)
    if not scopes:
        return None
    return tuple(departures.leaving(work.connection, scopes, today, LISTED))


def look_at_departure(store: Store, origin: Origin, person: UUID, last_day: date) -> Departure:
    """What would end, and what stays. Changes nothing.

    Raises InvalidInput at `who` for somebody whom the role does not cover, who has left, or who
    asks.
    """
    with store.read(origin) as work:
        return _departure(work, require_member(work), person, last_day)


def enter_departure(
    store: Store,
    origin: Origin,
    person: UUID,
    last_day: date,
    *,
    reason: str,
    digest: str,
    token: str,
) -> Departure:
    """Enter the last day, recorded and told; if it is over, they lose everything now.

    `digest` is that of what was shown: raises Changed where something else would end by now. Sent
    twice, it is entered once.
    """
    with store.write(origin) as work:
        viewer, scopes, before = _begin(work, person, token)
        if before:
            return _as_entered(work, viewer, scopes, person, last_day)
        found = _departure(work, viewer, person, last_day)
        if found.digest != digest:
            raise Changed("departure_changed")
        _enter(work, found, reason, token)
        return found


def _begin(work: Work, person: UUID, token: str) -> tuple[Member, list[RoleScope], bool]:
    """Who acts, what they answer for, and whether they sent this dialog before.

    Nobody else changes the directory or this person before the transaction ends.
    """
    viewer = require_member(work)
    scopes = require_hr(work, viewer)
    lock_directory(work.connection)
    people.lock(work.connection, person)
    earlier = requests.consume_token(work.connection, token, viewer.id, person, work.at)
    if earlier is not None:
        earlier.require(viewer.id, person)
    return viewer, scopes, earlier is not None


def _enter(work: Work, found: Departure, reason: str, token: str) -> None:
    actor = Actor(ActorKind.PERSON, found.viewer.id)
    person, today = found.person.id, found.person.today(work.now)
    led_by = people.current_managers(work.connection, person, today)
    state = PersonState.LEFT if found.at_once else PersonState.ACTIVE
    departures.set_last_day(work.connection, person, found.last_day, state)
    fields: dict[str, FieldValue] = {
        "leaving_on": found.last_day.isoformat(),
        "leaving_on" + BEFORE: found.entered.isoformat() if found.entered else None,
        "rationale": reason,
    }
    if found.at_once:
        fields |= {"state": state.value, "state" + BEFORE: PersonState.ACTIVE.value}
    _record(work, actor, person, LEAVES, fields)
    if found.at_once:
        take_everything(work, actor, person)
    _tell(work, found.person, led_by, token, at_once=found.at_once)


def look_at_return(store: Store, origin: Origin, person: UUID) -> Leaving:
    """Whose last day shall count no more. Raises AlreadyDone where none is entered."""
    with store.read(origin) as work:
        viewer = require_member(work)
        return _leaving(work, require_hr(work, viewer), viewer, person)


def take_back(store: Store, origin: Origin, person: UUID, *, reason: str, token: str) -> Leaving:
    """They stay, or are back. What has ended meanwhile stays ended: roles take two people again."""
    with store.write(origin) as work:
        viewer, scopes, before = _begin(work, person, token)
        if before:
            subject, _, _ = _require_covered(work, scopes, viewer, person)
            return Leaving(subject, subject.today(work.now), left=False)
        found = _leaving(work, scopes, viewer, person)
        departures.set_last_day(work.connection, person, None, PersonState.ACTIVE)
        fields: dict[str, FieldValue] = {
            "leaving_on": None,
            "leaving_on" + BEFORE: found.last_day.isoformat(),
            "rationale": reason,
        }
        if found.left:
            here, gone = PersonState.ACTIVE.value, PersonState.LEFT.value
            fields |= {"state": here, "state" + BEFORE: gone}
        actor = Actor(ActorKind.PERSON, viewer.id)
        _record(work, actor, person, STAYS, fields)
        if found.left:
            today = earliest_date(work.now)
            readdress_proposals(work, actor, misaddressed_owners(work, today))
        own_day = found.person.today(work.now)
        led_by = people.current_managers(work.connection, person, own_day)
        _tell(work, found.person, led_by, token, at_once=False)
        return found


def _require_covered(
    work: Reading, scopes: Collection[RoleScope], viewer: Member, person: UUID
) -> tuple[Member, PersonState, date | None]:
    found = departures.covered(work.connection, person, scopes)
    if found is None:
        raise InvalidInput("departure_beyond_yours", field="who")
    if person == viewer.id:
        raise NotAllowed("departure_of_oneself")
    return found


def _leaving(work: Reading, scopes: Collection[RoleScope], viewer: Member, person: UUID) -> Leaving:
    subject, state, entered = _require_covered(work, scopes, viewer, person)
    if entered is None:
        raise AlreadyDone("departure_not_entered")
    return Leaving(subject, entered, state is PersonState.LEFT)


def _departure(work: Reading, viewer: Member, person: UUID, last_day: date) -> Departure:
    scopes = require_hr(work, viewer)
    subject, state, entered = _require_covered(work, scopes, viewer, person)
    if state is PersonState.LEFT:
        raise InvalidInput("departure_before", field="who", name=subject.name)
    return _would_be(work, viewer, subject, entered, last_day)


def _as_entered(
    work: Reading, viewer: Member, scopes: Collection[RoleScope], person: UUID, last_day: date
) -> Departure:
    """The outcome of a dialog that was sent before."""
    subject, _, entered = _require_covered(work, scopes, viewer, person)
    return _would_be(work, viewer, subject, entered, last_day)


def _would_be(
    work: Reading, viewer: Member, subject: Member, entered: date | None, last_day: date
) -> Departure:
    connection, today = work.connection, subject.today(work.now)
    before = lacking_people(work, earliest_date(work.now))
    after = lacking_people(work, earliest_date(work.now), without=subject.id)
    return Departure(
        viewer=viewer,
        person=subject,
        last_day=last_day,
        entered=entered,
        at_once=last_day < today,
        ends=_holdings(work, subject.id, today),
        open_goals=departures.open_goals(connection, subject.id),
        reports=len(people.direct_reports(connection, subject.id, today)),
        lacking=None if after is before else after,
    )


def _holdings(work: Reading, person: UUID, today: date) -> Holdings:
    connection = work.connection
    held = [roles.by_id(connection, one) for one in access_in_review.grants_of(connection, person)]
    given_and_taken = cover.delegations_of(connection, person, today)
    sides = {side for one in given_and_taken for side in (one.delegator, one.deputy)}
    named = people.members(connection, sides)
    return Holdings(
        roles=tuple(one for one in held if one is not None),
        deputies=_names(named[one.deputy] for one in given_and_taken if one.delegator == person),
        stands_in_for=_names(
            named[one.delegator] for one in given_and_taken if one.deputy == person
        ),
        shares=len(goal_shares.of_person(connection, person)),
        cases=departures.open_cases(connection, person),
        help_asked=departures.open_help(connection, person),
        rhythms=departures.rhythms(connection, person),
    )


def _names(found: Iterable[Member]) -> tuple[str, ...]:
    return tuple(sorted({one.name for one in found}))


def _record(
    work: Work, actor: Actor, person: UUID, reason: str, fields: dict[str, FieldValue]
) -> None:
    work.record(
        AuditEvent(
            Action.PERSON_CHANGE,
            actor,
            SubjectType.PERSON,
            person,
            subject=person,
            reason=reason,
            fields=fields,
        )
    )


def _tell(
    work: Work, person: Member, led_by: Collection[Member], token: str, *, at_once: bool
) -> None:
    """Whoever leads them, and they themselves while they are here. Why is told to nobody."""
    work.touch(SubjectType.PERSON, person.id)
    for reader in led_by if at_once else (person, *led_by):
        notice = NewNotice(
            kind=NoticeKind.DEPARTURE,
            dedup_key=f"departure:{token}:{reader.id}",
            person=reader.id,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.PERSON,
            subject=person.id,
            due_at=work.now,
        )
        tell_when_there(work, notice)


def _notice(
    work: Reading, _kind: NoticeKind, person: UUID, reader: Member, _revision: int
) -> DepartureNotice | Pointless:
    found = departures.state_of(work.connection, person)
    if found is None:
        return Pointless("person_gone")
    state, last_day = found
    subject = people.member(work.connection, person)
    today = subject.today(work.now)
    if reader.id != person and reader.id not in people.all_managers(work.connection, person, today):
        return Pointless("no_longer_manager")
    hr = people.role_holders(work.connection, Role.HR, subject, today)
    return DepartureNotice(
        reader,
        subject,
        last_day,
        state is PersonState.LEFT,
        departures.open_goals(work.connection, person),
        tuple(dict.fromkeys(one.name for one in hr if one.id != reader.id))[:NAMED],
    )


DEPARTURE_READERS: dict[
    NoticeKind,
    Callable[[Reading, NoticeKind, UUID, Member, int], DepartureNotice | Pointless],
] = {NoticeKind.DEPARTURE: _notice}

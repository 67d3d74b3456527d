"""Somebody has lost their phone: an administrator asks, HR or compliance approves."""

from __future__ import annotations

from uuid import UUID

from domain.approvals import CodesResetAsked, Parameters, ResetCodes, ToConfirm
from domain.audit import Action
from domain.errors import InvalidInput, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from storage import people, step_up
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.guarded import Consent, GuardedAct
from usecases.role_grants import places_of, require_may_change, stands_over
from usecases.step_up import codes_event


def person_to_reset(store: Store, origin: Origin, who: UUID | str) -> Member:
    """Whose codes shall be reset, before somebody who may ask for it; by id, or Slack's id."""
    with store.read(origin) as work:
        asker = require_member(work)
        require_may_change(work, asker)
        if isinstance(who, UUID):
            person = people.members(work.connection, [who]).get(who)
        else:
            person = people.active_by_slack_user(work.connection, who)
        if person is None:
            raise InvalidInput("nobody_listed")
        _may_ask(work, asker, _told(person))
        return person


def plan_reset(store: Store, origin: Origin, person: UUID, command: ResetCodes) -> ToConfirm:
    """The request, to be confirmed with the asker's own code."""
    with store.write(origin) as work:
        asker = require_member(work)
        told = _told(people.member(work.connection, person))
        return draft(work, RESET_CODES, asker, person, told, command.reason, person)


def _told(person: Member) -> Parameters:
    return {"person": str(person.id)}


def _person(work: Reading, parameters: Parameters) -> Member:
    return people.member(work.connection, UUID(str(parameters["person"])))


def _may_ask(work: Reading, asker: Member, parameters: Parameters) -> None:
    person = _person(work, parameters)
    scopes = require_may_change(work, asker)
    if person.id == asker.id:
        raise Refused("codes_reset_own")
    if not stands_over(work, asker, person):
        raise Refused("role_beyond_yours", places=places_of(scopes))
    if not step_up.enrolled(work.connection, person.id):
        raise Refused("codes_none_to_reset", name=person.name)


def _approvers(work: Reading, parameters: Parameters) -> list[Member]:
    person = _person(work, parameters)
    today = person.today(work.now)
    return [
        one
        for role in (Role.HR, Role.COMPLIANCE)
        for one in people.role_holders(work.connection, role, person, today)
    ]


def _matter(work: Reading, parameters: Parameters) -> CodesResetAsked:
    return CodesResetAsked(_person(work, parameters))


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    person = _person(work, parameters)
    if not step_up.forget(work.connection, person.id):
        raise Refused("codes_none_to_reset", name=person.name)
    work.record(codes_event(Action.CODES_RESET, consent.approver, person))
    work.notify(
        NewNotice(
            kind=NoticeKind.CODES_RESET,
            dedup_key=f"codes-reset:{consent.approval}",
            person=person.id,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.APPROVAL,
            subject=consent.approval,
            due_at=work.now,
        )
    )


RESET_CODES = GuardedAct(
    name="codes.reset",
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="codes_no_second_person",
)

"""What an act must say of itself to be done by two people only; which people these may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from domain.approvals import Matter, Parameters, StoredApproval
from domain.canonical import parse_canonical
from domain.people import Member
from storage import people
from storage.unit_of_work import Reading, Work


@dataclass(frozen=True, slots=True)
class Consent:
    """Who asked for an act and who approved it, both confirmed by their codes."""

    approval: UUID
    asker: Member
    approver: Member


def _nothing_more(_work: Work, _asked: StoredApproval) -> None:
    """What most acts put on record when they are asked for, beside the request itself."""


def _nothing_secret(_work: Work, _reader: Member, _parameters: Parameters) -> None:
    """What most acts put on record when a request for them is opened."""


def _the_same(_work: Reading, _asker: Member, parameters: Parameters) -> Parameters:
    """What most acts do when they are asked for again."""
    return parameters


@dataclass(frozen=True, slots=True)
class GuardedAct:
    """An act that takes two people. `usecases/guarded_acts.py` lists all of them.

    `require_may_ask` raises NotAllowed, Refused or InvalidInput unless this person may ask for it
    now; it is asked again when the act is carried out. `approvers` are those who may approve it;
    whoever asked, whoever gains by it and their deputies are taken out elsewhere. `carry_out`
    raises before it writes anything, or does all of it. `nobody` is the code of the words for
    there being no second person. `asked` puts more on record when it is asked for, `opened` when
    somebody opens it and reads what is confidential. `renewed` is what it will do where it is asked
    for again.
    """

    name: str
    require_may_ask: Callable[[Reading, Member, Parameters], None]
    approvers: Callable[[Reading, Parameters], list[Member]]
    matter: Callable[[Reading, Parameters], Matter]
    carry_out: Callable[[Work, Consent, Parameters], None]
    nobody: str
    asked: Callable[[Work, StoredApproval], None] = _nothing_more
    opened: Callable[[Work, Member, Parameters], None] = _nothing_secret
    renewed: Callable[[Reading, Member, Parameters], Parameters] = _the_same


def parameters_of(stored: StoredApproval) -> Parameters:
    return cast("Parameters", parse_canonical(stored.parameters.encode()))


def may_approve(work: Reading, act: GuardedAct, stored: StoredApproval) -> list[Member]:
    """Who may approve the request now: neither side of it, and neither's deputy."""
    sides = {stored.asker, stored.beneficiary} - {None}
    barred = set(sides) | _deputies(work, sides)
    found = act.approvers(work, parameters_of(stored))
    return [one for one in _each_once(found) if one.may_act and one.id not in barred]


def _deputies(work: Reading, whose: Iterable[UUID | None]) -> set[UUID | None]:
    found: set[UUID | None] = set()
    for one in people.members(work.connection, [each for each in whose if each]).values():
        deputies = people.deputies(work.connection, one.id, one.today(work.now))
        found |= {deputy.id for deputy in deputies}
    return found


def _each_once(found: Iterable[Member]) -> list[Member]:
    return list({one.id: one for one in found}.values())


def at_hand(work: Reading, approvers: list[Member]) -> list[Member]:
    """Of those who may approve, who is not away today; all of them if everybody is."""
    today = min((one.today(work.now) for one in approvers), default=None)
    if today is None:
        return []
    away = people.absences(work.connection, [one.id for one in approvers], today)
    present = [
        one
        for one in approvers
        if not any(each.covers(one.today(work.now)) for each in away.get(one.id, ()))
    ]
    return present or approvers

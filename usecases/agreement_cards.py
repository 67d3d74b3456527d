"""An agreement as one reader sees it, and who speaks for each side of it."""

from __future__ import annotations

from collections.abc import Collection

from domain.agreements import AgreementCard, AgreementState, AgreementVersion, Side
from domain.people import Member, Role
from domain.places import covers, lies_in
from domain.roles import RolePlace, earliest_date
from storage import agreements, people, roles
from storage.agreements import StoredAgreement, StoredVersion
from storage.unit_of_work import Reading

ROLES = {Side.HR: Role.HR, Side.REPRESENTATIVE: Role.REPRESENTATIVE}
READING = (Role.LEGAL, Role.COMPLIANCE)
"""Who reads every agreement that counts, beside the sides and those for whom it is."""


def speakers(work: Reading, side: Side, place: RolePlace) -> list[Member]:
    """Everybody who can speak for a side of an agreement for this place, by name."""
    found = {
        one.member.id: one.member
        for one in roles.holders(work.connection, (ROLES[side],), earliest_date(work.now))
        if covers(RolePlace(one.scope.path, one.scope.region), place)
    }
    return list(found.values())


def sides_of(work: Reading, member: Member, place: RolePlace) -> list[Side]:
    return [side for side in Side if _is_among(member, speakers(work, side, place))]


def _is_among(member: Member, several: Collection[Member]) -> bool:
    return any(one.id == member.id for one in several)


def agreement_card(work: Reading, viewer: Member, stored: StoredAgreement) -> AgreementCard | None:
    """The agreement; None where the viewer may not know of it.

    Both sides know all of its versions. Those for whom it is, and who reads all agreements, know
    those that counted.
    """
    sides = sides_of(work, viewer, stored.place)
    found = agreements.versions(work.connection, stored.id)
    if not sides:
        found = [one for one in found if one.state is AgreementState.CONFIRMED]
        if not found or not (_concerns(work, viewer, stored) or _reads_all(work, viewer)):
            return None
    ids = [who for one in found for who in (one.proposed_by, one.answered_by) if who]
    named = people.members(work.connection, ids)
    versions = tuple(
        AgreementVersion(
            number=one.number,
            state=one.state,
            content=one.content,
            side=one.side,
            proposed_by=named[one.proposed_by],
            proposed_at=one.proposed_at,
            answered_by=named[one.answered_by] if one.answered_by else None,
            answered_at=one.answered_at,
            answer=one.answer,
        )
        for one in found
    )
    waiting = next((one for one in versions if one.state is AgreementState.WAITING), None)
    own = waiting is not None and waiting.proposed_by.id == viewer.id
    return AgreementCard(
        id=stored.id,
        number=stored.number,
        place=stored.place,
        viewer=viewer,
        today=viewer.today(work.now),
        current=next((one for one in versions if one.number == stored.current), None),
        waiting=waiting,
        versions=versions,
        can_answer=waiting is not None and not own and waiting.side.other in sides,
        can_withdraw=own,
        can_change=bool(sides) and waiting is None,
    )


def may_answer(work: Reading, member: Member, place: RolePlace, waiting: StoredVersion) -> bool:
    """Whether they speak for the side that has not said anything yet: nobody speaks for both."""
    other = speakers(work, waiting.side.other, place)
    return waiting.proposed_by != member.id and _is_among(member, other)


def _concerns(work: Reading, viewer: Member, stored: StoredAgreement) -> bool:
    return lies_in(stored.place, viewer.region, work.unit_path(viewer.org_unit))


def _reads_all(work: Reading, viewer: Member) -> bool:
    today = viewer.today(work.now)
    return any(people.holds_role(work.connection, viewer.id, role, today) for role in READING)

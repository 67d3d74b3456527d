"""What HR may set up and announce: within the unit or region of their role, and nobody else."""

from __future__ import annotations

from domain.announcements import AudienceRule, Reach
from domain.errors import InvalidInput, NotAllowed
from domain.people import Member, Role
from storage import people
from storage.people import RoleScope
from storage.unit_of_work import Reading

NAMED = 3


def require_hr(work: Reading, member: Member) -> list[RoleScope]:
    """The scopes of the member's HR role; raises NotAllowed, naming who can, for others."""
    today = member.today(work.now)
    scopes = people.role_scopes(work.connection, member.id, Role.HR, today)
    if scopes:
        return scopes
    holders = people.role_holders(work.connection, Role.HR, member, today)
    if not holders:
        raise NotAllowed("role_needed", role=Role.HR)
    names = tuple(dict.fromkeys(holder.name for holder in holders))
    raise NotAllowed("hr_needed", names=names[:NAMED])


def covers(scopes: list[RoleScope], reach: Reach, path: str | None, region: str | None) -> bool:
    """Whether one of the scopes holds the whole of what is reached."""
    return any(_covers(scope, reach, path, region) for scope in scopes)


def _covers(scope: RoleScope, reach: Reach, path: str | None, region: str | None) -> bool:
    if scope.path is None and scope.region is None:
        return True
    match reach:
        case Reach.EVERYONE:
            return False
        case Reach.UNIT:
            within = path is not None and f"{path} / ".startswith(f"{scope.path} / ")
            return scope.region is None and scope.path is not None and within
        case Reach.REGION:
            known = scope.region is not None and region is not None
            within = known and f"{region}-".startswith(f"{scope.region}-")
            return scope.path is None and within


def require_covered(
    scopes: list[RoleScope], rule: AudienceRule, path: str | None, field: str = "audience"
) -> None:
    """Raises InvalidInput, naming what the role covers, for an audience beyond it."""
    if covers(scopes, rule.reach, path, rule.region):
        return
    places = tuple(
        dict.fromkeys(place for scope in scopes for place in (scope.path, scope.region) if place)
    )
    raise InvalidInput("audience_beyond_role", field=field, places=places)

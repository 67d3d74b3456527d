"""Who looks after retention, and by which day terms count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.errors import NotAllowed
from domain.people import Member, Role
from domain.roles import earliest_date
from storage import roles
from storage.people import RoleScope
from storage.unit_of_work import Reading
from usecases.erasures import ASKING

SEEING = (*ASKING, Role.LEGAL)
"""Who sees what is due and why something stays; those of ASKING purge."""


def today(work: Reading) -> date:
    """Machine time, or an earlier business one: nothing is purged early by moving a clock."""
    return min(work.at, work.now).date()


def officers(work: Reading, holding: Iterable[Role]) -> list[Member]:
    """Who holds one of these roles for the whole organisation."""
    everywhere = RoleScope(None, None)
    found = roles.holders(work.connection, tuple(holding), earliest_date(work.now))
    return [one.member for one in found if one.scope == everywhere]


def require_everywhere(work: Reading, member: Member) -> None:
    """Retention is one for the whole organisation: a role for a part of it does not do."""
    if all(one.id != member.id for one in officers(work, ASKING)):
        raise NotAllowed("retention_of_hr")


def require_sight(work: Reading, member: Member) -> None:
    """The same to look at it, which legal may, too."""
    if all(one.id != member.id for one in officers(work, SEEING)):
        raise NotAllowed("retention_of_hr")

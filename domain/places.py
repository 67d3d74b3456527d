"""Places that roles and agreements are for: how one holds people, covers or meets another."""

from __future__ import annotations

from collections.abc import Collection

from domain.policy_local import UNIT_SEPARATOR, regions_of
from domain.roles import RolePlace

EVERYWHERE = RolePlace()


def lies_in(place: RolePlace, region: str | None, unit_path: str | None) -> bool:
    """Whether somebody of this region and unit is among those of the place."""
    in_unit = place.unit is None or is_below(unit_path, place.unit)
    return in_unit and (place.region is None or place.region in regions_of(region))


def is_below(path: str | None, unit: str) -> bool:
    return f"{path or ''}{UNIT_SEPARATOR}".startswith(f"{unit}{UNIT_SEPARATOR}")


def covers(held: RolePlace, place: RolePlace) -> bool:
    """Whether whoever holds a role for one place speaks for all of another."""
    unit = held.unit is None or (place.unit is not None and is_below(place.unit, held.unit))
    region = held.region is None or held.region in regions_of(place.region)
    return unit and region


def meets(
    held: RolePlace, touched: RolePlace, groups: Collection[tuple[str | None, str | None]]
) -> bool:
    """Whether a change in one place concerns whoever represents another.

    `groups` are the regions and units in which anybody works; places of the same kind meet where
    one is part of the other, even while nobody works there.
    """
    if EVERYWHERE in (held, touched):
        return True
    if held.region is None and touched.region is None:
        return is_below(held.unit, touched.unit or "") or is_below(touched.unit, held.unit or "")
    if held.unit is None and touched.unit is None:
        both = (held.region or "", touched.region or "")
        return both[0] in regions_of(both[1]) or both[1] in regions_of(both[0])
    return any(lies_in(held, *group) and lies_in(touched, *group) for group in groups)

"""Standard and local: which settings may differ in a region or unit, and what holds for somebody.

Everything here works on whatever sections the document has; it knows none of them by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError, to_json

from domain.regions import is_region

Path = tuple[str, ...]
"""Where something stands in the document: keys from the outside in."""

D = TypeVar("D", bound=BaseModel)

LOCAL = ("regions", "units")
UNIT_SEPARATOR = " / "


class Bounds(BaseModel):
    """How far a setting may differ from the standard: between two numbers, or some values alone.

    With neither, it may have any value that the setting takes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    min: int | None = None
    max: int | None = None
    values: tuple[int | str, ...] | None = Field(default=None, min_length=1)

    def admits(self, value: JsonValue) -> bool:
        if self.values is not None:
            return value in self.values
        if isinstance(value, int):
            too_low = self.min is not None and value < self.min
            return not too_low and (self.max is None or value <= self.max)
        return True


class Came(StrEnum):
    """Where a value comes from."""

    BUILT_IN = "built_in"
    """The standard has it as Accord brings it along."""
    STANDARD = "standard"
    REGION = "region"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from; `place` is the region's code or the unit's path."""

    kind: Came
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Effective(Generic[D]):
    """The rules that hold in one place. `sources` has every setting of the document."""

    document: D
    sources: Mapping[Path, Source]


def leaves(tree: object, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of nested mappings, with its path; a list is one value."""
    if isinstance(tree, Mapping) and (tree or not above):
        for key, value in tree.items():
            yield from leaves(value, (*above, str(key)))
    else:
        yield above, tree


# What settings there are


@lru_cache(maxsize=8)
def settings(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Every setting that holds a single value or a list, by dotted path."""
    return dict(_settings(model, ""))


def _settings(model: type[BaseModel], above: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, one in model.model_fields.items():
        kind = one.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, f"{above}{name}.")
        elif get_origin(kind) is dict:
            keys, values = get_args(kind)
            # Regions and units, whose names are anything, hold no settings of their own.
            if isinstance(keys, type) and issubclass(keys, Enum):
                for key in keys:
                    yield from _settings(values, f"{above}{name}.{key.value}.")
        else:
            yield f"{above}{name}", one


def _is_single(field: FieldInfo) -> bool:
    kind = field.annotation
    return kind in (int, str) or (isinstance(kind, type) and issubclass(kind, Enum))


@lru_cache(maxsize=200)
def _adapter(model: type[BaseModel], path: str) -> TypeAdapter[Any]:
    field = settings(model)[path]
    return TypeAdapter(field.rebuild_annotation())


# Mistakes, each with its place


def _mistake(at: Path, code: str, value: object, /, **params: object) -> InitErrorDetails:
    return InitErrorDetails(
        type=PydanticCustomError(code, code, params),
        loc=at,
        input=value,
    )


def raise_all(title: str, mistakes: Sequence[InitErrorDetails]) -> None:
    """Raises ValidationError with each mistake at its place; nothing where there is none."""
    if mistakes:
        raise ValidationError.from_exception_data(title, list(mistakes))


def _unknown(at: Path, path: str, known: Collection[str]) -> InitErrorDetails:
    close = get_close_matches(path, known, n=1, cutoff=0.5)
    return _mistake(at, "policy_unknown", path, path=path, close=close[0] if close else "")


def check_paths(
    model: type[BaseModel], at: Path, paths: Iterable[str]
) -> Iterator[InitErrorDetails]:
    """Sections or settings that there are not."""
    known = settings(model).keys() | model.model_fields.keys()
    for number, path in enumerate(paths):
        if path not in known:
            yield _unknown((*at, str(number)), path, known)


def check_bounds(
    model: type[BaseModel], variations: Mapping[str, Bounds], variable: Collection[str]
) -> Iterator[InitErrorDetails]:
    """What may not vary at all, and bounds that are none."""
    known = {
        path: field
        for path, field in settings(model).items()
        if any(f"{path}.".startswith(f"{one}.") for one in variable) and _is_single(field)
    }
    for path, bounds in variations.items():
        at: Path = ("variations", path)
        if path not in known:
            if path in settings(model):
                yield _mistake(at, "policy_standard_only", path, path=path)
            else:
                yield _unknown(at, path, known)
            continue
        ordered = bounds.min is not None or bounds.max is not None
        if ordered and (known[path].annotation is not int or bounds.values is not None):
            yield _mistake(at, "policy_bounds_kind", path)
        if bounds.min is not None and bounds.max is not None and bounds.min > bounds.max:
            yield _mistake(at, "policy_bounds_order", path, min=bounds.min, max=bounds.max)
        for number, value in enumerate(bounds.values or ()):
            yield from _unfit(model, path, value, (*at, "values", str(number)))


def _unfit(
    model: type[BaseModel], path: str, value: JsonValue, at: Path
) -> Iterator[InitErrorDetails]:
    try:
        _adapter(model, path).validate_json(to_json(value), strict=True)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            yield InitErrorDetails(
                type=PydanticCustomError(one["type"], one["msg"], one.get("ctx", {})),
                loc=(*at, *one["loc"]),
                input=value,
            )


def check_local(
    model: type[BaseModel],
    variations: Mapping[str, Bounds],
    regions: Mapping[str, Mapping[str, JsonValue]],
    units: Mapping[str, Mapping[str, JsonValue]],
) -> Iterator[InitErrorDetails]:
    """Places that there are not, and values that the standard does not let them have."""
    for region, tree in regions.items():
        if not is_region(region):
            yield _mistake(("regions", region), "policy_region", region, region=region)
        yield from _check_place(model, variations, ("regions", region), tree)
    for unit, tree in units.items():
        if unit != clean_unit(unit) or not unit:
            close = clean_unit(unit)
            yield _mistake(("units", unit), "policy_unit", unit, unit=unit, close=close)
        yield from _check_place(model, variations, ("units", unit), tree)


def clean_unit(path: str) -> str:
    """The path of a unit as the directory writes it."""
    return UNIT_SEPARATOR.join(part.strip() for part in path.split("/") if part.strip())


def _check_place(
    model: type[BaseModel],
    variations: Mapping[str, Bounds],
    at: Path,
    tree: Mapping[str, JsonValue],
) -> Iterator[InitErrorDetails]:
    known = settings(model)
    for inside, value in leaves(tree):
        if not inside:
            continue
        path, here = ".".join(inside), (*at, *inside)
        if path not in known:
            yield _unknown(here, path, known)
        elif path not in variations:
            yield _mistake(here, "policy_not_variable", path, path=path)
        elif problems := list(_unfit(model, path, value, here)):
            yield from problems
        elif not variations[path].admits(value):
            yield _out_of_bounds(here, path, value, variations[path])


def _out_of_bounds(at: Path, path: str, value: object, bounds: Bounds) -> InitErrorDetails:
    told = {"path": path, "value": str(value)}
    if bounds.values is not None:
        allowed = ", ".join(map(str, bounds.values))
        return _mistake(at, "policy_out_of_values", value, values=allowed, **told)
    if bounds.min is None:
        return _mistake(at, "policy_out_above", value, max=bounds.max, **told)
    if bounds.max is None:
        return _mistake(at, "policy_out_below", value, min=bounds.min, **told)
    return _mistake(at, "policy_out_of_bounds", value, min=bounds.min, max=bounds.max, **told)


# What holds for somebody


def effective(standard: D, region: str | None, unit_path: str | None) -> Effective[D]:
    """Standard, then country, then its part, then each unit from the top down: the last one wins.

    `unit_path` is as `Company / Support`. A place that the document does not name changes nothing.
    """
    tree = standard.model_dump(mode="json")
    places = {name: tree.get(name) or {} for name in LOCAL}
    built_in = dict(leaves(type(standard)().model_dump(mode="json")))
    sources: dict[Path, Source] = {}
    for path, value in leaves(tree):
        if path and path[0] not in LOCAL:
            same = path in built_in and built_in[path] == value
            sources[path] = Source(Came.BUILT_IN if same else Came.STANDARD)
    changed = False
    for source, local in _along(places, region, unit_path):
        for path, value in leaves(local):
            if path:
                _put(tree, path, value)
                sources[path] = source
                changed = True
    document = type(standard).model_validate_json(to_json(tree)) if changed else standard
    return Effective(document, sources)


def _along(
    places: Mapping[str, Mapping[str, Any]], region: str | None, unit_path: str | None
) -> Iterator[tuple[Source, Mapping[str, Any]]]:
    for code in regions_of(region):
        if code in places["regions"]:
            yield Source(Came.REGION, code), places["regions"][code]
    for path in units_of(unit_path):
        if path in places["units"]:
            yield Source(Came.UNIT, path), places["units"][path]


def regions_of(region: str | None) -> tuple[str, ...]:
    """A country, and the part of it, if it is one."""
    if not region:
        return ()
    country = region.partition("-")[0]
    return (country,) if country == region else (country, region)


def units_of(path: str | None) -> tuple[str, ...]:
    """The paths of a unit and of all that it is part of, from the top down."""
    parts = (path or "").split(UNIT_SEPARATOR) if path else []
    return tuple(UNIT_SEPARATOR.join(parts[: end + 1]) for end in range(len(parts)))


def _put(tree: dict[str, Any], path: Path, value: object) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value

"""Any read model, built from its type: every field of every class, in every combination.

What people wrote is Greek here, so that a Latin letter on a screen is a word of ours.
"""

from __future__ import annotations

import random
import re
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

from domain.announcements import (
    AnnouncementHead,
    AnnouncementNotice,
    AnnouncementPlan,
    AnnouncementScreen,
    AudienceCount,
)
from domain.audit import RecordedAct
from domain.checkins import Answered, CheckInOutcome, Conflict, TypedNotice
from domain.cycles import CycleHead, Phase
from domain.directory import Problem
from domain.goal_commands import TITLE_LIMIT
from domain.goal_corrections import GoalToCorrect, ReportedValue
from domain.goals import (
    COMPARED_FIELDS,
    Change,
    Direction,
    GoalCard,
    GoalContent,
    GoalState,
    Rhythm,
)
from domain.measures import Measure
from domain.people import Level, Member
from domain.policy import CheckIns, Policy, PolicyInForce, Retention
from domain.policy_local import Bounds
from domain.policy_text import Mistake
from domain.policy_versions import FieldChange, PolicyPage, Preview, compare
from domain.record_views import EntryShown
from domain.screens import ActShown, MorningNotice, OneNotice
from messages.announcement_words import LEFT_OUT
from messages.blocks import section
from messages.directory import PROBLEMS
from messages.elements import button
from messages.errors import WORDS
from messages.policy_mistakes import WORDS as MISTAKES
from messages.record import ACTS, OTHER_FIELDS, REASONS
from messages.safe import Safe
from messages.surfaces import Message

GREEK = ("λ", "βγ", "δεζη", "θικλμν", "ξοπρστυφ", "χψωαβγδεζη", "θικλμνξοπρστ")
START = datetime(2027, 3, 1, 9, tzinfo=UTC)
ZONES = ("Europe/Athens", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "UTC")
TYPED = ("7,1", "G-12 7.1", "1.234", "3 χ", "αβγ", "7.1.2027", "G-3 99999999999999999")
DEEP = 2
"""From here on lists are short, so that things do not grow without end."""
_ALIASED = {"Mapping": Mapping, "Sequence": Sequence}


def dice(seed: str) -> random.Random:
    """The same choices at every run."""
    return random.Random(seed)  # noqa: S311 - variety, no secrets


@cache
def hints_of(thing: Any) -> dict[str, Any]:
    # The alias `Json` names itself and others, which only its own module can follow.
    return get_type_hints(thing, localns={"Json": object, **_ALIASED})


def made(kind: Any, rng: random.Random, depth: int = 0) -> Any:
    """Some value of this type."""
    if isinstance(kind, types.GenericAlias | types.UnionType) or get_origin(kind) is not None:
        return _compound(kind, rng, depth)
    if kind in _SPECIAL:
        return _SPECIAL[kind](rng)
    if not isinstance(kind, type):
        raise TypeError(f"no idea how to make {kind}; say it in tests/messages/anything.py")
    if issubclass(kind, Enum):
        return rng.choice(list(kind))
    if is_dataclass(kind):
        return _made_dataclass(kind, rng, depth)
    if issubclass(kind, BaseModel):
        hints = hints_of(kind)
        return kind.model_construct(
            **{name: made(hints[name], rng, depth + 1) for name in kind.model_fields}
        )
    raise TypeError(f"no idea how to make {kind}; say it in tests/messages/anything.py")


def _made_dataclass(kind: Any, rng: random.Random, depth: int) -> Any:
    hints = hints_of(kind)
    own = _FIELDS.get(kind, {})
    values = {
        field.name: own[field.name](rng)
        if field.name in own
        else made(hints[field.name], rng, depth + 1)
        for field in fields(kind)
        if field.init
    }
    return kind(**values)


def _compound(kind: Any, rng: random.Random, depth: int) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return made(rng.choice(inner), rng, depth)
    if origin is Literal:
        return rng.choice(inner)
    if not isinstance(origin, type):  # Annotated
        return made(inner[0], rng, depth)
    if origin is dict:  # a block or an element: what it is like does not matter here
        return button(_name(rng), f"goal:{rng.getrandbits(32)}")
    several = range(rng.choice((0, 1, 2, 12) if depth < DEEP else (0, 0, 1)))
    if issubclass(origin, Mapping):
        return {made(inner[0], rng, depth): made(inner[1], rng, depth) for _ in several}
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(made(one, rng, depth) for one in inner)
    if issubclass(origin, Collection):
        items = [made(inner[0], rng, depth) for _ in several]
        return items if origin.__name__ in ("Sequence", "Iterable") else origin(items)
    return [made(inner[0], rng, depth) for _ in several]


def words(rng: random.Random) -> str:
    """What somebody wrote: mostly a few words, now and then a page."""
    return " ".join(rng.choices(GREEK, k=rng.choice((1, 1, 2, 3, 80))))


def _line(rng: random.Random) -> str:
    return words(rng)[:TITLE_LIMIT].strip()


def _name(rng: random.Random) -> str:
    return rng.choice(GREEK)


def _moment(rng: random.Random) -> datetime:
    return START + timedelta(hours=rng.choice((-9000, -700, -30, -1, 0, 5, 40, 200, 9000)))


def _day(rng: random.Random) -> date:
    return _moment(rng).date()


def _measure(rng: random.Random) -> Measure:
    value = rng.choice((0.0, 1.0, 5.0, 7.1, 1234567.5, -0.25))
    return Measure(value=value, text=str(value), measure_unit=rng.choice((None, "χ")))


def _change(rng: random.Random) -> Change:
    name = rng.choice([each for each in COMPARED_FIELDS if each != "aligned_to"])
    kind = hints_of(GoalContent)[name]
    return Change(name, made(kind, rng), made(kind, rng))


def _recorded(rng: random.Random) -> dict[str, str]:
    """Fields as the record holds them, by the names that use cases write."""
    known: dict[str, Callable[[], str]] = {
        **{name: lambda: words(rng) for name in (*COMPARED_FIELDS, *OTHER_FIELDS)},
        **{
            name: lambda: repr(_measure(rng).value)
            for name in ("target", "baseline", "threshold", "stretch", "value")
        },
        **{name: lambda: _day(rng).isoformat() for name in ("due_date", "start_date")},
        "direction": lambda: rng.choice(list(Direction)).value,
        "check_in_every": lambda: rng.choice(list(Rhythm)).value,
        "template": lambda: rng.choice(list(Level)).value,
        "permalink": lambda: "χ://δ",
    }
    return {name: known[name]() for name in rng.sample(sorted(known), 4)}


def _problem(rng: random.Random) -> Problem:
    code = rng.choice(sorted(PROBLEMS))
    line = rng.choice((None, 7))
    return Problem(line, rng.choice((None, "χ")) if line else None, code, parameters(rng))


PARAMETERS = sorted(
    {
        name
        for text in (*PROBLEMS.values(), *WORDS.values())
        for name in re.findall(r"%\((\w+)\)s", text)
    }
)


def parameters(rng: random.Random) -> dict[str, object]:
    """A value for everything that the words of a refusal may ask for."""
    return {name: _name(rng) for name in PARAMETERS}


def settled(rng: random.Random) -> Policy:
    """Rules without names of laws and countries, which are the same for every reader."""
    return Policy(
        check_ins=CheckIns(minutes_into_day=rng.choice((0, 1, 45))),
        retention=Retention(minimums=(), maximums=()),
        variations={"check_ins.minutes_into_day": Bounds(max=rng.choice((50, None)))},
        units={"χ / ψ": {"check_ins": {"minutes_into_day": rng.choice((1, 2, 30))}}},
    )


def _setting_changed(rng: random.Random) -> FieldChange:
    plain = Policy(retention=Retention(minimums=(), maximums=()))
    both = [settled(rng), plain]
    rng.shuffle(both)
    return rng.choice(compare(*both))


def _mistake(rng: random.Random) -> Mistake:
    given = {name: _name(rng) for name in MISTAKES_PARAMETERS}
    return Mistake(3, 5, rng.choice(((), ("χ", "ψ"))), rng.choice((*MISTAKES, "χ")), given)


MISTAKES_PARAMETERS = sorted(
    {name for text in MISTAKES.values() for name in re.findall(r"%\((\w+)\)s", text)} | {"close"}
)

_SPECIAL: Mapping[Any, Callable[[random.Random], Any]] = {
    timedelta: lambda rng: timedelta(minutes=rng.randrange(1, 90)),
    type(None): lambda _: None,
    str: words,
    object: words,
    bool: lambda rng: rng.random() < 0.5,
    int: lambda rng: rng.choice((0, 1, 2, 3, 7, 120)),
    float: lambda rng: rng.choice((-0.5, 0.0, 0.49, 0.996, 1.0, 1.7)),
    Decimal: lambda rng: Decimal(rng.randint(-50, 5000)) / 10,
    UUID: lambda rng: UUID(int=rng.getrandbits(128)),
    datetime: _moment,
    date: _day,
    time: lambda _: time(9),
    bytes: lambda rng: rng.randbytes(32),
    Safe: lambda rng: Safe(words(rng)),
    Measure: _measure,
    Change: _change,
    FieldChange: _setting_changed,
    Mistake: _mistake,
    Policy: settled,
    Problem: _problem,
    Message: lambda rng: Message(words(rng), [section(words(rng))]),
}


def _names(rng: random.Random) -> tuple[str, ...]:
    """Names of places, none of them twice."""
    return tuple(rng.sample(GREEK, rng.randint(0, 3)))


def _texts(rng: random.Random) -> dict[str, str]:
    """A text in the language written first, and perhaps in the other one."""
    return {language: words(rng) for language in rng.choice((("en",), ("en", "de")))}


def _counted(*names: str) -> Callable[[random.Random], dict[str, int]]:
    return lambda rng: {name: rng.choice((0, 1, 7)) for name in rng.sample(names, 2)}


def _phases(rng: random.Random) -> tuple[Phase, ...]:
    return tuple(made(Phase, rng) for _ in range(rng.randint(1, 3)))


_FIELDS: Mapping[type, Mapping[str, Callable[[random.Random], Any]]] = {
    Member: {
        "name": _name,
        "timezone": lambda rng: rng.choice(ZONES),
        "locale": lambda _: "el",
        "working_days": lambda _: frozenset({1, 2, 3, 4, 5}),
    },
    Phase: {"name": lambda rng: rng.choice((None, _name(rng)))},
    CycleHead: {"phases": _phases},
    AnnouncementScreen: {
        "phases": _phases,
        "regions": _names,
        "legal_entities": _names,
        "bargaining_units": _names,
    },
    AnnouncementHead: {"language": lambda _: "en"},
    # Several things, or it would be none of a morning.
    MorningNotice: {
        "parts": lambda rng: tuple(made(OneNotice, rng, 2) for _ in range(rng.randint(2, 4)))
    },
    AnnouncementPlan: {"texts": _texts},
    # A test is in the language of its text, so that is the reader's here.
    AnnouncementNotice: {
        "texts": lambda rng: {"el": words(rng), "de": words(rng)},
        "language": lambda _: "el",
        "corrected": lambda rng: rng.choice(({}, {"el": START}, {"de": START})),
    },
    AudienceCount: {
        "languages": _counted("en-GB", "de-AT", "fr", "el"),
        "left_out": _counted(*LEFT_OUT),
    },
    GoalCard: {
        # Most of what is said is said while two sides negotiate.
        "state": lambda rng: rng.choice((*[GoalState.PROPOSED] * 6, *GoalState)),
        "counters": lambda rng: rng.choice((0, 0, 1)),
    },
    # Without a value there is no button that opens the dialog.
    GoalToCorrect: {
        "values": lambda rng: tuple(made(ReportedValue, rng) for _ in range(rng.randint(1, 3)))
    },
    GoalContent: {"title": _line, "metric": _line, "aligned_to": lambda _: None},
    # At most eight goals, each of them saved or not.
    CheckInOutcome: {
        "answers": lambda rng: made(tuple[Answered, ...], rng)[:4],
        "conflicts": lambda rng: made(tuple[Conflict, ...], rng)[:4],
    },
    RecordedAct: {
        "object_version": lambda rng: rng.randint(1, 9),
        "action": lambda rng: rng.choice(list(ACTS)),
        "fields": _recorded,
        "reason": lambda rng: rng.choice((None, *REASONS)),
    },
    ActShown: {"before": _recorded},
    # Fields without words of their own are told as the record spells them.
    EntryShown: {
        "reason": lambda rng: rng.choice((None, *REASONS)),
        "fields": lambda rng: tuple(rng.sample(sorted(OTHER_FIELDS), 2)),
        "reference": lambda rng: rng.choice((None, _name(rng))),
    },
    PolicyPage: {
        "effective": lambda rng: PolicyInForce(1, settled(rng)).for_place("χ", "χ / ψ"),
    },
    Preview: {"people": _counted("check_ins.minutes_into_day", "templates.manager.rhythm")},
    TypedNotice: {
        "words": lambda rng: rng.choice(TYPED),
        "outcome": lambda rng: rng.choice(
            ("which_goal", "nothing_due", "check_in_taken_back", "unit_differs", "far_from_target")
        ),
    },
}

"""The phases of a cycle as lines of text: `Set goals: 2027-01-01 to 2027-01-31`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.cycles import MOST_PHASES, PhasePlan
from messages.cycle_words import ACTS
from messages.i18n import N_, languages, translator
from messages.inputs.base import Answer, Asked, InputError
from messages.inputs.text import LongText
from messages.reading import Reader

_LINE = re.compile(
    r"(?P<what>.+?)\s*:\s*(?P<starts>[\d.-]{8,10})"
    r"\s*(?:[-\u2013\u2014\u2026]|to|bis|\.\.+)\s*(?P<ends>[\d.-]{8,10})"
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def phases_text(phases: Sequence[PhasePlan], reader: Reader) -> str:
    """The lines as they can be typed."""
    return "\n".join(_line(phase, reader) for phase in phases)


def _line(phase: PhasePlan, reader: Reader) -> str:
    act = reader.gettext(ACTS[phase.act])
    what = f"{act}, {phase.name}" if phase.name else act
    return reader.write(
        N_("%(what)s: %(starts)s to %(ends)s"),
        what=what,
        starts=phase.starts.isoformat(),
        ends=phase.ends.isoformat(),
    )


@dataclass(frozen=True)
class Phases(LongText):
    """A line for each phase. The model gets a list of what stands in them."""

    def _initial(self, asked: Asked) -> str | None:
        if isinstance(asked.value, tuple):
            return phases_text(asked.value, asked.reader)
        return super()._initial(asked)

    def read(self, answer: Answer) -> Mapping[str, object]:
        lines = [line.strip() for line in (self.typed(answer.state) or "").splitlines()]
        if len([line for line in lines if line]) > MOST_PHASES:
            raise InputError("phases_too_many", {"most": MOST_PHASES})
        found = [_phase(number, line) for number, line in enumerate(lines, start=1) if line]
        return {self.name: found} if found else {}


def _phase(number: int, line: str) -> dict[str, object]:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise InputError("phase_line", {"line": number})
    act, name = _act(number, parts["what"])
    return {
        "act": act,
        "name": name,
        "starts": _day(number, parts["starts"]),
        "ends": _day(number, parts["ends"]),
    }


def _act(number: int, what: str) -> tuple[str, str | None]:
    """What the phase asks for, in any of our languages, and the name behind it."""
    for act, words in ACTS.items():
        for language in languages():
            known = translator(language).gettext(words)
            if what.casefold().startswith(known.casefold()):
                return act.value, what[len(known) :].strip(" ,-()") or None
    raise InputError("phase_unknown", {"line": number})


def _day(number: int, text: str) -> date:
    if iso := _ISO.fullmatch(text):
        year, month, day = map(int, iso.groups())
    elif dotted := _DOTTED.fullmatch(text):
        day, month, year = map(int, dotted.groups())
    else:
        raise InputError("phase_line", {"line": number})
    try:
        return date(year, month, day)
    except ValueError:
        raise InputError("phase_no_such_day", {"line": number, "text": text}) from None

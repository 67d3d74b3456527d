"""What delivery asks of those who find the words, and what it may get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from domain.notices import NoticeKind, Part, SubjectType

Block = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: at most 3,900 characters of text that say all of it, and its blocks."""

    text: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class HomeView:
    """App Home as Slack's view object."""

    view: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Pointless:
    """Nothing is to be sent any more; `reason` is a code of at most 80 characters."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: its reader is not at work, or it was for another day of theirs, and goes with what
    that day brings. `until` is business time."""

    until: datetime


@dataclass(frozen=True, slots=True)
class MessageWanted:
    """Which message is to be put into words, for whom, and where it will stand.

    `about` is the revision of the subject that gave rise to it (0: the kind follows the subject).
    `parts` are further things that the same message tells. `within_hours` is whether it may be
    sent only while its reader is at work; `morning` the one working day of theirs that it is for.
    """

    kind: NoticeKind
    subject_type: SubjectType
    subject: UUID
    about: int
    person_id: UUID | None
    channel: str | None
    business_now: datetime
    parts: tuple[Part, ...] = ()
    within_hours: bool = False
    morning: date | None = None


class Renderer(Protocol):
    """Reads what is true now and puts it into words.

    Raises domain.errors.Busy or sqlalchemy's OperationalError where the database does not answer;
    that is tried again later. Any other exception quarantines the one message it was asked for.
    """

    def message(self, wanted: MessageWanted) -> Rendered | Pointless | Later: ...

    def closing(self, *, person_id: UUID, business_now: datetime) -> Rendered | Pointless:
        """What stands in place of a message that its reader has, and that tells them nothing more:
        without anything of what it told, and without buttons."""
        ...

    def home(self, *, person_id: UUID, business_now: datetime) -> HomeView | Pointless: ...

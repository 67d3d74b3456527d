"""What delivery asks of those who find the words, and what it may get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.notices import NoticeKind, SubjectType

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
class MessageWanted:
    """Which message is to be put into words, for whom, and where it will stand.

    `about` is the revision of the subject that gave rise to it (0: the kind follows the subject).
    """

    kind: NoticeKind
    subject_type: SubjectType
    subject: UUID
    about: int
    person_id: UUID | None
    channel: str | None
    business_now: datetime


class Renderer(Protocol):
    """Reads what is true now and puts it into words.

    Raises domain.errors.Busy or sqlalchemy's OperationalError where the database does not answer;
    that is tried again later. Any other exception quarantines the one message it was asked for.
    """

    def message(self, wanted: MessageWanted) -> Rendered | Pointless: ...

    def home(self, *, person_id: UUID, business_now: datetime) -> HomeView | Pointless: ...

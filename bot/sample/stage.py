"""What all who carry out the sample's past share: who acts, and where messages stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from bot.sample.days import Colleague, Company
from bot.sample.slack import PastMessage, PastSlack, Permalink, direct_of
from bot.sample.story import Channel, in_channel
from domain.notices import NoticeKind
from domain.origin import Origin, Via
from storage import past_messages, people
from storage.history import History
from storage.past_messages import Placed, Untold

A_MOMENT = timedelta(seconds=2)
"""Between an act and the message about it."""


@dataclass
class Stage:
    """The store that history is entered into, the company, and the pretend Slack's past."""

    store: History
    company: Company
    channels: Mapping[str, Channel]
    permalink: Permalink
    slack: PastSlack = field(default_factory=PastSlack)
    placed: list[Placed] = field(default_factory=list)
    """Messages of ours that stand in Slack."""
    acted: dict[str, datetime] = field(default_factory=dict)
    """When everybody last did something."""
    _numbers: count[int] = field(default_factory=count)
    _people: dict[UUID, Colleague] = field(default_factory=dict)

    def by(self, handle: str, at: datetime) -> Origin:
        """As this person, at that moment; entered by whoever runs the command line."""
        self.acted[handle] = at
        return self._origin(Via.CLI, at, self.slack_user(handle))

    def clock(self, at: datetime) -> Origin:
        return self._origin(Via.CLOCK, at)

    def operator(self, at: datetime) -> Origin:
        return self._origin(Via.CLI, at)

    def _origin(self, via: Via, at: datetime, slack_user: str | None = None) -> Origin:
        return Origin(via, at, f"sample-{next(self._numbers)}", slack_user)

    def token(self) -> str:
        """A form's token, used once."""
        return f"sample-{next(self._numbers)}"

    def slack_user(self, handle: str) -> str:
        return self.company[handle].facts.slack_user or ""

    def says(
        self, handle: str, channel: str, at: datetime, words: str, thread: str | None = None
    ) -> str:
        """A person writes a message; returns its `ts`."""
        ts = self.slack.stamp(at)
        user = self.slack_user(handle)
        self.slack.messages.append(PastMessage(channel, ts, user, words, thread_ts=thread))
        return ts

    def place(self, notice: Untold, at: datetime | None = None) -> str:
        """Our message about `notice` stands in Slack since then; returns its `ts`."""
        ts = self.slack.stamp((at or notice.due_at) + A_MOMENT)
        placed = Placed(notice, notice.channel or self._direct(notice.person), ts)
        past_messages.place(self.store.connection, [placed], self.store.clock.machine())
        self.placed.append(placed)
        return ts

    def place_one(self, kind: NoticeKind, subject: UUID) -> str:
        """The one message of this kind about the subject that stands nowhere yet."""
        [notice] = past_messages.untold(self.store.connection, kind, subject)
        return self.place(notice)

    def members(self, channel: Channel) -> tuple[str, ...]:
        """Slack's ids of the people in a channel."""
        return tuple(
            one.facts.slack_user or ""
            for one in self.company.people.values()
            if in_channel(channel, one.handle, one.facts.unit)
        )

    def is_in(self, who: Colleague, channel_id: str) -> bool:
        return any(
            in_channel(channel, who.handle, who.facts.unit)
            for channel in self.channels.values()
            if channel.id == channel_id
        )

    def order(self, notice: Untold) -> tuple[datetime, str, str]:
        """Where a notice comes among others, the same for every load: ids are not."""
        return notice.due_at, notice.kind.value, notice.channel or self._direct(notice.person)

    def colleague(self, person: UUID | None) -> Colleague:
        """Raises LookupError for a message to a channel."""
        if person is None:
            raise LookupError("a message to a channel is to nobody alone")
        if person not in self._people:
            user = people.member(self.store.connection, person).slack_user
            self._people[person] = next(
                one for one in self.company.people.values() if one.facts.slack_user == user
            )
        return self._people[person]

    def _direct(self, person: UUID | None) -> str:
        return direct_of(self.colleague(person).facts.slack_user or "")

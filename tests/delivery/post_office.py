"""A scene with a pretend Slack: what is enqueued, a delivery sends there over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from slack_sdk import WebClient
from sqlalchemy import Engine

from sandbox.config import ChannelConfig, PersonConfig, SandboxConfig
from scheduler.checkpoints import Checkpoint, carry_on
from scheduler.delivery import Delivery
from scheduler.rendering import HomeView, Later, MessageWanted, Pointless, Rendered
from scheduler.right_of_way import RightOfWay
from scheduler.settings import DeliverySettings
from scheduler.slack import open_slack
from tests.delivery.scene import Scene
from tests.slack import SlackWorkspace

TOKEN = "xoxb-delivery"
PEOPLE = 60

WORKSPACE = SandboxConfig(
    bot_token=TOKEN,
    app_name="Accord",
    users=tuple(
        PersonConfig(id=f"U{number:04}", name=f"p{number}", real_name=f"Person {number}")
        for number in range(1, PEOPLE + 1)
    ),
    channels=(ChannelConfig(id="C1", name="general", members=("U0001", "U0BOT")),),
)

# The machine clock of a scene is moved by hand, so the defaults cost no time. The pretend Slack may
# be slow where many tests share few cores.
# It stands still while a message waits for its slot: what is paced has tests of its own.
SETTINGS = DeliverySettings(senders=4, posts_a_minute=0, http_timeout=timedelta(seconds=30))


class Words:
    """Says what stands in `truth` about the subject, and fails or declines as told."""

    def __init__(self) -> None:
        self.truth: dict[UUID, str] = {}
        self.poison: set[UUID] = set()
        self.pointless: set[UUID] = set()
        self.at_work_from: datetime | None = None
        """Business time from which on everybody is at work."""

    def message(self, wanted: MessageWanted) -> Rendered | Pointless | Later:
        subject = wanted.subject
        if wanted.within_hours and self.at_work_from and wanted.business_now < self.at_work_from:
            return Later(self.at_work_from)
        if subject in self.poison:
            raise ValueError("what Lena wrote in confidence")
        if subject in self.pointless:
            return Pointless("decided")
        text = self.truth.get(subject, f"about {subject}")
        section = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
        return Rendered(text, [section])

    def closing(self, *, person_id: UUID, business_now: datetime) -> Rendered | Pointless:
        del person_id, business_now
        section = {"type": "section", "text": {"type": "plain_text", "text": "closed"}}
        return Rendered("closed", [section])

    def home(self, *, person_id: UUID, business_now: datetime) -> HomeView | Pointless:
        del business_now
        block = {"type": "section", "text": {"type": "plain_text", "text": f"home of {person_id}"}}
        return HomeView({"type": "home", "blocks": [block]})


class PostOffice(Scene):
    """`pass_time` ages machine time and the workspace alike."""

    def __init__(self, engine: Engine, slack: SlackWorkspace) -> None:
        super().__init__(engine)
        self.slack = slack
        self.words = Words()
        self.wake = threading.Event()

    def client(
        self, http_timeout: timedelta = SETTINGS.http_timeout, base_url: str | None = None
    ) -> WebClient:
        own = f"{str(self.slack.http.base_url).rstrip('/')}/api/"
        return open_slack(TOKEN, base_url or own, http_timeout)

    def delivery(
        self,
        settings: DeliverySettings = SETTINGS,
        *,
        engine: Engine | None = None,
        base_url: str | None = None,
        way: RightOfWay | None = None,
        monotonic: Callable[[], float] | None = None,
        reached: Callable[[Checkpoint], None] = carry_on,
    ) -> Delivery:
        return Delivery(
            engine or self.engine,
            self.client(settings.http_timeout, base_url),
            self.words,
            self.clock,
            settings,
            wake=self.wake,
            way=way,
            monotonic=monotonic or self.monotonic,
            reached=reached,
        )

    def pass_time(self, seconds: float) -> None:
        self.wait(seconds)
        self.slack.wait(seconds)

    def deliver_to_the_end(self, delivery: Delivery, hours: int = 1) -> None:
        """Deliver, let time pass, deliver again: whatever is ever going to arrive has arrived."""
        delivery.deliver_until_idle()
        for seconds in (31, 91, 31, 91, 1000, 3600 * hours):
            self.pass_time(seconds)
            delivery.deliver_until_idle()

    def texts(self, user: str = "U0001") -> list[str]:
        """What the bot has written to the person, oldest first."""
        return [message.notification for message in self.slack.person(user).messages()]

    def calls(self, method: str = "chat.postMessage") -> list[dict[str, Any]]:
        return self.slack.log(method)

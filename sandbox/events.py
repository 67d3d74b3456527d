"""The Events API: what the bot subscribed to reaches it, with Slack's retries."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

from sandbox.api_users import shown_user
from sandbox.conversations import CHANNEL_TYPES, Conversation, Message
from sandbox.dialogs import view_object
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.rendering import message_object
from sandbox.workspace import Change, new_id

SUBSCRIPTIONS = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


class Events:
    """Turns changes of the workspace into events and delivers them in the background."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """First attempts go out one by one per conversation, so that they arrive in order."""
        self._makers: dict[str, Callable[[Change], Json]] = {
            "message": self._message,
            "changed": self._changed,
            "deleted": self._deleted,
            "joined": self._joined,
        }

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until everything under way has been delivered or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def on_change(self, change: Change) -> None:
        if change.what == "person" and change.user:
            self._person_changed(change.user, fresh=change.fresh)
            return
        maker = self._makers.get(change.what)
        about = change.conversation
        ephemeral = change.message is not None and change.message.only_for is not None
        if maker is None or about is None or ephemeral or not self._bot_is_in(about):
            return
        if change.what == "joined":
            self.send("member_joined_channel", maker(change))
            return
        kind = CHANNEL_TYPES[about.kind]
        self.send(f"message.{SUBSCRIPTIONS[kind]}", maker(change))
        self._mention(change, about)

    def _bot_is_in(self, conversation: Conversation) -> bool:
        return self._sandbox.config.bot_user_id in conversation.members

    def _mention(self, change: Change, about: Conversation) -> None:
        message = change.message
        bot = self._sandbox.config.bot_user_id
        if change.what != "message" or message is None or message.user == bot:
            return
        if f"<@{bot}" in message.text and about.kind in ("public", "private"):
            event = {**self._message(change), "type": "app_mention"}
            event.pop("channel_type")
            self.send("app_mention", event)

    def _message(self, change: Change) -> Json:
        message, about = change.message, change.conversation
        assert message is not None  # noqa: S101  a "message" change always has both
        assert about is not None  # noqa: S101  as above
        shown = message_object(message, self._sandbox.config, about)
        if message.files and not message.bot_id:
            shown["subtype"] = "file_share"
        author = None if message.bot_id else self._sandbox.workspace.people.get(message.user)
        if author is not None and author.team_id != self._sandbox.config.team_id:
            shown |= {"user_team": author.team_id, "source_team": author.team_id}
        return {
            **shown,
            "channel": about.id,
            "channel_type": CHANNEL_TYPES[about.kind],
            "event_ts": message.ts,
        }

    def _changed(self, change: Change) -> Json:
        return {**self._subtyped(change, "message_changed"), "message": self._shown(change.message)}

    def _deleted(self, change: Change) -> Json:
        message = change.message
        if message and message.subtype == "tombstone":
            return self._changed(change)
        deleted_ts = message.ts if message else ""
        return {**self._subtyped(change, "message_deleted"), "deleted_ts": deleted_ts}

    def _subtyped(self, change: Change, subtype: str) -> Json:
        about = change.conversation
        assert about is not None  # noqa: S101  message changes always name their conversation
        ts = self._sandbox.clock.next_ts()
        return {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "previous_message": self._shown(change.previous),
            "channel": about.id,
            "channel_type": CHANNEL_TYPES[about.kind],
            "ts": ts,
            "event_ts": ts,
        }

    def _shown(self, message: Message | None) -> Json | None:
        return message_object(message, self._sandbox.config) if message else None

    def _joined(self, change: Change) -> Json:
        about = change.conversation
        assert about is not None  # noqa: S101  as above
        return {
            "type": "member_joined_channel",
            "user": change.user,
            "channel": about.id,
            "channel_type": "C" if about.kind == "public" else "G",
            "team": self._sandbox.config.team_id,
            "event_ts": self._sandbox.clock.next_ts(),
        }

    def _person_changed(self, user_id: str, *, fresh: bool) -> None:
        person = self._sandbox.workspace.person(user_id)
        kind = "team_join" if fresh else "user_change"
        event = {
            "type": kind,
            "user": shown_user(self._sandbox, person, locale=True),
            "event_ts": self._sandbox.clock.next_ts(),
        }
        self.send(kind, event)

    def home_opened(self, user_id: str, tab: str) -> None:
        view = self._sandbox.dialogs.homes.get(user_id)
        event: Json = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": self._sandbox.workspace.bot_direct(user_id).id,
            "tab": tab,
            "event_ts": self._sandbox.clock.next_ts(),
        }
        if tab == "home" and view:
            event["view"] = view_object(view, self._sandbox.config)
        self.send("app_home_opened", event)

    def uninstalled(self) -> None:
        """The app is removed: its token is revoked, and it hears so."""
        self._sandbox.token_revoked = True
        tokens = {"oauth": [], "bot": [self._sandbox.config.bot_user_id]}
        self.send("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})
        self.send("app_uninstalled", {"type": "app_uninstalled"})

    def send(self, subscription: str, event: Json) -> None:
        """Deliver in the background, if the app subscribed to it."""
        if subscription not in self._sandbox.manifest.bot_events:
            return
        config = self._sandbox.config
        payload: Json = {
            "token": config.verification_token,
            "team_id": config.team_id,
            "api_app_id": config.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(self._sandbox.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": config.enterprise_id,
                    "team_id": config.team_id,
                    "user_id": config.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": new_id("EC"),
        }
        task = asyncio.get_running_loop().create_task(self._deliver(subscription, payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, subscription: str, payload: Json) -> None:
        async with self._turns[str(payload["event"].get("channel"))]:
            failure = await self._attempt(subscription, payload, {})
        for attempt, delay in enumerate(self._sandbox.config.event_retry_delays, start=1):
            if failure is None:
                return
            await asyncio.sleep(delay)
            headers = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": failure}
            failure = await self._attempt(subscription, payload, headers)

    async def _attempt(
        self, subscription: str, payload: Json, headers: dict[str, str]
    ) -> str | None:
        """Why it failed, in the words of x-slack-retry-reason; None once nothing is left to do."""
        if self._sandbox.faults.strike("event", "lose"):
            return None
        answer = await self._sandbox.bot.deliver(
            "events_api", subscription, payload, headers=headers
        )
        if answer.ok or answer.no_retry:
            return None
        reasons = {"timeout": "http_timeout", "connection": "connection_failed", None: "http_error"}
        return reasons[answer.failure]

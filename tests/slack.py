"""People in the pretend Slack, as a test speaks of them.

``slack.person("Lena").command("/goal new")``, then ``lena.dialog.fill(Title="…").submit()``.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from tests.slack_text import Json, blocks_text, plain

POLL = 0.02


class Refused(AssertionError):
    """Slack's client does not let a person do this; the message says why."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class SlackWorkspace:
    """The workspace at ``base_url``, with everything that a test may steer."""

    def __init__(self, base_url: str) -> None:
        # Over plain HTTP only: the machine's certificates would be read for nothing.
        trusting_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.http = httpx.Client(
            base_url=base_url, timeout=30, trust_env=False, verify=trusting_nobody
        )
        self.names: dict[str, str] = {}

    def close(self) -> None:
        self.http.close()

    def ask(self, method: str, path: str, /, **content: Any) -> Json:
        """One request to the sandbox; raises Refused with the words of a refusal."""
        if method == "GET":
            got = self.http.get(path, params=content)
        else:
            got = self.http.request(method, path, json=content)
        answer: Json = got.json()
        if got.is_error:
            raise Refused(got.status_code, str(answer.get("error")))
        return answer

    def steer(self, path: str, /, **content: Any) -> Json:
        return self.ask("POST", f"/sandbox/{path}", **content)

    def person(self, name: str) -> Person:
        """By id, handle, or shown or real name."""
        people = self.ask("GET", "/sandbox/people")["people"]
        self.names = {each["id"]: each["display_name"] for each in people}
        for each in people:
            if name in (each["id"], each["name"], each["display_name"], each["real_name"]):
                return Person(self, each["id"], each["real_name"])
        message = f"nobody is called {name}"
        raise LookupError(message)

    def fault(self, kind: str, **rule: Any) -> None:
        """From now on: ``fault("drop_after", method="chat.postMessage", times=1)``."""
        self.steer("faults", kind=kind, **rule)

    def clear_faults(self) -> None:
        self.steer("faults/clear")

    def log(self, method: str | None = None, after: int = 0) -> list[Json]:
        """What happened between Slack and the bot, oldest first."""
        wanted = {"after": after} | ({"method": method} if method else {})
        log: list[Json] = self.ask("GET", "/sandbox/log", **wanted)["log"]
        return log

    def wait(self, seconds: float) -> None:
        """Let trigger ids and response URLs grow older, without waiting."""
        self.steer("clock", forward=seconds)

    def settle(self) -> None:
        """Return once the bot has every event that is under way."""
        self.steer("settle")

    def raw(self, body: str, **how: Any) -> Json:
        """Send the bot exactly these bytes; see ``/sandbox/raw`` for ``how``."""
        return self.steer("raw", body=body, **how)


class Reaction:
    """What a person saw of something they did."""

    def __init__(self, person: Person, content: Json) -> None:
        self.content = content
        message = content.get("message")
        self.message = Message(person, message) if message else None
        self.error: str | None = content.get("error")
        """Slack's own error, such as a command that timed out."""
        self.status: int | None = content.get("status")
        self.seconds: float = content.get("seconds") or 0.0

    @property
    def text(self) -> str:
        """Everything readable in the answer; Slack's own error counts too."""
        return self.error or (self.message.text if self.message else "")


class _Surface:
    """Something with blocks on which a person can press and choose."""

    def __init__(self, person: Person, blocks: list[Json], place: Json) -> None:
        self.person = person
        self.blocks = blocks
        self._place = place

    @property
    def text(self) -> str:
        return blocks_text(self.blocks, self.person.slack.names)

    def _pressable(self) -> Iterator[tuple[str, Json, str | None]]:
        """(visible text, ids, value) of every button and menu entry."""
        for block in self.blocks:
            inside = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
            for element in [each for each in inside if isinstance(each, dict)]:
                if "action_id" not in element:
                    continue
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                if element["type"] == "button":
                    yield element["text"]["text"], ids, None
                for option in element.get("options", []):
                    yield option["text"]["text"], ids, option["value"]

    @property
    def buttons(self) -> list[str]:
        """The visible texts of all buttons and menu entries."""
        return [text for text, _, _ in self._pressable()]

    def press(self, text: str, *, confirmed: bool = True, **extra: Any) -> Reaction:
        """Press the button or choose the entry with this text."""
        for shown, ids, value in self._pressable():
            if shown == text:
                chosen = {} if value is None else {"value": value}
                return self._act(**ids, **chosen, confirmed=confirmed, **extra)
        message = f"no {text!r} here; there is: {self.buttons}"
        raise LookupError(message)

    def _act(self, **content: Any) -> Reaction:
        return self.person.act("press", **self._place, **content)


class Message(_Surface):
    """A message as one person sees it."""

    def __init__(self, person: Person, content: Json) -> None:
        place = {"channel": content["channel"], "ts": content["ts"]}
        super().__init__(person, content.get("blocks", []), place)
        self.content = content
        self.channel: str = content["channel"]
        self.ts: str = content["ts"]
        self.notification: str = plain(content["text"], person.slack.names)
        """The top-level text, as a notification or a screen reader tells it."""
        self.ephemeral: bool = content["only_visible_to_you"]

    @property
    def text(self) -> str:
        """Everything readable; the blocks if there are any, else the top-level text."""
        return super().text if self.blocks else self.notification

    @property
    def replies(self) -> list[Message]:
        return self.person.messages(self.channel, thread_ts=self.ts)[1:]

    def again(self) -> Message:
        """The same message as it stands now."""
        found = [m for m in self.person.messages(self.channel) if m.ts == self.ts]
        if not found:
            found = [m for m in self.replies if m.ts == self.ts]
        return found[0]

    def press(self, text: str, *, confirmed: bool = True, **extra: Any) -> Reaction:
        """As on any surface; a message that changes in that moment is looked at again, once."""
        try:
            return super().press(text, confirmed=confirmed, **extra)
        except Refused as refused:
            now = self.again()
            if "no such element" not in refused.words or text not in now.buttons:
                raise
            return super(Message, now).press(text, confirmed=confirmed, **extra)

    def choose(self, block_id: str, action_id: str, value: Any) -> Reaction:
        return self._act(block_id=block_id, action_id=action_id, value=value)

    def shortcut(self, callback_id: str) -> Reaction:
        return self.person.act("message_shortcut", callback_id=callback_id, **self._place)


class Dialog(_Surface):
    """The dialog that a person has before them. Reads itself anew at every use."""

    path = "dialog"

    def __init__(self, person: Person) -> None:
        super().__init__(person, [], {"view": self.path})

    def _now(self) -> Json:
        shown: Json = self.person.read(self.path)
        if shown["view"] is None:
            message = f"{self.person.name} has no {self.path} open"
            raise LookupError(message)
        self.blocks = shown["view"]["blocks"]
        return shown

    def _pressable(self) -> Iterator[tuple[str, Json, str | None]]:
        self._now()
        return super()._pressable()

    @property
    def view(self) -> Json:
        view: Json = self._now()["view"]
        return view

    @property
    def title(self) -> str:
        return str(self.view["title"]["text"])

    @property
    def depth(self) -> int:
        return int(self._now()["depth"])

    @property
    def labels(self) -> list[str]:
        """The labels of all inputs, in order."""
        return [b["label"]["text"] for b in self.view["blocks"] if b["type"] == "input"]

    @property
    def text(self) -> str:
        shown = self._now()
        notes = [shown["banner"] or "", *shown["errors"].values()]
        body = blocks_text(self.blocks, self.person.slack.names)
        return "\n".join(each for each in (*notes, body) if each)

    @property
    def banner(self) -> str | None:
        """Slack's own error above the dialog."""
        banner: str | None = self._now()["banner"]
        return banner

    @property
    def errors(self) -> dict[str, str]:
        """Error texts by the label they stand at."""
        shown = self._now()
        labels = {b["block_id"]: b["label"]["text"] for b in self.blocks if b["type"] == "input"}
        return {labels.get(block, block): text for block, text in shown["errors"].items()}

    def _input(self, label: str) -> Json:
        wanted = label.casefold()
        inputs = [block for block in self.view["blocks"] if block["type"] == "input"]
        for matches in (str.__eq__, str.startswith, str.__contains__):
            found: list[Json] = [
                block for block in inputs if matches(block["label"]["text"].casefold(), wanted)
            ]
            if found:
                return found[0]
        message = f"no input {label!r}; there is: {self.labels}"
        raise LookupError(message)

    def value(self, label: str) -> Any:
        """What stands in the field: text, a date, ids, or the visible text of what is chosen."""
        block = self._input(label)
        values = self.view["state"]["values"]
        state = values[block["block_id"]][block["element"]["action_id"]]
        content = next(value for key, value in state.items() if key != "type")
        if isinstance(content, list):
            return [_visible(each) for each in content]
        return _visible(content)

    def fill(self, values: dict[str, Any] | None = None, /, **more: Any) -> Dialog:
        """Type and choose by visible label; choices by visible text; None empties a field."""
        for label, value in {**(values or {}), **more}.items():
            self.person.act(f"{self.path}/state", label=label, value=value)
        return self

    def enter(self, label: str, value: str) -> Reaction:
        """Type into a field and press Enter in it."""
        return self.person.act(f"{self.path}/state", label=label, value=value, enter=True)

    def suggestions(self, label: str, query: str) -> list[str]:
        """What an external select offers after typing ``query``."""
        block = self._input(label)
        ids = {"block_id": block["block_id"], "action_id": block["element"]["action_id"]}
        path = f"/sandbox/as/{self.person.id}/suggestions"
        answer = self.person.slack.ask("POST", path, view=self.path, query=query, **ids)
        return [option["text"]["text"] for option in answer["options"]]

    def submit(self, **extra: Any) -> Reaction:
        return self.person.act("dialog/submit", **extra)

    def close(self, *, everything: bool = False) -> Reaction:
        return self.person.act("dialog/close", everything=everything)


class Home(Dialog):
    """The app's Home tab."""

    path = "home"


def _visible(content: Any) -> Any:
    return content["text"]["text"] if isinstance(content, dict) and "text" in content else content


class Person:
    """Somebody in the workspace."""

    def __init__(self, slack: SlackWorkspace, user_id: str, name: str) -> None:
        self.slack = slack
        self.id = user_id
        self.name = name

    def act(self, path: str, **content: Any) -> Reaction:
        return Reaction(self, self.slack.ask("POST", f"/sandbox/as/{self.id}/{path}", **content))

    def read(self, path: str, **content: Any) -> Json:
        return self.slack.ask("GET", f"/sandbox/as/{self.id}/{path}", **content)

    def command(self, text: str, channel: str | None = None, **extra: Any) -> Reaction:
        """Type a slash command, in the app's conversation unless a channel is named."""
        return self.act("command", text=text, channel=channel, **extra)

    def say(self, text: str, channel: str | None = None, **extra: Any) -> Message:
        """Write a message; to the app unless a channel is named. ``@name`` mentions."""
        path = f"/sandbox/as/{self.id}/say"
        return Message(self, self.slack.ask("POST", path, text=text, channel=channel, **extra))

    def edit(self, message: Message, text: str) -> None:
        self.act("edit", channel=message.channel, ts=message.ts, text=text)

    def delete(self, message: Message) -> None:
        self.act("delete", channel=message.channel, ts=message.ts)

    def shortcut(self, callback_id: str, **extra: Any) -> Reaction:
        return self.act("shortcut", callback_id=callback_id, **extra)

    def messages(self, channel: str | None = None, thread_ts: str | None = None) -> list[Message]:
        """Oldest first, ephemeral ones included; with the app unless a channel is named."""
        wanted = {"channel": channel, "thread_ts": thread_ts}
        given = {key: value for key, value in wanted.items() if value}
        found = self.read("messages", **given)["messages"]
        return [Message(self, each) for each in found]

    def last_message(self, channel: str | None = None) -> Message:
        found = self.messages(channel)
        if not found:
            message = f"{self.name} has no messages"
            raise LookupError(message)
        return found[-1]

    @property
    def dialog(self) -> Dialog:
        return Dialog(self)

    @property
    def has_dialog(self) -> bool:
        return self.read("dialog")["view"] is not None

    def home(self) -> Home:
        """Open the app's Home and wait until the bot has had its say."""
        self.act("open_home")
        self.slack.settle()
        return Home(self)

    def upload(self, name: str, content: bytes) -> str:
        """Upload a file to choose or to say with; returns its id."""
        path = f"/sandbox/as/{self.id}/upload"
        got = self.slack.http.post(path, params={"filename": name}, content=content)
        return str(got.json()["id"])

    def wait_for(
        self,
        wanted: str | Callable[[Message], bool],
        channel: str | None = None,
        timeout: float = 20.0,
        offering: str | None = None,
    ) -> Message:
        """The newest message that contains the text or fulfils the condition, once it is there.

        `offering` names a button that it has too: an older message may be changed to say the same
        before the one comes that asks for something, and one that was pressed in before the outbox
        knew of it says what came of it, and gets its buttons back a moment later.
        """

        def fits(message: Message) -> bool:
            if offering is not None and offering not in message.buttons:
                return False
            if callable(wanted):
                return wanted(message)
            return wanted in message.text or wanted in message.notification

        deadline = time.monotonic() + timeout
        while True:
            seen = self.messages(channel)
            for message in reversed(seen):
                if fits(message):
                    return message
            if time.monotonic() > deadline:
                said = "\n---\n".join(message.text for message in seen) or "nothing"
                message_text = f"{self.name} waited for {wanted!r} but sees:\n{said}"
                raise AssertionError(message_text)
            time.sleep(POLL)

    def sees(self, text: str, channel: str | None = None) -> bool:
        """Whether the text stands in a message now."""
        return any(text in m.text or text in m.notification for m in self.messages(channel))

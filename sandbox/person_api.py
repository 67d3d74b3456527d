"""``/sandbox/as/{user}/…``: acting as a person, for the page and for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import acting, interactions
from sandbox.conversations import Conversation, Message
from sandbox.dialogs import View
from sandbox.errors import ClientRefusalError
from sandbox.events import Events
from sandbox.files import file_object, mimetype
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.people import Person
from sandbox.person_view import (
    shown_conversations,
    shown_dialog,
    shown_message,
    shown_messages,
    shown_notifications,
    shown_outcome,
    shown_threads,
    shown_view,
)
from sandbox.slack_commands import OWN
from sandbox.typing_in import with_mentions
from sandbox.workspace import new_id

Act: TypeAlias = Callable[[Person, Json], Awaitable[object]]


class PersonApi:
    """One method per thing a person can do. ``force`` lifts what Slack's client would prevent."""

    def __init__(self, sandbox: Sandbox, events: Events) -> None:
        self._sandbox = sandbox
        self._events = events

    def routes(self) -> list[Route]:
        acts: dict[str, Act] = {
            "command": self.command,
            "press": self.press,
            "dialog/state": self.fill_dialog,
            "home/state": self.fill_home,
            "dialog/submit": self.submit,
            "dialog/close": self.close,
            "suggestions": self.suggestions,
            "say": self.say,
            "edit": self.edit,
            "delete": self.delete,
            "shortcut": self.shortcut,
            "message_shortcut": self.message_shortcut,
            "open_home": self.open_home,
            "open_direct": self.open_direct,
            "mark_read": self.mark_read,
            "join": self.join,
            "create_channel": self.create_channel,
        }
        reads: dict[str, Act] = {
            "conversations": self.conversations,
            "messages": self.messages,
            "dialog": self.dialog,
            "home": self.home,
            "threads": self.threads,
            "notifications": self.notifications,
        }
        base = "/sandbox/as/{user}/"
        return [
            *(
                Route(base + path, self._endpoint(act), methods=["POST"])
                for path, act in acts.items()
            ),
            *(Route(base + path, self._endpoint(read)) for path, read in reads.items()),
            Route(base + "upload", self.upload, methods=["POST"]),
            Route(base + "file/{file}", self.download),
        ]

    def _person(self, user: str, *, force: bool) -> Person:
        person = self._sandbox.workspace.people.get(user)
        if person is None:
            raise ClientRefusalError("nobody has this id", 404)
        if person.profile.deleted and not force:
            raise ClientRefusalError("this account is deactivated", 403)
        return person

    def _endpoint(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.method == "POST":
                body = await request.body()
                given: Json = await request.json() if body else {}
            else:
                given = dict(request.query_params)
            person = self._person(request.path_params["user"], force=bool(given.get("force")))
            return JSONResponse(await act(person, given))

        return endpoint

    # finding

    def _conversation(self, person: Person, given: Json) -> Conversation:
        """The one named, else the person's direct message with the app."""
        wanted = given.get("channel")
        if not wanted:
            return self._sandbox.workspace.bot_direct(person.id)
        return acting.visible_conversation(self._sandbox, person, wanted)

    def _message(self, person: Person, given: Json) -> Message:
        return acting.visible_message(self._sandbox, person, given["channel"], given["ts"])

    def _own_message(self, person: Person, given: Json) -> Message:
        message = self._message(person, given)
        if message.user != person.id and not given.get("force"):
            raise ClientRefusalError("this is somebody else's message", 403)
        return message

    def _place(self, person: Person, given: Json) -> View | Message:
        where = given.get("view")
        if where == "home":
            return acting.own_home(self._sandbox, person)
        if where == "dialog":
            return acting.top_dialog(self._sandbox, person)
        return self._message(person, given)

    def _insider(self, person: Person, given: Json) -> None:
        if person.team_id != self._sandbox.config.team_id and not given.get("force"):
            raise ClientRefusalError("apps of another workspace cannot be called", 403)

    # acting

    async def command(self, person: Person, given: Json) -> object:
        self._insider(person, given)
        if given.get("thread_ts"):
            name = given["text"].split(" ")[0]
            message = f"{name} is not supported in threads. Sorry!"
            raise ClientRefusalError(message)
        conversation = self._conversation(person, given)
        name, _, words = given["text"].strip().partition(" ")
        if name in OWN:
            OWN[name][2](self._sandbox, person, conversation, words)
            return shown_outcome(self._sandbox, person, None)
        outcome = await interactions.run_command(
            self._sandbox, person, conversation, given["text"], given.get("forge")
        )
        return shown_outcome(self._sandbox, person, outcome)

    async def press(self, person: Person, given: Json) -> object:
        place = self._place(person, given)
        ids = (given["block_id"], given["action_id"])
        outcome = await acting.press(self._sandbox, person, place, ids, given)
        return shown_outcome(self._sandbox, person, outcome)

    async def fill_dialog(self, person: Person, given: Json) -> object:
        return await self._fill(person, acting.top_dialog(self._sandbox, person), given)

    async def fill_home(self, person: Person, given: Json) -> object:
        return await self._fill(person, acting.own_home(self._sandbox, person), given)

    async def _fill(self, person: Person, view: View, given: Json) -> object:
        """One field, by ``label`` or by ``block_id`` and ``action_id``."""
        if "label" in given:
            ids = acting.field_labelled(view, given["label"])
        else:
            ids = (given["block_id"], given["action_id"])
        outcome = await acting.fill(
            self._sandbox, person, view, ids, given.get("value"), enter=bool(given.get("enter"))
        )
        return shown_outcome(self._sandbox, person, outcome)

    async def submit(self, person: Person, given: Json) -> object:
        view = acting.top_dialog(self._sandbox, person)
        outcome = await interactions.submit(self._sandbox, person, view, given.get("forge"))
        return shown_outcome(self._sandbox, person, outcome)

    async def close(self, person: Person, given: Json) -> object:
        view = acting.top_dialog(self._sandbox, person)
        everything = bool(given.get("everything"))
        outcome = await interactions.close(self._sandbox, person, view, everything=everything)
        return shown_outcome(self._sandbox, person, outcome)

    async def suggestions(self, person: Person, given: Json) -> object:
        place = self._place(person, {"view": "dialog", **given})
        ids = (given["block_id"], given["action_id"])
        query = given.get("query", "")
        return {"options": await interactions.suggestions(self._sandbox, person, place, ids, query)}

    async def say(self, person: Person, given: Json) -> object:
        conversation = self._conversation(person, given)
        if person.id not in conversation.members:
            raise ClientRefusalError("join the channel first", 403)
        if conversation.is_archived:
            raise ClientRefusalError("the channel is archived", 403)
        text = with_mentions(self._sandbox.workspace, given.get("text", ""), labelled=False)
        files = [self._sandbox.files.get(each) for each in given.get("files", [])]
        if not text.strip() and not files:
            raise ClientRefusalError("there is nothing to send")
        for file in files:
            file.channels.append(conversation.id)
        message = self._sandbox.workspace.post(
            Message(
                channel=conversation.id,
                ts=self._sandbox.clock.next_ts(),
                user=person.id,
                text=text,
                thread_ts=given.get("thread_ts"),
                files=[file_object(file, self._sandbox.base_url) for file in files],
                client_msg_id=new_id(""),
            )
        )
        return shown_message(self._sandbox, person, message)

    async def edit(self, person: Person, given: Json) -> object:
        message = self._own_message(person, given)
        text = with_mentions(self._sandbox.workspace, given["text"], labelled=False)
        self._sandbox.workspace.edit(message, text, [], by=person.id)
        return shown_message(self._sandbox, person, message)

    async def delete(self, person: Person, given: Json) -> object:
        conversation = acting.visible_conversation(self._sandbox, person, given["channel"])
        hidden = conversation.ephemerals.get(given["ts"])
        if hidden and hidden.only_for == person.id:  # "Dismiss message"
            self._sandbox.workspace.delete(hidden)
        else:
            self._sandbox.workspace.delete(self._own_message(person, given))
        return {}

    async def shortcut(self, person: Person, given: Json) -> object:
        self._insider(person, given)
        outcome = await interactions.global_shortcut(
            self._sandbox, person, given["callback_id"], given.get("forge")
        )
        return shown_outcome(self._sandbox, person, outcome)

    async def message_shortcut(self, person: Person, given: Json) -> object:
        self._insider(person, given)
        message = self._message(person, given)
        outcome = await interactions.message_shortcut(
            self._sandbox, person, given["callback_id"], message, given.get("forge")
        )
        return shown_outcome(self._sandbox, person, outcome)

    async def open_home(self, person: Person, given: Json) -> object:
        """Look at the app; the Home appears once the bot has published it."""
        self._events.home_opened(person.id, given.get("tab", "home"))
        return {}

    async def open_direct(self, person: Person, given: Json) -> object:
        others = [self._sandbox.workspace.person(each).id for each in given["users"]]
        return {"channel": self._sandbox.workspace.direct(person.id, *others).id}

    async def mark_read(self, person: Person, given: Json) -> object:
        """Up to ``ts``; of the thread alone if ``thread_ts`` names one."""
        conversation = self._conversation(person, given)
        latest = given.get("ts") or next(reversed(conversation.messages), "")
        thread_ts = given.get("thread_ts")
        self._sandbox.workspace.mark_read(conversation, person.id, latest, thread_ts)
        return {}

    async def join(self, person: Person, given: Json) -> object:
        conversation = self._conversation(person, given)
        self._sandbox.workspace.add_member(conversation, person.id)
        return {}

    async def create_channel(self, person: Person, given: Json) -> object:
        if person.is_guest or person.team_id != self._sandbox.config.team_id:
            raise ClientRefusalError("only members of this workspace can create channels", 403)
        made = self._sandbox.workspace.create_channel(
            given["name"], person.id, is_private=bool(given.get("is_private"))
        )
        return {"channel": made.id}

    # reading

    async def conversations(self, person: Person, _given: Json) -> object:
        return {"conversations": shown_conversations(self._sandbox, person)}

    async def messages(self, person: Person, given: Json) -> object:
        """The newest ``limit`` of them if that is given; ``earlier`` is how many came before."""
        conversation = self._conversation(person, given)
        shown = shown_messages(self._sandbox, person, conversation, given.get("thread_ts"))
        earlier = max(0, len(shown) - int(given["limit"])) if given.get("limit") else 0
        return {"channel": conversation.id, "messages": shown[earlier:], "earlier": earlier}

    async def dialog(self, person: Person, _given: Json) -> object:
        return shown_dialog(self._sandbox, person)

    async def home(self, person: Person, _given: Json) -> object:
        return shown_view(self._sandbox, self._sandbox.dialogs.homes.get(person.id))

    async def threads(self, person: Person, _given: Json) -> object:
        return {"threads": shown_threads(self._sandbox, person)}

    async def notifications(self, person: Person, _given: Json) -> object:
        return {"notifications": shown_notifications(self._sandbox, person)}

    # files

    async def upload(self, request: Request) -> Response:
        """The body is the file; its name comes as ``filename``."""
        person = self._person(request.path_params["user"], force=False)
        name = request.query_params.get("filename", "file")
        file = self._sandbox.files.uploaded(name, await request.body(), person.id)
        return JSONResponse(file_object(file, self._sandbox.base_url))

    async def download(self, request: Request) -> Response:
        person = self._person(request.path_params["user"], force=False)
        file = self._sandbox.files.get(request.path_params["file"])
        conversations = self._sandbox.workspace.conversations
        shared = [conversations[each] for each in file.channels]
        if person.id != file.owner and not any(
            acting.can_see(self._sandbox, person, each) for each in shared
        ):
            raise ClientRefusalError("this file is not shared with you", 403)
        return Response(file.content or b"", media_type=mimetype(file.name))

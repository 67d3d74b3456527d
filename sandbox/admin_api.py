"""``/sandbox/…``: steering the workspace from outside, and watching it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.config import PersonConfig
from sandbox.errors import ClientRefusalError
from sandbox.events import Events
from sandbox.faults import Fault
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.manifest import manifest_problems
from sandbox.passing import Passing
from sandbox.past import Past, take_past
from sandbox.person_view import shown_people
from sandbox.raw_requests import send_raw
from sandbox.slack_commands import OWN

Steer: TypeAlias = Callable[[Json], Awaitable[object]]


class AdminApi:
    """Settings, faults, people, time, and the journal."""

    def __init__(
        self, sandbox: Sandbox, events: Events, passing: Passing, forget: Callable[[], None]
    ) -> None:
        self._sandbox = sandbox
        self._events = events
        self._passing = passing
        self._forget = forget

    def routes(self) -> list[Route]:
        posts: dict[str, Steer] = {
            "request_url": self.request_url,
            "clock_url": self.clock_url,
            "manifest": self.manifest,
            "faults": self.add_fault,
            "faults/clear": self.clear_faults,
            "clock": self.clock,
            "rate_limits": self.rate_limits,
            "people": self.change_person,
            "members": self.members,
            "uninstall": self.uninstall,
            "install": self.install,
            "sockets/refresh": self.refresh_sockets,
            "settle": self.settle,
            "advance": self.advance,
            "advance/stop": self.stop_advancing,
            "raw": self.raw,
            "reset": self.reset,
            "past": self.past,
        }
        gets: dict[str, Steer] = {
            "faults": self.list_faults,
            "log": self.log,
            "people": self.people,
            "workspace": self.workspace,
            "time": self.time,
        }
        return [
            *(Route(f"/sandbox/{p}", _endpoint(s), methods=["POST"]) for p, s in posts.items()),
            *(Route(f"/sandbox/{p}", _endpoint(s)) for p, s in gets.items()),
        ]

    async def request_url(self, given: Json) -> object:
        """Where the bot listens; like Slack, it is asked for a challenge if ``verify`` is set."""
        self._sandbox.bot.request_url = given["url"]
        if given.get("verify"):
            challenge = "sandbox-challenge"
            payload = {
                "type": "url_verification",
                "token": self._sandbox.config.verification_token,
                "challenge": challenge,
            }
            answer = await self._sandbox.bot.deliver("events_api", "url_verification", payload)
            return {"verified": answer.ok and challenge in answer.body.decode(errors="replace")}
        return {}

    async def clock_url(self, given: Json) -> object:
        """Where the page's clock is kept from now on; None takes it away."""
        self._sandbox.clock_url = given["url"]
        return {}

    async def manifest(self, given: Json) -> object:
        if problems := manifest_problems(given):
            raise ClientRefusalError("; ".join(problems))
        self._sandbox.use_manifest(given)
        return {}

    async def add_fault(self, given: Json) -> object:
        self._sandbox.faults.add(Fault.model_validate(given))
        return {}

    async def clear_faults(self, _given: Json) -> object:
        self._sandbox.faults.clear()
        return {}

    async def list_faults(self, _given: Json) -> object:
        return {"faults": [rule.model_dump() for rule in self._sandbox.faults.rules]}

    async def clock(self, given: Json) -> object:
        """Let triggers and response URLs grow older by ``forward`` seconds."""
        self._sandbox.clock.forward(float(given["forward"]))
        return {"now": self._sandbox.clock.now()}

    async def rate_limits(self, given: Json) -> object:
        limits = self._sandbox.limits
        limits.on = bool(given.get("on", True))
        limits.posts_per_minute = int(given.get("posts_per_minute", limits.posts_per_minute))
        return {"on": limits.on, "posts_per_minute": limits.posts_per_minute}

    async def change_person(self, given: Json) -> object:
        """Add somebody, or change parts of a profile (``deleted``, ``tz``…)."""
        current = self._sandbox.workspace.people.get(given["id"])
        known = current.profile.model_dump() if current else {}
        profile = PersonConfig.model_validate({**known, **given})
        self._sandbox.workspace.change_person(profile)
        return {}

    async def members(self, given: Json) -> object:
        """``add`` and ``remove`` user ids in ``channel``; ``archive`` closes it."""
        conversation = self._sandbox.workspace.conversation(given["channel"])
        for user_id in given.get("add", []):
            self._sandbox.workspace.add_member(conversation, user_id)
        for user_id in given.get("remove", []):
            self._sandbox.workspace.remove_member(conversation, user_id)
        conversation.is_archived = bool(given.get("archive", conversation.is_archived))
        return {"members": conversation.members}

    async def uninstall(self, _given: Json) -> object:
        self._events.uninstalled()
        return {}

    async def install(self, _given: Json) -> object:
        self._sandbox.token_revoked = False
        return {}

    async def refresh_sockets(self, given: Json) -> object:
        await self._sandbox.sockets.disconnect_all(given.get("reason", "refresh_requested"))
        return {}

    async def settle(self, _given: Json) -> object:
        """Answers once every event under way has been delivered or given up."""
        await self._events.idle()
        return {}

    async def advance(self, given: Json) -> object:
        """Hand the page's clock request on to ``clock_url``; the browser may not ask elsewhere."""
        return await self._passing.advance(given)

    async def stop_advancing(self, _given: Json) -> object:
        return await self._passing.stop()

    async def time(self, given: Json) -> object:
        """What time people live by, and where ``person`` would get with each step."""
        return await self._passing.state(given.get("person"))

    async def raw(self, given: Json) -> object:
        return await send_raw(self._sandbox, given)

    async def reset(self, _given: Json) -> object:
        """Back to the configured people and channels, as if nothing had ever happened."""
        await self._events.idle()
        self._forget()
        return {}

    async def past(self, given: Json) -> object:
        """What was written before the workspace was started; see ``sandbox.past``."""
        take_past(self._sandbox, Past.model_validate(given))
        return {}

    async def log(self, given: Json) -> object:
        after = int(given.get("after", 0))
        return {"log": self._sandbox.journal.read(after, given.get("method"))}

    async def people(self, _given: Json) -> object:
        return {"people": shown_people(self._sandbox)}

    async def workspace(self, _given: Json) -> object:
        """What the page needs to know at its start."""
        config, manifest = self._sandbox.config, self._sandbox.manifest
        return {
            "team": {"id": config.team_id, "name": config.team_name},
            "app": {
                "id": config.app_id,
                "name": config.app_name,
                "user_id": config.bot_user_id,
                "home": manifest.home_tab,
            },
            "commands": [
                {
                    "command": each.command,
                    "description": each.description,
                    "usage_hint": each.usage_hint,
                }
                for each in manifest.commands.values()
            ],
            "own_commands": [
                {"command": name, "description": words, "usage_hint": hint}
                for name, (hint, words, _) in OWN.items()
            ],
            "shortcuts": [
                {
                    "name": each.name,
                    "type": each.type,
                    "callback_id": each.callback_id,
                    "description": each.description,
                }
                for each in manifest.shortcuts.values()
            ],
            "sockets": self._sandbox.sockets.count,
            "clock_url": self._sandbox.clock_url,
            "ahead": self._sandbox.clock.lived_ahead(),
            "hints": config.page_hints,
        }


def _endpoint(steer: Steer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            body = await request.body()
            return JSONResponse(await steer(await request.json() if body else {}))
        return JSONResponse(await steer(dict(request.query_params)))

    return endpoint

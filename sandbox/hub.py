"""Everything that a pretend workspace consists of, put together."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.bot_link import BotLink
from sandbox.clock import Clock
from sandbox.config import SandboxConfig
from sandbox.dialogs import Dialogs
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.journal import Journal
from sandbox.json_types import Json
from sandbox.manifest import read_manifest
from sandbox.rate_limits import RateLimits
from sandbox.response_urls import ResponseUrls
from sandbox.socket_mode import Sockets, Tickets
from sandbox.workspace import Workspace


class Sandbox:
    """One workspace with one app. ``base_url`` is where it can be reached, without a slash."""

    def __init__(
        self, config: SandboxConfig, lived_ahead: Callable[[], float] = lambda: 0.0
    ) -> None:
        self.config = config
        self.base_url = "http://127.0.0.1"
        self.clock = Clock(lived_ahead)
        self.clock_url = config.clock_url
        self.workspace = Workspace(config, self.clock)
        self.manifest = read_manifest(config.manifest)
        self.dialogs = Dialogs(config, self.workspace, self.clock)
        self.files = Files(self.clock)
        self.faults = Faults()
        self.journal = Journal(config.log_limit)
        self.limits = RateLimits(
            self.clock,
            config.workspace_posts_per_minute,
            on=config.rate_limits,
            minute=config.limits_minute,
        )
        self.response_urls = ResponseUrls(self.clock)
        self.bot = BotLink(config, self.clock, self.faults, self.journal)
        self.message_states: dict[tuple[str, str, str], Json] = {}
        """What somebody chose in a message's elements, by (user, channel, ts)."""
        self.token_revoked = False
        self.tickets = Tickets()
        self.sockets = Sockets(self)
        self.bot.socket = self.sockets

    def use_manifest(self, manifest: Json) -> None:
        self.manifest = read_manifest(manifest)

    def start_afresh(self) -> None:
        """As configured, and nothing that ever happened: no message, dialog, fault, journal."""
        self.workspace.start_afresh()
        self.dialogs.forget()
        self.faults.clear()
        self.journal.clear()
        self.message_states.clear()
        self.token_revoked = False

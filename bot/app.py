"""The composition root: here, and only here, the parts are put together."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.policy_file import read_policy
from bot.renderer import AccordRenderer
from bot.settings import Settings, SettingsProblem
from domain.clock import Clock
from domain.origin import Origin, Via
from domain.people import HomeWorkspace
from handlers.access_reviews import access_review_feature
from handlers.afterwards import Afterwards
from handlers.agreements import agreement_feature
from handlers.approvals import approval_feature
from handlers.audit import audit_feature
from handlers.channel_members import ChannelMembers
from handlers.checkins import checkin_feature
from handlers.commands import Words
from handlers.cover import cover_feature
from handlers.cycles import cycle_feature
from handlers.dead_letters import letter_feature
from handlers.departures import departure_feature
from handlers.desk import Desk
from handlers.directory import people_feature
from handlers.edge import not_for_us
from handlers.erasures import erasure_feature
from handlers.evidence import evidence_feature
from handlers.exports import export_feature
from handlers.features import Feature
from handlers.feedback import feedback_feature
from handlers.goals import goal_feature
from handlers.holds import hold_feature
from handlers.my_data import looks_words, my_data_feature
from handlers.objections import objection_feature
from handlers.policy import policy_feature, policy_record_words
from handlers.reports import report_feature
from handlers.retention import retention_feature
from handlers.roles import role_feature
from handlers.rounds import round_feature
from handlers.routes import Routes
from handlers.security import security_feature
from messages.template_lint import override_complaints
from messages.templates import Templates
from scheduler.checkpoints import Reached, carry_on
from scheduler.right_of_way import RightOfWay
from storage.database import LOCK_WAIT_MS, open_engine
from storage.keyring import Keyring
from storage.unit_of_work import Store
from usecases.checkpoints import anchor_newest

# How long Slack may take before a request is acknowledged; beyond, the person presses again.
SLACK_SECONDS = 1.5


@dataclass(slots=True)
class Address:
    """Where people's browsers reach this bot: as the settings say, else where it listens."""

    url: str = "http://127.0.0.1:3000"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running process works with."""

    settings: Settings
    clock: Clock
    store: Store
    templates: Templates
    address: Address
    way: RightOfWay = field(default_factory=RightOfWay)
    """Between the requests and the bulk work of this process."""
    reached: Reached = carry_on
    """Is told at each checkpoint of clock and delivery; for tests alone."""


def machine_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_parts(
    settings: Settings, clock: Clock | None = None, *, lock_wait_ms: int = LOCK_WAIT_MS
) -> Iterator[Parts]:
    """Database, keys and words; the connections are closed at the end of the block."""
    clock = clock or Clock(machine_now)
    engine = open_engine(
        settings.accord_database_url,
        pool_size=settings.accord_threads + 4,
        lock_wait_ms=lock_wait_ms,
    )
    try:
        store = Store(
            engine,
            Keyring(settings.secret_keys()),
            clock,
            read_policy(settings.accord_policy),
            settings.anchoring(),
        )
        anchor_at_once(store)
        address = Address(settings.accord_url) if settings.accord_url else Address()
        yield Parts(settings, clock, store, _templates(settings.accord_templates), address)
    finally:
        engine.dispose()


def anchor_at_once(store: Store) -> None:
    """After an act that is checkpointed, the places outside have it before its answer leaves."""
    store.after_checkpoint = lambda: anchor_newest(
        store, Origin(Via.CLOCK, store.clock.business(), token_hex(8))
    )


@cache
def _built_in_templates() -> Templates:
    """One set for the whole process: each template is compiled on its first use."""
    return Templates()


def _templates(override: Path | None) -> Templates:
    """The built-in texts, with the organisation's own first; SettingsProblem for unfit ones."""
    if override is None:
        return _built_in_templates()
    if not override.is_dir():
        raise SettingsProblem([f"ACCORD_TEMPLATES {override} is not a folder"])
    complaints = override_complaints(override)
    if complaints:
        raise SettingsProblem([f"ACCORD_TEMPLATES {complaint}" for complaint in complaints])
    return Templates(override)


def slack_client(settings: Settings, seconds: float = SLACK_SECONDS) -> WebClient:
    """A client that tries once: the SDK's own retry may post twice."""
    token = settings.slack_bot_token
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        timeout=seconds,  # type: ignore[arg-type] # passed on to urllib, which takes fractions
        retry_handlers=[],
    )


def features(desk: Desk) -> tuple[Feature, ...]:
    """Every feature at Slack's edge."""
    rounds = round_feature(desk)
    return (
        goal_feature(desk),
        audit_feature(
            desk,
            {"me": partial(looks_words, desk), "policy": partial(policy_record_words, desk)},
        ),
        checkin_feature(desk),
        feedback_feature(desk, rounds.words),
        rounds,
        evidence_feature(desk),
        cycle_feature(desk),
        security_feature(desk),
        my_data_feature(desk),
        cover_feature(desk),
        approval_feature(desk),
        role_feature(desk),
        people_feature(desk),
        departure_feature(desk),
        access_review_feature(desk),
        hold_feature(desk),
        erasure_feature(desk),
        retention_feature(desk),
        report_feature(desk),
        policy_feature(desk),
        export_feature(desk),
        objection_feature(desk),
        agreement_feature(desk),
        letter_feature(desk),
    )


@dataclass(frozen=True, slots=True)
class SlackEdge:
    """The Bolt app, and what answers after its acknowledgements."""

    app: App
    afterwards: Afterwards

    def close(self) -> None:
        self.afterwards.close()


class _App(App):
    """A request has the right of way from here until it is answered, however it came.

    Our routes know nearly all of them. Bolt's own way from here to a listener (a client made for
    each request, middleware for several workspaces, listeners tried in turn) would give them
    nothing and cost as much as reading the asker's goals; it answers the rest.
    """

    def __init__(self, way: RightOfWay, routes: Routes, **settings: Any) -> None:
        super().__init__(**settings)
        self._way, self._routes = way, routes
        self.error(not_for_us)

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        with self._way.request():
            answer = self._routes.answer(req.body)
            return super().dispatch(req) if answer is None else answer


def slack_edge(parts: Parts, home: HomeWorkspace) -> SlackEdge:
    """The sync Bolt app. Signatures are checked by `bot.slack_route` before it sees a request."""
    token = parts.settings.slack_bot_token
    afterwards = Afterwards()
    desk = make_desk(parts, afterwards)
    result = AuthorizeResult(
        enterprise_id=home.enterprise,
        team_id=home.team,
        bot_user_id=home.bot_user,
        bot_id=home.bot,
        bot_token=token.get_secret_value() if token else None,
    )

    def authorize(**_: Any) -> AuthorizeResult:
        # One workspace: known since the start, so that no request waits for auth.test.
        return result

    app = _App(
        parts.way,
        Routes(desk, features(desk)),
        # Unnamed, Bolt reads the source of the whole call stack to find a name.
        name="accord",
        # The token comes with `authorize`; handlers use the desk's own client.
        client=WebClient(base_url=parts.settings.slack_api_url, retry_handlers=[]),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        # That a message of ours was deleted comes in our own name too; `handlers.events` sorts out.
        ignoring_self_events_enabled=False,
        # Otherwise Bolt logs the body of a request that it knows no listener for.
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(2, thread_name_prefix="bolt"),
    )
    return SlackEdge(app, afterwards)


def make_desk(parts: Parts, afterwards: Afterwards) -> Desk:
    slack = slack_client(parts.settings)
    members = ChannelMembers(slack, parts.clock.machine)
    return Desk(
        parts.store,
        parts.templates,
        parts.clock,
        slack,
        afterwards,
        members,
        lambda: parts.address.url,
    )


def renderer(parts: Parts) -> AccordRenderer:
    """What delivery asks for words. Its desk answers typed words; it never talks to Slack."""
    desk = make_desk(parts, Afterwards(1))
    return AccordRenderer(parts.store, parts.templates, Words(desk, features(desk)))


def find_workspace(settings: Settings) -> HomeWorkspace:
    """Ask Slack whom the token belongs to; raises SlackApiError or OSError."""
    told = slack_client(settings, timedelta(seconds=10).total_seconds()).auth_test()
    return HomeWorkspace(
        team=str(told["team_id"]),
        enterprise=told.get("enterprise_id"),
        bot_user=str(told["user_id"]),
        bot=str(told.get("bot_id") or ""),
    )

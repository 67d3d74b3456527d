"""A running process: what it checks before it starts, what it runs, how it stops."""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex
from typing import Any, TypeVar

import structlog
import uvicorn
from fastapi import FastAPI
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, ProgrammingError

from bot.app import (
    Address,
    Parts,
    SlackEdge,
    anchor_at_once,
    find_workspace,
    renderer,
    slack_client,
    slack_edge,
)
from bot.exports_route import add_exports
from bot.policy_file import read_policy
from bot.round_threads import catch_up, close_rounds
from bot.server import create_server
from bot.settings import SettingsProblem
from bot.slack_route import SlackRoute
from bot.stopping import SIGNALS, Stop
from domain.errors import Busy, Refused
from domain.origin import Origin, Via
from domain.people import HomeWorkspace
from handlers.workspace import read_profile
from scheduler.checkpoints import Checkpoint
from scheduler.clock import Sweep, Ticker
from scheduler.delivery import Delivery
from scheduler.hints import Listener
from scheduler.lock import hold_lock
from scheduler.settings import DeliverySettings
from scheduler.slack import open_slack
from storage.checkpoints import latest
from storage.database import open_engine
from storage.erasure_ledger import LedgerTrouble
from storage.schema import SchemaState, migrate, schema_state
from storage.sealing import keys_of_missing_secrets
from storage.send_numbers import oldest_urgent
from storage.stalled import CLOCK
from storage.unit_of_work import Store
from usecases.access_review_sweep import run_access_reviews
from usecases.agreements import remind_of_agreements
from usecases.announcement_sweep import send_announcements
from usecases.approvals import expire_approvals
from usecases.checkin_prompts import prompt_check_ins
from usecases.checkpoints import sweep_checkpoints
from usecases.clock_doubt import clock_doubt
from usecases.corrections import chase_corrections
from usecases.dead_letters import tell_of_dead_letters
from usecases.escalations import escalate_silence
from usecases.goal_status import end_pauses
from usecases.leavers import part_with_leavers
from usecases.policy import adopt_first_policy
from usecases.policy_changes import note_policies_in_force
from usecases.purges import run_purges
from usecases.restored import replay_ledger
from usecases.retention_sweep import keep_terms
from usecases.workspace import apply_profiles, known_workspace, settle_workspace

log: structlog.stdlib.BoundLogger = structlog.get_logger()

STUCK_AFTER = timedelta(minutes=5)
PROFILE_PAGE = 200
HTTP_OK = 200  # Slack refuses with it too; anything else means that it is unwell
SWEEPS_AT_ONCE = 12
PATIENT_LOCK_WAIT_MS = 5_000
TURN_SECONDS = 0.001
_T = TypeVar("_T")
STARTING_TRIES = 10
"""Each waits for the lock of other writers, a second at most."""


def operator_origin(parts: Parts) -> Origin:
    """For what the process itself does, in the name of whoever runs it."""
    return Origin(via=Via.CLI, now=parts.clock.business(), request=token_hex(8))


def clock_origin(parts: Parts) -> Origin:
    return Origin(via=Via.CLOCK, now=parts.clock.business(), request=token_hex(8))


def prepare(parts: Parts) -> HomeWorkspace:
    """Schema, workspace and first policy. Raises SettingsProblem with what the operator can do."""
    ready_database(parts)
    policy = read_policy(parts.settings.accord_policy)
    home = _workspace(parts)
    _though_others_start(lambda: adopt_first_policy(parts.store, operator_origin(parts), policy))
    forget_again(parts)
    return home


def forget_again(parts: Parts) -> None:
    """Erase and purge again what a restored backup has brought back, before anything is served.

    Raises SettingsProblem where the ledger of erasures cannot be read.
    """
    try:
        done = _though_others_start(lambda: replay_ledger(parts.store, operator_origin(parts)))
    except LedgerTrouble as trouble:
        problem = (
            f"ACCORD_ERASURE_LEDGER cannot be read ({trouble.code}): without it Accord might show "
            "what was erased; give it the file as it was written"
        )
        raise SettingsProblem([problem]) from None
    if done.erasures or done.things:
        log.warning("erased_again_after_restore", erasures=done.erasures, purged=done.things)


def _though_others_start(act: Callable[[], _T]) -> _T:
    """Replicas that start at once write the same rows; whoever comes second finds them there.

    Beside one that is hard at work on the same SQLite file, a start waits for its turn.
    """
    for _ in range(STARTING_TRIES - 1):
        try:
            return act()
        except (IntegrityError, Busy):
            continue
    return act()


def ready_database(parts: Parts) -> None:
    """Make the schema of an empty database; refuse one that this code or key does not fit."""
    engine = parts.store.engine
    if schema_state(engine) is SchemaState.EMPTY:
        try:
            migrate(engine)
        except ProgrammingError:
            problem = (
                "the database is empty and its user may not make tables: set "
                "ACCORD_MIGRATION_URL to one who may, and run `accord migrate`"
            )
            raise SettingsProblem([problem]) from None
    require_schema(engine)
    require_keys(parts.store)
    require_origin(parts.store)


def require_origin(store: Store) -> None:
    """Raises SettingsProblem where checkpoints would bear another name than those before them.

    Whoever holds the key of the one could make nothing of the other.
    """
    if store.anchoring.keys is None:
        return
    with store.engine.connect() as connection:
        newest = latest(connection)
    if newest is None:
        return
    name, origin = newest.checkpoint.origin, store.anchoring.keys.signer.verifier.name
    if name != origin:
        raise SettingsProblem(
            [f"ACCORD_ORIGIN is {origin}, but this record is called {name}: set it to that"]
        )


def require_keys(store: Store) -> None:
    """Raises SettingsProblem for a database with data keys that no secret at hand opens."""
    with store.engine.connect() as connection:
        unknown = keys_of_missing_secrets(connection, store.keyring)
    if unknown:
        problem = (
            f"ACCORD_SECRET_KEY does not open {unknown} data keys of this database: "
            "add the earlier key behind a comma"
        )
        raise SettingsProblem([problem])


def require_schema(engine: Engine) -> None:
    """Raises SettingsProblem for a database that this code cannot work with yet.

    One that is ahead will do: while replicas are replaced, schema and code are a release apart.
    """
    match schema_state(engine):
        case SchemaState.EMPTY:
            raise SettingsProblem(
                ["the database is empty: check ACCORD_DATABASE_URL, or run `accord migrate`"]
            )
        case SchemaState.OUTDATED:
            raise SettingsProblem(
                ["the database has an older schema: run `accord migrate`, then start again"]
            )


def _workspace(parts: Parts) -> HomeWorkspace:
    """As Slack says; while Slack is away, as it said last time."""
    try:
        found = find_workspace(parts.settings)
    except (SlackApiError, OSError) as error:
        if isinstance(error, SlackApiError) and error.response.status_code == HTTP_OK:
            raise SettingsProblem(
                [f"SLACK_BOT_TOKEN is not accepted by Slack ({error.response.get('error')})"]
            ) from None
        known = known_workspace(parts.store, operator_origin(parts))
        if known is None:
            raise SettingsProblem(
                [f"Slack does not answer at {parts.settings.slack_api_url}"]
            ) from None
        log.warning("slack_unreachable_at_start")
        return known
    try:
        _though_others_start(lambda: settle_workspace(parts.store, operator_origin(parts), found))
    except Refused:
        raise SettingsProblem(
            ["SLACK_BOT_TOKEN belongs to another workspace than this database"]
        ) from None
    return found


def make_delivery(parts: Parts, settings: DeliverySettings | None = None) -> Delivery:
    settings = settings or DeliverySettings(posts_a_minute=parts.settings.accord_posts_per_minute)
    token = parts.settings.slack_bot_token
    return Delivery(
        parts.store.engine,
        open_slack(
            token.get_secret_value() if token else "",
            parts.settings.slack_api_url,
            settings.http_timeout,
        ),
        renderer(parts),
        parts.clock,
        settings,
        wake=parts.store.wake,
        way=parts.way,
        reached=parts.reached,
    )


@contextmanager
def own_connections(parts: Parts, settings: DeliverySettings) -> Iterator[Parts]:
    """The same parts on a pool of their own; whoever writes through either wakes delivery."""
    engine = open_engine(
        parts.settings.accord_database_url,
        pool_size=settings.senders + SWEEPS_AT_ONCE,
        lock_wait_ms=round(settings.lock_wait / timedelta(milliseconds=1)),
        beside=parts.store.engine,
        name=CLOCK,
    )
    store = Store(
        engine,
        parts.store.keyring,
        parts.clock,
        read_policy(parts.settings.accord_policy),
        parts.store.anchoring,
    )
    store.wake = parts.store.wake
    anchor_at_once(store)
    try:
        yield replace(parts, store=store)
    finally:
        engine.dispose()


def sweeps(parts: Parts, delivery: Delivery) -> tuple[Sweep, ...]:
    """Everything that happens by itself; each may run twice without harm."""
    return (
        *delivery.sweeps(),
        *business_sweeps(parts),
        # More often than checkpoints are due, so that a place that was away is soon tried again.
        Sweep("checkpoint", 20, lambda: sweep_checkpoints(parts.store, clock_origin(parts))),
        Sweep("threads", 3600, lambda: catch_up(parts, clock_origin(parts))),
        Sweep("profiles", 3600, lambda: synchronise_profiles(parts)),
        Sweep("retention", 3600, lambda: _if_in_time(parts, keep_terms)),
        # What two people approved need not wait for that.
        Sweep("purges", 60, lambda: _if_in_time(parts, run_purges)),
    )


def business_sweeps(parts: Parts) -> tuple[Sweep, ...]:
    """What happens because business time has come; who moves that clock runs all of them."""
    return (
        # Before the check-ins, so that what is announced stands in the message of the morning.
        Sweep("announcements", 3, lambda: _announce(parts)),
        # Before what is told in the mornings, too.
        Sweep("leavers", 300, lambda: _if_in_time(parts, part_with_leavers)),
        Sweep("letters", 300, lambda: tell_of_dead_letters(parts.store, clock_origin(parts))),
        Sweep("reviews", 60, lambda: _if_in_time(parts, run_access_reviews)),
        Sweep("escalations", 30, lambda: escalate_silence(parts.store, clock_origin(parts))),
        # Before the check-ins: what goes on today is asked about as of today.
        Sweep("pauses", 60, lambda: end_pauses(parts.store, clock_origin(parts))),
        Sweep("checkins", 45, lambda: prompt_check_ins(parts.store, clock_origin(parts))),
        Sweep("rounds", 5, lambda: close_rounds(parts, clock_origin(parts))),
        Sweep("corrections", 60, lambda: chase_corrections(parts.store, clock_origin(parts))),
        Sweep("agreements", 600, lambda: remind_of_agreements(parts.store, clock_origin(parts))),
        Sweep("policy", 60, lambda: note_policies_in_force(parts.store, clock_origin(parts))),
        Sweep("approvals", 60, lambda: expire_approvals(parts.store, clock_origin(parts))),
    )


def _if_in_time(parts: Parts, take_away: Callable[[Store, Origin], object]) -> object:
    """Take nothing away by a clock that may have been set ahead; where it is moved, that is known.

    `accord doctor` tells of it.
    """
    origin = clock_origin(parts)
    if not parts.clock.shift and clock_doubt(parts.store, origin) is not None:
        return None
    return take_away(parts.store, origin)


def _announce(parts: Parts) -> int:
    return send_announcements(parts.store, clock_origin(parts), lambda: _announcing(parts))


@contextmanager
def _announcing(parts: Parts) -> Iterator[None]:
    with parts.way.step():
        yield
    parts.reached(Checkpoint.ANNOUNCING)


def _first_synchronisation(parts: Parts) -> None:
    try:
        synchronise_profiles(parts)
    except Exception as error:  # noqa: BLE001 - whatever it was, the hourly sweep tries again
        log.warning("profiles_not_read", error=type(error).__name__)
    try:
        catch_up(parts, clock_origin(parts))
    except Exception as error:  # noqa: BLE001 - whatever it was, closing reads the threads again
        log.warning("threads_not_read", error=type(error).__name__)


def synchronise_profiles(parts: Parts) -> int:
    """Take over standing and language of every account that Slack lists; returns changes."""
    slack = slack_client(parts.settings, 10)
    changed, cursor = 0, ""
    while True:
        answer = slack.users_list(limit=PROFILE_PAGE, cursor=cursor, include_locale=True)
        page: Mapping[str, Any] = answer.data  # type: ignore[assignment] # the sync client gives a dict
        profiles = [read_profile(user) for user in page["members"]]
        changed += apply_profiles(parts.store, clock_origin(parts), profiles)
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return changed


@contextmanager
def clock_and_delivery(
    parts: Parts, settings: DeliverySettings | None = None
) -> Iterator[Delivery]:
    """Run clock and delivery for the length of the block. Raises LockHeld on SQLite.

    They have database connections of their own, so that no bulk work holds up a request.
    """
    with (
        hold_lock(parts.settings.accord_database_url),
        own_connections(parts, settings or DeliverySettings()) as beside,
    ):
        delivery = make_delivery(beside, settings)
        ticker = Ticker(sweeps(beside, delivery))
        listener = Listener(beside.store.engine, beside.store.wake)
        delivery.start()
        listener.start()
        ticker.start()
        threading.Thread(
            target=_first_synchronisation, args=[beside], name="profiles", daemon=True
        ).start()
        try:
            yield delivery
        finally:
            ticker.stop()
            listener.stop()
            delivery.stop()


@contextmanager
def answering(
    parts: Parts, *, with_scheduler: bool = True, delivery: DeliverySettings | None = None
) -> Iterator[FastAPI]:
    """The web application, with everything that runs beside it, for the length of the block."""
    home = prepare(parts)
    secret = parts.settings.slack_signing_secret
    with ExitStack() as stack:
        edge = slack_edge(parts, home)
        stack.callback(edge.close)
        route = SlackRoute(
            edge.app,
            secret.get_secret_value() if secret else "",
            parts.clock.machine,
            parts.settings.accord_threads,
        )
        stack.callback(route.close)
        sender = None
        if with_scheduler:
            sender = stack.enter_context(clock_and_delivery(parts, delivery))
        if parts.settings.slack_app_token is not None:
            stack.enter_context(_socket_mode(parts, edge))
        server = create_server(parts.store, route, _trouble_of(parts.store, sender))
        add_exports(server, parts.store, parts.clock)
        yield server


def listen(
    app: FastAPI,
    host: str,
    port: int,
    ready: Callable[[], None] | None = None,
    address: Address | None = None,
    stop: Stop | None = None,
) -> None:
    """Answer requests until a signal asks to stop. Port 0 is any free one; the log says which.

    `address` learns where it listens; `stop` has heard of signals that came before. Raises
    SettingsProblem if the port cannot be had.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )
    _be_prompt()
    server = _TellingServer(config, ready)
    with _listening_at(host, port) as listening, _stop_outlived(server):
        if stop is not None:
            stop.then(server.leave)
        if address is not None:
            address.url = _browsable(host, listening.getsockname()[1])
        server.run(sockets=[listening])


def _browsable(host: str, port: int) -> str:
    """An address that a browser on this machine understands."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - not listened at
    return f"http://{f'[{name}]' if ':' in name and not name.startswith('[') else name}:{port}"


def _be_prompt() -> None:
    """Let whoever answers a request have the interpreter soon.

    A thread gives it up at each statement of the database, and waits for it anew while clock and
    delivery work: by default 5 ms each time. What was made until now stays to the end, so the
    garbage collector need not go through it again and again, stopping everybody meanwhile.
    """
    sys.setswitchinterval(TURN_SECONDS)
    gc.collect()
    gc.freeze()


@contextmanager
def _listening_at(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        # Python adds the address in brackets.
        reason = (error.strerror or "").partition(" (")[0]
        raise SettingsProblem(
            [f"cannot listen on {host}, port {port}: {reason}; choose another --port"]
        ) from None
    with listening:
        yield listening


@contextmanager
def _stop_outlived(server: _TellingServer) -> Iterator[None]:
    """Uvicorn, having stopped, raises the signal anew; what runs beside it must still end well."""
    before = {number: signal.signal(number, server.leave) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _TellingServer(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._ready = ready

    def leave(self, *_signal: object) -> None:
        """Stop; before it runs, so that it ends as soon as it has begun."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = sockets[0].getsockname()[1] if sockets else self.config.port
            log.info("listening", host=self.config.host, port=port)
            if self._ready is not None:
                self._ready()


@contextmanager
def _socket_mode(parts: Parts, edge: SlackEdge) -> Iterator[None]:
    token = parts.settings.slack_app_token
    handler = SocketModeHandler(edge.app, token.get_secret_value() if token else None)
    try:
        _connect(handler, parts.settings.slack_api_url)
        yield
    finally:
        # Before the socket is closed: requests in hand are acknowledged through it.
        handler.client.message_workers.shutdown(wait=True)
        handler.close()  # type: ignore[no-untyped-call] # the SDK declares no return type


def _connect(handler: SocketModeHandler, slack: str) -> None:
    try:
        handler.connect()  # type: ignore[no-untyped-call] # the SDK declares no return type
    except SlackApiError as error:
        raise SettingsProblem(
            [f"SLACK_APP_TOKEN is not accepted by Slack ({error.response.get('error')})"]
        ) from None
    except OSError:
        raise SettingsProblem([f"Slack does not answer at {slack}"]) from None


def _trouble_of(store: Store, delivery: Delivery | None) -> Callable[[], str | None]:
    def trouble() -> str | None:
        if delivery is None:
            return None
        if delivery.parked is not None:
            return f"delivery is parked: {delivery.parked}"
        if time.monotonic() - delivery.alive_at > STUCK_AFTER.total_seconds():
            return "delivery is stuck"
        with store.engine.connect() as connection:
            waiting = oldest_urgent(connection, machine_now=store.clock.machine())
        if waiting > STUCK_AFTER:
            return f"messages have been waiting for {waiting / timedelta(minutes=1):.0f} minutes"
        return None

    return trouble

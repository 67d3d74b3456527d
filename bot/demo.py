"""`accord demo`: the bot and a pretend Slack with a sample organisation, on this machine."""

from __future__ import annotations

import secrets
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from rich.console import Console

from bot.app import open_parts
from bot.demo_clock import DemoClock, remembered_clock
from bot.demo_clock_route import add_demo_clock
from bot.demo_sample import load_once
from bot.manifest import manifest
from bot.running import answering, listen
from bot.sample.organisation import sample_channels, sample_users
from bot.settings import Settings, SettingsProblem
from domain.clock import Clock
from sandbox.app import create_sandbox
from sandbox.config import SandboxConfig

LOOPBACK = "127.0.0.1"
BOT_USER = "U0ACCORD"
BOT_TOKEN = "xoxb-demo"  # noqa: S105 - opens the pretend workspace on this machine only
SIGNING_SECRET = "demo-signing-secret"  # noqa: S105 - as above

STARTING_SECONDS = 0.02

THINGS_TO_TRY = (
    "As Lena Novak, open Accord's messages: a check-in waits, and a change to her goal.",
    "As Jonas Brandt, her manager, read it and reply in its thread; /checkin team: who needs him?",
    "As Mira Sato, close the round about the building app; /feedback round in a channel opens one.",
    "As Ines Duarte, HR partner: /cycle new, then /cycle announce; /cycle status shows who acted.",
    "Move the clock to the next working morning, or by a week; /accord audit G-1 shows the record.",
)


def run_demo(port: int, folder: Path, *, fresh: bool) -> None:
    """Run until interrupted. What happens is kept in `folder` and is there again next time."""
    if fresh and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _require_free(port)
    _require_free(port + 1)
    bot_url = f"http://{LOOPBACK}:{port + 1}"
    console = Console(highlight=False)
    clock = remembered_clock(folder / "clock")
    with (
        _pretend_slack(port, bot_url, folder, clock),
        open_parts(_settings(port, folder), clock) as parts,
    ):
        load_once(parts, console, f"http://{LOOPBACK}:{port}", BOT_USER)
        with answering(parts) as server:
            add_demo_clock(server, DemoClock(parts, folder / "clock"))
            listen(server, LOOPBACK, port + 1, lambda: _welcome(console, port), parts.address)


def _welcome(console: Console, port: int) -> None:
    console.print(f"\nAccord runs in a pretend Slack: [bold]http://{LOOPBACK}:{port}/[/bold]\n")
    for number, thing in enumerate(THINGS_TO_TRY, start=1):
        console.print(f"  {number}. {thing}", soft_wrap=True)
    console.print("\nCtrl-C stops it. What you did is there again next time.\n")


@contextmanager
def _pretend_slack(port: int, bot_url: str, folder: Path, clock: Clock) -> Iterator[None]:
    def ahead() -> float:
        return clock.shift.total_seconds()

    app = create_sandbox(
        SandboxConfig(
            team_name="Brightwater",
            team_domain="brightwater",
            app_name="Accord",
            bot_token=BOT_TOKEN,
            signing_secret=SIGNING_SECRET,
            request_url=f"{bot_url}/slack/events",
            manifest=manifest(bot_url),
            users=sample_users(),
            channels=sample_channels(BOT_USER),
            bot_user_id=BOT_USER,
            state_path=folder / "slack.db",
            clock_url=f"{bot_url}/demo/clock",
            page_hints=THINGS_TO_TRY,
        ),
        lived_ahead=ahead,
    )
    config = uvicorn.Config(
        app,
        host=LOOPBACK,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="pretend-slack", daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(STARTING_SECONDS)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)


def _settings(port: int, folder: Path) -> Settings:
    """The demo ignores the environment: it must not touch a real workspace by mistake."""
    return Settings.model_construct(
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=f"http://{LOOPBACK}:{port}/api/",
        accord_database_url=f"sqlite:///{folder / 'accord.db'}",
        accord_secret_key=SecretStr(_own_key(folder / "secret_key")),
        accord_signing_key=SecretStr(_own_key(folder / "signing_key")),
        accord_origin="accord-demo",
        accord_anchor_file=folder / "checkpoints.txt",
        accord_erasure_ledger=folder / "erasures.txt",
    )


def _own_key(file: Path) -> str:
    """A key that the demo makes for itself and keeps."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return file.read_text(encoding="ascii")


def _require_free(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((LOOPBACK, port))
        except OSError:
            raise SettingsProblem(
                [f"port {port} is in use; choose another: accord demo --port 5000"]
            ) from None

"""The two servers that are compared, each a process of its own: `noop` and `accord`.

    python -m benchmarks.server noop|accord --port N --database URL [--slack URL]

Both answer `POST /slack/events` through the same code: uvicorn, FastAPI's router, our own route
with its signature check and thread pool, and a sync Bolt app that acknowledges with the outcome.
Behind `noop` stands Bolt with a single listener, which acknowledges and does nothing else; behind
`accord` the whole of Accord as `accord serve` runs it. With `--slack`, clock and delivery run too.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from pydantic import SecretStr
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from benchmarks.history import SECRET_KEY
from benchmarks.organisation import HOME
from benchmarks.requests import SIGNING_SECRET
from bot.app import open_parts, slack_edge
from bot.logs import configure_logs
from bot.running import clock_and_delivery, listen
from bot.server import create_server
from bot.settings import Settings
from bot.slack_route import SlackRoute

BOT_TOKEN = "xoxb-benchmark"  # noqa: S105 - there is no Slack behind it


def settings_for(database: str, slack: str | None = None) -> Settings:
    """As an operator sets them."""
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=f"{slack or 'http://127.0.0.1:9'}/api/",
        accord_database_url=database,
        accord_secret_key=SecretStr(SECRET_KEY),
    )


def bare_app() -> App:
    """Bolt as its documentation makes it for one command, without its own signature check."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=HOME.team,
            bot_user_id=HOME.bot_user,
            bot_id=HOME.bot,
            bot_token=BOT_TOKEN,
        )

    app = App(
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )

    @app.command("/goal")
    def nothing(ack: Ack) -> None:
        ack()

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("which", choices=["noop", "accord"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--slack")
    told = parser.parse_args()
    configure_logs(human=False)
    settings = settings_for(told.database, told.slack)
    with ExitStack() as stack:
        parts = stack.enter_context(open_parts(settings))
        if told.which == "noop":
            app = bare_app()
        else:
            edge = slack_edge(parts, HOME)
            stack.callback(edge.close)
            app = edge.app
        if told.slack:
            stack.enter_context(clock_and_delivery(parts))
        route = SlackRoute(app, SIGNING_SECRET, parts.clock.machine, settings.accord_threads)
        stack.callback(route.close)
        server = create_server(parts.store, route, lambda: None)
        listen(server, "127.0.0.1", told.port)


if __name__ == "__main__":
    main()

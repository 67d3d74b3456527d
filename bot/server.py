"""The HTTP server: Slack's requests, health, metrics. `serve` runs it, the demo adds to it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import Route

from bot.metrics import metrics_text
from bot.slack_route import SlackRoute
from storage.unit_of_work import Store


def create_server(
    store: Store, slack: SlackRoute, delivery_trouble: Callable[[], str | None]
) -> FastAPI:
    """The ASGI application. `delivery_trouble` says why messages do not leave, None if they do."""
    server = FastAPI(
        title="Accord", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json"
    )
    # A bare ASGI route: FastAPI's own handling would cost more than the request itself.
    server.router.routes.append(Route("/slack/events", slack, methods=["POST"], name="slack"))

    @server.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @server.get("/readyz", include_in_schema=False)
    def readyz(response: Response) -> dict[str, str]:
        trouble = _database_trouble(store) or delivery_trouble()
        if trouble is not None:
            response.status_code = 503
        return {"status": trouble or "ok"}

    @server.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        try:
            return Response(metrics_text(store), media_type=CONTENT_TYPE_LATEST)
        except SQLAlchemyError:
            return Response("the database does not answer", status_code=503)

    return server


def _database_trouble(store: Store) -> str | None:
    try:
        with store.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "the database does not answer"
    return None

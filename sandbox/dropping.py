"""Breaking a connection without an answer."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

TRANSPORT = "sandbox.transport"


def transport_behind(send: Send) -> Any:
    """The connection that a request came on, given the server's own ``send``.

    ASGI has no word for "hang up"; uvicorn's ``send`` is a method of the object that owns the
    transport. On another server this is None, and a dropped answer becomes an error 500.
    """
    return getattr(getattr(send, "__self__", None), "transport", None)


class Dropped(Response):
    """An answer that never comes: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope.get(TRANSPORT)
        if transport is None:
            self.status_code = 500
            await super().__call__(scope, receive, send)
            return
        transport.abort()
        await receive()  # returns with http.disconnect once the server has noticed

"""A server that answers every request with given bytes, or breaks off: what a network can do."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def answer(status: int, body: object, **headers: str) -> bytes:
    """An HTTP answer; a `str` body goes out as it is, anything else as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(text.encode())}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()


DROPPED = b""
CUT_SHORT = answer(200, {"ok": True, "ts": "1.0"})[:-5]


@contextmanager
def raw_server(reply: bytes | None, *, reset: bool = False) -> Iterator[str]:
    """Its base URL. None: takes the request and never answers. `reset`: breaks off the hard way."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            connection.recv(65536)
            if reply is None:
                done.wait(5)
            elif reset:
                # Linger zero turns the close into a reset.
                linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            else:
                connection.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/"
    finally:
        done.set()
        thread.join()
        listener.close()

"""What happens after an acknowledgement: replies through Slack's response address.

Slack ignores the body of an answer to a pressed button, so what the person sees is sent separately,
on threads of its own that never hold up an acknowledgement. The outbox repairs what fails here.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import httpx
import structlog

from messages.surfaces import Message

TIMEOUT_SECONDS = 2.0

log = structlog.get_logger()


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that this machine trusts; reading them takes longer than a request."""
    return httpx.create_ssl_context()


class Afterwards:
    """Runs small jobs after the acknowledgement. A job that fails is logged and dropped."""

    def __init__(self, workers: int = 4) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="afterwards")
        # One at a time: what takes seconds takes memory too, and holds up no quick reply.
        self._long = ThreadPoolExecutor(1, thread_name_prefix="at-length")
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, verify=trusted())

    def do(self, job: Callable[[], object], request: str) -> None:
        """Run the job soon. Never raises, not even while shutting down."""
        try:
            self._pool.submit(self._run, job, request)
        except RuntimeError:
            log.info("afterwards_closed", request=request)

    def work(self, job: Callable[[], object], request: str) -> None:
        """Run a job that takes seconds, behind others of its kind. Never raises, as `do`."""
        try:
            self._long.submit(self._run, job, request)
        except RuntimeError:
            log.info("afterwards_closed", request=request)

    def _run(self, job: Callable[[], object], request: str) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - the acknowledged work is done; see the module
            log.warning("afterwards_failed", request=request, error=type(error).__name__)

    def reply(self, response_url: str, message: Message, *, replace: bool = False) -> bool:
        """Send a message to the response address; False if Slack did not take it.

        Replaces the message whose button was pressed, or answers beside it, seen by one person.
        """
        answer = self._http.post(
            response_url,
            json={
                "text": message.text,
                "blocks": list(message.blocks),
                "replace_original": replace,
                "response_type": "ephemeral",
            },
        )
        return answer.is_success

    def close(self) -> None:
        """Finish what was promised, then stop."""
        self._long.shutdown(wait=True)
        self._pool.shutdown(wait=True)
        self._http.close()

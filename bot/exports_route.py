"""`GET /exports/TOKEN`: a file that somebody asked for in Slack, once. It is never stored."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from domain.aes_zip import encrypted_zip, streamed_zip
from domain.clock import Clock
from domain.errors import Busy
from domain.my_data import ExportKind
from domain.origin import Origin, Via
from handlers.errors import log_unforeseen
from messages.export_file import files_of_export
from messages.my_data_file import files_of, link_over, try_again, went_wrong
from messages.reading import Reader
from storage.unit_of_work import Store
from usecases.export_downloads import fetch_export, where_it_leads
from usecases.my_data import fetch_my_data
from usecases.policy_links import fetch_policy

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
LONGEST_TOKEN = 100
ZIP = "application/zip"
YAML = "application/yaml"


def add_exports(server: FastAPI, store: Store, clock: Clock) -> None:
    """The route; whoever asks with the token of a link gets its file, and nobody afterwards."""

    @server.get("/exports/{token}", include_in_schema=False)
    def fetch(token: str, request: Request) -> Response:
        origin = Origin(via=Via.LINK, now=clock.business(), request=token_hex(8))
        browser = Reader.of_browser(request.headers.get("accept-language", ""), origin.now)
        try:
            return _file(store, origin, token, browser)
        except Busy:
            return _words(try_again(browser), 503)
        except Exception as error:  # noqa: BLE001 - the last door: no text of an error gets out
            reference = log_unforeseen(error, origin.request)
            return _words(went_wrong(browser, reference), 500)


def _file(store: Store, origin: Origin, token: str, browser: Reader) -> Response:
    leads_to = where_it_leads(store, origin, token) if len(token) <= LONGEST_TOKEN else None
    match leads_to:
        case ExportKind.MY_DATA:
            return _my_data(store, origin, token) or _words(link_over(browser), 404)
        case ExportKind.BULK:
            return _export(store, origin, token) or _words(link_over(browser), 404)
        case ExportKind.POLICY:
            return _policy(store, origin, token) or _words(link_over(browser), 404)
        case None:
            return _words(link_over(browser), 404)


def _my_data(store: Store, origin: Origin, token: str) -> Response | None:
    found = fetch_my_data(store, origin, token)
    if found is None:
        return None
    reader = Reader.of(found.owner, origin.now)
    local = found.made_at.astimezone(reader.zone)
    archive = encrypted_zip(files_of(found, reader), found.passphrase, local)
    return Response(archive, media_type=ZIP, headers=_named("my-data", local))


def _export(store: Store, origin: Origin, token: str) -> Response | None:
    """Sent as it is made: nothing of it is ever held as a whole, here or on a disk.

    What goes wrong on the way breaks the download off; an archive without its end opens nowhere.
    """
    found = fetch_export(store, origin, token)
    if found is None:
        return None
    reader = Reader.of(found.owner, origin.now)
    local = found.made_at.astimezone(reader.zone)
    pieces = streamed_zip(files_of_export(found, reader), found.passphrase, local)
    return StreamingResponse(pieces, media_type=ZIP, headers=_named("export", local))


def _policy(store: Store, origin: Origin, token: str) -> Response | None:
    """As it can be changed and uploaded again; open to everybody in the directory."""
    found = fetch_policy(store, origin, token)
    if found is None:
        return None
    local = found.made_at.astimezone(Reader.of(found.owner, origin.now).zone)
    return Response(found.text, media_type=YAML, headers=_named("policy", local, "yaml"))


def _named(what: str, local: datetime, ending: str = "zip") -> dict[str, str]:
    name = f"accord-{what}-{local.date().isoformat()}.{ending}"
    return {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}


def _words(said: str, status: int) -> Response:
    return PlainTextResponse(f"{said}\n", status, HEADERS)

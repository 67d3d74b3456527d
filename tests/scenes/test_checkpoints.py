"""The record is signed, and the signature leaves the house: a channel and a file keep it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from bot.app import open_parts
from bot.running import answering, clock_origin
from domain.checkpoints import notes_in, open_checkpoint
from domain.clock import Clock
from storage.verify import verify
from tests.company import settle_company
from tests.edge.waiting import until
from tests.scenes.conftest import QUICK, Company, settings_for
from tests.scenes.goals import propose
from tests.serving import serving
from tests.slack import SlackWorkspace
from usecases.checkpoints import sweep_checkpoints

KEPT_IN = "C0RELEASE"
WITHOUT_ACCORD = "C0GENERAL"


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", KEPT_IN)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints"


@pytest.fixture
def bot_url() -> list[str]:
    return []


@pytest.fixture
def kept(
    database_url: str,
    engine: Engine,
    slack: SlackWorkspace,
    business_clock: Clock,
    archive: Path,
    channel: str,
    bot_url: list[str],
) -> Iterator[Company]:
    """The company, with two places that keep checkpoints."""
    settle_company(engine)
    settings = settings_for(database_url, str(slack.http.base_url).rstrip("/")).model_copy(
        update={
            "accord_signing_key": SecretStr("a signing key for tests that is long enough"),
            "accord_origin": "accord.example/record",
            "accord_anchor_file": archive,
            "accord_anchor_channel": channel,
        }
    )
    with (
        open_parts(settings, business_clock) as parts,
        answering(parts, delivery=QUICK) as server,
        serving(server) as url,
    ):
        slack.steer("request_url", url=f"{url}/slack/events")
        bot_url.append(url)
        yield Company(slack, parts)


def sweep(company: Company) -> None:
    sweep_checkpoints(company.parts.store, clock_origin(company.parts))


def test_what_people_did_is_signed_and_stands_in_the_channel_and_in_the_file(
    kept: Company, archive: Path
) -> None:
    lena = kept.person("Lena")
    propose(lena, kept)
    sweep(kept)
    told = lena.wait_for("Checkpoint of the record after 2 entries.", KEPT_IN)
    copied = next(
        block["elements"][0]["elements"][0]["text"] + "\n"
        for block in told.blocks
        if block["type"] == "rich_text"
    )
    keys = kept.parts.store.anchoring.keys
    assert keys is not None
    found = open_checkpoint(copied, keys.verifiers)
    whole = verify(kept.parts.store.engine, kept.parts.store.keyring)
    assert (found.size, found.root) == (whole.entries, whole.root)
    assert list(notes_in(archive.read_text("utf-8"))) == [copied]
    assert copied.strip() in told.notification


@pytest.mark.parametrize("channel", [WITHOUT_ACCORD], indirect=True)
def test_a_channel_that_does_not_take_them_shows_and_stops_nobody(
    kept: Company, archive: Path, bot_url: list[str]
) -> None:
    propose(kept.person("Lena"), kept)
    sweep(kept)

    def refused() -> bool:
        return 'accord_anchor_failing{place="channel"} 1.0' in metrics()

    def metrics() -> str:
        return httpx.get(f"{bot_url[0]}/metrics", trust_env=False).text

    until(refused)
    assert 'accord_unanchored_entries{place="channel"} 2.0' in metrics()
    assert 'accord_unanchored_entries{place="file"} 0.0' in metrics()
    assert len(list(notes_in(archive.read_text("utf-8")))) == 1

"""Plays the scenes in the demo and takes a picture of each: `make pictures`.

Everything happens on fixed days of a fixed year, so that pictures differ only where the page or
the words do. A new scene is a function in `SCENES` that plays it and calls `stage.picture`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import typer
from playwright.sync_api import Page

from tests.chromium import MISSING, chromium, chromium_path
from tests.slack import Message, Person, SlackWorkspace

PORT = 4700
START = datetime(2026, 10, 5, 9, 0, 5, tzinfo=UTC)
"""A Monday in the past: what the sample says of earlier days is then earlier than today."""
DUE = "2026-12-18"
PATIENCE = 20.0
STARTING = 120.0
MOVING = 600.0
SIZE = {"width": 1280, "height": 820}
RELEASE = "release-week"


@dataclass
class Stage:
    """The running demo, and a browser that looks at it."""

    slack: SlackWorkspace
    page: Page
    folder: Path

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    def until(self, moment: datetime) -> None:
        """Let time pass in the demo."""
        url = self.slack.http.base_url.join("/sandbox/advance")
        answer = httpx.post(url, json={"to": moment.isoformat()}, timeout=MOVING, trust_env=False)
        assert answer.is_success, answer.text

    def look(self, person: Person, place: str) -> Page:
        """The page as this person, at a conversation's id, or at `home`."""
        base = str(self.slack.http.base_url).rstrip("/")
        self.page.goto("about:blank")
        self.page.goto(f"{base}/#/{person.id}/{place}")
        self.page.locator("#list > *").first.wait_for()
        return self.page

    def picture(self, name: str) -> None:
        self.page.mouse.move(0, 0)
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(400)  # for what moves on the page to come to rest
        self.page.screenshot(path=self.folder / f"{name}.png")


def wait_for(person: Person, words: str, channel: str | None = None) -> Message:
    return person.wait_for(words, channel, timeout=PATIENCE)


def propose(person: Person, **fields: str) -> None:
    person.command("/goal new")
    person.dialog.fill({"Due date": DUE, **fields})
    person.dialog.submit()
    assert not person.has_dialog, person.dialog.text


def goals(stage: Stage) -> None:
    """Lena reads the change that Jonas suggests."""
    lena, jonas = stage.person("Lena Novak"), stage.person("Jonas Brandt")
    propose(
        lena,
        Title="First reply to customers",
        Metric="Median hours to first reply",
        Target="5 h",
    )
    wait_for(jonas, "First reply to customers").press("Counter")
    jonas.dialog.fill({"Target": "6 h", "Reason": "No second hire in Lisbon before March."})
    jonas.dialog.submit()
    question = wait_for(lena, "No second hire in Lisbon")
    page = stage.look(lena, question.channel)
    page.get_by_text("No second hire in Lisbon").first.wait_for()
    stage.picture("goals")
    question.press("Accept")
    wait_for(jonas, "Lena Novak accepted")


def check_ins(stage: Stage) -> None:
    """Lena is asked on her own morning, and answers."""
    lena = stage.person("Lena Novak")
    stage.until(START + timedelta(days=14, minutes=30))
    question = wait_for(lena, "Check-in:")
    page = stage.look(lena, question.channel)
    page.get_by_role("button", name="Check in", exact=True).last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Value").first.fill("7.1")
    dialog.get_by_label("What changed").first.fill("Macros answer the ten commonest questions.")
    stage.picture("check-ins")
    lena.dialog.close()


def feedback(stage: Stage) -> None:
    """Mira asks a channel; people answer in the thread, privately or anonymously."""
    mira, lena = stage.person("Mira Sato"), stage.person("Lena Novak")
    mira.command("/feedback round Release week", RELEASE)
    closes = (START + timedelta(days=18)).date().isoformat()
    mira.dialog.fill(
        {
            "Question": "What should we keep, what change?",
            "Closes on": closes,
            "Anonymous": ["People may also answer anonymously"],
        }
    )
    mira.dialog.submit()
    mira.dialog.close()
    question = wait_for(lena, "What should we keep", RELEASE)
    for name, words in (
        ("Jonas Brandt", "Keep the pairing between support and product on release day."),
        ("Nina Petrov", "The checklist. It caught two things before customers did."),
        ("Tarik Can", "Change the hour: the release at five leaves nobody to answer."),
    ):
        stage.person(name).say(words, question.channel, thread_ts=question.ts)
    page = stage.look(lena, question.channel)
    page.get_by_role("button", name="3 replies").last.click()
    page.get_by_role("complementary", name="Thread").get_by_text("leaves nobody").wait_for()
    page.locator("#thread-text").fill("Keep: one channel for questions. It saved me an hour a day.")
    stage.picture("feedback")


def announcement(stage: Stage) -> None:
    """Ines looks at an announcement before it goes to everybody."""
    ines = stage.person("Ines Duarte")
    ines.command("/cycle new")
    name = "Goals for January to March"
    ines.dialog.fill({"Name": name, "Starts": "2027-01-01", "Ends": "2027-03-31"}).submit()
    ines.dialog.close()
    ines.command("/cycle announce")
    ines.dialog.press("More detail")
    ines.dialog.fill(
        {
            "Cycle": f"{name}: Set goals, until 31 January 2027",
            "Message": "Please agree two to four goals with your manager; about 20 minutes.",
            "Message in German": "Bitte vereinbare zwei bis vier Ziele; es dauert etwa 20 Minuten.",
            "Send at": "At start of day",
        }
    ).submit()
    page = stage.look(ines, ines.last_message().channel)
    page.get_by_role("dialog").get_by_text("Send me a test").wait_for()
    stage.picture("announcement")
    ines.dialog.close()


SCENES: dict[str, Callable[[Stage], None]] = {
    "goals": goals,
    "check-ins": check_ins,
    "feedback": feedback,
    "announcement": announcement,
}


@contextmanager
def demo(folder: Path) -> Iterator[SlackWorkspace]:
    """`accord demo` in a process of its own, its clock set to `START`."""
    shift = START - datetime.now(UTC)
    (folder / "clock").write_text(str(shift.total_seconds()), encoding="ascii")
    accord = Path(sys.executable).with_name("accord")
    words = [accord, "demo", "--folder", folder, "--port", str(PORT)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    slack = SlackWorkspace(f"http://127.0.0.1:{PORT}")
    try:
        _wait_until_ready(process)
        yield slack
    finally:
        slack.close()
        process.terminate()
        process.wait(PATIENCE)


def _wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{PORT + 1}/readyz", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the demo did not start")


def take(folder: Path, only: Sequence[str]) -> None:
    """Every scene is played, since each builds on the ones before; `only` says which to keep."""
    path = chromium_path()
    if path is None:
        raise SystemExit(MISSING)
    if unknown := set(only) - set(SCENES):
        known = ", ".join(SCENES)
        raise SystemExit(f"no such scene: {', '.join(sorted(unknown))}; there is: {known}")
    with tempfile.TemporaryDirectory() as made:
        drafts, demo_folder = Path(made) / "pictures", Path(made) / "demo"
        demo_folder.mkdir()
        with demo(demo_folder) as slack, chromium(path) as browser:
            seen = browser.new_context(viewport=SIZE, locale="en-GB", reduced_motion="reduce")
            stage = Stage(slack, seen.new_page(), drafts)
            for name, play in SCENES.items():
                play(stage)
                if not only or name in only:
                    shutil.copy(drafts / f"{name}.png", folder / f"{name}.png")
                    typer.echo(folder / f"{name}.png")


if __name__ == "__main__":
    take(Path("docs/pictures"), sys.argv[1:])

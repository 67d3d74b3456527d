"""The organisation's secret is changed while people work; what was sealed stays readable."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select, text

from domain.sensitivity import Sensitivity
from storage.keyring import Keyring
from storage.sealing import Opener, Place, Sealer, key_id
from storage.tables.sealing import DataKey
from tests.cli.accord import accord, environment, running
from tests.company import settle_company
from tests.record.acts import writing
from tests.record.intruder import intruder
from tests.scenes.conftest import SECRET_KEY
from tests.slack import Person, SlackWorkspace

NEW_KEY = "the-next-secret-key-which-is-long-enough-too"
BOTH = f"{NEW_KEY}, {SECRET_KEY}"
MANY = 2_500


def seal_for_many(engine: Engine, people: int) -> dict[UUID, bytes]:
    """A sealed text for each of so many people, under the first secret."""
    with writing(engine) as connection:
        sealer = Sealer(connection, Keyring([SECRET_KEY]), "2026")
        return {
            person: sealer.seal(_place(person), person, Sensitivity.CONFIDENTIAL, f"of {person}")
            for person in (uuid4() for _ in range(people))
        }


def _place(person: UUID) -> Place:
    return Place("feedback", person, "words")


def assert_all_open(engine: Engine, sealed: dict[UUID, bytes], *secrets: str) -> None:
    with engine.connect() as connection:
        opener = Opener(connection, Keyring(secrets))
        for person, blob in sealed.items():
            assert opener.open(_place(person), blob) == f"of {person}"


def wrapped_under_the_new(engine: Engine) -> int:
    newest = Keyring([NEW_KEY]).fingerprints[0]
    wanted = select(func.count()).select_from(DataKey).where(DataKey.wrapped_by == newest)
    with engine.connect() as connection:
        return connection.execute(wanted).scalar_one()


def all_keys(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(DataKey)).scalar_one()


@pytest.fixture
def rotating(database_url: str, slack: SlackWorkspace) -> dict[str, str]:
    """The settings of an operator who has put the new secret in front of the old one."""
    return environment(database_url, slack) | {"ACCORD_SECRET_KEY": BOTH}


def test_killed_half_way_everything_opens_and_the_next_run_goes_on(
    engine: Engine, rotating: dict[str, str], tmp_path: Path
) -> None:
    sealed = seal_for_many(engine, MANY)
    with running("keys", "rotate", settings=rotating, folder=tmp_path) as rotation:
        deadline = time.monotonic() + 60
        while not wrapped_under_the_new(engine) and time.monotonic() < deadline:
            time.sleep(0.005)
        rotation.kill()
    assert 0 < wrapped_under_the_new(engine) < MANY
    assert_all_open(engine, sealed, NEW_KEY, SECRET_KEY)
    rest = all_keys(engine) - wrapped_under_the_new(engine)

    again = accord("keys", "rotate", settings=rotating, folder=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith(f"{rest} data keys are now wrapped under the newest secret.")
    assert_all_open(engine, sealed, NEW_KEY)
    assert wrapped_under_the_new(engine) == all_keys(engine)

    once_more = accord("keys", "rotate", settings=rotating, folder=tmp_path)
    assert once_more.returncode == 0
    assert once_more.stdout.startswith("Every data key is wrapped under the newest secret already.")
    with engine.connect() as connection:
        recorded = text("SELECT count(*) FROM audit_entry WHERE action = 'keys.rotate'")
        assert connection.execute(recorded).scalar_one() == 2


def test_people_work_on_while_keys_are_rotated(
    engine: Engine, rotating: dict[str, str], slack: SlackWorkspace, tmp_path: Path
) -> None:
    settle_company(engine)
    sealed = seal_for_many(engine, MANY // 2)
    with running("serve", "--port", "0", settings=rotating, folder=tmp_path) as bot:
        slack.steer("request_url", url=f"{bot.url}/slack/events")
        givers = [slack.person(name) for name in ("Lena", "Tarik")]
        with giving_feedback(givers) as given:
            before = given.count
            rotated = accord("keys", "rotate", settings=rotating, folder=tmp_path)
            assert given.count > before
        assert (rotated.returncode, rotated.stderr) == (0, "")
        assert bot.stop() == 0

    alone = rotating | {"ACCORD_SECRET_KEY": NEW_KEY}
    assert wrapped_under_the_new(engine) == all_keys(engine)
    assert_all_open(engine, sealed, NEW_KEY)
    with running("serve", "--port", "0", settings=alone, folder=tmp_path) as bot:
        slack.steer("request_url", url=f"{bot.url}/slack/events")
        jonas = slack.person("Jonas")
        jonas.wait_for("has feedback for you").press("Read")
        assert "Words of" in jonas.dialog.text
        assert bot.stop() == 0
    verified = accord("audit", "verify", settings=alone, folder=tmp_path)
    assert verified.returncode == 0, verified.stderr


class Given:
    """How much feedback was sent."""

    def __init__(self) -> None:
        self.count = 0
        self.begun = threading.Event()
        self.enough = threading.Event()

    def keep_giving(self, person: Person) -> None:
        """Send feedback to Jonas again and again, like somebody patient."""
        while not (self.enough.is_set() and self.count):
            if not person.has_dialog:
                person.command("/feedback @Jonas")
                continue
            person.dialog.fill(Feedback=f"Words of {person.name}", Kind="Support")
            while "Sent." not in person.dialog.text:
                person.dialog.submit()
            person.dialog.close()
            self.count += 1
            self.begun.set()


@contextmanager
def giving_feedback(givers: list[Person]) -> Iterator[Given]:
    """All of them give feedback for the length of the block, which begins once one has."""
    given = Given()
    with ThreadPoolExecutor(len(givers)) as pool:
        working = [pool.submit(given.keep_giving, giver) for giver in givers]
        try:
            assert given.begun.wait(60)
            yield given
        finally:
            given.enough.set()
        for one in working:
            one.result(60)


def test_a_damaged_key_is_named_and_the_others_are_rotated(
    engine: Engine, rotating: dict[str, str], tmp_path: Path
) -> None:
    sealed = seal_for_many(engine, 3)
    (damaged, blob), *others = sealed.items()
    with intruder(rotating["ACCORD_DATABASE_URL"]) as connection:
        connection.execute(
            text("UPDATE data_key SET wrapped = :wrapped WHERE kid = :kid"),
            {"wrapped": bytes(40), "kid": key_id(blob)},
        )
    rotated = accord("keys", "rotate", settings=rotating, folder=tmp_path)
    assert (rotated.returncode, rotated.stdout) == (1, "")
    (line,) = rotated.stderr.splitlines()
    assert line.startswith(f"accord: data keys {key_id(blob)} are damaged and stay as they are")
    assert str(damaged) not in line
    assert_all_open(engine, dict(others), NEW_KEY)


@pytest.mark.parametrize(
    "command", [("serve", "--port", "0"), ("worker",), ("keys", "rotate"), ("run", "escalations")]
)
def test_with_another_key_nothing_starts(
    command: tuple[str, ...], engine: Engine, rotating: dict[str, str], tmp_path: Path
) -> None:
    seal_for_many(engine, 2)
    wrong = rotating | {"ACCORD_SECRET_KEY": NEW_KEY}
    refused = accord(*command, settings=wrong, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "accord: ACCORD_SECRET_KEY does not open 2 data keys of this database: add the earlier "
        "key behind a comma\n"
    )


@pytest.mark.parametrize("key", [None, " , ", f"{SECRET_KEY},too-short"])
def test_without_keys_that_will_do_nothing_starts(key: str | None, tmp_path: Path) -> None:
    settings = environment("sqlite:///accord.db") | {"ACCORD_SECRET_KEY": key or ""}
    refused = accord("keys", "rotate", settings=settings, folder=tmp_path)
    says = "needs 32 characters or more for each key" if key else "is not set"
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"accord: ACCORD_SECRET_KEY {says}\n"


def test_keys_of_a_process_that_still_has_the_old_secret_alone_are_noticed(
    engine: Engine, rotating: dict[str, str], tmp_path: Path
) -> None:
    seal_for_many(engine, 1)
    assert accord("keys", "rotate", settings=rotating, folder=tmp_path).returncode == 0
    late = seal_for_many(engine, 1)
    alone = rotating | {"ACCORD_SECRET_KEY": NEW_KEY}
    refused = accord("keys", "rotate", settings=alone, folder=tmp_path)
    assert refused.returncode == 2
    assert "does not open 1 data keys" in refused.stderr
    assert accord("keys", "rotate", settings=rotating, folder=tmp_path).returncode == 0
    assert_all_open(engine, late, NEW_KEY)

"""Codes and the acts that they confirm, in any order: none counts twice, nor for another act."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select

from domain.audit import Action
from domain.errors import AccordError, Busy
from domain.one_time_codes import TypedCode
from domain.step_up import Act, CodesInUse, CodesOffered
from domain.verification import Verdict
from storage.database import open_engine
from storage.step_up import locked
from storage.tables.audit import AuditEntry
from storage.tables.step_up import Mfa
from storage.verify import verify
from tests.company import person_id, settle_company
from tests.databases import Databases, Kind
from tests.phone import phone_code
from tests.rules.office import KEYRING, Office
from usecases import step_up
from usecases.access import require_member
from usecases.security import my_codes, set_up_codes

LENA, OMAR = "Lena", "Omar"
ACTS = [Act("purge", {"rule": "goals", "people": number}) for number in range(3)]
STEP = timedelta(seconds=30)


def set_up(office: Office, name: str) -> str:
    """Sets codes up, with the present code; returns the key in the phone."""
    offered = my_codes(office.store, office.by(name))
    assert isinstance(offered, CodesOffered)
    code = TypedCode(code=shown(office, offered.secret))
    set_up_codes(office.store, office.by(name), code, offered.version)
    return offered.secret


def shown(office: Office, key: str, off: int = 0) -> str:
    """What the phone shows now, or would with a clock that is some steps off."""
    return phone_code(key, (office.watch.now + off * STEP).timestamp())


def ask(office: Office, name: str, act: Act) -> UUID:
    with office.store.write(office.by(name)) as work:
        return step_up.ask(work, require_member(work), act)


def answer(office: Office, name: str, challenge: UUID, code: str) -> None:
    step_up.answer(office.store, office.by(name), challenge, code)


def carry_out(office: Office, name: str, act: Act, challenge: UUID) -> None:
    with office.store.write(office.by(name)) as work:
        step_up.require(work, require_member(work), act, challenge)


def heard(act: Callable[[], object]) -> str:
    """The code of a refusal, or `done`."""
    try:
        act()
    except AccordError as refused:
        return refused.code
    return "done"


class Confirming(RuleBasedStateMachine):
    """Two people, three acts, codes right and wrong, and time that passes."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        settle_company(engine)
        self.office = Office(engine)
        self.newest: dict[str, int] = {}
        self.failures = dict.fromkeys((LENA, OMAR), 0)
        self.locked_until = dict.fromkeys((LENA, OMAR), self.office.watch.now)
        self.challenges: list[tuple[UUID, str, Act, object]] = []
        self.answered: dict[UUID, int] = {}
        self.used: set[UUID] = set()
        self.locks = 0

    @initialize()
    def both_have_codes(self) -> None:
        self.keys = {name: set_up(self.office, name) for name in (LENA, OMAR)}
        self.newest = dict.fromkeys((LENA, OMAR), self.step())

    def step(self, off: int = 0) -> int:
        return int(self.office.watch.now.timestamp()) // 30 + off

    @rule(name=st.sampled_from((LENA, OMAR)), act=st.sampled_from(ACTS))
    def is_asked(self, name: str, act: Act) -> None:
        challenge = ask(self.office, name, act)
        self.challenges.append((challenge, name, act, self.office.watch.now))

    @precondition(lambda self: self.challenges)
    @rule(
        which=st.integers(0, 9),
        by=st.sampled_from(("same", "same", "same", LENA, OMAR)),
        off=st.sampled_from((0, 0, 0, 1, -1, 2, -2, None)),
    )
    def types_a_code(self, which: int, by: str, off: int | None) -> None:
        challenge, name, _act, asked_at = self.challenges[which % len(self.challenges)]
        by = name if by == "same" else by
        now = self.office.watch.now
        code = shown(self.office, self.keys[by], off or 0)
        if off is None:
            near = {shown(self.office, self.keys[by], each) for each in (-1, 0, 1)}
            code = next(c for c in ("000000", "111111", "222222", "333333") if c not in near)
        over = by != name or challenge in self.used or now >= asked_at + timedelta(minutes=5)
        fits = off is not None and abs(off) <= 1
        if over:
            expected = "confirmation_over"
        elif now < self.locked_until[by]:
            expected = "codes_locked"
        elif not fits:
            self.failures[by] += 1
            expected = "code_wrong"
            if self.failures[by] == 5:
                self.failures[by] = 0
                self.locked_until[by] = now + timedelta(minutes=15)
                self.locks += 1
                expected = "codes_locked"
        else:
            step = self.step(off or 0)
            if step > self.newest[by] or self.answered.get(challenge) == step:
                self.newest[by] = max(step, self.newest[by])
                self.answered[challenge] = step
                self.failures[by] = 0
                expected = "done"
            else:
                expected = "code_used"
        assert heard(lambda: answer(self.office, by, challenge, code)) == expected

    @precondition(lambda self: self.challenges)
    @rule(
        which=st.integers(0, 9),
        by=st.sampled_from(("same", "same", LENA, OMAR)),
        other=st.sampled_from((None, None, *ACTS)),
    )
    def acts(self, which: int, by: str, other: Act | None) -> None:
        challenge, name, act, asked_at = self.challenges[which % len(self.challenges)]
        by = name if by == "same" else by
        meant = other or act
        fine = (
            by == name
            and meant == act
            and challenge in self.answered
            and challenge not in self.used
            and self.office.watch.now < asked_at + timedelta(minutes=5)
        )
        expected = "done" if fine else "confirmation_over"
        assert heard(lambda: carry_out(self.office, by, meant, challenge)) == expected
        if fine:
            self.used.add(challenge)

    @rule(seconds=st.sampled_from((7, 30, 60, 300, 900)))
    def time_passes(self, seconds: int) -> None:
        self.office.wait(timedelta(seconds=seconds))

    def teardown(self) -> None:
        with self.office.engine.connect() as connection:
            locks = connection.execute(
                select(func.count()).where(AuditEntry.action == Action.CODES_LOCK)
            ).scalar_one()
        assert locks == self.locks
        assert verify(self.office.engine, KEYRING).verdict is Verdict.INTACT
        self.office.engine.dispose()


@pytest.mark.timeout(300)  # many codes, each of which waits for a commit
def test_a_code_confirms_one_act_once(databases: Databases) -> None:
    class InAFreshCompany(Confirming):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        InAFreshCompany,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.fixture
def company(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


def at_once(*acts: Callable[[], object]) -> list[str]:
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> str:
        start.wait(timeout=10)
        while True:
            try:
                return heard_though_busy(act)
            except Busy:
                continue

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def heard_though_busy(act: Callable[[], object]) -> str:
    try:
        act()
    except Busy:
        raise
    except AccordError as refused:
        return refused.code
    return "done"


def test_of_two_who_type_one_code_at_once_one_is_heard(company: Office) -> None:
    key = set_up(company, LENA)
    company.wait(STEP)
    first, second = ask(company, LENA, ACTS[0]), ask(company, LENA, ACTS[1])
    code = shown(company, key)
    told = at_once(
        lambda: answer(company, LENA, first, code), lambda: answer(company, LENA, second, code)
    )
    assert sorted(told) == ["code_used", "done"]


def test_of_two_acts_at_once_one_uses_the_confirmation(company: Office) -> None:
    key = set_up(company, LENA)
    company.wait(STEP)
    challenge = ask(company, LENA, ACTS[0])
    answer(company, LENA, challenge, shown(company, key))
    told = at_once(*[lambda: carry_out(company, LENA, ACTS[0], challenge)] * 4)
    assert sorted(told) == ["confirmation_over"] * 3 + ["done"]


def test_a_confirmation_is_for_one_act_of_one_person_within_five_minutes(company: Office) -> None:
    keys = {name: set_up(company, name) for name in (LENA, OMAR)}
    company.wait(STEP)
    challenge = ask(company, LENA, ACTS[0])
    over = "confirmation_over"
    assert heard(lambda: carry_out(company, LENA, ACTS[0], challenge)) == over
    omars = shown(company, keys[OMAR])
    assert heard(lambda: answer(company, OMAR, challenge, omars)) == over
    answer(company, LENA, challenge, shown(company, keys[LENA]))
    renamed = Act("export", ACTS[0].parameters)
    for act in (ACTS[1], renamed):
        assert heard(lambda act=act: carry_out(company, LENA, act, challenge)) == over  # type: ignore[misc] # mypy cannot tell the default's type
    assert heard(lambda: carry_out(company, OMAR, ACTS[0], challenge)) == over
    company.wait(timedelta(minutes=5))
    assert heard(lambda: carry_out(company, LENA, ACTS[0], challenge)) == over
    company.wait(timedelta(seconds=-1))
    assert heard(lambda: carry_out(company, LENA, ACTS[0], challenge)) == "done"
    assert heard(lambda: carry_out(company, LENA, ACTS[0], challenge)) == over


def test_guesses_at_once_are_all_counted(company: Office) -> None:
    key = set_up(company, LENA)
    company.wait(STEP)
    near = {shown(company, key, off) for off in (-1, 0, 1)}
    wrong = next(code for code in ("000000", "111111", "222222", "333333") if code not in near)
    challenge = ask(company, LENA, ACTS[0])
    told = at_once(*[lambda: answer(company, LENA, challenge, wrong)] * 8)
    assert sorted(told) == ["code_wrong"] * 4 + ["codes_locked"] * 4
    assert heard(lambda: answer(company, LENA, challenge, shown(company, key))) == "codes_locked"


def test_without_codes_nothing_can_be_confirmed(company: Office) -> None:
    assert heard(lambda: ask(company, LENA, ACTS[0])) == "codes_not_set_up"
    my_codes(company.store, company.by(LENA))
    assert heard(lambda: ask(company, LENA, ACTS[0])) == "codes_not_set_up"
    assert heard(lambda: answer(company, LENA, uuid4(), "123456")) == "codes_not_set_up"


def test_a_secret_that_was_offered_before_counts_no_more(company: Office) -> None:
    seen = my_codes(company.store, company.by(LENA))
    newest = my_codes(company.store, company.by(LENA))
    assert isinstance(seen, CodesOffered)
    assert isinstance(newest, CodesOffered)
    assert seen.secret != newest.secret
    old = TypedCode(code=shown(company, seen.secret))
    for version in (seen.version, newest.version):
        told = heard(lambda v=version: set_up_codes(company.store, company.by(LENA), old, v))  # type: ignore[misc] # mypy cannot tell the default's type
        assert told in ("codes_offered_anew", "first_code_wrong")
    code = TypedCode(code=shown(company, newest.secret))
    set_up_codes(company.store, company.by(LENA), code, newest.version)
    again = set_up_codes(company.store, company.by(LENA), code, newest.version)
    assert isinstance(again, CodesInUse)
    assert isinstance(my_codes(company.store, company.by(LENA)), CodesInUse)


def test_the_first_code_is_used_up(company: Office) -> None:
    key = set_up(company, LENA)
    challenge = ask(company, LENA, ACTS[0])
    told = heard(lambda: answer(company, LENA, challenge, shown(company, key)))
    assert told == "code_used"


def test_the_secret_is_sealed(company: Office) -> None:
    key = set_up(company, LENA)
    with company.engine.connect() as connection:
        stored = connection.execute(
            select(Mfa.secret).where(Mfa.person_id == person_id("Lena Novak"))
        ).scalar_one()
    assert key.replace(" ", "").encode() not in stored
    with company.store.read(company.by(OMAR)) as work:
        row = locked(work.connection, person_id("Lena Novak"))
        assert row is not None
        assert phone_code(key, 59) == phone_code(_text(row.secret(work.sealer)), 59)


def _text(secret: bytes) -> str:
    return b32encode(secret).decode()

"""Two of everything at the same moment: sweeps, presses, a press and a value. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from domain.errors import AccordError, AlreadyDone, Busy, Refused
from domain.goals import GoalCard
from domain.notices import NoticeKind
from domain.origin import Via
from domain.verification import Verdict
from storage.tables.checkins import CheckInPrompt, CheckInRow
from storage.tables.goals import GoalValue
from storage.tables.outbox import Notice
from storage.verify import verify
from tests.company import settle_company
from tests.rules.office import KEYRING, Office
from usecases.checkin_prompts import prompt_check_ins
from usecases.checkins import nothing_changed, undo_check_in
from usecases.snoozing import snooze

ROUNDS = 3
# Past the opening in Lisbon, and past Easter Monday.
A_FORTNIGHT_LATER = timedelta(days=15, hours=1)
Act = Callable[[], object]


@pytest.fixture
def company(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


def at_once(*acts: Act) -> list[object]:
    """What each of them hears. Who hears *Please press again* does."""
    start = Barrier(len(acts))

    def do(act: Act) -> object:
        start.wait(timeout=10)
        while True:
            try:
                return act()
            except Busy:
                continue
            except AccordError as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def sweep(office: Office) -> int:
    return prompt_check_ins(office.store, office._origin(Via.CLOCK))


def asked(office: Office) -> tuple[GoalCard, UUID]:
    """An agreed goal, two weeks later: the prompt that asks about it."""
    goal = office.accept("Jonas", office.propose("Lena"))
    sweep(office)
    office.wait(A_FORTNIGHT_LATER)
    sweep(office)
    with office.engine.connect() as connection:
        newest = select(CheckInPrompt.id).where(CheckInPrompt.with_digest.is_(False))
        return goal, connection.scalars(newest.order_by(CheckInPrompt.at.desc()).limit(1)).one()


def count(office: Office, *where: object) -> int:
    with office.engine.connect() as connection:
        return connection.execute(select(func.count()).where(*where)).scalar_one()  # type: ignore[arg-type] # SQL clauses


def test_sweeps_of_several_processes_ask_once(company: Office) -> None:
    company.accept("Jonas", company.propose("Lena"))
    sweep(company)
    for _ in range(ROUNDS):
        company.wait(A_FORTNIGHT_LATER)
        at_once(*[lambda: sweep(company)] * 4)
    kinds = [kind for kind in company.told("Lena") if kind == NoticeKind.CHECK_IN_PROMPT]
    assert len(kinds) == ROUNDS


def test_two_presses_are_one_check_in_and_the_second_hears_so(company: Office) -> None:
    for _ in range(ROUNDS):
        _, prompt = asked(company)
        press = lambda: nothing_changed(company.store, company.by("Lena"), prompt)  # noqa: E731, B023 - used within the round
        heard = at_once(press, press)
        assert sum(isinstance(one, AlreadyDone) for one in heard) == 1
    assert count(company, CheckInRow.id.is_not(None)) == ROUNDS
    assert verify(company.engine, KEYRING).verdict is Verdict.INTACT


def test_a_value_and_a_press_at_once_leave_both_or_the_value_alone(company: Office) -> None:
    goal, prompt = asked(company)
    heard = at_once(
        lambda: company.update("Lena", goal, 7.1),
        lambda: nothing_changed(company.store, company.by("Lena"), prompt),
    )
    values = count(company, GoalValue.goal_id == goal.id)
    refused = sum(isinstance(one, AlreadyDone) for one in heard)
    assert values in (1, 2)
    assert refused in (0, 1)
    assert values + refused <= 2


def test_undo_and_undo_take_back_once(company: Office) -> None:
    _, prompt = asked(company)
    outcome = nothing_changed(company.store, company.by("Lena"), prompt)
    assert outcome.id is not None
    made = outcome.id
    undo = lambda: undo_check_in(company.store, company.by("Lena"), made)  # noqa: E731 - as above
    heard = at_once(undo, undo)
    assert sum(isinstance(one, AlreadyDone) for one in heard) == 1
    assert company.acts().count("check_in.undo") == 1


def test_snooze_and_answer_at_once_never_ask_again_for_what_is_answered(company: Office) -> None:
    _, prompt = asked(company)
    heard = at_once(
        lambda: snooze(company.store, company.by("Lena"), 1),
        lambda: nothing_changed(company.store, company.by("Lena"), prompt),
    )
    assert all(not isinstance(one, AccordError) or isinstance(one, Refused) for one in heard)
    before = count(company, Notice.kind == NoticeKind.CHECK_IN_PROMPT)
    company.wait(timedelta(days=1))
    sweep(company)
    assert count(company, Notice.kind == NoticeKind.CHECK_IN_PROMPT) == before

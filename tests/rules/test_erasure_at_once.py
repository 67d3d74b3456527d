"""A hold is placed while its person is erased: one of the two happens, never both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from uuid import uuid4

from sqlalchemy import Engine, insert, select, update

from domain.errors import AccordError, Busy
from domain.holds import HoldScope, PlaceHold
from domain.people import GrantState, PersonState, Role
from storage import people
from storage.tables.holds import LegalHold
from storage.tables.people import Person, RoleGrant
from tests.company import LONG_AGO, person_id, settle_company, slack_id
from tests.record.acts import writing
from tests.rules.office import Office
from usecases.erasures import ERASE_PERSON
from usecases.guarded import Consent
from usecases.holds import place_hold

LENA = person_id("Lena Novak")


def settle(engine: Engine) -> None:
    settle_company(engine)
    with writing(engine) as connection:
        connection.execute(update(Person).where(Person.id == LENA).values(state=PersonState.LEFT))
        for name, role in (("Mara Lindt", Role.LEGAL), ("Nora Sand", Role.COMPLIANCE)):
            connection.execute(
                insert(RoleGrant).values(
                    id=uuid4(),
                    person_id=person_id(name),
                    role=role,
                    state=GrantState.ACTIVE,
                    valid_from=LONG_AGO,
                )
            )


def test_a_hold_stands_or_the_person_is_erased(engine: Engine, tmp_path: Path) -> None:
    settle(engine)
    office = Office(engine)
    store = office.store
    store.anchoring = replace(store.anchoring, ledger=tmp_path / "erasures")
    start = Barrier(2)

    def hold() -> bool:
        command = PlaceHold(
            who=slack_id("Lena Novak"), scope=HoldScope.EVERYTHING, matter="1/26", reason="A claim."
        )
        place_hold(store, office.by("Mara"), uuid4(), command)
        return True

    def erase() -> bool:
        with store.write(office.by("Nora")) as work:
            ines = people.member(work.connection, person_id("Ines Duarte"))
            nora = people.member(work.connection, person_id("Nora Sand"))
            parameters = {"person": str(LENA), "scope": "everything"}
            ERASE_PERSON.carry_out(work, Consent(uuid4(), ines, nora), parameters)
        return True

    def done(act: object) -> bool:
        start.wait(timeout=10)
        while True:
            try:
                return hold() if act == "hold" else erase()
            except Busy:
                continue
            except AccordError:
                return False

    with ThreadPoolExecutor(2) as pool:
        held, erased = pool.map(done, ("hold", "erase"))
    assert held != erased
    with engine.connect() as connection:
        name = connection.scalar(select(Person.name).where(Person.id == LENA))
        holds = connection.scalars(select(LegalHold.id)).all()
    assert (name == "Erased person") == erased
    assert len(holds) == held

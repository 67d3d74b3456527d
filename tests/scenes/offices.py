"""A company in which roles can be given: an administrator, HR, compliance, and their phones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import insert, select

from domain.people import GrantState, Role
from storage.tables.people import RoleGrant
from tests.company import LONG_AGO, PEOPLE, person_id
from tests.scenes.conftest import Company
from tests.scenes.phones import MachineTime, Phone, set_up_codes
from tests.slack import Message, Person

FULL_NAMES = {one.name.split(maxsplit=1)[0]: one.name for one in PEOPLE}
ADMINISTRATOR, HR, COMPLIANCE = "Omar", "Ines", "Nora"


def name_to_role(
    company: Company,
    name: str,
    role: Role,
    *,
    state: GrantState = GrantState.ACTIVE,
    valid_to: date | None = None,
    region: str | None = None,
) -> None:
    """As an import into an empty directory does it, or, later, one that has to wait."""
    with company.parts.store.write_alone() as connection:
        connection.execute(
            insert(RoleGrant).values(
                id=uuid5(NAMESPACE_URL, f"{name} {role} {state} {region}"),
                person_id=person_id(FULL_NAMES[name]),
                role=role,
                region=region,
                state=state,
                valid_from=LONG_AGO,
                valid_to=valid_to,
            )
        )


@dataclass
class Offices:
    """Who asks, who approves, and what their phones show."""

    company: Company
    time: MachineTime
    phones: dict[str, Phone]

    @property
    def admin(self) -> Person:
        return self.company.person(ADMINISTRATOR)

    @property
    def hr(self) -> Person:
        return self.company.person(HR)

    def code(self, name: str) -> str:
        """A code that nobody has used yet."""
        return self.phones[name].next_code()

    def fill_grant(self, **changes: object) -> None:
        """The administrator types that Tarik shall be a facilitator."""
        self.admin.command("/accord roles")
        self.admin.last_message().press("Give a role")
        values = {"Who": "Tarik", "Role": "Facilitator", "Reason": "Rounds in Support."}
        self.admin.dialog.fill({**values, **changes})

    def ask(self, **changes: object) -> None:
        """The administrator asks, with a code."""
        self.fill_grant(**changes)
        self.admin.dialog.submit()
        self.admin.dialog.fill({"Code": self.code(ADMINISTRATOR)}).submit()
        assert self.admin.dialog.text.startswith("Asked."), self.admin.dialog.text
        self.admin.dialog.close()

    def wanted(self, name: str) -> Message:
        return self.company.person(name).wait_for("asks for your approval")

    def approve(self, name: str = HR) -> str:
        """Somebody approves, with a code; returns what the dialog says then."""
        person = self.company.person(name)
        self.wanted(name).press("Approve")
        person.dialog.fill({"Code": self.code(name)}).submit()
        said = person.dialog.text
        person.dialog.close()
        return said

    def roles_of(self, name: str) -> set[Role]:
        """What the directory says; an end that has passed counts only where rights are asked."""
        with self.company.parts.store.engine.connect() as connection:
            return set(
                connection.scalars(
                    select(RoleGrant.role).where(
                        RoleGrant.person_id == person_id(FULL_NAMES[name]),
                        RoleGrant.state == GrantState.ACTIVE,
                    )
                )
            )


def settle_offices(company: Company, time: MachineTime) -> Offices:
    """Omar is administrator, Ines is in HR, Nora in compliance; all three have codes."""
    name_to_role(company, ADMINISTRATOR, Role.ADMINISTRATOR)
    name_to_role(company, COMPLIANCE, Role.COMPLIANCE)
    names = (ADMINISTRATOR, HR, COMPLIANCE)
    return Offices(
        company, time, {name: set_up_codes(company.person(name), time) for name in names}
    )

"""A small company for scenario tests, in the directory and in the pretend Slack alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Engine, insert

from domain.people import Employment, GrantState, Level, LineKind, PersonState, Role
from sandbox.config import ChannelConfig, PersonConfig, SandboxConfig
from storage.database import WRITING
from storage.tables.people import Delegation, OrgUnit, Person, ReportingLine, RoleGrant

LONG_AGO = date(2020, 1, 1)
BOT_TOKEN = "xoxb-test-token"
SIGNING_SECRET = "a-signing-secret-for-tests"


def person_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"person:{name}")


def slack_id(name: str) -> str:
    return f"U0{name.split(maxsplit=1)[0].upper()}"


@dataclass(frozen=True)
class Somebody:
    name: str
    manager: str | None
    level: Level = Level.INDIVIDUAL
    unit: str = "Company / Support"
    zone: str = "Europe/Berlin"
    role: Role | None = None
    employment: Employment = Employment.REGULAR
    locale: str = "en-GB"


PEOPLE = (
    Somebody("Clara Stein", None, Level.EXECUTIVE, unit="Company"),
    Somebody("Mara Lindt", "Clara Stein", Level.EXECUTIVE),
    Somebody("Jonas Brandt", "Mara Lindt", Level.MANAGER),
    Somebody("Omar Haddad", "Mara Lindt", Level.MANAGER),
    Somebody("Lena Novak", "Jonas Brandt", zone="Europe/Lisbon"),
    Somebody("Emil Berg", "Jonas Brandt", locale="de-DE"),
    Somebody("Tarik Can", "Omar Haddad"),
    Somebody("Nora Sand", "Clara Stein", unit="Company / Sales"),
    Somebody("Ines Duarte", "Clara Stein", unit="Company / People", role=Role.HR),
    Somebody("Mira Sato", "Clara Stein", unit="Company / Sales", role=Role.FACILITATOR),
    Somebody("Gustav Gast", "Omar Haddad", employment=Employment.CONTRACTOR),
)


def settle_company(engine: Engine) -> None:
    """Everybody in the directory; Omar stands in for Jonas."""
    units = sorted({one.unit for one in PEOPLE} | {"Company"})
    unit_ids = {path: uuid5(NAMESPACE_URL, f"unit:{path}") for path in units}
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        for path in units:
            parent = path.rpartition(" / ")[0]
            connection.execute(
                insert(OrgUnit).values(
                    id=unit_ids[path],
                    path=path,
                    name=path.rpartition(" / ")[2],
                    parent_id=unit_ids.get(parent),
                )
            )
        for one in PEOPLE:
            connection.execute(insert(Person).values(**_person_row(one, unit_ids)))
        for one in PEOPLE:
            if one.manager is not None:
                connection.execute(
                    insert(ReportingLine).values(
                        id=uuid5(NAMESPACE_URL, f"line:{one.name}"),
                        person_id=person_id(one.name),
                        manager_id=person_id(one.manager),
                        kind=LineKind.PRIMARY,
                        valid_from=LONG_AGO,
                        source="test",
                    )
                )
            if one.role is not None:
                connection.execute(
                    insert(RoleGrant).values(
                        id=uuid5(NAMESPACE_URL, f"grant:{one.name}"),
                        person_id=person_id(one.name),
                        role=one.role,
                        state=GrantState.ACTIVE,
                        valid_from=LONG_AGO,
                    )
                )
        connection.execute(
            insert(Delegation).values(
                id=uuid5(NAMESPACE_URL, "delegation"),
                delegator_id=person_id("Jonas Brandt"),
                deputy_id=person_id("Omar Haddad"),
                valid_from=LONG_AGO,
            )
        )


def _person_row(one: Somebody, unit_ids: dict[str, UUID]) -> dict[str, object]:
    return {
        "id": person_id(one.name),
        "email": f"{one.name.split(maxsplit=1)[0].lower()}@company.example",
        "name": one.name,
        "name_folded": one.name.casefold(),
        "slack_user": slack_id(one.name),
        "state": PersonState.ACTIVE,
        "level": one.level,
        "employment": one.employment,
        "fte_percent": 100,
        "working_days": "12345",
        "day_start": time(9),
        "region": "DE",
        "org_unit_id": unit_ids[one.unit],
        "timezone": one.zone,
        "locale": one.locale,
    }


def sandbox_config(manifest: dict[str, object]) -> SandboxConfig:
    """The company's Slack: everybody, and some whom the directory does not know."""
    known = tuple(
        PersonConfig(
            id=slack_id(one.name),
            name=one.name.split(maxsplit=1)[0].lower(),
            real_name=one.name,
            display_name=one.name.split(maxsplit=1)[0],
            tz=one.zone,
            locale=one.locale,
            is_restricted=one.employment is Employment.CONTRACTOR,
        )
        for one in PEOPLE
    )
    others = (
        PersonConfig(id="U0UNLISTED", name="ulla", real_name="Ulla Unlisted"),
        PersonConfig(id="U0GUEST", name="gerd", real_name="Gerd Guest", is_restricted=True),
        PersonConfig(
            id="U0STRANGER",
            name="stella",
            real_name="Stella Stranger",
            team_id="T0ELSEWHERE",
            is_stranger=True,
        ),
    )
    return SandboxConfig(
        bot_token=BOT_TOKEN,
        signing_secret=SIGNING_SECRET,
        manifest=manifest,
        users=(*known, *others),
        channels=(
            ChannelConfig(id="C0GENERAL", name="general", members=(slack_id("Lena"),)),
            ChannelConfig(
                id="C0RELEASE",
                name="release",
                members=(*(one.id for one in (*known, *others)), "U0BOT"),
            ),
            ChannelConfig(
                id="C0CLOSED",
                name="closed",
                is_private=True,
                members=tuple(map(slack_id, ("Mira", "Lena", "Omar"))),
            ),
            ChannelConfig(
                id="C0SMALL",
                name="small",
                members=(*map(slack_id, ("Mira", "Lena", "Emil", "Tarik", "Omar")), "U0BOT"),
            ),
        ),
        event_retry_delays=(0.0, 0.1, 0.2),
        # A loaded machine must not fail a scene; how fast we answer is asked in tests/edge.
        ack_timeout=10.0,
        trigger_lifetime=10.0,
    )

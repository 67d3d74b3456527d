"""Who knows or guesses an id learns nothing by it: what is there and what is not sound the same."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from domain.holds import HoldScope, PlaceHold
from domain.origin import Origin, Via
from domain.people import Role
from messages.form_state import FormState
from messages.presses import Press
from storage.tables.checkins import CheckInRow
from storage.tables.corrections import Correction
from storage.tables.cycles import Announcement
from storage.tables.evidence import GoalEvidence
from storage.tables.feedback import SupportFeedback
from storage.tables.goals import (
    Facilitation,
    Goal,
    GoalCase,
    GoalShare,
    GoalStep,
    GoalValue,
    GoalVersion,
)
from storage.tables.holds import LegalHold
from storage.tables.rounds import Round
from tests.abuse.conftest import Entrance
from tests.abuse.every_way_in import EVERY, TEAM, Request, as_somebody
from tests.abuse.stored import Stored
from tests.scenes.announcements import set_up_cycle
from tests.scenes.conftest import Company
from tests.scenes.offices import name_to_role
from tests.scenes.rounds import open_round
from usecases.holds import place_hold

NOBODY_CONCERNED = "U0NORA"
THINGS = (Goal, SupportFeedback, Correction, Facilitation, CheckInRow, Round, LegalHold)
OF_THINGS = [
    one.__tablename__
    for one in (*THINGS, GoalVersion, GoalStep, GoalValue, GoalShare, GoalCase, GoalEvidence)
]


@pytest.fixture(scope="module")
def ids(entrance: Entrance) -> list[UUID]:
    """Of things that Lena and others have between them, and that are none of Nora's business."""
    slack = entrance.slack
    lena, jonas, omar = (slack.person(name) for name in ("Lena", "Jonas", "Omar"))
    due = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    lena.command("/goal new")
    lena.dialog.fill({"Title": "Replies", "Metric": "Hours", "Target": "5", "Due date": due})
    lena.dialog.submit()
    jonas.wait_for("proposes a goal").press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": "Realistic."}).submit()
    lena.wait_for("suggests a change").press("Ask a facilitator")
    lena.dialog.fill({lena.dialog.labels[0]: "Please help."}).submit()
    lena.dialog.close(everything=True)
    lena.wait_for("suggests a change").press("Accept")
    lena.command("/checkin G-1")
    lena.dialog.fill({lena.dialog.labels[0]: "7"}).submit()
    lena.dialog.close(everything=True)
    omar.command("/feedback @Lena")
    omar.dialog.fill({"Feedback": "Well done.", "Kind": "Support"}).submit()
    omar.dialog.close()
    lena.command("/accord my data")
    lena.dialog.press("Correct this")
    lena.dialog.fill({"What is wrong?": "My region."}).submit()
    lena.dialog.close(everything=True)
    company = Company(slack, entrance.parts)
    ines = set_up_cycle(company)
    ines.command("/cycle announce")
    ines.dialog.fill({"Message": "Please agree goals.", "Send at": "Now", "Audience": "Unit"})
    ines.dialog.fill({"Unit": "Company / Support"}).submit()
    ines.dialog.submit()
    company.pass_days(0)
    open_round(company, channel="C0SMALL", anonymous=False)
    _hold_on_lena(company)
    slack.settle()
    with entrance.parts.store.engine.connect() as connection:
        found = [connection.scalars(select(thing.id)).first() for thing in (*THINGS, Announcement)]
    assert None not in found, "each kind of thing is there"
    return [one for one in found if one is not None]


def _hold_on_lena(company: Company) -> None:
    name_to_role(company, "Mara", Role.LEGAL)
    hold = PlaceHold(who="U0LENA", scope=HoldScope.EVERYTHING, matter="File 12", reason="A claim.")
    origin = Origin(Via.ACTION, datetime.now(UTC), "r-hold", "U0MARA")
    place_hold(company.parts.store, origin, uuid4(), hold)


def about(request: Request, thing: UUID) -> Request:
    """The request, naming this thing in its button or in the state of its dialog."""
    kind, payload = json.loads(json.dumps(request))
    for action in payload.get("actions", []):
        action["value"] = Press(thing, 1).encode()
    if "view" in payload:
        state = FormState.model_validate_json(payload["view"]["private_metadata"])
        again = state.model_copy(
            update={"ids": dict.fromkeys(state.ids, thing), "token": secrets.token_urlsafe(16)}
        )
        payload["view"]["private_metadata"] = again.encode()
    return as_somebody((kind, payload), NOBODY_CONCERNED, TEAM)


def told(entrance: Entrance, request: Request) -> tuple[list[Any], int, str]:
    """Codes of refusals, and the answer."""
    with capture_logs() as logged:
        answer = entrance.door.deliver(*request)
    codes = [one.get("code") for one in logged if one["event"] == "refused"]
    return codes, answer.status_code, answer.text


NAMING = {
    name: request
    for name, request in EVERY.items()
    if request[0] in ("block_actions", "view_submission")
}


@pytest.mark.parametrize("request_", NAMING.values(), ids=NAMING.keys())
def test_an_id_that_is_anothers_is_answered_as_one_that_never_was(
    entrance: Entrance, ids: list[UUID], stored: Stored, request_: Request
) -> None:
    before = told(entrance, about(request_, uuid4()))
    was = stored.everything()
    for thing in ids:
        assert told(entrance, about(request_, thing)) == before
        assert told(entrance, about(request_, uuid4())) == before
    now = stored.everything()
    assert {table: now[table] for table in OF_THINGS} == {t: was[t] for t in OF_THINGS}

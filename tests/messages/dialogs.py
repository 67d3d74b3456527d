"""A form with every kind of input, and the part of Slack that fills and submits it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from domain.measures import Measured
from messages.forms import Form
from messages.i18n import N_
from messages.inputs import (
    Checkboxes,
    Choice,
    Date,
    DateTime,
    ExternalSelect,
    File,
    LongText,
    MultiSelect,
    Number,
    PlainNumber,
    Radio,
    Select,
    Text,
    Tick,
    User,
    Users,
)
from messages.reading import Reader
from messages.surfaces import View

READER = Reader("en", ZoneInfo("Europe/Lisbon"), date(2027, 3, 1))


class Pace(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Reading(BaseModel):
    value: Decimal | None = Field(None, ge=0)


class Everything(BaseModel):
    title: str = Field(min_length=3, max_length=150)
    target: Measured
    due: date
    why: str | None = Field(None, max_length=3_000)
    weight: Decimal | None = Field(None, le=100)
    starts_at: datetime | None = None
    pace: Pace = Pace.WEEKLY
    kind: str | None = None
    aligned_to: UUID | None = None
    owner: str | None = None
    watchers: list[str] = []
    topics: list[str] = ["money"]
    places: list[str] = []
    anonymous: bool = False
    files: list[Mapping[str, Any]] = []
    readings: dict[str, Reading] = {}
    last: Reading | None = None

    @model_validator(mode="after")
    def _is_due_in_the_future(self, info: ValidationInfo) -> Self:
        today = (info.context or {}).get("today")
        if today and self.due < today:
            raise PydanticCustomError("due_in_past", "due_in_past", {"field": "due"})
        if self.weight == 0:
            raise PydanticCustomError("weightless", "weightless", {"field": "weight"})
        if self.kind == "strange" and self.anonymous:
            raise PydanticCustomError("contradiction", "contradiction")
        return self


def choices(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, name.capitalize()) for name in names)


EVERYTHING = Form(
    name="everything",
    title=N_("Everything"),
    submit=N_("Save"),
    model=Everything,
    inputs=(
        Text("title", N_("Title"), placeholder=N_("Reply faster"), hint=N_("Everybody reads it.")),
        Number("target", N_("Target")),
        Date("due", N_("Due date")),
    ),
    details=(
        LongText("why", N_("Why it matters")),
        PlainNumber("weight", N_("Weight")),
        DateTime("starts_at", N_("Starts at")),
        Select("pace", N_("Check in every"), options=choices("weekly", "monthly"), dispatch=True),
        Radio("kind", N_("Kind"), options=choices("plain", "strange")),
        ExternalSelect("aligned_to", N_("Aligned to")),
        User("owner", N_("For whom")),
        Users("watchers", N_("Stakeholders"), most=5),
        Checkboxes("topics", N_("Topics"), options=choices("money", "people", "time")),
        MultiSelect("places", N_("Places"), options=choices("here", "there")),
        Tick("anonymous", N_("Anonymous"), options=choices("yes")),
        File("files", N_("Files"), optional=True),
        PlainNumber("readings.G7.value", N_("Value")),
        PlainNumber("last.value", N_("Last value")),
    ),
)


def sent(view: View) -> dict[str, Any]:
    """The view as it goes over the wire."""
    payload: dict[str, Any] = json.loads(json.dumps(view.payload()))
    return payload


def empty(view: View) -> dict[str, Any]:
    """The view as Slack sends it back when nobody touched it: initial values are its state."""
    payload = sent(view)
    inputs = [block for block in payload["blocks"] if block["type"] == "input"]
    payload["state"] = {
        "values": {
            block["block_id"]: {block["element"]["action_id"]: _state(block["element"])}
            for block in inputs
        }
    }
    return payload


def _state(element: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, tuple[str, str, object]] = {
        "plain_text_input": ("value", "initial_value", None),
        "datepicker": ("selected_date", "initial_date", None),
        "timepicker": ("selected_time", "initial_time", None),
        "datetimepicker": ("selected_date_time", "initial_date_time", None),
        "static_select": ("selected_option", "initial_option", None),
        "multi_static_select": ("selected_options", "initial_options", []),
        "external_select": ("selected_option", "initial_option", None),
        "radio_buttons": ("selected_option", "initial_option", None),
        "users_select": ("selected_user", "initial_user", None),
        "multi_users_select": ("selected_users", "initial_users", []),
        "checkboxes": ("selected_options", "initial_options", []),
        "file_input": ("files", "initial_files", []),
    }
    name, initial, nothing = fields[element["type"]]
    return {"type": element["type"], name: element.get(initial, nothing)}


def fill(payload: dict[str, Any], **typed: object) -> dict[str, Any]:
    """Put what a person typed or chose into the state, in the terms of each input's element."""
    states = payload["state"]["values"]
    for block_id, actions in states.items():
        field = block_id.removeprefix("everything.").split("#")[0]
        for state in actions.values():
            if field in typed:
                name = next(key for key in state if key != "type")
                state[name] = typed[field]
    return payload


def filled(view: View, **typed: object) -> dict[str, Any]:
    """A submission of the three required inputs, and what else is given."""
    required = {"title": "Reply faster", "target": "5 h", "due": "2027-03-31"}
    return fill(empty(view), **{**required, **typed})

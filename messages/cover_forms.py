"""The dialogs in which people enter days away and name a deputy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel

from domain.cover import NameDeputy, TakeLeave
from messages.blocks import context
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Date, User
from messages.reading import Reader
from messages.surfaces import View

LEAVE = Form(
    name="cover_leave",
    title=N_("Days away"),
    submit=N_("Save"),
    model=TakeLeave,
    inputs=(
        Date("first_day", N_("First day")),
        Date("last_day", N_("Last day"), hint=N_("This day is the last one away.")),
    ),
)

DEPUTY = Form(
    name="cover_deputy",
    title=N_("Name a deputy"),
    submit=N_("Save"),
    model=NameDeputy,
    inputs=(
        User("deputy", N_("Deputy")),
        Date("first_day", N_("First day")),
        Date("last_day", N_("Last day")),
    ),
)

FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (LEAVE, DEPUTY)}


def leave_view(reader: Reader) -> View:
    """*Days away*: from when to when, and what that means."""
    small = reader.say(
        N_(
            "I ask you nothing on these days, and new proposals go to your deputy. What else "
            "happens stands in one message when you are back. Others see that you aren't asked, "
            "not why."
        )
    )
    return render_form(LEAVE, reader, FormState.new(LEAVE.name), outro=[context(small)])


def deputy_view(reader: Reader, days: tuple[date, date] | None) -> View:
    """*Name a deputy*, for these days if they are known: those of the next leave."""
    first, last = days or (reader.today, None)
    small = reader.say(
        N_(
            "Your deputy reads the goals of the people who report to you and is asked where you "
            "don't answer: never more than you may yourself, and nobody else in their place. Both "
            "of you can end it at any time. What they decide is recorded as on your behalf."
        )
    )
    return render_form(
        DEPUTY,
        reader,
        FormState.new(DEPUTY.name),
        values={"first_day": first, "last_day": last},
        outro=[context(small)],
    )

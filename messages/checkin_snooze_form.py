"""The small dialog behind *Snooze*: until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from domain.snoozing import DAYS, PutOffTo, SnoozeCheckIn, SnoozeOffer
from messages.blocks import context
from messages.form_state import FormState
from messages.forms import NO_VALUES, Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Date, Radio
from messages.reading import Reader
from messages.surfaces import View

_LABELS = {
    PutOffTo.TOMORROW: N_("Until tomorrow"),
    PutOffTo.THREE_DAYS: N_("For three days"),
    PutOffTo.NEXT_WEEK: N_("For a week"),
    PutOffTo.OTHER: N_("Until another date"),
}

SNOOZE = Form(
    name="checkin_snooze",
    title=N_("Snooze"),
    submit=N_("Put off"),
    model=SnoozeCheckIn,
    inputs=(
        Radio(
            "until",
            N_("Until when"),
            options=tuple(Choice(one.value, _LABELS[one]) for one in PutOffTo),
            dispatch=True,
        ),
        Date("day", N_("Date"), optional=False),
    ),
)
_WITHOUT_DATE = replace(SNOOZE, inputs=SNOOZE.inputs[:1])


def snooze_view(
    offer: SnoozeOffer, reader: Reader, typed: Mapping[str, object] = NO_VALUES
) -> View:
    """What can be chosen; a date is asked for only where *another date* was chosen."""
    offered = [
        Choice(one.value, reader.gettext(_LABELS[one]))
        for one in PutOffTo
        if one is PutOffTo.OTHER or DAYS[one] <= offer.most
    ]
    values = {"until": PutOffTo.TOMORROW.value, **typed}
    chosen = values["until"]
    other = isinstance(chosen, Choice) and chosen.value == PutOffTo.OTHER
    last = offer.today + timedelta(days=offer.most)
    small = reader.say(
        N_(
            "At most until %(day)s. Everything that is due is put off; `/checkin` works before "
            "that too."
        ),
        day=reader.weekday(last),
    )
    return render_form(
        SNOOZE if other else _WITHOUT_DATE,
        reader,
        FormState.new(SNOOZE.name),
        values=values,
        choices={"until": offered},
        outro=[context(small)],
    )

"""The dialogs about roles: giving one, confirming one that an import asks for, ending one."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from domain.one_time_codes import TypedCode
from domain.people import GrantState, Role
from domain.roles import (
    REASON_LIMIT,
    ConfirmPending,
    EndRole,
    GrantRole,
    RefuseRescue,
    RescueNotice,
    RoleHeld,
)
from messages.approval_words import place_words, until_words
from messages.blocks import context, section
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Date, ExternalSelect, LongText, Select, Text, User
from messages.names import NAMES
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.security_forms import CODE
from messages.surfaces import View

_REASON = LongText("reason", N_("Reason"), max_length=REASON_LIMIT)

GRANT = Form(
    name="roles_grant",
    title=N_("Give a role"),
    submit=N_("Continue"),
    model=GrantRole,
    inputs=(
        User("who", N_("Who")),
        Select(
            "role",
            N_("Role"),
            options=tuple(Choice(role.value, NAMES[role]) for role in Role),
        ),
        Date("last_day", N_("Last day"), hint=N_("It ends by itself after it.")),
        _REASON,
    ),
    details=(
        ExternalSelect(
            "org_unit",
            N_("Unit"),
            hint=N_("For a unit with all below it. Without unit and region: everywhere."),
            min_query=0,
        ),
        Text("region", N_("Region"), hint=N_("A country or a part of one: DE, DE-BY.")),
    ),
)
CONFIRM = Form(
    name="roles_confirm",
    title=N_("Give a role"),
    submit=N_("Continue"),
    model=ConfirmPending,
    inputs=(_REASON,),
)
END = Form(
    name="roles_end",
    title=N_("Revoke a role"),
    submit=N_("Revoke"),
    model=EndRole,
    inputs=(_REASON, CODE),
)
RESCUE = Form(
    name="roles_rescue",
    title=N_("Give a role"),
    submit=N_("Confirm"),
    model=TypedCode,
    inputs=(CODE,),
)
REFUSE_RESCUE = Form(
    name="roles_refuse_rescue",
    title=N_("Refuse"),
    submit=N_("Refuse"),
    model=RefuseRescue,
    inputs=(_REASON,),
)
FORMS: Mapping[str, Form[BaseModel]] = {
    form.name: form for form in (GRANT, CONFIRM, END, RESCUE, REFUSE_RESCUE)
}


def grant_view(reader: Reader) -> View:
    return render_form(
        GRANT, reader, FormState.new(GRANT.name), outro=(context(_two_people(reader)),)
    )


def _two_people(reader: Reader) -> Safe:
    return reader.say(
        N_("Two people give a role: you ask with a code, somebody in HR or compliance approves.")
    )


def confirm_view(held: RoleHeld, reader: Reader) -> View:
    """*Confirm* for a role of an import."""
    return render_form(
        CONFIRM,
        reader,
        FormState.new(CONFIRM.name, ids={"grant": held.id}),
        intro=(section(held_words(held, reader)),),
        outro=(context(_two_people(reader)),),
    )


def rescue_view(rescue: RescueNotice, reader: Reader) -> View:
    """*Confirm* for a role that an operator asked for: one person gives it."""
    warning = N_(
        "Whoever runs Accord asks for it, since no two people can give a role now. You confirm it "
        "alone. Please make sure, outside of Slack, that it is meant."
    )
    return render_form(
        RESCUE,
        reader,
        FormState.new(RESCUE.name, ids={"grant": rescue.held.id}),
        intro=(
            section(held_words(rescue.held, reader)),
            rich_text(quote(rescue.reason)),
            context(reader.say(warning)),
        ),
    )


def refuse_rescue_view(rescue: RescueNotice, reader: Reader) -> View:
    """*Refuse* for the same, with who reads why."""
    told = N_(
        "It is not given. Everybody in HR, compliance and administration reads your reason, and so "
        "does whoever runs Accord, who can ask again."
    )
    return render_form(
        REFUSE_RESCUE,
        reader,
        FormState.new(REFUSE_RESCUE.name, ids={"grant": rescue.held.id}),
        intro=(section(held_words(rescue.held, reader)), rich_text(quote(rescue.reason))),
        outro=(context(reader.say(told)),),
    )


def end_view(held: RoleHeld, reader: Reader) -> View:
    """*Revoke*, or *Drop* for a role that waits."""
    if held.state is GrantState.PENDING and held.by_operator:
        words = reader.say(N_("It is not given. Whoever runs Accord can ask for it again."))
    elif held.state is GrantState.PENDING:
        words = reader.say(N_("It is not given. Another import can ask for it again."))
    else:
        words = reader.say(
            N_("It ends at once. %(name)s is told, without your reason."), name=held.person.name
        )
    if held.last_administrator:
        warning = N_(
            "*Nobody else is administrator.* After this, HR asks for roles and ends them; to have "
            "an administrator again, HR gives the role."
        )
        words = reader.say(warning) + Safe("\n") + words
    return render_form(
        END,
        reader,
        FormState.new(END.name, ids={"grant": held.id}),
        intro=(section(held_words(held, reader)),),
        outro=(context(words),),
    )


def held_words(held: RoleHeld, reader: Reader) -> Safe:
    """Whose role, which, for where, until when."""
    return reader.say(
        N_("*%(role)s*: %(name)s, %(place)s, %(until)s"),
        role=held.role,
        name=held.person.name,
        place=place_words(held.place, reader),
        until=until_words(held.last_day, reader),
    )

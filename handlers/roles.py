"""`/accord roles`: who holds which role; giving, confirming and ending roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from pydantic import BaseModel

from domain.one_time_codes import TypedCode
from domain.origin import Origin
from domain.roles import ConfirmPending, EndRole, GrantRole, RefuseRescue
from handlers.answers import replace, show, show_view, stale_message_mended
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out, expanded
from messages.approval_forms import ask_view
from messages.cycle_forms import unit_options
from messages.form_state import FormState
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.role_forms import (
    CONFIRM,
    END,
    FORMS,
    GRANT,
    REFUSE_RESCUE,
    RESCUE,
    confirm_view,
    end_view,
    grant_view,
    refuse_rescue_view,
    rescue_view,
)
from messages.role_presses import RoleAction
from messages.roles import ended_words, refused_words, rescued_words, roles_message
from usecases import role_grants, role_rescue, roles


def role_feature(desk: Desk) -> Feature:
    return Feature(
        name="roles",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=partial(_look_up, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord roles`."""
    return roles_message(roles.role_page(desk.store, command.origin), asking.reader)


def _look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    return unit_options(role_grants.units_to_choose(desk.store, lookup.origin, lookup.words))


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action == GRANT.more_action:
        expanded(desk, pressed, asking, GRANT)
        return
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _list(desk: Desk, pressed: Pressed, asking: Asking, after: Press) -> None:
    page = roles.role_page(desk.store, pressed.origin, after.subject)
    show(desk, pressed, roles_message(page, asking.reader), asking.reader)


def _more(desk: Desk, pressed: Pressed, asking: Asking, after: Press) -> None:
    """The next page, in the place of the one that was pressed in."""
    page = roles.role_page(desk.store, pressed.origin, after.subject)
    replace(desk, pressed, roles_message(page, asking.reader), asking.reader)


def _grant(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    role_grants.require_may_give(desk.store, pressed.origin)
    show_view(desk, pressed, grant_view(asking.reader))


def _confirm(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    held = role_grants.pending_role(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, confirm_view(held, asking.reader))


def _end(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    role = press.thing
    view = or_codes_first(
        desk,
        pressed.origin,
        asking,
        lambda: end_view(roles.role_to_end(desk.store, pressed.origin, role), asking.reader),
    )
    show_view(desk, pressed, view)


def _rescue(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    grant = press.thing
    with stale_message_mended(desk, pressed):
        view = or_codes_first(
            desk,
            pressed.origin,
            asking,
            lambda: rescue_view(
                role_rescue.rescue_to_confirm(desk.store, pressed.origin, grant), asking.reader
            ),
        )
    show_view(desk, pressed, view)


def _refuse_rescue(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        found = role_rescue.rescue_to_refuse(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, refuse_rescue_view(found, asking.reader))


_PRESSES: Mapping[RoleAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    RoleAction.LIST: _list,
    RoleAction.MORE: _more,
    RoleAction.GRANT: _grant,
    RoleAction.CONFIRM: _confirm,
    RoleAction.RESCUE: _rescue,
    RoleAction.REFUSE_RESCUE: _refuse_rescue,
    RoleAction.END: _end,
    RoleAction.DROP: _end,
}


# Dialogs


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    return carry_out(
        FORMS,
        submission,
        asking,
        lambda form, command, state: _SENT[form.name](
            desk, submission.origin, command, state, asking
        ),
    )


def _granted(
    desk: Desk, origin: Origin, command: BaseModel, _state: FormState, asking: Asking
) -> AckBody:
    wanted = cast("GrantRole", command)
    view = or_codes_first(
        desk,
        origin,
        asking,
        lambda: ask_view(role_grants.plan_grant(desk.store, origin, wanted), asking.reader),
    )
    return next_dialog(view)


def _confirmed(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    grant, why = state.id_of("grant"), cast("ConfirmPending", command)
    view = or_codes_first(
        desk,
        origin,
        asking,
        lambda: ask_view(
            role_grants.plan_confirmation(desk.store, origin, grant, why), asking.reader
        ),
    )
    return next_dialog(view)


def _ended(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    held = roles.end_role(desk.store, origin, state.id_of("grant"), cast("EndRole", command))
    return outcome_view(ended_words(held, asking.reader), asking.reader)


def _rescued(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    code = cast("TypedCode", command)
    told = role_rescue.confirm_rescue(desk.store, origin, state.id_of("grant"), code)
    return outcome_view(rescued_words(told, asking.reader), asking.reader)


def _rescue_refused(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    why = cast("RefuseRescue", command)
    told = role_rescue.refuse_rescue(desk.store, origin, state.id_of("grant"), why)
    return outcome_view(refused_words(told, asking.reader), asking.reader)


_Sent = Callable[[Desk, Origin, BaseModel, FormState, Asking], AckBody]
_SENT: Mapping[str, _Sent] = {
    GRANT.name: _granted,
    CONFIRM.name: _confirmed,
    END.name: _ended,
    RESCUE.name: _rescued,
    REFUSE_RESCUE.name: _rescue_refused,
}

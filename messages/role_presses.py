"""Buttons about roles. Each carries a `Press`: the id of a role, or where a page begins."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class RoleAction(StrEnum):
    """What a button does. The values start with `roles:`, which routes them."""

    LIST = "roles:list"
    MORE = "roles:more"
    GRANT = "roles:grant"
    CONFIRM = "roles:confirm"
    RESCUE = "roles:rescue"
    REFUSE_RESCUE = "roles:refuse_rescue"
    END = "roles:end"
    DROP = "roles:drop"


LABELS: dict[RoleAction, str] = {
    RoleAction.LIST: N_("Roles"),
    RoleAction.MORE: N_("More"),
    RoleAction.GRANT: N_("Give a role"),
    RoleAction.CONFIRM: N_("Confirm"),
    RoleAction.RESCUE: N_("Confirm"),
    RoleAction.REFUSE_RESCUE: N_("Refuse"),
    RoleAction.END: N_("Revoke"),
    RoleAction.DROP: N_("Drop"),
}


def role_button(
    action: RoleAction,
    reader: Reader,
    subject: UUID | None = None,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers whose role it is."""
    return press_button(LABELS[action], action, reader, Press(subject), style=style, about=about)

"""Buttons about the policy. Each carries a `Press`: the number of a version, or nothing."""

from __future__ import annotations

from enum import StrEnum

from messages.elements import Element, button
from messages.i18n import N_
from messages.presses import Press, Style
from messages.reading import Reader


class PolicyAction(StrEnum):
    """What a button does. The values start with `policy:`, which routes them."""

    OPEN = "policy:open"
    VERSIONS = "policy:versions"
    MORE_VERSIONS = "policy:more_versions"
    DAY = "policy:day"
    SETTINGS = "policy:settings"
    DOCUMENT = "policy:document"
    GET = "policy:get"
    WITHDRAW = "policy:withdraw"
    MORE_RECORD = "policy:more_record"


LABELS: dict[PolicyAction, str] = {
    PolicyAction.OPEN: N_("Rules"),
    PolicyAction.VERSIONS: N_("Versions"),
    PolicyAction.MORE_VERSIONS: N_("Earlier"),
    PolicyAction.DAY: N_("On another day"),
    PolicyAction.SETTINGS: N_("Change settings"),
    PolicyAction.DOCUMENT: N_("Change as YAML"),
    PolicyAction.GET: N_("Get it as a file"),
    PolicyAction.WITHDRAW: N_("Withdraw"),
    PolicyAction.MORE_RECORD: N_("Earlier"),
}


def policy_button(
    action: PolicyAction, reader: Reader, number: int = 0, *, style: Style | None = None
) -> Element:
    words = reader.gettext(LABELS[action])
    return button(words, action, Press(None, number).encode(), style=style)

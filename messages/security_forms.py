"""The dialog in which somebody sets up one-time codes, and the input for a code in any other."""

from __future__ import annotations

from domain.approvals import ResetCodes
from domain.one_time_codes import TypedCode
from domain.people import Member
from domain.roles import REASON_LIMIT
from domain.step_up import Codes, CodesInUse, CodesOffered
from messages.blocks import context, section
from messages.elements import Element, button
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import LongText, Text
from messages.presses import Press
from messages.reading import Reader
from messages.rich_text import code, paragraph, rich_text
from messages.safe import Safe
from messages.surfaces import View

OPEN = "security:open"
RESET_OPEN = "security:reset"

CODE = Text(
    "code",
    N_("Code"),
    placeholder=N_("Six digits"),
    hint=N_("From your app for one-time codes."),
    max_length=20,
)
"""One code confirms one act."""

SET_UP = Form(
    name="security_set_up",
    title=N_("One-time codes"),
    submit=N_("Set up"),
    model=TypedCode,
    inputs=(CODE,),
)


RESET = Form(
    name="security_reset",
    title=N_("Reset codes"),
    submit=N_("Continue"),
    model=ResetCodes,
    inputs=(LongText("reason", N_("Reason"), max_length=REASON_LIMIT),),
)


def reset_view(person: Member, reader: Reader) -> View:
    """Why somebody else's codes shall end."""
    words = reader.say(
        N_(
            "%(name)s's codes end once somebody in HR or compliance has approved it. Please make "
            "sure that it is really %(name)s who asks you."
        ),
        name=person.name,
    )
    return render_form(
        RESET,
        reader,
        FormState.new(RESET.name, ids={"person": person.id}),
        intro=(section(words),),
    )


def codes_view(codes: Codes, reader: Reader) -> View:
    """How one's codes stand; for somebody without any, how to set them up."""
    if isinstance(codes, CodesInUse):
        words = in_use_words(codes, reader)
        return View.modal(
            reader.gettext(SET_UP.title), [section(words)], close=reader.gettext(N_("Close"))
        )
    return set_up_view(codes, reader)


def set_up_view(codes: CodesOffered, reader: Reader) -> View:
    """The secret as text, for an app to be told; nobody else is shown it, and only now."""
    intro = section(
        reader.say(
            N_(
                "Some acts, such as giving somebody a role, are confirmed with a code from your "
                "phone. Add an account to any app for one-time codes, with this key:"
            )
        )
    )
    key = rich_text(paragraph(code(codes.secret)))
    other = context(reader.say(N_("Some apps take this address instead:")))
    address = rich_text(paragraph(code(codes.address)))
    promise = context(
        reader.say(
            N_(
                "Then type the code that the app shows. The key is yours alone: it is shown this "
                "once. Slack carries this dialog, so set it up where nobody looks on."
            )
        )
    )
    return render_form(
        SET_UP,
        reader,
        FormState.new(SET_UP.name, version=codes.version),
        intro=(intro, key, other, address, promise),
    )


def in_use_words(codes: CodesInUse, reader: Reader) -> Safe:
    """Whether the codes count now."""
    if codes.locked_minutes is not None:
        words = reader.ngettext(
            "Five wrong codes were typed. Codes are taken again in %(count)s minute.",
            "Five wrong codes were typed. Codes are taken again in %(count)s minutes.",
            codes.locked_minutes,
        )
        return Safe(words) % {"count": reader.number(codes.locked_minutes)}
    return reader.say(
        N_(
            "Your codes are set up since %(when)s. You are asked for one when it is needed. Lost "
            "your phone? An administrator types `/accord security @name` with your name, and a "
            "second person approves it."
        ),
        when=codes.since,
    )


def set_up_words(reader: Reader) -> Safe:
    """What the dialog says once a first code has fitted."""
    return reader.say(
        N_(
            "Your codes are set up. If you were about to confirm something, go back to it: it asks "
            "for your app's next code."
        )
    )


def open_button(reader: Reader) -> Element:
    """Opens the dialog where words alone cannot."""
    return button(reader.gettext(SET_UP.title), OPEN, Press(None).encode(), style="primary")


def reset_button(person: Member, reader: Reader) -> Element:
    """The same for *Reset codes*."""
    words = reader.gettext(RESET.title)
    return button(words, RESET_OPEN, Press(person.id).encode(), style="primary")

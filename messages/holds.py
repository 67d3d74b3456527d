"""Legal holds: the list, placing one, opening one and asking that it end."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel

from domain.holds import MATTER_LIMIT, Hold, HoldOpened, HoldPage, HoldScope, PlaceHold, ReleaseHold
from domain.roles import REASON_LIMIT
from messages.blocks import actions, context, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.hold_presses import HoldAction, hold_button
from messages.i18n import N_
from messages.inputs import Choice, LongText, Select, Text, User
from messages.names import NAMES
from messages.reading import Reader
from messages.rich_text import paragraph, quote, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View

PLACE = Form(
    name="holds_place",
    title=N_("Place a hold"),
    submit=N_("Place it"),
    model=PlaceHold,
    inputs=(
        User("who", N_("On whom")),
        Select(
            "scope",
            N_("What to keep"),
            options=tuple(Choice(scope.value, NAMES[scope]) for scope in HoldScope),
        ),
        Text("matter", N_("Matter"), max_length=MATTER_LIMIT, hint=N_("Your file's reference.")),
        LongText("reason", N_("Reason"), max_length=REASON_LIMIT),
    ),
)
RELEASE = Form(
    name="holds_release",
    title=N_("Legal hold"),
    submit=N_("End the hold"),
    model=ReleaseHold,
    inputs=(LongText("reason", N_("Why it can end"), max_length=REASON_LIMIT),),
)
FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (PLACE, RELEASE)}


def holds_message(page: HoldPage, reader: Reader) -> Message:
    """The holds that stand; what each is about shows its dialog alone."""
    lines: list[Safe] = []
    blocks: list[Block] = []
    for hold in page.holds:
        lines.append(hold_words(hold, reader))
        opener = hold_button(HoldAction.OPEN, reader, hold.id, about=hold.person.name)
        blocks.append(section(lines[-1], accessory=opener))
    if not lines:
        lines = [reader.say(N_("No legal hold stands on anybody your role covers."))]
        blocks = [section(lines[0])]
    if page.more:
        blocks.append(context(reader.say(N_("These are the newest; there are more."))))
    if page.can_place:
        blocks.append(actions(hold_button(HoldAction.PLACE, reader, style="primary")))
    return Message(Safe("\n").join(lines), blocks)


def hold_words(hold: Hold, reader: Reader) -> Safe:
    """On whom, what it keeps, since when and by whom."""
    return reader.say(
        N_("*%(name)s*: %(scope)s, since %(when)s, placed by %(by)s"),
        name=hold.person.name,
        scope=hold.scope,
        when=hold.placed_at,
        by=hold.placed_by.name,
    )


def place_view(hold: UUID, reader: Reader) -> View:
    """An empty dialog; `hold` is the id that the hold will have, however often it is sent."""
    words = reader.say(
        N_(
            "While it stands, nothing of this is erased or purged. Matter and reason are read by "
            "legal and compliance alone, and each opening is noted. Whoever asks to erase it hears "
            "that a hold stands, not why."
        )
    )
    return render_form(
        PLACE, reader, FormState.new(PLACE.name, ids={"hold": hold}), outro=(context(words),)
    )


def placed_words(hold: Hold, reader: Reader) -> Safe:
    return reader.say(N_("The hold stands.")) + Safe(" ") + hold_words(hold, reader)


def opened_view(opened: HoldOpened, reader: Reader) -> View:
    """The hold with matter and reason; for legal, with the way to end it."""
    intro: list[Block] = [
        section(hold_words(opened.hold, reader)),
        rich_text(paragraph(opened.matter), quote(opened.reason)),
    ]
    if not opened.can_release:
        title = reader.gettext(RELEASE.title)
        return View.modal(title, intro, close=reader.gettext(N_("Close")))
    words = reader.say(
        N_(
            "Two people end a hold: you ask with a code, somebody else in legal or "
            "compliance approves."
        )
    )
    return render_form(
        RELEASE,
        reader,
        FormState.new(RELEASE.name, ids={"hold": opened.hold.id}),
        intro=tuple(intro),
        outro=(context(words),),
    )

"""Erasing a person: the dialog, why all of it has to stay, the certificate."""

from __future__ import annotations

from domain.erasure import AskErasure, Certificate, ErasurePlan, ErasureScope
from domain.holds import MATTER_LIMIT
from domain.people import Member
from messages.approval_words import kept_lines, parts_words
from messages.blocks import context, section
from messages.elements import Element, button
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Select, Text
from messages.names import NAMES
from messages.presses import Press
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

OPEN = "erasures:open"
ERASE = Form(
    name="erasures_ask",
    title=N_("Erase"),
    submit=N_("Continue"),
    model=AskErasure,
    inputs=(
        Select(
            "scope",
            N_("What to erase"),
            options=tuple(Choice(scope.value, NAMES[scope]) for scope in ErasureScope),
        ),
        Text(
            "matter",
            N_("Where the request is kept"),
            max_length=MATTER_LIMIT,
            hint=N_("A ticket's number, without names: it stays in the record."),
        ),
    ),
)


def erase_button(person: Member, reader: Reader) -> Element:
    """Opens the dialog where words alone cannot."""
    words = reader.gettext(ERASE.title)
    return button(words, OPEN, Press(person.id).encode(), style="primary")


def erase_view(person: Member, reader: Reader) -> View:
    """What shall be erased of somebody."""
    intro = reader.say(N_("Erase what is held on *%(name)s*:"), name=person.name)
    words = reader.say(
        N_(
            "Two people erase: you ask with a code, somebody else in HR or compliance approves. It "
            "can't be undone. What a law or a legal hold keeps stays, and you hear that it does. "
            "Messages that Slack holds are Slack's to delete."
        )
    )
    return render_form(
        ERASE,
        reader,
        FormState.new(ERASE.name, ids={"person": person.id}),
        intro=(section(intro),),
        outro=(context(words),),
    )


def all_kept_words(plan: ErasurePlan, reader: Reader) -> Safe:
    """Why nothing of what was asked for can be erased now."""
    head = reader.say(N_("Nothing of this can be erased now, so nothing was asked for."))
    return Safe("\n").join([head, *kept_lines(plan.kept, reader)])


def certificate_message(told: Certificate, reader: Reader, templates: Templates) -> Message:
    """What was erased and what was not. It names the person by their number alone."""
    done = told.erasure
    if told.own:
        return templates.render(
            "erasures/own",
            reader,
            parts=parts_words(done.parts, reader),
            when=reader.moment(done.at),
            asked_by=told.asked_by,
        ).message()
    return templates.render(
        "erasures/certificate",
        reader,
        person=str(done.person),
        number=str(done.id),
        parts=parts_words(done.parts, reader),
        when=reader.moment(done.at),
        asked_by=told.asked_by,
        approved_by=told.approved_by,
        matter=told.matter,
        kept=Safe("\n").join(kept_lines(told.kept, reader)),
    ).message()

"""The dialogs in which two people confirm an act: whoever asks for it, and whoever approves it."""

from __future__ import annotations

from domain.approvals import ApprovalCard, ApprovalState, Matter, RefuseApproval, ToConfirm
from domain.one_time_codes import TypedCode
from domain.roles import REASON_LIMIT
from messages.approval_words import (
    approvers_line,
    matter_buttons,
    matter_line,
    message_line,
    outcome_line,
)
from messages.blocks import actions, context, section, sections
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import LongText
from messages.outcomes import message_view
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.security_forms import CODE
from messages.surfaces import Message, View

ASK = Form(
    name="approval_ask",
    title=N_("Please confirm"),
    submit=N_("Ask for approval"),
    model=TypedCode,
    inputs=(CODE,),
    close=N_("Back"),
)
APPROVE = Form(
    name="approval_approve",
    title=N_("Approve"),
    submit=N_("Approve"),
    model=TypedCode,
    inputs=(CODE,),
)
REFUSE = Form(
    name="approval_refuse",
    title=N_("Refuse"),
    submit=N_("Refuse"),
    model=RefuseApproval,
    inputs=(LongText("reason", N_("Reason"), max_length=REASON_LIMIT),),
)


def ask_view(asked: ToConfirm, reader: Reader) -> View:
    """What is about to be asked for, to whoever asks: nothing has happened yet."""
    promise = context(
        approvers_line_of_draft(asked.card, reader),
        reader.say(N_("It is done once somebody approves. Your code is for this alone.")),
    )
    return _confirm(ASK, asked, reader, promise)


def approvers_line_of_draft(card: ApprovalCard, reader: Reader) -> Safe:
    """Who will be asked."""
    names = [one.name for one in card.approvers]
    if len(names) == 1:
        return reader.say(N_("%(names)s is asked to approve it."), names=names)
    return reader.say(N_("Asked to approve it: %(names)s. One of them is enough."), names=names)


def approve_view(asked: ToConfirm, reader: Reader) -> View:
    """What a second person is about to approve."""
    promise = context(
        reader.say(
            N_("%(asker)s asks for it, and confirmed it. It is done once you approve."),
            asker=asked.card.asker.name,
        ),
        reader.say(
            N_(
                "Please make sure, outside of Slack, that %(asker)s means it.",
            ),
            asker=asked.card.asker.name,
        ),
    )
    return _confirm(APPROVE, asked, reader, promise)


def _confirm(form: Form[TypedCode], asked: ToConfirm, reader: Reader, promise: Block) -> View:
    state = FormState.new(form.name, ids={"approval": asked.card.id, "challenge": asked.challenge})
    intro = (
        *matter_blocks(asked.card.matter, reader),
        rich_text(quote(asked.card.reason)),
        promise,
    )
    return render_form(form, reader, state, intro=intro)


def matter_blocks(matter: Matter, reader: Reader) -> list[Block]:
    """What it is about, with what opens the rest of it."""
    more = matter_buttons(matter, reader)
    return [*sections(matter_line(matter, reader)), *([actions(*more)] if more else [])]


def refuse_view(card: ApprovalCard, reader: Reader) -> View:
    """Why not: whoever asked reads it."""
    words = reader.say(N_("%(asker)s reads what you write."), asker=card.asker.name)
    return render_form(
        REFUSE,
        reader,
        FormState.new(REFUSE.name, ids={"approval": card.id}),
        intro=matter_blocks(card.matter, reader),
        outro=(context(words),),
    )


def asked_view(card: ApprovalCard, reader: Reader) -> View:
    """After asking; closing it closes the dialogs below it, which are done with."""
    words = reader.say(N_("Asked.")) + Safe(" ") + approvers_line(card, reader)
    return View.modal(
        reader.gettext(ASK.title),
        [section(words)],
        close=reader.gettext(N_("Close")),
        clear_on_close=True,
    )


def settled_message(card: ApprovalCard, reader: Reader) -> Message:
    """What became of it, where an answer says so."""
    words = message_line(card.matter, reader) + Safe("\n") + outcome_line(card, reader)
    return Message(words, sections(words))


def settled_view(card: ApprovalCard, reader: Reader) -> View:
    """The same in a dialog, which may tell all of it."""
    outcome = outcome_line(card, reader, in_dialog=True)
    words = matter_line(card.matter, reader) + Safe("\n") + outcome
    return message_view(Message(words, sections(words)), reader)


def _line_alone(matter: Matter, reader: Reader) -> list[Block]:
    return sections(matter_line(matter, reader))


def read_view(card: ApprovalCard, reader: Reader) -> View:
    """What one has asked for, and how it stands."""
    waits = card.state is ApprovalState.OPEN and bool(card.approvers)
    state = approvers_line(card, reader) if waits else outcome_line(card, reader, in_dialog=True)
    return View.modal(
        reader.gettext(N_("Request")),
        [
            *(matter_blocks if waits else _line_alone)(card.matter, reader),
            rich_text(quote(card.reason)),
            section(state),
        ],
        close=reader.gettext(N_("Close")),
    )

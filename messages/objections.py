"""Changes of the rules for representatives: the message, the dialogs, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel

from domain.agreements import ClauseNamed
from domain.notices import NoticeKind
from domain.objections import (
    ChangeCard,
    ChangeNotice,
    ObjectionCard,
    ObjectionNotice,
    ObjectionState,
    RaiseObjection,
    WithdrawObjection,
)
from domain.policy_versions import PlanState
from domain.roles import REASON_LIMIT
from messages.blocks import actions, context, section, sections
from messages.elements import Block, Element
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import LongText
from messages.objection_presses import ObjectionAction, change_button, objection_button
from messages.policy_words import change_lines, decided_lines, version_line
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

RAISE = Form(
    name="objections_raise",
    title=N_("Object"),
    submit=N_("Object"),
    model=RaiseObjection,
    inputs=(
        LongText(
            "reason",
            N_("Reason"),
            max_length=REASON_LIMIT,
            hint=N_("What is wrong with it, and what would settle it."),
        ),
    ),
)
WITHDRAW = Form(
    name="objections_withdraw",
    title=N_("Withdraw objection"),
    submit=N_("Withdraw"),
    model=WithdrawObjection,
    inputs=(LongText("reason", N_("Why it may hold now"), max_length=REASON_LIMIT),),
)
FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (RAISE, WITHDRAW)}

LINES = 8
"""Settings told in a message; the dialog behind *Look* tells more of them."""
_STATES: Mapping[ObjectionState, str] = {
    ObjectionState.NONE: N_("*%(name)s* has no objection, %(when)s"),
    ObjectionState.STANDING: N_("*%(name)s* objects, %(when)s: “%(reason)s”"),
    ObjectionState.WITHDRAWN: N_("*%(name)s* objected: “%(reason)s”, withdrawn %(ended)s"),
    ObjectionState.SETTLED: N_(
        "*%(name)s* objected: “%(reason)s”, settled by %(agreement)s on %(ended)s"
    ),
    ObjectionState.MOOT: N_(
        "*%(name)s* objected: “%(reason)s”; the version was withdrawn %(ended)s"
    ),
}


# Messages


def change_message(notice: ChangeNotice, reader: Reader, templates: Templates) -> Message:
    """What changes from when, until when one can object; afterwards what became of it."""
    card = notice.change
    told = templates.render(
        "objections/change",
        reader,
        version=version_line(card.head, reader),
        changes=Safe("\n").join(change_lines(card.changes, reader, LINES)),
        decided=Safe("\n").join(decided_lines(card.head, reader)),
        state=change_state(card, reader),
    )
    return told.message(actions(*_buttons(card, reader, look=True)))


def objection_message(notice: ObjectionNotice, reader: Reader, templates: Templates) -> Message:
    """That somebody objects, or that their objection stands no more."""
    card, said = notice.change, notice.objection
    told = templates.render(
        "objections/told",
        reader,
        name=said.person.name,
        number=str(card.head.number),
        raised=notice.kind is NoticeKind.OBJECTION_RAISED,
        standing=said.state is ObjectionState.STANDING,
        said=said_line(said, reader),
        version=version_line(card.head, reader),
    )
    return told.message(actions(change_button(ObjectionAction.LOOK, reader, card.head.number)))


def change_state(card: ChangeCard, reader: Reader) -> Safe:
    """What the reader can do about it, or what they and others did."""
    mine = card.mine
    lines: list[Safe] = []
    if mine is not None and mine.state is ObjectionState.STANDING:
        words = N_("You object: “%(reason)s”. It does not hold before this is settled.")
        lines.append(reader.say(words, reason=mine.reason or ""))
    elif mine is not None and mine.state is ObjectionState.NONE:
        lines.append(reader.say(N_("You have no objection.")))
    others = [one for one in card.standing if mine is None or one.id != mine.id]
    if others:
        words = reader.ngettext(
            "%(count)s objection of others holds it up.",
            "%(count)s objections of others hold it up.",
            len(others),
        )
        lines.append(Safe(words) % {"count": reader.number(len(others))})
    if card.can_object and card.until is not None:
        lines.append(
            reader.say(
                N_(
                    "You can object until %(when)s; it then does not hold before that is settled. "
                    "Silence is no objection."
                ),
                when=card.until,
            )
        )
    elif card.until is not None and card.head.state is PlanState.PLANNED and not lines:
        lines.append(reader.say(N_("The time to object ended on %(when)s."), when=card.until))
    return Safe("\n").join(lines)


def said_line(said: ObjectionCard, reader: Reader) -> Safe:
    """What one representative said, and what became of it."""
    line = reader.say(
        _STATES[said.state],
        name=said.person.name,
        reason=said.reason or "",
        when=said.raised_at,
        ended=said.ended_at or said.raised_at,
        agreement=said.agreement or "",
    )
    if said.ended_reason:
        line += Safe("\n") + reader.say("“%(reason)s”", reason=said.ended_reason)
    return line


def _buttons(card: ChangeCard, reader: Reader, *, look: bool) -> list[Element]:
    number, mine = card.head.number, card.mine
    found = [change_button(ObjectionAction.LOOK, reader, number)] if look else []
    if card.can_agree:
        found.append(change_button(ObjectionAction.NONE, reader, number))
    if card.can_object:
        found.append(change_button(ObjectionAction.OBJECT, reader, number))
    if look and mine is not None:
        found += _own_buttons(mine, reader)
    return found


def _own_buttons(said: ObjectionCard, reader: Reader) -> list[Element]:
    found = []
    if said.can_undo:
        found.append(
            objection_button(ObjectionAction.UNDO, reader, said.id, about=said.person.name)
        )
    if said.can_withdraw:
        found.append(
            objection_button(ObjectionAction.WITHDRAW, reader, said.id, about=said.person.name)
        )
    return found


# Dialogs


def change_view(card: ChangeCard, reader: Reader) -> View:
    """The version with all it changes, and everything that was said of it."""
    blocks: list[Block] = sections(
        Safe("\n").join(
            [
                version_line(card.head, reader),
                *decided_lines(card.head, reader),
                *change_lines(card.changes, reader),
            ]
        )
    )
    blocks += [block for one in card.clauses for block in sections(_clause(one, reader))]
    state = change_state(card, reader)
    if state:
        blocks.append(section(state))
    for said in card.said:
        blocks += sections(said_line(said, reader))
        buttons = _own_buttons(said, reader)
        if buttons:
            blocks.append(actions(*buttons))
    buttons = _buttons(card, reader, look=False)
    if buttons:
        blocks.append(actions(*buttons))
    title = reader.gettext(N_("Change of the rules"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _clause(named: ClauseNamed, reader: Reader) -> Safe:
    """An agreement that the reason for a change names, with the clause if it names one."""
    if named.words is None and named.clause is not None:
        return reader.say(
            N_("The reason names clause %(clause)s of %(agreement)s, %(title)s. There is none."),
            clause=named.clause,
            agreement=named.reference,
            title=named.title,
        )
    if named.words is None:
        return reader.say(
            N_("Under %(agreement)s, %(title)s"), agreement=named.reference, title=named.title
        )
    return reader.say(
        N_("Under %(agreement)s, %(title)s, clause %(clause)s: “%(words)s”"),
        agreement=named.reference,
        title=named.title,
        clause=named.clause or "",
        words=named.words,
    )


def raise_view(card: ChangeCard, objection: UUID, reader: Reader) -> View:
    """An empty dialog; `objection` is the id that it will have, however often it is sent."""
    state = FormState.new(
        RAISE.name, ids={"objection": objection}, refs={"number": str(card.head.number)}
    )
    promise = reader.say(
        N_(
            "Everybody who can read the rules can read this, and it stays on record. Until it is "
            "settled, version %(number)s does not hold."
        ),
        number=str(card.head.number),
    )
    return render_form(RAISE, reader, state, intro=_intro(card, reader), outro=(context(promise),))


def withdraw_view(card: ChangeCard, objection: UUID, reader: Reader) -> View:
    state = FormState.new(WITHDRAW.name, ids={"objection": objection})
    said = next((one for one in card.said if one.id == objection), None)
    intro = list(_intro(card, reader))
    if said is not None:
        intro += sections(said_line(said, reader))
    promise = reader.say(N_("With the last objection gone, it holds from its day, or tomorrow."))
    return render_form(WITHDRAW, reader, state, intro=intro, outro=(context(promise),))


def _intro(card: ChangeCard, reader: Reader) -> list[Block]:
    lines = [version_line(card.head, reader), *change_lines(card.changes, reader, LINES)]
    return sections(Safe("\n").join(lines))


def done_message(card: ChangeCard, reader: Reader) -> Message:
    """How the version stands after somebody said something of it."""
    lines = [version_line(card.head, reader), change_state(card, reader)]
    words = Safe("\n").join(line for line in lines if line)
    return Message(words, [section(words)])


def no_change_message(reader: Reader) -> Message:
    words = reader.say(N_("No change of the rules waits for its day. `/accord policy` shows them."))
    return Message(words, [section(words)])

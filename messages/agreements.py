"""Agreements with representatives: the list, one with its versions, the dialogs, the messages."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel

from domain.agreements import (
    CLAUSES_LIMIT,
    LINK_LIMIT,
    PARTIES_LIMIT,
    TITLE_LIMIT,
    AgreementCard,
    AgreementNotice,
    AgreementPage,
    AgreementState,
    AgreementVersion,
    ChangeAgreement,
    RefuseAgreement,
    RegisterAgreement,
    Side,
)
from domain.notices import NoticeKind
from domain.roles import REASON_LIMIT
from messages.agreement_presses import AgreementAction, agreement_button
from messages.approval_words import place_words
from messages.blocks import actions, context, divider, section, sections
from messages.elements import Block, Element
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Date, ExternalSelect, LongText, PlainNumber, Text
from messages.reading import Reader
from messages.rich_text import paragraph, quote, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

_TEXT = (
    Text("title", N_("Title"), max_length=TITLE_LIMIT),
    Text(
        "parties",
        N_("Between whom"),
        max_length=PARTIES_LIMIT,
        hint=N_("As on the paper: the company and the works council, for example."),
    ),
    LongText(
        "clauses",
        N_("Clauses"),
        max_length=CLAUSES_LIMIT,
        hint=N_("One a line, each with its number before it: 1 …, 2.1 …"),
    ),
    Date("valid_from", N_("Valid from")),
    Date("expires_on", N_("Expires on"), hint=N_("The last day. Empty: it has no end.")),
)
_EVIDENCE = (
    Text(
        "permalink",
        N_("Link"),
        max_length=LINK_LIMIT,
        hint=N_("Where the signed paper lies. Accord keeps no copy."),
    ),
    Text(
        "sha256",
        N_("Fingerprint"),
        max_length=150,
        hint=N_("The SHA-256 of the file, so that anybody can tell whether it is the same."),
    ),
    PlainNumber(
        "settles",
        N_("Settles objections to version"),
        hint=N_("Those of the representative who registers or confirms this."),
    ),
)
REGISTER = Form(
    name="agreements_register",
    title=N_("Register agreement"),
    submit=N_("Register"),
    model=RegisterAgreement,
    inputs=_TEXT,
    details=(
        ExternalSelect(
            "org_unit",
            N_("Unit"),
            hint=N_("For a unit with all below it. Without unit and region: everywhere."),
            min_query=0,
        ),
        Text("region", N_("Region"), hint=N_("A country or a part of one: DE, DE-BY.")),
        *_EVIDENCE,
    ),
)
CHANGE = Form(
    name="agreements_change",
    title=N_("Change agreement"),
    submit=N_("Register"),
    model=ChangeAgreement,
    inputs=_TEXT,
    details=_EVIDENCE,
)
REFUSE = Form(
    name="agreements_refuse",
    title=N_("Send back"),
    submit=N_("Send back"),
    model=RefuseAgreement,
    inputs=(LongText("reason", N_("Reason"), max_length=REASON_LIMIT),),
)
FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (REGISTER, CHANGE, REFUSE)}

_SIDES: Mapping[Side, str] = {
    Side.HR: N_("HR"),
    Side.REPRESENTATIVE: N_("the representatives"),
}
_STATES: Mapping[AgreementState, str] = {
    AgreementState.WAITING: N_("Registered by %(name)s on %(when)s; waits for %(side)s"),
    AgreementState.CONFIRMED: N_("Registered by %(name)s, confirmed by %(by)s on %(answered)s"),
    AgreementState.REFUSED: N_(
        "Registered by %(name)s, sent back by %(by)s on %(answered)s: “%(answer)s”"
    ),
    AgreementState.WITHDRAWN: N_("Registered by %(name)s, withdrawn on %(answered)s"),
}


# Lists


def agreements_view(page: AgreementPage, reader: Reader) -> View:
    """The agreements that the reader may know of."""
    blocks: list[Block] = []
    for card in page.agreements:
        opener = agreement_button(AgreementAction.OPEN, reader, card.id, about=card.reference)
        blocks.append(section(agreement_line(card, reader), accessory=opener))
    if not blocks:
        blocks.append(section(reader.say(N_("No agreement is registered yet."))))
    if page.more:
        blocks.append(context(reader.say(N_("These are the newest; there are more."))))
    buttons: list[Element] = []
    if page.can_register:
        buttons.append(agreement_button(AgreementAction.REGISTER, reader, style="primary"))
    if page.sees_scope:
        buttons.append(agreement_button(AgreementAction.SCOPE, reader))
    if buttons:
        blocks.append(actions(*buttons))
    title = reader.gettext(N_("Agreements"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def agreement_line(card: AgreementCard, reader: Reader) -> Safe:
    """Which agreement, for whom, until when, and whether one waits."""
    shown = card.shown
    title = "" if shown is None else shown.content.title
    head = reader.say(
        N_("*%(reference)s* %(title)s, %(place)s"),
        reference=card.reference,
        title=title,
        place=place_words(card.place, reader),
    )
    lines = [head]
    if card.current is not None:
        lines.append(_term(card.current.content, reader, expired=card.expired))
    newest = next(iter(card.versions), None)
    if newest is not None and newest != card.current:
        lines.append(version_state(newest, reader))
    return Safe("\n").join(lines)


def _term(content: ChangeAgreement, reader: Reader, *, expired: bool) -> Safe:
    if content.expires_on is None:
        return reader.say(N_("Valid from %(first)s, with no last day"), first=content.valid_from)
    words = N_("Valid from %(first)s to %(last)s")
    if expired:
        words = N_("*Expired*: it was valid from %(first)s to %(last)s")
    return reader.say(words, first=content.valid_from, last=content.expires_on)


def version_state(version: AgreementVersion, reader: Reader) -> Safe:
    """Who registered a version, and what the other side says."""
    return reader.say(
        _STATES[version.state],
        name=version.proposed_by.name,
        when=version.proposed_at,
        side=reader.gettext(_SIDES[version.side.other]),
        by=version.answered_by.name if version.answered_by else "",
        answered=version.answered_at or version.proposed_at,
        answer=version.answer or "",
    )


# One agreement


def agreement_view(card: AgreementCard, reader: Reader) -> View:
    """The version that waits and the one that counts, and how the others stand."""
    blocks: list[Block] = [section(agreement_line(card, reader))]
    # What was sent back is read while the other side thinks about what was said of it.
    whole = [one for one in (card.waiting, card.current) if one] or card.versions[:1]
    for version in whole:
        blocks += [divider(), *_version_blocks(version, reader)]
    others = [one for one in card.versions if one not in whole]
    if others:
        blocks.append(divider())
    for version in others[:10]:
        blocks += sections(_numbered(version, reader) + Safe("\n") + version_state(version, reader))
    buttons = _buttons(card, reader)
    if buttons:
        blocks.append(actions(*buttons))
    return View.modal(card.reference, blocks, close=reader.gettext(N_("Close")))


def _numbered(version: AgreementVersion, reader: Reader) -> Safe:
    return reader.say(N_("*Version %(number)s*"), number=str(version.number))


def _version_blocks(version: AgreementVersion, reader: Reader) -> list[Block]:
    content = version.content
    lines = [
        _numbered(version, reader),
        version_state(version, reader),
        reader.say(N_("Between: %(parties)s"), parties=content.parties),
        _term(content, reader, expired=False),
    ]
    if content.settles is not None:
        words = N_("It settles objections to version %(number)s of the rules.")
        lines.append(reader.say(words, number=str(content.settles)))
    told: list[Block] = [*sections(Safe("\n").join(lines)), rich_text(quote(content.clauses))]
    if content.permalink is not None:
        told.append(rich_text(paragraph(content.permalink)))
    if content.sha256 is not None:
        told.append(context(reader.say(N_("Fingerprint: %(sha256)s"), sha256=content.sha256)))
    return told


def _buttons(card: AgreementCard, reader: Reader) -> list[Element]:
    waiting, about = card.waiting, card.reference
    found: list[Element] = []
    if waiting is not None and card.can_answer:
        found += [
            agreement_button(
                AgreementAction.CONFIRM, reader, card.id, waiting.number, style="primary"
            ),
            agreement_button(AgreementAction.REFUSE, reader, card.id, waiting.number),
        ]
    if waiting is not None and card.can_withdraw:
        found.append(agreement_button(AgreementAction.WITHDRAW, reader, card.id, waiting.number))
    if card.can_change:
        found.append(agreement_button(AgreementAction.CHANGE, reader, card.id, about=about))
    return found


# Dialogs


def register_view(agreement: UUID, reader: Reader) -> View:
    """An empty dialog; `agreement` is the id that it will have, however often it is sent."""
    state = FormState.new(REGISTER.name, ids={"agreement": agreement})
    return render_form(REGISTER, reader, state, outro=(_promise(reader),))


def change_view(card: AgreementCard, reader: Reader) -> View:
    """The version that counts, to be changed; beside it, until the other side confirms."""
    shown = card.shown
    newest = max((one.number for one in card.versions), default=0)
    state = FormState.new(
        CHANGE.name, ids={"agreement": card.id}, refs={"base": str(newest)}
    ).expand()
    values = {} if shown is None else shown.content.model_dump()
    return render_form(CHANGE, reader, state, values=values, outro=(_promise(reader),))


def _promise(reader: Reader) -> Block:
    return context(
        reader.say(
            N_(
                "It counts once the other side has confirmed it; then everybody for whom it is can "
                "read it. Each version is kept."
            )
        )
    )


def refuse_view(card: AgreementCard, number: int, reader: Reader) -> View:
    state = FormState.new(REFUSE.name, ids={"agreement": card.id}, refs={"number": str(number)})
    words = reader.say(N_("Whoever registered it reads your reason, and can register another."))
    return render_form(
        REFUSE,
        reader,
        state,
        intro=(section(agreement_line(card, reader)),),
        outro=(context(words),),
    )


def done_message(card: AgreementCard, reader: Reader) -> Message:
    """How an agreement stands after somebody did something about it."""
    words = agreement_line(card, reader)
    opener = agreement_button(AgreementAction.OPEN, reader, card.id, about=card.reference)
    return Message(words, [section(words, accessory=opener)])


def no_such_message(reference: str, reader: Reader) -> Message:
    words = reader.say(
        N_("I know no agreement %(reference)s that is for you. `/accord agreements` lists them."),
        reference=reference,
    )
    return Message(words, [section(words)])


# Messages


def agreement_message(notice: AgreementNotice, reader: Reader, templates: Templates) -> Message:
    """Asks the other side, tells whoever registered it, reminds both of its end."""
    card, version = notice.agreement, notice.version
    told = templates.render(
        "agreements/told",
        reader,
        wanted=notice.kind is NoticeKind.AGREEMENT_WANTED,
        ends=notice.kind is NoticeKind.AGREEMENT_ENDS,
        waiting=version.state is AgreementState.WAITING,
        expired=card.expired,
        name=version.proposed_by.name,
        reference=card.reference,
        title=version.content.title,
        state=version_state(version, reader),
        term=_term(version.content, reader, expired=card.expired),
    )
    buttons: list[Element] = []
    asked = notice.kind is NoticeKind.AGREEMENT_WANTED and card.waiting == version
    if asked and card.can_answer:
        buttons += _buttons(card, reader)
    opener = agreement_button(AgreementAction.OPEN, reader, card.id, about=card.reference)
    return told.message(actions(opener, *buttons))

"""Bulk exports: the dialog that asks for one, who is told, the link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from domain.exports import (
    AskExport,
    ExportContent,
    ExportFormat,
    ExportNotice,
    ExportOffer,
    HoldsToExport,
)
from domain.holds import MATTER_LIMIT
from domain.my_data import FileLink
from messages.approval_words import export_line
from messages.blocks import actions, context, section
from messages.elements import Block, Element
from messages.export_presses import LABELS, ExportAction, export_button
from messages.form_state import FormState
from messages.forms import NO_VALUES, Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Date, ExternalSelect, Select, Text
from messages.names import NAMES
from messages.reading import Reader
from messages.rich_text import code, paragraph, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

_WHAT = Select(
    "content",
    N_("What"),
    options=tuple(Choice(one.value, NAMES[one]) for one in ExportContent),
)
_INPUTS = (
    _WHAT,
    Select(
        "file_format",
        N_("File"),
        options=tuple(Choice(one.value, NAMES[one]) for one in ExportFormat),
    ),
    Text(
        "matter",
        N_("Where the export was decided"),
        max_length=MATTER_LIMIT,
        hint=N_("A ticket's number, without names: it stays in the record."),
    ),
)
_DAYS = (
    Date("first_day", N_("From"), hint=N_("Without days: all of it.")),
    Date("last_day", N_("To")),
)
EXPORT = Form(
    name="export_ask",
    title=N_("Export"),
    submit=N_("Continue"),
    model=AskExport,
    inputs=_INPUTS,
    details=(
        ExternalSelect(
            "org_unit",
            N_("Unit"),
            hint=N_("With all units below it. Without unit and region: everybody."),
            min_query=0,
        ),
        Text("region", N_("Region"), hint=N_("A country or a part of one: DE, DE-BY.")),
        *_DAYS,
    ),
)
EXPORT_HELD = Form(
    name="export_held",
    title=N_("Export"),
    submit=N_("Continue"),
    model=AskExport,
    inputs=_INPUTS,
    details=_DAYS,
)
FORMS: Mapping[str, Form[AskExport]] = {form.name: form for form in (EXPORT, EXPORT_HELD)}


def content_choices(offer: ExportOffer, reader: Reader) -> dict[str, list[Choice]]:
    """What this person may ask for."""
    return {"content": [Choice(one.value, reader.shown(one)) for one in offer.contents]}


def export_view(
    offer: ExportOffer,
    reader: Reader,
    *,
    state: FormState | None = None,
    values: Mapping[str, object] = NO_VALUES,
) -> View:
    """The dialog, collapsed at first; under a hold it is of one person."""
    form = EXPORT if offer.hold is None else EXPORT_HELD
    ids = {} if offer.hold is None else {"hold": offer.hold}
    intro: list[Block] = []
    if offer.person is not None:
        words = reader.say(N_("*%(name)s*, under a legal hold"), name=offer.person.name)
        intro.append(section(words))
    elif offer.more_under_holds:
        intro.append(actions(export_button(ExportAction.HOLDS, reader)))
    promise = reader.say(
        N_(
            "Two people export: you ask with a code, somebody else approves. Compliance, and HR of "
            "those whose data it is, are told. At most %(most)s rows at a time. The file opens "
            "with a passphrase, and is marked with both names."
        ),
        most=offer.rows_at_most,
    )
    return render_form(
        form,
        reader,
        state or FormState.new(form.name, ids=ids),
        values={"file_format": ExportFormat.CSV, **values},
        choices=content_choices(offer, reader),
        intro=tuple(intro),
        outro=(context(promise),),
    )


def holds_message(found: HoldsToExport, reader: Reader) -> Message:
    """On whom holds stand under which the reader may export."""
    lines = [reader.say(N_("*Export under a legal hold*"))]
    blocks: list[Block] = [section(lines[0])]
    for hold in found.holds[:LISTED]:
        name = hold.person.name
        lines.append(reader.say(N_("%(name)s, since %(when)s"), name=name, when=hold.placed_at))
        opener = export_button(ExportAction.OPEN, reader, hold.hold, about=name)
        blocks.append(section(lines[-1], accessory=opener))
    if not found.holds:
        lines.append(reader.say(N_("No legal hold stands on anybody your role covers.")))
        blocks.append(section(lines[-1]))
    if len(found.holds) > LISTED:
        blocks.append(context(reader.say(N_("These are the newest; there are more."))))
    return Message(Safe("\n").join(lines), blocks)


LISTED = 20


def export_message(notice: ExportNotice, reader: Reader, _templates: Templates) -> Message:
    """To whoever asked: the file is there. To compliance and HR: who takes out what."""
    what = export_line(notice.matter, reader)
    own = notice.asker.id == notice.reader.id
    if own:
        head = reader.say(N_("*Your export was approved.*"))
    else:
        head = reader.say(
            N_("*%(asker)s takes data out of Accord; %(approver)s approved it.*"),
            asker=notice.asker.name,
            approver=notice.approver.name if notice.approver else "",
        )
    words = Safe("\n").join([head, what, _state(notice, reader, own=own)])
    blocks: list[Block] = [section(words)]
    if notice.can_fetch:
        get = export_button(ExportAction.GET, reader, notice.approval, style="primary")
        blocks.append(actions(get))
    return Message(words, blocks)


def _state(notice: ExportNotice, reader: Reader, *, own: bool) -> Safe:
    if notice.fetched_at is not None:
        return reader.say(N_("The file was fetched on %(when)s."), when=notice.fetched_at)
    if own and not notice.can_fetch:
        return reader.say(N_("Nobody fetched the file in time. It can be asked for again."))
    if own:
        return reader.say(
            N_("Its file can be fetched once, until %(when)s."), when=notice.expires_at
        )
    return reader.say(
        N_(
            "The file was not fetched yet; it can be until %(when)s. Is something wrong with it? "
            "Please speak to both of them now."
        ),
        when=notice.expires_at,
    )


def file_view(link: FileLink, url: str, reader: Reader) -> View:
    """The only place that shows link and passphrase."""
    address: Element = {"type": "link", "url": url}
    blocks = [
        section(reader.say(N_("*1.* Copy this passphrase:"))),
        rich_text(paragraph(code(link.passphrase))),
        section(reader.say(N_("*2.* Open this link. It works once:"))),
        rich_text(paragraph(address)),
        section(
            reader.say(
                N_(
                    "*3.* Open the archive with the passphrase. 7-Zip, Keka and most others can; "
                    "what comes with Windows and macOS often can't."
                )
            )
        ),
        context(
            reader.say(
                N_(
                    "The link works for %(minutes)s minutes from now; passphrase and link stand "
                    "nowhere else. Once the file is fetched, the export is over."
                ),
                minutes=link.open_for // timedelta(minutes=1),
            )
        ),
    ]
    title = reader.gettext(LABELS[ExportAction.OPEN])
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))

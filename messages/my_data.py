"""The dialogs about one's own data: what is kept and why, the link to the file."""

from __future__ import annotations

import re
from datetime import timedelta

from domain.my_data import FileLink, MyData, MyRights
from messages.blocks import actions, context, section, sections
from messages.elements import Block, Element
from messages.i18n import N_
from messages.my_data_presses import MyDataAction, my_data_button
from messages.reading import Reader
from messages.rich_text import code, paragraph, rich_text
from messages.surfaces import View
from messages.templates import Templates

_COUNTRY = re.compile(r"([A-Z]{2})(?:-.*)?")
GENERAL = "general"


def my_data_view(data: MyData, reader: Reader, templates: Templates) -> View:
    """What is kept and why, and what the viewer can do."""
    sheet = templates.render(
        "my_data/sheet",
        reader,
        contacts=data.contacts,
    )
    blocks: list[Block] = sections(sheet.body)
    blocks.append(
        actions(
            my_data_button(MyDataAction.GET, reader, style="primary"),
            my_data_button(MyDataAction.LOOKS, reader),
            my_data_button(MyDataAction.CORRECT, reader),
            my_data_button(MyDataAction.RIGHTS, reader),
        )
    )
    if sheet.context:
        blocks.append(context(sheet.context))
    return View.modal(reader.gettext(N_("My data")), blocks, close=reader.gettext(N_("Close")))


def rights_view(rights: MyRights, reader: Reader, templates: Templates) -> View:
    """The sheet of the viewer's country, or the general one, with whom to ask."""
    country = _COUNTRY.fullmatch(rights.viewer.region or "")
    sheets = [country[1].lower(), GENERAL] if country else [GENERAL]
    named = rights.contact or reader.listed(rights.hr)
    sheet = templates.render_first(
        [f"my_data/rights/{one}" for one in sheets],
        reader,
        contact=named or reader.gettext(N_("HR of your organisation")),
    )
    blocks: list[Block] = sections(sheet.body)
    if sheet.context:
        blocks.append(context(sheet.context))
    return View.modal(reader.gettext(N_("Your rights")), blocks, close=reader.gettext(N_("Close")))


def link_view(link: FileLink, url: str, reader: Reader) -> View:
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
                    "nowhere else. What was waiting for you to read counts as read once you open "
                    "the link."
                ),
                minutes=link.open_for // timedelta(minutes=1),
            )
        ),
    ]
    return View.modal(reader.gettext(N_("My data")), blocks, close=reader.gettext(N_("Close")))

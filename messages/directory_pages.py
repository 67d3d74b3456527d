"""The directory on screen: its numbers, a file to import, every change before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from pydantic import BaseModel

from domain.directory import REQUIRED_COLUMNS, Problem
from domain.directory_guard import TOO_MANY
from domain.directory_pages import (
    AskImport,
    DirectoryPage,
    ImportOffer,
    LastImport,
    UploadPeople,
)
from domain.directory_plan import Plan
from domain.roles import REASON_LIMIT
from messages.blocks import actions, context, divider, section, sections
from messages.departures import leaving_blocks
from messages.directory import (
    counts_told,
    plan_groups,
    plan_notes,
    plan_summary,
    problem_line,
    refused_line,
)
from messages.directory_presses import PeopleAction, changes_button, people_button
from messages.elements import Block, Element
from messages.errors import error_words
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import File, LongText
from messages.reading import Reader
from messages.rich_text import preformatted, rich_text
from messages.safe import Safe, escape
from messages.shorten import shorten
from messages.surfaces import View

PROBLEMS_AT_ONCE = 25
LINES_A_PAGE = 40
LINE = 250
EXAMPLE = (
    ",".join(REQUIRED_COLUMNS),
    "mara@company.example,Mara Lindt,,executive,Company,,DE,Europe/Berlin,U012ABCDEF",
    "li@company.example,Li Wei,mara@company.example,manager,Company / Support,,PT,Europe/Lisbon,",
)
UPLOAD = Form(
    name="people_upload",
    title=N_("Import people"),
    submit=N_("Look at it"),
    model=UploadPeople,
    inputs=(
        File(
            "file",
            N_("File of people"),
            hint=N_("A CSV file in UTF-8. Nothing is changed before you have seen every change."),
            filetypes=("csv", "txt"),
        ),
    ),
)
IMPORT = "people_import"
"""The callback of the dialog that shows every change; it has no inputs."""
WAIT = Form(
    name="people_wait",
    title=N_("Import people"),
    submit=N_("Ask for approval"),
    model=AskImport,
    inputs=(LongText("reason", N_("Reason"), max_length=REASON_LIMIT),),
)
"""The same where a second person has to allow it."""
FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (UPLOAD, WAIT)}


def directory_view(page: DirectoryPage, reader: Reader) -> View:
    """The numbers, and the way to an import for whoever may."""
    told = page.numbers
    counts = (
        (N_("People: *%(count)s*"), told.people),
        (N_("Units: *%(count)s*"), told.org_units),
        (N_("Without a manager: *%(count)s*"), told.without_manager),
        (N_("Without a Slack account: *%(count)s*"), told.without_slack),
        (N_("Have left: *%(count)s*"), told.left),
        (N_("Roles that wait for two people: *%(count)s*"), page.roles_waiting),
    )
    lines = [reader.say(words, count=count) for words, count in counts]
    blocks: list[Block] = [section(Safe("\n").join(lines)), section(_last(page.last, reader))]
    if page.can_import:
        blocks.append(actions(people_button(PeopleAction.IMPORT, reader, style="primary")))
    else:
        words = N_("HR of the whole organisation imports files of people here.")
        blocks.append(context(reader.say(words)))
    if page.leaving is not None:
        blocks += leaving_blocks(page.leaving, reader)
    return View.modal(reader.gettext(N_("People")), blocks, close=reader.gettext(N_("Close")))


def _last(last: LastImport | None, reader: Reader) -> Safe:
    if last is None:
        return reader.say(N_("Nothing was imported yet."))
    by = last.by.name if last.by else reader.gettext(N_("whoever runs Accord"))
    counts = (
        (N_("New people: %(count)s."), last.created),
        (N_("Changed people: %(count)s."), last.changed),
        (N_("Changed reporting lines: %(count)s."), last.lines),
    )
    words = N_("Last import on %(day)s, by %(by)s. %(counts)s")
    told = counts_told(counts, reader)
    return reader.say(words, day=last.at.date(), by=by, counts=told)


def upload_view(reader: Reader, intro: Sequence[Block] = ()) -> View:
    """The dialog for a file, with one to start from; `intro` says what was wrong with the last."""
    words = N_(
        "The first line names the columns; these are needed, and may be empty where nothing is "
        "known: the manager at the top, the Slack account of somebody who has none. A unit is a "
        "path, a region an ISO code. Roles wait until two people have confirmed them. Whom the "
        "file doesn't list stays as they are; `leaving_on` with a date tells who leaves."
    )
    outro = [rich_text(preformatted("\n".join(EXAMPLE))), context(reader.say(words))]
    return render_form(UPLOAD, reader, FormState.new(UPLOAD.name), intro=intro, outro=outro)


def problems_view(problems: Sequence[Problem], reader: Reader) -> View:
    """What is wrong with the file, by line and column, and a field for the next one."""
    lines = [escape(shorten(problem_line(one, reader), LINE)) for one in problems]
    shown = [Safe("• %s") % line for line in lines[:PROBLEMS_AT_ONCE]]
    if rest := len(lines[PROBLEMS_AT_ONCE:]):
        more = reader.ngettext("and %(count)s more", "and %(count)s more", rest)
        shown.append(Safe(more) % {"count": reader.number(rest)})
    head = Safe("*%s*") % refused_line(len(problems), reader)
    return upload_view(reader, [section(head), *sections(Safe("\n").join(shown)), divider()])


def trouble_view(words: Safe, reader: Reader) -> View:
    """Why the file could not be looked at, and a field for another try."""
    return upload_view(reader, [section(words), divider()])


def working_view(external_id: str, reader: Reader) -> View:
    """What stands there until the answer comes."""
    words = N_("*Working…* With a large file this takes up to a minute.")
    return View.modal(
        reader.gettext(UPLOAD.title),
        [section(reader.say(words))],
        close=reader.gettext(N_("Close")),
        external_id=external_id,
    )


def offer_view(
    offer: ImportOffer, file: str, reader: Reader, page: int = 0, *, moved_on: bool = False
) -> View:
    """Every change of the plan, counts first, page by page; *Import* carries out this plan only."""
    blocks: list[Block] = []
    if moved_on:
        words = N_("The directory has changed meanwhile, so nothing was imported. Now it would be:")
        blocks.append(section(reader.say(words)))
    blocks += _plan_blocks(offer.plan, reader)
    if offer.barred is not None:
        told = Safe(error_words(offer.barred.code, offer.barred.params, reader))
        blocks.append(section(told))

    def turn(action: PeopleAction, to: int) -> Element:
        return people_button(action, reader, to)

    blocks += _page_blocks(offer.plan, reader, page, turn, PeopleAction.EARLIER, PeopleAction.MORE)
    refs = {"file": file, "digest": offer.digest}
    if offer.barred is not None and offer.barred.code == TOO_MANY:
        return render_form(WAIT, reader, FormState.new(WAIT.name, refs=refs), intro=blocks)
    ready = offer.barred is None and not offer.plan.is_empty
    return View.modal(
        reader.gettext(UPLOAD.title),
        blocks,
        submit=reader.gettext(N_("Import")) if ready else None,
        close=reader.gettext(N_("Close")),
        callback_id=IMPORT,
        private_metadata=FormState.new(IMPORT, refs=refs).encode(),
    )


def waiting_view(offer: ImportOffer, waiting: UUID, reader: Reader, page: int = 0) -> View:
    """Every change of a file that waits for a second person, for both of them."""

    def turn(action: PeopleAction, to: int) -> Element:
        return changes_button(action, reader, waiting, to)

    earlier, more = PeopleAction.EARLIER_CHANGES, PeopleAction.MORE_CHANGES
    return View.modal(
        reader.gettext(UPLOAD.title),
        [
            *_plan_blocks(offer.plan, reader),
            *_page_blocks(offer.plan, reader, page, turn, earlier, more),
        ],
        close=reader.gettext(N_("Back")),
    )


def _plan_blocks(plan: Plan, reader: Reader) -> list[Block]:
    """The counts, and what is to be known of roles."""
    summary = plan_summary(plan, reader)
    blocks: list[Block] = [section(escape(summary))] if summary else []
    blocks += [context(Safe(note)) for note in plan_notes(plan, reader)]
    if plan.is_empty:
        blocks.append(section(reader.say(N_("*Nothing would change:* all of it is so already."))))
    return blocks


def _page_blocks(
    plan: Plan,
    reader: Reader,
    page: int,
    turn: Callable[[PeopleAction, int], Element],
    earlier: PeopleAction,
    more: PeopleAction,
) -> list[Block]:
    """Every change of the plan, page by page."""
    lines = _lines(plan, reader)
    pages = max(1, -(-len(lines) // LINES_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = lines[page * LINES_A_PAGE : (page + 1) * LINES_A_PAGE]
    blocks: list[Block] = [divider(), *sections(Safe("\n").join(shown))] if shown else []
    if pages > 1:
        words = N_("Page %(page)s of %(pages)s")
        blocks.append(context(reader.say(words, page=page + 1, pages=pages)))
        turns = [turn(earlier, page - 1)] if page else []
        turns += [turn(more, page + 1)] if page + 1 < pages else []
        blocks.append(actions(*turns))
    return blocks


def _lines(plan: Plan, reader: Reader) -> list[Safe]:
    """One line a change, each kind under its title and column names."""
    lines = []
    for group in plan_groups(plan, reader):
        lines.append(Safe("*%s (%s)*") % (group.title, reader.number(len(group.rows))))
        lines.append(Safe("_%s_") % " · ".join(group.headings))
        lines += [
            Safe("• %s") % shorten(" · ".join(cell or "-" for cell in row), LINE)
            for row in group.rows
        ]
    return lines


def imported_words(plan: Plan, reader: Reader) -> Safe:
    return Safe("%s %s") % (reader.gettext(N_("Imported.")), plan_summary(plan, reader))

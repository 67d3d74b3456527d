"""A file of goals: its rows as they would be typed, what they would propose, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from domain import directory_cells
from domain.directory import BadDirectory
from domain.directory_cells import BadCell
from domain.directory_table import read_cells
from domain.goal_commands import ProposeGoal
from domain.goal_file import (
    MOST_ROWS,
    REQUIRED_COLUMNS,
    BadGoals,
    GoalColumn,
    GoalRow,
    OfferedGoal,
    UploadGoals,
)
from domain.goal_kinds import GoalKind
from domain.goals import Audience, Direction, Rhythm
from messages.blocks import context, divider, section, sections
from messages.directory import problem_line, refused_line
from messages.elements import Block
from messages.errors import error_words
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_words import aim_text
from messages.i18n import N_, languages, translator
from messages.inputs import Answer, File, Input, InputError, Number, Parts, Text
from messages.names import NAMES
from messages.reading import Reader
from messages.rich_text import preformatted, rich_text
from messages.safe import Safe, escape
from messages.shorten import shorten
from messages.submissions import model_troubles
from messages.surfaces import View

LINES_AT_ONCE = 40
LINE = 250
EXAMPLE = (
    "owner_email,title,metric,baseline,target,due_date,kind,key_results,aligned_to",
    "li@company.example,First reply,Median hours to first reply,9 h,5 h,2027-06-30,,,G-3",
    "li@company.example,Glad customers,,,,2027-06-30,okr,Glad: 80 % to 90 % | Articles: 40,",
)
UPLOAD = Form(
    name="goal_upload",
    title=N_("Import goals"),
    submit=N_("Look at it"),
    model=UploadGoals,
    inputs=(
        File(
            "file",
            N_("File of goals"),
            hint=N_("A CSV file in UTF-8. Nothing is proposed before you have seen every goal."),
            filetypes=("csv", "txt"),
        ),
    ),
)
PROPOSE = "goal_upload_propose"
"""The callback of the dialog that shows every goal; it has no inputs."""


# From cells to what the form would have read


def _word(words: type[StrEnum], text: str) -> str:
    """A member by its value, or by its name on screen in any of our languages."""
    wanted = text.casefold()
    for one in words:
        names = {translator(language).gettext(NAMES[one]) for language in languages()}
        if wanted in {one.value, *(name.casefold() for name in names)}:
            return one.value
    raise InputError("not_offered")


def _date(text: str) -> object:
    try:
        return directory_cells.day(text)
    except BadCell:
        raise InputError("date_parsing") from None


def _as_typed(one: Input) -> Callable[[str], object]:
    def read(text: str) -> object:
        return one.read(Answer({"value": text})).get(one.name)

    return read


def _parts(text: str, *, measured: bool) -> object:
    lines = "\n".join(text.split("|"))
    return _as_typed(Parts("parts", "", measured=measured))(lines)


_TEXT, _NUMBER = _as_typed(Text("text", "")), _as_typed(Number("number", ""))
_READ: Mapping[GoalColumn, Callable[[str], object]] = {
    **dict.fromkeys(
        (GoalColumn.TITLE, GoalColumn.METRIC, GoalColumn.WHY, GoalColumn.MEASURE_UNIT), _TEXT
    ),
    **dict.fromkeys(
        (GoalColumn.TARGET, GoalColumn.BASELINE, GoalColumn.THRESHOLD, GoalColumn.STRETCH), _NUMBER
    ),
    **dict.fromkeys((GoalColumn.DUE_DATE, GoalColumn.START_DATE), _date),
    GoalColumn.KIND: lambda text: _word(GoalKind, text),
    GoalColumn.DIRECTION: lambda text: _word(Direction, text),
    GoalColumn.RHYTHM: lambda text: _word(Rhythm, text),
    GoalColumn.AUDIENCE: lambda text: _word(Audience, text),
}
_FIELDS: Mapping[str, GoalColumn] = {
    **{column.value: column for column in GoalColumn},
    "parts": GoalColumn.PARTS,
    "owner": GoalColumn.OWNER,
}


def read_goals(data: bytes, reader: Reader) -> tuple[tuple[GoalRow, ...], tuple[Safe, ...]]:
    """The rows of a file; a line of words for everything that is wrong with it."""
    known = {column.value: column for column in GoalColumn}
    try:
        _, rows, problems = read_cells(data, known, REQUIRED_COLUMNS, "file_without_goals")
    except BadDirectory as bad:
        return (), tuple(escape(problem_line(one, reader)) for one in bad.problems)
    if len(rows) > MOST_ROWS:
        return (), (escape(error_words("goal_rows", {"most": MOST_ROWS}, reader)),)
    found: list[GoalRow] = []
    wrong = [(one.line or 0, escape(problem_line(one, reader))) for one in problems]
    for line, cells in rows:
        row, troubles = _row(line, cells, reader)
        wrong += [(line, words) for words in troubles]
        if row is not None:
            found.append(row)
    return tuple(found), tuple(words for _, words in sorted(wrong, key=lambda it: it[0]))


def _row(
    line: int, cells: Mapping[GoalColumn, str], reader: Reader
) -> tuple[GoalRow | None, list[Safe]]:
    values: dict[str, object] = {}
    troubles: list[Safe] = []
    given = {column: text.strip() for column, text in cells.items() if text.strip()}
    for column, text in given.items():
        if column not in _READ:
            continue
        try:
            values[column.value] = _READ[column](text)
        except InputError as error:
            troubles.append(_trouble(line, column, error.code, error.params, reader))
    if GoalColumn.PARTS in given:
        measured = values.get("kind") != GoalKind.MILESTONE
        try:
            values["parts"] = _parts(given[GoalColumn.PARTS], measured=measured)
        except InputError as error:
            troubles.append(_trouble(line, GoalColumn.PARTS, error.code, error.params, reader))
    found = model_troubles(ProposeGoal, values, {"today": reader.today})
    if isinstance(found, ProposeGoal):
        row = GoalRow(line, found, given.get(GoalColumn.OWNER), given.get(GoalColumn.ALIGNED))
        return (None if troubles else row), troubles
    told = {column.value for column in given} if troubles else set()
    for path, code, params in found:
        at = _FIELDS.get(path.split(".", maxsplit=1)[0])
        if at is None or at.value not in told:
            troubles.append(_trouble(line, at, code, params, reader))
    return None, troubles


def _trouble(
    line: int,
    column: GoalColumn | None,
    code: str,
    params: Mapping[str, object],
    reader: Reader,
) -> Safe:
    label = column.value if column else ""
    words = error_words(code, {"label": label, **params}, reader)
    if column is None:
        return reader.say(N_("line %(line)s: %(words)s"), line=str(line), words=words)
    return reader.say(
        N_("line %(line)s, column %(column)s: %(words)s"),
        line=str(line),
        column=label,
        words=words,
    )


# On screen


def upload_view(reader: Reader, intro: Sequence[Block] = ()) -> View:
    """The dialog for a file, with one to start from; `intro` says what was wrong with the last."""
    words = N_(
        "The first line names the columns; `title` and `due_date` are needed. Without "
        "`owner_email` a goal is yours; with it, it is proposed to somebody who reports to you. "
        "Also: `aligned_to` (G-3), `why`, `measure_unit`, `direction`, `threshold`, `stretch`, "
        "`start_date`, `check_in_every`, `visible_to`. %(most)s goals at most."
    )
    outro = [
        rich_text(preformatted("\n".join(EXAMPLE))),
        context(reader.say(words, most=MOST_ROWS)),
    ]
    return render_form(UPLOAD, reader, FormState.new(UPLOAD.name), intro=intro, outro=outro)


def wrong_view(lines: Sequence[Safe], reader: Reader) -> View:
    """What is wrong with the file, row by row, and a field for the next one."""
    shown = [Safe("• ") + Safe(shorten(line, LINE)) for line in lines[:LINES_AT_ONCE]]
    if rest := len(lines[LINES_AT_ONCE:]):
        more = reader.ngettext("and %(count)s more", "and %(count)s more", rest)
        shown.append(Safe(more) % {"count": reader.number(rest)})
    head = Safe("*%s*") % refused_line(len(lines), reader)
    return upload_view(reader, [section(head), *sections(Safe("\n").join(shown)), divider()])


def refused_view(bad: BadGoals, reader: Reader) -> View:
    """What stands against proposing the rows, by the record."""
    lines = [
        _trouble(
            one.line,
            _FIELDS.get(one.error.field or ""),
            one.error.code,
            one.error.params,
            reader,
        )
        for one in bad.troubles
    ]
    return wrong_view(lines, reader)


def offer_view(
    offered: Sequence[OfferedGoal],
    file: str,
    digest: str,
    reader: Reader,
    *,
    moved_on: bool = False,
) -> View:
    """Every goal that would be proposed; *Propose* does so with all of them."""
    count = len(offered)
    words = reader.ngettext(
        "*%(count)s goal will be proposed.* Nothing has happened yet.",
        "*%(count)s goals will be proposed.* Nothing has happened yet.",
        count,
    )
    head = Safe(words) % {"count": reader.number(count)}
    if moved_on:
        head = reader.say(N_("The file is another one now. Please look again.")) + Safe("\n") + head
    lines = [
        reader.say(
            N_("• %(owner)s: %(title)s: %(aim)s by %(due)s"),
            owner=one.owner.name,
            title=shorten(one.content.title, LINE),
            aim=aim_text(one.content, reader),
            due=one.content.due_date,
        )
        for one in offered
    ]
    state = FormState.new(PROPOSE, refs={"file": file, "digest": digest})
    return View.modal(
        reader.gettext(UPLOAD.title),
        [section(head), *sections(Safe("\n").join(lines))],
        submit=reader.gettext(N_("Propose")),
        close=reader.gettext(N_("Cancel")),
        callback_id=PROPOSE,
        private_metadata=state.encode(),
    )


def proposed_words(count: int, reader: Reader) -> Safe:
    words = reader.ngettext(
        "%(count)s goal is proposed. It counts once both sides agree.",
        "%(count)s goals are proposed. They count once both sides agree.",
        count,
    )
    return Safe(words) % {"count": reader.number(count)}

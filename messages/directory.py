"""The import in words: what is wrong with a file, and what it would change.

Values are told as the file spells them, so that whoever reads this can find them there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from domain.directory import FACT_OF, Fact, PersonFacts, Problem
from domain.directory_plan import LineStep, NewGrant, Plan
from domain.people import GrantState, LineKind
from domain.roles import lacking
from messages.i18n import N_
from messages.reading import Reader

PROBLEMS: Mapping[str, str] = {
    # The file as a whole.
    "file_empty": N_("The file is empty."),
    "file_without_goals": N_("The file has column names but no goals below them."),
    "file_without_people": N_("The file has column names but no people below them."),
    "file_too_large": N_("The file is larger than %(megabytes)s megabytes. Please split it."),
    "file_utf16": N_("The file is in UTF-16. Please save it as “CSV UTF-8”."),
    "file_not_utf8": N_("This isn't UTF-8 text. Please save the file as “CSV UTF-8”."),
    "file_binary": N_("This isn't text. Please save the sheet as “CSV UTF-8”."),
    "file_quotes": N_(
        "A quotation mark here isn't closed, or stands inside a cell that isn't quoted. "
        "Nothing below it could be read."
    ),
    "column_unknown": N_("There is no column “%(name)s”. Please take it out."),
    "column_unknown_close": N_("There is no column “%(name)s”. Did you mean “%(close)s”?"),
    "column_twice": N_("The column “%(name)s” is there twice."),
    "columns_missing": N_("Please add what is missing in the first line: %(names)s."),
    "cell_count": N_(
        "This line has %(found)s cells; the first line has %(expected)s. "
        "A cell that contains the separator must stand in quotes."
    ),
    # One cell.
    "cell_empty": N_("Please fill this in."),
    "formula": N_(
        "“%(text)s” looks like a formula. Please write it without the sign at the beginning."
    ),
    "unprintable": N_("There is an invisible character in this cell. Please type it again."),
    "too_long": N_("Please shorten this to %(longest)s characters."),
    "empty_part": N_("There is nothing between two “%(separator)s”."),
    "bad_email": N_("“%(text)s” isn't an e-mail address."),
    "bad_level": N_("“%(text)s” isn't a level. Please write one of: %(allowed)s."),
    "bad_level_close": N_("“%(text)s” isn't a level. Did you mean “%(close)s”?"),
    "bad_employment": N_(
        "“%(text)s” isn't a kind of employment. Please write one of: %(allowed)s."
    ),
    "bad_employment_close": N_("“%(text)s” isn't a kind of employment. Did you mean “%(close)s”?"),
    "bad_role": N_("“%(text)s” isn't a role. Please write one of: %(allowed)s."),
    "bad_role_close": N_("“%(text)s” isn't a role. Did you mean “%(close)s”?"),
    "role_without_scope": N_(
        "“%(text)s” names no unit or region after the @. "
        "Without the @ the role is for the whole organisation."
    ),
    "bad_unit": N_("“%(text)s” isn't a unit's path. Please write it as “Company / Support”."),
    "bad_region": N_(
        "“%(text)s” isn't a region. Please write a country's ISO code, alone or with a "
        "subdivision, as PT or DE-BY."
    ),
    "bad_zone": N_("“%(text)s” isn't a time zone. Please write one as Europe/Lisbon."),
    "bad_zone_close": N_("“%(text)s” isn't a time zone. Did you mean “%(close)s”?"),
    "bad_locale": N_("“%(text)s” isn't a locale. Please write one as en, de or pt-BR."),
    "bad_slack_user": N_(
        "“%(text)s” isn't a Slack member ID. It begins with U or W and is found in the person's "
        "profile under “Copy member ID”."
    ),
    "bad_fte": N_(
        "“%(text)s” isn't a share of full time. Please write 0.8 or 80%%; full time is 1."
    ),
    "bad_roster": N_(
        "“%(text)s” is no roster. Please write its first day and how its turn goes on, such as "
        "2027-01-04 4on 4off."
    ),
    "bad_working_days": N_("“%(text)s” names no working days. Please write mon-fri or mon,wed."),
    "bad_day_start": N_("“%(text)s” isn't a time of day. Please write it as 09:00."),
    "bad_date": N_("“%(text)s” isn't a date that can be right. Please write it as 2026-03-31."),
    # Between rows.
    "listed_twice": N_("“%(text)s” is on line %(line)s already."),
    "slack_user_taken": N_("“%(text)s” belongs to %(email)s in the directory."),
    "manager_unknown": N_("Nobody in the file or in the directory is “%(text)s”."),
    "manager_unknown_close": N_(
        "Nobody in the file or in the directory is “%(text)s”. Did you mean “%(close)s”?"
    ),
    "manager_is_self": N_("Nobody can be their own manager. Leave this empty for the top."),
    "manager_left": N_("“%(text)s” has left and can't be anybody's manager."),
    "manager_loop": N_("These people would all be each other's managers: %(chain)s."),
    "matrix_manager_is_manager": N_("“%(text)s” is this person's manager already."),
    "unit_alike": N_(
        "“%(text)s” and “%(other)s” differ in capital letters only. Please write them alike."
    ),
    "scope_unknown": N_("There is no unit “%(text)s”, in the file or in the directory."),
    "scope_unknown_close": N_("There is no unit “%(text)s”. Did you mean “%(close)s”?"),
    "scope_ambiguous": N_(
        "“%(text)s” is both a unit and a country. Please rename the unit or leave the scope out."
    ),
}

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

COLUMN_OF = {fact: column.value for column, fact in FACT_OF.items()}


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """Changes of one kind, as a table."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def problem_line(problem: Problem, reader: Reader) -> str:
    """`line 7, column manager_email: …`, as far as line and column are known."""
    words = reader.write(PROBLEMS[problem.code], **problem.params)
    if problem.line is None:
        return words
    if problem.column is None:
        return reader.write(N_("line %(line)s: %(words)s"), line=str(problem.line), words=words)
    return reader.write(
        N_("line %(line)s, column %(column)s: %(words)s"),
        line=str(problem.line),
        column=problem.column,
        words=words,
    )


def refused_line(count: int, reader: Reader) -> str:
    """The last line under all problems."""
    words = reader.ngettext(
        "%(count)s problem; nothing was imported.",
        "%(count)s problems; nothing was imported.",
        count,
    )
    return words % {"count": reader.number(count)}


def plan_groups(plan: Plan, reader: Reader) -> tuple[PlanGroup, ...]:
    """Every change of the plan, by kind; kinds without a change are left out."""
    groups = (
        _units(plan, reader),
        _created(plan, reader),
        _changed(plan, reader),
        _moved(plan, reader),
        _grants(plan, reader, GrantState.ACTIVE),
        _grants(plan, reader, GrantState.PENDING),
    )
    return tuple(group for group in groups if group.rows)


def plan_summary(plan: Plan, reader: Reader) -> str:
    """The plan in numbers."""
    moved = len({line.who.id for line in plan.lines} - {each.who.id for each in plan.created})
    counts = counts_told(
        (
            (N_("New people: %(count)s."), len(plan.created)),
            (N_("Changed people: %(count)s."), len(plan.changed)),
            (N_("With another manager: %(count)s."), moved),
            (N_("Of these have left: %(count)s."), len(plan.left)),
            (N_("New units: %(count)s."), len(plan.units)),
            (N_("New roles: %(count)s."), len(plan.grants)),
            (N_("As they are already: %(count)s."), plan.unchanged),
        ),
        reader,
    )
    if not plan.not_listed:
        return counts
    rest = reader.ngettext(
        "%(count)s person in the directory isn't in the file and stays as they are.",
        "%(count)s people in the directory aren't in the file and stay as they are.",
        plan.not_listed,
    )
    return f"{counts} {rest % {'count': reader.number(plan.not_listed)}}".strip()


def counts_told(counts: Iterable[tuple[str, int]], reader: Reader) -> str:
    """Each count in its words; those of nothing are left out."""
    return " ".join(reader.write(words, count=count) for words, count in counts if count)


def plan_notes(plan: Plan, reader: Reader) -> list[str]:
    """What the operator should know of the roles before saying yes."""
    given = [(one.who.id, one.role) for one in plan.grants if one.state is GrantState.ACTIVE]
    if any(one.state is GrantState.PENDING for one in plan.grants):
        return [
            reader.gettext(
                N_(
                    "Roles wait until an administrator has asked for them, and somebody else in HR "
                    "or compliance has approved: `/accord roles` in Slack."
                )
            )
        ]
    if plan.first and lacking(given) is not None:
        return [
            reader.gettext(
                N_(
                    "Nobody will be able to give roles in Slack. That takes two people: an "
                    "administrator, and somebody else in HR or compliance. Please name both in "
                    "this file, since roles of later files wait for them."
                )
            )
        ]
    return []


def _group(
    reader: Reader, title: str, headings: Iterable[str], rows: Iterable[tuple[str, ...]]
) -> PlanGroup:
    return PlanGroup(
        reader.gettext(title), tuple(reader.gettext(each) for each in headings), tuple(rows)
    )


def _units(plan: Plan, reader: Reader) -> PlanGroup:
    return _group(reader, N_("New units"), (N_("Unit"),), ((unit.path,) for unit in plan.units))


def _created(plan: Plan, reader: Reader) -> PlanGroup:
    managers = {
        line.who.id: line.manager.name for line in plan.lines if line.kind is LineKind.PRIMARY
    }
    rows = (
        (
            new.who.name,
            new.who.email,
            new.facts.level.value,
            new.facts.unit or "",
            managers.get(new.who.id, ""),
            _particulars(new.facts),
        )
        for new in plan.created
    )
    headings = (
        N_("Name"),
        N_("E-mail"),
        N_("Level"),
        N_("Unit"),
        N_("Manager"),
        N_("Further"),
    )
    return _group(reader, N_("New people"), headings, rows)


def _particulars(facts: PersonFacts) -> str:
    """Where and when they work, and whatever is not as usual."""
    usual = PersonFacts(
        email=facts.email,
        name=facts.name,
        level=facts.level,
        unit=facts.unit,
        timezone="",
    )
    told = (
        spelled(getattr(facts, name))
        for name in FACT_OF.values()
        if getattr(facts, name) != getattr(usual, name)
    )
    return ", ".join(told)


def _changed(plan: Plan, reader: Reader) -> PlanGroup:
    rows = (
        (
            person.who.name,
            person.who.email,
            COLUMN_OF.get(change.fact, change.fact),
            spelled(change.before),
            spelled(change.after),
        )
        for person in plan.changed
        for change in person.changes
    )
    headings = (N_("Name"), N_("E-mail"), N_("Column"), N_("Before"), N_("After"))
    return _group(reader, N_("Changed people"), headings, rows)


def _moved(plan: Plan, reader: Reader) -> PlanGroup:
    new = {each.who.id for each in plan.created}
    told = {
        LineKind.PRIMARY: reader.gettext(N_("manager")),
        LineKind.MATRIX: reader.gettext(N_("matrix manager")),
    }
    steps = {
        LineStep.OPEN: reader.gettext(N_("begins")),
        LineStep.CLOSE: reader.gettext(N_("ends")),
    }
    rows = (
        (line.who.name, line.who.email, told[line.kind], line.manager.name, steps[line.step])
        for line in plan.lines
        if line.who.id not in new or line.kind is LineKind.MATRIX
    )
    headings = (N_("Name"), N_("E-mail"), N_("Line"), N_("To whom"), N_("From today"))
    return _group(reader, N_("Reporting lines"), headings, rows)


def _grants(plan: Plan, reader: Reader, state: GrantState) -> PlanGroup:
    title = (
        N_("Roles, given at once")
        if state is GrantState.ACTIVE
        else N_("Roles, given once two people have confirmed them")
    )
    rows = (
        (grant.who.name, grant.who.email, grant.role.value, _scope(grant, reader))
        for grant in plan.grants
        if grant.state is state
    )
    return _group(reader, title, (N_("Name"), N_("E-mail"), N_("Role"), N_("For")), rows)


def _scope(grant: NewGrant, reader: Reader) -> str:
    return grant.unit or grant.region or reader.gettext(N_("the whole organisation"))


def spelled(value: Fact) -> str:
    """A fact as the file spells it; nothing where there is none."""
    match value:
        case None:
            return ""
        case frozenset():
            return _days_spelled(sorted(value))
        case time():
            return value.isoformat("minutes")
        case int():
            return f"{value}%"
        case _:
            return str(value)


def _days_spelled(days: list[int]) -> str:
    together = days == list(range(days[0], days[-1] + 1)) and len(days) > 1
    names = [WEEKDAYS[day - 1] for day in days]
    return f"{names[0]}-{names[-1]}" if together else ",".join(names)

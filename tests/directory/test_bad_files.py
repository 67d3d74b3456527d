"""What is wrong with a file is named at its line and column, all of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory import (
    REQUIRED_COLUMNS,
    BadDirectory,
    Column,
    DirectoryNow,
    KnownPerson,
    PersonFacts,
    Problem,
)
from domain.directory_checks import problems_between
from domain.directory_roll import call_roll
from domain.directory_rows import read_directory
from domain.people import Level, PersonState
from messages.directory import problem_line
from messages.reading import Reader
from tests.directory.files import CEO, COMPANY, JONAS, LENA, NOW, a_file, a_row

HEADER = ",".join(REQUIRED_COLUMNS)
READER = Reader.of_nobody(NOW)


def problems(data: bytes, now: DirectoryNow | None = None) -> list[Problem]:
    try:
        file = read_directory(data)
    except BadDirectory as bad:
        return list(bad.problems)
    roll = call_roll(file, now or DirectoryNow(), uuid4)
    return [*file.problems, *problems_between(file, roll)]


@dataclass(frozen=True)
class Fault:
    cells: dict[str, str]
    code: str
    words: str
    """Part of what the operator reads."""


FAULTS = {
    "no e-mail": Fault({"email": ""}, "cell_empty", "fill this in"),
    "an e-mail without a domain": Fault({"email": "lena@x"}, "bad_email", "“lena@x” isn't"),
    "an e-mail with spaces": Fault({"email": "le na@x.example"}, "bad_email", "isn't an e-mail"),
    "two dots in an e-mail": Fault({"email": "le..na@x.example"}, "bad_email", "isn't an e-mail"),
    "an e-mail that is too long": Fault(
        {"email": f"{'x' * 64}@{'y.' * 100}example"}, "too_long", "254"
    ),
    "no name": Fault({"name": " "}, "cell_empty", "fill this in"),
    "a formula as name": Fault({"name": '=HYPERLINK("x")'}, "formula", "looks like a formula"),
    "a formula after a space": Fault({"name": "  @SUM(1)"}, "formula", "looks like a formula"),
    "a formula in any column": Fault({"legal_entity": "+1"}, "formula", "looks like a formula"),
    "a tab in front": Fault({"name": "\tLena"}, "formula", "looks like a formula"),
    "a line break in a name": Fault({"name": "Le\nna"}, "unprintable", "invisible"),
    "a name that turns the line": Fault({"name": "Le\u202ena"}, "unprintable", "invisible"),
    "a name that is too long": Fault({"name": "x" * 201}, "too_long", "200 characters"),
    "a cell like a book": Fault({"roles": "x" * 4_001}, "too_long", "4,000 characters"),
    "an unknown level": Fault({"level": "intern"}, "bad_level", "contributor or manager"),
    "a misspelt level": Fault({"level": "manger"}, "bad_level_close", "mean “manager”"),
    "an unknown role": Fault({"roles": "king"}, "bad_role", "isn't a role"),
    "a misspelt role": Fault({"roles": "hr;legl"}, "bad_role_close", "mean “legal”"),
    "a role for nowhere": Fault({"roles": "hr@"}, "role_without_scope", "after the @"),
    "a role for an unknown unit": Fault(
        {"roles": "hr@Company / Suport"}, "scope_unknown_close", "mean “Company / Support”"
    ),
    "a role for a place that isn't": Fault({"roles": "hr@Qqq"}, "scope_unknown", "no unit “Qqq”"),
    "nothing between roles": Fault({"roles": "hr;;legal"}, "empty_part", "between two “;”"),
    "a unit without a name": Fault({"unit": "Company //"}, "bad_unit", "Company / Support"),
    "a unit in other letters": Fault({"unit": "company / Support"}, "unit_alike", "alike"),
    "an unknown country": Fault({"region": "XX"}, "bad_region", "PT or DE-BY"),
    "a region in words": Fault({"region": "Bavaria"}, "bad_region", "PT or DE-BY"),
    "a zone that isn't": Fault({"timezone": "Mars/Base"}, "bad_zone", "Europe/Lisbon"),
    "a zone by its city": Fault({"timezone": "Berlin"}, "bad_zone_close", "mean “Europe/Berlin”"),
    "a misspelt zone": Fault({"timezone": "Europe/Lisabon"}, "bad_zone_close", "Europe/Lisbon”"),
    "a zone in other letters": Fault(
        {"timezone": "america/new york"}, "bad_zone_close", "mean “America/New_York”"
    ),
    "no zone": Fault({"timezone": ""}, "cell_empty", "fill this in"),
    "a name as Slack id": Fault({"slack_user_id": "@lena"}, "formula", "formula"),
    "a channel as Slack id": Fault({"slack_user_id": "C0GENERAL"}, "bad_slack_user", "U or W"),
    "somebody else's Slack id": Fault(
        {"slack_user_id": "U0JONAS"}, "listed_twice", "on line 3 already"
    ),
    "an unknown manager": Fault({"manager_email": "zoe@y.example"}, "manager_unknown", "Nobody"),
    "a misspelt manager": Fault(
        {"manager_email": "jonnas@x.example"}, "manager_unknown_close", "mean “jonas@x.example”"
    ),
    "oneself as manager": Fault({"manager_email": "lena@x.example"}, "manager_is_self", "own"),
    "oneself as matrix manager": Fault(
        {"matrix_manager_emails": "lena@x.example"}, "manager_is_self", "own manager"
    ),
    "the manager as matrix manager": Fault(
        {"matrix_manager_emails": "ceo@x.example; jonas@x.example"},
        "matrix_manager_is_manager",
        "manager already",
    ),
    "an unknown employment": Fault({"employment": "serf"}, "bad_employment", "contractor"),
    "a misspelt employment": Fault(
        {"employment": "contracter"}, "bad_employment_close", "mean “contractor”"
    ),
    "more than full time": Fault({"fte": "1.2"}, "bad_fte", "0.8 or 80%;"),
    "less than nothing": Fault({"fte": "0"}, "bad_fte", "share of full time"),
    "an endless share": Fault({"fte": "NaN"}, "bad_fte", "share of full time"),
    "no roster": Fault({"roster": "four on, four off"}, "bad_roster", "2027-01-04 4on 4off"),
    "no working day": Fault({"working_days": "mon-fry"}, "bad_working_days", "mon-fri"),
    "half past": Fault({"day_start": "9.30"}, "bad_day_start", "09:00"),
    "a 25th hour": Fault({"day_start": "25:00"}, "bad_day_start", "09:00"),
    "a day that never was": Fault({"start_date": "2026-02-30"}, "bad_date", "2026-03-31"),
    "a date in another style": Fault({"start_date": "1.3.2026"}, "bad_date", "2026-03-31"),
    "a date long ago": Fault({"start_date": "0026-03-01"}, "bad_date", "can be right"),
    "a locale that isn't": Fault({"locale": "klingon"}, "bad_locale", "pt-BR"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_wrong_cell_is_named_with_line_and_column(fault: Fault) -> None:
    [column] = fault.cells
    found = problems(a_file(CEO, JONAS, {**LENA, **fault.cells}))
    assert [(p.line, p.column, p.code) for p in found] == [(4, column, fault.code)]
    line = problem_line(found[0], READER)
    assert line.startswith(f"line 4, column {column}: ")
    assert fault.words in line


FILES = {
    "an empty file": (b"", "file_empty"),
    "blank lines only": (b"\n\n  \n", "file_empty"),
    "column names only": (f"{HEADER}\n".encode(), "file_without_people"),
    "a spreadsheet": (b"PK\x03\x04\x00\x00", "file_binary"),
    "UTF-16": (HEADER.encode("utf-16"), "file_utf16"),
    "Latin-1": (f"{HEADER}\nJosé".encode("latin-1"), "file_not_utf8"),
    "an open quote": (f'{HEADER}\n"Lena'.encode(), "file_quotes"),
    "too few cells": (f"{HEADER}\nlena@x.example,Lena\n".encode(), "cell_count"),
    "a missing column": (a_file(CEO).replace(b"timezone", b"locale"), "columns_missing"),
    "an unknown column": (a_file({**CEO, "salary": "1"}), "column_unknown"),
    "a misspelt column": (a_file({**CEO, "fti": "1"}), "column_unknown_close"),
    "a column twice": (f"{HEADER},email\n".encode(), "column_twice"),
    "another separator": (a_file(CEO, delimiter="|"), "columns_missing"),
}


@pytest.mark.parametrize(("data", "code"), FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_directory_is_refused_in_words(data: bytes, code: str) -> None:
    found = problems(data)
    assert code in [problem.code for problem in found]
    assert all(problem_line(problem, READER) for problem in found)


def test_the_line_of_a_wrong_byte_is_named() -> None:
    [found] = problems(b"\xef\xbb\xbf" + a_file(CEO, JONAS) + b"J\xf6rg")
    assert (found.code, found.line) == ("file_not_utf8", 4)


def test_a_row_after_a_cell_of_several_lines_keeps_its_own_line() -> None:
    found = problems(a_file({**CEO, "name": "Cla\nra"}, {**JONAS, "level": "x"}))
    assert [(p.line, p.column) for p in found] == [(2, "name"), (4, "level")]


def test_every_fault_is_named_at_once() -> None:
    bad = {**LENA, "level": "x", "region": "x", "timezone": "", "manager_email": "q@q.example"}
    found = problems(a_file(CEO, bad, {**JONAS, "name": "=1"}))
    assert {(p.line, p.column) for p in found} == {
        (3, "level"),
        (3, "region"),
        (3, "timezone"),
        (3, "manager_email"),
        (4, "name"),
    }


def test_a_wrong_row_may_still_be_somebodys_manager() -> None:
    found = problems(a_file(CEO, {**JONAS, "level": "x"}, LENA))
    assert [p.code for p in found] == ["bad_level"]


def test_an_email_may_be_listed_once_whatever_its_letters() -> None:
    [found] = problems(a_file(*COMPANY, {**LENA, "email": "LENA@x.example", "slack_user_id": ""}))
    assert (found.line, found.column, found.code) == (5, "email", "listed_twice")


def test_a_loop_of_managers_is_told_once_with_its_chain() -> None:
    rows = [
        a_row("top@x.example"),
        a_row("a@x.example", manager_email="b@x.example"),
        a_row("b@x.example", manager_email="c@x.example"),
        a_row("c@x.example", manager_email="a@x.example"),
        a_row("below@x.example", manager_email="c@x.example"),
    ]
    [found] = problems(a_file(*rows))
    assert (found.line, found.column, found.code) == (3, "manager_email", "manager_loop")
    chain = "a@x.example → b@x.example → c@x.example → a@x.example"
    assert chain in problem_line(found, READER)


def known(email: str, slack_user: str | None = None, **more: PersonState) -> KnownPerson:
    facts = PersonFacts(
        email=email, name="Known", level=Level.MANAGER, timezone="UTC", slack_user=slack_user
    )
    return KnownPerson(uuid4(), facts, **more)


def test_a_manager_may_be_in_the_directory_alone() -> None:
    boss = known("boss@x.example")
    data = a_file({**LENA, "manager_email": "boss@x.example"})
    assert problems(data, DirectoryNow(people={boss.id: boss})) == []


def test_somebody_who_left_is_nobodys_manager() -> None:
    boss = known("boss@x.example", state=PersonState.LEFT)
    data = a_file({**LENA, "manager_email": "boss@x.example"})
    [found] = problems(data, DirectoryNow(people={boss.id: boss}))
    assert found.code == "manager_left"


def test_a_slack_account_of_somebody_listed_is_not_given_away() -> None:
    zoe = known("zoe@x.example", "U0LENA")
    now = DirectoryNow(people={zoe.id: zoe})
    [found] = problems(a_file(a_row("zoe@x.example"), {**LENA, "manager_email": ""}), now)
    assert (found.code, found.params["email"]) == ("slack_user_taken", "zoe@x.example")


def test_the_directorys_spelling_of_a_unit_counts() -> None:
    now = DirectoryNow(units={"company": uuid4()})
    found = problems(a_file(CEO, JONAS, LENA), now)
    assert [(p.line, p.code, p.params["other"]) for p in found] == [(2, "unit_alike", "company")]


def test_a_scope_that_is_a_unit_and_a_country_is_ambiguous() -> None:
    [found] = problems(a_file({**CEO, "unit": "IT", "roles": "hr@IT"}))
    assert found.code == "scope_ambiguous"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_is_clear_is_taken(delimiter: str) -> None:
    rows = (
        CEO,
        {
            **LENA,
            "manager_email": " CEO@x.example ",
            "level": "Individual-Contributor",
            "unit": "Company/Support",
            "roles": "Process Owner@de-by; hr;",
            "region": "de-by",
            "fte": "80 %",
            "working_days": "sun-tue,thu",
            "day_start": "8:30",
            "locale": "de_at",
        },
    )
    data = b"\xef\xbb\xbf\r\n" + a_file(*rows, delimiter=delimiter)
    file = read_directory(data.replace(b"manager_email", b"Manager E-Mail".replace(b"E-M", b"em")))
    assert file.problems == ()
    facts = file.rows[1].facts
    assert (facts.level, facts.unit, facts.region) == (
        Level.INDIVIDUAL,
        "Company / Support",
        "DE-BY",
    )
    assert (facts.fte_percent, facts.working_days, facts.locale) == (
        80,
        frozenset({7, 1, 2, 4}),
        "de-AT",
    )
    assert [(each.role, each.scope) for each in file.rows[1].roles] == [
        ("process owner", "DE-BY"),
        ("hr", None),
    ]


@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_refused_in_words_or_read(data: bytes) -> None:
    for candidate in (data, a_file(CEO) + data, HEADER.encode() + b"\n" + data):
        assert all(problem_line(problem, READER) for problem in problems(candidate))


CELLS = st.dictionaries(st.sampled_from([*Column]), st.text(max_size=40), max_size=17)


@given(cells=CELLS)
def test_any_text_in_any_cell_is_refused_in_words_or_read(cells: dict[str, str]) -> None:
    data = a_file(CEO, {**LENA, **cells})
    assert all(problem_line(problem, READER) for problem in problems(data))

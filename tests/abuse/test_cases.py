"""The tables of defences fit the code: what they take out is there, and so are its tests."""

from __future__ import annotations

import ast

import pytest

from tests.abuse.cases import CASES
from tests.abuse.defences import ROOT, Defence, Edit, NotFound
from tests.delivery.promises import PROMISES

DEFENCES = [(case, defence) for case in (*CASES, *PROMISES) for defence in case.defences]
every_defence = pytest.mark.parametrize(
    "defence",
    [defence for _, defence in DEFENCES],
    ids=[f"{case.name}: {defence.what}" for case, defence in DEFENCES],
)


def test_all_22_cases_are_there_each_with_a_defence_or_the_reason_why_not() -> None:
    assert [case.number for case in CASES] == list(range(1, 23))
    assert [case.name for case in CASES if not case.defences and not case.to_come] == []


@every_defence
def test_what_is_taken_out_is_there_once_and_leaves_code(defence: Defence) -> None:
    assert defence.edits
    for edit in defence.edits:
        edit.look()
        code = (ROOT / edit.file).read_text(encoding="utf-8")
        ast.parse(code.replace(edit.text, edit.instead))
        assert edit.text != edit.instead


@every_defence
def test_the_tests_that_notice_exist(defence: Defence) -> None:
    assert defence.tests
    for test in defence.tests:
        file, _, name = test.partition("[")[0].partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        names = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        assert name in names if name else any(one.startswith("test_") for one in names)


def test_a_text_that_is_gone_is_named() -> None:
    with pytest.raises(NotFound, match="is there 0 times"):
        Edit("usecases/access.py", "this was never there", "").look()

"""Every way to sealed content is known, and each records that it was opened."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPENING = ("open", "open_bytes")

# Every use case that gets sealed content opened, and what it records; or why it need not.
KNOWN = {
    "checkin_support._opened": "READ_SUPPORT",
    "facilitation.read_help_request": "READ_FACILITATION",
    "facilitation.read_help_answer": "READ_FACILITATION",
    "feedback.read_feedback": "READ_FEEDBACK",
    "round_answers.read_confidential": "READ_ROUND",
    "proofs.prove_entry": "recorded beforehand, by an operator, if it is confidential",
    "state_check._acts": "nobody reads: rows are held against the record",
    "purges._take_away": "nobody reads: what goes is taken out of the record's entries, too",
    "corrections.read_correction": "READ_CORRECTION",
    "holds.open_hold": "READ_HOLD",
    "my_data.fetch_my_data": "DATA_FETCH",
    "my_data._file": "after `fetch_my_data` has recorded it",
    "my_data._acts": "after `fetch_my_data` has recorded it",
    "export_downloads.fetch_export": "the passphrase, once; EXPORT_FETCH is recorded before it",
    "round_answers.open_to_answer": "one's own answer, to change it",
    "round_answers.answer_anonymously": "nobody reads: a mark is made with the round's key",
    "security.set_up_codes": "nobody reads: a code is held against the secret",
    "step_up._judged": "nobody reads: a code is held against the secret",
    "policy_links.fetch_policy": "the rules are for everybody; the link has no passphrase",
    "purges._is_approved": "nobody reads: the record is asked whether two people approved",
    "directory_pages.directory_page": "when, by whom and how many: numbers of the last import",
    "policy_record.record_of_policy": "the record of the rules is internal, for everybody",
    "record._record": "of a goal: content of class internal only; under a hold after READ_HELD",
    "matters.read_held_feedback": "READ_HELD",
    "goal_corrections.values_corrected": "values of a goal are of class internal",
    "record._held_before": "the record of a goal holds content of class internal only",
    "waiting_imports._file": "a file of the directory, shown to those who decide about it",
    "checkin_support._opened_before": "entries of the record without sealed fields",
}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def called(function: ast.FunctionDef) -> set[str]:
    """The names of what it calls, without whose they are; `open` only if a seal is opened."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if name not in OPENING or (isinstance(target, ast.Attribute) and _opener(target.value)):
                names.add(name)
    return names


def _opener(node: ast.expr) -> bool:
    """Whether it is what opens seals, by its name: other things are opened, too."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.lstrip("_") in ("opener", "sealer")


def opening_functions() -> set[str]:
    """Functions of the storage room that open sealed content, themselves or by another."""
    own = {"sealing.py", "keyring.py", "key_rotation.py", "verify.py"}
    found: set[str] = set()
    files = [path for path in (ROOT / "storage").glob("*.py") if path.name not in own]
    everything = [function for path in files for function in functions(path)]
    while True:
        more = {
            function.name
            for function in everything
            if called(function) & (found | set(OPENING)) and function.name not in found
        }
        if not more:
            return found
        found |= more


def test_every_use_case_that_opens_sealed_content_is_known() -> None:
    opening = {name for name in opening_functions() if not name.startswith("_")}
    assert {"open_words", "open_notes", "open_private", "entries_about"} <= opening
    found = {
        f"{path.stem}.{function.name}"
        for path in (ROOT / "usecases").glob("*.py")
        for function in functions(path)
        if called(function) & opening
    }
    assert found == set(KNOWN)


def test_each_that_shows_it_records_it_in_its_own_file() -> None:
    for name, action in KNOWN.items():
        if action.isupper():
            file = ROOT / "usecases" / f"{name.partition('.')[0]}.py"
            assert "work.record(" in file.read_text()
            assert f"Action.{action}" in file.read_text()

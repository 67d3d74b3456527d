"""Broken rules of templates are named with file, line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from messages.template_lint import complaints, override_complaints
from messages.templates import TEMPLATE_FOLDER

GOOD = "{% block text %}{{ goal }}{% endblock %}{% block body %}*{{ goal }}*{% endblock %}"


def write(folder: Path, words: str, name: str = "goals/card.j2") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return folder


def test_our_own_templates_keep_the_rules() -> None:
    assert complaints(TEMPLATE_FOLDER) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("{% macro m() %}x{% endmacro %}", "macro"),
        ("{% set x %}{{ goal }}{% endset %}", "set block"),
        ("{% filter upper %}{{ goal }}{% endfilter %}", "filter block"),
        ("{% include 'x.j2' %}", "include"),
        ("{% import 'x.j2' as x %}", "import"),
        ("{{ self.body() }}", "again"),
        ("{{ goal|nosuchfilter }}", "nosuchfilter"),
        ("{{ goal", "end of print statement"),
    ],
)
def test_what_would_escape_twice_or_break_is_refused(
    tmp_path: Path, words: str, complaint: str
) -> None:
    write(tmp_path, f"{{% block text %}}\n{words}{{% endblock %}}")
    found = complaints(tmp_path)
    assert found
    assert all(line.startswith("goals/card.j2:2: ") for line in found)
    assert complaint in found[0]


def test_words_outside_of_a_block_are_refused(tmp_path: Path) -> None:
    assert "never shown" in complaints(write(tmp_path, GOOD + "lost"))[0]


def test_a_message_needs_its_text_and_no_unknown_block(tmp_path: Path) -> None:
    found = complaints(write(tmp_path, "{% block boddy %}x{% endblock %}"))
    assert "no block `boddy`" in found[0]
    assert "the block `text` is missing" in found[1]


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_bytes(b"\xff\xfe")
    assert complaints(tmp_path) == ["x.j2:1: not UTF-8"]


def test_an_override_fits_what_it_replaces(tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", GOOD)
    theirs = write(tmp_path / "theirs", GOOD.replace("*", "_"))
    assert override_complaints(theirs, ours) == []


def test_an_override_is_told_about_missing_blocks_and_unknown_values(tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", GOOD)
    theirs = write(tmp_path / "theirs", "{% block text %}{{ goals }}{% endblock %}")
    write(theirs, GOOD, "goals/crad.j2")
    assert override_complaints(theirs, ours) == [
        "goals/card.j2:1: the block `body` of the built-in message is missing",
        "goals/card.j2:1: no value `goals` here; there are goal",
        "goals/crad.j2:1: there is no such message to override",
    ]

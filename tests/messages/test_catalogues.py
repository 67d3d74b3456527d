"""Every language that has a catalogue is complete, and says what the English says."""

from __future__ import annotations

import ast
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import messages
from bot.manifest import MESSAGE_SHORTCUTS
from messages.catalogues import (
    HOW_TO_MEND,
    IN_SLACKS_MENUS,
    catalogues,
    complaints,
    texts_in_code,
)

ROOMS = Path(__file__).parents[2]
TEXTS = texts_in_code()
GERMAN = catalogues()["de"]


@pytest.mark.parametrize(("language", "path"), catalogues().items())
def test_every_text_has_its_translation(language: str, path: Path) -> None:
    found = complaints(path, TEXTS)
    assert not found, f"{HOW_TO_MEND}. {language}:\n" + "\n".join(found)


def test_no_text_is_marked_where_translators_do_not_look() -> None:
    marked = [
        f"{path.relative_to(ROOMS)}:{node.lineno}"
        for room in ("bot", "domain", "handlers", "scheduler", "storage", "usecases")
        for path in (ROOMS / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id == "N_"
    ]
    assert marked == [], "words belong into messages/"


def test_every_marked_text_is_one_that_translators_get() -> None:
    """Babel overlooks a mark inside of another call that it knows."""
    overlooked = [
        f"{path.relative_to(ROOMS)}:{node.lineno}"
        for path in (ROOMS / "messages").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "N_"
        and isinstance(node.args[0], ast.Constant)
        and (None, node.args[0].value) not in TEXTS
    ]
    assert overlooked == [], "give the text a name of its own"


def test_what_slack_names_in_its_menus_is_known() -> None:
    assert {name for name, _, _ in MESSAGE_SHORTCUTS} == IN_SLACKS_MENUS


GOOD = {
    "%(name)s answered": "%(name)s hat geantwortet",
    "`/goal new` proposes one.": "`/goal new` schlägt eines vor.",
    "*Read* opens it": "*Lesen* öffnet es",
    "Read": "Lesen",
    " at the edge": " am Rand",
}


@pytest.mark.parametrize(
    ("text", "translation", "complaint"),
    [
        ("Read", "", "not translated: 'Read'"),
        ("%(name)s answered", "%(nam)s hat geantwortet", "other parameters"),
        ("%(name)s answered", "%(name)s zu 100 %", "a lone % (write %%)"),
        ("`/goal new` proposes one.", "`/ziel new` schlägt eines vor.", "other commands"),
        ("`/goal new` proposes one.", "/goal new schlägt eines vor.", "other markup or lines"),
        ("*Read* opens it", "*Öffnen* öffnet es", "“Read” is called “Lesen” on screen"),
        (" at the edge", "am Rand", "another space at an edge"),
        ("`/goal new` proposes one.", "`/goal new` schlägt eines vor", "another ending"),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(
    tmp_path: Path, text: str, translation: str, complaint: str
) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "accord.po"
    path.parent.mkdir(parents=True)
    texts = {(None, known): (known,) for known in GOOD}

    def written(entries: dict[str, str]) -> list[str]:
        lines = [f'msgid "{one}"\nmsgstr "{other}"\n' for one, other in entries.items()]
        header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        return complaints(path, texts)

    assert written(GOOD) == []
    assert any(complaint in found for found in written({**GOOD, text: translation}))
    assert written({**GOOD, "Gone": "Fort"}) == ["no longer used: 'Gone'"]
    assert written({one: GOOD[one] for one in GOOD if one != "Read"})[0] == "missing: 'Read'"


# What German readers read.

SAME_IN_BOTH = {
    "Accord",
    "Code",
    "Check-in",
    "Check-ins",
    "Compliance",
    "HR",
    "Link",
    "Name",
    "Region",
    "Status",
    "h",
}
_PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
_FORMAL = re.compile(r"(?<![.!?:„] )(?<!^)\b(Sie|Ihnen|Ihr|Ihre[mnrs]?)\b", re.MULTILINE)
_DOUBLED = re.compile(r"\w[*:_/](in|innen)\b|\w(In|Innen)\b")


def german() -> list[tuple[str, str]]:
    with GERMAN.open("rb") as source:
        catalogue = read_po(source, locale="de")
    pairs = []
    for message in catalogue:
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            forms = (message.string,) if isinstance(message.string, str) else message.string
            pairs += [(ids[0], str(form)) for form in forms or ()]
    return pairs


def test_german_is_german() -> None:
    same = {
        text
        for text, form in german()
        if text == form and re.search(r"[A-Za-z]", _PLACES.sub("", text))
    }
    assert same <= SAME_IN_BOTH


def test_german_buttons_are_as_short_as_a_phone_is_narrow() -> None:
    translated = dict(german())
    labels = {
        label
        for module in pkgutil.iter_modules(messages.__path__)
        for label in getattr(import_module(f"messages.{module.name}"), "LABELS", {}).values()
    }
    assert "Accept" in labels
    assert {translated[label] for label in labels if len(translated[label]) > 20} == set()


def test_german_says_du_and_names_everybody_without_doubling() -> None:
    assert [form for _, form in german() if _FORMAL.search(form)] == []
    assert [form for _, form in german() if _DOUBLED.search(form)] == []


def test_german_has_its_own_quotation_marks() -> None:
    for _, form in german():
        assert form.count("„") == form.count("“"), form
        assert not set(form) & set("”\"'"), form

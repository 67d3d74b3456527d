"""Words come in the reader's language, from catalogues that translators keep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from messages.i18n import LOCALE_FOLDER, N_, translator
from messages.templates import TEMPLATE_FOLDER

ROOM = Path(__file__).parents[2] / "messages"


def catalogue(folder: Path, language: str, *entries: str) -> None:
    path = folder / language / "LC_MESSAGES" / "accord.po"
    path.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    plural = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    path.write_text("\n".join([header + plural, *entries]), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    catalogue(
        tmp_path,
        "de",
        'msgid "Accept"\nmsgstr "Annehmen"\n',
        'msgid "Goal"\nmsgstr "Ziel"\n',
        'msgid "%(num)d day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "Tag"\nmsgstr[1] "Tage"\n',
        'msgctxt "verb"\nmsgid "Counter"\nmsgstr "Gegenvorschlag machen"\n',
        '#, fuzzy\nmsgid "Decline"\nmsgstr "vielleicht"\n',
    )
    catalogue(tmp_path, "de_AT", 'msgid "Goal"\nmsgstr "Vorhaben"\n')
    return tmp_path


def test_a_region_falls_back_to_its_language_and_then_to_english(folder: Path) -> None:
    words = translator("de-AT", folder)
    assert words.gettext("Goal") == "Vorhaben"
    assert words.gettext("Accept") == "Annehmen"
    assert words.gettext("Counter") == "Counter"


def test_plurals_and_meanings_are_translated(folder: Path) -> None:
    words = translator("de", folder)
    assert words.ngettext("%(num)d day", "%(num)d days", 2) == "Tage"
    assert words.pgettext("verb", "Counter") == "Gegenvorschlag machen"


def test_a_translation_that_is_only_a_guess_is_not_used(folder: Path) -> None:
    assert translator("de", folder).gettext("Decline") == "Decline"


@pytest.mark.parametrize("locale", ["en", "en-US", "xx", "", "../../etc/passwd", "de\x00"])
def test_english_and_the_unknown_need_no_catalogue(locale: str, folder: Path) -> None:
    assert translator(locale, folder).gettext(N_("Accept")) == "Accept"


def test_translators_get_every_marked_word_and_every_word_of_the_templates() -> None:
    with (LOCALE_FOLDER / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call] # Babel's
    found = {
        entry[2]
        for entry in extract_from_dir(ROOM.parent, methods, options, directory_filter=_only_ours)
    }
    texts = {text for entry in found for text in ((entry,) if isinstance(entry, str) else entry)}
    assert "More detail" in texts
    for template in TEMPLATE_FOLDER.rglob("*.j2"):
        for words in re.findall(r"{% trans %}([^{%]+){% endtrans %}", template.read_text("utf-8")):
            assert " ".join(words.split()) in texts


def _only_ours(folder: str | Path) -> bool:
    path = Path(folder)
    return path == ROOM or ROOM in path.parents

"""Words in the reader's language. English is the source and needs no catalogue."""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).parent / "locale"
DOMAIN = "accord"
SOURCE = "en"


def N_(text: str) -> str:  # noqa: N802 - the customary name, which Babel's extractor knows
    """Mark a text for translators where it is written; the reader's words are looked up later."""
    return text


@lru_cache(maxsize=256)
def babel_locale(name: str) -> Locale:
    """The locale that Babel knows for a name like `de-AT` or `pt_BR`; English for nonsense."""
    for candidate in (name.replace("-", "_"), name.replace("-", "_").split("_")[0]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(SOURCE)


@lru_cache(maxsize=256)
def has_catalogue(language: str, folder: Path = LOCALE_FOLDER) -> bool:
    """Whether Accord speaks the language; dates and lists follow the words around them."""
    return language == SOURCE or (folder / language / "LC_MESSAGES" / f"{DOMAIN}.po").is_file()


@lru_cache(maxsize=8)
def languages(folder: Path = LOCALE_FOLDER) -> tuple[str, ...]:
    """The languages that Accord speaks, English first."""
    found = sorted(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return (SOURCE, *found)


@lru_cache(maxsize=256)
def translator(name: str, folder: Path = LOCALE_FOLDER) -> NullTranslations:
    """Translations for a locale name: `de_AT` falls back to `de`, then to English.

    Catalogues are the translators' own `<folder>/<locale>/LC_MESSAGES/accord.po`, read on first
    use: nothing has to be compiled. Entries marked fuzzy are not used.
    """
    locale = babel_locale(name)
    translations: NullTranslations = NullTranslations()
    for candidate in dict.fromkeys((locale.language, str(locale))):
        path = folder / candidate / "LC_MESSAGES" / f"{DOMAIN}.po"
        if candidate != SOURCE and path.is_file():
            catalogue = _read_catalogue(path)
            catalogue.add_fallback(translations)
            translations = catalogue
    return translations


def _read_catalogue(path: Path) -> GNUTranslations:
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, domain=DOMAIN))
    compiled.seek(0)
    return GNUTranslations(compiled)

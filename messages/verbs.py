"""The words that people may type behind a command in their own language.

The English ones always work. Another language adds a table here: nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from messages.i18n import babel_locale

Verbs = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By command and English word; the first one stands in the help."""

_GERMAN: Verbs = {
    "goal": {
        "new": ("neu", "neues", "anlegen", "vorschlagen"),
        "assign": ("zuweisen", "auftragen"),
        "list": ("liste", "ziele", "alle"),
        "import": ("importiere", "importieren", "einlesen"),
        "copy": ("kopiere", "kopieren", "kopie"),
        "show": ("zeige", "zeig", "zeigen", "anzeigen"),
        "update": ("melde", "melden", "aktualisiere", "aktualisieren"),
        "status": ("stand", "beenden", "pausieren"),
        "align": ("ausrichten", "zuordnen"),
        "upward": ("aufwärts",),
        "share": ("teile", "teilen", "freigeben"),
        "history": ("verlauf", "geschichte", "historie"),
        "help": ("hilfe",),
        "tree": ("baum",),
        "change": ("ändere", "ändern", "änderung"),
        "conflict": ("konflikt",),
    },
    "checkin": {
        "snooze": ("später", "verschiebe", "verschieben"),
        "team": ("mannschaft", "leute"),
        "help": ("hilfe",),
    },
    "feedback": {
        "ask": ("bitte", "erbitte", "erbitten", "frage", "fragen"),
        "round": ("runde", "rückmelderunde"),
        "list": ("liste", "alle"),
        "help": ("hilfe",),
    },
    "cycle": {
        "new": ("neu", "neuer", "anlegen"),
        "announce": ("ankündigen", "ankündige", "ankündigung"),
        "status": ("stand",),
        "list": ("liste", "zyklen", "alle"),
        "help": ("hilfe",),
    },
    "my": {
        "data": ("daten",),
        "rights": ("rechte",),
    },
    "audit": {
        "me": ("mich", "ich"),
        "policy": ("regeln", "richtlinie"),
    },
    "accord": {
        "goal": ("ziel",),
        "checkin": ("check-in",),
        "feedback": ("rückmeldung",),
        "cycle": ("zyklus",),
        "audit": ("protokoll",),
        "my": ("meine", "mein"),
        "cases": ("fälle", "korrekturen"),
        "security": ("sicherheit",),
        "settings": ("einstellungen",),
        "erase": ("lösche", "löschen"),
        "people": ("leute", "personen"),
        "report": ("bericht",),
        "export": ("ausfuhr", "exportieren"),
        "policy": ("regeln", "richtlinie"),
        "agreements": ("vereinbarungen", "vereinbarung"),
        "objections": ("einsprüche", "einspruch"),
        "retention": ("fristen", "aufbewahrungsfristen"),
        "hold": ("sperre", "aufbewahrung"),
        "access-review": ("zugriffsprüfung", "zugriffe"),
        "help": ("hilfe",),
        "roles": ("rollen",),
        "approvals": ("zustimmungen",),
    },
}

VERBS: Mapping[str, Verbs] = {"de": _GERMAN}
"""By language. Everybody may type any of them, whatever their own language."""


def verb_meant(command: str, typed: str) -> str:
    """The English word for the one typed behind a command, or the typed one as it is."""
    word = typed.casefold()
    for verbs in VERBS.values():
        for verb, others in verbs.get(command, {}).items():
            if word in others:
                return verb
    return typed


def in_english(command: str, words: str) -> str:
    """All that was typed behind a command, with its first word in English."""
    verb, space, rest = words.strip().partition(" ")
    return f"{verb_meant(command, verb)}{space}{rest}"


def in_own_words(example: str, locale: str) -> str:
    """An example in the words of a language: `/accord goal new` becomes `/accord ziel neu`."""
    command, _, rest = example.removeprefix("/").partition(" ")
    return f"/{command} {_translated(command, rest, locale)}".rstrip()


def _translated(command: str, words: str, locale: str) -> str:
    verb, space, rest = words.partition(" ")
    own = own_words(command, locale).get(verb, verb)
    # Behind `/accord` stands another command, with its own words.
    return f"{own}{space}{_translated(verb, rest, locale) if rest else rest}"


def own_words(command: str, locale: str) -> Mapping[str, str]:
    """The words of a language behind a command: the one to show for each English one."""
    verbs = VERBS.get(str(babel_locale(locale).language), {})
    return {verb: others[0] for verb, others in verbs.get(command, {}).items()}

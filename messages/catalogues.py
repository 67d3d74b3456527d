"""Whether the translators' catalogues fit the texts in the code; `make messages` asks it.

A catalogue is complete when it translates exactly the texts that the code marks, with the same
parameters, commands and markup.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from messages.i18n import DOMAIN, LOCALE_FOLDER

IN_SLACKS_MENUS = frozenset({"Save as feedback", "Add to a goal"})
"""Named by the app's manifest, which is English for everybody."""
HOW_TO_MEND = "run `make messages`, then translate what waits in the .po file"
_ROOM = LOCALE_FOLDER.parent
_PARAMETER = re.compile(r"%\((\w+)\)s")
_SLACK_TOKEN = re.compile(r"\{\w+\}")
_COMMAND = re.compile(r"/[a-z]{3,}(?: (?!%)[a-z]{3,})?")
_CODE = re.compile(r"`[^`]*`")
_NAMED = re.compile(r"[*“]([^*“”%\n]+)[*”]")

Identity: TypeAlias = tuple[str | None, str]
"""The meaning and the (singular) text of an entry."""


def texts_in_code() -> Mapping[Identity, tuple[str, ...]]:
    """Every marked text in code and templates, with its plural if it has one."""
    with (LOCALE_FOLDER / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call] # Babel's
    found: dict[Identity, tuple[str, ...]] = {}
    # No other folder holds texts, and walking through all of them would take seconds.
    within = extract_from_dir(_ROOM.parent, methods, options, directory_filter=_is_ours)
    for _, _, texts, _, meaning in within:
        forms = (texts,) if isinstance(texts, str) else tuple(map(str, texts))
        identity = (meaning, forms[0])
        found[identity] = max(found.get(identity, ()), forms, key=len)
    return found


def _is_ours(folder: str | Path) -> bool:
    return Path(folder) == _ROOM or _ROOM in Path(folder).parents


def catalogues(folder: Path = LOCALE_FOLDER) -> Mapping[str, Path]:
    """Every language that has a catalogue."""
    return {path.parts[-3]: path for path in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))}


def complaints(path: Path, texts: Mapping[Identity, tuple[str, ...]]) -> list[str]:
    """Everything that keeps a catalogue from being complete and right, one line each."""
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parts[-3], domain=DOMAIN)
    entries = {_identity(message): message for message in catalogue if message.id}
    found = [f"missing: {text!r}" for _, text in texts if (_, text) not in entries]
    found += [
        f"no longer used: {_identity(message)[1]!r}" for message in catalogue.obsolete.values()
    ]
    for identity, message in entries.items():
        what = repr(identity[1])
        if identity not in texts:
            found.append(f"no longer used: {what}")
        elif message.fuzzy:
            found.append(f"only guessed (take `fuzzy` out once it is right): {what}")
        elif not all(_forms(message)):
            found.append(f"not translated: {what}")
        else:
            found += [f"{why}: {what}" for why in _differences(message, texts[identity], catalogue)]
    return found


def _identity(message: Message) -> Identity:
    return (message.context, message.id if isinstance(message.id, str) else message.id[0])


def _forms(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _differences(message: Message, texts: tuple[str, ...], catalogue: Catalog) -> Iterator[str]:
    """Where a translation says something else than its text, as far as a machine can tell."""
    if len(texts) > 1 and len(_forms(message)) != catalogue.num_plurals:
        yield f"needs {catalogue.num_plurals} plural forms"
    for form in _forms(message):
        # One of several forms may say `a minute` where the others count.
        found = [list(_form_differences(text, form)) for text in texts]
        if all(found):
            yield from found[-1]
        for label in _NAMED.findall(texts[0]):
            known = label if label in IN_SLACKS_MENUS else _translated(label, catalogue)
            if known is not None and known not in form:
                yield f"“{label}” is called “{known}” on screen"


def _translated(label: str, catalogue: Catalog) -> str | None:
    known = catalogue.get(label)
    return known.string if known and isinstance(known.string, str) else None


def _form_differences(text: str, form: str) -> Iterator[str]:
    if set(_PARAMETER.findall(text)) != set(_PARAMETER.findall(form)):
        yield "other parameters"
    elif _lone_per_cent(form) and not _lone_per_cent(text):
        yield "a lone % (write %%)"
    for what, pattern in (("commands", _COMMAND), ("Slack tokens", _SLACK_TOKEN)):
        if Counter(pattern.findall(text)) != Counter(pattern.findall(form)):
            yield f"other {what}"
    plain, translated = (_CODE.sub("`", each) for each in (text, form))
    if any(plain.count(sign) != translated.count(sign) for sign in "*~`\n"):
        yield "other markup or lines"
    if any(text[at].isspace() != form[at].isspace() for at in (0, -1)):
        yield "another space at an edge"
    if (text[-1] in ".:?!") != (form[-1] in ".:?!"):
        yield "another ending"


def _lone_per_cent(text: str) -> bool:
    return "%" in _PARAMETER.sub("", text).replace("%%", "")


def main() -> None:
    """Say what each catalogue lacks; exits with 1 if it is anything."""
    texts = texts_in_code()
    lacking = 0
    for language, path in catalogues().items():
        found = complaints(path, texts)
        lacking += len(found)
        sys.stdout.write(f"{language}: {len(texts)} texts, {len(found)} to mend\n")
        sys.stdout.writelines(f"  {line}\n" for line in found)
    sys.exit(bool(lacking))


if __name__ == "__main__":
    main()

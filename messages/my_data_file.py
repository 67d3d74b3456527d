"""What is in the file with somebody's own data, and what their browser says without it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from domain.my_data import DataFile, Plain, Rows
from domain.tables_of_text import csv_text
from messages.i18n import N_
from messages.reading import Reader

FORMAT = "accord-my-data/1"


def files_of(file: DataFile, reader: Reader) -> Mapping[str, bytes]:
    """The files of the archive by name: words to begin with, everything as JSON, and as tables."""
    found = {
        "read-me.txt": read_me(file, reader).encode(),
        "my-data.json": json.dumps(_document(file, reader), ensure_ascii=False, indent=1).encode(),
    }
    for section, rows in _sections(file, reader).items():
        if rows:
            # Spreadsheets know by the mark in front that it is UTF-8.
            found[f"tables/{section}.csv"] = _table(rows).encode("utf-8-sig")
    return found


# What codes mean that say nothing to anybody: by section, column and code.
_CODES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("what_you_were_told", "state"): {
        "waiting": N_("not due yet"),
        "queued": N_("handed on to be sent"),
        "void": N_("not sent"),
    },
    ("what_you_were_told", "reason"): {
        "long_ago": N_("it was from before Accord was set up here"),
        "expired": N_("its time had passed"),
        "coalesced": N_("another message said it, too"),
    },
    ("what_you_were_told", "way"): {
        "alone": N_("as a message of its own"),
        "morning": N_("with the one message of a morning"),
    },
}


def _sections(file: DataFile, reader: Reader) -> Mapping[str, Rows]:
    """All parts, codes in words."""
    named = dict(file.sections)
    for (section, column), words in _CODES.items():
        named[section] = [
            {**row, column: _in_words(row.get(column), words, reader)}
            for row in named.get(section, ())
        ]
    return named


def _in_words(code: Plain, words: Mapping[str, str], reader: Reader) -> Plain:
    return reader.gettext(words[code]) if isinstance(code, str) and code in words else code


def _document(file: DataFile, reader: Reader) -> dict[str, object]:
    return {
        "format": FORMAT,
        "about": file.owner.name,
        "made_at": file.made_at.isoformat(),
        **{section: list(rows) for section, rows in _sections(file, reader).items()},
        "not_in_here": {"feedback_about_you_that_is_not_shared_with_you": file.feedback_not_shared},
    }


def _table(rows: Rows) -> str:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return csv_text(heads, ([row.get(head) for head in heads] for row in rows))


def read_me(file: DataFile, reader: Reader) -> str:
    """What the files are, and what is not in them, in plain text."""
    said = [
        reader.write(
            N_("Everything that Accord keeps about %(name)s, as of %(when)s."),
            name=file.owner.name,
            when=reader.moment(file.made_at),
        ),
        reader.write(
            N_(
                "my-data.json holds all of it, for programs. In the folder “tables” the same "
                "stands as one table for each part; any spreadsheet opens them. The names of parts "
                "and columns are in English, as Accord's own tables have them."
            )
        ),
        reader.write(
            N_(
                "Not in here are other people's confidential words about somebody else, what "
                "nobody can tell is yours (anonymous answers), and keys and counters that say "
                "nothing about you."
            )
        ),
    ]
    if file.feedback_not_shared:
        said.append(
            reader.ngettext(
                "Also not in here: one piece of feedback about you that its giver did not share "
                "with you.",
                "Also not in here: %(count)s pieces of feedback about you that their givers did "
                "not share with you.",
                file.feedback_not_shared,
            )
            % {"count": reader.number(file.feedback_not_shared)}
        )
    said.append(
        reader.write(
            N_(
                "Part “record” lists what you did and what was done about you: each entry's number "
                "and fingerprint are those of the audited record. Part “who_looked” lists who else "
                "opened something confidential of yours or about you."
            )
        )
    )
    said.append(
        reader.write(
            N_("Is something wrong? In Slack, type /accord my data and press “Correct this”.")
        )
    )
    if file.contacts:
        said.append(reader.write(N_("Questions? Ask %(names)s."), names=file.contacts))
    return "\r\n\r\n".join(said) + "\r\n"


def link_over(reader: Reader) -> str:
    """The link was used, is too old, or never was one."""
    return reader.write(
        N_(
            "This link leads nowhere any more: each works once, for ten minutes. "
            "In Slack, please ask for a new one where you got this one."
        )
    )


def try_again(reader: Reader) -> str:
    return reader.write(N_("Accord is busy. Please try again in a moment; the link still works."))


def went_wrong(reader: Reader, reference: str) -> str:
    return reader.write(
        N_(
            "Something went wrong, and the link is used up. In Slack, please ask for a new one "
            "where you got this one. If it happens again, tell your administrator this reference: "
            "%(reference)s"
        ),
        reference=reference,
    )

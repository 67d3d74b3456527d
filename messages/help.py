"""What each command can do, and help with what it did not understand."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from html import unescape

from domain.record_views import RecordsOffered
from messages.blocks import actions, section
from messages.elements import Element
from messages.i18n import N_
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message
from messages.verbs import in_own_words, own_words

GOAL_HELP = N_(
    "*Goals*\n"
    "`/goal` your goals\n"
    "`/goal new` propose a goal; of one kind: `/goal new okr`, `milestone`, `development`\n"
    "`/goal assign @name` propose a goal to somebody who reports to you\n"
    "`/goal list @name` somebody's goals, as far as they are shared with you\n"
    "`/goal list closed` your goals that have ended; `/goal copy G-12` begins a new one from one\n"
    "`/goal import` goals from a file, yours or your people's\n"
    "`/goal show G-12` one goal\n"
    "`/goal update G-12` say how it goes\n"
    "`/goal change G-12` ask for a change of an active goal; `/goal change R-7` shows one\n"
    "`/goal status G-12` pause, complete or close it, or take it up again\n"
    "`/goal align G-12` say which goal it serves; at once: `/goal align G-12 to G-3 40 %%`\n"
    "`/goal tree` which goals serve which; of one goal, person or unit: `/goal tree G-3`\n"
    "`/goal upward G-12` ask your manager to take a goal of yours up as theirs\n"
    "`/goal share G-12` let somebody read a goal, or all see its title; take it back\n"
    "`/goal history G-12` what was agreed, by whom and when; as it stood on a day: "
    "`/goal history G-12 on 2027-03-03`"
)

CHECKIN_HELP = N_(
    "*Check-ins*\n"
    "`/checkin` what is due\n"
    "`/checkin G-12` one goal, due or not\n"
    "`/checkin snooze 3d` put off what is due\n"
    "`/checkin team` your people: who needs you\n"
    "You can also reply to the question with a number, `7.1` or `G-12 7.1`, or put it off: "
    "`snooze 3d`."
)

FEEDBACK_HELP = N_(
    "*Feedback*\n"
    "`/feedback @name` give feedback; you choose who reads it\n"
    "`/feedback ask @name` ask for feedback on your work\n"
    "`/feedback round Release week` ask a channel, typed there; for facilitators\n"
    "`/feedback list` what you gave and received\n"
    "On any message: *Save as feedback* and *Add to a goal*, in its menu."
)

CYCLE_HELP = N_(
    "*Cycles*\n"
    "`/cycle` how the last announcement goes; for others, what is asked of them\n"
    "`/cycle list` what goes on, and what comes\n"
    "`/cycle new` set up a cycle; for HR\n"
    "`/cycle announce` tell everybody whom a phase concerns; for HR\n"
    "`/cycle status` who has got it, who has acted, who hasn't yet; for HR"
)

ACCORD_HELP = N_(
    "*Accord* keeps goals that people agree on, and the record of it.\n"
    "`/accord` what needs you, and your goals\n"
    "`/accord settings` when I write to you, your days away, who stands in for you\n"
    "`/accord security` your one-time codes\n"
    "`/accord my data` everything held on you, as a file\n"
    "`/accord audit G-12` who did what with a goal\n"
    "`/accord audit policy` who did what with the rules\n"
    "`/accord audit me` who opened what is confidential about you\n"
    "`/accord cases` corrections that are asked for; for administrators, what wasn't delivered\n"
    "`/accord roles` who holds which role\n"
    "`/accord policy` the rules that hold for you, and who may change them\n"
    "`/accord objections` a change of the rules to come, and what representatives say of it\n"
    "`/accord agreements` agreements with employee representatives, and whom they represent\n"
    "`/accord access-review` which accesses you answer for\n"
    "`/accord approvals` what waits for your approval\n"
    "`/accord goal …`, `checkin …`, `feedback …`, `cycle …` the same as these commands; "
    "`/goal help` and the like tell more\n"
    "*For HR, legal, compliance or representatives*\n"
    "`/accord people` the directory in numbers; HR imports a file of people, or enters who leaves\n"
    "`/accord report` access and goal setting in numbers\n"
    "`/accord audit @name` who did what about somebody; for legal, what a hold keeps of them\n"
    "`/accord export` goals, check-ins or the record as a file\n"
    "`/accord retention` what has been kept for long enough\n"
    "`/accord hold` legal holds\n"
    "`/accord erase @name` erase what is held on somebody\n"
    "In our own conversation you can type the same words without the slash."
)

HELP: Mapping[str, str] = {
    "goal": GOAL_HELP,
    "checkin": CHECKIN_HELP,
    "feedback": FEEDBACK_HELP,
    "cycle": CYCLE_HELP,
    "accord": ACCORD_HELP,
}

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "goal": {
        "new": "/goal new",
        "assign": "/goal assign @Lena",
        "list": "/goal list @Lena",
        "copy": "/goal copy G-12",
        "import": "/goal import",
        "show": "/goal show G-12",
        "update": "/goal update G-12",
        "change": "/goal change G-12",
        "status": "/goal status G-12",
        "align": "/goal align G-12",
        "tree": "/goal tree G-3",
        "upward": "/goal upward G-12",
        "share": "/goal share G-12",
        "history": "/goal history G-12",
        "help": "/goal help",
    },
    "checkin": {
        "G-12": "/checkin G-12",
        "snooze": "/checkin snooze 3d",
        "team": "/checkin team",
        "help": "/checkin help",
    },
    "feedback": {
        "ask": "/feedback ask @Lena",
        "round": N_("/feedback round Release week"),
        "list": "/feedback list",
        "help": "/feedback help",
    },
    "cycle": {
        "new": "/cycle new",
        "announce": "/cycle announce",
        "status": "/cycle status",
        "list": "/cycle list",
        "help": "/cycle help",
    },
    "accord": {
        "goal": "/accord goal new",
        "audit": "/accord audit G-12",
        "my": "/accord my data",
        "cases": "/accord cases",
        "roles": "/accord roles",
        "people": "/accord people",
        "erase": "/accord erase @name",
        "report": "/accord report",
        "policy": "/accord policy",
        "export": "/accord export",
        "objections": "/accord objections",
        "agreements": "/accord agreements",
        "retention": "/accord retention",
        "hold": "/accord hold",
        "approvals": "/accord approvals",
        "security": "/accord security",
        "access-review": "/accord access-review",
        "settings": "/accord settings",
        "help": "/accord help",
    },
}


MEANT: Mapping[str, Mapping[str, str]] = {
    "accord": {
        "scope": "/accord agreements",
        "representatives": "/accord agreements",
        "review": "/accord access-review",
        "reviews": "/accord access-review",
        "access": "/accord access-review",
        "rights": "/accord my rights",
        "data": "/accord my data",
        "rules": "/accord policy",
        "import": "/accord people",
        "departures": "/accord people",
        "leave": "/accord settings",
        "deputy": "/accord settings",
    },
}
"""Words by which people look for something that has another name here."""


def help_message(command: str, reader: Reader) -> Message:
    """What the command can do, in English words and, where there are some, in the reader's own."""
    words = reader.say(HELP[command])
    own = own_words(command, reader.locale)
    examples = [
        Safe("`%s`") % in_own_words(reader.gettext(example), reader.locale)
        for verb, example in EXAMPLES[command].items()
        if verb in own
    ]
    if not examples:
        return Message(words, [section(words)])
    also = reader.say(N_("In your language: %(examples)s"), examples=Safe(" · ").join(examples))
    return Message(words + Safe("\n") + also, [section(words), section(also)])


def not_understood(command: str, typed: str, reader: Reader) -> Message:
    """The closest thing that would have worked, with an example.

    `typed` is as Slack sends it: with its signs escaped.
    """
    typed = unescape(typed)
    known = {**EXAMPLES[command], **MEANT.get(command, {})}
    own = {word: verb for verb, word in own_words(command, reader.locale).items() if verb in known}
    close = get_close_matches(typed.casefold(), [*known, *own], n=1, cutoff=0.5)
    if close and own.get(close[0], close[0]) != "help":
        example = reader.gettext(known[own.get(close[0], close[0])])
        if close[0] in own:
            example = in_own_words(example, reader.locale)
        words = reader.say(
            N_(
                "I don't know `%(typed)s`. Did you mean `%(example)s`? "
                "`/%(command)s help` lists all."
            ),
            typed=typed[:40].replace("`", "'"),
            example=example,
            command=command,
        )
    else:
        words = reader.say(
            N_(
                "I don't know `%(typed)s`. For example: `%(example)s`. "
                "`/%(command)s help` lists all."
            ),
            typed=typed[:40].replace("`", "'"),
            example=next(iter(known.values())),
            command=command,
        )
    return Message(words, [section(words)])


def reference_needed(command: str, verb: str, reader: Reader) -> Message:
    words = reader.say(
        N_("Which one? For example: `%(example)s`."), example=EXAMPLES[command][verb]
    )
    return Message(words, [section(words)])


def record_needed(offered: RecordsOffered, reader: Reader) -> Message:
    """`/accord audit` alone: whose record there is for this reader."""
    said = [
        reader.say(
            N_(
                "Which record? `/accord audit G-12` is that of a goal, `/accord audit policy` that "
                "of the rules, and `/accord audit me` tells who opened what is confidential about "
                "you."
            )
        )
    ]
    if offered.metadata:
        said.append(
            reader.say(
                N_(
                    "For compliance, also of goals that are not shared with you, "
                    "`/accord audit @name` and `/accord audit 1234` (an entry by its number): who "
                    "did what and when, never what it says."
                )
            )
        )
    if offered.matters:
        said.append(
            reader.say(
                N_(
                    "For legal, `/accord audit @name` and `/accord audit G-12` show what a hold "
                    "keeps, while it stands."
                )
            )
        )
    words = Safe("\n").join(said)
    return Message(words, [section(words)])


def not_yet(command: str, reader: Reader) -> Message:
    words = reader.say(
        N_("`%(command)s` is not available yet. `/accord help` says what is."), command=command
    )
    return Message(words, [section(words)])


def opener_message(opener: Element, reader: Reader) -> Message:
    """The button for a dialog, where words alone cannot open one."""
    words = reader.say(N_("Ready when you are:"))
    return Message(words, [section(words), actions(opener)])


def not_listed_message(reader: Reader) -> Message:
    """To somebody whom the directory does not know; what they typed was not looked at."""
    return plain(
        reader.say(
            N_(
                "Hello! I don't know you yet, so I can't answer: HR can add you to the directory, "
                "and then I'm glad to help. I kept nothing of what you wrote."
            )
        )
    )


def plain(words: Safe) -> Message:
    """A reply of one paragraph."""
    return Message(words, [section(words)])

"""Words about announcements: whom they reach, when, how far they are, what they say to whom."""

from __future__ import annotations

from collections.abc import Mapping

from domain.announcements import (
    AnnouncementHead,
    AnnouncementPlan,
    AnnouncementState,
    AnnouncementStatus,
    LeaveOut,
    Progress,
)
from messages.blocks import actions, context, divider, section
from messages.cycle_presses import CycleAction, cycle_button
from messages.cycle_words import audience_name, phase_title
from messages.elements import Block
from messages.i18n import N_, SOURCE, babel_locale
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe, escape
from messages.shorten import shorten

SHOWN_LETTERS = 2_000
NOTHING = "-"

FAILURES: Mapping[str, str] = {
    "no_account": N_("no Slack account that may act"),
    "channel_not_found": N_("Slack doesn't know their conversation"),
    "user_not_found": N_("Slack doesn't know the account"),
    "user_disabled": N_("the account is deactivated"),
    "account_inactive": N_("the account is deactivated"),
    "is_bot": N_("the account belongs to an app"),
    "cannot_dm_bot": N_("the account belongs to an app"),
    "left": N_("has left"),
    "phase_over": N_("the phase ended first"),
    "no_working_day": N_("no working day in sight"),
    "reader_cannot_act": N_("the account may not act"),
}
"""Why somebody did not get it, by code."""
REFUSED = N_("Slack refused the message")

LEFT_OUT: Mapping[str, str] = {
    LeaveOut.ANNOUNCED: N_("have it already: %(count)s"),
    LeaveOut.PROBATION: N_("in probation: %(count)s"),
    LeaveOut.NOTICE: N_("leaving soon: %(count)s"),
    LeaveOut.LEAVE: N_("away now: %(count)s"),
    LeaveOut.CONTRACTORS: N_("contractors: %(count)s"),
    "legal_entities": N_("by company: %(count)s"),
    "bargaining_units": N_("by bargaining unit: %(count)s"),
}


WRITTEN = ("en", "de")
"""The languages that an announcement can be written in."""


def language_of(locale: str) -> str:
    """The language of a locale."""
    found: str = babel_locale(locale).language
    return found


def writing_language(reader: Reader) -> str:
    """The language of what somebody writes: their own, if there can be a text in it."""
    language = language_of(reader.locale)
    return language if language in WRITTEN else SOURCE


def failure_words(code: str | None, reader: Reader) -> str:
    return reader.gettext(FAILURES.get(code or "", REFUSED))


def preview_blocks(plan: AnnouncementPlan, reader: Reader, *, tested: int = 0) -> list[Block]:
    """What is about to be sent, to whom, when, and what can still be done first."""
    blocks: list[Block] = [section(_reach_words(plan, reader)), divider()]
    for language, words in _in_order(plan):
        readers = _readers_of(plan, language)
        title = reader.say(
            N_("*%(language)s* (%(count)s)"),
            language=language_name(language, reader),
            count=_people(readers, reader),
        )
        blocks += [section(title), rich_text(quote(shorten(words, SHOWN_LETTERS)))]
    missing = _untranslated(plan, reader)
    if missing:
        blocks.append(context(missing))
    buttons = [
        cycle_button(CycleAction.TEST, reader, plan.head.id),
        cycle_button(CycleAction.CHANGE, reader, plan.head.id),
    ]
    blocks += [divider(), actions(*buttons)]
    if tested:
        sent = reader.say(N_("The test is on its way to you, in our own conversation."))
        blocks.append(context(sent))
    return blocks


def _reach_words(plan: AnnouncementPlan, reader: Reader) -> Safe:
    lines = [
        reader.say(N_("*%(title)s*"), title=phase_title(plan.head.phase, reader)),
        reader.say(
            N_("To: %(audience)s. *%(count)s* get it."),
            audience=audience_name(plan.head.rule, plan.place, reader),
            count=_people(plan.count.people, reader),
        ),
    ]
    if plan.count.away:
        words = reader.ngettext(
            "%(count)s of them is away and gets it in short when back.",
            "%(count)s of them are away and get it in short when back.",
            plan.count.away,
        )
        lines.append(escape(words % {"count": reader.number(plan.count.away)}))
    left_out = [
        reader.say(LEFT_OUT[reason], count=count)
        for reason, count in plan.count.left_out.items()
        if count
    ]
    if left_out:
        lines.append(reader.say(N_("Left out: %(reasons)s."), reasons=reader.listed_safe(left_out)))
    if plan.count.unreachable:
        lines.append(
            reader.say(
                N_("Can't be reached, since no Slack account of theirs may act: %(count)s."),
                count=plan.count.unreachable,
            )
        )
    return Safe("\n").join([*lines, *_time_words(plan, reader)])


def _time_words(plan: AnnouncementPlan, reader: Reader) -> list[Safe]:
    if plan.first_at is None or plan.last_at is None:
        return []
    minutes = _about_minutes(plan.minutes, reader)
    if plan.first_at == plan.last_at:
        words = N_("They get it from %(first)s on; sending takes %(minutes)s.")
    else:
        words = N_(
            "The first get it %(first)s, the last %(last)s, each within their own hours; sending "
            "takes %(minutes)s besides."
        )
    first, last = reader.token(plan.first_at), reader.token(plan.last_at)
    return [reader.say(words, first=first, last=last, minutes=minutes)]


def _about_minutes(count: int, reader: Reader) -> str:
    words = reader.ngettext("about a minute", "about %(count)s minutes", count)
    return words % {"count": reader.number(count)}


def _in_order(plan: AnnouncementPlan) -> list[tuple[str, str]]:
    return sorted(plan.texts.items(), key=lambda it: (it[0] != plan.head.language, it[0]))


def _readers_of(plan: AnnouncementPlan, language: str) -> int:
    """How many people get the text of that language."""
    return sum(
        count
        for locale, count in plan.count.languages.items()
        if (language_of(locale) if language_of(locale) in plan.texts else plan.head.language)
        == language
    )


def _untranslated(plan: AnnouncementPlan, reader: Reader) -> Safe | None:
    """Who reads a language that there is no text for."""
    missing: dict[str, int] = {}
    for locale, count in plan.count.languages.items():
        language = language_of(locale)
        if language not in plan.texts and language in WRITTEN:
            missing[language] = missing.get(language, 0) + count
    if not missing:
        return None
    told = [
        reader.say(
            N_("%(language)s (%(count)s)"),
            language=language_name(language, reader),
            count=_people(count, reader),
        )
        for language, count in sorted(missing.items())
    ]
    return reader.say(
        N_(
            "There is no text in %(languages)s; they get the one in %(own)s. *Change*, then *More "
            "detail*, lets you add one."
        ),
        languages=reader.listed_safe(told),
        own=language_name(plan.head.language, reader),
    )


def language_name(language: str, reader: Reader) -> str:
    """What the reader calls the language."""
    name = babel_locale(language).get_language_name(language_of(reader.locale))
    return str(name or language)


def _people(count: int, reader: Reader) -> str:
    return reader.ngettext("%(count)s person", "%(count)s people", count) % {
        "count": reader.number(count)
    }


def sent_words(plan: AnnouncementPlan, reader: Reader) -> Safe:
    """What the dialog says once it was confirmed."""
    return reader.say(
        N_(
            "It is on its way to %(count)s. In our own conversation you find how far it is, *Stop "
            "the rest* and *Correct sent messages*; `/cycle status` shows who has acted."
        ),
        count=_people(plan.count.people, reader),
    )


STATES: Mapping[AnnouncementState, str] = {
    AnnouncementState.DRAFT: N_("Not sent"),
    AnnouncementState.EXPANDING: N_("Starting"),
    AnnouncementState.RUNNING: N_("Under way"),
    AnnouncementState.STOPPED: N_("Stopped"),
    AnnouncementState.DONE: N_("Sent"),
}


def status_words(status: AnnouncementStatus, reader: Reader) -> Safe:
    """All numbers in a few lines; whoever is away is not explained.

    Of a withdrawn cycle nothing is open: there is why, and who got it.
    """
    head, progress = status.head, status.progress
    lines = [
        reader.say(N_("*%(title)s*"), title=phase_title(head.phase, reader)),
        reader.say(
            N_("%(state)s · to %(audience)s · by you, %(when)s")
            if status.author.id == status.reader.id
            else N_("%(state)s · to %(audience)s · by %(author)s, %(when)s"),
            state=reader.gettext(STATES[head.state]),
            audience=audience_name(head.rule, status.place, reader),
            author=status.author.name,
            when=confirmed_when(head, reader),
        ),
        _sent_line(progress, reader),
    ]
    if head.phase.withdrawn is not None:
        words = N_("The cycle was withdrawn: “%(reason)s”")
        lines.insert(1, reader.say(words, reason=head.phase.withdrawn))
        return Safe("\n").join(lines)
    lines.append(
        reader.say(
            N_("Acted: %(acted)s · not yet: %(not_yet)s · not asked: %(not_asked)s"),
            acted=progress.acted,
            not_yet=progress.not_yet,
            not_asked=progress.not_asked,
        )
    )
    if progress.not_for_me:
        lines.append(
            reader.say(N_("Say that it isn't for them: %(count)s"), count=progress.not_for_me)
        )
    if progress.failed:
        why = [
            reader.say(N_("%(why)s: %(count)s"), why=failure_words(code, reader), count=count)
            for code, count in sorted(progress.failed.items())
        ]
        lines.append(reader.say(N_("Failed because: %(why)s"), why=reader.listed_safe(why)))
    if status.next_at is not None and progress.waiting:
        lines.append(reader.say(N_("The next get it %(when)s."), when=reader.token(status.next_at)))
    if status.minutes_left is not None:
        left = _about_minutes(status.minutes_left, reader)
        lines.append(
            reader.say(
                N_("Sending to those who can get it now takes %(minutes)s more."), minutes=left
            )
        )
    if head.corrected_at is not None:
        lines.append(reader.say(N_("Corrected %(when)s."), when=reader.token(head.corrected_at)))
    return Safe("\n").join(lines)


def confirmed_when(head: AnnouncementHead, reader: Reader) -> Safe:
    return reader.token(head.confirmed_at) if head.confirmed_at else reader.say(NOTHING)


def _sent_line(progress: Progress, reader: Reader) -> Safe:
    line = reader.say(
        N_("Sent: %(sent)s of %(total)s · waiting: %(waiting)s · failed: %(failed)s"),
        sent=progress.sent,
        total=progress.total,
        waiting=progress.waiting,
        failed=progress.failures,
    )
    if progress.stopped:
        line = line + reader.say(N_(" · stopped: %(count)s"), count=progress.stopped)
    return line

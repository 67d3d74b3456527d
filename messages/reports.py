"""The report: who has access, what was opened, how groups set goals. Numbers, no content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from domain.access_reviews import AccessKind, Answer, ReviewState
from domain.aggregates import EVERYBODY, SMALLEST
from domain.audit import Action
from domain.people import Level
from domain.reports import (
    LOOKED_BACK,
    AccessFigures,
    GoalFigures,
    ReaderKind,
    Report,
    ReportPart,
    WeekOfReads,
)
from messages.approval_words import place_words
from messages.blocks import actions, context, section, sections
from messages.elements import Block, Element
from messages.i18n import N_
from messages.names import NAMES
from messages.reading import Reader
from messages.report_presses import (
    LABELS,
    OF_PART,
    ReportAction,
    page_button,
    report_button,
)
from messages.safe import Safe, person_name
from messages.surfaces import View

_READERS: Mapping[ReaderKind, str] = {
    ReaderKind.HR: N_("HR"),
    ReaderKind.LEGAL: N_("legal"),
    ReaderKind.COMPLIANCE: N_("compliance"),
    ReaderKind.FACILITATOR: N_("facilitators"),
    ReaderKind.MANAGER: N_("managers"),
    ReaderKind.OTHER: N_("others"),
}
_OPENED: Mapping[Action, str] = {
    Action.READ_SUPPORT: N_("blockers and support"),
    Action.READ_FACILITATION: N_("notes to facilitators"),
    Action.READ_FEEDBACK: N_("feedback"),
    Action.READ_ROUND: N_("answers in rounds"),
    Action.READ_HOLD: N_("legal holds"),
    Action.READ_ENTRY: N_("entries of the record"),
    Action.READ_CORRECTION: N_("corrections"),
    Action.READ_METADATA: N_("who did what and when"),
    Action.READ_HELD: N_("what legal holds keep"),
}
_ELSE = N_("something else")
_KINDS: Mapping[AccessKind, str] = {
    AccessKind.GRANT: N_("Roles"),
    AccessKind.DELEGATION: N_("Deputies"),
    AccessKind.SHARE: N_("Shared goals"),
}


def report_view(report: Report, reader: Reader) -> View:
    """One part, with the ways to the others."""
    heading = reader.gettext(LABELS[OF_PART[report.part]])
    blocks: list[Block] = [section(reader.say("*%(heading)s*", heading=heading))]
    if report.access is not None:
        blocks += _access(report.access, reader)
    elif report.part is ReportPart.READS:
        blocks += _reads(report.reads, reader)
    else:
        blocks += _goals(report, reader)
    blocks.append(actions(*_ways(report, reader)))
    title = reader.gettext(LABELS[ReportAction.OPEN])
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _ways(report: Report, reader: Reader) -> list[Element]:
    parts = dict.fromkeys(report.parts)
    others = [report_button(OF_PART[one], reader) for one in parts if one is not report.part]
    turning: list[Element] = []
    if report.offset:
        before = max(report.offset - len(report.goals), 0)
        turning.append(page_button(ReportAction.EARLIER, report.part, before, reader))
    if report.more:
        after = report.offset + len(report.goals)
        turning.append(page_button(ReportAction.MORE, report.part, after, reader))
    return [*turning, *others] or [report_button(OF_PART[report.part], reader)]


# Access


def _access(found: AccessFigures, reader: Reader) -> list[Block]:
    blocks = sections(_roles(found, reader))
    blocks += sections(_ending(found, reader))
    blocks += sections(_deputies_and_shares(found, reader))
    blocks += sections(_review(found, reader))
    return blocks


def _roles(found: AccessFigures, reader: Reader) -> Safe:
    lines = [reader.say(N_("*Roles held today*"))]
    for one in found.roles:
        head = reader.say("%(role)s: *%(count)s*", role=one.role, count=one.count)
        if one.names:
            head += Safe(" · ") + _first_of(one.names, one.count, reader)
        lines.append(head)
    if found.waiting:
        waiting = reader.ngettext(
            "%(count)s role waits for two people.",
            "%(count)s roles wait for two people.",
            found.waiting,
        )
        lines.append(Safe(waiting) % {"count": reader.number(found.waiting)})
    lines.append(reader.say(N_("`/accord roles` lists all of them.")))
    return Safe("\n").join(lines)


def _first_of(names: tuple[str, ...], count: int, reader: Reader) -> Safe:
    shown = Safe(", ").join(person_name(one) for one in names)
    rest = count - len(names)
    if rest < 1:
        return shown
    return shown + Safe(" ") + reader.say(N_("and %(count)s more"), count=rest)


def _ending(found: AccessFigures, reader: Reader) -> Safe:
    counted = reader.ngettext(
        "*%(count)s role ends within 60 days*",
        "*%(count)s roles end within 60 days*",
        found.ending_count,
    )
    lines = [Safe(counted) % {"count": reader.number(found.ending_count)}]
    lines += [
        reader.say(
            N_("%(role)s: %(name)s, %(place)s, last day %(day)s"),
            role=one.role,
            name=one.person.name,
            place=place_words(one.place, reader),
            day=one.last_day or "",
        )
        for one in found.ending
    ]
    return Safe("\n").join(lines)


def _deputies_and_shares(found: AccessFigures, reader: Reader) -> Safe:
    counted = reader.ngettext(
        "*%(count)s person stands in for somebody*",
        "*%(count)s people stand in for somebody*",
        found.deputy_count,
    )
    lines = [Safe(counted) % {"count": reader.number(found.deputy_count)}]
    for one in found.deputies:
        words = (
            N_("%(name)s for %(whom)s")
            if one.until is None
            else N_("%(name)s for %(whom)s, last day %(until)s")
        )
        last_day = one.until - timedelta(days=1) if one.until else ""
        lines.append(reader.say(words, name=one.name, whom=one.whom, until=last_day))
    lines.append(
        reader.say(
            N_("*Shared goals*: %(goals)s; shares with other people: %(shares)s"),
            goals=found.goals_shared,
            shares=found.shares,
        )
    )
    return Safe("\n").join(lines)


def _review(found: AccessFigures, reader: Reader) -> Safe:
    review = found.review
    if review is None:
        return reader.say(N_("*Access review*\nThere has been none yet."))
    if review.state is ReviewState.OPEN:
        until = reader.moment(review.answer_by) if review.answer_by else ""
        lines = [reader.say(N_("*Access review*, open until %(when)s"), when=until)]
    else:
        closed = reader.moment(review.closed_at) if review.closed_at else ""
        lines = [reader.say(N_("*Access review*, closed on %(when)s"), when=closed)]
    for kind, words in _KINDS.items():
        answers = found.answers.get(kind, {})
        total = sum(answers.values())
        if total:
            answered = answers.get(Answer.CONFIRMED, 0) + answers.get(Answer.REVOKED, 0)
            lines.append(
                reader.say(
                    N_("%(kind)s: %(answered)s of %(total)s looked at (%(share)s)"),
                    kind=reader.gettext(words),
                    answered=answered,
                    total=total,
                    share=reader.percent(answered / total),
                )
            )
    return Safe("\n").join(lines)


# Openings


def _reads(weeks: tuple[WeekOfReads, ...], reader: Reader) -> list[Block]:
    blocks = [block for week in weeks for block in sections(_week(week, reader))]
    words = reader.say(
        N_(
            "Counted is every opening of something confidential, other than by whom it is about. "
            "Weeks begin on Monday, in UTC. Roles are those that people hold today."
        )
    )
    return [*blocks, context(words)]


def _week(week: WeekOfReads, reader: Reader) -> Safe:
    head = reader.say(
        N_("*From %(day)s*: %(count)s"), day=week.monday, count=sum(week.by_reader.values())
    )
    if not week.by_reader:
        return head
    by = [
        reader.say("%(who)s %(count)s", who=reader.gettext(words), count=week.by_reader[who])
        for who, words in _READERS.items()
        if week.by_reader.get(who)
    ]
    of = [
        reader.say(
            "%(what)s %(count)s",
            what=reader.gettext(_OPENED.get(kind, _ELSE)),
            count=count,
        )
        for kind, count in week.by_kind.items()
        if count
    ]
    lines = [head, reader.say(N_("By %(list)s"), list=Safe(" · ").join(by))]
    lines.append(reader.say(N_("Opened: %(list)s"), list=Safe(" · ").join(of)))
    return Safe("\n").join(lines)


# Goals


def _goals(report: Report, reader: Reader) -> list[Block]:
    blocks = [block for one in report.goals for block in sections(_group(one, reader))]
    days = LOOKED_BACK.days
    told = reader.say(
        N_(
            "Proposals and check-ins cover the last %(days)s days. What would be about fewer "
            "than %(few)s people, such as a single person without a goal, or would let somebody "
            "work that out, is not told."
        ),
        days=days,
        few=SMALLEST,
    )
    untested = reader.say(
        N_("Differences by gender, age, health, origin and the like: not testable here.")
    )
    return [*blocks, context(told, untested)]


def _group(one: GoalFigures, reader: Reader) -> Safe:
    name = _name(one.group, reader)
    if one.people is None or one.with_goal is None:
        lines = [reader.say(N_("*%(group)s*: people and goals not told"), group=name)]
    else:
        lines = [
            reader.say(
                N_("*%(group)s*: %(people)s people, %(goal)s with a goal (%(share)s)"),
                group=name,
                people=one.people,
                goal=one.with_goal,
                share=reader.percent(one.with_goal / max(one.people, 1)),
            )
        ]
    lines.append(
        reader.say(
            N_(
                "Proposals agreed as they were: %(unchanged)s · after a counter: %(countered)s · "
                "declined: %(declined)s"
            ),
            unchanged=_number(one.unchanged, reader),
            countered=_number(one.countered, reader),
            declined=_number(one.declined, reader),
        )
    )
    lines.append(
        reader.say(
            N_(
                "Asked of people and accepted as it was, without a word: %(silent)s · with a "
                "reservation: %(reserved)s"
            ),
            silent=_number(one.silent, reader),
            reserved=_number(one.reserved, reader),
        )
    )
    if one.days is not None:
        agreed = reader.ngettext(
            "Half of the agreed ones took up to %(count)s day.",
            "Half of the agreed ones took up to %(count)s days.",
            one.days,
        )
        lines.append(Safe(agreed) % {"count": reader.number(one.days)})
    lines.append(
        reader.say(
            N_("Check-ins on time: %(on_time)s · late or not at all: %(late)s"),
            on_time=_number(one.on_time, reader),
            late=_number(one.late, reader),
        )
    )
    return Safe("\n").join(lines)


def _number(count: int | None, reader: Reader) -> str:
    return reader.gettext(N_("not told")) if count is None else reader.number(count)


def _name(group: str, reader: Reader) -> str:
    if group == EVERYBODY:
        return reader.gettext(N_("Everybody"))
    if group in set(Level):
        return reader.gettext(NAMES[Level(group)])
    return group

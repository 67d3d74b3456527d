"""How check-ins read in a line: a goal with its last value, an answer, who reads what."""

from __future__ import annotations

from collections.abc import Iterable

from domain.checkins import Answered, AnswerKind, PromptGoal
from domain.goals import Direction, GoalCard, GoalContent, Rhythm
from domain.goals import Reading as Value
from domain.people import Member
from messages.goal_words import aim_text, measure_text, was_due
from messages.i18n import N_
from messages.reading import Reader
from messages.safe import Safe

OFTEN: dict[Rhythm, str] = {
    Rhythm.WEEKLY: N_("every week"),
    Rhythm.BIWEEKLY: N_("every two weeks"),
    Rhythm.MONTHLY: N_("every month"),
    Rhythm.QUARTERLY: N_("every quarter"),
}


def target_text(content: GoalContent, reader: Reader) -> str:
    """Where to, without where from: `5 h`, `3 to 5 %`, `6 milestones`."""
    if content.direction in (Direction.DONE, Direction.MILESTONES, Direction.RANGE):
        return aim_text(content, reader)
    return measure_text(content.target, content.measure_unit, reader)


def value_text(content: GoalContent, value: Value, reader: Reader) -> str:
    if content.direction is Direction.DONE:
        return reader.gettext(N_("done") if value.value.value >= 1 else N_("not done yet"))
    return measure_text(value.value, content.measure_unit, reader)


def age_text(value: Value, reader: Reader) -> str:
    """How old a value is in the reader's own days."""
    days = (reader.today - value.at.astimezone(reader.zone).date()).days
    if days <= 0:
        return reader.gettext(N_("today"))
    if days == 1:
        return reader.gettext(N_("yesterday"))
    words = reader.ngettext("%(count)s day ago", "%(count)s days ago", days)
    return words % {"count": reader.number(days)}


def _day_of(value: Value, reader: Reader) -> str:
    return reader.day(value.at.astimezone(reader.zone).date())


def last_value_line(card: GoalCard, reader: Reader, *, stays: bool = False) -> Safe:
    """`G-12 First reply: 7.1 h (12 days ago); target 6 h`, and that it was due, once it was.

    In a message that stays, the day stands instead of the age.
    """
    line = _value_line(card, reader, stays=stays)
    if not was_due(card, reader):
        return line
    return line + reader.say(N_(" · was due on %(day)s"), day=card.content.due_date)


def _value_line(card: GoalCard, reader: Reader, *, stays: bool) -> Safe:
    latest = card.latest
    if latest is None:
        return reader.say(
            N_("*%(reference)s* %(title)s: no value yet; target %(target)s"),
            reference=card.reference,
            title=card.content.title,
            target=target_text(card.content, reader),
        )
    return reader.say(
        N_("*%(reference)s* %(title)s: %(value)s (%(age)s); target %(target)s"),
        reference=card.reference,
        title=card.content.title,
        value=value_text(card.content, latest, reader),
        age=_day_of(latest, reader) if stays else age_text(latest, reader),
        target=target_text(card.content, reader),
    )


def prompt_line(goal: PromptGoal, reader: Reader) -> Safe:
    line = last_value_line(goal.card, reader, stays=True)
    return Safe("✓ ") + line if goal.answered else line


def why_now(goals: Iterable[PromptGoal], reader: Reader) -> Safe | None:
    """Why the question comes now: the rhythm that was agreed."""
    often: dict[Rhythm, list[str]] = {}
    for goal in goals:
        if goal.rhythm is not None:
            often.setdefault(goal.rhythm, []).append(goal.card.reference)
    if not often:
        return None
    if len(often) == 1:
        rhythm = next(iter(often))
        return reader.say(N_("Why now: %(often)s, as agreed."), often=reader.gettext(OFTEN[rhythm]))
    parts = [
        reader.write(
            N_("%(goals)s %(often)s"), goals=references, often=reader.gettext(OFTEN[rhythm])
        )
        for rhythm, references in often.items()
    ]
    return reader.say(N_("Why now: as agreed, %(parts)s."), parts=parts)


def answer_line(answer: Answered, reader: Reader) -> Safe:
    """What was said of one goal: `G-12 First reply: 7.1 h (before: 7.9 h); target 6 h`."""
    card = answer.card
    words = {
        AnswerKind.VALUE: N_("*%(reference)s* %(title)s: *%(value)s*; target %(target)s"),
        AnswerKind.UNCHANGED: N_(
            "*%(reference)s* %(title)s: %(value)s, unchanged; target %(target)s"
        ),
        AnswerKind.STILL_NONE: N_("*%(reference)s* %(title)s: still no value; target %(target)s"),
        AnswerKind.WORDS: N_("*%(reference)s* %(title)s: no new value; target %(target)s"),
    }[answer.kind]
    if answer.kind is AnswerKind.VALUE and answer.before is not None:
        words = N_("*%(reference)s* %(title)s: *%(value)s* (before: %(before)s); target %(target)s")
    measure = answer.value
    line = reader.say(
        words,
        reference=card.reference,
        title=card.content.title,
        value=measure_text(measure, card.content.measure_unit, reader) if measure else "",
        before=value_text(card.content, answer.before, reader) if answer.before else "",
        target=target_text(card.content, reader),
    )
    if answer.confidence is None:
        return line
    return line + reader.say(N_(" · confidence %(level)s of 5"), level=answer.confidence)


def read_by(manager: Member | None, reader: Reader) -> Safe:
    """Who reads what, and what may count."""
    if manager is None:
        return reader.say(
            N_(
                "Values and what changed are read by your HR partner and whoever can see the goal, "
                "and may count in an evaluation."
            )
        )
    return reader.say(
        N_(
            "Values and what changed are read by %(manager)s, your HR partner and whoever can see "
            "the goal, and may count in an evaluation. Confidence, blockers and support: only "
            "%(manager)s, never in an evaluation."
        ),
        manager=manager.name,
    )

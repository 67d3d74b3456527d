"""How a proposal compares with what such goals have reached, and the arithmetic behind it."""

from __future__ import annotations

from domain.aggregates import SMALLEST
from domain.goals import Comparison, GoalCard
from domain.measures import Measure
from domain.past_goals import MISSED_BEFORE, REACHED_BEFORE
from messages.blocks import section
from messages.elements import Block
from messages.goal_words import aim_text, goal_line, measure_text
from messages.i18n import N_
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import View

_PRIOR = REACHED_BEFORE + MISSED_BEFORE


def comparison_blocks(card: GoalCard, reader: Reader) -> list[Block]:
    """One line, with *Why?*; nothing where too few people are behind it."""
    if card.comparison is None:
        return []
    why = goal_button(GoalAction.WHY, reader, card.id, card.version, about=card.reference)
    return [section(comparison_words(card.comparison, card, reader), accessory=why)]


def comparison_words(comparison: Comparison, card: GoalCard, reader: Reader) -> Safe:
    tenths = reader.number(round(comparison.share * 10))
    words = N_(
        "Of other goals of this kind in the unit, about %(tenths)s in 10 reach their target."
    )
    if comparison.same_metric:
        words = N_(
            "Of other goals on this metric in the unit, about %(tenths)s in 10 reach theirs."
        )
    told = reader.say(words, tenths=tenths)
    if comparison.ended_at is None:
        return told
    return (
        told
        + Safe(" ")
        + reader.say(
            N_("They ended at %(ended)s on average; this one asks for %(target)s."),
            ended=_ended(comparison.ended_at, card, reader),
            target=aim_text(card.content, reader),
        )
    )


def _ended(value: float, card: GoalCard, reader: Reader) -> str:
    rounded = float(f"{value:.3g}")
    return measure_text(Measure(value=rounded, text=""), card.content.measure_unit, reader)


def comparison_view(card: GoalCard, reader: Reader) -> View:
    """*Why?*: which goals, and how the figure comes about."""
    comparison = card.comparison
    blocks = [section(goal_line(card, reader))]
    if comparison is None:
        blocks.append(
            section(
                reader.say(
                    N_(
                        "There is nothing to compare with: fewer than %(few)s people are behind it."
                    ),
                    few=SMALLEST,
                )
            )
        )
    else:
        blocks.append(section(comparison_words(comparison, card, reader)))
        blocks += [section(one) for one in (_which(reader), _arithmetic(comparison, reader))]
    title = reader.gettext(N_("Compared with others"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _which(reader: Reader) -> Safe:
    return reader.say(
        N_(
            "Counted are goals of other people in the same unit that both sides had agreed to, and "
            "that are completed, given up or past their due date. Their last value in time counts; "
            "what was never measured counts neither way. Nothing is told unless %(few)s people or "
            "more are behind it."
        ),
        few=SMALLEST,
    )


def _arithmetic(comparison: Comparison, reader: Reader) -> Safe:
    share = reader.percent(comparison.share)
    before = {"before": REACHED_BEFORE, "prior": _PRIOR}
    if not comparison.counts_told:
        return reader.say(
            N_(
                "(reached + %(before)s) / (all + %(prior)s) is about %(tenths)s in 10. We start "
                "from %(before)s in %(prior)s and let your unit's goals pull us off it. The counts "
                "are not told: one of them is about a few people."
            ),
            tenths=reader.number(round(comparison.share * 10)),
            **before,
        )
    return reader.say(
        N_(
            "%(reached)s of %(goals)s goals of %(people)s people reached their target: "
            "(%(reached)s + %(before)s) / (%(goals)s + %(prior)s) = %(share)s. We start from "
            "%(before)s in %(prior)s and let your unit's goals pull us off it."
        ),
        reached=comparison.reached,
        goals=comparison.goals,
        people=comparison.people,
        share=share,
        **before,
    )

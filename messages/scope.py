"""What representatives see: for whom Accord is used, what it keeps, who sees it, for how long."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from domain.aggregates import EVERYBODY, SMALLEST
from domain.people import Level
from domain.policy_local import Path, leaves
from domain.reports import GoalFigures, ReportPart
from domain.scope import ScopePage
from messages.blocks import actions, context, section, sections
from messages.elements import Block
from messages.i18n import N_
from messages.names import NAMES
from messages.policy_presses import PolicyAction, policy_button
from messages.policy_settings import SECTIONS, TERMS, setting_name, value_shown
from messages.reading import Reader
from messages.report_presses import ReportAction, report_button
from messages.safe import Safe
from messages.surfaces import View

LINES = 30
"""Groups, or settings, told of each kind: no dialog gets longer than Slack takes."""
_PARTS: Mapping[ReportPart, str] = {
    ReportPart.LEVELS: N_("*People by level*"),
    ReportPart.REGIONS: N_("*People by region*"),
    ReportPart.UNITS: N_("*People by unit*"),
}
_KEPT = (
    N_(
        "*Goals*, for everybody: title, target, dates, values, and each proposal with its reason. "
        "Seen by whom the goal's audience admits, its owner's manager, HR for where they work."
    ),
    N_(
        "*Check-ins*, for owners of goals: values and what changed, seen as the goal is. Blockers, "
        "support and confidence: the manager alone, never in an evaluation."
    ),
    N_(
        "*Feedback*, for everybody: seen by whom its giver chose, in a dialog, and each opening is "
        "noted."
    ),
    N_(
        "*Rounds*, for channels that a facilitator asks: private answers are the facilitator's "
        "alone; anonymous ones have no author, and are deleted unread below five."
    ),
    N_(
        "*The record*, of everybody who acts: who did what when. The person sees who opened "
        "something confidential about them."
    ),
    N_("*Off for everybody*: rankings, ratings, pay, and any guess at somebody's mood."),
)


def scope_view(page: ScopePage, reader: Reader) -> View:
    """Counts of people, what is kept of them, and the rules about check-ins and terms."""
    blocks: list[Block] = []
    for part, groups in page.people.items():
        blocks += sections(_groups(part, groups, reader))
    if not blocks:
        words = N_("What you represent is too small, or too mixed, to be told in numbers.")
        blocks.append(section(reader.say(words)))
    blocks += sections(
        Safe("\n").join(
            [
                reader.say(N_("*What is kept, for whom, and who sees it*")),
                *(Safe("• ") + reader.say(words) for words in _KEPT),
            ]
        )
    )
    for name in ("templates", "check_ins", "retention"):
        blocks += sections(_settings(page, name, reader))
    blocks.append(
        context(
            reader.say(
                N_(
                    "As it stands now, by version %(number)s of the rules. Groups of fewer than "
                    "%(few)s people are not told, nor what would give them away. That you opened "
                    "this is on record."
                ),
                number=str(page.version),
                few=SMALLEST,
            )
        )
    )
    blocks.append(
        actions(
            report_button(ReportAction.OPEN, reader),
            policy_button(PolicyAction.OPEN, reader),
        )
    )
    title = reader.gettext(N_("Scope"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _groups(part: ReportPart, groups: tuple[GoalFigures, ...], reader: Reader) -> Safe:
    lines = [reader.say(_PARTS[part]) if part in _PARTS else Safe("")]
    for one in groups[:LINES]:
        name = _name(one.group, reader)
        if one.people is None:
            lines.append(reader.say(N_("%(group)s: not told"), group=name))
            continue
        counted = reader.ngettext(
            "%(group)s: %(count)s person", "%(group)s: %(count)s people", one.people
        )
        count = reader.number(one.people)
        lines.append(Safe(counted) % {"group": reader.say("%(g)s", g=name), "count": count})
    return Safe("\n").join([*lines, *_rest(len(groups), reader)])


def _settings(page: ScopePage, name: str, reader: Reader) -> Safe:
    """A section of the rules as it stands for everybody for whom nothing local differs."""
    tree = page.policy.model_dump(mode="json", exclude_none=True)
    found = [
        one
        for path, value in leaves({name: tree[name]})
        for one in (_each_term(path, value) if path in TERMS else [(path, value)])
    ]
    lines = [Safe("*%s*") % reader.gettext(SECTIONS[name])]
    lines += [
        reader.say(
            "• %(name)s: *%(value)s*",
            name=setting_name(".".join(path), reader),
            value=value_shown(path, value, reader),
        )
        for path, value in found[:LINES]
    ]
    return Safe("\n").join([*lines, *_rest(len(found), reader)])


def _each_term(path: Path, terms: JsonValue) -> list[tuple[Path, JsonValue]]:
    """Each term by itself, and nothing of a kind that has none."""
    return [(path, [one]) for one in terms] if isinstance(terms, list) else []


def _rest(count: int, reader: Reader) -> list[Safe]:
    if count <= LINES:
        return []
    words = reader.ngettext("and %(count)s more", "and %(count)s more", count - LINES)
    return [Safe(words) % {"count": reader.number(count - LINES)}]


def _name(group: str, reader: Reader) -> str:
    if group == EVERYBODY:
        return reader.gettext(N_("Everybody"))
    if group in set(Level):
        return reader.gettext(NAMES[Level(group)])
    return group

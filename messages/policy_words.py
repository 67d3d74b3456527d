"""Sentences about versions of the policy: what differs, from when, by whom, for how many."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from domain.approvals import PolicyAsked
from domain.policy_versions import FieldChange, PlanState, Preview, VersionHead
from messages.i18n import N_
from messages.policy_settings import place_and_name, setting_name, value_shown
from messages.reading import Reader
from messages.safe import Safe

LINES = 30
"""Settings told at once: no dialog gets longer than Slack takes."""


def change_line(change: FieldChange, reader: Reader) -> Safe:
    """A setting before and after."""
    path, (was, now) = change.path, _told_apart(change)
    name = place_and_name(path, reader)
    after = value_shown(path, now, reader)
    if was in (None, []):
        return reader.say("• %(name)s: *%(after)s*", name=name, after=after)
    before = value_shown(path, was, reader)
    if now in (None, []):
        return reader.say(N_("• %(name)s: ~%(before)s~ taken out"), name=name, before=before)
    return reader.say(
        "• %(name)s: ~%(before)s~ → *%(after)s*", name=name, before=before, after=after
    )


def _told_apart(change: FieldChange) -> tuple[JsonValue, JsonValue]:
    """Of two lists, what only one of them has, unless they differ in order alone."""
    before, after = change.before, change.after
    if isinstance(before, list) and isinstance(after, list):
        gone = [one for one in before if one not in after]
        new = [one for one in after if one not in before]
        if gone or new:
            return gone, new
    return before, after


def change_lines(changes: Sequence[FieldChange], reader: Reader, most: int = LINES) -> list[Safe]:
    lines = [change_line(one, reader) for one in changes[:most]]
    if len(changes) > most:
        rest = len(changes) - most
        words = reader.ngettext("and %(count)s more", "and %(count)s more", rest)
        lines.append(Safe(words) % {"count": reader.number(rest)})
    return lines


def policy_asked_words(asked: PolicyAsked, reader: Reader) -> Safe:
    """What will hold from when, once it is approved, and whom it touches."""
    head = reader.say(N_("*The rules change from %(day)s on*"), day=asked.first_day)
    if asked.notice_days:
        words = reader.ngettext(
            "Co-determined: %(what)s. Representatives hear of it %(count)s day beforehand.",
            "Co-determined: %(what)s. Representatives hear of it %(count)s days beforehand.",
            asked.notice_days,
        )
        named = asked.co_determined[:LINES]
        what = "; ".join(setting_name(one, reader) for one in named)
        head += Safe("\n") + Safe(words) % {
            "what": what,
            "count": reader.number(asked.notice_days),
        }
    lines = [head, *change_lines(asked.changes, reader), *preview_lines(asked.preview, reader)]
    return Safe("\n").join(lines)


def preview_lines(preview: Preview, reader: Reader) -> list[Safe]:
    """What it would change for those who are here now."""
    lines = []
    alike: dict[int, list[str]] = {}
    for setting, count in list(preview.people.items())[:LINES]:
        alike.setdefault(count, []).append(setting_name(setting, reader))
    for count, names in alike.items():
        words = reader.ngettext(
            "For %(count)s person something else holds then: %(name)s.",
            "For %(count)s people something else holds then: %(name)s.",
            count,
        )
        name = Safe("; ").join(names)
        lines.append(Safe(words) % {"count": reader.number(count), "name": name})
    if preview.open_proposals:
        words = reader.ngettext(
            "%(count)s open proposal keeps its deadline.",
            "%(count)s open proposals keep their deadlines.",
            preview.open_proposals,
        )
        lines.append(Safe(words) % {"count": reader.number(preview.open_proposals)})
    return lines


def version_line(head: VersionHead, reader: Reader) -> Safe:
    """Which version it is, and from when it holds."""
    if not head.number:
        return reader.say(N_("*The rules as built in*: nothing was decided yet."))
    if head.valid_from is None:
        return reader.say(N_("*Version %(number)s*, from the beginning"), number=str(head.number))
    day = head.valid_from.date()
    match head.state:
        case PlanState.PLANNED:
            words = N_("*Version %(number)s*, approved, from %(day)s on")
        case PlanState.HELD:
            words = N_("*Version %(number)s*, approved for %(day)s, held up by an objection")
        case PlanState.WITHDRAWN:
            words = N_("*Version %(number)s*, withdrawn before %(day)s")
        case PlanState.IN_FORCE | None:
            words = N_("*Version %(number)s*, since %(day)s")
    return reader.say(words, number=str(head.number), day=day)


def decided_lines(head: VersionHead, reader: Reader) -> list[Safe]:
    """Who decided on it, and why."""
    lines = []
    if head.proposed_by is not None and head.approved_by is not None:
        lines.append(
            reader.say(
                N_("Proposed by %(asker)s, approved by %(approver)s: “%(reason)s”"),
                asker=head.proposed_by.name,
                approver=head.approved_by.name,
                reason=head.reason or "",
            )
        )
    elif head.number:
        lines.append(reader.say(N_("Adopted when Accord was set up.")))
    if head.withdrawn_by is not None:
        lines.append(
            reader.say(
                N_("Withdrawn by %(name)s: “%(reason)s”"),
                name=head.withdrawn_by.name,
                reason=head.withdrawn_reason or "",
            )
        )
    return lines

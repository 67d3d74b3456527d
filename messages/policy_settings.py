"""What each setting of the policy is called, and how its value reads: one line for each setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from pydantic import JsonValue

from domain.change_requests import Approver, ChangeKind
from domain.goal_advice import Strictness
from domain.goal_kinds import GoalKind
from domain.goal_status import Move
from domain.goals import Audience, Rhythm
from domain.people import Level, Role
from domain.policy import OwnList
from domain.policy_local import LOCAL, Came, Path, Source
from domain.retention_rules import Kind, Part, Taken
from messages.i18n import N_
from messages.names import NAMES
from messages.reading import Reader

Shown = Callable[[JsonValue, Reader], str]
VARIATIONS = "variations"
WEEKDAYS: Mapping[int, str] = {
    1: N_("Monday"),
    2: N_("Tuesday"),
    3: N_("Wednesday"),
    4: N_("Thursday"),
    5: N_("Friday"),
    6: N_("Saturday"),
    7: N_("Sunday"),
}


# How values read


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0


def _working_days(value: JsonValue, reader: Reader) -> str:
    count = _number(value)
    words = reader.ngettext("%(count)s working day", "%(count)s working days", count)
    return words % {"count": reader.number(count)}


def _days(value: JsonValue, reader: Reader) -> str:
    count = _number(value)
    words = reader.ngettext("%(count)s day", "%(count)s days", count)
    return words % {"count": reader.number(count)}


def _percent(value: JsonValue, reader: Reader) -> str:
    return reader.percent(_number(value) / 100)


def _minutes(value: JsonValue, reader: Reader) -> str:
    count = _number(value)
    words = reader.ngettext("%(count)s minute", "%(count)s minutes", count)
    return words % {"count": reader.number(count)}


def _hours(value: JsonValue, reader: Reader) -> str:
    count = _number(value)
    words = reader.ngettext("%(count)s hour", "%(count)s hours", count)
    return words % {"count": reader.number(count)}


def _months(value: JsonValue, reader: Reader) -> str:
    count = _number(value)
    words = reader.ngettext("%(count)s month", "%(count)s months", count)
    return words % {"count": reader.number(count)}


def _rhythm_of_reviews(value: JsonValue, reader: Reader) -> str:
    return _months(value, reader) if value else reader.gettext(N_("only when somebody starts one"))


def _count(value: JsonValue, reader: Reader) -> str:
    return reader.number(_number(value))


def _weekday(value: JsonValue, reader: Reader) -> str:
    return reader.gettext(WEEKDAYS[day]) if (day := _number(value)) in WEEKDAYS else ""


def _named(kind: type[Enum]) -> Shown:
    def shown(value: JsonValue, reader: Reader) -> str:
        try:
            return reader.gettext(NAMES[kind(value)])
        except (ValueError, KeyError):
            return value if isinstance(value, str) else ""

    return shown


def _several(one: Shown) -> Shown:
    def shown(value: JsonValue, reader: Reader) -> str:
        each = value if isinstance(value, list) else []
        return "; ".join(one(item, reader) for item in each) or reader.gettext(N_("none"))

    return shown


def _term(value: JsonValue, reader: Reader) -> str:
    """A minimum or a maximum of retention."""
    rule = value if isinstance(value, dict) else {}
    where = str(rule.get("region") or reader.gettext(N_("everywhere")))
    what = [_named(Part)(rule["part"], reader)] if "part" in rule else []
    told = ", ".join([where, *what, _months(rule.get("months"), reader)])
    return f"{told} ({rule.get('reference', '')})"


def _rule(value: JsonValue, reader: Reader) -> str:
    """A rule of retention for one kind of record."""
    rule = value if isinstance(value, dict) else {}
    told = [_named(Kind)(rule["kind"], reader)] if "kind" in rule else []
    told.append(str(rule.get("region") or reader.gettext(N_("everywhere"))))
    if rule.get("min_months"):
        term = _months(rule["min_months"], reader)
        told.append(reader.write(N_("kept for %(term)s at least"), term=term))
    if rule.get("max_months"):
        archived = rule.get("action") == Taken.ARCHIVE.value
        words = N_("out of the lists after %(term)s") if archived else N_("purged after %(term)s")
        told.append(reader.write(words, term=_months(rule["max_months"], reader)))
    return f"{', '.join(told)} ({rule.get('legal_ref', '')})"


def _as_written(value: JsonValue, reader: Reader) -> str:
    return str(value) or reader.gettext(N_("none"))


def _setting(value: JsonValue, reader: Reader) -> str:
    return setting_name(str(value), reader)


# What settings are called


@dataclass(frozen=True, slots=True)
class SettingWords:
    label: str
    shown: Shown


TERMS = tuple(("retention", one) for one in ("rules", "minimums", "maximums"))
SECTIONS: Mapping[str, str] = {
    "negotiation": N_("Agreeing on goals"),
    "status": N_("Status of goals"),
    "change_requests": N_("Changes of active goals"),
    "check_ins": N_("Check-ins"),
    "templates": N_("What a new goal starts from"),
    "quality": N_("What makes a good goal"),
    "access_reviews": N_("Access reviews"),
    "retention": N_("Keeping and erasing"),
    "exports": N_("Taking data out"),
    "rights": N_("Asking about one's own data"),
    "changes": N_("Changing these rules"),
}
SETTINGS: Mapping[str, SettingWords] = {
    "negotiation.answer_within_working_days": SettingWords(
        N_("Time to answer a proposal"), _working_days
    ),
    "negotiation.remind_working_days_before": SettingWords(
        N_("Reminder before that"), _working_days
    ),
    "negotiation.consider_hours": SettingWords(N_("Time to consider before a reminder"), _hours),
    "negotiation.answering_role": SettingWords(
        N_("Who answers where nobody else can"), _named(Role)
    ),
    "negotiation.facilitator_after_counters": SettingWords(
        N_("Counter-proposals before a facilitator is offered"), _count
    ),
    "negotiation.undo_minutes": SettingWords(N_("Time for Undo"), _minutes),
    "status.owner_may": SettingWords(N_("What owners do alone"), _several(_named(Move))),
    "status.longest_pause_days": SettingWords(N_("Longest pause"), _days),
    "change_requests.percent": SettingWords(
        N_("How far a target may move in a tactical adjustment"), _percent
    ),
    "change_requests.days": SettingWords(
        N_("How far a date may move in a tactical adjustment"), _days
    ),
    "change_requests.approvers": SettingWords(
        N_("Who approves a formal renegotiation, one after the other"), _several(_named(Approver))
    ),
    "change_requests.links": SettingWords(
        N_("Which changes of a target or date need evidence with a link"),
        _several(_named(ChangeKind)),
    ),
    "change_requests.review_days": SettingWords(
        N_("A review is near, so many days before and after the end of a cycle"), _days
    ),
    "change_requests.retroactive": SettingWords(
        N_("Who approves, too, what counts from a past day near a review"), _named(Role)
    ),
    "check_ins.minutes_into_day": SettingWords(
        N_("When check-ins come, after the start of the day"), _minutes
    ),
    "check_ins.snooze_days_at_most": SettingWords(N_("Longest snooze"), _days),
    "check_ins.digest_weekday": SettingWords(N_("Day of the managers' list"), _weekday),
    "check_ins.own_list": SettingWords(
        N_("What managers choose for their list themselves"), _named(OwnList)
    ),
    "check_ins.overdue_after_days": SettingWords(
        N_("When managers see a check-in as overdue, after"), _days
    ),
    "access_reviews.every_months": SettingWords(
        N_("Time between two access reviews"), _rhythm_of_reviews
    ),
    "access_reviews.days_to_answer": SettingWords(
        N_("Time to answer an access review"), _working_days
    ),
    "access_reviews.remind_days_before": SettingWords(
        N_("Reminder before an access review ends"), _working_days
    ),
    "access_reviews.roles_answered_by": SettingWords(
        N_("Who answers for roles, in this order"), _several(_named(Role))
    ),
    "retention.rules": SettingWords(N_("Term"), _several(_rule)),
    "retention.told": SettingWords(
        N_("Who hears that something is due, the first who is there"), _several(_named(Role))
    ),
    "retention.holds_untold_in": SettingWords(
        N_("Where people aren't told that legal read what a hold keeps"), _several(_as_written)
    ),
    "retention.technical.requests_days": SettingWords(
        N_("What Slack asked and was answered is noted for"), _days
    ),
    "retention.technical.dialogs_days": SettingWords(
        N_("That a dialog was sent is noted for"), _days
    ),
    "retention.technical.deliveries_days": SettingWords(
        N_("How messages were delivered is noted for"), _days
    ),
    "retention.minimums": SettingWords(N_("What a law wants kept"), _several(_term)),
    "retention.maximums": SettingWords(
        N_("How long it is kept after somebody has left"), _several(_term)
    ),
    "exports.rows_at_most": SettingWords(N_("Rows in an export, at most"), _count),
    "exports.exports_a_day": SettingWords(N_("Exports by one person in a day, at most"), _count),
    "rights.ask": SettingWords(N_("Whom people ask about what is kept of them"), _as_written),
    "templates.rhythm": SettingWords(N_("Check in every"), _named(Rhythm)),
    "templates.audience": SettingWords(N_("Visible to"), _named(Audience)),
    "templates.horizon_months": SettingWords(N_("Due within"), _months),
    "templates.kinds": SettingWords(
        N_("Kinds of goals on offer, the first to begin with"), _several(_named(GoalKind))
    ),
    "quality.time_bound": SettingWords(N_("That it is due in good time"), _named(Strictness)),
    "quality.measurable": SettingWords(N_("That it says where it starts"), _named(Strictness)),
    "quality.aligned": SettingWords(N_("That it serves another goal"), _named(Strictness)),
    "quality.reasoned": SettingWords(N_("That it says why it matters"), _named(Strictness)),
    "changes.proposed_by": SettingWords(N_("Who may propose a change"), _several(_named(Role))),
    "changes.approved_by": SettingWords(N_("Who may approve it"), _several(_named(Role))),
    "changes.notice_days": SettingWords(N_("Notice for what is co-determined"), _days),
    "changes.co_determined": SettingWords(N_("What is co-determined"), _several(_setting)),
    "changes.objection_days": SettingWords(N_("Time for representatives to object"), _days),
}
"""By dotted path; a setting of each level is named once, without the level."""
_LEVELS = {level.value: level for level in Level}


def _words_of(setting: str) -> tuple[SettingWords | None, Level | None]:
    section, _, inside = setting.partition(".")
    level, _, name = inside.partition(".")
    if level in _LEVELS:
        return SETTINGS.get(f"{section}.{name}"), _LEVELS[level]
    return SETTINGS.get(setting), None


def setting_name(setting: str, reader: Reader) -> str:
    """The name of a setting or of a whole section; a path that has none stands for itself."""
    if setting in SECTIONS:
        return reader.gettext(SECTIONS[setting])
    words, level = _words_of(setting)
    if words is None:
        return setting
    label = reader.gettext(words.label)
    return label if level is None else f"{reader.gettext(NAMES[level])}: {label}"


def place_and_name(path: Path, reader: Reader) -> str:
    """What a line of the document is about, with the region or unit that it holds for."""
    if path[0] in LOCAL:
        inside = ".".join(path[2:])
        return f"{path[1]}: {setting_name(inside, reader)}" if inside else path[1]
    if path[0] == VARIATIONS:
        name = setting_name(path[1], reader)
        return reader.write(N_("Regions and units may vary “%(name)s”"), name=name)
    return setting_name(".".join(path), reader)


def value_shown(path: Path, value: JsonValue, reader: Reader) -> str:
    """A value as it stands in the document, as people read it."""
    if path[0] == VARIATIONS:
        return _bounds(path[1], value, reader)
    if value is None:
        return reader.gettext(N_("none"))
    words, _ = _words_of(".".join(path[2:] if path[0] in LOCAL else path))
    return str(value) if words is None else words.shown(value, reader)


def _bounds(setting: str, value: JsonValue, reader: Reader) -> str:
    if not isinstance(value, dict):
        return reader.gettext(N_("no"))
    words, _ = _words_of(setting)

    def shown(one: JsonValue) -> str:
        return str(one) if words is None else words.shown(one, reader)

    values = value.get("values")
    if isinstance(values, list):
        return "; ".join(shown(one) for one in values)
    low, high = value.get("min"), value.get("max")
    if low is not None and high is not None:
        return reader.write(N_("%(low)s to %(high)s"), low=shown(low), high=shown(high))
    if low is not None:
        return reader.write(N_("%(low)s or more"), low=shown(low))
    if high is not None:
        return reader.write(N_("up to %(high)s"), high=shown(high))
    return reader.gettext(N_("any value"))


def source_name(source: Source, reader: Reader) -> str:
    """Where a value comes from."""
    match source.kind:
        case Came.BUILT_IN:
            return reader.gettext(N_("built in"))
        case Came.STANDARD:
            return reader.gettext(N_("our standard"))
        case Came.REGION:
            return reader.write(N_("region %(place)s"), place=source.place or "")
        case Came.UNIT:
            return reader.write(N_("unit %(place)s"), place=source.place or "")

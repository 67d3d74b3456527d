"""What is wrong in a policy's text, in words: where, what, what is allowed, what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.policy_text import Mistake
from messages.i18n import N_
from messages.reading import Reader
from messages.shorten import shorten
from messages.typed import clean_line

LONGEST_VALUE = 250
WORDS: Mapping[str, str] = {
    "policy_yaml": N_("this is not readable as YAML from here on."),
    "policy_tab": N_("there is a tab here. YAML indents with spaces."),
    "policy_colon": N_("a colon too many, or the line is indented wrongly."),
    "policy_documents": N_("a second document begins here. Please keep to one."),
    "policy_alias": N_("aliases (& and *) are not taken. Please write it out."),
    "policy_tag": N_("tags (!) are not taken. Please write the plain value."),
    "policy_key": N_("a name is missing here, before the colon."),
    "policy_twice": N_("“%(key)s” is given twice. Please keep one."),
    "policy_character": N_("there is a character here that can't be taken."),
    "policy_too_long": N_("the text is longer than %(most)s characters."),
    "policy_too_deep": N_("this is nested deeper than %(most)s levels."),
    "policy_unknown": N_("there is no setting “%(path)s”."),
    "policy_standard_only": N_("“%(path)s” is one for all; it can't vary."),
    "policy_not_variable": N_(
        "the standard doesn't let “%(path)s” vary. Add it to “variations” first."
    ),
    "policy_bounds_kind": N_("“min” and “max” are for numbers alone, and not beside “values”."),
    "policy_bounds_order": N_("“min” (%(min)s) is above “max” (%(max)s)."),
    "policy_out_of_bounds": N_(
        "%(value)s is outside of the standard's bounds: %(min)s to %(max)s."
    ),
    "policy_out_above": N_("%(value)s is above the standard's bound: at most %(max)s."),
    "policy_out_below": N_("%(value)s is below the standard's bound: at least %(min)s."),
    "policy_out_of_values": N_("%(value)s is none of the standard's values: %(values)s."),
    "policy_region": N_(
        "“%(region)s” is no region. Please write a code of ISO 3166, such as DE or US-CA."
    ),
    "policy_unit": N_("“%(unit)s” is no unit's path. Please write it as “Company / Support”."),
    "rule_trigger": N_(
        "this kind of record counts from another moment. Please leave “trigger” out."
    ),
    "rule_without_term": N_("a rule needs “min_months”, “max_months” or both."),
    "rule_min_over_max": N_("“min_months” is longer than “max_months”."),
    "rule_archives_goals_only": N_(
        "goals that have ended are archived alone, after “max_months” and without “min_months”."
    ),
    "rule_person_has_maximum_only": N_("for people who have left there is “max_months” alone."),
    "extra_forbidden": N_("“%(key)s” is not known here. Known: %(known)s."),
    "missing": N_("“%(key)s” is missing."),
    "enum": N_("“%(value)s” can't stand here. Allowed: %(known)s."),
    "int_type": N_("please write a whole number here, without quotes."),
    "int_parsing_size": N_("please write a smaller number here."),
    "string_type": N_("please write text here; put numbers in quotes."),
    "greater_than_equal": N_("please write %(ge)s or more."),
    "less_than_equal": N_("please write %(le)s or less."),
    "string_too_short": N_("please write something here."),
    "string_too_long": N_("please shorten this to %(max_length)s characters."),
    "too_short": N_("please name at least one."),
    "model_type": N_("settings belong here, each with its name and a colon."),
    "dict_type": N_("settings belong here, each with its name and a colon."),
    "tuple_type": N_("a list belongs here, each entry behind a dash."),
}
CLOSE = N_("Did you mean “%(close)s”?")
OTHER = N_("this can't stand here.")


def _told(value: object) -> object:
    """What somebody wrote, in one line and without signs that could upset a terminal."""
    return shorten(clean_line(value), LONGEST_VALUE) if isinstance(value, str) else value


def mistake_words(mistake: Mistake, reader: Reader) -> str:
    """`Line 3, column 5, check_ins.minutes: …`, without markup."""
    params = {name: _told(value) for name, value in mistake.params.items()}
    path = _told(".".join(mistake.path))
    said = reader.write(WORDS.get(mistake.code, OTHER), **params)
    if close := params.get("close"):
        said = f"{said} {reader.write(CLOSE, close=close)}"
    if not mistake.path:
        return reader.write(
            N_("Line %(line)s, column %(column)s: %(said)s"),
            line=str(mistake.line),
            column=str(mistake.column),
            said=said,
        )
    return reader.write(
        N_("Line %(line)s, column %(column)s, %(path)s: %(said)s"),
        line=str(mistake.line),
        column=str(mistake.column),
        path=path,
        said=said,
    )


def mistakes_words(mistakes: Sequence[Mistake], reader: Reader, most: int) -> str:
    """One mistake a line, and how many there are beyond `most`."""
    lines = [mistake_words(one, reader) for one in mistakes[:most]]
    if len(mistakes) > most:
        rest = len(mistakes) - most
        words = reader.ngettext("and %(count)s more", "and %(count)s more", rest)
        lines.append(words % {"count": reader.number(rest)})
    return "\n".join(lines)

"""What is wrong with a value in a form, whatever the form is about."""

from __future__ import annotations

from collections.abc import Mapping

from messages.i18n import N_

FORM_WORDS: Mapping[str, str] = {
    # What pydantic finds, and what an input says when it is empty.
    "missing": N_("Please fill in “%(label)s”."),
    "missing_text": N_("Please write something for “%(label)s”."),
    "missing_number": N_("Please write a number for “%(label)s”."),
    "missing_moment": N_("Please pick a date for “%(label)s”."),
    "missing_choice": N_("Please choose something for “%(label)s”."),
    "missing_people": N_("Please choose somebody for “%(label)s”."),
    "missing_file": N_("Please add a file for “%(label)s”."),
    "string_too_short": N_("Please write at least %(min_length)s characters."),
    "string_too_long": N_("Please shorten this to %(max_length)s characters."),
    "too_short": N_("Please choose at least %(min_length)s."),
    "too_long": N_("Please choose at most %(max_length)s."),
    "greater_than": N_("Please give a number above %(gt)s."),
    "greater_than_equal": N_("Please give a number of at least %(ge)s."),
    "less_than": N_("Please give a number below %(lt)s."),
    "less_than_equal": N_("Please give a number of at most %(le)s."),
    "finite_number": N_("Please write a number."),
    "decimal_parsing": N_("Please write a number."),
    "decimal_max_digits": N_("Please use at most %(max_digits)s digits."),
    "decimal_max_places": N_("Please use at most %(decimal_places)s digits after the point."),
    "decimal_whole_digits": N_("Please use at most %(whole_digits)s digits before the point."),
    "float_parsing": N_("Please write a number."),
    "int_parsing": N_("Please write a whole number."),
    "int_from_float": N_("Please write a whole number."),
    "date_parsing": N_("Please pick a date."),
    "date_from_datetime_parsing": N_("Please pick a date."),
    "datetime_parsing": N_("Please pick a date and a time."),
    "datetime_from_date_parsing": N_("Please pick a date and a time."),
    "timezone_aware": N_("Please pick a date and a time."),
    "enum": N_("Please choose one of the options."),
    "literal_error": N_("Please choose one of the options."),
    "uuid_parsing": N_("Please choose one of the options."),
    "bool_parsing": N_("Please choose one of the options."),
    "string_type": N_("Please write some text."),
    # What the inputs find themselves.
    "not_offered": N_("Please choose one of the options."),
    "no_such_date": N_("Please pick a date."),
    "no_such_moment": N_("Please pick a date and a time."),
    "no_such_person": N_("Please choose somebody from the list."),
    "no_such_file": N_("Please add the file again."),
    "upload_gone": N_(
        "I can't read this file: it isn't there any more, or it isn't one that you uploaded. "
        "Please upload it again."
    ),
    "upload_too_large": N_(
        "This file is too large: I take %(megabytes)s megabytes at most. Please shorten it."
    ),
    "upload_not_text": N_(
        "This isn't plain text in UTF-8. Please save it as such, then try again."
    ),
    "upload_closed": N_(
        "Slack doesn't let me read this file. Please tell whoever runs Accord: the app may lack "
        "the right to read files."
    ),
    "number_not": N_("Please write a number, for example %(example)s."),
    "number_ambiguous": N_(
        "%(text)s can mean %(whole)s or %(fraction)s. Please write %(whole)s or %(certain)s."
    ),
    "number_too_big": N_("This number is too big. Please use a larger unit of measure."),
    "number_not_finite": N_("Please write a number that has an end."),
    "number_exponent": N_("Please write the number in full, without an exponent."),
    "number_shorthand": N_("Please write the number in full, with all its zeros."),
    "number_several": N_("Please write a single number here."),
    "number_is_date": N_("This looks like a date. Please write a number."),
    "number_unit": N_("Please write the number alone, without “%(unit)s”."),
}

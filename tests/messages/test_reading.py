"""Numbers, dates and lists look as the reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from domain.people import Level, Member, Role
from messages.reading import DateStyle, Reader
from messages.safe import Safe

TODAY = date(2027, 3, 1)
ENGLISH = Reader("en-US", ZoneInfo("Europe/Lisbon"), TODAY)
GERMAN = Reader("de-AT", ZoneInfo("Europe/Vienna"), TODAY)
# Without a catalogue dates and lists follow the English words, numbers the reader.
FRENCH = Reader("fr-CH", ZoneInfo("Europe/Vienna"), TODAY)
MOMENT = datetime(2027, 3, 31, 9, tzinfo=UTC)


def test_a_reader_is_made_from_a_member_and_their_own_day() -> None:
    member = Member(
        id=uuid4(),
        name="Aroha",
        slack_user="U1",
        level=Level.MANAGER,
        timezone="Pacific/Auckland",
        locale="en-NZ",
        working_days=frozenset({1, 2, 3, 4, 5}),
        day_start=time(9),
    )
    assert Reader.of(member, datetime(2027, 3, 1, 20, tzinfo=UTC)).today == date(2027, 3, 2)


def test_the_year_is_named_when_it_is_not_this_one() -> None:
    assert ENGLISH.day(date(2027, 3, 31)) == "31 March"
    assert ENGLISH.day(date(2028, 3, 31)) == "31 March 2028"
    assert GERMAN.day(date(2028, 3, 31)) == "31. März 2028"
    assert FRENCH.day(date(2028, 3, 31)) == "31 March 2028"


def test_a_weekday_is_enough_for_the_days_to_come() -> None:
    assert ENGLISH.weekday(date(2027, 3, 4)) == "Thursday"
    assert ENGLISH.weekday(date(2027, 3, 11)) == "Thursday, 11 March"
    assert GERMAN.weekday(date(2027, 3, 11)) == "Donnerstag, 11. März"


def test_a_moment_in_plain_text_names_its_zone() -> None:
    assert ENGLISH.moment(MOMENT) == "31 March, 10:00 (Lisbon)"
    assert GERMAN.moment(MOMENT) == "31. März, 11:00 (Wien)"
    assert FRENCH.moment(MOMENT) == "31 March, 11:00 (Vienna)"


def test_a_token_has_a_fallback_that_names_the_zone() -> None:
    assert ENGLISH.token(MOMENT) == (
        "<!date^1806483600^{date_long} at {time}|31 March, 10:00 (Lisbon)>"
    )
    assert GERMAN.token(MOMENT) == (
        "<!date^1806483600^{date_long} um {time}|31. März, 11:00 (Wien)>"
    )
    assert ENGLISH.token(MOMENT, DateStyle.DAY) == "<!date^1806483600^{date_long}|31 March>"


def test_numbers_are_grouped_and_lose_the_noise_of_binary_fractions() -> None:
    assert ENGLISH.number(1234567.5) == "1,234,567.5"
    assert GERMAN.number(Decimal("1234567.5")) == "1.234.567,5"
    assert ENGLISH.number(0.1 + 0.2) == "0.3"
    assert ENGLISH.number(0.0004) == "0.0004"
    assert ENGLISH.number(3) == "3"


def test_hundred_per_cent_means_all_of_it() -> None:
    assert ENGLISH.percent(0.996) == "99%"
    assert ENGLISH.percent(1) == "100%"


def test_lists_read_as_a_sentence_does() -> None:
    assert ENGLISH.listed(["a", "b", "c"]) == "a, b and c"
    assert GERMAN.listed(["a", "b", "c"]) == "a, b und c"
    assert FRENCH.listed(["a", "b"]) == "a and b"
    assert ENGLISH.listed_safe(["<a>", Safe("<@U1>")]) == "&lt;a&gt; and <@U1>"


def test_what_we_store_as_a_word_is_called_by_its_name() -> None:
    assert ENGLISH.write("%(role)s", role=Role.PROCESS_OWNER) == "Process owner"
    assert GERMAN.write("%(role)s", role=Role.FACILITATOR) == "Moderation"


def test_words_take_their_parameters_as_the_reader_writes_them() -> None:
    words = "%(n)s by %(day)s: %(names)s, %(text)s"
    params = {"n": 1234.5, "day": date(2027, 3, 31), "names": ["a", "b"], "text": "<!here> 5%"}
    assert ENGLISH.write(words, **params) == "1,234.5 by 31 March: a and b, <!here> 5%"
    assert ENGLISH.say(words, **params) == "1,234.5 by 31 March: a and b, &lt;!here&gt; 5%"

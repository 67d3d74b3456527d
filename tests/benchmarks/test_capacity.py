"""The page on capacity says what follows from its inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.capacity import BYTES_A_MESSAGE, BYTES_A_PERSON, Needs, measure, table

PAGE = Path(__file__).parents[2] / "docs" / "capacity.md"


def test_the_table_stands_on_the_page_as_it_is_reckoned() -> None:
    assert table() in PAGE.read_text("utf-8")


def test_ten_times_the_people_take_ten_times_as_long() -> None:
    one, ten = Needs(10_000), Needs(100_000)
    assert ten.announcement_minutes == pytest.approx(10 * one.announcement_minutes, abs=10)
    assert ten.gigabytes == pytest.approx(10 * one.gigabytes)


def test_what_a_person_and_a_message_take_is_about_what_was_measured() -> None:
    person, message = measure(300)
    assert person == pytest.approx(BYTES_A_PERSON, rel=0.5)
    assert message == pytest.approx(BYTES_A_MESSAGE, rel=0.5)

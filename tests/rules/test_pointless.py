"""What was over before its reader heard of it is not told, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.cover import NameDeputy
from domain.notices import NoticeKind
from domain.origin import Via
from domain.screens import Pointless
from tests.company import slack_id
from tests.rules.office import Office, id_of
from usecases import own_cover
from usecases.notices import read_notice

Told = tuple[NoticeKind, UUID, str, int]


def proposed_and_withdrawn(office: Office) -> Told:
    goal = office.propose("Lena")
    office.undo("Lena", goal)
    return NoticeKind.GOAL_TO_DECIDE, goal.id, "Jonas", goal.version


def countered_once_more(office: Office) -> Told:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    office.counter("Lena", goal, 5.5)
    return NoticeKind.GOAL_TO_DECIDE, goal.id, "Lena", goal.version


def reminded_and_answered(office: Office) -> Told:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    office.accept("Lena", goal)
    return NoticeKind.GOAL_REMINDER, goal.id, "Lena", goal.version


def unanswered_and_answered(office: Office) -> Told:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    office.accept("Lena", goal)
    return NoticeKind.GOAL_UNANSWERED, goal.id, "Jonas", goal.version


def named_and_ended(office: Office) -> Told:
    today = office.store.clock.business().date()
    command = NameDeputy(
        first_day=today, last_day=today + timedelta(days=3), deputy=slack_id("Nora")
    )
    found = own_cover.name_deputy(office.store, office.by("Lena"), command, "deputy-token")
    (one,) = found.deputies
    own_cover.end_delegation(office.store, office.by("Lena"), one.delegation.id)
    return NoticeKind.DEPUTY_NAMED, one.delegation.id, "Nora", 0


OVER: dict[str, Callable[[Office], Told]] = {
    "withdrawn": proposed_and_withdrawn,
    "overtaken": countered_once_more,
    "answered": reminded_and_answered,
    "answered ": unanswered_and_answered,
    "over": named_and_ended,
}


@pytest.mark.parametrize(
    ("reason", "act"), OVER.items(), ids=[one.__name__ for one in OVER.values()]
)
def test_what_is_over_before_it_was_told_is_void_with_its_reason(
    office: Office, reason: str, act: Callable[[Office], Told]
) -> None:
    kind, subject, name, revision = act(office)
    origin = office._origin(Via.CLOCK)
    told = read_notice(office.store, origin, kind, subject, id_of(name), revision)
    assert told == Pointless(reason.strip())


def test_what_still_holds_is_told(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    origin = office._origin(Via.CLOCK)
    for kind, name in (
        (NoticeKind.GOAL_TO_DECIDE, "Lena"),
        (NoticeKind.GOAL_REMINDER, "Lena"),
        (NoticeKind.GOAL_UNANSWERED, "Jonas"),
    ):
        told = read_notice(office.store, origin, kind, goal.id, id_of(name), goal.version)
        assert not isinstance(told, Pointless)

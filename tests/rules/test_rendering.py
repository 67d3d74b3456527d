"""What delivery is told when it asks for the words of a message, just before it sends them."""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.app import Address, Parts, renderer
from domain.clock import Clock
from domain.notices import NoticeKind, SubjectType
from domain.origin import Via
from messages.templates import Templates
from scheduler.rendering import Later, MessageWanted, Pointless, Rendered
from tests.rules.office import Office, id_of
from tests.rules.test_own_hours import choose
from tests.rules.test_pointless import reminded_and_answered
from tests.scenes.conftest import settings_for


def asked(office: Office, wanted: MessageWanted) -> Rendered | Pointless | Later:
    settings = settings_for(str(office.store.engine.url), "http://127.0.0.1:9")
    parts = Parts(settings, Clock(office.watch), office.store, Templates(), Address())
    return renderer(parts).message(wanted)


def about_a_goal(
    office: Office, kind: NoticeKind, name: str, *, within_hours: bool
) -> MessageWanted:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    return MessageWanted(
        kind=kind,
        subject_type=SubjectType.GOAL,
        subject=goal.id,
        about=goal.version,
        person_id=id_of(name),
        channel=None,
        business_now=office._origin(Via.CLOCK).now,
        within_hours=within_hours,
    )


def test_in_their_quiet_hours_it_is_put_off_until_these_are_over(office: Office) -> None:
    choose(office, "Lena", quiet_from=time(12), quiet_to=time(13))
    office.watch.now = datetime(2027, 3, 1, 12, 20, tzinfo=UTC)
    wanted = about_a_goal(office, NoticeKind.GOAL_TO_DECIDE, "Lena", within_hours=True)
    assert asked(office, wanted) == Later(datetime(2027, 3, 1, 13, tzinfo=UTC))


def test_what_somebody_else_has_caused_is_told_in_quiet_hours_too(office: Office) -> None:
    choose(office, "Lena", quiet_from=time(12), quiet_to=time(13))
    office.watch.now = datetime(2027, 3, 1, 12, 20, tzinfo=UTC)
    wanted = about_a_goal(office, NoticeKind.GOAL_TO_DECIDE, "Lena", within_hours=False)
    assert isinstance(asked(office, wanted), Rendered)


def test_what_is_over_by_now_is_not_told(office: Office) -> None:
    kind, subject, name, revision = reminded_and_answered(office)
    wanted = MessageWanted(
        kind=kind,
        subject_type=SubjectType.GOAL,
        subject=subject,
        about=revision,
        person_id=id_of(name),
        channel=None,
        business_now=office._origin(Via.CLOCK).now,
    )
    assert asked(office, wanted) == Pointless("answered")

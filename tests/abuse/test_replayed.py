"""Whatever Slack sent once can be sent again, byte for byte: nothing happens twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from domain.audit import READS, Action
from storage.tables.audit import AuditEntry
from storage.tables.goals import GoalVersion
from tests.abuse.conftest import Entrance


def recorded(entrance: Entrance) -> Counter[Action]:
    """How often each act stands in the record; a look may be repeated, and is recorded again."""
    with entrance.parts.store.engine.connect() as connection:
        return Counter(
            one for one in connection.scalars(select(AuditEntry.action)) if one not in READS
        )


def versions(entrance: Entrance) -> list[object]:
    with entrance.parts.store.engine.connect() as connection:
        return list(connection.execute(select(GoalVersion.goal_id, GoalVersion.number)))


def test_every_request_of_a_scene_sent_again_changes_nothing(entrance: Entrance) -> None:
    slack = entrance.slack
    lena, jonas, omar = (slack.person(name) for name in ("Lena", "Jonas", "Omar"))
    due = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    lena.command("/goal new")
    lena.dialog.fill({"Title": "Replies", "Metric": "Hours", "Target": "5", "Due date": due})
    lena.dialog.submit()
    jonas.wait_for("proposes a goal").press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": "Realistic."}).submit()
    lena.wait_for("suggests a change").press("Accept")
    lena.wait_for("G-1")
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "7", "What changed": "Much."}).submit()
    lena.dialog.close(everything=True)
    lena.command("/goal share G-1")
    lena.dialog.fill({lena.dialog.labels[0]: ["Tarik"]}).submit()
    lena.dialog.close(everything=True)
    omar.command("/feedback @Lena")
    omar.dialog.fill({"Feedback": "Well done.", "Kind": "Support"}).submit()
    omar.dialog.close()
    lena.say("list")
    slack.settle()
    sent = [one for one in slack.log() if one["direction"] == "to_bot"]
    before = recorded(entrance), versions(entrance)
    assert before[0][Action.GOAL_ACCEPT] == before[0][Action.GOAL_COUNTER] == 1
    for one in [*sent, *sent]:
        assert entrance.door.deliver(one["method"], one["args"]).status_code == 200
    assert (recorded(entrance), versions(entrance)) == before

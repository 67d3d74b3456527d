"""What is stored is what was recorded: over the sample's months, and after any change beside it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from domain.verification import Differences, Flaw
from tests.record.intruder import intruder
from tests.sample.conftest import KEYRING, Sample
from usecases.state_check import check_state


def compared(sample: Sample) -> Differences:
    return check_state(sample.store.engine, KEYRING, lambda _done, _whole: None)


def test_after_months_of_work_everything_is_as_it_was_recorded_last(sample: Sample) -> None:
    assert compared(sample).shown == ()


CHANGES = {
    "a goal's target": (
        (
            "UPDATE goal_version SET target = target + 1 WHERE rowid = "
            "(SELECT max(rowid) FROM goal_version)"
        ),
        Flaw.STATE,
    ),
    "a goal's title": ("UPDATE goal_version SET title = title || '!' WHERE rowid = 7", Flaw.STATE),
    "a goal's due date": (
        "UPDATE goal_version SET due_date = '2031-01-01' WHERE rowid = 5",
        Flaw.STATE,
    ),
    "what a goal serves": (
        (
            "UPDATE goal_version SET aligned_to_id = NULL WHERE rowid = "
            "(SELECT max(rowid) FROM goal_version WHERE aligned_to_id IS NOT NULL)"
        ),
        Flaw.STATE,
    ),
    "a goal's owner": (
        (
            "UPDATE goal SET owner_id = (SELECT id FROM person WHERE id <> goal.owner_id) "
            "WHERE number = 3"
        ),
        Flaw.STATE,
    ),
    "an agreement that never was": (
        (
            "UPDATE goal SET agreed_version = version WHERE state = 'proposed' AND "
            "agreed_version IS NULL"
        ),
        Flaw.STATE,
    ),
    "a reported value": (
        "UPDATE goal_value SET value = value * 2 + 1 WHERE rowid = 11",
        Flaw.STATE_EXTRA,
    ),
    "what was said of a value": (
        "UPDATE goal_value SET note = 'All is well' WHERE rowid = 11",
        Flaw.STATE_EXTRA,
    ),
    "a value deleted": ("DELETE FROM goal_value WHERE rowid = 11", Flaw.STATE_MISSING),
    "a value invented": (
        (
            "INSERT INTO goal_value SELECT '00000000000040008000000000000009', goal_id, value + 7, "
            "value_text, note, reported_by, at FROM goal_value WHERE rowid = 11"
        ),
        Flaw.STATE_EXTRA,
    ),
    "a version invented": (
        (
            "INSERT INTO goal_version (goal_id, number, author_id, side, at, policy, title, "
            "metric, target, target_text, due_date, template) SELECT goal_id, 99, author_id, "
            "side, at, policy, 'Another', metric, target, target_text, due_date, template "
            "FROM goal_version WHERE rowid = 3"
        ),
        Flaw.STATE_EXTRA,
    ),
    "a goal deleted": (
        "DELETE FROM goal WHERE number = 4",
        Flaw.STATE_MISSING,
    ),
    "a person's level": (
        "UPDATE person SET level = 'executive' WHERE level = 'individual contributor'",
        Flaw.STATE,
    ),
    "a person's Slack account": (
        "UPDATE person SET slack_user = 'U0MALLORY' WHERE rowid = 9",
        Flaw.STATE,
    ),
    "a person invented": (
        "UPDATE person SET id = '00000000000040008000000000000009' WHERE rowid = 9",
        Flaw.STATE_MISSING,
    ),
    "a role given to oneself": (
        (
            "INSERT INTO role_grant SELECT '00000000000040008000000000000009', id, 'hr', NULL, "
            "NULL, 'active', '2026-01-01', NULL FROM person WHERE rowid = 9"
        ),
        Flaw.STATE_EXTRA,
    ),
    "a role made wider": ("UPDATE role_grant SET role = 'legal' WHERE rowid = 1", Flaw.STATE),
    "a role moved to another": (
        (
            "UPDATE role_grant SET person_id = (SELECT id FROM person WHERE id <> person_id) "
            "WHERE rowid = 1"
        ),
        Flaw.STATE,
    ),
    "another deputy": (
        (
            "UPDATE delegation SET deputy_id = (SELECT id FROM person WHERE id NOT IN "
            "(deputy_id, delegator_id)) WHERE rowid = 1"
        ),
        Flaw.STATE,
    ),
    "a deputy for longer": (
        "UPDATE delegation SET valid_to = '2099-01-01' WHERE rowid = 1",
        Flaw.STATE,
    ),
    "a version of the policy slipped in": (
        (
            "INSERT INTO policy_version SELECT number + 1, document, digest, adopted_at "
            "FROM policy_version WHERE number = 1"
        ),
        Flaw.STATE_EXTRA,
    ),
    "the policy withdrawn in its own table": (
        (
            "INSERT INTO policy_plan SELECT 1, 'withdrawn', 0, 'x', id, id, id, 0, NULL, NULL "
            "FROM person WHERE rowid = 1"
        ),
        Flaw.STATE_EXTRA,
    ),
    "the policy": (
        "UPDATE policy_version SET document = replace(document, '3', '4')",
        Flaw.STATE,
    ),
}


@pytest.mark.parametrize(("change", "flaw"), CHANGES.values(), ids=CHANGES)
def test_what_was_changed_in_its_own_table_is_found(
    own_sample: Sample, change: str, flaw: Flaw
) -> None:
    url = own_sample.store.engine.url.render_as_string(hide_password=False)
    with intruder(url) as connection:
        assert connection.execute(text(change)).rowcount > 0
    found = compared(own_sample)
    assert found.shown[0].flaw is flaw, str(found)

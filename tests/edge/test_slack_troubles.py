"""Slack is slow, refuses, or is away for a moment: people hear so kindly, and can press again."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.manifest import manifest
from sandbox.app import create_sandbox
from tests.company import sandbox_config
from tests.edge.waiting import until
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.serving import serving
from tests.slack import Reaction, SlackWorkspace

KIND = "Slack didn't answer in time. Please press again."
# What may go wrong with a dialog, as the pretend Slack is told to do it, once.
TROUBLES: dict[str, dict[str, Any]] = {
    "refused": {"kind": "drop_before"},
    "broken": {"kind": "status_before"},
    "expired": {"kind": "error_before", "error": "expired_trigger_id"},
    "limited": {"kind": "rate_limited", "seconds": 3},
    "silent": {"kind": "hang", "seconds": 6},
}
SAID = dict.fromkeys(TROUBLES, KIND) | {"limited": "Please press again in 3 seconds."}
SLACKS_PATIENCE = 3.0


@pytest.fixture
def slack() -> Iterator[SlackWorkspace]:
    """Waits longer than Slack does, so that a busy machine changes no answer; see `in_time`."""
    config = sandbox_config(manifest("http://127.0.0.1:1")).with_changes(ack_timeout=20.0)
    with serving(create_sandbox(config)) as base_url:
        workspace = SlackWorkspace(base_url)
        yield workspace
        workspace.close()


def in_time(act: Callable[[], Reaction]) -> bool:
    """Whether it is acknowledged before Slack gives up. Three tries: a busy machine is slow now
    and then, a second call to a Slack that hangs is slow each time."""
    return any(act().seconds < SLACKS_PATIENCE for _ in range(3))


every_trouble = pytest.mark.parametrize("trouble", TROUBLES)


@every_trouble
def test_a_command_whose_dialog_does_not_open_says_so_and_works_the_second_time(
    company: Company, trouble: str
) -> None:
    lena = company.person("Lena")
    company.slack.fault(**TROUBLES[trouble], method="views.open", times=1)
    answer = lena.command("/goal new")
    assert answer.error is None
    assert SAID[trouble] in answer.text
    if lena.has_dialog:  # the call was done, only its answer never came
        lena.dialog.close()
    lena.command("/goal new")
    assert lena.dialog.title == "New goal"


@every_trouble
def test_a_button_whose_dialog_does_not_open_says_so_and_works_the_second_time(
    company: Company, trouble: str
) -> None:
    jonas = company.person("Jonas")
    propose(company.person("Lena"), company)
    question = jonas.wait_for("proposes a goal")
    company.slack.fault(**TROUBLES[trouble], method="views.open", times=1)
    assert question.press("Counter").error is None
    assert jonas.wait_for(SAID[trouble]).ephemeral
    if jonas.has_dialog:
        jonas.dialog.close()
    question.press("Counter")
    assert jonas.dialog.title == "Counter"


@every_trouble
def test_whatever_wants_to_open_a_dialog_is_acknowledged_in_time_all_the_same(
    company: Company, trouble: str
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    jonas.wait_for("proposes a goal")
    home = jonas.home()
    company.slack.fault(**TROUBLES[trouble], method="views.open")
    company.slack.fault(**TROUBLES[trouble], method="views.push")
    assert in_time(lambda: home.press("Answer"))
    assert in_time(lambda: jonas.shortcut("new_goal"))
    assert in_time(lambda: jonas.command("/goal new"))
    company.slack.clear_faults()
    if jonas.has_dialog:
        jonas.dialog.close(everything=True)
    home.press("Answer")
    assert "Accept" in jonas.dialog.buttons


def test_where_there_is_no_message_to_answer_in_a_dialog_says_it(company: Company) -> None:
    lena = company.person("Lena")
    company.slack.fault("error_before", method="views.open", error="internal_error", times=1)
    lena.shortcut("new_goal")
    until(lambda: lena.has_dialog)
    assert KIND in lena.dialog.text


def test_a_dialog_that_cannot_grow_keeps_what_was_typed(company: Company) -> None:
    lena = company.person("Lena")
    lena.command("/goal new")
    lena.dialog.fill(Title="Kept")
    company.slack.fault("status_before", method="views.update", times=1)
    assert lena.dialog.press("More detail").error is None
    until(lambda: KIND in lena.dialog.text)
    lena.dialog.close()
    assert lena.dialog.value("Title") == "Kept"


@pytest.fixture
def deaf_address() -> Iterator[str]:
    """Where connections are taken and never answered."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}/respond"


def test_a_message_whose_change_slack_did_not_take_is_mended_by_the_outbox(
    company: Company, deaf_address: str
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    questions = []
    for number, address in ((1, deaf_address), (2, "http://127.0.0.1:9/nobody")):
        propose(lena, company)
        questions.append(jonas.wait_for(f"(G-{number})"))
        pressed = questions[-1].press("Accept", forge={"response_url": address})
        assert pressed.error is None
        assert pressed.seconds < SLACKS_PATIENCE
    for number, question in enumerate(questions, start=1):
        jonas.wait_for(f"You accepted G-{number}", timeout=15)
        assert "Accept" not in question.again().buttons
        lena.wait_for(f"Jonas Brandt accepted G-{number}")
    assert len(company.acts("goal.accept")) == 2

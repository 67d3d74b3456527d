"""A manager with forty reports: one list of those who need them, and everybody on pages."""

from __future__ import annotations

from tests.scenes.checkins import ASKED, WEDNESDAY, begin
from tests.scenes.conftest import Company
from tests.scenes.team import reports, silence


def test_a_manager_with_forty_reports_gets_one_list_of_seven_and_the_rest_as_a_number(
    company: Company,
) -> None:
    nora = company.person("Nora")
    company.move_to(WEDNESDAY)
    reports(company)
    silence(company)
    listed = nora.wait_for("hasn't answered since")
    # One of this Monday, and one of the Monday before.
    assert len([m for m in nora.messages() if "Your people" in m.text]) == 2
    for number in range(1, 8):
        assert f"Report {number:02} hasn't answered since" in listed.text
    assert "Report 08" not in listed.text
    # Eight are silent, one has no goal; two are absent and one cannot be reached in Slack.
    assert "2 more people need you. 28 others are fine." in listed.text
    assert "Not asked: Report 09, Report 10 and Report 11." in listed.text
    assert listed.buttons == ["See goals"] * 7
    assert "28 others are fine." in listed.notification

    first = nora.command("/checkin team")
    assert "Your people: 1 to 20 of 37" in first.text
    assert "Report 40 has no agreed goal" in first.text
    assert first.message is not None
    first.message.press("More")
    second = nora.wait_for("21 to 37 of 37")
    assert "Report 12" not in second.text
    assert "Report 39: nothing asked yet" in second.text
    assert "More" not in second.buttons

    first.message.press("New goal")
    assert nora.dialog.title == "New goal"
    assert "For whom" in nora.dialog.labels


def test_whom_no_question_has_reached_is_not_asked_and_not_late(company: Company) -> None:
    lena, jonas = begin(company)
    conversation = lena.last_message().channel
    company.slack.fault(
        "error_before", method="chat.postMessage", channel=conversation, error="user_disabled"
    )
    company.move_to(ASKED)
    company.pass_days(1)
    company.pass_days(6)
    told = jonas.command("/checkin team").text
    assert "hasn't answered" not in told
    assert "Not asked: Lena Novak" in told

"""The policy as a file: got by a link that works once, changed, and uploaded in the dialog."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from storage.tables.exports import ExportLink
from tests.scenes import test_policy
from tests.scenes.offices import Offices
from tests.slack import Person

offices = test_policy.offices

TEXT = "The whole policy, as YAML"
FILE = "Or a file with it"
ANSWER = "answer_within_working_days: 3"
LONG = "\n".join(f"# Why this holds, line {number}" for number in range(200))


def open_document(offices: Offices) -> Person:
    test_policy.open_rules(offices, "Ines")
    offices.hr.dialog.press("Change as YAML")
    return offices.hr


def get_file(person: Person) -> httpx.Response:
    person.dialog.press("Get it as a file")
    found = re.search(r"http\S+/exports/\S+", person.dialog.text)
    assert found, person.dialog.text
    return httpx.get(found.group(), trust_env=False)


def send(person: Person, content: bytes, name: str = "policy.yaml", **values: object) -> None:
    file = person.upload(name, content)
    person.dialog.fill({FILE: [file], "Reason": "More time.", **values}).submit()


def test_the_document_is_got_as_a_file_changed_and_uploaded(offices: Offices) -> None:
    hr = open_document(offices)
    got = get_file(hr)
    assert got.headers["content-type"].startswith("application/yaml")
    assert re.fullmatch(
        r'attachment; filename="accord-policy-[\d-]+\.yaml"', got.headers["content-disposition"]
    )
    assert httpx.get(str(got.url), trust_env=False).status_code == 404  # it worked once
    hr.dialog.close()
    assert got.text.strip() == hr.dialog.value(TEXT).strip()
    # Longer than any field of Slack's.
    changed = f"\ufeff{LONG}\n{got.text.replace(ANSWER, 'answer_within_working_days: 5')}"
    send(hr, changed.encode())
    assert "Time to answer a proposal: 3 working days → 5 working days" in hr.dialog.text
    hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert hr.dialog.text.startswith("Asked.")
    hr.dialog.close(everything=True)
    assert "it is done" in offices.approve("Nora")


def test_everybody_may_have_the_rules_as_a_file_and_the_link_ends(offices: Offices) -> None:
    lena = offices.company.person("Lena")
    lena.command("/accord policy")
    lena.dialog.press("Get it as a file")
    found = re.search(r"http\S+/exports/\S+", lena.dialog.text)
    assert found
    with offices.company.parts.store.engine.connect() as connection:
        assert connection.scalar(select(ExportLink.passphrase)) is None
    offices.time.ahead += timedelta(minutes=11)
    assert httpx.get(found.group(), trust_env=False).status_code == 404


def test_mistakes_in_a_file_are_told_at_the_file_with_line_and_path(offices: Offices) -> None:
    hr = open_document(offices)
    send(hr, b"negotiation:\n  undo_minuts: 90\n")
    assert "Line 2, column 3, negotiation.undo_minuts" in hr.dialog.errors[FILE]
    assert "Did you mean “undo_minutes”?" in hr.dialog.errors[FILE]
    assert TEXT not in hr.dialog.errors
    assert hr.dialog.value("Reason") == "More time."


def test_text_and_file_are_one_too_many_and_neither_is_too_few(offices: Offices) -> None:
    hr = open_document(offices)
    text = hr.dialog.value(TEXT)
    changed = text.replace(ANSWER, "answer_within_working_days: 5")
    send(hr, changed.encode(), **{TEXT: changed})
    assert "Please keep one" in hr.dialog.errors[FILE]
    hr.dialog.fill({FILE: [], TEXT: None}).submit()
    assert "upload it as a file below" in hr.dialog.errors[TEXT]
    hr.dialog.fill({TEXT: changed}).submit()
    assert "3 working days → 5 working days" in hr.dialog.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("policy.zip", b"PK\x03\x04\x14\x00\x00\x00", "isn't plain text in UTF-8"),
        ("latin.yaml", "# für alle\n".encode("latin-1"), "isn't plain text in UTF-8"),
        ("large.yaml", b"#" * 10_000_000, "too large: I take 0.4 megabytes at most"),
    ],
)
def test_what_cannot_be_a_policy_is_refused_kindly(
    offices: Offices, name: str, content: bytes, said: str
) -> None:
    hr = open_document(offices)
    send(hr, content, name)
    assert said in hr.dialog.errors[FILE]


def test_somebody_elses_file_is_refused_like_one_that_is_gone(offices: Offices) -> None:
    hr = open_document(offices)
    lenas = offices.company.person("Lena").upload("policy.yaml", b"a: 1\n")
    hr.dialog.fill({FILE: [lenas], "Reason": "Mine now."}).submit()
    refused = hr.dialog.errors[FILE]
    assert "it isn't there any more, or it isn't one that you uploaded" in refused
    offices.company.slack.fault("error_before", method="files.info", error="file_deleted")
    send(hr, b"a: 1\n")
    assert hr.dialog.errors[FILE] == refused


def test_when_slack_is_slow_nothing_typed_is_lost(offices: Offices) -> None:
    hr = open_document(offices)
    offices.company.slack.fault("rate_limited", method="files.info", times=1)
    send(hr, b"negotiation:\n  undo_minutes: 20\n")
    assert "press again" in " ".join(hr.dialog.errors.values())
    hr.dialog.submit()
    assert "Code" in hr.dialog.labels, hr.dialog.text

"""Everything held on oneself is one file, by a link that works once, for oneself alone."""

from __future__ import annotations

import csv
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from domain.people import PersonState, Role
from storage.past_messages import LONG_AGO
from storage.schema import complete_metadata
from storage.tables.exports import ExportLink
from storage.tables.outbox import Notice, NoticeState
from storage.tables.people import Person as PersonRow
from tests.archives import WrongPassphrase, opened
from tests.company import person_id
from tests.scenes.announcements import announce, go_to_morning, set_up_cycle
from tests.scenes.checkins import asked
from tests.scenes.conftest import Company
from tests.scenes.goals import agree
from tests.scenes.offices import name_to_role
from tests.scenes.rounds import answer, close_round, open_round, reply
from tests.scenes.test_ended_rights import change
from tests.scenes.test_looks import no_more_entries
from tests.slack import Person

GET = ("Get my file", "Meine Datei holen")
TOLD, KEPT = "Zitronenfalter", "Trauermantel"
"""What the person may read, and what is kept from them."""


@dataclass(frozen=True)
class Offered:
    """What the dialog shows: the link, and the passphrase of what it leads to."""

    url: str
    passphrase: str


def offered(person: Person) -> Offered:
    person.command("/accord my data")
    person.dialog.press(next(name for name in GET if name in person.dialog.buttons))
    assert re.search(r"10 (minutes|Minuten)", person.dialog.text)
    spans = [
        span
        for block in person.dialog.view["blocks"]
        if block["type"] == "rich_text"
        for part in block["elements"]
        for span in part["elements"]
    ]
    (url,) = (span["url"] for span in spans if span["type"] == "link")
    (passphrase,) = (span["text"] for span in spans if span.get("style", {}).get("code"))
    person.dialog.close(everything=True)
    return Offered(url, passphrase)


def fetch(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False, timeout=30)


def file_of(person: Person) -> dict[str, bytes]:
    link = offered(person)
    answered = fetch(link.url)
    assert answered.status_code == 200, answered.text
    return opened(answered.content, link.passphrase)


def data_of(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file_of(person)["my-data.json"])
    return found


def give(giver: Person, about: str, words: str, visible_to: str) -> None:
    giver.command(f"/feedback @{about}")
    giver.dialog.fill({"Feedback": words, "Kind": "Support", "Visible to": visible_to}).submit()
    assert "Read by" in giver.dialog.text
    giver.dialog.close()


def test_the_dialog_says_what_is_kept_and_whom_to_ask(company: Company) -> None:
    lena = company.person("Lena")
    lena.command("/accord my data")
    assert lena.dialog.title == "My data"
    for words in (
        "What is kept about you",
        "Who reads it",
        "your organisation's rules have terms (/accord policy)",
        "Ines Duarte",
    ):
        assert words in lena.dialog.text
    assert lena.dialog.buttons == [
        "Get my file",
        "Who looked",
        "Correct this",
        "Your rights where you work",
    ]
    lena.dialog.press("Who looked")
    assert "Nobody else has opened anything" in lena.dialog.text


def test_the_link_works_once_and_leaves_no_trace_anywhere(company: Company) -> None:
    lena = company.person("Lena")
    link = offered(lena)
    token = link.url.rpartition("/")[2]
    assert httpx.head(link.url, trust_env=False).status_code == 405  # nothing is used up by a look
    answered = fetch(link.url)
    assert answered.status_code == 200
    assert answered.headers["cache-control"] == "no-store"
    assert answered.headers["content-type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="accord-my-data-\d{4}-\d\d-\d\d\.zip"',
        answered.headers["content-disposition"],
    )
    with pytest.raises(WrongPassphrase):
        opened(answered.content, link.passphrase[:-1])
    assert {"my-data.json", "read-me.txt", "tables/person.csv"} <= set(
        opened(answered.content, link.passphrase)
    )
    for again in (link.url, link.url[:-1], f"{link.url}x", f"{link.url}{'x' * 200}"):
        refused = fetch(again)
        assert refused.status_code == 404
        assert "leads nowhere any more" in refused.text
        assert refused.headers["cache-control"] == "no-store"
    assert company.acts("data.ask") == company.acts("data.fetch") == [person_id("Lena Novak")]
    assert not {secret for secret in (token, link.passphrase) if stored(company, secret)}
    for call in company.slack.log():
        assert token not in str(call) or call["method"] in ("views.push", "views.open")


def stored(company: Company, secret: str) -> bool:
    """Whether any column of the database holds it in clear."""
    with company.parts.store.engine.connect() as connection:
        for table in complete_metadata().sorted_tables:
            for column in table.columns:
                for (value,) in connection.execute(select(column)):
                    shown = value if isinstance(value, bytes) else str(value).encode()
                    if secret.encode() in shown:
                        return True
    return False


def test_of_two_who_fetch_at_once_one_gets_the_file(company: Company) -> None:
    link = offered(company.person("Lena"))
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(lambda _: fetch(link.url).status_code, range(4)))
    assert codes == [200, 404, 404, 404]


def test_a_newer_link_and_ten_minutes_close_the_earlier_one(company: Company) -> None:
    lena = company.person("Lena")
    first, second = offered(lena), offered(lena)
    assert fetch(first.url).status_code == 404
    with company.parts.store.write_alone() as connection:
        long_ago = company.parts.clock.machine() - timedelta(seconds=1)
        connection.execute(update(ExportLink).values(expires_at=long_ago))
    assert fetch(second.url).status_code == 404
    assert company.acts("data.fetch") == []


def test_who_has_left_gets_nothing_by_an_earlier_link(company: Company) -> None:
    lena = company.person("Lena")
    link = offered(lena)
    gone = update(PersonRow).where(PersonRow.id == person_id("Lena Novak"))
    change(company, gone.values(state=PersonState.LEFT))
    assert fetch(link.url).status_code == 404


def test_what_cannot_be_recorded_does_not_leave(company: Company) -> None:
    link = offered(company.person("Lena"))
    no_more_entries(company)
    answered = fetch(link.url)
    assert answered.status_code == 500
    assert "this reference" in answered.text
    assert not answered.content.startswith(b"PK")


def test_the_file_holds_what_is_ones_own_and_nothing_kept_from_one(company: Company) -> None:
    lena, jonas, question = asked(company)
    tarik, ines = company.person("Tarik"), company.person("Ines")
    question.press("Check in")
    lena.dialog.fill({"Value": "7", "Blockers": f"{TOLD} blocker"}).submit()
    jonas.wait_for("Lena Novak checked in").press("Read")
    jonas.dialog.close()
    give(tarik, "Lena", f"{TOLD} from Tarik", "The person and their manager")
    give(tarik, "Lena", f"{KEPT} for HR", "HR")
    give(tarik, "Lena", f"{KEPT} for himself", "Only me")
    give(lena, "Tarik", f"{TOLD} from Lena", "The person")
    ines.wait_for("has feedback about Lena Novak").press("Read")
    asked_round = open_round(company)
    reply(lena, asked_round, f"{TOLD} in the open")
    answer(lena, asked_round, "Answer privately", f"{TOLD} privately")
    answer(tarik, asked_round, "Answer privately", f"{KEPT} by another")
    close_round(company)

    data = data_of(lena)
    everything = json.dumps(data, ensure_ascii=False)
    for words in ("blocker", "from Tarik", "from Lena", "in the open", "privately"):
        assert f"{TOLD} {words}" in everything
    assert KEPT not in everything
    (person,) = data["person"]
    assert (person["name"], person["org_unit"]) == ("Lena Novak", "Company / Support")
    (goal,) = data["goals"]
    assert (goal["goal"], goal["counterpart"]) == ("G-1", "Jonas Brandt")
    assert data["goal_versions"][0]["title"] == "First reply to customers"
    assert data["feedback_received"][0]["giver"] == "Tarik Can"
    assert data["not_in_here"] == {"feedback_about_you_that_is_not_shared_with_you": 2}
    looked = [(one["who"], one["what"]) for one in data["who_looked"]]
    assert ("Jonas Brandt", "support") in looked
    assert ("Ines Duarte", "other_feedback") in looked
    actions = [(one["action"], one["by"]) for one in data["record"]]
    assert ("goal.accept", "Jonas Brandt") in actions
    assert ("data.fetch", "you") in actions
    # Neither HR's nor Tarik's own feedback is told of by its entry.
    assert sum(action == "feedback.give" for action, _ in actions) == 2

    manager = json.dumps(data_of(jonas), ensure_ascii=False)
    assert TOLD not in manager
    assert KEPT not in manager
    assert "G-1" in manager


def test_people_goals_and_feedback_stand_in_it_by_name(company: Company) -> None:
    """Ids of others say nothing to anybody; what Lena may not know by name is something else."""
    lena, jonas, tarik, ines = (company.person(one) for one in ("Lena", "Jonas", "Tarik", "Ines"))
    agree(lena, jonas, company)
    agree(tarik, company.person("Omar"), company, Title="Kept from Lena")
    lena.command("/goal share G-1")
    lena.dialog.fill({"Share with": ["Tarik"]}).submit()
    lena.dialog.close(everything=True)
    give(tarik, "Lena", f"{TOLD} from Tarik", "The person and their manager")
    jonas.wait_for("has feedback about Lena Novak").press("Read")
    jonas.dialog.close()
    lena.command("/goal history G-1")
    lena.dialog.press("Correct this")
    lena.dialog.fill({"What is wrong?": "The target."}).submit()
    lena.dialog.close(everything=True)
    ines.wait_for("asks for a correction")

    data = data_of(lena)
    acts = {one["action"]: one for one in data["record"]}
    assert (acts["goal.accept"]["by"], acts["goal.accept"]["id"]) == ("Jonas Brandt", "G-1")
    assert acts["goal.share"]["value_of_shared_with"] == "Tarik Can"
    assert acts["data.fetch"]["by"] == "you"
    assert data["corrections_that_you_asked_for"][0]["thing"] == "G-1"
    (given,) = data["feedback_received"]
    read = {one["person"]: one for one in data["feedback_readers"]}
    assert set(read) == {"Lena Novak", "Jonas Brandt"}
    which = f"from Tarik Can about Lena Novak, {given['at']}"
    assert {one["feedback"] for one in read.values()} == {which}
    assert all(one["read_at"] for one in read.values())
    told = data["what_you_were_told"]
    assert {one["state"] for one in told} <= {"not due yet", "handed on to be sent", "not sent"}
    others = [str(person_id(one)) for one in ("Jonas Brandt", "Tarik Can", "Ines Duarte")]
    everything = json.dumps(data)
    assert not [one for one in others if one in everything]


def test_why_something_was_not_told_stands_in_words(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company)
    void = {"state": NoticeState.VOID, "reason": LONG_AGO}
    change(company, update(Notice).values(**void))
    first = data_of(lena)["what_you_were_told"][0]
    why = "it was from before Accord was set up here"
    assert (first["state"], first["reason"]) == ("not sent", why)


def test_who_placed_a_hold_is_not_named_in_the_file(company: Company) -> None:
    name_to_role(company, "Mara", Role.LEGAL)
    mara = company.person("Mara")
    mara.command("/accord hold")
    mara.last_message().press("Place a hold")
    hold = {"On whom": "Lena", "What to keep": "Goals", "Matter": "1/27", "Reason": "A claim."}
    mara.dialog.fill(hold).submit()
    acts = {one["action"]: one for one in data_of(company.person("Lena"))["record"]}
    assert acts["hold.place"]["by"] == "person"
    assert str(person_id("Mara Lindt")) not in json.dumps(acts)


def test_announcements_and_tables_are_in_it(company: Company) -> None:
    lena = company.person("Lena")
    go_to_morning(company)
    set_up_cycle(company)
    announce(company)
    lena.wait_for("Please agree two to four goals")
    files = file_of(lena)
    data = json.loads(files["my-data.json"])
    assert data["announcements_to_you"][0]["state"] in ("handed", "sent")
    assert "Please agree two to four goals" in data["announcement_texts"][0]["words"]
    table = files["tables/person.csv"].decode("utf-8-sig")
    heads, row = csv.reader(StringIO(table, newline=""))
    assert dict(zip(heads, row, strict=True))["name"] == "Lena Novak"


def test_what_was_unread_counts_as_read_so_nobody_can_take_it_back(company: Company) -> None:
    tarik, lena = company.person("Tarik"), company.person("Lena")
    give(tarik, "Lena", f"{TOLD} from Tarik", "The person")
    listed = tarik.command("/feedback list").message
    assert listed is not None
    assert "Undo" in listed.buttons
    assert f"{TOLD} from Tarik" in json.dumps(data_of(lena))
    listed.press("Undo")
    assert "wait" not in listed.text
    assert company.acts("feedback.undo") == []
    assert "Undo" not in tarik.command("/feedback list").message.buttons  # type: ignore[union-attr] # it answers


def test_names_of_formulas_stay_names_in_the_tables(company: Company) -> None:
    lena = company.person("Lena")
    lena.say("=HYPERLINK(1)")
    lena.wait_for("I don't know")
    files = file_of(lena)
    table = files["tables/words_typed_to_accord.csv"].decode("utf-8-sig")
    assert '"\'=HYPERLINK(1)"' in table
    assert json.loads(files["my-data.json"])["words_typed_to_accord"][0]["words"] == "=HYPERLINK(1)"


def test_in_german(company: Company) -> None:
    emil = company.person("Emil")
    emil.command("/accord my data")
    assert emil.dialog.title == "Meine Daten"
    assert "Wer es liest" in emil.dialog.text
    emil.dialog.close()
    files = file_of(emil)
    assert files["read-me.txt"].decode().startswith("Alles, was Accord über Emil Berg aufbewahrt")
    gone = fetch(f"{company.parts.address.url}/exports/x", **{"Accept-Language": "de-AT,en;q=0.5"})
    assert gone.text.startswith("Dieser Link führt nirgends mehr hin")


@pytest.mark.parametrize("words", ["my date", "my data please", "my"])
def test_other_words_get_the_closest_help(words: str, company: Company) -> None:
    lena = company.person("Lena")
    said = lena.command(f"/accord {words}").text
    if words == "my":
        assert lena.dialog.title == "My data"
    else:
        assert "/accord my data" in said


def test_whom_the_directory_does_not_know_gets_nothing(company: Company) -> None:
    ulla, lena = company.person("ulla"), company.person("Lena")
    ulla.command("/accord my data")
    assert not ulla.has_dialog
    lena.command("/accord my data")
    lena.dialog.press("Get my file", forge={"user": {"id": ulla.id}})
    assert company.acts("data.ask") == []


@pytest.mark.parametrize("changed", ["person", "passphrase", "both", "used"])
def test_a_link_changed_in_the_database_leads_nowhere(company: Company, changed: str) -> None:
    """Whoever writes to the database and has no key gets at nobody's file by it."""
    tarik = company.person("Tarik")
    link = offered(tarik)
    if changed == "used":
        assert fetch(link.url).status_code == 200
    values: dict[str, object] = {"fetched_at": None}
    if changed in ("person", "both"):
        values["person_id"] = person_id("Lena Novak")
    if changed in ("passphrase", "both"):
        values["passphrase"] = None
    with company.parts.store.write_alone() as connection:
        connection.execute(update(ExportLink).values(**values))
    answered = fetch(link.url)
    assert answered.status_code == 404
    assert b"PK" not in answered.content

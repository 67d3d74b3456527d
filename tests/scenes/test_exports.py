"""Two people take data out; the file is marked, counted, fetched once, and others hear of it."""

from __future__ import annotations

import csv
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import delete, select, update

from domain.origin import Origin, Via
from domain.people import Role
from domain.policy import Exports, Policy
from domain.verification import Verdict
from storage.policy import adopt
from storage.tables.approvals import Approval
from storage.tables.exports import ExportLink
from storage.tables.people import RoleGrant
from storage.verify import verify
from tests.archives import WrongPassphrase, opened
from tests.company import person_id
from tests.scenes.checkins import ASKED as QUESTION
from tests.scenes.checkins import agree_many
from tests.scenes.conftest import Company
from tests.scenes.goals import agree
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime, set_up_codes
from tests.scenes.test_holds import place
from tests.scenes.test_my_data import Offered, fetch, stored
from tests.slack import Person
from usecases.export_downloads import ExportStopped, fetch_export

FORMULA = "=HYPERLINK(0)"
ASKED = {"What": "Goals", "Where the export was decided": "Ticket 12"}


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    """Lena has a goal; Mara is in legal."""
    offices = settle_offices(company, machine_time)
    name_to_role(company, "Mara", Role.LEGAL)
    offices.phones["Mara"] = set_up_codes(company.person("Mara"), machine_time)
    agree(company.person("Lena"), company.person("Jonas"), company, Title=FORMULA)
    company.slack.settle()
    return offices


def start(offices: Offices, name: str = "Ines", **changes: object) -> Person:
    """Somebody fills the dialog and sends it."""
    person = offices.company.person(name)
    person.command("/accord export")
    assert person.dialog.title == "Export"
    person.dialog.press("More detail")
    person.dialog.fill({**ASKED, **changes}).submit()
    return person


def ask(offices: Offices, name: str = "Ines", **changes: object) -> Person:
    person = start(offices, name, **changes)
    person.dialog.fill({"Code": offices.code(name)}).submit()
    assert person.dialog.text.startswith("Asked."), person.dialog.text
    person.dialog.close()
    return person


def link_of(person: Person) -> Offered:
    """What *Get the file* shows, once."""
    person.wait_for("Its file can be fetched once").press("Get the file")
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


def export(
    offices: Offices, name: str = "Ines", approver: str = "Nora", **changes: object
) -> dict[str, bytes]:
    person = ask(offices, name, **changes)
    assert "it is done" in offices.approve(approver)
    link = link_of(person)
    answered = fetch(link.url)
    assert answered.status_code == 200, answered.text
    return opened(answered.content, link.passphrase)


def table_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def let_pass(company: Company, **rules: int) -> None:
    with company.parts.store.write_alone() as connection:
        adopt(connection, Policy(exports=Exports(**rules)), company.parts.clock.machine())


def test_two_people_export_goals_and_the_file_is_marked_and_runs_nothing(offices: Offices) -> None:
    company, store = offices.company, offices.company.parts.store
    hr = ask(offices)
    assert company.acts("export.make") == []
    wanted = offices.wanted("Nora")
    assert "An export of 1 row: Goals, for the whole organisation" in wanted.text
    assert "Ticket 12" in str(wanted.blocks)
    assert FORMULA not in str(wanted.blocks)
    assert "it is done" in offices.approve("Nora")
    told = company.person("Nora").wait_for("takes data out of Accord")
    assert "Ines Duarte takes data out of Accord; Nora Sand approved it." in told.text
    assert "was not fetched yet" in told.text
    link = link_of(hr)
    answered = fetch(link.url)
    assert answered.headers["content-type"] == "application/zip"
    assert answered.headers["cache-control"] == "no-store"
    with pytest.raises(WrongPassphrase):
        opened(answered.content, link.passphrase[:-1])
    files = opened(answered.content, link.passphrase)
    assert list(files) == ["about-this-export.txt", "goals.csv"]
    about = files["about-this-export.txt"].decode()
    assert "Taken out of Accord by Ines Duarte, approved by Nora Sand" in about
    assert "Decided in: Ticket 12" in about
    entry = re.search(r"Entry (#\d+) of the record", about)
    assert entry is not None
    (row,) = table_of(files["goals.csv"])
    assert row["export"] == entry[1]
    assert (row["person"], row["goal"]) == ("Lena Novak", "G-1")
    assert row["title"] == f"'{FORMULA}"
    assert company.acts("export.fetch") == company.acts("export.make") != []
    assert "takes data out" in company.person("Nora").wait_for("The file was fetched on").text
    assert "Get the file" not in hr.wait_for("The file was fetched on").buttons
    assert verify(store.engine, store.keyring).verdict is Verdict.INTACT


def test_the_link_works_once_and_neither_it_nor_the_passphrase_is_kept(offices: Offices) -> None:
    hr = ask(offices)
    offices.approve("Nora")
    first = link_of(hr)
    link = link_of(hr)  # a new one, so that the first leads nowhere any more
    assert fetch(first.url).status_code == 404
    with ThreadPoolExecutor(4) as at_once:
        codes = sorted(one.status_code for one in at_once.map(fetch, [link.url] * 4))
    assert codes.count(200) == 1
    assert set(codes[1:]) <= {404, 503}
    assert fetch(link.url).status_code == 404
    token = link.url.rpartition("/")[2]
    assert not [one for one in (token, link.passphrase) if stored(offices.company, one)]
    assert len(offices.company.acts("export.fetch")) == 1
    assert "Get the file" not in hr.wait_for("The file was fetched on").buttons


def test_of_two_links_to_one_export_one_leads_to_it(offices: Offices) -> None:
    hr = ask(offices)
    offices.approve("Nora")
    first = link_of(hr)
    with offices.company.parts.store.write_alone() as connection:
        approval = connection.scalar(select(ExportLink.approval_id))
        connection.execute(update(ExportLink).values(approval_id=None))
    second = link_of(hr)
    with offices.company.parts.store.write_alone() as connection:
        connection.execute(update(ExportLink).values(approval_id=approval))
    assert [fetch(one.url).status_code for one in (first, second)] == [200, 404]


def test_the_link_is_over_after_ten_minutes_and_the_export_after_a_day(offices: Offices) -> None:
    hr = ask(offices)
    offices.approve("Nora")
    link = link_of(hr)
    with offices.company.parts.store.write_alone() as connection:
        made = connection.scalar(select(ExportLink.made_at))
        assert connection.scalar(select(ExportLink.expires_at)) == made + timedelta(minutes=10)
        connection.execute(update(ExportLink).values(expires_at=made))
    assert fetch(link.url).status_code == 404
    link, ready = link_of(hr), hr.wait_for("Its file can be fetched once")
    offices.company.pass_days(1.1)
    assert fetch(link.url).status_code == 404
    assert offices.company.acts("export.fetch") == []
    ready.press("Get the file")
    hr.wait_for("This export is over")


def test_rights_are_looked_at_again_when_it_is_fetched(offices: Offices) -> None:
    company = offices.company
    hr = ask(offices)
    offices.approve("Nora")
    link = link_of(hr)
    with company.parts.store.write_alone() as connection:
        connection.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id("Ines Duarte")))
    assert fetch(link.url).status_code == 404
    assert company.acts("export.fetch") == []
    assert len(company.acts("export.refuse")) == 1


def test_and_when_it_is_approved(offices: Offices) -> None:
    company = offices.company
    ask(offices)
    with company.parts.store.write_alone() as connection:
        connection.execute(
            update(RoleGrant)
            .where(RoleGrant.person_id == person_id("Ines Duarte"))
            .values(region="FR")
        )
    assert "nothing was changed" in offices.approve("Nora")
    assert company.acts("export.make") == []


def test_a_lone_administrator_is_refused_and_so_is_a_lone_hr(offices: Offices) -> None:
    company = offices.company
    for name in ("Omar", "Jonas", "Lena"):
        person = company.person(name)
        person.command("/accord export")
        person.wait_for("Exports are for people in HR")
    with company.parts.store.write_alone() as connection:
        connection.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id("Nora Sand")))
    hr = start(offices)
    assert "nobody else can approve this now" in hr.dialog.text + str(hr.dialog.errors)
    assert company.acts("approval.ask") == []


def test_nobody_approves_their_own_and_an_altered_one_is_void(offices: Offices) -> None:
    hr = ask(offices)
    hr.command("/accord approvals")
    assert "Approve" not in hr.last_message().buttons
    wanted = offices.wanted("Nora")
    nora = offices.company.person("Nora")
    wanted.press("Approve")
    with offices.company.parts.store.write_alone() as connection:
        told = connection.scalar(select(Approval.parameters))
        connection.execute(
            update(Approval).values(parameters=str(told).replace('"csv"', '"jsonl"'))
        )
    nora.dialog.fill({"Code": offices.code("Nora")}).submit()
    assert "isn't what was asked for" in nora.dialog.text
    assert offices.company.acts("export.make") == []


def test_more_rows_than_policy_allows_are_refused_with_the_number(offices: Offices) -> None:
    agree_many(offices.company, 2)
    let_pass(offices.company, rows_at_most=2)
    hr = start(offices)
    assert "That would be 3 rows, and 2 are allowed" in hr.dialog.text + str(hr.dialog.errors)
    hr.dialog.close(everything=True)
    hr = start(offices, Region="FR")
    assert "nothing to export" in hr.dialog.text + str(hr.dialog.errors)


def test_what_has_grown_beyond_it_is_not_given_out(offices: Offices) -> None:
    hr = ask(offices)
    offices.approve("Nora")
    link = link_of(hr)
    agree_many(offices.company, 2)
    let_pass(offices.company, rows_at_most=2)
    assert fetch(link.url).status_code == 404
    assert len(offices.company.acts("export.refuse")) == 1


def test_more_rows_than_were_approved_are_not_given_out_and_asked_for_again(
    offices: Offices,
) -> None:
    hr = ask(offices)
    agree_many(offices.company, 1)
    assert "nothing was changed" in offices.approve("Nora")
    assert offices.company.acts("export.make") == []
    hr.wait_for("What became of your request").press("Ask again")
    assert "An export of 2 rows" in hr.dialog.text
    assert "Ticket 12" in hr.dialog.text
    hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert hr.dialog.text.startswith("Asked."), hr.dialog.text
    hr.dialog.close()
    assert "it is done" in offices.approve("Nora")
    link = link_of(hr)
    lena, jonas = offices.company.person("Lena"), offices.company.person("Jonas")
    agree(lena, jonas, offices.company, Title="One more")
    assert fetch(link.url).status_code == 404
    assert len(offices.company.acts("export.refuse")) == 1


def test_check_ins_made_after_it_was_asked_for_are_not_in_it(offices: Offices) -> None:
    company = offices.company
    lena, emil = company.person("Lena"), company.person("Emil")
    emil.command("/goal new")
    fields = {"Titel": "Später", "Messgröße": "Stunden", "Zielwert": "5", "Fällig am": "2027-06-30"}
    emil.dialog.fill(fields).submit()
    company.person("Jonas").wait_for("Emil Berg proposes a goal").press("Accept")
    company.move_to(QUESTION + timedelta(hours=3))
    check_in(lena, "What changed", "The first.")
    company.pass_days(0.01)
    ask(offices, What="Check-ins, without support")
    company.pass_days(0.01)
    check_in(emil, "Was sich geändert hat", "Das zweite.")
    offices.approve("Nora")
    link = link_of(offices.hr)
    assert "An export of 2 rows" in start(offices, What="Check-ins, without support").dialog.text
    (row,) = table_of(opened(fetch(link.url).content, link.passphrase)["check-ins.csv"])
    assert row["what_changed"] == "The first."


def check_in(person: Person, label: str, words: str) -> None:
    person.command("/checkin")
    person.dialog.fill({label: words}).submit()
    person.dialog.close(everything=True)


def test_a_right_that_is_lost_while_the_file_is_fetched_stops_it(offices: Offices) -> None:
    company = offices.company
    ask(offices, "Nora", What="Roles, deputies and shared goals")
    offices.approve("Ines")
    link = link_of(company.person("Nora"))
    origin = Origin(Via.LINK, company.parts.clock.business(), "fetched")
    file = fetch_export(company.parts.store, origin, link.url.rpartition("/")[2])
    assert file is not None
    roles, deputies, _ = file.sheets
    assert [len(page) for page in roles.pages] == [5]
    with company.parts.store.write_alone() as connection:
        connection.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id("Nora Sand")))
    with pytest.raises(ExportStopped, match="exports_of_hr"):
        list(deputies.pages)
    assert len(company.acts("export.refuse")) == 1


def test_no_more_than_so_many_a_day(offices: Offices) -> None:
    let_pass(offices.company, exports_a_day=1)
    export(offices)
    hr = start(offices)
    assert "1 exports a day are allowed" in hr.dialog.text + str(hr.dialog.errors)
    hr.dialog.close(everything=True)
    offices.company.pass_days(1.1)
    ask(offices)


def test_a_role_for_a_region_exports_that_region_alone(offices: Offices) -> None:
    name_to_role(offices.company, "Tarik", Role.HR, region="FR")
    offices.phones["Tarik"] = set_up_codes(offices.company.person("Tarik"), offices.time)
    tarik = start(offices, "Tarik")
    assert "Your role covers FR" in str(tarik.dialog.errors)
    tarik.dialog.fill({"Region": "DE"}).submit()
    assert "Your role covers FR" in str(tarik.dialog.errors)


def test_a_period_may_end_on_the_last_day_that_there_is(offices: Offices) -> None:
    hr = start(offices, From="0001-01-01", To="9999-12-31")
    assert "An export of 1 row" in hr.dialog.text, hr.dialog.errors


def test_the_record_goes_to_compliance_without_a_word_of_what_it_says(offices: Offices) -> None:
    compliance = offices.company.person("Nora")
    compliance.command("/accord export")
    assert "Goals" not in str(compliance.dialog.view)
    compliance.dialog.close()
    entries = "Entries of the record, without what they say"
    files = export(offices, "Nora", "Ines", What=entries, File="For programs (JSON Lines)")
    lines = [json.loads(line) for line in files["record.jsonl"].decode().splitlines()]
    assert [one["entry"] for one in lines] == list(range(len(lines)))
    assert {"goal.propose", "goal.accept"} <= {one["action"] for one in lines}
    # What was approved is the record as it was when it was asked for.
    assert "approval.give" not in {one["action"] for one in lines}
    assert FORMULA not in files["record.jsonl"].decode()
    assert all(re.fullmatch(r"#\d+", one["export"]) for one in lines)


def test_accesses_are_three_tables_and_name_no_goal_by_its_title(offices: Offices) -> None:
    lena = offices.company.person("Lena")
    lena.command("/goal share G-1")
    lena.dialog.fill({"Share with": ["Emil"]}).submit()
    files = export(offices, "Nora", "Ines", What="Roles, deputies and shared goals")
    assert list(files) == ["about-this-export.txt", "roles.csv", "deputies.csv", "shares.csv"]
    roles = {(one["person"], one["role"]) for one in table_of(files["roles.csv"])}
    assert ("Mira Sato", "facilitator") in roles
    (deputy,) = table_of(files["deputies.csv"])
    assert (deputy["person"], deputy["stands_in_for"]) == ("Omar Haddad", "Jonas Brandt")
    (share,) = table_of(files["shares.csv"])
    assert (share["person"], share["goal"], share["of"]) == ("Emil Berg", "G-1", "Lena Novak")
    assert FORMULA not in str(files)


def test_legal_exports_under_a_hold_and_of_nobody_else(offices: Offices) -> None:
    company, mara = offices.company, offices.company.person("Mara")
    agree(company.person("Tarik"), company.person("Omar"), company, Title="Tarik's own")
    mara.command("/accord export")
    assert "No legal hold stands" in mara.last_message().text
    place(offices, **{"What to keep": "Goals"})
    mara.dialog.close()
    mara.command("/accord export")
    mara.last_message().press("Export")
    assert "Lena Novak, under a legal hold" in mara.dialog.text
    mara.dialog.fill(ASKED).submit()
    mara.dialog.fill({"Code": offices.code("Mara")}).submit()
    mara.dialog.close()
    assert "The dialog alone says whom it is about" in offices.wanted("Nora").text
    assert not offices.company.person("Nora").sees("Lena Novak, under a legal hold")
    assert "it is done" in offices.approve("Nora")
    link = link_of(mara)
    files = opened(fetch(link.url).content, link.passphrase)
    assert [one["person"] for one in table_of(files["goals.csv"])] == ["Lena Novak"]


def test_a_check_in_that_was_taken_back_is_not_given_out(offices: Offices) -> None:
    company, lena = offices.company, offices.company.person("Lena")
    company.move_to(QUESTION + timedelta(hours=3))
    lena.wait_for("Check-in: one goal").press("Check in")
    lena.dialog.fill({"What changed": "Nobody is to read this."}).submit()
    lena.dialog.press("Undo")
    lena.dialog.close(everything=True)
    assert len(company.acts("check_in.undo")) == 1
    hr = start(offices, What="Check-ins, without support")
    assert "There is nothing of this kind" in hr.dialog.text


def test_hr_that_reads_german_hears_of_it_in_german(offices: Offices) -> None:
    name_to_role(offices.company, "Emil", Role.HR)
    export(offices)
    told = offices.company.person("Emil").wait_for("Ines Duarte nimmt Daten aus Accord")
    assert "genehmigt" in told.text or "zugestimmt" in told.text

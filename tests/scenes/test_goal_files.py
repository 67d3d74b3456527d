"""Goals from a file: every row looked at first, then all of them proposed, or none."""

from __future__ import annotations

from tests.scenes.conftest import Company
from tests.scenes.goals import in_days, propose
from tests.slack import Person

HEAD = "title,metric,target,due_date,owner_email,kind,key_results,aligned_to"


def upload(person: Person, *rows: str, head: str = HEAD) -> str:
    """Open the dialog, send the file; returns what it says."""
    person.command("/goal import")
    return again(person, *rows, head=head)


def again(person: Person, *rows: str, head: str = HEAD) -> str:
    content = "\n".join((head, *rows)).encode()
    person.dialog.fill({"File of goals": [person.upload("goals.csv", content)]}).submit()
    return person.dialog.text


def test_a_file_is_looked_at_row_by_row_and_proposed_whole_or_not_at_all(company: Company) -> None:
    jonas, lena, tarik = (company.person(name) for name in ("Jonas", "Lena", "Tarik"))
    due = in_days(company, 80)
    propose(jonas, company, Title="Secret of Jonas")
    before = len(company.acts("goal.propose"))
    said = upload(jonas, f"One,Hours,5 h,{due}", head="titel,metric,target,due_date")
    assert "titel" in said
    said = again(
        jonas,
        f"First,Hours,viel,{due},,,,",
        "Second,,,30.6.2027,,,,",
        f"Third,Hours,5 h,{due},,okr,Glad: 1 to 1,",
        f"Fourth,,,{due},,,,",
        f"Fifth,Hours,5 h,{due},,dream,,",
    )
    assert "line 2, column target: Please write a number" in said
    assert "line 3, column due_date: Please pick a date" in said
    assert "line 4, column key_results: Line 1 leads" in said
    assert "line 5, column metric: Please fill in" in said
    assert "line 6, column kind" in said
    assert "nothing was imported" in said
    said = again(
        jonas,
        f"Replies,Hours,5 h,{due},lena@company.example,,,",
        f"For Omar,Hours,5 h,{due},omar@company.example,,,",
        f"For nobody,Hours,5 h,{due},nobody@company.example,,,",
        f"Unseen,Hours,5 h,{due},,,,G-99",
        f"Secret of Jonas,Hours,5 h,{due},,,,",
        f"Replies,Hours,4 h,{due},lena@company.example,,,",
    )
    assert "line 2" not in said
    assert "line 3, column owner_email: You can propose goals for yourself and" in said
    assert "line 4, column owner_email: You can propose goals for yourself and" in said
    assert "line 5, column aligned_to: This goal isn't shared with you" in said
    assert "line 6, column title: This person has an open goal of this title" in said
    assert "line 7, column title: This person has an open goal of this title" in said
    assert len(company.acts("goal.propose")) == before
    said = again(
        jonas,
        f"Replies,Hours,5 h,{due},lena@company.example,,,G-1",
        f"Glad,,,{due},lena@company.example,okr,Glad: 80 % to 90 % | Articles: 40,",
        f"Own,,,{due},,milestone,Signed | Moved,",
    )
    assert "3 goals will be proposed" in said
    assert "Lena Novak: Replies: 5 h by" in said
    assert len(company.acts("goal.propose")) == before
    jonas.dialog.submit()
    assert "3 goals are proposed" in jonas.dialog.text
    jonas.dialog.close(everything=True)
    assert len(company.acts("goal.propose")) == before + 3
    shown = lena.command("/goal").text
    assert "Replies" in shown
    assert "Glad" in shown
    assert "Own" not in shown
    said = upload(jonas, f"Replies,Hours,5 h,{due},lena@company.example,,,")
    assert "open goal of this title already" in said, "the same file once more"
    assert "open goal" not in upload(tarik, f"Replies,Hours,5 h,{due},,,,")


def test_what_changes_meanwhile_keeps_all_of_it_from_being_proposed(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    due = in_days(company, 80)
    rows = (f"One,Hours,5 h,{due},,,,", f"Two,Hours,5 h,{due},,,,")
    assert "2 goals will be proposed" in upload(lena, *rows)
    upload(jonas, f"Two,Hours,5 h,{due},lena@company.example,,,")
    jonas.dialog.submit()
    before = len(company.acts("goal.propose"))
    lena.dialog.submit()
    assert "line 3, column title" in lena.dialog.text
    assert len(company.acts("goal.propose")) == before
    many = [f"Goal {n},Hours,5 h,{due},,,," for n in range(101)]
    assert "100 goals in one file" in again(lena, *many)

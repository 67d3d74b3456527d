"""A goal shared with named people, and taken back."""

from __future__ import annotations

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, fill_goal, propose
from tests.scenes.test_silence import MONDAY
from tests.slack import Person


def share(owner: Person, *names: str) -> None:
    owner.command("/goal share G-1")
    owner.dialog.fill({"Share with": list(names)}).submit()


def test_a_goal_is_shared_with_somebody_who_reads_it_until_it_is_taken_back(
    company: Company,
) -> None:
    lena, jonas, nora, tarik = (company.person(name) for name in ("Lena", "Jonas", "Nora", "Tarik"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    lena.command("/goal show G-1").message.press("Share")
    lena.dialog.fill({"Share with": ["Nora", "Tarik"]}).submit()
    assert "G-1 is shared; they are told" in lena.dialog.text
    assert "Nora Sand reads it since 1 March" in lena.dialog.text
    lena.dialog.close()
    told = nora.wait_for("Lena Novak shares a goal with you")
    assert "First reply to customers" in told.text
    told.press("Show")
    assert "Shared with" not in nora.wait_for("and those it is shared with").text
    assert "Shared with Nora Sand and Tarik Can." in lena.command("/goal show G-1").text
    assert "Update" not in nora.command("/goal show G-1").message.buttons

    lena.command("/goal share G-1")
    lena.dialog.press("Take back")
    assert "They can't read it any more" in lena.dialog.text
    assert "Nora Sand reads" not in lena.dialog.text
    nora.wait_for("Lena Novak no longer shares a goal with you")
    assert "First reply" not in told.again().text
    assert told.again().buttons == []
    assert "I can't show you G-1" in nora.command("/goal show G-1").text
    assert "First reply" in tarik.command("/goal show G-1").text
    assert len(company.acts("goal.share")) == 2
    assert len(company.acts("goal.unshare")) == 1

    lena.dialog.close()
    share(lena, "Nora")
    nora.wait_for("Lena Novak shares a goal with you")
    lena.command("/goal history G-1")
    lena.dialog.press("Record")
    assert "Lena Novak shared it" in lena.dialog.text
    assert "Lena Novak stopped sharing it" in lena.dialog.text


def test_who_may_not_read_it_is_named_at_the_field_and_nobody_gets_it(company: Company) -> None:
    lena, nora = company.person("Lena"), company.person("Nora")
    company.move_to(MONDAY)
    propose(lena, company)
    lena.command("/goal share G-1")
    for names, words in (
        (["Nora", "Gustav"], "Gustav Gast is a guest"),
        (["Lena"], "You can read it in any case"),
        (["Nora", "U0UNLISTED"], "I don't know one of these people"),
    ):
        lena.dialog.fill({"Share with": names}).submit()
        assert words in lena.dialog.errors["Share with"]
    assert "I can't show you G-1" in nora.command("/goal show G-1").text
    assert company.acts("goal.share") == []


def test_only_its_owner_shares_a_goal_and_never_a_draft(company: Company) -> None:
    lena, jonas, nora = (company.person(name) for name in ("Lena", "Jonas", "Nora"))
    company.move_to(MONDAY)
    propose(lena, company)
    ines = company.person("Ines")
    assert "Only the owner of a goal shares it" in ines.command("/goal share G-1").text
    assert "I can't show you G-1" in nora.command("/goal share G-1").text
    assert "/goal share G-12" in lena.command("/goal share").text
    jonas.wait_for("proposes a goal").press("Decline")
    jonas.dialog.fill({"Reason": "Not now."}).submit()
    lena.wait_for("declined G-1")
    assert "Propose it first" in lena.command("/goal share G-1").text


def test_what_everyone_reads_need_not_be_shared(company: Company) -> None:
    lena = company.person("Lena")
    company.move_to(MONDAY)
    fill_goal(lena, company)
    lena.dialog.press("More detail")
    lena.dialog.fill({"Visible to": "Everyone"}).submit()
    assert "Share" not in lena.wait_for("You proposed G-1").buttons
    assert "can read this goal already" in lena.command("/goal share G-1").text


def test_the_same_dialog_sent_twice_shares_once(company: Company) -> None:
    lena, nora = company.person("Lena"), company.person("Nora")
    company.move_to(MONDAY)
    propose(lena, company)
    lena.command("/goal share G-1")
    company.slack.fault("duplicate", method="view_submission", times=1)
    lena.dialog.fill({"Share with": ["Nora"]}).submit()
    nora.wait_for("Lena Novak shares a goal with you")
    assert len(company.acts("goal.share")) == 1


def test_sharing_in_german(company: Company) -> None:
    lena, emil = company.person("Lena"), company.person("Emil")
    company.move_to(MONDAY)
    propose(lena, company)
    share(lena, "Emil")
    told = emil.wait_for("Lena Novak teilt ein Ziel mit dir")
    assert told.buttons == ["Anzeigen", "Verlauf"]
    lena.dialog.press("Take back")
    emil.wait_for("Lena Novak teilt ein Ziel nicht mehr mit dir")


def test_everybody_sees_a_title_that_is_shown_and_can_align_to_it(company: Company) -> None:
    lena, jonas, nora = (company.person(name) for name in ("Lena", "Jonas", "Nora"))
    agree(lena, jonas, company)
    title = "G-1 First reply to customers"
    assert offered(nora) == []
    lena.command("/goal share G-1")
    assert "Others don't see that this goal exists" in lena.dialog.text
    lena.dialog.press("Show its title")
    assert "Everybody sees the title of G-1, and nothing else of it" in lena.dialog.text
    lena.dialog.close()
    assert "Everybody can see its title." in lena.command("/goal show G-1").text

    assert offered(nora) == [title]
    assert "I can't show you G-1" in nora.command("/goal show G-1").text
    nora.command("/goal new")
    fill_goal(nora, company)
    nora.dialog.press("More detail")
    nora.dialog.fill({"Aligned to": title}).submit()
    nora.wait_for("You proposed G-2")
    assert title in nora.command("/goal show G-2").text
    nora.command("/feedback @Lena")
    assert nora.dialog.suggestions("Goal", "first") == ["G-2 First reply to customers"]
    nora.dialog.close()

    jonas.command("/goal share G-1")
    assert "Share with" not in jonas.dialog.labels
    jonas.dialog.press("Hide its title")
    assert "hidden from others again" in jonas.dialog.text
    jonas.dialog.close()
    assert offered(nora) == ["G-2 First reply to customers"]
    assert "G-1" not in nora.command("/goal show G-2").text
    lena.command("/goal history G-1")
    lena.dialog.press("Record")
    assert "Lena Novak showed its title to everybody" in lena.dialog.text
    assert "Jonas Brandt hid its title from others" in lena.dialog.text
    assert len(company.acts("goal.show_title")) == len(company.acts("goal.hide_title")) == 1


def offered(person: Person) -> list[str]:
    """What somebody can align a new goal to."""
    person.command("/goal new")
    person.dialog.press("More detail")
    found = person.dialog.suggestions("Aligned to", "first")
    person.dialog.close(everything=True)
    return found


def test_only_owner_and_manager_show_a_title(company: Company) -> None:
    lena, jonas, ines = (company.person(name) for name in ("Lena", "Jonas", "Ines"))
    agree(lena, jonas, company)
    assert "Only the owner of a goal shares it" in ines.command("/goal share G-1").text

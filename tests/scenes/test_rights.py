"""*Your rights where you work*: the sheet of one's country, with whom policy names to ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from domain.my_data import MyRights
from domain.policy import Policy, Rights
from domain.policy_local import Bounds
from messages.my_data import rights_view
from messages.reading import Reader
from messages.template_lint import override_complaints
from messages.templates import Templates
from storage.people import member
from storage.policy import adopt
from storage.tables.people import Person as Directory
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.test_ended_rights import change

OFFICE, BERLIN = "privacy@company.example", "the office in Berlin"


def works_in(company: Company, region: str | None, name: str = "Lena Novak") -> None:
    one = Directory.id == person_id(name)
    change(company, update(Directory).where(one).values(region=region))


def sheet(company: Company, name: str = "Lena") -> str:
    person = company.person(name)
    person.command("/accord my data")
    label = "Deine Rechte vor Ort" if name == "Emil" else "Your rights where you work"
    person.dialog.press(label)
    said = person.dialog.text
    person.dialog.close(everything=True)
    return said


@pytest.mark.parametrize(
    ("region", "says"),
    [
        ("DE-BY", "Where you work: Germany"),
        ("US", "Where you work: United States"),
        ("PT", "In the European Union the GDPR"),
        (None, "In the European Union the GDPR"),
    ],
)
def test_everybody_reads_the_sheet_of_their_country(
    region: str | None, says: str, company: Company
) -> None:
    works_in(company, region)
    said = sheet(company)
    assert says in said
    assert "What your organisation keeps" in said
    assert "For deletion, or anything else: Ines Duarte." in said
    assert said.count("Where you work") == 1
    lena = company.person("Lena")
    lena.command("/accord my rights")
    assert lena.dialog.text == said


def test_policy_names_whom_to_ask_also_for_one_country_alone(company: Company) -> None:
    rules = Policy(
        rights=Rights(ask=OFFICE),
        variations={"rights.ask": Bounds()},
        regions={"DE": {"rights": {"ask": BERLIN}}},
    )
    with company.parts.store.write_alone() as connection:
        adopt(connection, rules, company.parts.clock.machine())
    works_in(company, "US")
    assert f"anything else: {OFFICE}." in sheet(company)
    works_in(company, "DE-BE")
    assert f"anything else: {BERLIN}." in sheet(company)


def test_in_german(company: Company) -> None:
    works_in(company, "DE", "Emil Berg")
    said = sheet(company, "Emil")
    for words in ("Wo du arbeitest: Deutschland", "Nach einer Kopie", "Betriebsrat"):
        assert words in said


def test_an_organisation_writes_the_sheet_of_a_country_of_its_own(
    company: Company, tmp_path: Path
) -> None:
    folder = tmp_path / "my_data" / "rights"
    folder.mkdir(parents=True)
    own = "{% block text %}Rights{% endblock %}{% block body %}Ask {{ contact }}.{% endblock %}"
    own += "{% block context %}Ours.{% endblock %}"
    (folder / "pt.j2").write_text(own)
    assert override_complaints(tmp_path) == []
    works_in(company, "PT")
    with company.parts.store.engine.connect() as connection:
        lena = member(connection, person_id("Lena Novak"))
    reader = Reader.of(lena, company.parts.clock.business())
    view = rights_view(MyRights(lena, OFFICE, ()), reader, Templates(tmp_path))
    assert f"Ask {OFFICE}." in str(view.payload())
    (folder / "pt.j2").write_text(own.replace("contact", "nobody"))
    assert override_complaints(tmp_path) != []

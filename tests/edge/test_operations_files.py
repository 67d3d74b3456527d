"""Alerts, dashboard and guide name what there is, and everything that there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from scheduler.outcomes import Verdict, codes_of
from storage.send_numbers import Became
from tests.edge.conftest import Entrance

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations"
ALERTS = OPERATIONS / "alerts.yml"
GUIDE = OPERATIONS / "guide.md"
DASHBOARD = OPERATIONS / "grafana-dashboard.json"

METRIC = re.compile(r"\baccord_[a-z0-9_]+")
MATCHER = re.compile(r'\b(accord_[a-z0-9_]+)\{(\w+)=~?"([^"]*)"\}')
PROMETHEUS_OWN = {"job", "instance"}


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


def sections(text: str) -> set[str]:
    """What a link into the page may name, as GitHub makes it of each heading."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}


@pytest.fixture(scope="module")
def told(entrance: Entrance) -> Mapping[str, list[dict[str, str]]]:
    """The labels of every sample by its metric, as a running bot tells them."""
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(entrance.door.get("/metrics").text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        found[name] = [sample.labels for sample in family.samples]
    return found


def test_alerts_and_dashboard_name_no_metric_that_there_is_not(
    told: Mapping[str, list[dict[str, str]]],
) -> None:
    named = {name for one in expressions() for name in METRIC.findall(one)}
    assert named
    assert named <= set(told)


def test_every_metric_is_explained_in_the_guide_and_shown_on_the_dashboard(
    told: Mapping[str, list[dict[str, str]]],
) -> None:
    explained = set(re.findall(r"^\| `(accord_\w+)` \|", GUIDE.read_text("utf-8"), re.MULTILINE))
    shown = {n for p in panels() for target in p["targets"] for n in METRIC.findall(target["expr"])}
    assert explained == shown == set(told)


def test_the_guide_names_each_metrics_labels(told: Mapping[str, list[dict[str, str]]]) -> None:
    rows = re.findall(r"^\| `(accord_\w+)` \| ([^|]*) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    for name, labels in rows:
        for sample in told[name]:
            assert set(re.findall(r"`(\w+)`", labels)) == set(sample), name


def test_expressions_ask_for_labels_and_values_that_there_are(
    told: Mapping[str, list[dict[str, str]]],
) -> None:
    asked = [match for one in expressions() for match in MATCHER.findall(one)]
    assert len(asked) > 5
    codes = {code for verdict in Verdict for code in codes_of(verdict)}
    for name, label, values in asked:
        known = {sample[label] for sample in told[name]}
        if label == "code":
            known |= codes
        elif label == "method":
            known.add("chat.postMessage")
        assert set(values.split("|")) <= known, (name, label)


def test_the_alert_about_the_token_knows_every_code_with_which_slack_refuses_it() -> None:
    (rule,) = [one for one in rules() if one["alert"] == "AccordTokenRefused"]
    ((_, _, values),) = MATCHER.findall(rule["expr"])
    assert set(values.split("|")) == set(codes_of(Verdict.PARKED))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_each_alert_says_what_it_means_for_people_and_what_to_do_first(
    rule: dict[str, Any],
) -> None:
    assert re.fullmatch(r"Accord[A-Z]\w+", rule["alert"])
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"\d+m", rule.get("for", "0m"))
    assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"})
    assert rule["expr"].count("(") == rule["expr"].count(")")
    assert set(rule["annotations"]) == {"summary", "meaning", "first", "runbook_url"}
    page, _, section = rule["annotations"]["runbook_url"].partition("#")
    assert page == GUIDE.name
    text = GUIDE.read_text("utf-8")
    assert section in sections(text)
    assert f"`{rule['alert']}`" in text


def test_no_alert_is_there_twice() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))


def test_prometheus_takes_the_alerts() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed; the other tests look at form and names")
    asked = [promtool, "check", "rules", str(ALERTS)]
    assert subprocess.run(asked, check=False).returncode == 0


def test_the_dashboard_has_a_place_and_an_explanation_for_each_panel() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        assert panel["description"]
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells
        assert panel["datasource"]["uid"] == "${datasource}"
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_the_guide_leads_to_sections_and_pages_that_there_are() -> None:
    text = GUIDE.read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    for link in links:
        page, _, section = link.partition("#")
        if page:
            assert (OPERATIONS / page).exists(), link
        else:
            assert section in sections(text), link


def test_the_guide_names_every_outcome_of_an_attempt() -> None:
    text = GUIDE.read_text("utf-8")
    assert all(became.value in text for became in Became)

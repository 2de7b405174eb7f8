"""Alert rules fire when they must and only then, by our own evaluation and by promtool's where it is installed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.exported import families, series_of
from tests.support.promql.parse import metrics_of, parse
from tests.support.promql.rule_tests import Alert, complaints, read_rules

DEPLOY = Path(__file__).parents[3] / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
TESTS = sorted((DEPLOY / "prometheus" / "tests").glob("*.yml"))
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
PROMETHEUS_OWN = {"up"}

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not on the PATH; the same files are evaluated here"
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    scratch = tmp_path_factory.mktemp("exported") / "node"
    return {name for family in families(scratch) for name in series_of(family)}


@pytest.fixture(scope="module")
def rules() -> dict[str, Alert]:
    return {rule.name: rule for rule in read_rules(RULES)}


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_the_rules_do_what_their_tests_say(file: Path, rules: dict[str, Alert]) -> None:
    said = yaml.safe_load(file.read_text())
    assert [(file.parent / name).resolve() for name in said["rule_files"]] == [RULES]
    assert list(complaints(said, rules)) == []


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_a_rule_test_that_is_wrong_is_found_out(file: Path, rules: dict[str, Alert]) -> None:
    """Each claim is turned round, one at a time."""
    for said in _turned_round(yaml.safe_load(file.read_text())):
        assert len(list(complaints(said, rules))) == 1


def _turned_round(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for test in said["tests"]:
        for case in test["alert_rule_test"]:
            turned = {"exp_labels": {"severity": "critical", "context": "nowhere"}}
            yield {
                **said,
                "tests": [
                    {
                        **test,
                        "alert_rule_test": [{**case, "exp_alerts": [] if case["exp_alerts"] else [turned]}],
                    }
                ],
            }


def test_every_rule_is_seen_to_fire_and_not_to_fire(rules: dict[str, Alert]) -> None:
    cases = [
        (case["alertname"], bool(case["exp_alerts"]))
        for file in TESTS
        for test in yaml.safe_load(file.read_text())["tests"]
        for case in test["alert_rule_test"]
    ]
    assert set(cases) == {(rule.name, fires) for rule in rules.values() for fires in (True, False)}


def test_every_rule_says_how_bad_it_is_what_it_is_and_what_to_do(rules: dict[str, Alert]) -> None:
    for rule in rules.values():
        assert rule.labels.get("severity") in ("critical", "warning", "info"), rule.name
        assert set(rule.annotations) == {"summary", "remedy"}, rule.name


def test_rules_and_dashboards_name_only_what_is_exported(exported: set[str], rules: dict[str, Alert]) -> None:
    for rule in rules.values():
        assert metrics_of(rule.tree) <= exported | PROMETHEUS_OWN, rule.name
    assert len(DASHBOARDS) == 2
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel["targets"]:
                tree = parse(target["expr"].replace("$__rate_interval", "1m"))
                assert metrics_of(tree) <= exported, f"{file.stem}: {panel['title']}"


@needs_promtool
def test_promtool_takes_the_rules() -> None:
    _promtool("check", "rules", RULES)
    _promtool("check", "config", "--syntax-only", RULES.with_name("prometheus.yml"))


@needs_promtool
def test_promtool_agrees() -> None:
    _promtool("test", "rules", *TESTS)


def _promtool(*arguments: object) -> None:
    ended = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr

"""promtool's rule tests: series in its notation, rules evaluated step by step, alerts compared."""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.support.promql.evaluate import NAME, Labels, Series, evaluate
from tests.support.promql.parse import Selector, Tree, parse, seconds

_STEP = re.compile(
    r"(?P<start>-?[\d.]+)(?:(?P<sign>[+-])(?P<by>[\d.]+))?x(?P<times>\d+)|(?P<gap>_|stale)(?:x(?P<gaps>\d+))?"
)
_LABEL = re.compile(r"\{\{\s*\$labels\.(\w+)\s*\}\}")


class Alert(NamedTuple):
    """An alerting rule."""

    name: str
    tree: Tree
    for_s: float
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class Fired(NamedTuple):
    """An alert as it fires."""

    labels: Labels
    annotations: frozenset[tuple[str, str]]


def read_rules(file: Path) -> list[Alert]:
    """The alerting rules of a file."""
    groups = yaml.safe_load(file.read_text())["groups"]
    return [
        Alert(
            rule["alert"],
            parse(rule["expr"]),
            seconds(rule["for"]) if "for" in rule else 0.0,
            rule.get("labels", {}),
            rule.get("annotations", {}),
        )
        for group in groups
        for rule in group["rules"]
    ]


def complaints(said: Mapping[str, Any], rules: Mapping[str, Alert]) -> Iterator[str]:
    """What rule tests find to be otherwise than they say; nothing if all is well."""
    step_s = seconds(said["evaluation_interval"])
    for test in said["tests"]:
        interval_s = seconds(test["interval"])
        series = Series(dict(_read_series(each, interval_s) for each in test["input_series"]))
        for case in test["alert_rule_test"]:
            rule = rules[case["alertname"]]
            fired = set(firing(rule, series, seconds(case["eval_time"]), step_s))
            wanted = {_wanted(each) for each in case["exp_alerts"]}
            if fired != wanted:
                yield f"{rule.name} at {case['eval_time']}: {_shown(fired)} where {_shown(wanted)} was due"


def firing(rule: Alert, series: Series, at_s: float, step_s: float) -> Iterator[Fired]:
    """What of a rule fires at a moment, evaluated every `step_s` from the beginning."""
    since: dict[Labels, float] = {}
    now_s = 0.0
    while now_s <= at_s:
        found = evaluate(rule.tree, series, now_s)
        assert isinstance(found, dict), f"{rule.name} gives a number"
        active = {frozenset(pair for pair in labels if pair[0] != NAME) for labels in found}
        since = {labels: since.get(labels, now_s) for labels in active}
        last_s, now_s = now_s, now_s + step_s
    for labels, began_s in since.items():
        if last_s - began_s >= rule.for_s:
            yield Fired(labels | set(rule.labels.items()), _annotated(rule, dict(labels)))


def _annotated(rule: Alert, labels: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (name, _LABEL.sub(lambda found: labels.get(found[1], ""), text))
        for name, text in rule.annotations.items()
    )


def _wanted(said: Mapping[str, Any]) -> Fired:
    labels = {str(name): str(value) for name, value in said.get("exp_labels", {}).items()}
    annotations = said.get("exp_annotations", {})
    return Fired(frozenset(labels.items()), frozenset(annotations.items()))


def _read_series(said: Mapping[str, str], interval_s: float) -> tuple[Labels, list[tuple[float, float]]]:
    selector = parse(said["series"])
    assert isinstance(selector, Selector)
    labels = frozenset({(NAME, selector.name), *((name, text) for name, _, text in selector.matchers)})
    values = list(_values(str(said["values"])))
    return labels, [(n * interval_s, value) for n, value in enumerate(values) if value is not None]


def _values(text: str) -> Iterator[float | None]:
    """`1 2 3`, `0+10x5` (0 to 50), `7x3` (four times 7), `_x4` (nothing), `stale`."""
    for word in text.split():
        step = _STEP.fullmatch(word)
        if step is None:
            yield float(word)
        elif step["gap"]:
            yield from [math.nan if step["gap"] == "stale" else None] * int(step["gaps"] or 1)
        else:
            by = float(step["by"] or 0) * (-1 if step["sign"] == "-" else 1)
            yield from (float(step["start"]) + number * by for number in range(int(step["times"]) + 1))


def _shown(fired: set[Fired]) -> str:
    return (
        str(sorted((sorted(each.labels), sorted(each.annotations)) for each in fired)) if fired else "nothing"
    )

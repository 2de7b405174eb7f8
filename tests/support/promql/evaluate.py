"""What an expression gives at a moment, as Prometheus has it: looking back, extrapolating, dropping names."""

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence

from tests.support.promql.parse import Aggregation, Call, Number, Selector, Tree

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Samples = Sequence[tuple[float, float]]
"""Times and values in order; a stale mark is a NaN."""

LOOK_BACK_S = 300.0
NAME = "__name__"
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
_AGGREGATED: Mapping[str, Callable[[list[float]], float]] = {
    "sum": sum, "max": max, "min": min, "count": lambda values: float(len(values)),
}  # fmt: skip


class Series:
    """What was scraped: samples by labels, the metric's name among them."""

    def __init__(self, samples: Mapping[Labels, Samples]) -> None:
        self._samples = samples

    def at(self, selector: Selector, now_s: float) -> Vector:
        """The last value of each series that is not older than five minutes or gone."""
        found: Vector = {}
        for labels, samples in self._matching(selector):
            last = next((each for each in reversed(samples) if each[0] <= now_s), None)
            if last is not None and now_s - last[0] < LOOK_BACK_S and not math.isnan(last[1]):
                found[labels] = last[1]
        return found

    def within(self, selector: Selector, now_s: float) -> dict[Labels, Samples]:
        """The samples of each series in the selector's range."""
        assert selector.range_s is not None, f"{selector.name} needs a range"
        first = now_s - selector.range_s
        found = {}
        for labels, samples in self._matching(selector):
            inside = [each for each in samples if first <= each[0] <= now_s and not math.isnan(each[1])]
            if inside:
                found[labels] = inside
        return found

    def _matching(self, selector: Selector) -> list[tuple[Labels, Samples]]:
        wanted = (*selector.matchers, (NAME, "=", selector.name))
        return [
            (labels, samples)
            for labels, samples in self._samples.items()
            if all(_matches(dict(labels).get(name, ""), sign, text) for name, sign, text in wanted)
        ]


def evaluate(tree: Tree, series: Series, now_s: float) -> float | Vector:
    """A number, or values by labels."""
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Selector):
        assert tree.range_s is None, f"{tree.name} with a range is no value"
        return series.at(tree, now_s)
    if isinstance(tree, Aggregation):
        return _aggregate(tree, _vector(evaluate(tree.of, series, now_s)))
    if isinstance(tree, Call):
        return _call(tree, series, now_s)
    return _binary(tree.sign, evaluate(tree.left, series, now_s), evaluate(tree.right, series, now_s))


def _vector(found: float | Vector) -> Vector:
    assert isinstance(found, dict), f"{found} where a vector was due"
    return found


def _without(labels: Labels, *names: str) -> Labels:
    return frozenset(pair for pair in labels if pair[0] not in names)


def _aggregate(tree: Aggregation, vector: Vector) -> Vector:
    groups: dict[Labels, list[float]] = {}
    for labels, value in vector.items():
        groups.setdefault(frozenset(pair for pair in labels if pair[0] in tree.by), []).append(value)
    return {labels: _AGGREGATED[tree.name](values) for labels, values in groups.items()}


def _call(tree: Call, series: Series, now_s: float) -> Vector:
    if tree.name == "histogram_quantile":
        quantile, buckets = (evaluate(each, series, now_s) for each in tree.arguments)
        assert isinstance(quantile, float)
        return _quantiles(quantile, _vector(buckets))
    (argument,) = tree.arguments
    if tree.name == "vector":
        assert isinstance(argument, Number), "only a number is made a vector"
        return {frozenset(): argument.value}
    assert isinstance(argument, Selector), f"{tree.name} of anything but a selector is not part of the subset"
    if tree.name == "absent":
        there = evaluate(argument, series, now_s)
        labels = frozenset((name, text) for name, sign, text in argument.matchers if sign == "=")
        return {} if there else {labels: 1.0}
    assert argument.range_s is not None
    found = {}
    for labels, samples in series.within(argument, now_s).items():
        if (rise := _rise(samples, argument.range_s, now_s)) is not None:
            found[_without(labels, NAME)] = rise / argument.range_s if tree.name == "rate" else rise
    return found


def _rise(samples: Samples, range_s: float, now_s: float) -> float | None:
    """The rise of a counter, carried on to the ends of the range where the samples nearly reach them."""
    if len(samples) < 2:
        return None
    (first_s, first), (last_s, last) = samples[0], samples[-1]
    rise, before = last - first, first
    for _, value in samples[1:]:
        rise += before if value < before else 0.0
        before = value
    to_start, to_end = first_s - (now_s - range_s), now_s - last_s
    covered, spacing = last_s - first_s, (last_s - first_s) / (len(samples) - 1)
    if rise > 0 and first >= 0:
        to_start = min(to_start, covered * first / rise)
    carried = covered
    for gap in (to_start, to_end):
        carried += gap if gap < spacing * 1.1 else spacing / 2
    return rise * carried / covered


def _quantiles(quantile: float, buckets: Vector) -> Vector:
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, count in buckets.items():
        if (bound := dict(labels).get("le")) is not None:
            groups.setdefault(_without(labels, "le", NAME), []).append((float(bound), count))
    return {labels: _quantile(quantile, sorted(found)) for labels, found in groups.items()}


def _quantile(quantile: float, buckets: list[tuple[float, float]]) -> float:
    if len(buckets) < 2 or not math.isinf(buckets[-1][0]) or buckets[-1][1] == 0:
        return math.nan
    rank = quantile * buckets[-1][1]
    place = next(number for number, (_, count) in enumerate(buckets) if count >= rank)
    if place == len(buckets) - 1:
        return buckets[-2][0]
    bound, count = buckets[place]
    lower, below = (0.0, 0.0) if place == 0 else buckets[place - 1]
    return lower + (bound - lower) * (rank - below) / (count - below)


def _binary(sign: str, left: float | Vector, right: float | Vector) -> float | Vector:
    if sign in ("and", "or", "unless"):
        return _set(sign, _vector(left), _vector(right))
    if isinstance(left, dict) and isinstance(right, dict):
        others = {_without(labels, NAME): value for labels, value in right.items()}
        pairs = [
            (labels, value, others[_without(labels, NAME)])
            for labels, value in left.items()
            if _without(labels, NAME) in others
        ]
    elif isinstance(left, dict):
        assert isinstance(right, float)
        pairs = [(labels, value, right) for labels, value in left.items()]
    else:
        raise AssertionError(f"a number {sign} something is not part of the subset")
    if sign in _COMPARISONS:
        return {labels: value for labels, value, other in pairs if _COMPARISONS[sign](value, other)}
    return {_without(labels, NAME): _calculated(sign, value, other) for labels, value, other in pairs}


def _calculated(sign: str, value: float, other: float) -> float:
    if sign == "/" and other == 0:
        return math.nan if value == 0 or math.isnan(value) else math.copysign(math.inf, value)
    calculate = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[sign]
    return float(calculate(value, other))


def _set(sign: str, left: Vector, right: Vector) -> Vector:
    there = {_without(labels, NAME) for labels in right}
    if sign == "or":
        mine = {_without(labels, NAME) for labels in left}
        return left | {labels: value for labels, value in right.items() if _without(labels, NAME) not in mine}
    return {
        labels: value
        for labels, value in left.items()
        if (_without(labels, NAME) in there) == (sign == "and")
    }


def _matches(value: str, sign: str, text: str) -> bool:
    if sign in ("=", "!="):
        return (value == text) == (sign == "=")
    return (re.fullmatch(text, value) is not None) == (sign == "=~")

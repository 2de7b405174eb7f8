"""Every number and every day of the shipped ruleset matters: one more or one less, and a boundary case is answered
otherwise."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import FenceDecision, Hop, Rule, Ruleset
from exchange.fence.dates import day_begins, day_ends
from exchange.fence.terms import KindTerms
from exchange.kernel.time import instant, local_date
from tests.unit.fence.cases import content, decided, hop_of, rewritten, shipped
from tests.unit.fence.test_fence_rules import CASES

Path = tuple[str | int, ...]
Boundary = tuple[str, dict[str, Any]]

PERSONS, SENSITIVE, AMERICANS = "counts__pi_count_cum", "counts__sensitive_count_cum", "data__us_persons_12m"
CLASSES = {
    "omic": 1_000,
    "genomic": 100,
    "biometric": 1_000,
    "geolocation": 1_000,
    "health": 10_000,
    "financial": 10_000,
    "identifiers": 100_000,
}
# What rules.md says on both sides of each threshold.
BOUNDARIES: list[tuple[Boundary, str]] = [
    (("T-05", {PERSONS: 0}), "CN_ART5_LT100K"),
    (("T-05", {PERSONS: 99_999}), "CN_ART5_LT100K"),
    (("T-05", {PERSONS: 100_000}), "CN_ART8_FILE"),
    (("T-05", {PERSONS: 999_999}), "CN_ART8_FILE"),
    (("T-05", {PERSONS: 1_000_000}), "CN_ART7_VOLUME"),
    (("T-05", {PERSONS: 0, SENSITIVE: 1}), "CN_ART8_FILE"),
    (("T-05", {PERSONS: 0, SENSITIVE: 9_999}), "CN_ART8_FILE"),
    (("T-05", {PERSONS: 0, SENSITIVE: 10_000}), "CN_ART7_VOLUME"),
    (("T-17", {"data__contains_pi": False}), "NO_RULE_APPLIES"),
    *((("T-15", {"data__us_class": name, AMERICANS: least}), "US_OK") for name, least in CLASSES.items()),
    *(
        (("T-15", {"data__us_class": name, AMERICANS: least + 1}), "US_DSP_PROHIBITED")
        for name, least in CLASSES.items()
    ),
]
# CN-11 answers from 100,000 persons on and stops, so CN-10 is not asked there, whatever it says of them.
SAME_AS_BEFORE = {("CN-10", 100_001)}


@cache
def crossing(place: int) -> Hop:
    (vector, changes), _ = BOUNDARIES[place]
    return hop_of(vector, **changes)


def codes(ruleset: Ruleset) -> list[tuple[str, ...]]:
    """The deciding codes of all boundary cases."""
    return [decided(crossing(place), ruleset=ruleset).deciding_codes for place in range(len(BOUNDARIES))]


def numbers(part: Any, path: Path = ()) -> Iterator[tuple[Path, int]]:
    """Every number that a ruleset's text holds, and where it stands."""
    if isinstance(part, int) and not isinstance(part, bool):
        yield path, part
    for key, each in (
        part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    ):
        yield from numbers(each, (*path, key))


def named(path: Path) -> str:
    """The rule that a number belongs to, or the constant that it is."""
    return str(content()["rules"][path[1]]["id"]) if path[0] == "rules" else str(path[-1])


def deciding() -> list[tuple[Path, int]]:
    """The numbers that crossings are decided by; what safeguards are registered by is the registry's."""
    return [found for found in numbers(content()) if found[0][-1] not in KindTerms.__struct_fields__]


def changed_to(path: Path, value: int) -> Ruleset:
    """The shipped ruleset with another number at one place."""

    def change(written: dict[str, Any]) -> None:
        part: Any = written
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = value

    return rewritten(change)


def test_the_boundary_cases_are_answered_as_the_rules_say() -> None:
    assert codes(shipped()) == [(code,) for _, code in BOUNDARIES]


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize(("path", "value"), deciding(), ids=str)
def test_a_number_that_is_one_off_changes_an_answer(path: Path, value: int, by: int) -> None:
    same = codes(changed_to(path, value + by)) == codes(shipped())
    assert same == ((named(path), value + by) in SAME_AS_BEFORE)


@pytest.mark.parametrize("by", [-1, 1])
def test_the_threshold_that_two_rules_share_is_guarded_by_both_together(by: int) -> None:
    shared = [path for path, value in numbers(content()["rules"], ("rules",)) if value == 100_000]
    assert {named(path) for path in shared} == {"CN-10", "CN-11"}

    def change(written: dict[str, Any]) -> None:
        for path in shared:
            part: Any = written
            for key in path[:-1]:
                part = part[key]
            part[path[-1]] += by

    assert codes(rewritten(change)) != codes(shipped())


def moved(hop: Hop, days: int) -> Hop:
    """`hop` at midnight so many days later, with all that is dated in it."""
    later = timedelta(days=days)
    today = local_date(hop.as_of, "Asia/Shanghai")

    def day(value: date | None) -> date | None:
        return None if value is None else value + later

    return replace(
        hop,
        as_of=day_begins(today + later, "Asia/Shanghai"),
        zone=replace(hop.zone, retention_until=day(hop.zone.retention_until)),
        list_refs=tuple(
            replace(each, valid_from=day(each.valid_from), valid_to=day(each.valid_to))
            for each in hop.list_refs
        ),
        safeguards=tuple(
            replace(
                each,
                valid_from=day(each.valid_from),
                valid_to=day(each.valid_to),
                filed_on=day(each.filed_on),
                filing_due_on=day(each.filing_due_on),
            )
            for each in hop.safeguards
        ),
    )


def speaks(rule: Rule, found: FenceDecision) -> bool:
    return rule.id in {each.rule_id for each in found.contributions}


@pytest.mark.parametrize(
    "rule", [each for each in shipped().rules if each.valid_from], ids=lambda each: each.id
)
def test_a_dated_rule_speaks_from_the_first_moment_of_its_first_day(rule: Rule) -> None:
    assert rule.valid_from is not None
    vector, changes = next((vector, changes) for name, vector, changes, _ in CASES if name == rule.id)
    hop = hop_of(vector, **changes)
    today = local_date(hop.as_of, "Asia/Shanghai")
    first = moved(hop, (rule.valid_from - today).days)
    assert first.as_of == day_begins(rule.valid_from, "Asia/Shanghai")
    assert speaks(rule, decided(first))
    assert not speaks(rule, decided(replace(first, as_of=first.as_of - 1)))


def test_no_rule_of_the_ruleset_has_a_last_day_and_the_ruleset_begins_on_its_first() -> None:
    assert [rule.id for rule in shipped().rules if rule.valid_to is not None] == []
    first = instant("2026-11-02T00:00:00+08:00")
    assert (shipped().effective(first - 1), shipped().effective(first)) == (False, True)
    assert day_ends(date(2026, 11, 1), "Asia/Shanghai") == first

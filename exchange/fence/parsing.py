"""From a ruleset's text to a compiled ruleset, refusing whatever is not of the closed vocabulary."""

import hashlib
from collections.abc import Hashable, Iterator
from datetime import date
from typing import Any, TypeVar

import msgspec
import yaml

from exchange.fence.dates import edges, known_zone
from exchange.fence.outcome import Outcome
from exchange.fence.predicates import Predicate
from exchange.fence.regimes import Regime
from exchange.fence.rows import read_rule, row_of
from exchange.fence.ruleset import Period, RegimeTerms, Row, Rule, Ruleset, Stage
from exchange.fence.terms import Constants, Places, Routes, Switches, terms_of
from exchange.kernel.bases import Value
from exchange.kernel.errors import Misuse

_Known = TypeVar("_Known", bound=Value)
_GUARDS = ("derived.unknown_place", "derived.counts_missing", "derived.facts_missing")


class _Written(Value, frozen=True, kw_only=True):
    id: str
    ruleset_version: str
    effective_from: date
    effective_to: date | None
    change_note: str
    timezone: str
    severity_order: tuple[Outcome, ...]
    switches: Switches
    routes: Routes
    constants: Constants
    places: Places
    regimes: dict[Regime, RegimeTerms]
    rules: list[Any]


# libyaml, where PyYAML was built with it, reads ten times as fast.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeys(_SafeLoader):  # type: ignore[misc]
    """YAML that lets nothing be said twice: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} is said twice", node.start_mark)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def parse_ruleset(text: str) -> Ruleset:
    """Read, check and compile a ruleset.

    Raises: Misuse naming the rule and what is wrong with it.
    """
    written = _convert(_load(text), _Written)
    known_zone(written.timezone)
    if written.severity_order != tuple(Outcome):
        raise Misuse(f"severity_order must be {[each.value for each in Outcome]}: the engine knows no other")
    rules = tuple(read_rule(each) for each in written.rules)
    _check_guards(rules)
    _check_ids(rules, written)
    turns = _turns(rules, written)
    return Ruleset(
        digest=hashlib.blake2b(text.encode(), digest_size=32).hexdigest(),
        id=written.id,
        version=written.ruleset_version,
        effective_from=written.effective_from,
        effective_to=written.effective_to,
        change_note=written.change_note,
        terms=terms_of(written.timezone, written.places, written.constants, written.switches, written.routes),
        regimes={str(name): each for name, each in written.regimes.items()},
        rules=rules,
        edges=turns,
        periods=tuple(_periods(rules, turns, written.timezone)),
    )


def _load(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_UniqueKeys)
    except yaml.YAMLError as error:
        raise Misuse(f"the ruleset is not readable YAML: {error}") from error


def _convert(written: Any, known: type[_Known]) -> _Known:
    try:
        return msgspec.convert(written, known)
    except msgspec.ValidationError as error:
        raise Misuse(f"the ruleset: {error}") from error


def _check_ids(rules: tuple[Rule, ...], written: _Written) -> None:
    ids = [rule.id for rule in rules]
    for rule in rules:
        if ids.count(rule.id) > 1:
            raise Misuse(f"rule {rule.id}: the id is given twice")
        if rule.regime not in written.regimes:
            raise Misuse(f"rule {rule.id}: regime {rule.regime} is not among `regimes`")
    named = {name for each in written.regimes.values() for name in each.answered_by}
    unknown = sorted((named | written.constants.cn_art7_rules) - set(ids))
    if unknown:
        raise Misuse(f"answered_by and cn_art7_rules name rules that are not there: {', '.join(unknown)}")


def _check_guards(rules: tuple[Rule, ...]) -> None:
    """No ruleset may leave out, weaken or overtake the rules that keep the unknown from being admitted."""
    general = [rule for rule in rules if rule.regime == "GEN"]
    for rule in general:
        if rule.stops:
            raise Misuse(f"rule {rule.id}: a general rule may not stop the others; use `continue`")
    for fact in _GUARDS:
        if not any(_guards(rule, fact) for rule in general):
            raise Misuse(f"no general rule answers {fact} with REVIEW or DENY, always in force")


def _guards(rule: Rule, fact: str) -> bool:
    alone = rule.conditions == (Predicate(fact, "eq", True),)
    always = rule.valid_from is None and rule.valid_to is None and rule.stage == "main"
    return alone and always and rule.outcome is not None and rule.outcome >= Outcome.REVIEW


def _turns(rules: tuple[Rule, ...], written: _Written) -> tuple[int, ...]:
    """The instants at which a rule comes or goes, or the ruleset ends."""
    tz = written.timezone
    found = {edge for rule in rules for edge in edges(rule.valid_from, rule.valid_to, tz)}
    return tuple(sorted(found.union(edges(None, written.effective_to, tz))))


def _periods(rules: tuple[Rule, ...], turns: tuple[int, ...], tz: str) -> Iterator[Period]:
    rows = tuple(row_of(rule, tz) for rule in rules)
    for begins in (None, *turns):
        current = [row for row in rows if row.in_force(begins)]
        main: dict[str, list[Row]] = {}
        for row in current:
            if row.rule.stage == "main":
                main.setdefault(row.rule.regime, []).append(row)
        yield Period(
            main={regime: tuple(each) for regime, each in main.items()},
            safeguards=_of_stage(current, "safeguards"),
            last=_of_stage(current, "last"),
            regimes=frozenset(main),
        )


def _of_stage(rows: list[Row], stage: Stage) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.rule.stage == stage)

"""From a ruleset's text to a compiled ruleset, refusing whatever is not of the closed vocabulary."""

import hashlib
from collections.abc import Hashable, Iterator
from datetime import date
from typing import Any

import msgspec
import yaml

from exchange.fence.dates import edges, known_zone
from exchange.fence.outcome import Outcome
from exchange.fence.paths import Paths, asks_of
from exchange.fence.predicates import Predicate
from exchange.fence.regimes import Regime
from exchange.fence.rows import read_rule, row_of
from exchange.fence.ruleset import Period, RegimeTerms, Row, Rule, Ruleset, Stage
from exchange.fence.shape import misshapen
from exchange.fence.terms import Constants, Places, Routes, Switches, terms_of
from exchange.kernel.bases import Value
from exchange.kernel.errors import Misuse

_GUARDS = ("derived.unknown_place", "derived.counts_missing", "derived.facts_missing")


class _Written(Value, frozen=True, kw_only=True):
    id: str
    ruleset_version: str
    effective_from: date
    change_note: str
    timezone: str
    severity_order: tuple[Outcome, ...]
    switches: Switches
    routes: Routes
    constants: Constants
    places: Places
    regimes: dict[Regime, RegimeTerms]
    rules: list[Any]
    effective_to: date | None = None


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

    Raises: Misuse naming the rule and what is wrong with it, the first fault of several.
    """
    faults: list[str] = []
    written, rules = _checked(text, faults)
    if faults or written is None:
        raise Misuse(faults[0])
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


def ruleset_faults(text: str) -> tuple[str, ...]:
    """Everything that is wrong with a ruleset's text, so that it can be mended at once; nothing if it is in order."""
    faults: list[str] = []
    _checked(text, faults)
    return tuple(faults)


def _checked(text: str, faults: list[str]) -> tuple[_Written | None, tuple[Rule, ...]]:
    """What the text says, as far as it can be read. Shape: what is wrong with it is added to `faults`."""
    try:
        plain = _load(text)
    except Misuse as error:
        faults.append(str(error))
        return None, ()
    faults += misshapen(plain, _Written)
    if faults:
        faults += _of_rules(plain)
        return None, ()
    written = msgspec.convert(plain, _Written)
    try:
        known_zone(written.timezone)
    except Misuse as error:
        faults.append(str(error))
        return None, ()
    if written.severity_order != tuple(Outcome):
        faults.append(f"severity_order must be {[each.value for each in Outcome]}: the engine knows no other")
    if written.effective_to is not None and written.effective_to < written.effective_from:
        faults.append("effective_to lies before effective_from: it would never be in force")
    rules = tuple(_read(written.rules, faults))
    faults += _unguarded(rules, written.rules)
    if len(rules) == len(written.rules):
        # What rules say together can only be judged once each can be read.
        faults += _wrong_ids(rules, written)
        faults += _wrong_routes(written)
    return written, rules


def _of_rules(plain: Any) -> list[str]:
    """What is wrong with the rules of a text whose other parts are amiss."""
    written = plain.get("rules") if isinstance(plain, dict) else None
    if not isinstance(written, list):
        return []
    faults: list[str] = []
    rules = tuple(_read(written, faults))
    return [*faults, *_unguarded(rules, written)]


def _read(written: list[Any], faults: list[str]) -> Iterator[Rule]:
    for each in written:
        try:
            yield read_rule(each)
        except Misuse as error:
            faults.append(str(error))


def _load(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_UniqueKeys)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        # A day that is in no calendar, or a number of thousands of digits, is a ValueError of whatever it would become.
        raise Misuse(f"the ruleset is not readable YAML: {error}") from error


def _wrong_ids(rules: tuple[Rule, ...], written: _Written) -> Iterator[str]:
    ids = [rule.id for rule in rules]
    for rule in {rule.id: rule for rule in rules}.values():
        if ids.count(rule.id) > 1:
            yield f"rule {rule.id}: the id is given twice"
        if rule.regime not in written.regimes:
            yield f"rule {rule.id}: regime {rule.regime} is not among `regimes`"
    named = {name for each in written.regimes.values() for name in each.answered_by}
    unknown = sorted((named | written.constants.cn_art7_rules) - set(ids))
    if unknown:
        yield f"answered_by and cn_art7_rules name rules that are not there: {', '.join(unknown)}"


def _wrong_routes(written: _Written) -> Iterator[str]:
    """Routes whose safeguards would not let anything pass."""
    for name, route in (("FILE", written.routes.FILE), ("ASSESS", written.routes.ASSESS)):
        if not route.satisfied_outcome.admitted:
            yield f"routes.{name}: satisfied_outcome is ALLOW or ALLOW_COND, not {route.satisfied_outcome.value}"


def _unguarded(rules: tuple[Rule, ...], written: list[Any]) -> Iterator[str]:
    """No ruleset may leave out, weaken or overtake the rules that keep the unknown from being admitted.

    Shape: of a fact that a rule asks for which cannot be read nothing is said yet.
    """
    ids = {rule.id for rule in rules}
    unread = str([each for each in written if not isinstance(each, dict) or each.get("id") not in ids])
    general = [rule for rule in rules if rule.regime == "GEN"]
    for rule in general:
        if rule.stops:
            yield f"rule {rule.id}: a general rule may not stop the others; use `continue`"
    for fact in _GUARDS:
        if fact not in unread and not any(_guards(rule, fact) for rule in general):
            yield f"no general rule (regime GEN) answers {fact} with REVIEW or DENY, always in force"


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
    asks = asks_of(condition for rule in rules for condition in rule.conditions)
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
            paths=Paths(asks),
        )


def _of_stage(rows: list[Row], stage: Stage) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.rule.stage == stage)

"""One written rule: read, checked and made ready to be tried."""

from datetime import date
from typing import Any, Literal

import msgspec

from exchange.fence.crossing import SafeguardType
from exchange.fence.dates import day_begins, day_ends
from exchange.fence.outcome import Outcome
from exchange.fence.predicates import (
    Condition,
    Predicate,
    compile_conditions,
    facts_of,
    parse_conditions,
)
from exchange.fence.regimes import Regime
from exchange.fence.ruleset import Evidence, RouteName, Row, Rule, Stage
from exchange.fence.vocabulary import vocabulary
from exchange.kernel.bases import Value
from exchange.kernel.errors import Misuse

_FAILURE = "derived.safeguard_failure"
_ROUTES = frozenset({"FILE", "ASSESS"})
_KNOWN_LATE: dict[str, Stage] = {
    _FAILURE: "safeguards",
    "derived.cn.scc_overdue": "safeguards",
    "derived.cn.route_satisfied": "safeguards",
    "derived.contributions": "last",
}
"""Facts that are known only once safeguards were looked up, or all other rules were tried."""
_RESTING: dict[str, tuple[str, ...]] = {
    "derived.sg.bound": ("SG-CONTRACT", "SG-BCR", "ASEAN-MCC"),
    "derived.sg.certified": ("CBPR", "PRP"),
    "derived.jp.equivalent": ("JP-EQUIV", "CBPR"),
    "derived.eu.adequate": ("EU-DPF",),
    "derived.eu.art46": ("EU-SCC", "EU-BCR"),
    "derived.sea.th_safeguard": ("TH-CONTRACT", "TH-BCR"),
}
"""Facts that follow from safeguards held now, and the types of these."""


class _Written(Value, frozen=True, kw_only=True):
    id: str
    regime: Regime
    when: Any
    on_match: Literal["stop", "continue"]
    obligations: tuple[str, ...]
    citation: str
    evidence: Evidence
    valid_from: date | None
    valid_to: date | None
    outcome: Outcome | msgspec.UnsetType | None = msgspec.UNSET
    route: RouteName | msgspec.UnsetType = msgspec.UNSET
    route_from: str | msgspec.UnsetType = msgspec.UNSET
    reason_code: str | msgspec.UnsetType = msgspec.UNSET
    reason_code_from: str | msgspec.UnsetType = msgspec.UNSET
    stage: Stage = "main"
    relies_on: frozenset[SafeguardType] = frozenset()


def read_rule(written: Any) -> Rule:
    """Read and check one rule.

    Raises: Misuse naming the rule and what is wrong with it.
    """
    name = written.get("id") if isinstance(written, dict) else None
    try:
        return _rule(msgspec.convert(written, _Written))
    except (msgspec.ValidationError, Misuse) as error:
        raise Misuse(f"rule {name or repr(written)} cannot be read: {error}") from error


def _rule(written: _Written) -> Rule:
    conditions = parse_conditions(written.when)
    _check_stage(written, facts_of(conditions))
    _check_answer(written)
    _check_reliance(written, conditions)
    return Rule(
        id=written.id,
        regime=written.regime,
        stage=written.stage,
        conditions=conditions,
        outcome=_set(written.outcome),
        route=_set(written.route),
        route_from=_set(written.route_from),
        reason_code=_set(written.reason_code),
        relies_on=frozenset(written.relies_on),
        stops=written.on_match == "stop",
        obligations=written.obligations,
        citation=written.citation,
        evidence=written.evidence,
        valid_from=written.valid_from,
        valid_to=written.valid_to,
    )


def _set(value: Any) -> Any:
    return None if value is msgspec.UNSET else value


def _check_answer(written: _Written) -> None:
    """A rule says one thing, under one code."""
    said = [
        name for name in ("outcome", "route", "route_from") if getattr(written, name) is not msgspec.UNSET
    ]
    if len(said) != 1:
        raise Misuse("say exactly one of outcome (null for a note), route, route_from")
    if written.route_from is not msgspec.UNSET:
        fact = vocabulary().get(written.route_from)
        if fact is None or fact.words != _ROUTES:
            raise Misuse(f"route_from names a fact that is FILE or ASSESS, not {written.route_from!r}")
    if said != ["outcome"] and (written.regime != "CN" or written.stage != "main"):
        raise Misuse("only a main rule of regime CN gives a route")
    if (written.reason_code is msgspec.UNSET) == (written.reason_code_from is msgspec.UNSET):
        raise Misuse("say exactly one of reason_code, reason_code_from")
    if written.reason_code_from is not msgspec.UNSET:
        _check_failure_note(written)


def _check_failure_note(written: _Written) -> None:
    if written.reason_code_from != _FAILURE:
        raise Misuse(f"reason_code_from names {_FAILURE} and nothing else")
    if written.outcome is not None or written.stage != "safeguards":
        raise Misuse("only a note (outcome: null) at stage safeguards takes its code from a failed safeguard")


def _check_stage(written: _Written, asked: tuple[str, ...]) -> None:
    """A rule is tried once what it asks for is known."""
    if _FAILURE in asked and written.reason_code is not msgspec.UNSET:
        wanted = f"`reason_code_from: {_FAILURE}` in place of reason_code, and `stage: safeguards`"
        raise Misuse(f"it notes each failed safeguard by that one's code: give it {wanted}")
    for name in asked:
        needed = _KNOWN_LATE.get(name)
        if needed is not None and written.stage not in (needed, "last"):
            raise Misuse(f"{name} is not known before then: give it `stage: {needed}`")


def _check_reliance(written: _Written, conditions: tuple[Condition, ...]) -> None:
    """What is allowed by a safeguard names it."""
    if written.relies_on or not isinstance(written.outcome, Outcome) or not written.outcome.admitted:
        return
    for each in conditions:
        if isinstance(each, Predicate) and each.value is True and each.fact in _RESTING:
            kinds = ", ".join(_RESTING[each.fact])
            raise Misuse(f"{each.fact} rests on safeguards: name those that count, `relies_on: [{kinds}]`")


def row_of(rule: Rule, tz: str) -> Row:
    """Compile `rule`, its days counted in `tz`."""
    return Row(
        rule=rule,
        test=compile_conditions(rule.conditions),
        rests_on=facts_of(rule.conditions),
        route_read=None if rule.route_from is None else vocabulary()[rule.route_from].read,
        begins=None if rule.valid_from is None else day_begins(rule.valid_from, tz),
        ends=None if rule.valid_to is None else day_ends(rule.valid_to, tz),
    )

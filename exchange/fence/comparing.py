"""What a candidate ruleset changes of another one, and what in it can never speak."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from exchange.fence.ruleset import Rule, Ruleset
from exchange.fence.thresholds import from_where


class Differences(NamedTuple):
    """Rules by id; and what was changed besides, by the names of its parts."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    reordered: bool
    terms: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether the two could decide differently, or say something else of why."""
        return self != Differences((), (), (), reordered=False, terms=())


def differences(candidate: Ruleset, other: Ruleset) -> Differences:
    """What `candidate` has otherwise than `other`."""
    new, old = _by_id(candidate), _by_id(other)
    both = [name for name in new if name in old]
    return Differences(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(name for name in both if new[name] != old[name]),
        reordered=both != [name for name in old if name in new],
        terms=tuple(_terms_changed(candidate, other)),
    )


def never_tried(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    """Rules that no crossing reaches, each with the one before it that always matches and stops."""
    stopping: dict[str, Rule] = {}
    for rule in ruleset.rules:
        if rule.stage != "main":
            continue
        before = stopping.get(rule.regime)
        if before is not None:
            yield rule.id, before.id
        elif rule.stops and not rule.conditions and rule.valid_from is None and rule.valid_to is None:
            stopping[rule.regime] = rule


def said_otherwise(ruleset: Ruleset) -> Iterator[str]:
    """Thresholds that are named beside the rules, by which nothing is decided, and that are not those of the rules."""
    for counted, route in (("pi", "FILE"), ("pi", "ASSESS"), ("sensitive", "FILE"), ("sensitive", "ASSESS")):
        name = f"cn_{counted}_{route.lower()}_from"
        value: int | None = getattr(ruleset.terms.constants, name)
        rules = [rule for rule in ruleset.rules if rule.route == route]
        found = from_where(rules, sensitive=counted == "sensitive")
        if value is not None and value not in found:
            begins = f"begins at {', '.join(map(str, found))}" if found else "does not ask for such a count"
            yield f"constants.{name} is {value}, by which nothing is decided: route {route} {begins}"


def _by_id(ruleset: Ruleset) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in ruleset.rules}


def _terms_changed(candidate: Ruleset, other: Ruleset) -> Iterator[str]:
    new, old = _parts(candidate), _parts(other)
    yield from (name for name in dict.fromkeys((*new, *old)) if new.get(name) != old.get(name))


def _parts(ruleset: Ruleset) -> dict[str, Any]:
    terms = ruleset.terms
    parts: dict[str, Any] = {"timezone": terms.timezone, "effective_to": ruleset.effective_to}
    for group, value in (
        ("places", terms.places),
        ("constants", terms.constants),
        ("switches", terms.switches),
    ):
        parts |= {f"{group}.{name}": each for name, each in msgspec.structs.asdict(value).items()}
    parts |= {f"routes.{name}": accepted for name, accepted in terms.accepted.items()}
    return parts | {f"regimes.{name}": each for name, each in ruleset.regimes.items()}

"""Whether a group splits personal information among its exporters so that each stays below a threshold.

Source: rules.md section 5.3, CN-17; CAC Order 20 Art 5(3).
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from exchange.fence import Ruleset
from exchange.fence.thresholds import thresholds
from exchange.market.commands import Standing
from exchange.market.persons.counting import together
from exchange.market.persons.exporting import with_units
from exchange.market.persons.running import sold_in
from exchange.market.persons.state import Numbers, Sold
from exchange.market.state import Market

Splitting: TypeAlias = Literal["none", "suspected", "confirmed"]


def splitting(
    market: Market,
    ruleset: Ruleset,
    seller: Standing,
    recipients: str,
    year: int,
    units: Mapping[str, Numbers],
    version: str,
    at: int,
) -> Splitting | None:
    """What a market knows of it, were `seller` to sell `units` by a version to the group `recipients`.

    Shape: what a group's exporters hold together nobody declares; it is suspected where each is below a threshold and
    all of them, were their persons all different, would reach it. None where the persons of one of them are not known.
    """
    group = seller.beneficial_owner
    if year in market.persons.splitting.get(group, ()):
        return "confirmed"
    each = [
        together(market.persons, name, year, *versions)
        for name in market.owned.get(group, ())
        if (
            versions := with_units(
                _sold_to(market, name, recipients, year),
                units if name == seller.participant_id else {},
                version,
            )
        )[0]
    ]
    if len(each) < 2:
        return "none"
    return _judged(each, ruleset, at)


def _sold_to(market: Market, exporter_id: str, recipients: str, year: int) -> dict[str, Sold]:
    sold = sold_in(market.persons, exporter_id, year)
    return {name: each for name, each in sold.items() if recipients in each.owners}


def _judged(each: list[Numbers], ruleset: Ruleset, at: int) -> Splitting | None:
    least = thresholds(ruleset, at)
    with_foreign = ruleset.terms.switches.count_art4_foreign_persons
    persons = [_sum(numbers.persons, numbers.foreign if with_foreign else 0) for numbers in each]
    sensitive = [numbers.sensitive for numbers in each]
    if None in persons or None in sensitive:
        return None
    if _split(persons, least.persons) or _split(sensitive, least.sensitive):
        return "suspected"
    return "none"


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _split(counts: list[int | None], least: tuple[int, ...]) -> bool:
    """Whether all of them together would reach a threshold that each of them is below."""
    known = [count for count in counts if count is not None]
    return any(max(known) < each <= sum(known) for each in least)

"""Whether a group splits personal information among its sellers so that each stays below a threshold.

Source: rules.md section 5.3, CN-17; CAC Order 20 Art 5(3).
"""

from collections.abc import Mapping

from exchange.fence import Ruleset
from exchange.fence.splitting import Splitting, suspected
from exchange.market.commands import Standing
from exchange.market.persons.counting import together
from exchange.market.persons.exporting import with_units
from exchange.market.persons.running import sold_in
from exchange.market.persons.state import Numbers, Sold
from exchange.market.state import Market


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

    Shape: confirmed where it was found; None where the persons of one of its exporters are not known.
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
    return suspected(each, ruleset, at)


def _sold_to(market: Market, exporter_id: str, recipients: str, year: int) -> dict[str, Sold]:
    sold = sold_in(market.persons, exporter_id, year)
    return {name: each for name, each in sold.items() if recipients in each.owners}

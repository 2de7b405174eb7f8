"""What a business zone has to know of sales of what it made."""

from collections.abc import Sequence

from exchange.bonded.persons.commands import CountSale
from exchange.kernel.bases import Recorded
from exchange.market.persons.facts import SoldFromBond
from exchange.policies.policy import Ask, Policy


def react(recorded: Recorded) -> Sequence[Ask]:
    """Have a zone count persons that were sold abroad; where nobody says which zone, each that knows the output."""
    match recorded.fact:
        case SoldFromBond() as sold:
            return (Ask("bonded", sold.zone_id or None, _count(sold)),)
    return ()


def _count(sold: SoldFromBond) -> CountSale:
    return CountSale(exporter_id=sold.exporter_id, output_id=sold.output_id, owner=sold.owner, year=sold.year)


MARKET_BONDED = Policy("market_bonded", "market", react)

"""What a refund after acceptance takes from whom.

Source: settlement.md section 3, rule 7.
"""

from bisect import bisect_right
from typing import NamedTuple

from exchange.kernel.money import half_up
from exchange.market.money_rules import taxed
from exchange.market.purchases.state import Sale

_BP = 10_000


class Parts(NamedTuple):
    """A refund = seller + fee net + fee tax + supply tax. Units: minor units."""

    seller_minor: int
    fee_net_minor: int
    fee_tax_minor: int
    supply_tax_minor: int


def parts_of(sale: Sale, amount_minor: int) -> Parts:
    """Split a refund as the sale was split, never more than what is left of each part; the last takes the remainder."""
    fee_left = sale.fee_net_left + sale.fee_tax_left
    supply = supply_part(sale, amount_minor, sale.seller_left + fee_left)
    sold = amount_minor - supply
    fee = _within(half_up(sold * sale.fee_bp, _BP), sold - sale.seller_left, fee_left)
    net = _within(taxed(fee, sale.tax_rate_bp), fee - sale.fee_tax_left, sale.fee_net_left)
    return Parts(sold - fee, net, fee - net, supply)


def parts_without_fee(sale: Sale, amount_minor: int) -> Parts:
    """A refund of which the exchange's fee bears nothing."""
    supply = supply_part(sale, amount_minor, sale.seller_left)
    return Parts(amount_minor - supply, 0, 0, supply)


def supply_part(sale: Sale, amount_minor: int, others_left: int) -> int:
    """The supply tax in a refund. Units: `others_left` is what all others can give of it."""
    if sale.supply is None:
        return 0
    tax = amount_minor - taxed(amount_minor, sale.supply.rate_bp)
    return _within(tax, amount_minor - others_left, sale.supply_tax_left)


def most_for(sale: Sale, held_minor: int) -> int:
    """The most that the buyer can get back if the seller gives `held_minor`."""
    return (
        bisect_right(
            range(sale.left_minor + 1), held_minor, key=lambda amount: parts_of(sale, amount).seller_minor
        )
        - 1
    )


def _within(wanted: int, least: int, most: int) -> int:
    return min(max(wanted, least), most)

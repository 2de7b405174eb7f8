"""What buyers get back for hours in which a line was worse than promised: a share of the price for each.

Source: scenarios.md SC-13: price * (hours / hours of the term) * 10, at most 30 % of the price.
"""

from collections.abc import Sequence
from typing import Final

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.money import half_up
from exchange.kernel.time import iso
from exchange.market.fencing import Rulesets
from exchange.market.lines.facts import LapseGrounds, LineCreditDeferred, LineCredited, LineCreditLapsed
from exchange.market.lines.hours import hours_within, worse_hours
from exchange.market.lines.state import Owed
from exchange.market.purchases.parties import parties
from exchange.market.purchases.refunding import approved
from exchange.market.purchases.state import Sale
from exchange.market.state import Market

TIMES: Final = 10
"""An hour that was worse than promised counts as so many."""
CAP_PERCENT: Final = 30
"""Of the price, at most so much is given back."""


def credit_next(market: Market, name: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The next right of a term that is over.

    Shape: one at a time, so that the partition puts as many into an outcome as it may hold.
    """
    term = market.lines.terms[name]
    trade_id, entitlement_id = next(iter(term.rights.items()))
    starts_at, ends_at = term.starts_at, term.ends_at
    owed = Owed(
        entitlement_id,
        term.link_id,
        starts_at,
        ends_at,
        worse_hours(market.lines, term.link_id, starts_at, ends_at),
        len(hours_within(starts_at, ends_at)),
    )
    return _settled(market, trade_id, owed)


def credit_owed(market: Market, trade_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The last word on a purchase is said, and credit for it was owed."""
    return _settled(market, trade_id, market.lines.owed[trade_id])


def _settled(market: Market, trade_id: str, owed: Owed) -> Sequence[Fact]:
    """Credit comes off a sale; what is none yet waits, and what is none any more gets none."""
    if not owed.hours:
        return (_lapsed(market, trade_id, owed, "corrected"),)
    if trade_id in market.purchases or trade_id in market.disputes:
        return (_deferred(market, trade_id, owed),)
    sale = market.after.sales.get(trade_id)
    if sale is None:
        return (_lapsed(market, trade_id, owed, "given_back"),)
    amount, capped = credit_minor(sale, owed.hours, owed.term_hours)
    if not amount:
        return (_lapsed(market, trade_id, owed, "nothing_due"),)
    return _credited(market, sale, owed, amount, capped)


def credit_minor(sale: Sale, hours: int, term_hours: int) -> tuple[int, bool]:
    """What hours of a term are worth, and whether they would be worth more than may be given. Units: minor units.

    Shape: the price is what was paid and not given back; its seller gives no more than it earned.
    """
    price = sale.left_minor
    wanted = half_up(price * hours * TIMES, term_hours)
    most = min(price * CAP_PERCENT // 100, sale.seller_left)
    return min(wanted, most), wanted > most


def _credited(market: Market, sale: Sale, owed: Owed, amount_minor: int, capped: bool) -> Sequence[Fact]:
    reference = f"{owed.link_id}/{iso(owed.starts_at)}"
    grounds = f"{owed.link_id} was worse than promised in {owed.hours} of {owed.term_hours} hours."
    credited = LineCredited(
        trade_id=sale.trade_id,
        entitlement_id=owed.entitlement_id,
        link_id=owed.link_id,
        instrument_id=sale.instrument_id,
        buyer_id=sale.buyer_id,
        seller_id=sale.seller_id,
        starts_at=owed.starts_at,
        ends_at=owed.ends_at,
        hours=owed.hours,
        term_hours=owed.term_hours,
        currency=sale.currency,
        price_minor=sale.left_minor,
        amount_minor=amount_minor,
        capped=capped,
    )
    return credited, approved(market, sale, amount_minor, reference, "quality", grounds)


def _deferred(market: Market, trade_id: str, owed: Owed) -> LineCreditDeferred:
    buyer_id, seller_id = _who(market, trade_id)
    return LineCreditDeferred(
        trade_id=trade_id,
        entitlement_id=owed.entitlement_id,
        link_id=owed.link_id,
        buyer_id=buyer_id,
        seller_id=seller_id,
        starts_at=owed.starts_at,
        ends_at=owed.ends_at,
        hours=owed.hours,
        term_hours=owed.term_hours,
    )


def _who(market: Market, trade_id: str) -> tuple[str, str]:
    buyer_id, seller_id = parties(market, trade_id)
    if buyer_id is None or seller_id is None:
        raise InvariantBroken(f"a right to a line came of trade {trade_id}, which nobody made")
    return buyer_id, seller_id


def _lapsed(market: Market, trade_id: str, owed: Owed, grounds: LapseGrounds) -> LineCreditLapsed:
    buyer_id, seller_id = _who(market, trade_id)
    return LineCreditLapsed(
        trade_id=trade_id,
        entitlement_id=owed.entitlement_id,
        link_id=owed.link_id,
        buyer_id=buyer_id,
        seller_id=seller_id,
        starts_at=owed.starts_at,
        ends_at=owed.ends_at,
        hours=owed.hours,
        term_hours=owed.term_hours,
        grounds=grounds,
    )

"""When a penalty falls due by itself: a purchase says that its seller has not delivered all of it. No rule is here."""

from typing import Final

from exchange.market.agenda import schedule
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.market.penalties.state import Default
from exchange.market.state import Market

PENALTY: Final = "0-penalty"
"""A penalty is to be charged, before anything else of the seller moves; the subject is the trade."""
OF_THE_SELLER: Final = frozenset(("seller", "evidence", "ruling", "buyer"))
"""By what a refund before acceptance is the seller's default: its own word, the delivery's, or a rejection that stands.
What an operator undoes, or what the law stops, is nobody's."""


def not_delivered(market: Market, fact: PurchaseRefunded, instrument_id: str, at: int) -> None:
    """Nothing of a purchase was delivered as it was sold."""
    if fact.basis in OF_THE_SELLER:
        missing = Default(
            instrument_id, fact.seller_id, "default", fact.currency, fact.amount_minor, fact.grounds
        )
        _fall_due(market, fact.trade_id, missing, at)


def delivered_in_part(market: Market, fact: PurchaseAccepted, instrument_id: str, at: int) -> None:
    """A part of a purchase was not."""
    if fact.refunded_minor:
        missing = Default(
            instrument_id, fact.seller_id, "short", fact.currency, fact.refunded_minor, fact.grounds
        )
        _fall_due(market, fact.trade_id, missing, at)


def _fall_due(market: Market, trade_id: str, missing: Default, at: int) -> None:
    if market.instruments[missing.instrument_id].terms.rules.penalty_bp:
        market.penalties.due[trade_id] = missing
        schedule(market.agenda, at, PENALTY, trade_id)

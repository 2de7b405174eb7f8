"""How a dispute changes a market. No rule is here; what cannot be true stops the worker."""

from exchange.kernel.errors import InvariantBroken
from exchange.market.auctions.meanwhile import lift
from exchange.market.auditing.noting import note_escrow
from exchange.market.bills.folding import billed, dispute_over, disputed, gone_back
from exchange.market.disputes.facts import (
    DisputeOpened,
    DisputeResolved,
    EvidenceSubmitted,
    SettlementProposed,
)
from exchange.market.disputes.state import Dispute
from exchange.market.entitlements.following import stop_following
from exchange.market.lines.following import last_word
from exchange.market.plans.fold import trade_refunded
from exchange.market.purchases.fold import conclude, credit_broker, credit_seller, forget_rejection, released
from exchange.market.purses import earn, purse_at, solvent
from exchange.market.seats.fold import seats_refunded
from exchange.market.state import Market


def dispute_opened(market: Market, fact: DisputeOpened, at: int) -> None:
    """Take the money out of escrow, or out of what the seller is owed, so that neither can move meanwhile."""
    note_escrow(market, fact.trade_id, fact.currency)
    if fact.stage == "escrow":
        purchase = market.purchases[fact.trade_id]
        released(purchase, fact.held_minor)
        purchase.escrow_minor = 0
        forget_rejection(market, fact.trade_id)
    else:
        purse = purse_at(market, fact.seller_id, fact.currency)
        purse.payable -= fact.held_minor
        solvent(purse, fact)
        disputed(market, fact.trade_id)
    market.disputes[fact.trade_id] = Dispute(fact.trade_id, fact.stage, fact.held_minor)


def evidence_submitted(market: Market, fact: EvidenceSubmitted, at: int) -> None:
    market.disputes[fact.trade_id].evidence.setdefault(fact.party_id, []).append(fact.digest)


def settlement_proposed(market: Market, fact: SettlementProposed, at: int) -> None:
    market.disputes[fact.trade_id].proposals[fact.party_id] = fact.buyer_minor


def dispute_resolved(market: Market, fact: DisputeResolved, at: int) -> None:
    """Give out what was held. Nothing more is to be said of the purchase, nor given back."""
    note_escrow(market, fact.trade_id, fact.currency)
    held, fee = market.disputes.pop(fact.trade_id).held_minor, fact.fee_net_minor + fact.fee_tax_minor
    house = fee + fact.supply_tax_minor
    given = (
        fact.buyer_minor
        + fact.seller_minor
        + fact.commission_minor
        + (house if fact.stage == "escrow" else -house)
    )
    if held != fact.held_minor or held != given:
        raise InvariantBroken(f"a dispute holds {held} and gives {given}: {fact!r}")
    purse_at(market, fact.buyer_id, fact.currency).cash += fact.buyer_minor
    credit_seller(market, fact.seller_id, fact.currency, fact.seller_minor, fact.recovered_minor)
    credit_broker(market, fact)
    if fact.stage == "escrow":
        instrument_id = conclude(market, fact.trade_id).instrument_id
        billed(market, fact.trade_id, fact.buyer_id, fact.currency, fact.on_credit)
        earn(market, fact.currency, fact.fee_net_minor, fact.fee_tax_minor, fact.supply_tax_minor)
    else:
        instrument_id = market.after.sales.pop(fact.trade_id).instrument_id
        gone_back(market, fact.trade_id, fact.buyer_minor)
        dispute_over(market, fact.trade_id, at)
        earn(market, fact.currency, -fact.fee_net_minor, -fact.fee_tax_minor, -fact.supply_tax_minor)
    last_word(market, fact.trade_id, at)
    if not fact.left_minor:
        lift(market, instrument_id, fact.trade_id)
        trade_refunded(market, fact.trade_id, at)
        seats_refunded(market, fact.trade_id, at)
        stop_following(market, fact.entitlement_id, at)

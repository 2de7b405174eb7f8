"""The shares of an approved pool are paid, in the order they were committed, one at each deadline."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from exchange.kernel.bases import Cause, Fact
from exchange.market.bars import short
from exchange.market.commands import InstrumentTerms
from exchange.market.credit.drawing import drawn_for
from exchange.market.fencing import NO_CROSSING, Rulesets
from exchange.market.money_rules import amount_minor
from exchange.market.pools.facts import PoolActivated, ShareActivated, ShareExcluded
from exchange.market.pools.pricing import saving_bp
from exchange.market.pools.state import Pool, Share
from exchange.market.state import Market
from exchange.market.trades import Bargain, traded


def activate(market: Market, pool_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Pay the next share or exclude it; after the last, sum up.

    Shape: one share at a time, so that what a purse pays for one is gone before the next is looked at, and the
    partition puts as many into an outcome as it may hold.
    """
    pool = market.pools.live[pool_id]
    share = next(iter(pool.in_order()), None)
    if share is None:
        return (_activated(pool),)
    terms = market.instruments[pool.opened.instrument_id].terms
    standing = market.participants[share.participant_id]
    amount = amount_minor(terms, pool.price, share.allotted_mbps)
    rest = max(0, amount - share.deposit_minor)
    if not share.allotted_mbps:
        return (_excluded(pool, share, "not_allotted"),)
    if not standing.active:
        return (_excluded(pool, share, "suspended"),)
    if short(market, share.participant_id, terms.currency, rest) is not None:
        return (_excluded(pool, share, "unpaid"),)
    return _paid(market, pool, share, terms, amount, rest, cause)


def _paid(
    market: Market, pool: Pool, share: Share, terms: InstrumentTerms, amount: int, rest: int, cause: Cause
) -> Sequence[Fact]:
    """Deposit and rest pay for the share; what a deposit is more than the price goes back."""
    opened = pool.opened
    bargain = Bargain(
        bid_id=share.share_id,
        ask_id="",
        buyer_id=share.participant_id,
        seller_id=opened.seller_id,
        taker=None,
        price=pool.price,
        quantity=share.allotted_mbps,
        amount_minor=amount,
        released_minor=share.deposit_minor + rest - amount,
    )
    trade, entitlement = traded(market, terms, bargain, NO_CROSSING, cause)
    activated = ShareActivated(
        share_id=share.share_id,
        pool_id=opened.pool_id,
        participant_id=share.participant_id,
        mbps=share.allotted_mbps,
        currency=opened.currency,
        deposit_minor=share.deposit_minor,
        rest_minor=rest,
        amount_minor=amount,
        list_minor=amount_minor(terms, opened.list_price, share.allotted_mbps),
        trade_id=trade.trade_id,
        drawn_minor=drawn_for(market, share.participant_id, opened.currency, rest),
    )
    month = msgspec.structs.replace(entitlement, starts_at=opened.starts_at, ends_at=opened.ends_at)
    return activated, trade, month


def _excluded(
    pool: Pool, share: Share, grounds: Literal["unpaid", "suspended", "not_allotted"]
) -> ShareExcluded:
    forfeited = grounds == "unpaid"
    return ShareExcluded(
        share_id=share.share_id,
        pool_id=pool.opened.pool_id,
        participant_id=share.participant_id,
        mbps=share.allotted_mbps,
        grounds=grounds,
        currency=pool.opened.currency,
        returned_minor=0 if forfeited else share.deposit_minor,
        forfeited_minor=share.deposit_minor if forfeited else 0,
    )


def _activated(pool: Pool) -> PoolActivated:
    return PoolActivated(
        pool_id=pool.opened.pool_id,
        shares=pool.activated,
        excluded=pool.excluded,
        mbps=pool.activated_mbps,
        saving_bp=saving_bp(pool.price, pool.opened.list_price),
        currency=pool.opened.currency,
        amount_minor=pool.amount_minor,
        list_minor=pool.list_minor,
        saved_minor=pool.list_minor - pool.amount_minor,
        days_saved=pool.days_saved,
    )

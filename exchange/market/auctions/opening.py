"""Opening an auction, and calling one off."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import AMOUNT_MAX, format_minor
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, SECOND, iso
from exchange.market.auctions.commands import CancelAuction, OpenAuction, OpenDutchAuction
from exchange.market.auctions.facts import AuctionEnded, AuctionOpened, DutchAuctionOpened
from exchange.market.auctions.finding import over_or_unknown
from exchange.market.auctions.meanwhile import spoken_for
from exchange.market.auctions.pricing import needed_minor
from exchange.market.auctions.state import SealedAuction
from exchange.market.commands import InstrumentTerms
from exchange.market.conditions import off_tick, size_refusal
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.parties import suspended, unknown_instrument, unknown_participant
from exchange.market.seats.counting import seats_refusal
from exchange.market.state import Instrument, Market

REVEALING_MIN = SECOND
"""Revealing takes a while: an auction in which nobody could reveal would only take deposits."""
LENGTH_MAX = 366 * DAY

_Opening = OpenAuction | OpenDutchAuction


def open_auction(market: Market, command: OpenAuction, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Let sealed bids for an instrument be committed."""
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return (unknown_instrument(command, command.instrument_id),)
    terms = instrument.terms
    refusal = (
        _not_auctioned(market, instrument, command, cause)
        or _times(command, cause.at, command.commit_until, command.reveal_until)
        or off_tick(terms, command, command.reserve_price)
        or size_refusal(instrument, command, command.quantity)
        or _worth(command, terms, command.reserve_price)
        or _deposit(command, terms)
    )
    if refusal is not None:
        return (refusal,)
    assert terms.seller_id is not None
    opened = AuctionOpened(
        auction_id=derived_id("A", cause.partition, cause.offset, 0),
        instrument_id=terms.instrument_id,
        market_id=terms.market_id,
        listing_id=terms.listing_id,
        product_id=terms.product_id,
        seller_id=terms.seller_id,
        kind=command.kind,
        currency=terms.currency,
        reserve_price=command.reserve_price,
        deposit_minor=command.deposit_minor,
        commit_until=command.commit_until,
        reveal_until=command.reveal_until,
        quantity=command.quantity,
        exclusive=command.exclusive,
    )
    return (opened,)


def open_dutch_auction(
    market: Market, command: OpenDutchAuction, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Put an instrument on sale at a price that falls."""
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return (unknown_instrument(command, command.instrument_id),)
    terms = instrument.terms
    refusal = (
        _not_auctioned(market, instrument, command, cause)
        or _times(command, cause.at, command.open_until)
        or _falling(command)
        or off_tick(terms, command, command.start_price, command.floor_price, command.step)
        or size_refusal(instrument, command, command.quantity)
        or _worth(command, terms, command.start_price)
    )
    if refusal is not None:
        return (refusal,)
    assert terms.seller_id is not None
    opened = DutchAuctionOpened(
        auction_id=derived_id("A", cause.partition, cause.offset, 0),
        instrument_id=terms.instrument_id,
        market_id=terms.market_id,
        listing_id=terms.listing_id,
        product_id=terms.product_id,
        seller_id=terms.seller_id,
        currency=terms.currency,
        start_price=command.start_price,
        floor_price=command.floor_price,
        step=command.step,
        step_interval_s=command.step_interval_s,
        open_until=command.open_until,
        quantity=command.quantity,
        exclusive=command.exclusive,
    )
    return (opened,)


def cancel_auction(
    market: Market, command: CancelAuction, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Call an auction off before anybody has committed to it."""
    auction = market.auctions.running.get(command.auction_id)
    if auction is None:
        return (over_or_unknown(market, command, command.auction_id),)
    instrument_id = auction.instrument_id
    if (
        refusal := _not_permitted(market, market.instruments[instrument_id].terms, command, cause)
    ) is not None:
        return (refusal,)
    if isinstance(auction, SealedAuction) and auction.bids:
        detail = f"{len(auction.bids)} have committed to it, and it binds its seller too; it ends by itself"
        return (refused(command, Reason.BIDS_COMMITTED, command.auction_id, detail),)
    ended = AuctionEnded(
        auction_id=auction.auction_id, instrument_id=instrument_id, outcome="cancelled", grounds="asked"
    )
    return (ended,)


def _not_auctioned(market: Market, instrument: Instrument, command: _Opening, cause: Cause) -> Refused | None:
    """Why this instrument may not be auctioned now, or not by the actor."""
    terms = instrument.terms
    if (how := _sold_otherwise(terms)) is not None:
        detail = f"it {how}; auctioned is what has one seller and no posted price"
        return refused(command, Reason.NOT_AUCTIONABLE, terms.instrument_id, detail)
    if (refusal := _not_permitted(market, terms, command, cause)) is not None:
        return refusal
    if instrument.state != "open":
        detail = f"it is {instrument.state}; it can be auctioned while it is open"
        return refused(command, Reason.INSTRUMENT_NOT_OPEN, terms.instrument_id, detail)
    if (why := spoken_for(market, terms.instrument_id, cause.at)) is not None:
        return refused(command, Reason.INSTRUMENT_AUCTIONED, terms.instrument_id, why)
    if (how := _on_sale(market, instrument)) is not None:
        return refused(command, Reason.ORDERS_OPEN, terms.instrument_id, how)
    return seats_refusal(instrument, command, command.quantity)


def _on_sale(market: Market, instrument: Instrument) -> str | None:
    """What of it is under way otherwise: orders, awards that wait for their sample, subscriptions that renew."""
    name = instrument.terms.instrument_id
    if instrument.bids or instrument.asks:
        return "orders are open in its book; once they are cancelled or filled it can be auctioned"
    quotes = market.quoting.quotes
    awards = sorted(
        each.award_id
        for each in market.quoting.awards.values()
        if quotes[each.quote_id].instrument_id == name
    )
    if awards:
        return f"award {awards[0]} of it is under way; once it has traded or ended it can be auctioned"
    plan = market.plans.plans.get(name)
    if plan is not None and plan.subscriptions:
        return f"{plan.subscriptions} subscriptions to it are open; once they have ended it can be auctioned"
    return None


def _sold_otherwise(terms: InstrumentTerms) -> str | None:
    if terms.seller_id is None:
        return "is sold by many"
    if terms.posted_price is not None:
        return "sells at its posted price"
    if terms.rules.capacity_needed:
        return "sells by registered capacity"
    return None if terms.rules.form in ("book", "auction") else f"has a form of its own, {terms.rules.form}"


def _not_permitted(
    market: Market, terms: InstrumentTerms, command: _Opening | CancelAuction, cause: Cause
) -> Refused | None:
    """An instrument's seller may, or an operator for it; both have to be active."""
    actor = market.participants.get(cause.actor)
    if actor is None:
        return unknown_participant(command, cause.actor)
    if cause.actor != terms.seller_id and "operator" not in actor.roles:
        detail = f"its seller {terms.seller_id} or an operator may, {cause.actor} is neither"
        return refused(command, ProtocolReason.NOT_PERMITTED, terms.instrument_id, detail)
    assert terms.seller_id is not None
    seller = market.participants.get(terms.seller_id)
    if seller is None:
        detail = f"its seller {terms.seller_id} is not known to this market; it sells once admitted"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, terms.seller_id, detail)
    for each in (actor, seller):
        if not each.active:
            return suspended(command, each.participant_id)
    return None


def _times(command: _Opening, at: int, *until: int) -> Refused | None:
    """Each phase ends after it begins, and the last within a year."""
    shortest = 1
    begin = at
    for end in until:
        if end < begin + shortest:
            detail = (
                f"a phase that begins at {iso(begin)} cannot end at {iso(end)}; it lasts a second or more"
            )
            return refused(command, Reason.AUCTION_TIMES, command.instrument_id, detail)
        begin, shortest = end, REVEALING_MIN
    if begin > at + LENGTH_MAX:
        detail = f"it would end at {iso(begin)}; an auction ends within 366 days, by {iso(at + LENGTH_MAX)}"
        return refused(command, Reason.AUCTION_TIMES, command.instrument_id, detail)
    return None


def _falling(command: OpenDutchAuction) -> Refused | None:
    if command.floor_price <= command.start_price:
        return None
    detail = f"from {command.start_price} ticks no price falls to {command.floor_price}; begin at the floor or above"
    return refused(command, Reason.AUCTION_PRICES, command.instrument_id, detail)


def _worth(command: _Opening, terms: InstrumentTerms, price: int) -> Refused | None:
    if needed_minor(terms, price, command.quantity) <= AMOUNT_MAX:
        return None
    detail = (
        f"{command.quantity} lots at {price} ticks are worth more than {AMOUNT_MAX} minor units; offer less"
    )
    return refused(command, Reason.AMOUNT_TOO_LARGE, terms.instrument_id, detail)


def _deposit(command: OpenAuction, terms: InstrumentTerms) -> Refused | None:
    """A deposit counts towards the price, so it is not more than the least that can be paid."""
    reserve = needed_minor(terms, command.reserve_price, command.quantity)
    if command.deposit_minor <= reserve:
        return None
    deposit, least = (
        format_minor(command.deposit_minor, terms.currency),
        format_minor(reserve, terms.currency),
    )
    detail = f"a deposit of {deposit} is more than the reserve, {least}; ask for a part of it"
    return refused(command, Reason.DEPOSIT_TOO_LARGE, terms.instrument_id, detail)

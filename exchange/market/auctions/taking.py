"""Taking a Dutch auction: the first who does has it, at the price of that moment."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.auctions.admission import entry_refusal, unfunded
from exchange.market.auctions.commands import TakeDutch
from exchange.market.auctions.finding import dutch_auction
from exchange.market.auctions.pricing import dutch_price, needed_minor
from exchange.market.auctions.selling import sold
from exchange.market.bars import seller_of
from exchange.market.commands import InstrumentTerms
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets, fence_of, no_ruleset, not_admitted
from exchange.market.state import Market


def take_dutch(market: Market, command: TakeDutch, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Sell to the actor at the price of exchange time, if it may buy, has the money and does not find it too high."""
    auction = dutch_auction(market, command, command.auction_id)
    if isinstance(auction, Refused):
        return (auction,)
    instrument = market.instruments[auction.instrument_id]
    terms = instrument.terms
    price = dutch_price(
        auction.start_price,
        auction.floor_price,
        auction.step,
        auction.step_interval_s,
        auction.opened_at,
        cause.at,
    )
    needed = needed_minor(terms, price, auction.quantity)
    refusal = (
        entry_refusal(market, instrument, command, command.use, cause)
        or _too_high(command, terms, price, auction.quantity)
        or unfunded(market, command, terms.currency, needed, cause)
    )
    if refusal is not None:
        return (refusal,)
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        return (no_ruleset(command, terms.instrument_id),)
    answer = fence.ask(seller_of(market, terms), market.participants[cause.actor], command.use)
    if (refusal := not_admitted(command, terms.instrument_id, answer)) is not None:
        return (*fence.take(), refusal)
    bid_id = derived_id("B", cause.partition, cause.offset, 0)
    sale = sold(market, auction, terms, bid_id, cause.actor, command.use, price, needed, answer, cause)
    return (*fence.take(), *sale)


def _too_high(command: TakeDutch, terms: InstrumentTerms, price: int, quantity: int) -> Refused | None:
    if command.price_max is None or price <= command.price_max:
        return None
    costs, most = (
        format_minor(needed_minor(terms, each, quantity), terms.currency)
        for each in (price, command.price_max)
    )
    detail = f"it costs {costs} now, which is more than {most}; wait, or pay more"
    return refused(command, Reason.PRICE_TOO_HIGH, command.auction_id, detail)

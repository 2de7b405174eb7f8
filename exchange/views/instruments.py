"""What is traded, how, and until when; who can deliver how much; what auctions found."""

from collections.abc import Iterable

from exchange.kernel.money import MICRO, exponent, known_currency
from exchange.market.facts import AuctionPriced, CapacityRegistered, InstrumentOpened, InstrumentStateSet
from exchange.market.timetable import last_trade
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, flag, table, text
from exchange.views.view import Here

INSTRUMENTS = table(
    "instruments",
    "What a book trades",
    text("instrument_id", key=True),
    count("partition"),
    text("market_id"),
    text("listing_id"),
    text("product_id"),
    text("version"),
    text("title"),
    text("unit", comment="one lot is one unit"),
    text("currency"),
    count("tick_micros", comment="one tick, in millionths of the major unit"),
    count("minor_micros", default=10_000, comment="one minor unit, in millionths of the major unit"),
    text("seller_id", null=True, comment="set where only one participant may ask"),
    count("posted_price", null=True, comment="in ticks: a standing ask of unlimited quantity"),
    flag("moves_data"),
    flag("subscription"),
    text("stored_in"),
    text("transaction_type"),
    text("licence_digest"),
    count("acceptance_days"),
    text("kind", default="listing", comment="listing, compute, bandwidth, storage or seat"),
    text("form", default="book", comment="how it is traded: book, auction, quotes, pool or plan"),
    text("spec_hash", null=True, comment="the grade sheet's digest"),
    text("delivery_place", null=True),
    count("window_from_at", null=True, comment="when delivery begins"),
    count("window_until_at", null=True, comment="when delivery ends"),
    count("lot_size", default=1),
    count("quantity_step", default=1, comment="in lots"),
    count("quantity_min", default=1, comment="in lots"),
    count("quantity_max", default=10**9, comment="in lots"),
    count("quantity_decimals", default=0, comment="for people"),
    count("price_step", default=1, comment="in ticks"),
    count("price_decimals", default=2, comment="for people"),
    count("reference_price", null=True, comment="in ticks"),
    count("collar_bp", null=True, comment="basis points around the reference; none is no band"),
    count("first_trade_at", null=True),
    count("last_trade_at", null=True, comment="when its book closes by itself"),
    count("call_us", default=0, comment="how long orders collect before an auction"),
    text("after_call", default="open", comment="what follows the auction: open or closed"),
    count("session_ends_minute", default=1_440, comment="minutes after midnight in Asia/Shanghai"),
    text("settlement", default="on_delivery", comment="on_delivery, on_meter or on_provision"),
    text("substitution", null=True, comment="what may be delivered instead"),
    count("penalty_bp", default=0, comment="of a default, in basis points"),
    flag("capacity_needed", default=False),
    count("orders_max", default=10_000, comment="open orders of one participant"),
    text("state", comment="announced, call, uncrossing, open, halted, closing or closed"),
    count("at", comment="opened at"),
    count("changed_at"),
    indexes=[("product_id", "version")],
)

CAPACITIES = table(
    "capacities",
    "What a participant was said to be able to deliver; the latest counts",
    count("partition", key=True),
    count("seq", key=True),
    text("instrument_id"),
    text("participant_id"),
    count("quantity", comment="in lots, in all"),
    count("at"),
    indexes=[("instrument_id", "participant_id")],
)

CALL_AUCTIONS = table(
    "call_auctions",
    "The prices that call auctions found",
    count("partition", key=True),
    count("seq", key=True),
    text("instrument_id"),
    count("price", null=True, comment="in ticks; none where nothing trades"),
    count("volume", comment="in lots"),
    count("imbalance", comment="in lots: bids less asks at the price"),
    count("at"),
    indexes=[("instrument_id",)],
)


def opened(here: Here, fact: InstrumentOpened) -> Iterable[Change]:
    terms, rules = fact.terms, fact.terms.rules
    row: Row = {
        "instrument_id": terms.instrument_id,
        "partition": here.partition,
        "market_id": terms.market_id,
        "listing_id": terms.listing_id,
        "product_id": terms.product_id,
        "version": terms.version,
        "title": terms.title,
        "unit": terms.unit,
        "currency": terms.currency,
        "tick_micros": terms.tick_micros,
        "minor_micros": MICRO // 10 ** exponent(terms.currency) if known_currency(terms.currency) else MICRO,
        "seller_id": terms.seller_id,
        "posted_price": terms.posted_price,
        "moves_data": terms.moves_data,
        "subscription": terms.subscription,
        "stored_in": terms.stored_in,
        "transaction_type": terms.transaction_type,
        "licence_digest": terms.licence_digest.hex(),
        "acceptance_days": terms.acceptance_days,
        "kind": rules.kind,
        "form": rules.form,
        "spec_hash": rules.spec_hash.hex() or None,
        "delivery_place": rules.delivery_place or None,
        "window_from_at": rules.window_from,
        "window_until_at": rules.window_until,
        "lot_size": rules.lot_size,
        "quantity_step": rules.quantity_step,
        "quantity_min": rules.quantity_min,
        "quantity_max": rules.quantity_max,
        "quantity_decimals": rules.quantity_decimals,
        "price_step": rules.price_step,
        "price_decimals": rules.price_decimals,
        "reference_price": rules.reference_price,
        "collar_bp": rules.collar_bp,
        "first_trade_at": rules.first_trade,
        "last_trade_at": last_trade(rules),
        "call_us": rules.call_us,
        "after_call": rules.after_call,
        "session_ends_minute": rules.session_ends_minute,
        "settlement": rules.settlement,
        "substitution": rules.substitution or None,
        "penalty_bp": rules.penalty_bp,
        "capacity_needed": rules.capacity_needed,
        "orders_max": rules.orders_max,
        "state": fact.state,
        "at": here.at,
        "changed_at": here.at,
    }
    yield Insert(INSTRUMENTS, row)


def state_set(here: Here, fact: InstrumentStateSet) -> Iterable[Change]:
    key = {"instrument_id": fact.instrument_id}
    yield Update(INSTRUMENTS, key, {"state": fact.state, "changed_at": here.at})


def capacity_registered(here: Here, fact: CapacityRegistered) -> Iterable[Change]:
    yield Insert(
        CAPACITIES,
        {
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "participant_id": fact.participant_id,
            "quantity": fact.quantity,
            "at": here.at,
        },
    )


def auction_priced(here: Here, fact: AuctionPriced) -> Iterable[Change]:
    yield Insert(
        CALL_AUCTIONS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "price": fact.price,
            "volume": fact.volume,
            "imbalance": fact.imbalance,
            "at": here.at,
        },
    )

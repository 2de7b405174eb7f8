"""How facts change an instrument's state, and what the fence said of its pairs. No rule is here."""

from exchange.fence import Outcome
from exchange.fence.decision import codes_of
from exchange.kernel.errors import InvariantBroken
from exchange.market import facts as happened
from exchange.market.agenda import due_at, schedule, settle
from exchange.market.auctions.meanwhile import wind_up
from exchange.market.book import is_crossed, standing_crossed
from exchange.market.deadlines import AUCTION, BEGIN, CANCEL, CLOSE, FIRST, GATE, SWEEP
from exchange.market.destinations.following import say
from exchange.market.entitlements.following import answered, asked_or_answered
from exchange.market.fencing import answer_key, earlier
from exchange.market.order_fold import cross
from exchange.market.plainly import is_plain_book
from exchange.market.pricing import unconfined
from exchange.market.rulings.lifting import duties
from exchange.market.state import Cancelling, Holder, Instrument, KeptAnswer, Market, next_ruleset_at
from exchange.market.subscriptions.fold import renew_again
from exchange.market.timetable import last_trade
from exchange.market.weighing import weight

ANSWERS_MAX = 20_000
"""Answers of the fence that a partition keeps; beyond them the oldest are forgotten, and decided again when asked."""
_FORGOTTEN = 1_000


def instrument_opened(market: Market, fact: happened.InstrumentOpened, at: int) -> None:
    terms = fact.terms
    name, rules = terms.instrument_id, terms.rules
    market.instruments[name] = Instrument(
        terms=terms,
        state=fact.state,
        unconfined=unconfined(rules),
        plain=is_plain_book(terms),
        opened=fact.state == "open",
        collects=fact.state == "call",
    )
    if fact.destinations is not None and terms.seller_id is not None:
        say(market, name, fact.destinations, name)
    if fact.state == "announced" and rules.first_trade is not None:
        schedule(market.agenda, rules.first_trade, BEGIN, name)
    elif fact.state == "call":
        schedule(market.agenda, at + rules.call_us, AUCTION, name)
    gate = last_trade(rules)
    if gate is not None:
        schedule(market.agenda, gate, GATE, name)


def instrument_state_set(market: Market, fact: happened.InstrumentStateSet, at: int) -> None:
    name, instrument = fact.instrument_id, market.instruments[fact.instrument_id]
    instrument.state = fact.state
    instrument.collects |= fact.state == "call"
    for kind in (BEGIN, AUCTION, CLOSE):
        settle(market.agenda, kind, name)
    match fact.state:
        case "open":
            _trades_on(market, instrument, at)
        case "announced" if instrument.terms.rules.first_trade is not None:
            schedule(market.agenda, instrument.terms.rules.first_trade, BEGIN, name)
        case "call" if (until := _call_until(instrument, fact, at)) is not None:
            schedule(market.agenda, until, AUCTION, name)
        case "uncrossing":
            schedule(market.agenda, FIRST, AUCTION, name)
        case "closing":
            instrument.closing_by = fact.by
            settle(market.agenda, GATE, name)
            schedule(market.agenda, at, CLOSE, name)
        case "closed":
            settle(market.agenda, GATE, name)
            wind_up(market, name, at)
            if instrument.bids or instrument.asks:
                raise InvariantBroken(f"instrument {name} is closed with orders open")
    if fact.state != "open":
        settle(market.agenda, SWEEP, name)
        market.crossed.pop(name, None)


def _call_until(instrument: Instrument, fact: happened.InstrumentStateSet, at: int) -> int | None:
    """When a call that begins ends by itself, if it does."""
    call_us = instrument.terms.rules.call_us
    return fact.auction_at or (at + call_us if call_us else None)


def _trades_on(market: Market, instrument: Instrument, at: int) -> None:
    instrument.opened, instrument.collects, instrument.auction_price = True, False, None
    if is_crossed(instrument):
        cross(market, instrument, at, at)
    renew_again(market, instrument.terms.instrument_id, at)


def capacity_registered(market: Market, fact: happened.CapacityRegistered, at: int) -> None:
    holders = market.instruments[fact.instrument_id].holders
    holders.setdefault(fact.participant_id, Holder()).registered = fact.quantity


def auction_priced(market: Market, fact: happened.AuctionPriced, at: int) -> None:
    market.instruments[fact.instrument_id].auction_price = fact.price


def cancelling_begun(market: Market, fact: happened.CancellingBegun, at: int) -> None:
    market.cancelling[fact.cancelling_id] = Cancelling(fact.participant_id, fact.instrument_id)
    schedule(market.agenda, at, CANCEL, fact.cancelling_id)


def orders_cancelled(market: Market, fact: happened.OrdersCancelled, at: int) -> None:
    if fact.cancelling_id:
        del market.cancelling[fact.cancelling_id]
        settle(market.agenda, CANCEL, fact.cancelling_id)


def fence_decided(market: Market, fact: happened.FenceDecided, at: int) -> None:
    """Keep the answer, and forget the oldest where there are many; seats taken change with every sale."""
    market.crossings_decided += 1
    if market.watched is not None:
        market.watched.answers_bytes += weight(fact)
    key = answer_key(fact.instrument_id, fact.seller_id, fact.buyer_id, fact.use)
    admitted = Outcome(fact.outcome).admitted or bool(fact.ruling_ids)
    until = earlier(fact.holds_until, next_ruleset_at(market, at))
    review_codes = fact.deciding_codes if fact.outcome == Outcome.REVIEW.value else ()
    asked_or_answered(market, key, fact)
    answered(market, key, fact, until, admitted)
    if market.instruments[fact.instrument_id].terms.licence.seats is not None:
        return
    if key not in market.answers:
        market.answered.append(key)
    market.answers[key] = KeptAnswer(
        admitted=admitted,
        summary=happened.DecisionSummary(
            decision_id=fact.decision_id,
            outcome=fact.outcome,
            codes=codes_of(fact),
            ruleset_version=fact.ruleset_version,
            ruleset_digest=fact.ruleset_digest,
            ruling_ids=fact.ruling_ids,
            received_under=fact.received_under,
        ),
        obligations=duties(fact.obligations, fact.ruling_ids),
        missing=fact.missing,
        until=until,
        review_codes=review_codes,
    )
    if len(market.answered) > ANSWERS_MAX:
        for stale in market.answered[:_FORGOTTEN]:
            del market.answers[stale]
        del market.answered[:_FORGOTTEN]


def book_swept(market: Market, fact: happened.BookSwept, at: int) -> None:
    """Go on at a place, having noted who stood crossed; or be done until the fence may answer otherwise."""
    name, instrument = fact.instrument_id, market.instruments[fact.instrument_id]
    crossed = market.crossed.get(name)
    if crossed is None:
        return
    if fact.next_place is not None:
        crossed.todo = standing_crossed(instrument) if crossed.todo is None else crossed.todo
        crossed.place = fact.next_place
        return
    crossed.todo, crossed.place = None, 0
    settle(market.agenda, SWEEP, name)
    cross(market, instrument, fact.retry_at, at)


def try_again(market: Market, at: int) -> None:
    """Who may trade with whom changes at `at`: orders that stand crossed in an open book are tried again then."""
    for name, crossed in market.crossed.items():
        before = due_at(market.agenda, SWEEP, name)
        if before is None or at < before:
            schedule(market.agenda, at, SWEEP, name)
        crossed.todo, crossed.place = None, 0
